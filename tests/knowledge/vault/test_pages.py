"""Which files are pages, in which order, and where they are published."""

from knowledge.vault.sources import site_of

from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.contents import read_contents
from maestro_knowledge.vault.pages import read_site
from maestro_knowledge.vault.trees import Tree

FASTAPI = find_source("fastapi")


def site(configuration: str, *pages: str, **files: str):
    return read_site(
        site_of(dict.fromkeys(pages, "# X\n"), {"docs/en/mkdocs.yml": configuration, **files}), FASTAPI
    )


def test_pages_come_in_the_order_of_the_navigation_then_by_name():
    found = site(
        "nav:\n- b.md\n- Group:\n  - Title: a/c.md\n  - a/d.md\n",
        "z.md",
        "a/c.md",
        "a/d.md",
        "b.md",
        "a/index.md",
    )
    assert [page.path for page in found.pages] == ["b.md", "a/c.md", "a/d.md", "z.md", "a/index.md"]
    assert found.pages[1].title == "Title"


def test_urls_are_folders_below_the_address_of_the_site():
    found = site("site_url: https://example.com/docs\n", "index.md", "a/index.md", "a/b c.md")
    assert {page.path: page.url for page in found.pages} == {
        "index.md": "https://example.com/docs/",
        "a/index.md": "https://example.com/docs/a/",
        "a/b c.md": "https://example.com/docs/a/b%20c/",
    }


def test_urls_are_files_where_the_site_says_so():
    assert (
        site("site_url: https://e.com/\nuse_directory_urls: false\n", "a.md").pages[0].url
        == "https://e.com/a.html"
    )


def test_foreign_tags_are_read_safely():
    found = site(
        "x: !!python/object/apply:os.system ['touch /nowhere']\ny: !ENV [A, b]\nnav: [a.md]\n", "a.md"
    )
    assert [page.path for page in found.pages] == ["a.md"]
    assert found.problems == ()


def test_what_a_configuration_inherits_is_below_its_own():
    inherited = {"docs/base.yml": "site_url: https://base.example.com/\nnav: [b.md]\n"}
    found = read_site(
        site_of(
            {"a.md": "", "b.md": ""},
            {"docs/en/mkdocs.yml": "INHERIT: ../base.yml\nnav: [a.md]\n", **inherited},
        ),
        FASTAPI,
    )
    assert (found.url, found.pages[0].path) == ("https://base.example.com/", "a.md")


def test_configurations_that_inherit_each_other_end():
    assert site("INHERIT: ./mkdocs.yml\nnav: [a.md]\n", "a.md").pages


def test_a_broken_configuration_is_a_problem_and_the_pages_are_read():
    for broken in ("nav: [", "\t", "[[[", "a: &a [*a]\nnav: *a\n", "nav: 7\n", "- 1\n", "!!python/name:x\n"):
        found = site(broken, "a.md")
        assert [page.path for page in found.pages] == ["a.md"], broken


def test_links_missing_pages_and_paths_that_lead_out_are_no_pages():
    nav = "nav:\n- a.md\n- a.md\n- X: https://example.com/\n- gone.md\n- ../../secret.md\n- {}\n- null\n- 3\n- []\n"
    assert [page.path for page in site(nav, "a.md").pages] == ["a.md"]


def test_without_a_configuration_every_page_counts():
    tree = site_of({"a.md": "# A\n", "b/c.md": "# C\n"})
    del tree._contents["docs/en/mkdocs.yml"]
    found = read_site(tree, FASTAPI)
    assert [page.path for page in found.pages] == ["a.md", "b/c.md"]
    assert found.pages[0].url == "https://fastapi.tiangolo.com/a/"


def test_pages_about_people_translations_and_tests_are_left_out():
    names = (
        "fastapi-people.md",
        "external-links.md",
        "newsletter.md",
        "management.md",
        "translations.md",
        "_llm-test.md",
    )
    assert [page.path for page in site("", "a.md", *names).pages] == ["a.md"]


def test_a_group_without_a_name_is_named_by_the_page_that_leads_it(by_ref):
    assert by_ref["docs:tutorial/dependencies/index"].nav == ("Learn", "Tutorial", "Dependencies")


def test_the_oldest_layout_is_read():
    tree = site_of({})
    tree._contents.clear()
    tree._contents |= {
        "mkdocs.yml": b"nav: [index.md]\n", "docs/index.md": b"# A\n\n```Python\n{!./src/a/x.py!}\n```\n",
        "docs/src/a/x.py": b"x = 1\n", "docs/release-notes.md": b"## 0.1.0\n",
    }  # fmt: skip
    assert [section.ref for section in read_contents(tree).sections] == [
        "docs:index",
        "release:0.1.0",
        "example:a/x",
    ]


def test_a_configuration_that_did_not_change_is_not_read_again():
    files = {"docs/en/mkdocs.yml": "INHERIT: ../base.yml\nnav: [{2024-01-01: b.md}, a.md]\n"}
    tree = site_of(
        {"a.md": "", "b.md": ""}, {**files, "docs/base.yml": "site_url: https://one.example.com/\n"}
    )
    first = read_site(tree, FASTAPI)
    unread = Unread(tree)

    again = read_site(unread, FASTAPI, first.configuration)

    assert again == first
    assert unread.read_paths == []


def test_a_configuration_is_read_again_when_what_it_inherits_changes():
    pages, own = {"a.md": ""}, {"docs/en/mkdocs.yml": "INHERIT: ../base.yml\n"}
    before = site_of(pages, {**own, "docs/base.yml": "site_url: https://one.example.com/\n"})
    after = site_of(pages, {**own, "docs/base.yml": "site_url: https://two.example.com/\n"})

    found = read_site(after, FASTAPI, read_site(before, FASTAPI).configuration)

    assert found.url == "https://two.example.com/"


def test_a_configuration_that_would_grow_without_end_is_read_and_not_kept():
    bomb = "a: &a [x.md, x.md]\nb: &b [*a, *a]\nc: &c [*b, *b]\nnav: [*c, *c]\n"

    found = site(bomb, "a.md", "x.md")

    assert [page.path for page in found.pages] == ["x.md", "a.md"]
    assert found.configuration.text == ""


class Unread:
    """A tree that notes which of its files are read."""

    def __init__(self, tree: Tree) -> None:
        self.snapshot = tree.snapshot
        self.files = tree.files
        self.read_paths: list[str] = []
        self._tree = tree

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        return self._tree.read(path)
