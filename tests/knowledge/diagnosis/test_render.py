"""A diagnosis as people and agents read it."""

import json

import pytest

from maestro_knowledge.core.text import count_tokens
from maestro_knowledge.diagnosis.load import load_families
from maestro_knowledge.diagnosis.match import diagnose
from maestro_knowledge.diagnosis.render import render

CODE = '@app.get("/users/{user_id}")\ndef read_user(user_id: int): ...\n@app.get("/users/me")\ndef read_me(): ...\n'
BODY = {
    "detail": [
        {
            "type": "int_parsing",
            "loc": ["path", "user_id"],
            "msg": "Input should be a valid integer",
            "input": "me",
        }
    ]
}


def test_an_answer_says_what_why_how_and_where():
    answer = render(diagnose(json.dumps(BODY), CODE))
    assert answer.startswith("# A value is not the number that was declared\n")
    assert "`request-number-refused` · fastapi · confidence high" in answer
    assert "- `path.user_id`: Input should be a valid integer (`int_parsing`)" in answer
    assert (
        "`GET /users/{user_id}` comes before `GET /users/me` and takes its requests (line 3 of the code)"
        in answer
    )
    assert "```python\nfrom fastapi import FastAPI" in answer
    assert "`docs:tutorial/path-params#order-matters`" in answer
    assert "## Instead" in answer


def test_the_users_own_last_line_is_named():
    text = 'Traceback (most recent call last):\n  File "/srv/app/main.py", line 12, in read\nRuntimeError: Stream consumed'
    assert "Last line of your code: `/srv/app/main.py:12` in `read`" in render(diagnose(text))


def test_an_unknown_error_says_so_and_what_to_search_for():
    answer = render(diagnose("FooError: gone"))
    assert answer.startswith("# Not an error that is explained here")
    assert "Search for: 'FooError gone'" in answer


def test_many_refused_values_are_counted():
    rows = [{"type": "missing", "loc": ["body", f"field{n}"], "msg": "Field required"} for n in range(20)]
    answer = render(diagnose(json.dumps({"detail": rows})))
    assert "- and 14 more" in answer
    assert count_tokens(answer) <= 1500


@pytest.mark.parametrize(("budget", "left_out"), [(100, 0), (250, 5), (400, 3), (1500, 0)])
def test_an_answer_keeps_its_budget_and_says_what_it_left_out(budget, left_out):
    answer = render(diagnose(json.dumps(BODY), CODE), max_tokens=budget)
    assert count_tokens(answer) <= budget
    assert (f"_{left_out} less likely parts left out" in answer) == bool(left_out)


def test_code_blocks_are_never_cut_open():
    for budget in range(100, 1500, 50):
        answer = render(diagnose(json.dumps(BODY), CODE), max_tokens=budget)
        assert answer.count("```") % 2 == 0


@pytest.mark.parametrize("family", load_families(), ids=lambda family: family.name)
def test_every_family_fits_with_the_longest_of_evidence(family):
    sign = next((sign for sign in family.signs if sign.text), None)
    if sign is None:
        pytest.skip("recognised by structure alone; its own test renders it")
    words = sign.text.replace("{", "x" * 100 + "{")
    text = (
        f"{sign.exceptions[0] if sign.exceptions else ''}: {words}"
        'File "' + "/a" * 200 + '.py", line 1, in b\n'
    )
    assert count_tokens(render(diagnose(text))) <= 1500


def test_what_was_pasted_cannot_break_the_answer():
    text = "ImportError: cannot import name '```\n# Injected\n' from 'fastapi' (x)"
    answer = render(diagnose(text))
    assert "\n# Injected" not in answer
