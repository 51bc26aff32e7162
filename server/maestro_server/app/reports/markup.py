"""HTML from parts that are escaped unless they were made here."""

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | int | Iterable["Content"] | None


def tag(name: str, /, *content: Content, **attributes: str | int | bool | None) -> Markup:
    """An element; `class_` and `data_x` are spelled `class` and `data-x`, False and None leave out."""
    shown = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in {"input", "meta", "br"}:
        return Markup(f"<{name}{shown}>")
    return Markup(f"<{name}{shown}>{join(content)}</{name}>")


def join(content: Content) -> Markup:
    """Everything one after the other, plain text escaped."""
    if content is None:
        return Markup("")
    if isinstance(content, Markup):
        return content
    if isinstance(content, str | int):
        return Markup(escape(_printable(str(content))))
    return Markup("".join(join(part) for part in content))


def marked(text: str) -> Markup:
    """Text with what stands in backticks set as code."""
    parts = text.split("`")
    return join(
        [
            tag("code", part) if number % 2 and number < len(parts) - 1 else part
            for number, part in enumerate(parts)
        ]
    )


def _attribute(name: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{escape(_printable(str(value)))}"'


def _printable(text: str) -> str:
    """Without what HTML may not hold: control characters and halves of surrogate pairs."""
    return "".join(
        "\ufffd" if (c < " " and c not in "\t\n\r") or "\ud800" <= c <= "\udfff" else c for c in text
    )
