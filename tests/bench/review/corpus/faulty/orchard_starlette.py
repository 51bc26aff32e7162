"""An orchard: Starlette's routes in a FastAPI application, an odd client, lists of dicts."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, FastAPI, Form, HTTPException, Query, Request, status
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from orchard.db import Tree, session

log = logging.getLogger(__name__)
app = FastAPI()
router = APIRouter(prefix="/v1/trees", tags=["trees"])


class TreeIn(BaseModel):
    """A tree somebody plants."""

    model_config = ConfigDict(extra="allow")  # expect: VAL305

    kind: str = Field(description="Kind")


class TreeOut(BaseModel):
    """A tree."""

    id: int = Field(description="Number")
    kind: str = Field(description="Kind")


@router.route("/legacy", methods=["GET"])  # expect: RTE208
async def legacy(request: Request) -> PlainTextResponse:
    return PlainTextResponse("old")


@router.post("", status_code=201)
async def plant(tree: TreeIn, db: Annotated[AsyncSession, Depends(session)]) -> TreeOut:
    """Plants a tree."""
    row = Tree(**tree.model_dump())
    db.add(row)
    await db.commit()
    return TreeOut(id=row.id, kind=row.kind)


@router.post("/bulk", status_code=201)
async def bulk(trees: list[dict[str, Any]], db: Annotated[AsyncSession, Depends(session)]) -> int:  # expect: VAL301
    """Plants trees."""
    for tree in trees:
        db.add(Tree(**tree))  # expect: VAL305
    await db.commit()
    return len(trees)


@router.get("/search")
async def search(
    db: Annotated[AsyncSession, Depends(session)],
    kind: Annotated[str, Query(max_length=40)],
    sort: str = "kind",
    per_page: int = 20,  # expect: VAL304
) -> list[TreeOut]:
    """Searches trees."""
    statement = text(f"SELECT id, kind FROM trees WHERE kind = :kind ORDER BY {sort} LIMIT :n")  # expect: SEC602
    rows = await db.execute(statement, {"kind": kind, "n": per_page})
    return [TreeOut(id=row.id, kind=row.kind) for row in rows]


@router.get("/{tree_id}", response_model=TreeOut)
async def tree(tree_id: int, db: Annotated[AsyncSession, Depends(session)]):
    """A tree."""
    row = db.get(Tree, tree_id)  # expect: ASY110
    if row is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return JSONResponse({"id": row.id, "kind": row.kind})  # expect: RSP406


@router.get("/{tree_id}/card", response_class=HTMLResponse)
async def card(tree_id: int, note: str = "") -> HTMLResponse:
    """A card."""
    return HTMLResponse(f"<p>Tree {tree_id}: {note}</p>")  # expect: SEC608


@router.delete("/{tree_id}", status_code=status.HTTP_204_NO_CONTENT)
async def fell(tree_id: int, db: Annotated[AsyncSession, Depends(session)]) -> None:
    """Fells a tree."""
    row = await db.get(Tree, tree_id)
    if row is None:
        raise HTTPException(404)
    await db.delete(row)
    await db.commit()


@router.post("/login")
async def login(username: Annotated[str, Form()], password: Annotated[str, Form()]) -> dict[str, str]:
    """Logs in."""
    log.warning("login of %s (%s)", username, password)  # expect: SEC616
    if password == "orchard!2024":  # expect: SEC601, SEC612
        return {"name": username}
    raise HTTPException(401)


@router.post("/message")
async def message(note: Annotated[str, Body(embed=True)]) -> dict[str, str]:
    """Leaves a message."""
    try:
        number = int(note)
    except ValueError as error:
        raise HTTPException(422, detail=str(error)) from error  # expect: SEC617
    return {"number": str(number)}


app.include_router(router)
