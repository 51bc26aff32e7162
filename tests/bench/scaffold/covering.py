"""Requests that cover every pair of choices: for resources by construction, for the other patterns by list."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from random import Random
from typing import Any

from examples import EXAMPLES, SERVICES

PROJECTS = ("new", "routers", "domain", "single", "sync_session", "async_session", "older")
ALL = ["list", "create", "get", "update", "replace", "delete"]

FIELDS: dict[str, dict[str, Any]] = {
    "string": {"type": "string", "constraints": {"min_length": 1, "max_length": 40}},
    "pattern": {"type": "string", "constraints": {"pattern": r"^[A-Z]{2}-\d+$"}},
    "unique": {"type": "string", "constraints": {"unique": True, "max_length": 30}},
    "text": {"type": "text", "nullable": True, "description": 'Says "much" \\ more {{ x }}'},
    "integer": {"type": "integer", "constraints": {"ge": 0, "le": 100}, "default": 3},
    "number": {"type": "number", "constraints": {"gt": 0}, "required": False},
    "decimal": {"type": "decimal", "constraints": {"ge": 0, "max_digits": 8, "decimal_places": 2}},
    "boolean": {"type": "boolean", "default": False},
    "date": {"type": "date", "nullable": True, "required": False},
    "datetime": {"type": "datetime"},
    "time": {"type": "time"},
    "uuid": {"type": "uuid", "constraints": {"unique": True}},
    "email": {"type": "email"},
    "url": {"type": "url", "required": False},
    "enum": {"type": "enum", "values": ["draft", "in-progress", "2nd"], "default": "draft"},
    "literal": {"type": "literal", "values": [1, 2, 3]},
    "list": {"type": "list", "items": {"type": "string"}, "constraints": {"min_items": 1}},
    "dict": {"type": "dict", "items": {"type": "number"}, "default": {}},
    "json": {"type": "dict"},
    "object": {
        "type": "object",
        "fields": [
            {"name": "street", "type": "string"},
            {"name": "class", "type": "integer", "required": False},
        ],
    },
    "objects": {
        "type": "list",
        "items": {
            "type": "object",
            "fields": [{"name": "sku", "type": "string"}, {"name": "at", "type": "date"}],
        },
    },
    "read_only": {"type": "string", "read_only": True, "nullable": True},
    "write_only": {"type": "string", "write_only": True},
    "keyword": {"type": "string", "name": "class"},
    "shadow": {"type": "string", "name": "model_config"},
}

FACTORS: dict[str, Sequence[Any]] = {
    "project": PROJECTS,
    "name": ("order item", "news", "Category", "person", "HTTPServer", "list", "status"),
    "field": tuple(FIELDS),
    "storage": ("memory", "sqlalchemy", "sqlmodel", "asyncpg", None),
    "id_type": ("uuid", "integer", "string"),
    "paging": ("offset", "cursor", "none", {"style": "offset", "default_limit": 1, "max_limit": 1}),
    "auth": (None, "jwt", "api_key", "external_jwt", {"scheme": "jwt", "protect": ["create"]}),
    "operations": (
        (),
        ALL,
        ("list", "create"),
        ("create", "get", "update"),
        ("get", "replace", "delete"),
        ("list",),
    ),
    "listing": ("plain", "filters", "sort", "both"),
    "stamps": (False, True),
    "soft_delete": (False, True),
    "prefix": (None, "/api/v1"),
}

FEATURES: dict[str, list[dict[str, Any]]] = {
    "health": [
        {},
        {"options": {"dependencies": ["postgres", "redis", {"name": "billing", "kind": "http"}]}},
        {"options": {"prefix": "/ops"}},
    ],
    "middleware": [
        {},
        {"options": {"middleware_stack": ["cors", "security_headers", "request_id", "logging"]}},
        {"options": {"middleware_stack": ["errors", "metrics", "rate_limit", "gzip"]}},
    ],
    "jwt_auth": [
        {},
        {"name": "login", "options": {"prefix": "/api", "auth": {"scheme": "jwt", "issuer": "me"}}},
    ],
    "api_key_auth": [{}, {"options": {"auth": {"scheme": "api_key", "header": "X-Key"}}}],
    "external_jwt": [{}, {"options": {"auth": {"issuer": "https://id.example", "audience": "api"}}}],
    "background_task": [{}, {"fields": ["to:email", "count:integer=1"]}, {"options": {"auth": "api_key"}}],
    "external_apis": [
        {"options": {"auth": "jwt"}},
        {"options": {"apis": ["weather", {"name": "news-api", "base_url": "https://n.example"}]}},
    ],
    "llm_gateway": [{}, {"name": "chat bot", "options": {"prefix": "/api"}}, {"options": {"auth": "jwt"}}],
    "agent_workflow": [
        {},
        {"options": {"nodes": ["fetch", {"name": "judge", "after": ["fetch"]}]}},
        {"options": {"auth": "external_jwt"}},
    ],
    "http_actions_store": [{}, {"fields": ["bio:text?", "skills:list"]}],
    "websocket": [{}, {"fields": ["text:string(max_length=200)"]}],
    "sse": [{}, {"fields": ["kind:enum[a|b]"], "options": {"prefix": "/live"}}, {"options": {"auth": "jwt"}}],
    "json_lines": [{}, {"fields": ["at:datetime", "value:decimal"]}, {"options": {"auth": "external_jwt"}}],
    "file_upload": [
        {},
        {"name": "invoice scan", "options": {"prefix": "/api"}},
        {"options": {"auth": "api_key"}},
    ],
    "settings": [{}, {"fields": ["region:string", "retries:integer=3"]}],
    "tests": [{}],
}


SETTLED: list[dict[str, Any]] = [
    {"pattern": "jwt_auth"},
    {"pattern": "api_key_auth"},
    {"pattern": "external_jwt"},
    {"pattern": "llm_gateway", "options": {"auth": "jwt"}},
    {"pattern": "external_apis"},
    {"pattern": "http_actions_store"},
    {"pattern": "agent_workflow"},
    {"pattern": "websocket"},
    {"pattern": "sse"},
    {"pattern": "file_upload"},
    {"pattern": "health", "options": {"dependencies": ["redis", {"name": "billing", "kind": "http"}]}},
    {"pattern": "middleware", "options": {"middleware_stack": ["auth", "cors"], "auth": "api_key"}},
    {"pattern": "settings", "fields": ["region:string=eu", "retries:integer=3"]},
    {"name": "order", "fields": ["label:string"], "options": {"storage": "sqlmodel", "auth": "jwt"}},
    {"name": "order", "fields": ["label:string"], "options": {"storage": "asyncpg", "auth": "external_jwt"}},
]
"""What needs settings, in projects that have a class for them."""


def cover(factors: Mapping[str, Sequence[Any]], seed: int = 0) -> list[dict[str, Any]]:
    """Rows in which every pair of values of two factors occurs, made greedily, the same each time."""
    random = Random(seed)
    names = list(factors)
    missing = {
        (first, i, second, j)
        for first, second in combinations(names, 2)
        for i in range(len(factors[first]))
        for j in range(len(factors[second]))
    }
    rows: list[dict[str, Any]] = []
    while missing:
        start = min(missing)
        best: dict[str, int] = {}
        for _ in range(12):
            row = _fill(factors, missing, {start[0]: start[1], start[2]: start[3]}, random)
            if not best or _gain(row, missing) > _gain(best, missing):
                best = row
        missing -= _pairs(best)
        rows.append({name: factors[name][best[name]] for name in names})
    return rows


def _fill(
    factors: Mapping[str, Sequence[Any]],
    missing: set[tuple[str, int, str, int]],
    row: dict[str, int],
    random: Random,
) -> dict[str, int]:
    row = dict(row)
    rest = [name for name in factors if name not in row]
    random.shuffle(rest)
    for name in rest:
        values = list(range(len(factors[name])))
        random.shuffle(values)
        row[name] = max(
            values, key=lambda value: sum(pair in missing for pair in _pairs_of(row, name, value, factors))
        )
    return {name: row[name] for name in factors}


def _pairs_of(
    row: dict[str, int], name: str, value: int, factors: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[str, int, str, int]]:
    order = list(factors)
    for other, chosen in row.items():
        if order.index(other) < order.index(name):
            yield other, chosen, name, value
        else:
            yield name, value, other, chosen


def _pairs(row: dict[str, int]) -> set[tuple[str, int, str, int]]:
    return {(first, row[first], second, row[second]) for first, second in combinations(row, 2)}


def _gain(row: dict[str, int], missing: set[tuple[str, int, str, int]]) -> int:
    return len(_pairs(row) & missing)


def make_requests() -> list[tuple[str, dict[str, Any]]]:
    """Every request with the kind of project that it is made in."""
    found = [(str(row["project"]), _resource(row)) for row in cover(FACTORS)]
    for pattern, variants in sorted(FEATURES.items()):
        for number, variant in enumerate(variants):
            for project in ("new", PROJECTS[1 + number % 3], "older"):
                found.append((project, {"pattern": pattern, **variant}))
    found += [("new", request) for request in EXAMPLES.values()]
    found += [("new", request) for request in SERVICES]
    return found + [(project, one) for one in SETTLED for project in ("settings", "settings_variable")]


def _resource(row: Mapping[str, Any]) -> dict[str, Any]:
    kind = row["field"]
    field = {"name": f"{kind}_value", **FIELDS[kind]}
    label = {"name": "label", "type": "string", "constraints": {"max_length": 60}}
    options: dict[str, Any] = {"id_type": row["id_type"], "pagination": row["paging"]}
    for name in ("storage", "auth", "prefix"):
        if row[name] is not None:
            options[name] = row[name]
    if isinstance(options.get("auth"), dict) and row["operations"] and "create" not in row["operations"]:
        options["auth"] = {"scheme": "jwt", "protect": [row["operations"][0]]}
    options |= {"timestamps": row["stamps"], "soft_delete": row["soft_delete"]}
    nested = kind in {"list", "dict", "json", "object", "objects", "write_only"}
    nullable = field.get("nullable") or (field.get("required") is False and "default" not in field)
    names = ["label"] if nested else ["label", field["name"]]
    if row["listing"] in {"filters", "both"}:
        options["filters"] = names
    if row["listing"] in {"sort", "both"}:
        options["sort"] = ["label"] if nullable and row["paging"] == "cursor" else names
    return {
        "name": row["name"],
        "fields": [label, field],
        "operations": list(row["operations"]),
        "options": options,
    }
