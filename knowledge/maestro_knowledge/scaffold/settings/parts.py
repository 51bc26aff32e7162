"""The settings classes of generated modules: what they ask for, as fields of a project's own class."""

import ast
import re
from collections.abc import Iterator, Mapping

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.scaffold.settings.source import SettingsSource

_SOUNDS_SECRET = re.compile("pass|pwd|secret|token", re.IGNORECASE)
GIVES = {
    "str": {"str"},
    "SecretStr": {"SecretStr", "str"},
    "HttpUrl": {"HttpUrl", "str", "AnyUrl", "AnyHttpUrl"},
    "Path": {"Path", "str"},
    "float": {"float", "int"},
    "int": {"int"},
    "bool": {"bool"},
}
"""Type that is wanted → types of the project's field that it can be read from."""


@dataclass(frozen=True, slots=True)
class PartField:
    """A setting: what the generated class calls it, what the project's class does, and its type there."""

    name: str
    central: str
    type: str
    default: str
    is_asked: bool = False
    """Whether a request names it: then it is written as it was asked for."""

    @property
    def line(self) -> str:
        """The field in the project's class; what has to be set is checked where it is used."""
        if not self.default and self.is_asked:
            return f"{self.central}: {self.type}"
        if not self.default:
            return f"{self.central}: {_or_none(self.type)} = None"
        if self.type == "str" and _SOUNDS_SECRET.search(self.central) and not self.is_asked:
            # A linter takes `token_issuer = "us"` for a password in the code.
            return f"{self.central}: str = Field(default={self.default})"
        return f"{self.central}: {self.type} = {self.default}"

    @property
    def names(self) -> frozenset[str]:
        """The names that the line uses."""
        return frozenset(node.id for node in ast.walk(ast.parse(self.line)) if isinstance(node, ast.Name))


@dataclass(frozen=True, slots=True)
class Part:
    """One generated settings class."""

    path: str
    name: str
    fields: tuple[PartField, ...]
    getter: str = ""
    """The dependency that gives one, where there is one."""


def find_parts(files: Mapping[str, str], source: SettingsSource) -> tuple[Part, ...]:
    """The settings classes in generated modules, by path."""
    found: list[Part] = []
    for path, text in sorted(files.items()):
        if not path.endswith(".py") or "(BaseSettings)" not in text:
            continue
        tree = ast.parse(text)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and [ast.unparse(base) for base in node.bases] == [
                "BaseSettings"
            ]:
                fields = tuple(_fields(text, tree, node, source))
                found.append(Part(path, node.name, fields, _find_getter(tree, node.name)))
    return tuple(found)


def _find_getter(tree: ast.Module, name: str) -> str:
    for node in tree.body:
        if (
            isinstance(node, ast.FunctionDef)
            and node.returns is not None
            and ast.unparse(node.returns) == name
        ):
            return node.name if any("lru_cache" in ast.unparse(one) for one in node.decorator_list) else ""
    return ""


def find_misfit(parts: tuple[Part, ...], source: SettingsSource) -> str:
    """Why the parts do not fit the fields that are there; empty where they do."""
    for part in parts:
        for item in part.fields:
            there = source.fields.get(item.central)
            if there is not None and not _fits(item.type, there):
                return f"{item.central} is {there} in {source.name} already, and {item.type} is needed"
    return ""


def new_fields(parts: tuple[Part, ...], source: SettingsSource) -> tuple[PartField, ...]:
    """The fields that the project's class does not have yet, each once."""
    found = {item.central: item for part in parts for item in part.fields}
    return tuple(item for item in found.values() if item.central not in source.fields)


def read_asked(text: str, name: str, source: SettingsSource) -> tuple[PartField, ...]:
    """The fields of a settings class as they stand there, without what every such class has."""
    tree = ast.parse(text)
    node = next(one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == name)
    aliases = _aliases(tree)
    return tuple(
        PartField(
            field,
            source.spell(f"{config_prefix(node)}{field}"),
            _spell_whole(text, line.annotation, aliases),
            (ast.get_source_segment(text, line.value) or "") if line.value is not None else "",
            is_asked=True,
        )
        for field, line in own_fields(node)
        if field != "environment"
    )


def config_prefix(node: ast.ClassDef) -> str:
    """The prefix of the variables that a settings class reads."""
    for keyword in ast.walk(node):
        if isinstance(keyword, ast.keyword) and keyword.arg == "env_prefix":
            return str(ast.literal_eval(keyword.value)).lower()
    return ""


def own_fields(node: ast.ClassDef) -> Iterator[tuple[str, ast.AnnAssign]]:
    """The fields of a class by name."""
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            yield line.target.id, line


def _fields(text: str, tree: ast.Module, node: ast.ClassDef, source: SettingsSource) -> Iterator[PartField]:
    aliases = _aliases(tree)
    for name, line in own_fields(node):
        variable = _variable(line) or f"{config_prefix(node)}{name}"
        plain = ast.unparse(_Plain(aliases).visit(_strip(line.annotation)))
        default = (ast.get_source_segment(text, line.value) or "") if line.value is not None else ""
        yield PartField(name, source.spell(variable), plain, default)


def _aliases(tree: ast.Module) -> dict[str, ast.expr]:
    return {
        line.targets[0].id: line.value
        for line in tree.body
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)
    }


def _spell_whole(text: str, annotation: ast.expr, aliases: Mapping[str, ast.expr]) -> str:
    """An annotation as it stands, with what its alias stands for in the place of that."""
    if isinstance(annotation, ast.Name) and annotation.id in aliases:
        return ast.get_source_segment(text, aliases[annotation.id]) or ""
    if any(isinstance(node, ast.Name) and node.id in aliases for node in ast.walk(annotation)):
        return ast.unparse(_Plain(aliases).visit(annotation))
    return ast.get_source_segment(text, annotation) or ""


def _variable(line: ast.AnnAssign) -> str:
    """The variable that a field names for itself."""
    for keyword in ast.walk(line.annotation):
        if isinstance(keyword, ast.keyword) and keyword.arg == "validation_alias":
            return str(ast.literal_eval(keyword.value)).lower()
    return ""


def _strip(node: ast.expr) -> ast.expr:
    """A type without what `Annotated` says about it."""
    match node:
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *_])):
            return _strip(first)
        case _:
            return node


class _Plain(ast.NodeTransformer):
    """Puts the type itself in the place of its alias in the module."""

    def __init__(self, aliases: Mapping[str, ast.expr]) -> None:
        self._aliases = aliases

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The type behind a name."""
        return _strip(self._aliases[node.id]) if node.id in self._aliases else node


def _or_none(text: str) -> str:
    return text if text.endswith("| None") else f"{text} | None"


def _fits(wanted: str, there: str) -> bool:
    """Whether a value of the type that is there can be read as the one that is wanted."""
    plain = ast.unparse(_strip(ast.parse(there, mode="eval").body))
    kinds = {kind.strip().rpartition(".")[2] for kind in plain.split("|")} - {"None"}
    bare = wanted.removesuffix("| None").strip()
    return plain.removesuffix("| None").strip() == bare or kinds <= GIVES.get(bare, set())
