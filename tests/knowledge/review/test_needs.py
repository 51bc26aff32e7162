"""What rules declare to need only saves asking: it hides nothing that they would say."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from bench.review.scoring import CORPUS

from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.review.needs import Needs, Supply
from maestro_knowledge.review.registry import LoadedRule, load_rules
from maestro_knowledge.review.running import run_rules
from maestro_knowledge.review.view import View

DECLARING = [loaded for loaded in load_rules() if loaded.needs is not None]
CODE = """
import threading as t

def start(job, queue):
    t.Thread(target=job).start()
    queue.put(job, timeout=5)
    yield
"""


def _said(project: Project, rules: Sequence[LoadedRule]) -> list[tuple[str, str, int, str]]:
    run = run_rules(View(project), rules)
    assert not run.crashes
    assert not run.asks
    return [
        (loaded.rule.id, report.module.path, getattr(report.node, "lineno", 0), report.message)
        for loaded, report in run.reports
    ]


def _hides_nothing(folder: Path) -> None:
    said = _said(load_path(folder, root=folder), DECLARING)
    assert said
    assert said == _said(load_path(folder, root=folder), [replace(one, needs=None) for one in DECLARING])


def test_declared_needs_hide_nothing_in_the_corpus() -> None:
    _hides_nothing(CORPUS)


def test_declared_needs_hide_nothing_in_the_examples_of_any_page(tmp_path: Path) -> None:
    for loaded in load_rules():
        for number, example in enumerate((*loaded.page.bad, *loaded.page.good)):
            for path, text in example.files:
                file = tmp_path / f"{loaded.rule.id}_{number}" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
    _hides_nothing(tmp_path)


@pytest.mark.parametrize("loaded", DECLARING, ids=lambda loaded: loaded.rule.id)
def test_who_declares_needs_is_asked_about_modules_or_functions(loaded: LoadedRule) -> None:
    assert {Module, Function} & set(loaded.reads)


@pytest.mark.parametrize(
    "needs",
    [
        Needs(calls=frozenset({"threading.Thread", "os.fork"})),
        Needs(words=frozenset({"put"})),
        Needs(nodes=frozenset({ast.Yield})),
        Needs(words=frozenset({"timeout", "deadline"}), calls=frozenset({"os.fork"})),
    ],
)
def test_one_thing_of_what_is_needed_is_enough(needs: Needs) -> None:
    project = load_code(CODE)
    assert Supply(View(project), project.modules).having(needs) == set(project.modules)


@pytest.mark.parametrize(
    "needs",
    [Needs(calls=frozenset({"t.Thread"})), Needs(words=frozenset({"job", "Thread()"})), Needs()],
)
def test_names_count_by_what_they_refer_to_and_words_as_they_are_written(needs: Needs) -> None:
    project = load_code(CODE)
    assert not Supply(View(project), project.modules).having(needs)
