import logging
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse, ORJSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel

logger = logging.getLogger(__name__)
templates = Jinja2Templates(directory=str(Path(__file__).parent / "templates"))


class Row(BaseModel):
    label: str
    value: float


class Store:
    """What the pages show."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    async def load(self) -> None:
        self.rows = [Row(label="a", value=1.0)]

    async def close(self) -> None:
        self.rows = []


store = Store()


@asynccontextmanager
async def lifespan(app: FastAPI):
    await store.load()
    try:
        yield
    finally:
        await store.close()


app = FastAPI(title="Figures", lifespan=lifespan, default_response_class=ORJSONResponse)  # expect: UPG614
app.mount("/static", StaticFiles(directory="static", check_dir=False), name="static")
reports = FastAPI(title="Reports")


@app.on_event("startup")
async def warm_up() -> None:  # expect: UPG602
    logger.info("warming up")


@reports.on_event("shutdown")
async def bye() -> None:  # expect: UPG601
    logger.info("reports are closed")


@app.get("/", response_class=HTMLResponse, include_in_schema=False)
async def index(request: Request):
    return templates.TemplateResponse("index.html", {"request": request, "rows": store.rows})  # expect: UPG616


@app.get("/table", response_class=HTMLResponse, include_in_schema=False)
async def table(request: Request):
    context = {"request": request, "rows": store.rows}
    return templates.TemplateResponse("table.html", context, status_code=200)  # expect: UPG616


@app.get("/v1/rows", tags=["rows"])
async def rows(label: str | None = Query(default=None, regex=r"^\w+$", max_length=20)) -> list[Row]:  # expect: UPG603
    """Rows with a label."""
    return [row for row in store.rows if label in (None, row.label)]


@reports.get("/daily", tags=["reports"])
async def daily() -> Row:
    """Sum of the day."""
    return Row(label="sum", value=sum(row.value for row in store.rows))


app.mount("/reports", reports)
