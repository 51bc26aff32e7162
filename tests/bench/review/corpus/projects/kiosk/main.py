from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

import config
from routes import router

app = FastAPI(title="Kiosk")
app.add_middleware(CORSMiddleware, allow_origins=config.ORIGINS, allow_credentials=config.CREDENTIALS)  # expect: MID801
app.include_router(router, prefix="/v1")


@app.get("/v1/snacks/specials")  # expect: RTE203
def specials() -> list[str]:
    """Specials."""
    return []
