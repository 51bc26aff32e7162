"""A media library: files, links, pages and redirects by names that came from outside."""

import os.path
import shutil
import typing as t
from pathlib import Path
from urllib.request import urlopen

import aiofiles
import aiohttp
import httpx
import requests as rq
from fastapi import APIRouter, Depends, FastAPI, File, Form, Request, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, StreamingResponse
from pydantic import AnyHttpUrl, BaseModel

MEDIA = Path("/srv/media")
api = APIRouter()


class Import(BaseModel):
    source: AnyHttpUrl
    title: str
    tags: list[str] = []


class Store:
    root = MEDIA

    def path_of(self, name: str) -> Path:
        return self.root / name

    def write(self, name: str, content: bytes) -> None:
        target = self.root.joinpath("incoming", name)
        target.write_bytes(content)  # expect: SEC606


store = Store()


def fetch(url: str) -> bytes:
    return rq.get(url, timeout=10).content  # expect: SEC605


@api.post("/imports")
def imports(wanted: Import) -> int:
    return len(fetch(str(wanted.source)))


@api.post("/avatars")
def avatar(picture: t.Annotated[UploadFile, File()]) -> str:
    with open(os.path.join("/srv/avatars", picture.filename or "unnamed"), "wb") as out:  # expect: SEC606
        shutil.copyfileobj(picture.file, out)
    return "stored"


@api.post("/chunks")
async def chunk(part: UploadFile, folder: str = Form()) -> None:
    async with aiofiles.open(f"/srv/chunks/{folder}/part", "ab") as out:  # expect: SEC606
        await out.write(await part.read(65536))


@api.put("/incoming")
def incoming(name: str, content: t.Annotated[str, Form()]) -> None:
    store.write(name, content.encode())


@api.get("/originals/{name:path}")
def original(name: str) -> FileResponse:
    found = MEDIA / "originals" / name
    if not found.exists():
        found = MEDIA / "missing.png"
    return FileResponse(found)  # expect: SEC606


@api.get("/download")
def download(request: Request) -> StreamingResponse:
    wanted = request.query_params["file"]
    handle = (MEDIA / wanted).open("rb")  # expect: SEC606
    return StreamingResponse(handle)


@api.delete("/albums")
def remove_album(album: str) -> None:
    shutil.rmtree("/srv/media/" + album)  # expect: SEC606


@api.get("/thumb")
async def thumb(src: str) -> Response:
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.request("GET", src)  # expect: SEC605
    return Response(answer.content, media_type="image/png")


@api.get("/feed")
async def feed(request: Request, host: str) -> str:
    session: aiohttp.ClientSession = request.app.state.http
    async with session.get(f"http://{host}:8080/feed.xml") as answer:  # expect: SEC605
        return await answer.text()


def where(url: str = "") -> str:
    return url


@api.get("/probe")
def probe(url: str) -> int:
    address = url.strip()
    with urlopen(address, timeout=3) as answer:  # expect: SEC605
        return int(answer.status)


@api.get("/sso/callback")
def callback(response: Response, return_to: str = "/", state: str = "") -> Response:
    if not state:
        return RedirectResponse("/login")
    return RedirectResponse(return_to, 302)  # expect: SEC607


@api.post("/session")
def session(response: Response, goto: t.Annotated[str, Form()]) -> None:
    response.status_code = 303
    response.headers["Location"] = goto  # expect: SEC607


@api.get("/leave")
def leave(site: str) -> RedirectResponse:
    return RedirectResponse(url=f"https://{site}/welcome")  # expect: SEC607


@api.get("/hello", response_class=HTMLResponse)
def hello(name: str = "you") -> str:
    return "<html><body><h1>Hello {}</h1></body></html>".format(name)  # expect: SEC608


@api.get("/tags/{tag}")
def tag(tag: str) -> HTMLResponse:
    items = "".join(f"<li>{one}</li>" for one in ("a", "b"))
    page = "<h2>" + tag + "</h2><ul>" + items + "</ul>"
    return HTMLResponse(content=page, status_code=200)  # expect: SEC608


@api.post("/preview")
def preview(item: Import) -> Response:
    body = f"<article><h1>{item.title}</h1></article>"
    return Response(body, media_type="text/html; charset=utf-8")  # expect: SEC608


app = FastAPI()
app.include_router(api, prefix="/api")
