"""A portal with cookies, uploads and answers that give away too much."""

import io
import traceback
from typing import Annotated

import aiohttp
import httpx
import requests
from fastapi import APIRouter, Cookie, Depends, FastAPI, File, HTTPException, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from fastapi.security import APIKeyQuery
from starlette.middleware.sessions import SessionMiddleware

by_key = APIKeyQuery(name="api_key", auto_error=True)  # expect: SEC615
portal = FastAPI(title="Portal", debug=True, strict_content_type=False)  # expect: SEC614, SEC618
portal.add_middleware(SessionMiddleware, secret_key=open("/run/secrets/session").read(), max_age=3600)  # expect: SEC613
pages = APIRouter(strict_content_type=False)  # expect: SEC618

upstream = requests.Session()
upstream.verify = False  # expect: SEC609
gateway = httpx.Client(base_url="https://gateway.internal", verify=False, timeout=5)  # expect: SEC609


async def connector() -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(ssl=False)  # expect: SEC609


def key_owner(key: Annotated[str, Depends(by_key)]) -> str:
    if key not in {"reader", "writer"}:
        raise HTTPException(403)
    return key


@pages.post("/login")
def login(response: Response, user: Annotated[str, Query()], password: Annotated[str, Query()]) -> bool:  # expect: SEC615
    if not user or not password:
        return False
    response.set_cookie("session_id", user, max_age=600, samesite="strict")  # expect: SEC613
    response.set_cookie("csrftoken", "value", secure=True)  # ok: scripts read it
    return True


@pages.post("/remember")
def remember() -> RedirectResponse:
    answer = RedirectResponse("/", status_code=303)
    answer.set_cookie(key="remember_me", value="1", httponly=True, secure=False)  # expect: SEC613
    answer.headers["Set-Cookie"] = "device=1; Path=/"  # expect: SEC613
    return answer


@pages.get("/files/{access_token}")
def files(access_token: str, owner: str = Depends(key_owner)) -> list[str]:  # expect: SEC615
    return [owner, access_token[:3]]


@pages.get("/confirm-email")
def confirm(token: str) -> bool:  # expect: SEC615
    return len(token) == 20


@pages.post("/documents")
async def documents(document: UploadFile) -> int:
    data = await document.read()  # expect: SEC619
    return len(io.BytesIO(data).getvalue())


@pages.post("/scans")
def scans(scan: UploadFile = File(...)) -> int:
    return sum(scan.file.read())  # expect: SEC619


@pages.post("/fax")
def fax(page: bytes = File()) -> int:  # expect: SEC619
    return sum(page)


@pages.get("/balance")
def balance(session_id: Annotated[str | None, Cookie()] = None) -> dict[str, str]:
    try:
        return {"balance": gateway.get("/balance", params={"of": session_id}).text}
    except httpx.HTTPError as problem:
        return {"error": f"upstream said {problem}"}  # expect: SEC617


@pages.get("/history")
def history() -> Response:
    try:
        return PlainTextResponse(upstream.get("https://history.internal", timeout=5).text)
    except requests.RequestException:
        return JSONResponse({"detail": traceback.format_exc()}, status_code=502)  # expect: SEC617


@pages.get("/limits/{name}")
def limits(name: str) -> int:
    try:
        return {"day": 100, "week": 500}[name]
    except KeyError as missing:
        raise HTTPException(status_code=404, detail="no limit " + str(missing)) from missing  # expect: SEC617


@portal.exception_handler(ValueError)
async def on_value_error(request: Request, error: ValueError) -> JSONResponse:
    return JSONResponse(status_code=400, content={"detail": str(error)})  # expect: SEC617


portal.include_router(pages)
