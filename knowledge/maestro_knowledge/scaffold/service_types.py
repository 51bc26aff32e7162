"""Pydantic models as source, read statically: never imported, never executed."""

import ast
from collections.abc import Mapping
from typing import Any

from maestro_knowledge.core.errors import BadArgument, TooLarge
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.written import UNKNOWN, list_options, read_dotted, read_plain

MAX_SOURCE = 64 * 1024
MAX_CLASSES = 100
MAX_DEPTH = 4
SUFFIXES = {"Create": "create", "Response": "response", "Read": "response", "Update": "update"}
PLAIN = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "FiniteFloat": "number",
    "Decimal": "decimal",
    "bool": "boolean",
    "date": "date",
    "datetime": "datetime",
    "time": "time",
    "UUID": "uuid",
    "EmailStr": "email",
    "HttpUrl": "url",
    "AnyUrl": "url",
    "AnyHttpUrl": "url",
    "SecretStr": "secret",
    "PositiveInt": "integer",
    "NonNegativeInt": "integer",
}
BOUNDS: Mapping[str, dict[str, Any]] = {"PositiveInt": {"gt": 0}, "NonNegativeInt": {"ge": 0}}
LIMITS = (
    *("min_length", "max_length", "pattern", "ge", "gt", "le", "lt", "multiple_of", "max_digits"),
    "decimal_places",
)
EMPTY: Mapping[str, list[Any] | dict[str, Any]] = {"list": [], "dict": {}}
LISTS = frozenset({"list", "List", "set", "Set", "frozenset", "Sequence", "tuple"})
DICTS = frozenset({"dict", "Dict", "Mapping"})


@dataclass(frozen=True, slots=True)
class Models:
    """The models of each resource, as fields of a request; `kept` are those that have no partner."""

    resources: Mapping[str, Mapping[str, list[dict[str, Any]]]] = field(default_factory=dict)
    kept: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def unpaired(self) -> tuple[str, ...]:
        """The names of the models that have no partner."""
        return tuple(self.kept)


def read_models(source: str) -> Models:
    """The models by resource and role, or `BadArgument` with everything that cannot be read."""
    if not source.strip():
        return Models()
    if len(source) > MAX_SOURCE:
        raise TooLarge(f"The types have {len(source)} characters.", f"Keep them under {MAX_SOURCE}.")
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        raise BadArgument(
            f"The types are not Python{f': line {line}' if line else ''}.", "Give Pydantic models as source."
        ) from None
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    if len(classes) > MAX_CLASSES:
        raise TooLarge(f"The types have {len(classes)} classes.", f"At most {MAX_CLASSES} are read.")
    refusals = Refusals()
    reader = _Reader(classes, refusals)
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    kept: dict[str, list[dict[str, Any]]] = {}
    nested = reader.find_nested()
    for name in classes:
        stem, role = _split(name)
        if not reader.is_model(name):
            continue
        if role:
            found.setdefault(stem, {})[role] = reader.read_class(name, 0)
        elif name not in nested:
            kept[name] = reader.read_class(name, 0)
    refusals.raise_any("The types")
    whole = {stem: roles for stem, roles in found.items() if {"create", "response"} <= set(roles)}
    for stem, roles in found.items():
        if stem not in whole:
            kept |= {f"{stem}{role.title()}": fields for role, fields in roles.items()}
    return Models(whole, dict(sorted(kept.items())))


def _split(name: str) -> tuple[str, str]:
    for suffix, role in SUFFIXES.items():
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix), role
        if name.startswith(suffix) and len(split_words(name)) > 1 and name[len(suffix)].isupper():
            return name.removeprefix(suffix).removesuffix("Request"), role
    return name, ""


class _Reader:
    def __init__(self, classes: Mapping[str, ast.ClassDef], refusals: Refusals) -> None:
        self._classes = classes
        self._refusals = refusals

    def is_model(self, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a class is a Pydantic model, by way of others of the source as well."""
        node = self._classes.get(name)
        if node is None or name in seen:
            return False
        bases = [read_dotted(base).rpartition(".")[2] for base in node.bases]
        return "BaseModel" in bases or any(self.is_model(base, seen | {name}) for base in bases)

    def find_nested(self) -> set[str]:
        """The classes that others name in their annotations or bases."""
        return {
            child.id
            for name, node in self._classes.items()
            for child in ast.walk(node)
            if isinstance(child, ast.Name) and child.id in self._classes and child.id != name
        }

    def read_class(self, name: str, depth: int) -> list[dict[str, Any]]:
        """The fields of a model, those of its bases first."""
        node = self._classes[name]
        found: dict[str, dict[str, Any]] = {}
        if depth > MAX_DEPTH:
            self._refusals.add(name, "is nested too deep", f"at most {MAX_DEPTH} levels")
            return []
        for base in node.bases:
            inherited = read_dotted(base)
            if inherited in self._classes and self.is_model(inherited):
                found |= {part["name"]: part for part in self.read_class(inherited, depth + 1)}
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                target = item.target.id
                if target != "model_config" and not target.startswith("_"):
                    found[target] = self._read_field(f"{name}.{target}", target, item, depth)
        return list(found.values())

    def _read_field(self, where: str, name: str, item: ast.AnnAssign, depth: int) -> dict[str, Any]:
        part: dict[str, Any] = {"name": name, **self._read_type(item.annotation, where, depth)}
        if item.value is None:
            return part
        if isinstance(item.value, ast.Call) and read_dotted(item.value.func).endswith("Field"):
            self._read_call(item.value, part, where)
        else:
            self._set_default(item.value, part, where)
        return part

    def _read_type(self, node: ast.expr, where: str, depth: int) -> dict[str, Any]:
        match node:
            case ast.Constant(value=str(text)):
                return self._read_text(text, where, depth)
            case ast.BinOp(op=ast.BitOr()):
                return self._read_union(list(list_options(node)), where, depth)
            case ast.Subscript(value=base):
                return self._read_subscript(read_dotted(base).rpartition(".")[2], node, where, depth)
        name = read_dotted(node).rpartition(".")[2]
        if name in PLAIN:
            return {"type": PLAIN[name], **({"constraints": dict(BOUNDS[name])} if name in BOUNDS else {})}
        if name in LISTS:
            return {"type": "list", "items": {"type": "string"}}
        if name in DICTS or name == "Any":
            return {"type": "dict"}
        if name in self._classes:
            return self._read_own(name, where, depth)
        self._refusals.add_unknown(where, name or ast.unparse(node)[:60], PLAIN, what="type")
        return {"type": "string"}

    def _read_text(self, text: str, where: str, depth: int) -> dict[str, Any]:
        try:
            return self._read_type(ast.parse(text[:500], mode="eval").body, where, depth + 1)
        except (SyntaxError, ValueError, RecursionError):
            self._refusals.add(where, f"{quote(text)} is not a type", "write it without quotes")
            return {"type": "string"}

    def _read_own(self, name: str, where: str, depth: int) -> dict[str, Any]:
        if self.is_model(name):
            return {"type": "object", "fields": self.read_class(name, depth + 1)}
        values = [
            item.value.value
            for item in self._classes[name].body
            if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
        ]
        if not values:
            self._refusals.add(where, f"{name} is neither a model nor an enum of plain values", "use one")
        return {"type": "enum", "values": values or ["none"]}

    def _read_union(self, options: list[ast.expr], where: str, depth: int) -> dict[str, Any]:
        rest = [one for one in options if not (isinstance(one, ast.Constant) and one.value is None)]
        if len(rest) != 1:
            self._refusals.add(where, "is a union of several types", "use one type, or None beside it")
            return {"type": "string"}
        return {**self._read_type(rest[0], where, depth), "nullable": len(rest) < len(options)}

    def _read_subscript(self, name: str, node: ast.Subscript, where: str, depth: int) -> dict[str, Any]:
        inner = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name == "Annotated" and inner:
            part = self._read_type(inner[0], where, depth)
            for call in inner[1:]:
                if isinstance(call, ast.Call):
                    self._read_call(call, part, where)
            return part
        if name == "Optional" and len(inner) == 1:
            return {**self._read_type(inner[0], where, depth), "nullable": True}
        if name == "Union":
            return self._read_union(inner, where, depth)
        if name == "Literal" and all(isinstance(one, ast.Constant) for one in inner):
            return {
                "type": "literal",
                "values": [one.value for one in inner if isinstance(one, ast.Constant)],
            }
        if name in LISTS and inner:
            return {"type": "list", "items": self._read_inner(inner[0], where, depth)}
        if name in DICTS and len(inner) == 2:
            item = self._read_inner(inner[1], where, depth)
            return {"type": "dict", **({} if item == {"type": "dict"} else {"items": item})}
        self._refusals.add(where, f"{quote(ast.unparse(node)[:80])} is not a type that is known")
        return {"type": "string"}

    def _read_inner(self, node: ast.expr, where: str, depth: int) -> dict[str, Any]:
        part = self._read_type(node, where, depth + 1)
        part.pop("nullable", None)
        return {"type": "string"} if part["type"] == "secret" else part

    def _read_call(self, call: ast.Call, part: dict[str, Any], where: str) -> None:
        if call.args:
            self._set_default(call.args[0], part, where)
        sizes = (
            {"min_length": "min_items", "max_length": "max_items"} if part["type"] in {"list", "dict"} else {}
        )
        for keyword in call.keywords:
            if keyword.arg == "default":
                self._set_default(keyword.value, part, where)
            elif keyword.arg == "default_factory":
                empty: list[Any] | dict[str, Any] | None = EMPTY.get(read_dotted(keyword.value))
                part.update({"required": False} if empty is None else {"default": empty})
            elif keyword.arg == "description" and isinstance(keyword.value, ast.Constant):
                part["description"] = str(keyword.value.value)
            elif keyword.arg in LIMITS:
                value = read_plain(keyword.value)
                part.setdefault("constraints", {})[sizes.get(keyword.arg, keyword.arg)] = value

    def _read_value(self, node: ast.expr) -> Any:
        """The value that is written there; of `Plan.FREE` that of the member."""
        match node:
            case ast.Attribute(value=ast.Attribute() as member, attr="value"):
                return self._read_value(member)
            case ast.Attribute(value=ast.Name(id=name), attr=member) if name in self._classes:
                for item in self._classes[name].body:
                    if isinstance(item, ast.Assign) and ast.unparse(item.targets[0]) == member:
                        return read_plain(item.value)
        return read_plain(node)

    def _set_default(self, node: ast.expr, part: dict[str, Any], where: str) -> None:
        value = self._read_value(node)
        if value is Ellipsis:
            return
        if value is UNKNOWN:
            self._refusals.add(where, "has a default that is computed", "use a plain value")
        elif value is None:
            part["required"] = False
        else:
            part["default"] = value
