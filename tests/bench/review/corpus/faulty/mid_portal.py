"""A portal with nothing around it, and CORS behind the doorman."""

from fastapi import FastAPI, Request
from fastapi.middleware import Middleware
from fastapi.middleware.cors import CORSMiddleware as Cors
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import PlainTextResponse, RedirectResponse
from pydantic import BaseModel

STACK = [
    Middleware(GZipMiddleware),
    Middleware(TrustedHostMiddleware, allowed_hosts=["portal.example"]),
    Middleware(Cors, allow_origins=["https://portal.example"], allow_methods=["GET", "POST"]),  # expect: MID803
]

app = FastAPI(title="Portal", middleware=STACK)  # expect: MID808, MID809, MID810, MID811, OBS401, OBS402
admin = FastAPI(title="Administration")


class Message(BaseModel):
    text: str


@app.get("/messages")
def messages() -> list[Message]:
    return [Message(text="welcome")]


@app.get("/messages/{number}/status")
def message_status(number: int) -> str:
    return f"message {number} was read"


@app.post("/messages", status_code=201)
def write(message: Message) -> Message:
    return message


admin.add_middleware(Cors, allow_origins=["https://admin.example"])  # expect: MID803


@admin.middleware("http")
async def moved(request: Request, call_next):
    if request.url.path.startswith("/old"):
        return RedirectResponse(request.url.path.replace("/old", "/new", 1))
    if request.client is None:
        answer = PlainTextResponse("no", status_code=400)
        return answer
    return await call_next(request)


@admin.get("/people")
def people() -> list[str]:
    return []
