"""What a caller switches off with a constant does not block it."""

import pytest

from maestro_knowledge.project.blocking import blocking_chains
from maestro_knowledge.project.load import load_code

HELPER = """
import time

def wait(name, deep=True, *, quick=False):
    {body}

class Desk:
    def ask(self, name, deep=True):
        if deep:
            time.sleep(1)

def caller():
    {call}
"""


def _blocks(body: str, call: str) -> bool:
    text = HELPER.format(body=body.replace("\n", "\n    "), call=call)
    project = load_code(text, "app.py")
    caller = next(one for one in project.modules[0].functions if one.name == "caller")
    return bool(blocking_chains(project, caller))


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ("if not deep:\n    return\ntime.sleep(1)", "wait('x', deep=False)"),
        ("if not deep:\n    return\ntime.sleep(1)", "wait('x', False)"),
        ("if deep:\n    time.sleep(1)", "wait('x', None)"),
        ("if quick:\n    time.sleep(1)", "wait('x')"),
        ("if deep and quick:\n    time.sleep(1)", "wait('x')"),
        ("if quick or not deep:\n    pass\nelse:\n    time.sleep(1)", "wait('x', quick=True)"),
        ("for _ in name:\n    if deep:\n        continue\n    time.sleep(1)", "wait('x')"),
        ("return time.sleep(1) if quick else None", "wait('x')"),
        ("pass", "Desk().ask('x', False)"),
    ],
)
def test_a_place_that_the_callers_constants_rule_out_does_not_block_it(body: str, call: str) -> None:
    assert not _blocks(body, call)


@pytest.mark.parametrize(
    ("body", "call"),
    [
        ("if not deep:\n    return\ntime.sleep(1)", "wait('x')"),
        ("if deep:\n    time.sleep(1)", "wait('x', unknown)"),
        ("if quick:\n    time.sleep(1)", "wait('x', **options)"),
        ("if deep:\n    time.sleep(1)", "wait(*arguments)"),
        ("deep = check(name)\nif deep:\n    time.sleep(1)", "wait('x', False)"),
        ("if deep or name:\n    time.sleep(1)", "wait('x', False)"),
        ("if deep:\n    log()\ntime.sleep(1)", "wait('x', False)"),
        ("while deep:\n    break\nelse:\n    time.sleep(1)", "wait('x', False)"),
        ("pass", "Desk().ask('x')"),
    ],
)
def test_what_the_caller_leaves_open_blocks_it(body: str, call: str) -> None:
    assert _blocks(body, call)


MEMBERS = """
import time

class Desk:
    def ask(self):
        time.sleep(1)

    def ask_later(self): ...

def open_desk() -> Desk: ...

def caller(other):
    desk = open_desk()
    {body}
"""


def _caller_blocks(body: str) -> bool:
    project = load_code(MEMBERS.format(body=body.replace("\n", "\n    ")), "app.py")
    caller = next(one for one in project.modules[0].functions if one.name == "caller")
    return bool(blocking_chains(project, caller))


@pytest.mark.parametrize(
    "body",
    [
        "if hasattr(desk, 'ask_later'):\n    pass\nelse:\n    desk.ask()",
        "if not hasattr(desk, 'ask_later'):\n    desk.ask()",
        "return None if hasattr(desk, 'ask_later') else desk.ask()",
    ],
)
def test_a_branch_that_hasattr_never_leads_to_does_not_block(body: str) -> None:
    assert not _caller_blocks(body)


@pytest.mark.parametrize(
    "body",
    [
        "if hasattr(desk, 'ask_later'):\n    desk.ask()",
        "if hasattr(desk, 'ask_soon'):\n    pass\nelse:\n    desk.ask()",
        "if hasattr(other, 'ask_later'):\n    pass\nelse:\n    desk.ask()",
    ],
)
def test_a_branch_that_hasattr_may_lead_to_blocks(body: str) -> None:
    assert _caller_blocks(body)
