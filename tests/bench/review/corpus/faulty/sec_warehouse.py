"""A warehouse's service whose answers, statements and clients are too trusting."""

from typing import Annotated

import httpx
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Security, UploadFile, security
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

guard = security.HTTPBearer()
router = APIRouter(prefix="/pallets")
upstream = httpx.AsyncClient(base_url="https://stock.example.com", verify=False)  # expect: OUT103, SEC609

make_session = async_sessionmaker(create_async_engine("sqlite+aiosqlite://"), expire_on_commit=False)


async def get_session():
    async with make_session() as session:
        yield session


@router.get("/find")
async def find(label: str, session: Annotated[AsyncSession, Depends(get_session)]):
    query = "SELECT id FROM pallets WHERE label = '{}'".format(label)
    rows = await session.execute(sql(query))  # expect: SEC602
    return [row.id for row in rows]


@router.put("/{pallet_id}/photo")
def photo(pallet_id: int, image: UploadFile):
    target = "photos/" + image.filename
    try:
        with open(target, "wb") as out:  # expect: SEC606
            out.write(b"")
    except OSError as problem:
        raise HTTPException(507, detail={"reason": repr(problem)}) from problem  # expect: SEC617


@router.delete("/{pallet_id}")
async def remove(pallet_id: int, credentials: security.HTTPAuthorizationCredentials = Security(guard)):  # expect: AUT704
    return {"removed": pallet_id}


def create_app() -> FastAPI:
    application = FastAPI(debug=True)  # expect: SEC614
    application.include_router(router)
    return application


app = create_app()
