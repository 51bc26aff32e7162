"""Model server that was migrated half way."""

import asyncio
import contextlib
import pickle
from pathlib import Path
from typing import Any, Optional

import joblib
import numpy as np
import torch
import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, ORJSONResponse
from pydantic import BaseModel, BaseSettings, PydanticValueError  # expect: UPG608
from transformers import pipeline

MODELS: dict[str, Any] = {}


class Config(BaseSettings):
    model_dir: Path = Path("models")


class Features(BaseModel):
    values: list[float]
    label: Optional[str] = None


class Prediction(BaseModel):
    score: float
    label: str


@contextlib.asynccontextmanager
async def lifespan(application: FastAPI):
    MODELS["tree"] = joblib.load("models/tree.joblib")
    MODELS["sentiment"] = pipeline("sentiment-analysis")
    yield
    MODELS.clear()


app = FastAPI(title="Models", lifespan=lifespan)
router = APIRouter(prefix="/v1/models", tags=["models"])


async def load_extra() -> None:
    MODELS["extra"] = None


app.router.add_event_handler("startup", load_extra)  # expect: UPG602


@router.post("/predict", response_model=Prediction)  # expect: RSP403
async def predict(features: Features) -> Prediction:
    """Score of some features."""
    model = MODELS.get("tree")
    if model is None:
        raise HTTPException(503, "Not ready")
    score = model.predict(np.array([features.values]))[0]  # expect: ASY107
    return Prediction(score=float(score), label="tree")


@router.post("/sentiment")
async def sentiment(text: str) -> Prediction:
    """How a text sounds."""
    result = MODELS["sentiment"](text)[0]  # expect: ASY107
    return Prediction(score=result["score"], label=result["label"])


@router.post("/reload", status_code=202)
async def reload_models() -> dict[str, int]:
    """Loads the models again."""
    MODELS["tree"] = joblib.load("models/tree.joblib")  # expect: DIN512, ASY107
    return {"models": len(MODELS)}


@router.post("/upload/{name}", status_code=201)
async def upload(name: str, request: Request) -> dict[str, str]:
    """Takes a pickled model."""
    raw = await request.body()
    MODELS[name] = pickle.loads(raw)  # expect: SEC604, DIN512
    (Path("models") / name).write_bytes(raw)  # expect: SEC606, ASY103
    return {"name": name}


@router.get("/quick")
def quick(values: str):
    """Score of a list of numbers."""
    async def compute() -> float:
        await asyncio.sleep(0)
        return float(np.mean([float(part) for part in values.split(",")]))

    return ORJSONResponse({"mean": asyncio.run(compute())})


@router.get("/tensor")
async def tensor(size: int = 3) -> list[float]:
    """A tensor of zeros."""

    def build() -> list[float]:
        return torch.zeros(min(size, 100)).tolist()

    return asyncio.get_event_loop().run_until_complete(asyncio.to_thread(build))  # expect: ASY112


app.include_router(router)


@app.exception_handler(ValueError)
async def bad_value(request: Request, exc: ValueError) -> JSONResponse:
    return JSONResponse({"detail": "bad value"}, status_code=400)


def main() -> None:
    """Starts the server."""
    uvicorn.run(app, workers=2)  # expect: CFG503
