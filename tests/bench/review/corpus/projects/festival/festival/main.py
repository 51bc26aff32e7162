"""A festival: stages, bands, tickets; wired in one place."""

from fastapi import Depends, FastAPI

from festival.parameters import check_festival
from festival.routers import bands, chat, tickets
from festival.routers.stages import router as stage_router


def create_app() -> FastAPI:
    app = FastAPI(title="festival")
    app.include_router(bands.router, prefix="/v2/{festival}", dependencies=[Depends(check_festival)])
    app.include_router(stage_router, prefix="/v2")
    app.include_router(tickets.router, prefix="/v2/tickets", tags=["tickets"])
    app.include_router(chat.router)
    return app


app = create_app()
