"""A plain path operation waits in a thread for what the project elsewhere awaits."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.blocking import blocking_chains
from maestro_knowledge.project.flow import Chain
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.view import View

RULE = Rule(
    id="ASY119", name="blocking-io-beside-async-client", severity="info", umbrella=("API001",), on=False
)

_CLIENTS = {
    "http": ("httpx.AsyncClient", "httpx2.AsyncClient", "aiohttp.ClientSession"),
    "database": (
        "sqlalchemy.ext.asyncio.AsyncSession",
        "sqlalchemy.ext.asyncio.async_sessionmaker",
        "sqlmodel.ext.asyncio.session.AsyncSession",
        "asyncpg.create_pool",
        "redis.asyncio.Redis",
        "redis.asyncio.from_url",
        "pymongo.AsyncMongoClient",
        "motor.motor_asyncio.AsyncIOMotorClient",
    ),
}


def check(function: Function, view: View) -> Iterator[Report]:
    """Advises once on a path operation whose kind of I/O has an asynchronous client in this project."""
    if function.is_async or not view.is_handler(function):
        return
    for chain in blocking_chains(view.project, function):
        client = _client(view, chain)
        if client is not None:
            module, node = client
            name = view.name(module, node.func).rpartition(".")[2]
            yield Report(
                function.module,
                chain.sites[0].node,
                f"`{function.name}` takes a thread for `{chain.blocking.name}`; the project has an `{name}`.",
                subject=chain.blocking.name,
                hops=(Hop(module, node, "the asynchronous client"),),
            )
            return


def _client(view: View, chain: Chain) -> tuple[Module, ast.Call] | None:
    """Where the project makes an asynchronous client of the kind."""
    kind = chain.blocking.kind
    if kind not in _CLIENTS:
        return None
    return view.once(("asy client", kind), lambda: _find(view, _CLIENTS[kind]))


def _find(view: View, names: tuple[str, ...]) -> tuple[Module, ast.Call] | None:
    for module in view.project.modules:
        if not module.is_test:
            for node, _ in view.calls_to(module, names):
                return module, node
    return None
