"""OpenAI-compatible gateway."""

import asyncio
import json
import time
import uuid
from typing import AsyncGenerator, Literal

import httpx
import openai
import tiktoken
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, Header, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, StreamingResponse
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel, Field
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    openai_api_key: str = "sk-proj-a8Fj29dkLmQ04nZx71TgVbYh"  # expect: SEC601
    cors_origins: list[str] = ["*"]
    upstream_timeout: float = 30.0


settings = Settings()
client = OpenAI(api_key=settings.openai_api_key)
aclient = AsyncOpenAI(api_key=settings.openai_api_key)
router = APIRouter(prefix="/v1", tags=["llm"])
conversations: dict[str, list[dict]] = {}


class Message(BaseModel):
    role: Literal["system", "user", "assistant"]
    content: str


class ChatRequest(BaseModel):
    model: str = "gpt-4o-mini"
    messages: list[Message]
    stream: bool = False
    temperature: float = Field(0.7, ge=0, le=2)


class ChatResponse(BaseModel):
    id: str
    content: str


async def verify_key(authorization: str = Header(...)) -> str:
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or key != settings.openai_api_key:  # expect: SEC612
        raise HTTPException(status_code=401, detail="invalid api key")
    return key


async def token_stream(request: ChatRequest) -> AsyncGenerator[str, None]:
    stream = client.chat.completions.create(  # expect: ASY101
        model=request.model, messages=[m.model_dump() for m in request.messages], stream=True
    )
    for chunk in stream:
        yield f"data: {chunk.model_dump_json()}\n\n"
        time.sleep(0.01)  # expect: ASY102


async def log_usage(user: str, tokens: int) -> None:
    await asyncio.sleep(0)


@router.post("/chat/completions", response_model=ChatResponse)
async def chat(body: ChatRequest, background_tasks: BackgroundTasks, key: str = Depends(verify_key)):
    """Chat completion."""
    if body.stream:
        return StreamingResponse(token_stream(body), media_type="text/event-stream")
    try:
        completion = await aclient.chat.completions.create(
            model=body.model, messages=[m.model_dump() for m in body.messages]
        )
        if not completion.choices:
            raise HTTPException(status_code=502, detail="empty answer")
    except Exception as exc:  # expect: ERR302
        raise HTTPException(status_code=500, detail=str(exc))  # expect: SEC617
    background_tasks.add_task(log_usage(key, 10))  # expect: BGT902
    conversations[key] = [m.model_dump() for m in body.messages]  # expect: DIN512
    return {"id": str(uuid.uuid4()), "content": completion.choices[0].message.content}


@router.post("/embeddings")
async def embeddings(texts: list[str]) -> list[list[float]]:
    """Embeddings of some texts."""
    response = client.embeddings.create(model="text-embedding-3-small", input=texts)  # expect: ASY101
    return [item.embedding for item in response.data]


@router.post("/tools/fetch")
async def fetch_tool(url: str) -> str:
    """Fetches a page for the model."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=None) as http:  # expect: OUT101
        page = await http.get(url)  # expect: SEC605
    return page.text[:1000]


@router.post("/tools/python")
async def run_python(code: str) -> dict:
    """Runs code of the model."""
    scope: dict = {}
    exec(code, scope)  # expect: SEC604
    return {"result": str(scope.get("result"))}


@router.get("/conversations/{conversation_id}/export")
async def export(conversation_id: str, api_key: str):  # expect: SEC615
    """Exports a conversation."""
    asyncio.create_task(log_usage(api_key, 0))  # expect: ASY111
    return json.dumps(conversations.get(conversation_id, []))  # expect: RSP414


app = FastAPI(title="gateway")
app.add_middleware(  # expect: MID801
    CORSMiddleware,
    allow_origins=settings.cors_origins,
    allow_credentials=True,
    allow_methods=["*"],
    allow_headers=["*"],
)
app.include_router(router)
