"""The application."""

from fastapi import FastAPI

from .errors import CarrierDown, show_anything, show_carrier_down
from .routers import parcels


def create_app() -> FastAPI:
    app = FastAPI(exception_handlers={CarrierDown: show_carrier_down})
    app.add_exception_handler(Exception, show_anything)
    app.include_router(parcels.router)
    return app


app = create_app()
