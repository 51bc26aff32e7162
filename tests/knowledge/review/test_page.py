"""A rule's page is read in its parts, and a page of the wrong form is refused."""

import pytest

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.frontmatter import split_front_matter
from maestro_knowledge.review import page
from maestro_knowledge.review.page import read_page
from maestro_knowledge.review.registry import load_rules

PAGE = """---
id: ASY102
name: sleep-in-async
docs: [docs:async#very-technical-details]
---

# It sleeps

## What it finds

A call.

## Why it matters

It stalls
everything.

More words.

## Bad

```python
import time

async def f():
    time.sleep(1)  # ASY102
    time.sleep(2)  # ASY102: again
```

Words between.

```python file=app/main.py
from app.other import nap

nap()  # ASY102, ASY106
```

```python file=app/other.py
def nap(): ...
```

```toml file=pyproject.toml
[project]
```

## Good

````python
x = '''
```
## not a heading
'''
````

## What is not flagged

Much.

## Fix

Use `asyncio.sleep`.

## References

- `docs:async#very-technical-details`
"""


def test_a_page_gives_its_words() -> None:
    page = read_page(PAGE, file="sleep_in_async.md")
    assert (page.id, page.name, page.title) == ("ASY102", "sleep-in-async", "It sleeps")
    assert page.why == "It stalls everything."
    assert page.fix == "Use `asyncio.sleep`."
    assert page.summary == "A call."
    assert page.docs == ("docs:async#very-technical-details",)


def test_blocks_with_files_in_a_row_are_one_example_and_marks_are_findings() -> None:
    single, multiple = read_page(PAGE, file="sleep_in_async.md").bad
    assert single.expected == (("main.py", 4, "ASY102"), ("main.py", 5, "ASY102"))
    assert [path for path, _ in multiple.files] == ["app/main.py", "app/other.py", "pyproject.toml"]
    assert multiple.expected == (("app/main.py", 3, "ASY102"), ("app/main.py", 3, "ASY106"))


def test_a_fence_inside_a_longer_fence_is_code() -> None:
    (example,) = read_page(PAGE, file="sleep_in_async.md").good
    assert "## not a heading" in example.files[0][1]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("## Fix", "## Mend", "headings"),
        ("# It sleeps", "It sleeps", "headings"),
        ("name: sleep-in-async\n", "", "front matter"),
        ("docs:async#", "async#", "not a ref"),
    ],
)
def test_a_page_of_the_wrong_form_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(BadArgument, match=says):
        read_page(PAGE.replace(old, new, 1), file="sleep_in_async.md")


def test_front_matter_in_the_form_of_our_pages_is_what_yaml_makes_of_it() -> None:
    for loaded in load_rules():
        text = loaded.page_file.read_text(encoding="utf-8")
        assert page._split_plain(text) == split_front_matter(text, what=loaded.rule.id)
    for other in ("[a:b, c: d]", '["a:b"]', "[a:b #c]", "[1:20]", "\n  - a:b"):
        assert page._split_plain(PAGE.replace("[docs:async#very-technical-details]", other)) is None


def test_sections_are_the_same_whether_each_line_is_looked_at_or_not() -> None:
    for loaded in load_rules():
        text = loaded.page.text
        assert page._split(text) == page._split_by_line(text) == (loaded.page.title, loaded.page.sections)


def test_a_heading_in_an_example_begins_no_section() -> None:
    text = PAGE.replace("```python\n", "```python\n## Fix\n", 1)
    assert [heading for heading, _ in read_page(text, file="sleep_in_async.md").sections] == [*page.SECTIONS]
