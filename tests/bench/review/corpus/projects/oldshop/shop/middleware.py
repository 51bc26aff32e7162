"""Middleware of the shop."""

from fastapi import FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware

from shop.settings import settings


def install(app: FastAPI) -> None:
    """Adds all middleware."""
    app.add_middleware(  # expect: MID801
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_credentials=settings.cors_credentials,
    )

    @app.middleware("http")
    async def only_members(request: Request, call_next):
        if "x-member" not in request.headers:
            raise HTTPException(403, "Members only")  # expect: MID804
        return await call_next(request)
