"""The application."""

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware

from .api import router
from .settings import settings


def create_app() -> FastAPI:
    app = FastAPI(title="Vineyard")
    app.include_router(router)
    app.add_middleware(  # expect: MID801
        CORSMiddleware,
        allow_origins=list(settings.origins),
        allow_credentials=True,
    )

    @app.middleware("http")
    async def stamp(request: Request, call_next):
        response = await call_next(request)
        response.headers["X-App"] = "vineyard"
        return response

    return app


app = create_app()
