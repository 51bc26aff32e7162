"""A quarry: input models, lists, pages and patches."""

from typing import Annotated, Any, Dict, List, Optional, Union

from fastapi import APIRouter, Body, Depends, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel, Field, field_validator, model_validator
from sqlmodel import Field as Column, Session, SQLModel, create_engine, select

engine = create_engine("sqlite:///quarry.db")
router = APIRouter(prefix="/v1/quarry", tags=["quarry"])


class Block(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    stone: str
    owner_id: int = 0


class BlockIn(BaseModel):
    """A new block."""

    stone: str = Field(description="Stone")
    size: Optional[int] = Field(description="Size")  # expect: VAL303
    tags: List[str] = Field(default_factory=list, description="Tags")

    @field_validator("tags", mode="after")
    @classmethod
    def sort(cls, value: List[str]) -> List[str]:  # expect: PYD101
        value.sort()

    @model_validator(mode="before")
    @classmethod
    def old_names(cls, data: Any) -> Any:
        if isinstance(data, dict) and "kind" in data:
            data = {**data, "stone": data["kind"]}
        return data


class BlockChange(BaseModel):
    """What can change."""

    stone: str | None = Field(default=None, description="Stone")
    owner_id: int | None = Field(default=None, description="Owner")  # todo: VAL305 nobody is known here who could own it


def session():
    with Session(engine) as made:
        yield made


SessionDep = Annotated[Session, Depends(session)]


@router.get("/blocks")
def blocks(db: SessionDep, page: int = 1, page_size: int = Query(default=50)) -> List[Block]:  # expect: VAL304
    """Blocks."""
    return list(db.exec(select(Block).offset((page - 1) * page_size).limit(page_size)))


@router.get("/blocks/all", response_model=List[Block])
def all_blocks(db: SessionDep):
    """All blocks."""
    found = db.exec(select(Block).order_by(Block.id)).all()  # expect: RSP415
    return found


@router.get("/blocks/stones")
def by_stone(db: SessionDep, stones: List[str]) -> int:  # expect: RTE214
    """By stones."""
    return len(stones)


@router.post("/blocks", status_code=201)
def add(block: BlockIn, db: SessionDep) -> dict[str, Any]:
    """Adds a block."""
    row = Block(**block.model_dump(include={"stone"}))
    db.add(row)
    db.commit()
    db.refresh(row)
    return {"block": row}


@router.patch("/blocks/{block_id}")
def change(block_id: int, changes: BlockChange, db: SessionDep) -> Block:
    """Changes a block."""
    row = db.get(Block, block_id)
    if row is None:
        raise HTTPException(404)
    data = changes.model_dump()  # expect: RSP416
    for key in data:
        setattr(row, key, data[key])
    db.add(row)
    db.commit()
    return row


@router.put("/settings")
def settings(values: Dict[str, Any]) -> int:  # expect: VAL301
    """Replaces settings."""
    return len(values["stones"])


@router.post("/hook")
async def hook(request: Request, db: SessionDep) -> int:
    """Takes a hook."""
    form = await request.form()  # expect: VAL302
    row = Block(**form)  # expect: VAL305
    db.add(row)
    db.commit()  # expect: ASY105
    return row.id or 0


@router.get("/blocks/{block_id}")
def block(block_id: int, db: SessionDep) -> Union[Block, None]:
    """A block."""
    return db.get(Block, block_id)


app = FastAPI()
app.include_router(router)
