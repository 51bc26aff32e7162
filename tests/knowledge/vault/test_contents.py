"""A whole tree: what is reused, what a bad page does to the rest, what hostile pages cost."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowledge.vault.sources import MINI_VAULT, mini_tree, read_page, sections_of, site_of

from maestro_knowledge.core.errors import NotFound, TooLarge
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.model import Contents, Snapshot
from maestro_knowledge.vault.trees import FolderTree, MemoryTree


def known(contents: Contents):
    return {page.file: page for page in contents.pages}


def changed(**files: str) -> MemoryTree:
    tree = mini_tree()
    texts = {path: tree.read(path) for path in tree.files()}
    return MemoryTree(
        Snapshot("fastapi", "git", "1.2.0", "beef"), texts | {k: v.encode() for k, v in files.items()}
    )


# --- reuse ---------------------------------------------------------------------------------------


def test_reading_twice_gives_the_same(mini):
    assert read_contents(mini_tree()) == mini


def test_what_is_known_and_unchanged_is_the_same_as_read_anew_but_for_its_version(mini):
    tree = changed()
    again = read_contents(tree, known=known(mini))
    assert again == read_contents(tree)
    assert {section.source.version for section in again.sections} == {"1.2.0"}
    assert {symbol.source.commit for symbol in again.symbols} == {"beef"}
    assert {release.source.version for release in again.releases} == {"1.2.0"}


class Counting:
    """A tree that counts what is read of it."""

    def __init__(self, tree: MemoryTree) -> None:
        self.snapshot, self.files, self._tree = tree.snapshot, tree.files, tree
        self.paths: list[str] = []

    def read(self, path: str) -> bytes:
        self.paths.append(path)
        return self._tree.read(path)


def test_only_pages_that_changed_are_read_again(mini):
    tree = Counting(changed(**{"docs/en/docs/deployment/https.md": "# New\n"}))
    contents = read_contents(tree, known=known(mini))
    # Besides, every page is looked through for entries of the reference, which costs no parsing.
    assert tree.paths.count("docs/en/docs/deployment/https.md") == 2
    assert (
        max(tree.paths.count(path) for path in tree.paths if path != "docs/en/docs/deployment/https.md") == 1
    )
    assert "New" in {section.title for section in contents.sections}


def test_a_page_that_is_known_as_of_this_very_snapshot_stays_the_same_object(mini):
    pages = known(mini)
    again = read_contents(mini_tree(), known=pages)
    assert all(page is pages[page.file] for page in again.pages)


def test_a_page_that_begins_to_show_symbols_is_found_when_the_rest_is_known(mini):
    tree = changed(**{"docs/en/docs/deployment/https.md": "# New\n\n::: fastapi.FastAPI\n"})
    assert read_contents(tree, known=known(mini)) == read_contents(tree)


def ids(contents: Contents) -> dict[str, str]:
    return {page.file: page.content_id for page in contents.pages}


@pytest.mark.parametrize(
    ("file", "text", "pages"),
    [
        ("docs_src/cors/tutorial001_py310.py", "x = 1\n", {"docs/en/docs/tutorial/cors.md", "docs_src/cors/tutorial001_py310.py"}),
        ("docs_src/settings/gone.py", "found = 1\n", {"docs/en/docs/advanced/settings.md", "docs_src/settings/gone.py"}),
        ("docs/en/docs/tutorial/cors.md", "# CORS { #cors }\n", {"docs/en/docs/tutorial/cors.md", "docs_src/cors/tutorial001_py310.py"}),
        ("fastapi/exceptions.py", "class HTTPException: ...\n", {"fastapi"}),
        ("docs/en/docs/release-notes.md", "# N\n\n## 9.0.0\n", {"docs/en/docs/release-notes.md"}),
    ],
)  # fmt: skip
def test_the_id_of_a_page_covers_all_that_it_takes_in(mini, file, text, pages):
    after = ids(read_contents(changed(**{file: text}), known=known(mini)))
    before = ids(mini)
    assert {name for name in after if after[name] != before.get(name)} == pages


def test_a_new_form_of_an_example_makes_its_pages_new(mini):
    contents = read_contents(
        changed(**{"docs_src/cors/tutorial001_an_py312.py": "new = 1\n"}), known=known(mini)
    )
    example = next(s for s in contents.sections if s.id == "cors/tutorial001_py310")
    assert example.code[0].variants == ("docs_src/cors/tutorial001_an_py312.py",)


def test_a_page_that_moved_in_the_navigation_keeps_its_text_and_gets_its_order(mini):
    configuration = "INHERIT: ./mkdocs.base.yml\nnav:\n- tutorial/cors.md\n- index.md\n"
    tree = changed(**{"docs/en/mkdocs.yml": configuration})
    contents = read_contents(tree, known=known(mini))
    assert contents.sections[0].id == "tutorial/cors"
    assert contents == read_contents(tree)


def test_progress_is_told_to_the_end():
    told: list[tuple[int, int]] = []
    read_contents(mini_tree(), progress=lambda *step: told.append(step))
    assert told[-1][0] <= told[-1][1]
    assert [done for done, _ in told] == sorted(done for done, _ in told)


# --- one bad file --------------------------------------------------------------------------------


def test_a_page_that_cannot_be_read_is_a_problem_and_the_rest_goes_on():
    contents = read_contents(site_of({"a.md": "# A\n", "big.md": b"# big\n" * 9_000_000, "z.md": "# Z\n"}))
    assert [section.id for section in contents.sections] == ["a", "z"]
    assert [(problem.file, "54000000 bytes" in problem.message) for problem in contents.problems] == [
        ("docs/en/docs/big.md", True)
    ]


def test_an_empty_source_is_empty():
    assert read_contents(MemoryTree(Snapshot("fastapi", "git", "1"), {})).sections == ()


def test_a_source_outside_of_the_table_is_read_as_a_plain_site():
    tree = MemoryTree(Snapshot("other", "git", "1"), {"mkdocs.yml": b"nav: [a.md]", "docs/a.md": b"# A\n"})
    assert [section.ref for section in read_contents(tree).sections] == ["other/docs:a"]


# --- hostile pages -------------------------------------------------------------------------------


def seconds(text: str) -> float:
    started = time.process_time()
    read_page(text)
    return time.process_time() - started


def test_a_page_of_100_000_headings_is_bounded():
    contents = read_page("# A\n\n" * 100_000)
    assert len([s for s in contents.sections if s.kind == "docs"]) == 2_000
    assert [problem.message for problem in contents.problems] == [
        "has 200000 lines; the first 50000 are read",
        "has 25000 headings; the first 2000 are read",
    ]


@pytest.mark.parametrize(
    "piece",
    ["# A\n\n", "# A_1\n\n", "## \n\n", "/// tip\n\n", "//// tip\n\n///\n\n", "!!! x\n", '=== "a"\n\n    b\n', "* a\n", "> ", "a [^1] ",
     "[", "![", "*_", "<", "<a ", "<!--", "&", "`", "``x", "{* a *}\n", "{!", "[^1]: x\n", "| a |\n", "1. ", "[a](", "](", "<b>", "\\",
     "::: a.b\n", "<abbr title='", "~~~\n", "a\n===\n"],
)  # fmt: skip
def test_time_grows_with_the_length_of_a_page(piece):
    short, long = "x\n\n" + piece * 1_000, "x\n\n" + piece * 8_000
    seconds(short)
    # Eight times as long: quadratic time would be sixty-four times as much.
    assert seconds(long) < max(24 * seconds(short), 2.0)


def test_nesting_is_bounded():
    for opening in ("> ", "* ", "/" * 3 + " x\n", "    " * 3):
        text = "".join(opening * n + "a\n" for n in range(300))
        assert sections_of(text)
    assert sections_of("\n".join("    " * n + "!!! note" for n in range(300)))
    assert sections_of("\n".join("/" * (400 - n) + " note" for n in range(300)))


@given(st.text(max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_markdown_raises_and_ids_are_unique(text):
    ids = [section.id for section in sections_of(text)]
    assert len(ids) == len(set(ids))


PIECES = st.sampled_from(
    ["# A", "## A", "## A { #a }", "# ", "text", "", "/// tip", "///", "//// tab | X", "////", "!!! note", "    indented", "```", "```python",
     '=== "T"', "{* x *}", "{!x.md!}", "<div>", "</div>", "<abbr title='x'>y</abbr>", "[^1]: note", "[^1]", "| a | b |", "|---|---|", "> q",
     "* i", "1. n", "::: a.b", "---", "===", "*[A]: b", "\ufeff", "\x00", "[a](b.md#c)", "{% x %}"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_mixture_of_what_pages_are_made_of_raises(lines):
    contents = read_page("\n".join(lines))
    anchors = [s.place.anchor for s in contents.sections if s.kind == "docs" and "#" in s.id]
    assert len(anchors) == len(set(anchors))
    assert all(s.ref for s in contents.sections)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(content):
    read_page(content)


@given(st.binary(max_size=200), st.binary(max_size=200), st.text(max_size=120))
@settings(max_examples=100, deadline=None)
def test_no_other_file_raises(configuration, code, notes):
    read_contents(
        site_of(
            {"page.md": "# A\n\n{* ../../docs_src/x.py *}\n", "release-notes.md": notes},
            {"docs/en/mkdocs.yml": configuration, "docs_src/x.py": code, "fastapi/__init__.py": code},
        )
    )


# --- trees ---------------------------------------------------------------------------------------


def test_a_folder_is_read_without_leaving_it(tmp_path: Path):
    (tmp_path / "secret.md").write_text("secret")
    root = tmp_path / "tree"
    (root / "docs").mkdir(parents=True)
    (root / "docs/a.md").write_text("a")
    (root / "docs/link.md").symlink_to(tmp_path / "secret.md")
    (root / "out").symlink_to(tmp_path)
    (root / os.fsdecode(b"docs/\xff.md")).write_text("odd")
    (root / "docs/line\nbreak.md").write_text("odd")
    os.mkfifo(root / "docs/pipe.md")
    tree = FolderTree(Snapshot("x", "git", "1"), root)
    assert list(tree.files()) == ["docs/a.md"]
    for path in ("docs/link.md", "../secret.md", "/etc/passwd", "docs/pipe.md"):
        with pytest.raises(NotFound):
            tree.read(path)


def test_a_large_file_in_a_folder_is_refused(tmp_path: Path):
    (tmp_path / "big.md").write_bytes(b"x" * 5_000_000)
    tree = FolderTree(Snapshot("x", "git", "1"), tmp_path)
    with pytest.raises(TooLarge):
        tree.read("big.md")


def test_content_ids_are_those_of_git(remote):
    remote.commit({"a.md": "text\n"})
    tree = FolderTree(Snapshot("x", "git", "1"), remote.folder)
    assert tree.files()["a.md"] == remote.git("rev-parse", "HEAD:a.md")


def test_a_git_tree_and_a_folder_give_the_same_sections(mini, remote):
    from maestro_knowledge.vault.catalog import find_source
    from maestro_knowledge.vault.clone import open_checkout

    commit = remote.commit(
        {p.relative_to(MINI_VAULT).as_posix(): p.read_bytes() for p in MINI_VAULT.rglob("*") if p.is_file()},
        "1.1.0",
    )
    with open_checkout(remote.folder, find_source("fastapi")) as tree:
        found = read_contents(tree)

    def bare(contents: Contents):
        return [replace(section, source=replace(section.source, commit="")) for section in contents.sections]

    assert bare(found) == bare(mini)
    assert {section.source.commit for section in found.sections} == {commit}
