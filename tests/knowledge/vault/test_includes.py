"""Lines that stand for a file become its code, with where it stands and what is meant."""

import pytest
from knowledge.vault.sources import body_of, read_page, sections_of

CODE = "a = 1\nb = 2\nc = 3\nd = 4\n"
FILES = {"docs_src/x.py": CODE}


def codes(text: str, files=FILES):
    return [block for section in sections_of(text, files) for block in section.code]


@pytest.mark.parametrize(
    "line",
    [
        "{* ../../docs_src/x.py *}",
        "{*  ../../docs_src/x.py  hl[1] *}",
        "```Python\n{!../../docs_src/x.py!}\n```",
        '```Python hl_lines="1"\n{!> ../../docs_src/x.py !}\n```',
        "{!../../docs_src/x.py!}",
        '--8<-- "docs_src/x.py"',
    ],
)
def test_every_form_of_include_gives_the_whole_file(line):
    (block,) = codes(line)
    assert (block.text, block.language) == (CODE.rstrip(), "python")
    assert (block.file, block.first_line, block.last_line) == ("docs_src/x.py", 1, 4)


def test_the_base_of_a_path_is_what_the_site_configures():
    configured = "markdown_extensions:\n  mdx_include:\n    base_path: docs\n"
    files = {**FILES, "docs/en/mkdocs.yml": configured}
    assert codes("```\n{!../../../docs_src/x.py!}\n```", files)[0].file == "docs_src/x.py"


def test_each_range_of_lines_is_a_block_that_knows_its_place():
    first, second = codes("{* ../../docs_src/x.py ln[1:2,4] hl[2,4] *}")
    assert (first.text, first.first_line, first.last_line, first.highlighted) == ("a = 1\nb = 2", 1, 2, (2,))
    assert (second.text, second.first_line, second.last_line, second.highlighted) == ("d = 4", 4, 4, (4,))
    assert (
        body_of("{* ../../docs_src/x.py ln[2:3] *}", FILES)
        == "```python docs_src/x.py:2-3\nb = 2\nc = 3\n```"
    )


def test_lines_in_a_fence_are_counted_in_the_file():
    (block,) = codes('```Python hl_lines="2"\n{!../../docs_src/x.py[ln:2-4]!}\n```')
    assert (block.text, block.first_line, block.last_line, block.highlighted) == (
        "b = 2\nc = 3\nd = 4",
        2,
        4,
        (3,),
    )


def test_an_include_among_other_lines_stays_among_them():
    (block,) = codes("```html\n<script>\n{!../../docs_src/x.js!}\n</script>\n```", {"docs_src/x.js": "x()\n"})
    assert (block.text, block.file) == ("<script>\nx()\n</script>", "")


def test_an_include_inside_of_a_list_is_resolved():
    assert (
        codes("* Item:\n\n    ```python\n    {!../../docs_src/x.py!}\n    ```\n")[0].file == "docs_src/x.py"
    )


# --- variants ------------------------------------------------------------------------------------

FORMS = {
    f"docs_src/t{form}.py": f"# {form or 'plain'}\n"
    for form in ("", "_py310", "_py39", "_an", "_an_py310", "_an_py39")
}


def test_of_several_forms_the_newest_with_annotated_is_inlined_and_the_others_are_named():
    (block,) = codes("{* ../../docs_src/t.py hl[1] *}", FORMS)
    assert block.file == "docs_src/t_an_py310.py"
    assert block.variants == tuple(
        f"docs_src/t{form}.py" for form in ("_an_py39", "_an", "_py310", "_py39", "")
    )


def test_a_form_that_is_named_outright_is_the_one_that_is_shown():
    assert codes("{* ../../docs_src/t_py39.py *}", FORMS)[0].file == "docs_src/t_py39.py"


def test_a_folder_may_carry_the_form():
    files = {f"docs_src/app{form}/main.py": form for form in ("", "_an_py310")}
    assert codes("{* ../../docs_src/app/main.py *}", files)[0].file == "docs_src/app_an_py310/main.py"


def tabs(*labels_and_paths: tuple[str, str]) -> str:
    return "\n".join(
        f'=== "{label}"\n\n    ```Python\n    {{!> {path} !}}\n    ```\n' for label, path in labels_and_paths
    )


def test_tabs_that_show_one_example_in_several_forms_are_cut_to_the_preferred():
    text = tabs(("Python 3.10+", "docs_src/t_an_py310.py"), ("Python 3.8+ non-Annotated", "docs_src/t.py"))
    assert body_of(text, FORMS) == "```python docs_src/t_an_py310.py\n# _an_py310\n```"


def test_tabs_that_show_different_things_all_stay():
    files = {**FORMS, "docs_src/t_pv1.py": "# v1\n"}
    text = tabs(("Pydantic v2", "docs_src/t_an.py"), ("Pydantic v1", "docs_src/t_pv1.py"))
    assert body_of(text, files).count("**Pydantic") == 2


def test_tabs_of_plain_text_are_never_cut():
    assert body_of('=== "Python 3.10+"\n\n    A\n\n=== "Python 3.8+"\n\n    B\n').count("Python 3") == 2


# --- what must not happen ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["../../../../../../etc/passwd", "/etc/passwd", "../../docs_src/../../outside.py", "docs_src/none.py"],
)
@pytest.mark.parametrize("form", ["{{* {} *}}", "{{!{}!}}", "```\n{{!{}!}}\n```"])
def test_a_path_that_leads_out_or_nowhere_is_a_problem_and_the_rest_goes_on(path, form):
    contents = read_page(f"# A\n\n{form.format(path)}\n\nText.\n", FILES)
    assert contents.sections[0].body.endswith("is not in this source.)\n\nText.")
    assert "which the source does not have" in contents.problems[0].message


def test_a_page_of_markdown_is_put_in_with_its_headings():
    contents = read_page(
        "# A\n\n{!../../docs/shared.md!}\n\nEnd.\n", {"docs/shared.md": "## Shared\n\nText.\n"}
    )
    assert [(s.id, s.body) for s in contents.sections] == [("page", ""), ("page#shared", "Text.\n\nEnd.")]


def test_pages_that_include_each_other_end():
    files = {
        "docs/a.md": "A {!../../docs/b.md!}\n\n{!../../docs/b.md!}\n",
        "docs/b.md": "B\n\n{!../../docs/a.md!}\n",
    }
    contents = read_page("{!../../docs/a.md!}\n", files)
    assert "in a loop" in contents.problems[0].message
    assert "B" in contents.sections[0].body


def test_a_page_that_includes_itself_ends():
    assert "in a loop" in read_page("Text.\n\n{!page.md!}\n").problems[0].message


def test_a_page_that_takes_in_too_much_stops_at_its_bound():
    files = {"docs_src/big.py": "x = 1  # padding\n" * 30_000}
    contents = read_page("{* ../../docs_src/big.py *}\n\n" * 50, files)
    assert "more than 2000000 characters" in " ".join(problem.message for problem in contents.problems)
    assert sum(len(section.body) for section in contents.sections) < 3_000_000


def test_an_include_of_an_include_of_many_is_bounded():
    files = {f"docs/{n}.md": f"{{!../../docs/{n + 1}.md!}}\n\n" * 40 for n in range(8)}
    contents = read_page("{!../../docs/0.md!}\n", {**files, "docs/8.md": "x" * 5_000})
    assert contents.problems
    assert sum(len(section.body) for section in contents.sections) < 4_000_000


def test_a_file_of_50_megabytes_is_not_taken_in():
    contents = read_page("A\n\n{* ../../docs_src/big.py *}\n", {"docs_src/big.py": b"x" * 50_000_000})
    assert any("50000000 bytes" in problem.message for problem in contents.problems)


def test_code_shown_again_in_one_section_is_cut_to_the_lines_that_are_meant():
    text = "{* ../../docs_src/x.py hl[1] *}\n\nThen:\n\n{* ../../docs_src/x.py hl[3:4] *}\n"
    (section,) = sections_of(text, FILES)
    assert section.body.endswith("Then:\n\n```python docs_src/x.py:3-4\nc = 3\nd = 4\n```")
    assert [block.highlighted for block in section.code] == [(1,), (3, 4)]
    assert section.code[1].text == CODE.rstrip()
