"""An embassy: errors that are caught where they belong."""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from starlette.exceptions import HTTPException as StarletteHTTPException

from embassy.tables import Visa

log = logging.getLogger(__name__)
engine = create_engine("sqlite:///embassy.db")
Local = sessionmaker(bind=engine)


class EmbassyError(Exception):
    """What an applicant may read."""

    status = 400


class NoSuchVisa(EmbassyError):
    status = 404


def session() -> Iterator[Session]:
    made = Local()
    try:
        yield made
    except SQLAlchemyError:
        made.rollback()
        raise
    finally:
        made.close()


@contextlib.contextmanager
def told(what: str) -> Iterator[None]:
    try:
        yield
    except OSError:
        log.exception("%s failed", what)
        raise HTTPException(503, "try again later") from None


router = APIRouter(prefix="/v1/visas", tags=["visas"])


@router.get("/{number}")
def visa(number: int, db: Session = Depends(session)) -> dict[str, int]:
    """A visa."""
    try:
        row = db.get(Visa, number)
        if row is None:
            raise HTTPException(404, "no such visa")
        return {"number": row.number}
    except HTTPException:
        raise
    except Exception:
        log.exception("reading %d", number)
        raise HTTPException(500, "cannot be read now") from None


@router.post("", status_code=201)
def apply(number: int, db: Session = Depends(session)) -> dict[str, int]:
    """Applies."""
    db.add(Visa(number=number))
    try:
        db.commit()
    except IntegrityError as error:
        db.rollback()
        log.info("twice: %s", error)
        raise HTTPException(409, "this number is taken") from error
    return {"number": number}


@router.get("/{number}/stamp")
def stamp(number: int, db: Session = Depends(session)) -> dict[str, bool]:
    """Stamps."""
    with told("stamping"):
        found = db.scalars(select(Visa).where(Visa.number == number)).first()
    if found is None:
        raise NoSuchVisa
    with contextlib.suppress(FileNotFoundError):
        log.debug("stamped %d", number)
    return {"stamped": True}


app = FastAPI()


@app.middleware("http")
async def refuse(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    if request.headers.get("x-blocked"):
        return JSONResponse({"detail": "blocked"}, status_code=403)
    try:
        return await call_next(request)
    except RuntimeError:
        log.exception("%s", request.url.path)
        return JSONResponse({"detail": "failed"}, status_code=500)


app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://embassy.example"],
    allow_credentials=True,
    allow_methods=["GET", "POST"],
)


@app.exception_handler(EmbassyError)
async def own(request: Request, error: EmbassyError) -> JSONResponse:
    return JSONResponse({"detail": type(error).__name__}, status_code=error.status)


@app.exception_handler(StarletteHTTPException)
async def http(request: Request, error: StarletteHTTPException) -> JSONResponse:
    return JSONResponse({"detail": error.detail}, status_code=error.status_code)


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    return JSONResponse({"detail": [one["loc"] for one in error.errors()]}, status_code=422)


app.include_router(router)
