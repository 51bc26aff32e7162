"""A section goes into the index and comes out of it unchanged, and nothing of ours is pickled."""

import hashlib
import pickletools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from indexer.library import docs, guides, hold, make_section, others
from whoosh.filedb.filestore import RamStorage
from whoosh.index import FileIndex

import maestro_indexer
from maestro_indexer.postings import postings_of
from maestro_indexer.records import read_section, write_section
from maestro_indexer.schema import (
    KEY_FIELD,
    MAX_KEY,
    SCHEMA_VERSION,
    document_key,
    make_document,
    make_schema,
    section_of,
)
from maestro_knowledge.vault.model import CodeBlock, Place, Section, SourceRef

DIGEST = Path(__file__).with_name("schema.digest")
MAKERS = ("asked", "records", "schema", "tables", "vocabulary", "weights", "words")
TEXT = st.text(max_size=60)


@st.composite
def sections(draw: st.DrawFn) -> Section:
    place = st.builds(Place, TEXT, TEXT)
    code = st.builds(
        CodeBlock,
        TEXT,
        TEXT,
        TEXT,
        st.integers(0, 9),
        st.integers(0, 9),
        st.tuples(st.integers(1, 9)),
        st.tuples(TEXT),
    )
    return Section(
        id=draw(TEXT),
        kind=draw(st.sampled_from(["docs", "example", "api", "guide", "rule", "release", "profile"])),
        title=draw(TEXT),
        trail=draw(st.tuples(TEXT, TEXT)),
        body=draw(st.text(max_size=300)),
        source=SourceRef("fastapi", "git", draw(TEXT), draw(TEXT), draw(TEXT), 1, 2),
        url=draw(TEXT),
        place=draw(st.none() | place),
        order=draw(st.integers(0, 10**6)),
        code=draw(st.tuples(code) | st.just(())),
        keywords=draw(st.tuples(TEXT) | st.just(())),
        related=draw(st.tuples(TEXT) | st.just(())),
        cites=draw(st.tuples(place, place) | st.just(())),
    )  # fmt: skip


@given(sections())
def test_any_section_comes_back_as_it_was(section: Section) -> None:
    assert read_section(write_section(section)) == section
    assert section_of(make_document(section)) == section


@pytest.mark.parametrize("section", [*docs(), *others(), *guides()], ids=lambda section: section.ref)
def test_an_indexed_section_is_read_from_the_index_unchanged(section: Section) -> None:
    postings = postings_of(hold([section]))

    (row,) = postings.rows

    assert postings.read_section(row) == section
    assert (row.kind, row.id, row.title, row.place) == (
        section.kind,
        section.id,
        section.title,
        section.place,
    )
    assert row.cites == (() if section.place else section.cites)


def test_weights_survive_the_index() -> None:
    section = docs()[1]

    postings = postings_of(hold([section]))

    for term, weight in make_terms(section).items():
        (found,) = postings.term(term).weights
        assert found == pytest.approx(weight, rel=1e-6)


def make_terms(section: Section) -> dict[str, float]:
    tokens = (token.rpartition("^") for token in make_document(section)["terms"].split(" "))
    return {term: float(weight) for term, _, weight in tokens}


def test_the_pickled_schema_names_only_classes_of_whoosh_and_python() -> None:
    storage = RamStorage()
    FileIndex.create(storage, make_schema())
    (toc,) = (name for name in storage.list() if name.endswith(".toc"))

    pickled = storage.open_file(toc).read()
    names = {
        str(argument) for _, argument, _ in pickletools.genops(pickled[pickled.index(b"\x80") :]) if argument
    }

    assert any("whoosh" in name for name in names)
    assert not any("maestro" in name for name in names)


def test_the_key_names_kind_and_id_and_is_bounded() -> None:
    assert document_key(make_section("tutorial/cors#origin", "Origin")) == "docs:tutorial/cors#origin"
    one, other = (document_key(make_section("x" * 5000 + end, "T")) for end in "ab")
    assert one != other
    assert len(one) < MAX_KEY + 50
    assert make_schema()[KEY_FIELD].unique


def test_whoever_changes_what_is_indexed_raises_the_schema_version() -> None:
    folder = Path(maestro_indexer.__file__).parent
    files = [folder / f"{name}.py" for name in MAKERS] + [folder / "data" / "asked_as.txt"]
    digest = hashlib.sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in files)).hexdigest()

    assert DIGEST.read_text("utf-8").split() == [SCHEMA_VERSION, digest], (
        "what a document is made of has changed: raise SCHEMA_VERSION in schema.py, then write "
        f"'{SCHEMA_VERSION} {digest}' with the new version into {DIGEST.name}"
    )
