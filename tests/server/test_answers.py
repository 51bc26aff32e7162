"""Each half of a data answer is complete by itself, and every answer keeps its budget."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.core.settings import load_settings
from maestro_server.app.demo import FAULTY
from maestro_server.expert.answers import Answer, outline
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall
from maestro_server.tools import _shapes

NOISE = {"", "yes", "no"}


def leaves(data: Any) -> Iterator[str]:
    """Every value that a person would miss."""
    if isinstance(data, dict):
        for value in data.values():
            yield from leaves(value)
    elif isinstance(data, list):
        for value in data:
            yield from leaves(value)
    elif isinstance(data, str):
        yield from (line.strip() for line in data.splitlines())
    elif data is not None and not isinstance(data, bool):
        yield str(data)


def assert_complete(answer: Answer) -> None:
    text = answer.text
    # A file that is edited is shown as its diff: the rest of it is the user's own and known to them.
    edited = [file for file in answer.data.get("files", []) if file.get("action") == "edit"]
    own = {line for file in edited for line in leaves(file["content"])}
    assert [leaf for leaf in leaves(answer.data) if leaf not in NOISE | own and leaf not in text] == []
    assert all(line in text for file in edited for line in leaves(file["diff"]))


@pytest.fixture
def everything(home: Path, root: Path) -> Iterator[Expert]:
    (root / "main.py").write_text(FAULTY)
    with Expert(load_settings(home=home, roots=str(root), platform="hana-x", auto_refresh=False)) as expert:
        yield expert


CALLS = {
    "review of code": lambda expert: expert.review(ReviewCall(code=FAULTY)),
    "review with fixes": lambda expert: expert.review(ReviewCall(code=FAULTY, fix="all")),
    "review of a path": lambda expert: expert.review(ReviewCall(path="main.py")),
    "routes": lambda expert: expert.map_app("main.py", view="routes"),
    "dependencies": lambda expert: expert.map_app("main.py", view="dependencies"),
    "imports": lambda expert: expert.map_app("main.py", view="imports"),
    "models": lambda expert: expert.map_app("main.py", view="models"),
    "diagram": lambda expert: expert.map_app("main.py", view="diagram"),
    "status": lambda expert: expert.status(),
    "comparison": lambda expert: expert.compare("0.110.0", "0.115.0", project="", topic=""),
    "comparison of a project": lambda expert: expert.compare("0.110.0", "0.165.0", project=".", topic=""),
    "contact": lambda expert: expert.platform_contact("database"),
    "contacts": lambda expert: expert.platform_contact(""),
    "scaffold": lambda expert: expert.scaffold_route(
        {"name": "todo", "fields": [{"name": "title", "type": "string"}]}, project="", write=False
    ),
}


@pytest.mark.parametrize("call", CALLS)
def test_the_text_says_all_that_the_data_say(call: str, everything: Expert) -> None:
    assert_complete(CALLS[call](everything))


SHAPES = {
    "review": _shapes.REVIEW,
    "routes": _shapes.APP_MAP,
    "dependencies": _shapes.APP_MAP,
    "imports": _shapes.APP_MAP,
    "models": _shapes.APP_MAP,
    "diagram": _shapes.APP_MAP,
    "status": _shapes.STATUS,
    "comparison": _shapes.COMPARISON,
    "contact": _shapes.CONTACT,
    "scaffold": _shapes.SCAFFOLD,
}


@pytest.mark.parametrize("call", CALLS)
def test_the_data_keep_to_the_published_schema(call: str, everything: Expert) -> None:
    shape = next(shape for name, shape in SHAPES.items() if call.startswith(name))
    data = CALLS[call](everything).data
    jsonschema.validate(data, shape)
    assert set(shape["properties"]) <= set(data)


@pytest.mark.parametrize("call", CALLS)
def test_the_same_question_gets_the_same_bytes(call: str, everything: Expert) -> None:
    first, second = CALLS[call](everything), CALLS[call](everything)
    assert (first.text, json.dumps(first.data)) == (second.text, json.dumps(second.data))


def test_a_long_review_is_cut_counted_and_says_how_to_go_on(everything: Expert) -> None:
    handlers = "\n".join(
        f"@app.get('/u{n}')\nasync def u{n}():\n    time.sleep({n})\n    return requests.get('https://e.com/{n}').json()\n"
        for n in range(150)
    )
    code = f"import time\nimport requests\nfrom fastapi import FastAPI\napp = FastAPI()\n{handlers}"
    cut = everything.review(ReviewCall(code=code))
    whole = everything.review(ReviewCall(code=code, max_findings=0))
    assert len(cut.text) <= 16_000
    assert len(json.dumps(cut.data)) <= 16_000
    missing = cut.data["truncated"]
    assert missing["findings"] + len(cut.data["findings"]) == len(whole.data["findings"])
    assert missing["next"] in cut.text
    assert whole.data["truncated"] == {}
    assert_complete(cut)


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab \n", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", min_size=1), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.text("xyz", min_size=1), _PLAIN, max_size=4))
def test_an_outline_leaves_nothing_out(data: dict[str, Any]) -> None:
    assert_complete(Answer(outline(data), data))
