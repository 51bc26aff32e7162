"""Every ref that our own pages, tables and templates show leads somewhere, even without the documentation."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import maestro_knowledge
import maestro_server
from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.refs import KINDS
from maestro_server.expert.facade import Expert

SHIPPED = Path(maestro_knowledge.__file__).parent
EXPORTED = Path(maestro_server.__file__).parent
# A ref in prose, in front matter or in a table; a version such as `a:1` or an address has no kind of ours.
_REF = re.compile(
    rf"(?<![\w/.-])(?:[a-z0-9_-]+/)?(?:{'|'.join(KINDS)}):[A-Za-z0-9_][^\s\\`'\"(){{}}\[\],;<>|]*"
)


def refs_of(text: str) -> set[str]:
    return {found.rstrip(".:") for found in _REF.findall(text)}


def all_refs() -> Iterator[tuple[str, str]]:
    for top in (SHIPPED, EXPORTED):
        for path in sorted(top.rglob("*")):
            if path.suffix in {".md", ".yaml", ".j2", ".json", ".toml"}:
                for ref in refs_of(path.read_text("utf-8")):
                    yield ref, path.relative_to(top).as_posix()


@pytest.fixture(scope="module")
def shown() -> dict[str, list[str]]:
    """Each ref with the files that show it."""
    found: dict[str, list[str]] = {}
    for ref, file in all_refs():
        found.setdefault(ref, []).append(file)
    return found


def read(expert: Expert, ref: str) -> str:
    return expert.read(ref, version="", project="", max_tokens=3000, cursor="").text


def test_refs_are_found_in_every_kind_of_file(shown: dict[str, list[str]]) -> None:
    folders = {file.partition("/")[0] for files in shown.values() for file in files}
    assert {"diagnosis", "guides", "profiles", "review", "scaffold", "upgrade"} <= folders
    assert len(shown) > 1000


def test_every_ref_resolves_without_the_documentation(shown: dict[str, list[str]], expert: Expert) -> None:
    lost = {}
    for ref, files in sorted(shown.items()):
        try:
            assert read(expert, ref)
        except MaestroError:
            lost[ref] = files[:3]
    assert lost == {}
