"""A database engine or connection pool is made for each request."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.bgt._requests import request_path, served_by
from maestro_knowledge.review.rules.dbs._engines import ASYNC_ENGINES, SYNC_ENGINES
from maestro_knowledge.review.rules.out._clients import is_made_once
from maestro_knowledge.review.view import View

RULE = Rule(id="DBS202", name="engine-per-request", severity="error")

_POOLS = frozenset(
    {"asyncpg.create_pool", "aiomysql.create_pool", "aiopg.create_pool", "psycopg_pool.ConnectionPool"}
    | {"psycopg_pool.AsyncConnectionPool", "psycopg_pool.NullConnectionPool", "sqlalchemy.engine_from_config"}
    | {"psycopg2.pool.SimpleConnectionPool", "psycopg2.pool.ThreadedConnectionPool", "pymongo.MongoClient"}
    | {"mysql.connector.pooling.MySQLConnectionPool", "motor.motor_asyncio.AsyncIOMotorClient"}
    | {"pymongo.AsyncMongoClient", "pymongo.asynchronous.mongo_client.AsyncMongoClient"}
    | {"redis.ConnectionPool", "redis.asyncio.ConnectionPool", "redis.asyncio.BlockingConnectionPool"}
    | {"sqlalchemy.ext.asyncio.async_engine_from_config"}
)
# Further down it is rather a job that somebody starts, such as restoring a backup.
_LONGEST = 3
_MAKERS = SYNC_ENGINES | ASYNC_ENGINES | _POOLS
NEEDS = Needs(calls=_MAKERS)


def check(function: Function, view: View) -> Iterator[Report]:
    """Reports each engine that a request makes: in the path operation, a dependency, or below them."""
    for node in view.own_calls_to(function, _MAKERS):
        if is_made_once(view, function, node):
            continue
        path = request_path(view, function)
        # A cached function anywhere on the way makes it once as well.
        if not 0 < len(path) <= _LONGEST or any(is_made_once(view, step, step.node) for step in path):
            continue
        shown = ast.unparse(node.func)
        yield Report(
            function.module,
            node,
            f"`{function.name}` makes an engine with `{shown}` for each request.",
            subject=shown,
            hops=served_by(path),
        )
