"""Requests for resources, made at random: most of them sensible, some of them spoiled."""

from random import Random
from typing import Any

from maestro_knowledge.scaffold.vocabulary import FIELD_TYPES, OPERATIONS

NAMES = [
    "title",
    "price",
    "state",
    "class",
    "type",
    "list",
    "date",
    "datetime",
    "json",
    "model_config",
    "metadata",
    "unitPrice",
    "first-name",
    "copy",
    "id2",
    "format",
    "str",
    "schema",
    "order",
    "read",
    "page",
    "items",
    "value",
    "note",
    "hash",
    "field",
    "int",
    "status",
    "x",
    "sort2",
    "create",
    "update",
    "import",
]
RESOURCES = [
    "order item",
    "Order",
    "news",
    "category",
    "list",
    "Class",
    "person",
    "page",
    "Field",
    "data",
    "status",
    "HTTPServer",
    "import",
    "base model",
    "any",
    "enum",
    "settings",
    "todo",
    "test",
    "UUID",
    "caller",
    "Testimonial",
    "address",
]
TEXTS = [
    "What \"it\" is; 'quoted' and \\ back",
    "Ünïcode, déjà vu 注文 " * 3,
    "line\nbreak {{ x }} {% raw %}",
    "x" * 300,
    'ends with quote"',
    '"""\n__import__("os")',
]
CHOICES = [
    ["a", "b", "c"],
    ["draft", "in-progress"],
    ["1st", "2nd"],
    ["a-b", "a_b"],
    ["x"],
    ["None", "class"],
]
LITERALS: list[list[Any]] = [["a", "b"], [1, 2, 3], [True, "x", 3], ["only"]]
PATTERNS = [r"^[A-Z]{2,4}-\d+$", r"^\w+$", "^a|b$", r"[\"']", r"^(foo|bar)\d*$"]
STORAGES = ("memory", "sqlalchemy", "sqlmodel", "asyncpg")
SCHEMES = ("jwt", "api_key", "external_jwt")


def make_request(random: Random, storages: tuple[str, ...] = STORAGES) -> dict[str, Any]:
    """One sensible request."""
    names = random.sample(NAMES, random.randint(1, 6))
    fields = [make_field(random, name) for name in names]
    operations = random.sample(list(OPERATIONS), random.randint(1, 6)) if random.random() < 0.6 else []
    return {
        "name": random.choice(RESOURCES),
        "fields": fields,
        "operations": operations,
        "options": make_options(random, fields, operations, storages),
    }


def spoil(random: Random, request: dict[str, Any]) -> dict[str, Any]:
    """The request with one thing in it that no request should have."""
    field = {"name": random.choice(["../x", "a b", "id", "class class", "é", ""]), "type": "string"}
    spoiled = [
        {"name": random.choice(["../etc", "", "x; y", "ünï", "a" * 200, "{{ x }}", "1st"])},
        {"fields": [*request["fields"], field]},
        {"fields": [{"name": "a", "type": "integer", "constraints": {"ge": 5, "le": 1}}]},
        {
            "fields": [
                {"name": "a", "type": "string", "constraints": {"pattern": random.choice(["(?=x)", "["])}}
            ]
        },
        {"fields": [{"name": "a", "type": "date", "default": "never"}]},
        {"options": {**request["options"], "prefix": random.choice(["/a/../b", '/x"y', "/{a}", "/a b"])}},
        {"options": {**request["options"], "filters": ["nothing"]}},
        {"operations": ["drop"]},
    ]
    return {**request, **random.choice(spoiled)}


def make_field(random: Random, name: str) -> dict[str, Any]:
    """One field of any type."""
    kind = random.choice(FIELD_TYPES)
    field: dict[str, Any] = {"name": name, **make_element(random, kind)}
    if random.random() < 0.3:
        field["required"] = False
    if random.random() < 0.25:
        field["nullable"] = True
    if random.random() < 0.1:
        field["write_only"] = True
    elif random.random() < 0.1 and field.get("nullable"):
        field["read_only"] = True
    unique = kind in {"string", "email", "uuid", "integer", "date"} and not field.get("read_only")
    if unique and random.random() < 0.3:
        field.setdefault("constraints", {})["unique"] = True
    if random.random() < 0.3:
        field["description"] = random.choice(TEXTS)
    _set_default(random, field)
    return field


def _set_default(random: Random, field: dict[str, Any]) -> None:
    if random.random() < 0.7 or field.get("constraints", {}).keys() & {"unique", "min_items"}:
        return
    defaults = {"boolean": False, "list": [], "date": "2024-02-29", "datetime": "2024-02-29T10:00:00.5+02:00"}
    if field["type"] in defaults:
        field["default"] = defaults[field["type"]]


def make_element(random: Random, kind: str) -> dict[str, Any]:
    """A type with its own limits, values and parts."""
    element: dict[str, Any] = {"type": kind}
    limits = make_limits(random, kind)
    if limits:
        element["constraints"] = limits
    if kind == "enum":
        element["values"] = random.choice(CHOICES)
    elif kind == "literal":
        element["values"] = random.choice(LITERALS)
    elif kind == "list" and random.random() < 0.8:
        inner = random.choice(["string", "integer", "decimal", "date", "enum", "uuid", "list", "object"])
        element["items"] = make_element(random, inner)
    elif kind == "dict" and random.random() < 0.6:
        element["items"] = make_element(random, random.choice(["string", "integer", "number", "object"]))
    elif kind == "object":
        kinds = ["string", "integer", "enum", "decimal", "datetime", "boolean"]
        element["fields"] = [
            {"name": name, **make_element(random, random.choice(kinds))}
            for name in random.sample(NAMES, random.choice([1, 2, 3]))
        ]
    return element


def make_limits(random: Random, kind: str) -> dict[str, Any]:
    """Constraints that leave something to choose from."""
    found: dict[str, Any] = {}
    if kind in {"string", "text"}:
        if random.random() < 0.4:
            found["min_length"] = random.choice([1, 2, 5])
        if random.random() < 0.4:
            found["max_length"] = random.choice([6, 20, 100, 300])
        if random.random() < 0.2:
            found = {"pattern": random.choice(PATTERNS)}
    elif kind in {"integer", "number", "decimal"}:
        found = random.choice(
            [{}, {"ge": 0}, {"ge": -5, "le": 100}, {"gt": 10}, {"lt": 50}, {"multiple_of": 5}]
        )
        found = dict(found)
        if kind == "decimal" and random.random() < 0.5:
            found |= {"max_digits": random.choice([6, 10]), "decimal_places": random.choice([0, 2, 3])}
    elif kind == "list":
        if random.random() < 0.4:
            found["min_items"] = random.choice([1, 2])
        if random.random() < 0.3:
            found["max_items"] = random.choice([2, 5])
    return found


def make_options(
    random: Random, fields: list[dict[str, Any]], operations: list[str], storages: tuple[str, ...]
) -> dict[str, Any]:
    """Options that agree with these fields."""
    storage = random.choice(storages)
    options: dict[str, Any] = {"storage": storage}
    style = random.choice(["offset", "cursor", "none", None])
    if style:
        options["pagination"] = {"style": style}
    if style in {"offset", "cursor"} and random.random() < 0.3:
        options["pagination"] |= random.choice([{"default_limit": 1, "max_limit": 1}, {"max_limit": 50}])
    plain = [field for field in fields if _is_plain(field)]
    options["filters"] = [field["name"] for field in plain if random.random() < 0.4]
    sortable = [field for field in plain if style != "cursor" or _is_always_there(field)]
    options["sort"] = [field["name"] for field in sortable if random.random() < 0.4]
    options["timestamps"] = random.random() < 0.4
    options["soft_delete"] = random.random() < 0.4
    if random.random() < 0.2:
        options["sort"].append("id")
    if options["timestamps"] and random.random() < 0.5:
        options["sort"].append("created_at")
    if random.random() < 0.6:
        options["id_type"] = random.choice(["uuid", "integer", "string"])
    if random.random() < 0.3:
        options["prefix"] = "/api/v1"
    if storage in {"sqlalchemy", "sqlmodel"}:
        options["database"] = random.choice(["sqlite", "postgres"])
    if random.random() < 0.3:
        options["auth"] = {"scheme": random.choice(SCHEMES)}
        if operations and random.random() < 0.5:
            options["auth"]["protect"] = operations[:1]
    return options


def _is_plain(field: dict[str, Any]) -> bool:
    if field["type"] in {"list", "dict", "object"} or field.get("write_only"):
        return False
    return field["type"] != "literal" or len({type(value) for value in field["values"]}) == 1


def _is_always_there(field: dict[str, Any]) -> bool:
    return not field.get("nullable") and (field.get("required", True) or "default" in field)
