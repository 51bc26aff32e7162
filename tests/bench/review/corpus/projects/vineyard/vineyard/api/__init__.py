"""The routes."""

from fastapi import APIRouter

from .growers import router as growers
from .wines import router as wines

router = APIRouter(prefix="/v1")
router.include_router(wines, prefix="/wines", tags=["wines"])
router.include_router(growers, prefix="/growers", tags=["growers"])
