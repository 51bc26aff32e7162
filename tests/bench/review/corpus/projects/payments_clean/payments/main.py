"""The application."""

import logging
import uuid

from fastapi import APIRouter, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse
from prometheus_client import make_asgi_app
from slowapi import Limiter
from slowapi.util import get_remote_address
from sqlalchemy import text

from payments.database import SessionDep, lifespan
from payments.routers import payments
from payments.settings import get_settings

log = logging.getLogger("payments")


async def on_unexpected(request: Request, exc: Exception) -> JSONResponse:
    """One body for everything that was not foreseen."""
    log.exception("unexpected", exc_info=exc, extra={"request_id": request.state.request_id})
    return JSONResponse({"detail": "Something went wrong"}, status_code=500)


def create_app() -> FastAPI:
    """Builds the application."""
    settings = get_settings()
    app = FastAPI(title="Payments", version="1.0.0", lifespan=lifespan)
    app.state.limiter = Limiter(key_func=get_remote_address, default_limits=["100/minute"])
    app.add_middleware(GZipMiddleware)

    @app.middleware("http")
    async def identify(request: Request, call_next):
        request.state.request_id = request.headers.get("x-request-id", uuid.uuid4().hex)
        response = await call_next(request)
        response.headers["x-request-id"] = request.state.request_id
        response.headers["x-content-type-options"] = "nosniff"
        return response

    app.add_middleware(
        CORSMiddleware, allow_origins=settings.origins, allow_credentials=settings.allow_credentials
    )
    api = APIRouter(prefix="/v1")
    api.include_router(payments.router)
    app.include_router(api)
    app.add_exception_handler(Exception, on_unexpected)
    app.mount("/metrics", make_asgi_app())
    return app


app = create_app()


@app.get("/livez", include_in_schema=False)
async def live() -> dict[str, str]:
    """Alive."""
    return {"status": "ok"}


@app.get("/readyz", include_in_schema=False)
async def ready(session: SessionDep) -> dict[str, str]:
    """Ready when the database answers."""
    await session.execute(text("SELECT 1"))
    return {"status": "ready"}
