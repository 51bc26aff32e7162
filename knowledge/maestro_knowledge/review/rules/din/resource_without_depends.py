"""A session, client or engine is a parameter without `Depends`, so the application does not start."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project import inference
from maestro_knowledge.project.application import Dependency, Operation, Parameter
from maestro_knowledge.project.lookup import ancestors_of
from maestro_knowledge.project.symbols import Type
from maestro_knowledge.review.model import Edit, Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.din._sessions import SESSION_CLASSES
from maestro_knowledge.review.view import View

RULE = Rule(id="DIN508", name="resource-without-depends", severity="error", fix="suggest")

_RESOURCES = frozenset(
    {
        *SESSION_CLASSES,
        "sqlalchemy.Engine",
        "sqlalchemy.ext.asyncio.AsyncEngine",
        "sqlalchemy.orm.sessionmaker",
        "sqlalchemy.ext.asyncio.async_sessionmaker",
        "httpx.Client",
        "httpx.AsyncClient",
        "httpx2.Client",
        "httpx2.AsyncClient",
        "aiohttp.ClientSession",
        "requests.Session",
        "redis.Redis",
        "redis.asyncio.Redis",
        "redis.asyncio.client.Redis",
        "asyncpg.Pool",
        "asyncpg.pool.Pool",
        "psycopg_pool.ConnectionPool",
        "psycopg_pool.AsyncConnectionPool",
        "pymongo.MongoClient",
        "pymongo.AsyncMongoClient",
        "motor.motor_asyncio.AsyncIOMotorClient",
        "motor.motor_asyncio.AsyncIOMotorDatabase",
        "logging.Logger",
        "motor.motor_asyncio.AsyncIOMotorCollection",
        "pymongo.collection.Collection",
        "pymongo.database.Database",
        "elasticsearch.Elasticsearch",
        "elasticsearch.AsyncElasticsearch",
        "arq.ArqRedis",
        "arq.connections.ArqRedis",
        "celery.Celery",
        "aiokafka.AIOKafkaProducer",
        "openai.OpenAI",
        "openai.AsyncOpenAI",
        "minio.Minio",
        "qdrant_client.AsyncQdrantClient",
        "neo4j.AsyncDriver",
    }
)
# Whoever derives from these, or defines one of the methods, is read by Pydantic.
_SCHEMA_METHODS = frozenset({"__get_pydantic_core_schema__", "__get_validators__"})
_NO_SCHEMA_BASES = frozenset({"builtins.object", "abc.ABC", "typing.Generic"})


def check(holder: Operation | Dependency, view: View) -> Iterator[Report]:
    """Reports each parameter of a class that no request can carry."""
    for parameter in holder.parameters:
        if not _is_left_to_fastapi(parameter) or parameter.type is None:
            continue
        if not _is_resource(view, parameter.type):
            continue
        short = parameter.type.name.rpartition(".")[2]
        yield Report(
            parameter.module,
            parameter.node,
            f"`{parameter.name}: {short}` has no `Depends`, and no request can carry a `{short}`.",
            subject=parameter.name,
            edits=_edits(view, parameter),
        )


def _is_left_to_fastapi(parameter: Parameter) -> bool:
    return (
        parameter.marker is None
        and parameter.dependency is None
        and not parameter.is_annotated
        and parameter.location in {"body", "query", "unknown"}
    )


def _is_resource(view: View, what: Type) -> bool:
    if what.is_class or what.args:
        return False
    if what.cls is None:
        return what.name in _RESOURCES
    own, foreign, complete = ancestors_of(view.project, what.cls)
    if any(name in _RESOURCES for name in foreign):
        return True
    if not complete or any(name not in _NO_SCHEMA_BASES for name in foreign):
        return False
    if any(model.cls in own for model in view.project.models):
        return False
    return not any(_SCHEMA_METHODS & set(cls.methods) or cls.node.decorator_list for cls in own)


def _edits(view: View, parameter: Parameter) -> tuple[Edit, ...]:
    """`= Depends(get_session)`, where exactly one dependency in sight gives such an object."""
    if parameter.default is not None or parameter.annotation is None or parameter.type is None:
        return ()
    givers = {
        dependency.name: dependency
        for dependency in view.dependencies
        if dependency.function is not None
        and dependency.function.module is parameter.module
        and dependency.function.owner is None
        and _gives(view, dependency, parameter.type)
    }
    if len(givers) != 1 or not _is_last(parameter) or not _has_depends(parameter):
        return ()
    (giver,) = givers.values()
    name = giver.function.name if giver.function else ""
    return (view.insert_after(parameter.module, parameter.annotation, f" = Depends({name})"),)


def _gives(view: View, dependency: Dependency, what: Type) -> bool:
    function = dependency.function
    if function is None:
        return False
    reader = inference.yielded_by if function.is_generator else inference.result_of
    given = reader(view.project, function)
    return given is not None and given.name == what.name


def _is_last(parameter: Parameter) -> bool:
    """Whether a default is allowed there: no parameter without one follows."""
    around = getattr(parameter.node, "parent", None)
    if not isinstance(around, ast.arguments):
        return False
    positional = [*around.posonlyargs, *around.args]
    if parameter.node not in positional:
        return True
    behind = len(positional) - 1 - positional.index(parameter.node)
    return len(around.defaults) >= behind


def _has_depends(parameter: Parameter) -> bool:
    bindings = parameter.module.scope.bindings.get("Depends", [])
    return any(binding.kind == "from" for binding in bindings)
