"""New files in a project that is there: where they go, what they use, how they are wired in."""

import textwrap
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument, NotInVersion
from maestro_knowledge.scaffold.route import plan_route, scaffold_route

BARE = {"name": "todo", "fields": ["title:string(min_length=1)"], "options": {"tests": False}}
TESTED = {"name": "todo", "fields": ["title:string(min_length=1)"]}
MAIN = """
from fastapi import FastAPI

app = FastAPI()
"""
ROUTER = """
from fastapi import APIRouter

router = APIRouter(prefix="/{name}", tags=["{name}"])


@router.get("")
async def list_{name}() -> list[str]:
    return []
"""
BIGGER = {
    "app/__init__.py": "",
    "app/main.py": """
        from fastapi import Depends, FastAPI

        from .dependencies import get_query_token
        from .routers import items, users

        app = FastAPI(dependencies=[Depends(get_query_token)])


        app.include_router(users.router)
        app.include_router(items.router)


        @app.get("/")
        async def root() -> dict[str, str]:
            return {"message": "Hello"}
        """,
    "app/dependencies.py": "async def get_query_token(token: str) -> None: ...\n",
    "app/routers/__init__.py": "",
    "app/routers/items.py": ROUTER.format(name="items"),
    "app/routers/users.py": ROUTER.format(name="users"),
}
AGGREGATED = {
    "pyproject.toml": """
        [project]
        name = "shop"
        version = "1"
        requires-python = ">=3.11"
        dependencies = [
          "fastapi>=0.165",  # the framework
          "pydantic>=2.14",
        ]

        [tool.ruff]
        line-length = 100

        [tool.ruff.format]
        quote-style = "single"
        """,
    "src/shop/__init__.py": "",
    "src/shop/main.py": """
        from fastapi import FastAPI

        from shop.api import api_router


        def create_app() -> FastAPI:
            application = FastAPI(title='Shop')
            application.include_router(api_router, prefix='/api')
            return application


        app = create_app()
        """,
    "src/shop/api/__init__.py": """
        from fastapi import APIRouter

        from shop.users.routes import router as users_router

        api_router = APIRouter(prefix='/v1')
        for one in (users_router,):
            api_router.include_router(one)
        """,
    "src/shop/users/__init__.py": "",
    "src/shop/users/routes.py": ROUTER.format(name="users"),
    "src/shop/users/schemas.py": "",
    "src/shop/users/crud.py": "",
    "tests/unit/test_users.py": "def test_nothing() -> None: ...\n",
}


def lay(root: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(textwrap.dedent(text).lstrip("\n").encode())
    return root


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def make(request, root, *, write=True):
    made = scaffold_route(request, project_root=root, write=write)
    wanted = {"pass"} if request.get("options", {}).get("tests", True) else {"pass", "not_run"}
    assert {check.verdict for check in made.checks} == wanted, made.checks
    return made


def paths(made, action):
    return {file.path for file in made.files if file.action == action}


def assert_settled(request, root):
    """A second run of the same request changes nothing."""
    before = snapshot(root)
    again = make(request, root)
    assert {file.action for file in again.files} == {"unchanged"}, [(f.action, f.path) for f in again.files]
    assert snapshot(root) == before


def test_routers_in_a_folder_get_another_beside_them(tmp_path):
    lay(tmp_path, BIGGER)
    made = make(BARE, tmp_path)
    created = paths(made, "create")
    assert "app/routers/todos.py" in created
    assert "app/schemas/todos.py" in created
    # `dependencies.py` is a module of the project: a package of that name would hide it.
    assert not any(path.startswith("app/dependencies/") for path in created)
    text = (tmp_path / "app/main.py").read_text()
    assert "from .routers.todos import router as todos_router\n" in text
    assert text.index("include_router(items.router)") < text.index("include_router(todos_router)")
    assert text.index("include_router(todos_router)") < text.index('@app.get("/")')
    assert "app/main.py" in paths(made, "edit")
    assert_settled(BARE, tmp_path)


def test_only_the_lines_that_are_needed_are_added(tmp_path):
    lay(tmp_path, BIGGER)
    made = make(BARE, tmp_path, write=False)
    diff = next(file.diff for file in made.files if file.path == "app/main.py")
    added = [line for line in diff.splitlines() if line.startswith("+") and not line.startswith("+++")]
    removed = [line for line in diff.splitlines() if line.startswith("-") and not line.startswith("---")]
    assert removed == []
    assert added == [
        "+from .core.errors import add_error_handlers",
        "+from .routers.todos import router as todos_router",
        "+add_error_handlers(app)",
        "+app.include_router(todos_router)",
    ]


def test_a_package_for_each_resource_keeps_its_file_names_and_its_aggregating_router(tmp_path):
    lay(tmp_path, AGGREGATED)
    made = make(TESTED, tmp_path)
    created = paths(made, "create")
    assert {"src/shop/todos/routes.py", "src/shop/todos/crud.py", "tests/unit/test_todos.py"} <= created
    assert paths(made, "edit") == {"src/shop/api/__init__.py", "src/shop/main.py", "pyproject.toml"}
    api = (tmp_path / "src/shop/api/__init__.py").read_text()
    assert api.rstrip().endswith("api_router.include_router(todos_router)")
    assert "\napi_router.include_router(todos_router)" in api
    main = (tmp_path / "src/shop/main.py").read_text()
    assert "    application = FastAPI(title='Shop')\n    add_error_handlers(application)\n" in main
    router = (tmp_path / "src/shop/todos/routes.py").read_text()
    assert "prefix='/todos'" in router  # in the project's quotes
    project = (tmp_path / "pyproject.toml").read_text()
    assert '  "fastapi>=0.165",  # the framework\n' in project
    assert "pytest" in project
    assert any(choice.taken == "/api/v1" for choice in made.questions)
    assert_settled(TESTED, tmp_path)


def test_a_prefix_that_is_asked_for_is_the_whole_path(tmp_path):
    lay(tmp_path, AGGREGATED)
    request = {**BARE, "options": {"tests": False, "prefix": "/api/v1/deep"}}
    made = make(request, tmp_path, write=False)
    router = next(file.content for file in made.files if file.path.endswith("todos/routes.py"))
    assert "prefix='/deep/todos'" in router
    request = {**BARE, "options": {"tests": False, "prefix": "/other"}}
    made = make(request, tmp_path, write=False)
    router = next(file.content for file in made.files if file.path.endswith("todos/routes.py"))
    assert "prefix='/other/todos'" in router
    assert "src/shop/api/__init__.py" not in paths(made, "edit")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_single_module_is_extended_with_its_line_ends(tmp_path, newline):
    text = "# mine\nfrom fastapi import FastAPI\n\napp = FastAPI()  # here\n".replace("\n", newline)
    (tmp_path / "main.py").write_bytes(text.encode())
    (tmp_path / "requirements.txt").write_bytes(f"fastapi{newline}".encode())
    make({**BARE, "options": {"tests": False, "storage": "sqlmodel"}}, tmp_path)
    after = (tmp_path / "main.py").read_bytes().decode()
    lines = after.split(newline)
    assert lines[:3] == ["# mine", "from fastapi import FastAPI", ""]
    assert lines[3].startswith("from core.errors import")
    assert lines[4:6] == ["from todos.router import router as todos_router", ""]
    assert f"app = FastAPI()  # here{newline}add_error_handlers(app){newline}" in after
    assert after.count("\n") == after.count(newline)
    needed = (tmp_path / "requirements.txt").read_bytes().decode()
    assert f"sqlmodel{newline}" in needed
    assert (tmp_path / "todos" / "router.py").is_file()


SYNCHRONOUS = {
    "app/__init__.py": "",
    "app/main.py": """
        from fastapi import FastAPI
        from app.routers.users import router
        app = FastAPI()
        app.include_router(router)
        """,
    "app/db.py": """
        from collections.abc import Iterator
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
        engine = create_engine("postgresql+psycopg://localhost/app")
        SessionLocal = sessionmaker(engine)
        class Model(DeclarativeBase):
            pass
        def get_db() -> Iterator[Session]:
            with SessionLocal() as session:
                yield session
        """,
    "app/routers/users.py": ROUTER.format(name="users"),
    "app/models/user.py": """
        from sqlalchemy.orm import Mapped, mapped_column
        from app.db import Model
        class User(Model):
            __tablename__ = "users"
            id: Mapped[int] = mapped_column(primary_key=True)
        """,
}
SQLMODEL = {
    **SYNCHRONOUS,
    "app/db.py": """
        from collections.abc import AsyncIterator
        from typing import Annotated
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import create_async_engine
        from sqlmodel.ext.asyncio.session import AsyncSession
        engine = create_async_engine("sqlite+aiosqlite:///x.db")
        async def get_session() -> AsyncIterator[AsyncSession]:
            async with AsyncSession(engine) as session:
                yield session
                await session.commit()
        SessionDep = Annotated[AsyncSession, Depends(get_session)]
        """,
    "app/models/user.py": """
        from sqlmodel import Field, SQLModel
        class User(SQLModel, table=True):
            id: int | None = Field(default=None, primary_key=True)
        """,
}


def test_the_session_and_base_of_a_project_are_used(tmp_path):
    lay(tmp_path, SYNCHRONOUS)
    made = make(TESTED, tmp_path)
    dependencies = (tmp_path / "app/dependencies/todos.py").read_text()
    assert "from app.db import get_db\n" in dependencies
    assert "session.commit()" in dependencies  # the project's dependency does not
    assert "class Todo(Model):" in (tmp_path / "app/models/todo.py").read_text()
    router = (tmp_path / "app/routers/todos.py").read_text()
    assert "async" not in router
    assert "lifespan" not in router
    assert not (tmp_path / "app/core/database.py").exists()
    taken = {choice.option: choice.taken for choice in made.questions}
    assert taken["options.storage"] == "sqlalchemy"
    assert taken["options.database"] == "postgres"
    assert_settled(TESTED, tmp_path)


def test_the_name_that_a_project_has_for_its_session_is_used(tmp_path):
    named = """
    from collections.abc import AsyncIterator
    from typing import Annotated

    from fastapi import Depends
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase

    sessions = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///a.db"))

    class Model(DeclarativeBase):
        pass

    async def open_session() -> AsyncIterator[AsyncSession]:
        async with sessions.begin() as session:
            yield session

    Database = Annotated[AsyncSession, Depends(open_session)]
    """
    lay(tmp_path, {**BIGGER, "app/db.py": named})
    make(TESTED, tmp_path)
    found = next(
        path.read_text() for path in tmp_path.rglob("*.py") if "TodoRepositoryDep = " in path.read_text()
    )
    assert "from app.db import Database\n" in found
    assert "(session: Database)" in found
    assert "SessionDep" not in found
    assert_settled(TESTED, tmp_path)


GUARDED = {
    **BIGGER,
    "app/auth.py": """
        from typing import Annotated
        from fastapi import Depends, HTTPException
        from fastapi.security import OAuth2PasswordBearer
        oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")
        async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]) -> str:
            if token != "known":
                raise HTTPException(401)
            return token
        """,
    "app/routers/users.py": """
        from typing import Annotated
        from fastapi import APIRouter, Depends
        from app.auth import get_current_user
        router = APIRouter(prefix="/users", tags=["users"])
        @router.get("/me")
        async def read_me(user: Annotated[str, Depends(get_current_user)]) -> str:
            return user
        """,
}


@pytest.mark.parametrize(
    "request_",
    [
        {**TESTED, "options": {"auth": {"scheme": "jwt", "protect": ["create"]}}},
        {"name": "feed", "pattern": "sse", "options": {"auth": "external_jwt"}},
    ],
    ids=["resource", "feature"],
)
def test_the_check_of_callers_of_a_project_is_used_and_said(tmp_path, request_):
    lay(tmp_path, GUARDED)
    made = make(request_, tmp_path)
    name = "todos" if request_["name"] == "todo" else "feed"
    router = (tmp_path / f"app/routers/{name}.py").read_text()
    assert "from app.auth import get_current_user\n" in router
    assert "dependencies=[Depends(get_current_user)]" in router
    assert '401: {"description": "The caller is not known."}' in router
    taken = {choice.option: choice for choice in made.questions}
    assert taken["options.auth.by"].taken == "get_current_user of the project"
    assert "app/auth.py" in taken["options.auth.by"].why
    assert not list(tmp_path.glob("app/core/*token*"))
    assert "get_current_user] = refuse" in (tmp_path / f"tests/test_{name}.py").read_text()
    assert_settled(request_, tmp_path)


@pytest.mark.parametrize("auth", ["api_key", {"scheme": "jwt", "issuer": "shop"}])
def test_a_check_of_another_kind_or_one_that_is_described_is_made(tmp_path, auth):
    lay(tmp_path, GUARDED)
    made = make({**BARE, "options": {"tests": False, "auth": auth}}, tmp_path, write=False)
    router = next(file.content for file in made.files if file.path.endswith("routers/todos.py"))
    assert "Depends(get_caller)" in router


def test_asynchronous_sessions_that_commit_are_used_as_they_are(tmp_path):
    lay(tmp_path, SQLMODEL)
    make(TESTED, tmp_path)
    dependencies = (tmp_path / "app/dependencies/todos.py").read_text()
    assert "from app.db import SessionDep\n" in dependencies
    assert "commit" not in dependencies
    assert "(SQLModel, table=True)" in (tmp_path / "app/models/todo.py").read_text()
    assert_settled(TESTED, tmp_path)


def test_a_second_resource_shares_what_the_first_brought(tmp_path):
    make({**BARE, "options": {"storage": "sqlmodel"}}, tmp_path)
    errors = (tmp_path / "app/core/errors.py").read_text()
    second = {"name": "note", "fields": ["text:text"]}
    made = make(second, tmp_path)
    assert {choice.option: choice.taken for choice in made.questions}["options.storage"] == "sqlmodel"
    assert "app/core/errors.py" in paths(made, "unchanged")
    assert (tmp_path / "app/core/errors.py").read_text() == errors
    main = (tmp_path / "app/main.py").read_text()
    assert main.count("include_router(") == 2
    assert main.count("add_error_handlers(app)") == 1
    assert_settled(second, tmp_path)
    assert_settled({**BARE, "options": {"storage": "sqlmodel"}}, tmp_path)


def test_a_module_of_the_project_with_the_name_of_a_shared_one_is_left_alone(tmp_path):
    mine = "class Oops(Exception): ...\n"
    lay(tmp_path, {**BIGGER, "app/core/__init__.py": "", "app/core/errors.py": mine})
    make(BARE, tmp_path)
    assert (tmp_path / "app/core/errors.py").read_text() == mine
    assert "from app.core.api_errors import" in (tmp_path / "app/routers/todos.py").read_text()
    assert_settled(BARE, tmp_path)


def test_several_applications_are_asked_about(tmp_path):
    lay(tmp_path, {"main.py": MAIN, "admin.py": MAIN})
    made = make(BARE, tmp_path, write=False)
    asked = next(choice for choice in made.questions if choice.option == "project")
    assert asked.taken == "main:app"
    assert "admin:app" in asked.alternatives
    before = snapshot(tmp_path)
    with pytest.raises(BadArgument, match=r"admin:app, main:app"):
        scaffold_route(BARE, project_root=tmp_path, write=True)
    assert snapshot(tmp_path) == before
    (tmp_path / "pyproject.toml").write_text('[tool.fastapi]\nentrypoint = "admin:app"\n')
    make(BARE, tmp_path)
    assert "todos_router" in (tmp_path / "admin.py").read_text()


FACTORY = """
from fastapi import FastAPI

from portal.http import register_routers


def build_app() -> FastAPI:
    app = FastAPI(title="Portal")
    register_routers(app)
    return app
"""
FROM_ANOTHER_MODULE = {
    "src/portal/__init__.py": "",
    "src/portal/factory.py": FACTORY,
    "src/portal/asgi.py": "from portal.factory import build_app\n\napp = build_app()\n",
    "src/portal/http/__init__.py": """
from fastapi import APIRouter, FastAPI

from portal.http import ping

root = APIRouter(prefix="/api")
root.include_router(ping.router)


def register_routers(app: FastAPI) -> None:
    app.include_router(root)
""",
    "src/portal/http/ping.py": ROUTER.format(name="ping"),
}


def test_a_factory_that_another_module_calls_installs_the_handlers_of_errors(tmp_path):
    root = lay(tmp_path, FROM_ANOTHER_MODULE)
    make(BARE, root)
    factory = (root / "src/portal/factory.py").read_text()
    made = 'app = FastAPI(title="Portal")\n    add_error_handlers(app)\n    register_routers(app)\n'
    assert made in factory
    assert "from portal.core.errors import add_error_handlers\n" in factory
    assert (root / "src/portal/asgi.py").read_text() == FROM_ANOTHER_MODULE["src/portal/asgi.py"]
    assert_settled(BARE, root)


def test_tests_lie_beside_the_code_where_those_of_the_project_do(tmp_path):
    beside = {"src/portal/http/test_ping.py": "def test_nothing() -> None: ...\n"}
    root = lay(tmp_path, {**FROM_ANOTHER_MODULE, **beside})
    created = paths(make(TESTED, root), "create")
    found = {path for path in created if "/test_" in path}
    shared = {f"src/portal/core/test_{name}.py" for name in ("errors", "ids")}
    assert found >= {"src/portal/http/test_todos.py", *shared}, found
    assert not any(path.startswith("tests/") for path in created)
    assert_settled(TESTED, root)


def test_a_line_that_has_no_place_of_its_own_is_told_and_nothing_is_half_done(tmp_path):
    source = "from fastapi import FastAPI\ndef make(): app = FastAPI(); return app\n"
    root = lay(tmp_path, {"main.py": source})
    made = make(BARE, root)
    assert (root / "main.py").read_text() == source
    assert any("add_error_handlers(app)" in step for step in made.next_steps)


def test_an_application_without_a_name_is_left_alone_and_the_lines_are_told(tmp_path):
    text = "from fastapi import FastAPI\n\n\ndef build() -> FastAPI:\n    return FastAPI()\n"
    (tmp_path / "main.py").write_text(text)
    made = make(BARE, tmp_path)
    assert (tmp_path / "main.py").read_text() == text
    told = " ".join(made.next_steps)
    assert "from todos.router import router as todos_router" in told
    assert "app.include_router(todos_router)" in told


def test_a_name_that_is_taken_in_the_module_gets_another(tmp_path):
    lay(tmp_path, {"main.py": "from fastapi import FastAPI\n\ntodos_router = 1\napp = FastAPI()\n"})
    make(BARE, tmp_path)
    text = (tmp_path / "main.py").read_text()
    assert "import router as todos_router_2" in text
    assert "app.include_router(todos_router_2)" in text
    assert_settled(BARE, tmp_path)


def test_the_versions_of_a_project_decide_on_idioms(tmp_path):
    lay(tmp_path, {"main.py": MAIN, "requirements.txt": "fastapi==0.115.2\npydantic==2.9.0\n"})
    made = make(BARE, tmp_path, write=False)
    text = "".join(file.content for file in made.files)
    assert "MISSING" not in text
    assert "max_body_size" not in text
    assert "written for 0.115.2 and 2.9.0" in next(c.detail for c in made.checks if c.name == "imports")
    asked = next(choice for choice in made.questions if choice.option == "target")
    assert asked.taken == "FastAPI 0.115.2, Pydantic 2.9.0, Python 3.11"
    assert "requirements.txt" in asked.why


def test_a_project_that_is_too_old_is_refused(tmp_path):
    lay(tmp_path, {"main.py": MAIN, "requirements.txt": "fastapi==0.95.0\n"})
    with pytest.raises(NotInVersion, match=r"0\.95\.0"):
        scaffold_route(BARE, project_root=tmp_path, write=False)


def test_a_package_below_src_gets_the_new_application(tmp_path):
    lay(tmp_path, {"src/shop/__init__.py": "", "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'})
    made = make(BARE, tmp_path)
    assert "src/shop/main.py" in paths(made, "create")
    assert "fastapi" in (tmp_path / "pyproject.toml").read_text()


def test_the_database_of_a_started_project_stays_what_it_was(tmp_path):
    request = {**BARE, "options": {"tests": False, "storage": "sqlmodel", "auth": "api_key"}}
    make(request, tmp_path)
    text = (tmp_path / "pyproject.toml").read_text()
    assert "asyncpg" in text  # what tests need says nothing about the database
    assert_settled(request, tmp_path)


def test_a_plural_of_another_language_is_found_again(tmp_path):
    lay(tmp_path, BIGGER)
    request = {"name": "kunde", "fields": ["name:string"], "options": {"plural": "kunden", "tests": False}}
    scaffold_route(request, project_root=tmp_path, write=True)
    assert {file.action for file in plan_route(request, project_root=tmp_path)} == {"unchanged"}
