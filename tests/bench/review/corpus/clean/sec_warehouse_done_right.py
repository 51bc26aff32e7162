"""The same warehouse with care: everything here only looks like a fault."""

import logging
import os
from enum import Enum
from pathlib import Path
from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Security, UploadFile, security
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

logger = logging.getLogger(__name__)
guard = security.HTTPBearer()
make_session = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"), expire_on_commit=False)


async def get_session():
    async with make_session() as session:
        yield session


def upstream(request: Request) -> httpx.Client:
    with httpx.Client(verify=os.environ["CA_FILE"], timeout=5) as client:
        yield client


class Column(str, Enum):
    label = "label"
    weight = "weight"


async def clerk(request: Request, credentials: security.HTTPAuthorizationCredentials = Security(guard)):
    return await request.app.state.tokens.verify(credentials.credentials)


router = APIRouter(prefix="/pallets", dependencies=[Security(clerk)])


@router.get("/")
async def pallets(order: Column, label: str, session: Annotated[AsyncSession, Depends(get_session)]):
    query = f"SELECT id FROM pallets WHERE label = :label ORDER BY {order.value}"
    return [row.id for row in await session.execute(sql(query), {"label": label})]


@router.put("/{pallet_id}/photo")
def photo(pallet_id: int, image: UploadFile):
    try:
        Path("photos", f"{pallet_id}.jpg").write_bytes(b"")
    except OSError as problem:
        logger.warning(f"no photo: {problem}")
        raise HTTPException(507, detail="The photo cannot be stored.") from problem


@router.delete("/{pallet_id}")
async def remove(pallet_id: int, credentials: security.HTTPAuthorizationCredentials = Security(guard)):
    return {"removed": pallet_id}


app = FastAPI(debug=bool(os.environ.get("DEBUG")))
app.include_router(router)
