"""Path templates as Starlette compiles them."""

from functools import lru_cache

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.application import Template

_PLACEHOLDER = Pattern(r"{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")


@lru_cache(maxsize=1_024)
def compile_template(path: str) -> Template:
    """The parts of a path: literal text, or a placeholder's name and converter ("str" by default)."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    for match in _PLACEHOLDER.finditer(path):
        if match.start() > end:
            parts.append(path[end : match.start()])
        parts.append((match.group(1), (match.group(2) or ":str")[1:]))
        end = match.end()
    if end < len(path):
        parts.append(path[end:])
    return Template(path, tuple(parts))
