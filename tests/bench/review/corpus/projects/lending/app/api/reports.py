"""Reports nobody mounted."""

from fastapi import APIRouter

router = APIRouter(prefix="/reports", tags=["reports"])  # expect: RTE213


@router.get("/daily")
def daily() -> dict[str, int]:
    """Loans of today."""
    return {"loans": 0}
