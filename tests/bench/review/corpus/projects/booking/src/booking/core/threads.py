from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import asyncio

T = TypeVar("T")
pool = ThreadPoolExecutor(max_workers=8)


async def in_pool(function: Callable[..., T], *arguments: object) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, function, *arguments)
