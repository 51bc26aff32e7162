"""Which paths a route template matches, compared without making any."""

import re
from collections.abc import Iterator

from maestro_knowledge.project.application import App, Route, Template
from maestro_knowledge.project.model import Project

# What Starlette's converters accept; a plain placeholder takes one segment that is not empty.
_CONVERTERS = {
    "str": "[^/]+",
    "path": ".*",
    "int": "[0-9]+",
    "float": r"[0-9]+(?:\.[0-9]+)?",
    "uuid": "-?".join(f"[0-9a-fA-F]{{{n}}}" for n in (8, 4, 4, 4, 12)),
}
# Of each converter some values that it takes: one that the earlier pattern refuses reaches the later route.
_SAMPLES = {
    "str": ("x", "7", "a-b", "x.y", "00000000-0000-4000-8000-000000000000"),
    "path": ("x", "x/y", "", "7"),
    "int": ("0", "7", "123456789012"),
    "float": ("7", "7.5"),
    "uuid": ("00000000-0000-4000-8000-000000000000",),
}
_MOST = 400


def served_by_app(project: Project) -> Iterator[list[Route]]:
    """The routes of each application that are fully known, in matching order."""
    served: dict[App, list[Route]] = {app: [] for app in project.apps}
    for route in project.routes:
        is_known = route.path is not None and route.template is not None
        if is_known and route.operation.kind != "mount" and route.app in served:
            served[route.app].append(route)
    yield from served.values()


def covers(pattern: re.Pattern[str], later: Template) -> bool:
    """Whether the pattern matches every path that the template is for."""
    samples = list(_samples(later))
    return bool(samples) and all(pattern.fullmatch(sample) for sample in samples)


def spans_segments(template: Template) -> bool:
    """Whether a placeholder of it takes slashes, too."""
    return any(not isinstance(part, str) and part[1] == "path" for part in template.parts)


def first_segment(template: Template) -> str:
    """The literal text before the second slash; "" where a placeholder stands there."""
    first = template.path.lstrip("/").partition("/")[0]
    return "" if "{" in first else first


def pattern_of(template: Template) -> re.Pattern[str] | None:
    """What the template matches; None with a converter of the user's own."""
    parts = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(re.escape(part))
        elif part[1] in _CONVERTERS:
            parts.append(_CONVERTERS[part[1]])
        else:
            return None
    return re.compile("".join(parts))


def _samples(template: Template) -> Iterator[str]:
    """Paths of the template: literal text as it is, each placeholder with several values."""
    paths = [""]
    for part in template.parts:
        if isinstance(part, str):
            paths = [path + part for path in paths]
        elif part[1] in _SAMPLES:
            paths = [path + value for path in paths for value in _SAMPLES[part[1]]][:_MOST]
        else:
            return
    yield from paths
