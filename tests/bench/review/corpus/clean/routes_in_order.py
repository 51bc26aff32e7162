"""Routes that look as if they clashed."""

from enum import Enum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, FastAPI, Form, Header, HTTPException, Path, Query, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field


class Kind(str, Enum):
    cat = "cat"
    dog = "dog"


class Window(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(20, ge=1, le=50)
    kinds: list[Kind] = []


class Upload(BaseModel):
    title: str
    note: str | None


def owner(owner_id: Annotated[int, Path(ge=1)]) -> int:
    return owner_id


class Lookup:
    """Finds an animal by the path."""

    def __call__(self, animal_id: UUID) -> UUID:
        return animal_id


OwnerDep = Annotated[int, Depends(owner)]
Ids = Annotated[list[int], Query(max_length=50)]
animals = APIRouter(prefix="/animals", tags=["animals"])
owned = APIRouter(prefix="/owners/{owner_id}", tags=["owners"])


@animals.get("/me")
async def me() -> str:
    """Mine."""
    return "mine"


@animals.get("/by-number/{number:int}")
async def by_number(number: int) -> int:
    """By number."""
    return number


@animals.get("/by-number/latest")
async def latest() -> str:
    """The latest."""
    return "latest"


@animals.get("/{animal_id}")
async def read(animal: Annotated[UUID, Depends(Lookup())]) -> UUID:
    """One animal."""
    return animal


@animals.get("/")
async def listing(window: Annotated[Window, Query()], ids: Ids) -> list[int]:
    """Some animals."""
    return ids[: window.limit]


@animals.post("/{animal_id}")
async def rename(animal_id: UUID, name: Annotated[str, Body(embed=True)]) -> str:
    """Renames an animal."""
    return name


@animals.get("/{animal_id}/scores")
async def scores(animal_id: UUID, x_tag: Annotated[list[str] | None, Header()] = None) -> list[str]:
    """Scores."""
    return x_tag or []


@animals.post("/upload/form", status_code=201)
async def upload(data: Annotated[Upload, Form()], request: Request) -> str:
    """Takes a form."""
    return f"{data.title} {request.path_params}"


@animals.post("/upload/file", status_code=201)
async def upload_file(file: UploadFile, title: Annotated[str, Form()]) -> str:
    """Takes a file."""
    head = await file.read(16)
    return f"{title} {len(head)}"


@owned.get("/animals")
async def of_owner(who: OwnerDep) -> int:
    """Animals of an owner."""
    return who


@owned.get("/raw/{rest:path}")
async def raw(request: Request) -> str:
    """Whatever comes."""
    return request.path_params["rest"]


@owned.get("/files/a/b")
@owned.get("/files/a/c")
async def stacked(owner_id: int) -> int:
    """Two paths for one handler."""
    return owner_id


@owned.post("/prices")
async def prices(owner_id: int, values: dict[str, float]) -> float:
    """Sum of prices."""
    if not values:
        raise HTTPException(422, "Nothing to add")
    return sum(values.values())


app = FastAPI(title="Animals")
app.include_router(animals, prefix="/v1")
app.include_router(animals, prefix="/v2")
app.include_router(owned, prefix="/v1")
admin = FastAPI(title="Admin")


@admin.get("/v1/animals/me")
async def admin_me() -> str:
    """Another app."""
    return "admin"


app.mount("/admin", admin)


@app.get("/{full_path:path}", include_in_schema=False)
async def fallback(full_path: str) -> str:
    """Everything else."""
    return full_path
