"""One definition in source code → a symbol: its signature, its parameters with what they mean, its docs."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Literal

import griffe

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.model import Parameter, Snapshot, SourceRef, Symbol

MAX_VALUE = 300
MAX_DOC = 20_000
_LINE = 88
_STARS = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}
Style = Literal["google", ""]


def describe(name: str, found: griffe.Object, snapshot: Snapshot, style: Style = "") -> Symbol:
    """The symbol of a class, a function, an attribute or a module; `style` is how docstrings are written."""
    docs = _read_docs(found, style)
    maker = _maker_of(found)
    parameters = (
        tuple(_parameters(maker, {**docs.parameters, **_read_docs(maker, style).parameters})) if maker else ()
    )
    returns = ""
    match found:
        case griffe.Function():
            returns = _plain(found.returns)
            signature = f"{'async ' if 'async' in found.labels else ''}def {_call(name, parameters, returns)}"
        case griffe.Class():
            signature = f"class {_call(name, parameters) if maker else name}"
        case griffe.Attribute():
            returns, value = _plain(found.annotation), _cut(str(found.value or ""))
            signature = f"{name}{f': {returns}' if returns else ''}{f' = {value}' if value else ''}"
        case _:
            signature = f"module {name}"
    return Symbol(
        name=name,
        kind=_kind_of(found),
        signature=signature,
        parameters=parameters,
        returns=returns,
        doc=docs.text,
        source=SourceRef(
            snapshot.name, snapshot.layer, snapshot.version, snapshot.commit,
            found.filepath.as_posix() if not isinstance(found.filepath, list) else "",
            found.lineno or 0, found.endlineno or 0,
        ),
        bases=tuple(path_of(base) for base in found.bases) if isinstance(found, griffe.Class) else (),
        deprecated=_deprecation_of(found),
    )  # fmt: skip


def path_of(expression: griffe.Expr | str) -> str:
    """The dotted name that an expression stands for, its subscript left out."""
    if isinstance(expression, griffe.ExprSubscript):
        return path_of(expression.left)
    return expression if isinstance(expression, str) else expression.canonical_path


def attributes_of(found: griffe.Class, style: Style = "") -> Iterator[Parameter]:
    """The public attributes and properties of a class, with what is said of them."""
    said = _read_docs(found, style).attributes
    for name, member in found.members.items():
        if name.startswith("_") or not isinstance(member, griffe.Attribute):
            continue
        doc = _read_docs(member, style).text or said.get(name, "")
        if doc or "class-attribute" in member.labels or "property" in member.labels:
            yield Parameter(name, _plain(member.annotation), _cut(str(member.value or "")), "attribute", doc)


@dataclass(frozen=True, slots=True)
class _Docs:
    """A docstring in its parts."""

    text: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


def _read_docs(found: griffe.Object | None, style: Style) -> _Docs:
    docstring = found.docstring if found else None
    if docstring is None:
        return _Docs()
    sections = docstring.parsed
    if style == "google" and all(section.kind is griffe.DocstringSectionKind.text for section in sections):
        sections = docstring.parse("google", warnings=False)
    texts, parameters, attributes = list[str](), dict[str, str](), dict[str, str]()
    for section in sections:
        match section:
            case griffe.DocstringSectionText():
                texts.append(section.value)
            case griffe.DocstringSectionParameters() | griffe.DocstringSectionOtherParameters():
                parameters |= {entry.name.lstrip("*"): _doc(entry.description) for entry in section.value}
            case griffe.DocstringSectionAttributes():
                attributes |= {entry.name: _doc(entry.description) for entry in section.value}
            case _:
                texts += _other(section)
    return _Docs("\n\n".join(text for each in texts if (text := _doc(each))), parameters, attributes)


def _other(section: griffe.DocstringSection) -> Iterator[str]:
    """What a docstring says of results, errors and the like, as text."""
    title = section.title or section.kind.value.capitalize()
    if isinstance(section, griffe.DocstringSectionAdmonition):
        yield f"**{title}**: {section.value.description}"
    elif isinstance(section, griffe.DocstringSectionExamples):
        yield "\n\n".join(text for _, text in section.value)
    elif isinstance(section.value, list):
        lines = []
        for entry in section.value:
            name = getattr(entry, "name", "") or str(getattr(entry, "annotation", "") or "")
            doc = " ".join(_doc(getattr(entry, "description", "")).split())
            lines.append(f"- `{name}`: {doc}" if name else f"- {doc}")
        yield f"**{title}**:\n\n" + "\n".join(lines)


def _maker_of(found: griffe.Object) -> griffe.Function | None:
    """The function whose parameters are the symbol's: itself, or what makes an instance of a class."""
    if isinstance(found, griffe.Class):
        start = found.members.get("__init__")
        return start if isinstance(start, griffe.Function) else None
    return found if isinstance(found, griffe.Function) else None


def _parameters(function: griffe.Function, docs: Mapping[str, str]) -> Iterator[Parameter]:
    for number, parameter in enumerate(function.parameters):
        if number == 0 and parameter.name in {"self", "cls"} and function.parent and function.parent.is_class:
            continue
        kind = parameter.kind
        yield Parameter(
            name=f"{_STARS.get(kind, '') if kind else ''}{parameter.name}",
            annotation=_plain(parameter.annotation),
            default=_cut(str(parameter.default))
            if parameter.default is not None and kind not in _STARS
            else "",
            kind=kind.value if kind else "",
            doc=docs.get(parameter.name, "") or _doc_of_one_word(parameter.annotation),
        )


def _call(name: str, parameters: tuple[Parameter, ...], returns: str = "") -> str:
    """The line that defines a callable, on several lines if one is too short."""
    shown: list[str] = []
    keyword_only = False
    for number, parameter in enumerate(parameters):
        if parameter.kind == griffe.ParameterKind.keyword_only.value and not keyword_only:
            shown.append("*")
        keyword_only |= parameter.kind in {"keyword-only", "variadic positional"}
        annotation = f": {parameter.annotation}" if parameter.annotation else ""
        gap = " " if annotation else ""
        shown.append(
            f"{parameter.name}{annotation}{f'{gap}={gap}{parameter.default}' if parameter.default else ''}"
        )
        after = parameters[number + 1].kind if number + 1 < len(parameters) else ""
        if parameter.kind == "positional-only" and after != "positional-only":
            shown.append("/")
    end = f" -> {returns}" if returns else ""
    line = f"{name}({', '.join(shown)}){end}"
    return (
        line if len(line) <= _LINE else f"{name}(\n" + "".join(f"    {each},\n" for each in shown) + f"){end}"
    )


def _plain(annotation: griffe.Expr | str | None) -> str:
    """An annotation as text, without what `Annotated` adds to it."""
    if (
        isinstance(annotation, griffe.ExprSubscript)
        and annotation.canonical_path.endswith(".Annotated")
        and isinstance(annotation.slice, griffe.ExprTuple)
        and annotation.slice.elements
    ):
        return _plain(annotation.slice.elements[0])
    return _cut(str(annotation)) if annotation is not None else ""


def _doc_of_one_word(annotation: griffe.Expr | str | None) -> str:
    """The text of a `Doc` that griffe takes for the name of a type, as it does with a single word."""
    inner = annotation.slice if isinstance(annotation, griffe.ExprSubscript) else None
    for element in inner.elements if isinstance(inner, griffe.ExprTuple) else ():
        if (
            isinstance(element, griffe.ExprCall)
            and element.canonical_path.endswith(".Doc")
            and element.arguments
        ):
            first = element.arguments[0]
            return first.name if isinstance(first, griffe.ExprName) else ""
    return ""


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}\N{HORIZONTAL ELLIPSIS}"


def _doc(text: str) -> str:
    return clean(inspect.cleandoc(text))[:MAX_DOC].strip()


def _kind_of(found: griffe.Object) -> Literal["class", "function", "method", "attribute", "module"]:
    if isinstance(found, griffe.Function):
        return "method" if found.parent and found.parent.is_class else "function"
    if isinstance(found, griffe.Class):
        return "class"
    return "attribute" if isinstance(found, griffe.Attribute) else "module"


def _deprecation_of(found: griffe.Object) -> str:
    """Why a class or function is deprecated, as its decorator says; empty for one that is not."""
    for decorator in found.decorators if isinstance(found, griffe.Class | griffe.Function) else ():
        if decorator.callable_path.rpartition(".")[2] == "deprecated" and isinstance(
            decorator.value, griffe.ExprCall
        ):
            try:
                first = ast.literal_eval(str(decorator.value.arguments[0]))
            except (ValueError, SyntaxError, IndexError, RecursionError, MemoryError):
                first = "deprecated"
            return " ".join(str(first).split())
    return ""
