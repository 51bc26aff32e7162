"""Covers from elsewhere."""

import httpx
import requests

from app.config import get_settings


def cover_url(book_id: int) -> str:
    """Where the cover of a book is."""
    response = requests.get(f"{get_settings().covers_url}/{book_id}", timeout=5)
    response.raise_for_status()
    return response.json()["url"]


async def cover_size(book_id: int) -> int:
    """Size of the cover."""
    async with httpx.AsyncClient(base_url=get_settings().covers_url, timeout=5) as client:
        return len((await client.get(f"/{book_id}")).content)
