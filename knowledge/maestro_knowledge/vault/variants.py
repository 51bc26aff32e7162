"""Which example is another form of which: for a newer Python, with `Annotated`, or both."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

_FORM = re.compile(r"_(?:an|py3\d{1,2})(?=[_./]|$)")
_PYTHON = re.compile(r"_py3(\d{1,2})(?=[_./]|$)")
_ANNOTATED = re.compile(r"_an(?=[_./]|$)")


def family_of(path: str) -> str:
    """What all forms of one example have in common: the path without its marks."""
    return _FORM.sub("", path)


def has_form(path: str) -> bool:
    """Whether the path says which form it is."""
    return _FORM.search(path) is not None


def rank_of(path: str) -> tuple[bool, int, str]:
    """How much a form is to be preferred: `Annotated` first, then the newest Python."""
    python = _PYTHON.search(path)
    return _ANNOTATED.search(path) is not None, int(python[1]) if python else 0, path


class Families:
    """The examples of a source, by family."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = paths

    @cached_property
    def _by_name(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path in self._paths:
            if path.endswith(".py"):
                found.setdefault(family_of(path), []).append(path)
        return {name: tuple(sorted(paths, key=rank_of, reverse=True)) for name, paths in found.items()}

    def members(self, path: str) -> tuple[str, ...]:
        """All forms of the example at `path`, the preferred first."""
        return self._by_name.get(family_of(path), ())

    def others(self, path: str) -> tuple[str, ...]:
        """The other forms of the example at `path`."""
        return tuple(other for other in self.members(path) if other != path)
