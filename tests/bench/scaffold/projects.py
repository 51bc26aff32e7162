"""Projects of every shape that requests are made in."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

ROUTER = """
from fastapi import APIRouter

router = APIRouter(prefix="/users", tags=["users"])


@router.get("")
async def list_users() -> list[str]:
    return []
"""
ROUTERS = {
    "app/__init__.py": "",
    "app/main.py": """
        from fastapi import FastAPI

        from app.routers import users

        app = FastAPI()
        app.include_router(users.router)
        """,
    "app/routers/__init__.py": "",
    "app/routers/users.py": ROUTER,
    "requirements.txt": "fastapi>=0.165\npydantic>=2.14\n",
}
DOMAIN = {
    "pyproject.toml": """
        [project]
        name = "shop"
        version = "1"
        dependencies = ["fastapi>=0.165", "pydantic>=2.14"]

        [tool.ruff]
        line-length = 100
        """,
    "src/shop/__init__.py": "",
    "src/shop/main.py": """
        from fastapi import FastAPI

        from shop.api import api_router


        def create_app() -> FastAPI:
            application = FastAPI()
            application.include_router(api_router, prefix="/api")
            return application


        app = create_app()
        """,
    "src/shop/api.py": """
        from fastapi import APIRouter

        from shop.users.router import router as users_router

        api_router = APIRouter()
        api_router.include_router(users_router)
        """,
    "src/shop/users/__init__.py": "",
    "src/shop/users/router.py": ROUTER,
}
SYNC = {
    **ROUTERS,
    "app/db.py": """
        from collections.abc import Iterator

        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

        engine = create_engine("sqlite:///shop.db")
        SessionLocal = sessionmaker(engine)


        class Base(DeclarativeBase):
            pass


        def get_db() -> Iterator[Session]:
            with SessionLocal() as session:
                yield session
        """,
}
ASYNC = {
    **DOMAIN,
    "src/shop/db.py": """
        from collections.abc import AsyncIterator

        from sqlalchemy.ext.asyncio import create_async_engine
        from sqlmodel.ext.asyncio.session import AsyncSession

        engine = create_async_engine("sqlite+aiosqlite:///shop.db")


        async def get_session() -> AsyncIterator[AsyncSession]:
            async with AsyncSession(engine) as session:
                yield session
                await session.commit()
        """,
}
SETTINGS = {
    **ROUTERS,
    "app/config.py": """
        from functools import lru_cache

        from pydantic_settings import BaseSettings, SettingsConfigDict


        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_file=".env")

            debug: bool = False


        @lru_cache
        def get_settings() -> Settings:
            return Settings()
        """,
}
SETTINGS_VARIABLE = {
    **DOMAIN,
    "src/shop/settings.py": """
        from pydantic_settings import BaseSettings, SettingsConfigDict


        class AppSettings(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="SHOP_", frozen=True)

            DEBUG: bool = False
            DATABASE_URL: str = "sqlite:///shop.db"


        settings = AppSettings()
        """,
}
SHAPES: dict[str, dict[str, str]] = {
    "new": {},
    "routers": ROUTERS,
    "domain": DOMAIN,
    "single": {"main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"},
    "sync_session": SYNC,
    "async_session": ASYNC,
    "settings": SETTINGS,
    "settings_variable": SETTINGS_VARIABLE,
    "older": {**ROUTERS, "requirements.txt": "fastapi==0.115.2\npydantic==2.9.2\n"},
}
Shape = str | Mapping[str, str]
"""The name of a shape, or the files of a project by path."""


def lay(root: Path, shape: Shape) -> None:
    """Writes a project of this shape."""
    root.mkdir(parents=True, exist_ok=True)
    for path, text in (SHAPES[shape] if isinstance(shape, str) else shape).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
