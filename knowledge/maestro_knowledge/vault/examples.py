"""Runnable examples → sections, each placed where the documentation shows it."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.model import CodeBlock, Section, Snapshot, SourceRef
from maestro_knowledge.vault.variants import Families


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a file is shown first, and the lines that are pointed at in any place."""

    section: Section
    highlighted: tuple[int, ...] = ()


def find_shown(sections: Sequence[Section]) -> Mapping[str, Shown]:
    """Where each example is shown, the forms of it that are only named included."""
    found: dict[str, Section] = {}
    named: dict[str, Section] = {}
    lines: dict[str, set[int]] = {}
    for section in sections:
        for block in section.code:
            if block.file:
                found.setdefault(block.file, section)
                lines.setdefault(block.file, set()).update(block.highlighted)
                for other in block.variants:
                    named.setdefault(other, section)
    return {
        path: Shown(section, tuple(sorted(lines.get(path, ()))))
        for path, section in {**named, **found}.items()
    }


def example_files(files: Mapping[str, str], folder: str) -> Iterator[str]:
    """The files of a source that are examples."""
    for path in files:
        if folder and path.startswith(f"{folder}/") and path.endswith(".py"):
            yield path


def example_id(path: str, folder: str) -> str:
    """The id of the example in that file."""
    return path[len(folder) + 1 :].removesuffix(".py")


def read_example(
    content: bytes, path: str, folder: str, *, shown: Shown | None, families: Families, snapshot: Snapshot
) -> Section | None:
    """The section of an example; `None` for a file that holds nothing."""
    text = clean(content.decode("utf-8", "replace")).rstrip()
    if not text.strip():
        return None
    others = families.others(path)
    last = text.count("\n") + 1
    where = shown.section if shown else None
    note = f"\n\nOther forms: {', '.join(f'`{other}`' for other in others)}" if others else ""
    return Section(
        id=example_id(path, folder),
        kind="example",
        title=posixpath.relpath(path, folder),
        trail=(*where.trail, where.title) if where else (),
        body=f"```python {path}\n{text}\n```{note}",
        source=SourceRef(snapshot.name, snapshot.layer, snapshot.version, snapshot.commit, path, 1, last),
        url=where.url if where else "",
        place=where.place if where else None,
        code=(CodeBlock(text, "python", path, 1, last, shown.highlighted if shown else (), others),),
        related=tuple(
            dict.fromkeys(
                (
                    *(
                        (where.ref.partition("/")[2] if "/docs:" in where.ref else where.ref,)
                        if where
                        else ()
                    ),
                    *(f"example:{example_id(other, folder)}" for other in others),
                )
            )
        ),
    )
