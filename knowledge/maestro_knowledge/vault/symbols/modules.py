"""Which files of a tree are modules of a package that stands at its top, or below `src`."""

from collections.abc import Iterator, Mapping

_ROOTS = ("", "src/")


def find_modules(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The dotted name of every module, and its file."""
    for file in files:
        if not file.endswith(".py"):
            continue
        for root in _ROOTS:
            if file.startswith(root):
                inner = file[len(root) :].removesuffix(".py").removesuffix("/__init__")
                parts = inner.split("/")
                if f"{root}{parts[0]}/__init__.py" in files and all(part.isidentifier() for part in parts):
                    yield ".".join(parts), file
