"""The media library with names of its own, hosts from a list, and pages that escape."""

import html
import ipaddress
import posixpath
import shutil
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urljoin, urlsplit
from uuid import UUID, uuid4

import httpx
from fastapi import APIRouter, Depends, FastAPI, Form, HTTPException, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, HttpUrl

MEDIA = Path("/srv/media")
ALLOWED = frozenset({"images.example.com", "cdn.example.com"})
FEEDS = {"news": "https://news.example.com/feed", "blog": "https://blog.example.com/rss"}
LIMIT = 5_000_000
templates = Jinja2Templates(directory="templates")
api = APIRouter()


class Import(BaseModel):
    source: HttpUrl
    title: str


def inside(name: str) -> Path:
    """The file of that name, which must lie in the library."""
    target = (MEDIA / name).resolve()
    if MEDIA not in target.parents:
        raise HTTPException(404)
    return target


def ensure_allowed(url: str) -> None:
    if urlsplit(url).hostname not in ALLOWED:
        raise HTTPException(400, "that host is not allowed")


def safe_next(target: str) -> str:
    return target if target.startswith("/") and not target.startswith("//") else "/"


def get_http(request: Request) -> httpx.Client:
    return request.app.state.http


Http = Annotated[httpx.Client, Depends(get_http)]


@api.post("/avatars")
def avatar(picture: UploadFile) -> str:
    suffix = Path(picture.filename or "").suffix.lower()
    if suffix not in {".png", ".jpg"}:
        raise HTTPException(415)
    name = f"{uuid4().hex}{suffix}"
    with (MEDIA / "avatars" / name).open("wb") as out:
        shutil.copyfileobj(picture.file, out)
    return name


@api.post("/scans")
def scan(picture: UploadFile) -> int:
    name = Path(picture.filename or "scan").name
    content = picture.file.read(LIMIT + 1)
    if len(content) > LIMIT:
        raise HTTPException(413)
    return (MEDIA / "scans" / name).write_bytes(content)


@api.get("/originals/{name:path}")
def original(name: str) -> FileResponse:
    return FileResponse(inside(name))


@api.get("/sizes/{size}/{picture}")
def sized(size: Literal["small", "large"], picture: UUID) -> FileResponse:
    return FileResponse(MEDIA / size / f"{picture}.png")


@api.get("/docs-of/{name:path}")
def docs_of(name: str) -> FileResponse:
    target = MEDIA / "docs" / name
    if not target.resolve().is_relative_to(MEDIA / "docs"):
        raise HTTPException(404)
    return FileResponse(target)


@api.post("/imports")
def imports(wanted: Import, http: Http) -> int:
    if wanted.source.host not in ALLOWED:
        raise HTTPException(400)
    return len(http.get(str(wanted.source)).content)


@api.get("/thumb")
def thumb(src: str, http: Http) -> Response:
    ensure_allowed(src)
    return Response(http.get(src).content, media_type="image/png")


@api.get("/feed")
def feed(http: Http, name: str, page: Annotated[int, Query(ge=1)] = 1) -> str:
    return http.get(FEEDS[name], params={"page": page, "q": name}).text


@api.get("/users/{name}")
def user(name: str, http: Http) -> str:
    base = "https://users.example.com/v1"
    first = http.get(f"{base}/users/{quote(name)}")
    return first.text + http.get("/users/" + name).text


@api.get("/node")
def node(address: str, http: Http) -> str:
    host = ipaddress.ip_address(address)
    if not host.is_global:
        raise HTTPException(400)
    return http.get(f"https://{host}/status").text


@api.get("/after-login")
def after_login(next: str = "/") -> RedirectResponse:
    return RedirectResponse(safe_next(next))


@api.get("/go/{name}")
def go(request: Request, name: str, item: int) -> RedirectResponse:
    if name == "item":
        return RedirectResponse(f"/items/{item}", status_code=303)
    return RedirectResponse(request.url_for("go", name=name), status_code=303)


@api.get("/old/{rest}")
def moved(rest: str) -> RedirectResponse:
    return RedirectResponse(f"/new/{rest}")


@api.get("/hello", response_class=HTMLResponse)
def hello(request: Request, name: str = "you", visits: int = 0) -> Response:
    if visits > 1:
        return HTMLResponse(f"<p>Hello again, {html.escape(name)}, for the {visits}th time</p>")
    return templates.TemplateResponse(request, "hello.html", {"name": name})


@api.get("/echo")
def echo(text: str) -> Response:
    return Response(f"<b>{text}</b>", media_type="text/plain")


@api.post("/normal")
def normal(path: Annotated[str, Form()]) -> str:
    return urljoin("https://example.com/", posixpath.normpath(path))


app = FastAPI()
app.include_router(api)
