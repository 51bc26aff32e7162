"""A flea market where every value finds its way: looks like trouble, and is none."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Optional

import wrapt
from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, Form, Header, Path, Query, Request, UploadFile
from market.plugins import audited, shop_from_host
from prometheus_client import make_asgi_app
from pydantic import BaseModel, Json, PositiveInt
from starlette_exporter import handle_metrics

app = FastAPI()
shops = APIRouter(prefix="/shops/{shop_id}", tags=["shops"])
misc = APIRouter(tags=["misc"])
Labels = Annotated[list[str], Query(alias="label")]


class Filters(BaseModel):
    text: str = ""
    colors: list[str] = []


class Meta(BaseModel):
    title: str


class ShopLoader:
    def __init__(self, strict: bool) -> None:
        self.strict = strict

    def __call__(self, shop_id: Annotated[int, Path(ge=1)]) -> int:
        return shop_id if self.strict else 0


load_shop = ShopLoader(strict=True)
CurrentShop = Annotated[int, Depends(load_shop)]


def same_signature(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*args: Any, **kwargs: Any) -> Any:  # ok: has the signature of what it wraps
        return function(*args, **kwargs)

    wrapper.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return wrapper


@wrapt.decorator
def traced(wrapped: Any, instance: Any, args: Any, kwargs: Any) -> Any:
    return wrapped(*args, **kwargs)


def only_request(function: Callable[..., Any]) -> Callable[..., Any]:
    async def wrapper(request: Request) -> Any:  # ok: FastAPI is meant to see this one
        return await function(request)

    return wrapper


def ids(values: Annotated[list[int], Query()] = []) -> list[int]:  # ok: a marker in the annotation
    return values


@shops.get("/offers")
def offers(shop: CurrentShop, labels: Labels, filters: Annotated[Filters, Query()]) -> list[str]:
    return [*labels, filters.text, str(shop)]


@shops.get("/stats")  # ok: a placeholder of the prefix that this one does not need
def stats() -> dict[str, int]:
    return {}


@shops.get("/hosts/{host}", dependencies=[Depends(shop_from_host)])  # ok: what it needs is not in sight
def hosts() -> list[str]:
    return []


@shops.get("/files/{name:path}")
def file_of(request: Request) -> str:
    return str(request.path_params["name"])


@shops.get("/cookies")
def cookies(seen: Annotated[list[str] | None, Cookie()] = None, x_tag: list[str] = Header([])) -> int:
    return len(seen or x_tag)


@misc.post("/bulk")
def bulk(numbers: list[int], tags: set[str] = Query(...)) -> int:  # ok: a body is right for POST
    return sum(numbers) + len(tags)


@misc.get("/parts/{part_no}")
@same_signature
@traced
def part(number: Annotated[str, Path(alias="part_no")], found: list[int] = Depends(ids)) -> str:
    return f"{number} {found}"


@misc.get("/raw")
@only_request
async def raw(request):
    return request.headers


@misc.get("/guarded/{key}")
@audited
def guarded() -> str:
    return "what the decorator passes is not in sight"


@misc.post("/photos")
async def photo(meta: Annotated[Json[Meta], Form()], file: UploadFile, size: PositiveInt = Body(1)) -> str:
    return f"{meta.title} {file.filename} {size}"


@misc.delete("/sessions")
def forget(which: Annotated[list[int] | None, Body()] = None, why: Optional[str] = None) -> None:
    print(which, why)


app.include_router(shops, prefix="/v1")
app.include_router(misc, prefix="/v1")
app.add_route("/metrics", handle_metrics)
app.mount("/internal", make_asgi_app())
