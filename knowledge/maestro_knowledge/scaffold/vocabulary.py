"""The words of a request, as the contract has them, and how large one may be."""

from typing import Literal, get_args

FieldType = Literal[
    "string",
    "text",
    "integer",
    "number",
    "decimal",
    "boolean",
    "date",
    "datetime",
    "time",
    "uuid",
    "email",
    "url",
    "enum",
    "literal",
    "list",
    "dict",
    "object",
]
Operation = Literal["list", "create", "get", "update", "replace", "delete"]
IdType = Literal["uuid", "integer", "string"]
PageStyle = Literal["offset", "cursor", "none"]
AuthScheme = Literal["none", "jwt", "api_key", "external_jwt"]
Storage = Literal["memory", "sqlalchemy", "sqlmodel", "asyncpg"]
Database = Literal["sqlite", "postgres"]
MiddlewareName = Literal[
    "cors",
    "security_headers",
    "request_id",
    "logging",
    "rate_limit",
    "auth",
    "errors",
    "metrics",
    "gzip",
]

FIELD_TYPES: tuple[str, ...] = get_args(FieldType)
AUTH_SCHEMES: tuple[str, ...] = get_args(AuthScheme)
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
DEFAULT_OPERATIONS: tuple[Operation, ...] = ("list", "create", "get", "update", "delete")

TEXTUAL = frozenset({"string", "text", "email", "url"})
NUMERIC = frozenset({"integer", "number", "decimal"})
CHOSEN = frozenset({"enum", "literal"})
NESTED = frozenset({"list", "dict", "object"})
SCALAR = frozenset(FIELD_TYPES) - NESTED

CONSTRAINTS_OF: dict[str, frozenset[str]] = {
    **dict.fromkeys(FIELD_TYPES, frozenset({"unique"})),
    "string": frozenset({"min_length", "max_length", "pattern", "unique"}),
    "text": frozenset({"min_length", "max_length", "pattern", "unique"}),
    "email": frozenset({"max_length", "unique"}),
    "url": frozenset({"max_length", "unique"}),
    "integer": frozenset({"ge", "gt", "le", "lt", "multiple_of", "unique"}),
    "number": frozenset({"ge", "gt", "le", "lt", "multiple_of", "unique"}),
    "decimal": frozenset({"ge", "gt", "le", "lt", "multiple_of", "max_digits", "decimal_places", "unique"}),
    "boolean": frozenset(),
    "enum": frozenset(),
    "literal": frozenset(),
    "list": frozenset({"min_items", "max_items"}),
    "dict": frozenset({"min_items", "max_items"}),
    "object": frozenset(),
}

MAX_FIELDS = 100
MAX_NESTING = 4
MAX_VALUES = 100
MAX_EXAMPLES = 10
MAX_TEXT = 2_000
MAX_NODES = 5_000
MAX_DEPTH = 24
MAX_INTEGER = 2**63 - 1
MAX_LENGTH = 1_000_000
MAX_LEAST = 500
MAX_INDEXED = 650
"""Characters that fit an index entry of PostgreSQL, four bytes each."""

MAX_DIGITS = 100
