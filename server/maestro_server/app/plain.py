"""A review without options is read without argparse, which would take a tenth of a remembered one."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import argparse

REVIEW: Mapping[str, Any] = MappingProxyType(
    {
        "format": "text",
        "endpoint": "",
        "select": "",
        "ignore": "",
        "min_severity": "info",
        "preview": False,
        "fix": None,
        "diff": False,
        "baseline": "",
        "write_baseline": "",
        "diff_base": "",
        "statistics": False,
        "root": None,
    }
)


def read_plain(arguments: Sequence[str]) -> "argparse.Namespace | None":
    """The options of `review PATH…`, as argparse gives them; None for whatever has more to it."""
    command, *paths = arguments
    if command != "review" or not paths or any(path.startswith("-") for path in paths):
        return None
    return cast("argparse.Namespace", SimpleNamespace(command=command, paths=paths, **REVIEW))
