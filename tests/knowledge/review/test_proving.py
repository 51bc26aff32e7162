"""Edits are offered only when trying them makes the code better, and files are written whole or not at all."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument, Conflict, OutsideRoots
from maestro_knowledge.core.roots import Roots
from maestro_knowledge.project.importing import importers_of
from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.project.rewriting import reached_by
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review import proving
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.judging import Judge
from maestro_knowledge.review.model import Change, Edit, Examination, Rule
from maestro_knowledge.review.registry import Check, LoadedRule, load_rules, make_loaded
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.request import ReviewRequest
from maestro_knowledge.review.selection import choose_rules
from maestro_knowledge.review.view import View
from maestro_knowledge.review.writing import write_changes

CODE = "import time\n\n\ndef f():\n    time.sleep(1)\n    time.sleep(2)\n    time.sleep(3)\n"


def _mending(text: str, *, fix: str = "safe") -> LoadedRule:
    """A rule that finds `time.sleep` and puts `text` in its place."""

    def check(module: Module, view: View) -> Iterator[Report]:
        for node, _ in view.calls_to(module, {"time.sleep"}):
            new = text.replace("{}", ast.unparse(node.args[0]))
            yield Report(module, node, "Sleeps.", edits=(view.replace(module, node, new),))

    return _rule(check, fix=fix, code="TST901")


def _complaining_about(name: str) -> LoadedRule:
    def check(module: Module, view: View) -> Iterator[Report]:
        for node in module.nodes.get(ast.Name, ()):
            if isinstance(node, ast.Name) and node.id == name:
                yield Report(module, node, f"`{name}` is bad.")

    return _rule(check, code="TST902")


def _rule(check: Check, *, code: str, fix: str | None = None) -> LoadedRule:
    """A rule beside a page that a shipped rule lends it."""
    page = next(loaded for loaded in load_rules() if loaded.rule.id == "ASY102").page_file
    rule = Rule(id=code, name="sleep-in-async", severity="warning")
    return make_loaded(replace(rule, fix=fix), check, page)  # type: ignore[arg-type]


def _run(code: str, *rules: LoadedRule, fix: str = "none") -> Examination:
    return examine(load_code(code, "app.py"), ReviewRequest(fix=fix), rules)  # type: ignore[arg-type]


def _edits(examined: Examination) -> list[bool]:
    return [finding.edit is not None for finding in examined.review.findings]


def test_an_edit_that_breaks_the_syntax_is_not_offered() -> None:
    examined = _run(CODE, _mending("pass ("), fix="all")
    assert _edits(examined) == [False, False, False]
    assert {finding.edit_safety for finding in examined.review.findings} == {None}
    assert examined.review.fixed_code == CODE
    assert not any(trace.edits for trace in examined.traces)


def test_an_edit_that_leaves_its_finding_is_not_offered() -> None:
    assert _edits(_run(CODE, _mending("time.sleep({} + 1)"))) == [False, False, False]


def test_an_edit_that_brings_another_finding_is_not_offered_but_those_beside_it_are() -> None:
    def check(module: Module, view: View) -> Iterator[Report]:
        for node, _ in view.calls_to(module, {"time.sleep"}):
            number = ast.unparse(node.args[0])
            yield Report(
                module, node, "Sleeps.", number, edits=(view.replace(module, node, f"name{number}"),)
            )

    rule = _rule(check, code="TST901", fix="safe")
    examined = _run(CODE, rule, _complaining_about("name2"), fix="safe")
    assert _edits(examined) == [True, False, True]
    assert examined.review.fixed_code == CODE.replace("time.sleep(1)", "name1").replace(
        "time.sleep(3)", "name3"
    )


def test_an_edit_that_spoils_a_file_that_imports_the_changed_one_is_not_offered(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import time\ndef helper():\n    time.sleep(1)\n", encoding="utf-8")
    (tmp_path / "two.py").write_text("from one import helper\nhelper\n", encoding="utf-8")

    def rename(module: Module, view: View) -> Iterator[Report]:
        for node, _ in view.calls_to(module, {"time.sleep"}):
            start = module.text.index("helper")
            end = view.lines(module).offsets(node)[1]
            yield Report(
                module, node, "Sleeps.", edits=(Edit(module.path, start, end, "other():\n    pass"),)
            )

    def missing(module: Module, view: View) -> Iterator[Report]:
        for node in module.nodes.get(ast.Name, ()):
            target = view.target(module, node)
            if target is not None and target.kind == "external" and target.name.startswith("one."):
                yield Report(module, node, "Leads nowhere.")

    project = load_path(tmp_path, root=tmp_path)
    rules = [_rule(rename, code="TST901", fix="safe")]
    assert _edits(examine(project, ReviewRequest(), rules)) == [True]
    assert _edits(examine(project, ReviewRequest(), [*rules, _rule(missing, code="TST902")])) == [False]


def _sleeping(*bad: str) -> LoadedRule:
    """A rule that finds `time.sleep` and mends it, but not where the file's name says that it does not."""

    def check(module: Module, view: View) -> Iterator[Report]:
        for node, _ in view.calls_to(module, {"time.sleep"}):
            new = "time.sleep(0)" if module.path in bad else "pass"
            yield Report(module, node, "Sleeps.", edits=(view.replace(module, node, new),))

    return _rule(check, code="TST901", fix="safe")


def _where_two_texts_meet(path: str, has: str, other: str, holds: str) -> LoadedRule:
    """A rule that speaks of one file for what stands in it and in another one."""

    def check(module: Module, view: View) -> Iterator[Report]:
        texts = {one.path: one.text for one in view.project.modules}
        if module.path == path and has in texts[path] and holds in texts[other]:
            yield Report(module, next(iter(module.nodes[ast.Import])), "Does not go with the other.")

    return _rule(check, code="TST902")


def _offered(folder: Path, files: dict[str, str], *rules: LoadedRule) -> dict[str, bool]:
    """For each finding with an edit its path, and whether the edit is offered."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = examine(load_path(folder, root=folder), ReviewRequest(), rules).review.findings
    return {f"{one.path}:{one.line}": one.edit is not None for one in found if one.code == "TST901"}


def test_an_edit_is_tried_again_once_another_is_dropped_in_a_file_that_imports_its_own(
    tmp_path: Path,
) -> None:
    files = {
        "one.py": "import time\ndef helper():\n    time.sleep(1)\n",
        "two.py": "import time\nfrom one import helper\ntime.sleep(2)\n",
    }
    rules = _sleeping("two.py"), _where_two_texts_meet("one.py", "pass", "two.py", "time.sleep(2)")
    assert _offered(tmp_path, files, rules[0]) == {"one.py:3": True, "two.py:3": False}
    assert _offered(tmp_path, files, *rules) == {"one.py:3": False, "two.py:3": False}


def test_an_edit_is_tried_again_once_another_is_dropped_that_was_to_mend_its_file_from_elsewhere(
    tmp_path: Path,
) -> None:
    files = {"one.py": "import time\nimport two\ntime.sleep(1)\nprint()\n", "two.py": "import time\nA = 1\n"}

    def check(module: Module, view: View) -> Iterator[Report]:
        other = next(one for one in view.project.modules if one.path == "two.py")
        for node, _ in view.calls_to(module, {"builtins.print"}):
            start = other.text.index("A")
            yield Report(module, node, "Prints.", edits=(Edit("two.py", start, start + 5, "A = 2"),))

    rules = (
        _sleeping(),
        _rule(check, code="TST903", fix="safe"),
        _where_two_texts_meet("one.py", "pass", "two.py", "A = 1"),
    )
    assert _offered(tmp_path, files, *rules[:2]) == {"one.py:3": True}
    assert _offered(tmp_path, files, *rules) == {"one.py:3": False}


def test_files_that_have_nothing_to_do_with_a_dropped_edit_are_not_reviewed_again(tmp_path: Path) -> None:
    files = {f"{name}.py": "import time\ntime.sleep(1)\n" for name in ("one", "two", "three")}
    reviewed: list[str] = []

    def check(module: Module, _: View) -> Iterator[Report]:
        reviewed.append(module.path)
        yield from ()

    offered = _offered(tmp_path, files, _sleeping("two.py"), _rule(check, code="TST902"))
    assert offered == {"one.py:2": True, "two.py:2": False, "three.py:2": True}
    # At first, then with all edits, and at last with the dropped one alone.
    assert Counter(reviewed) == {"one.py": 2, "two.py": 3, "three.py": 2}


def test_the_part_that_a_change_reaches_shows_no_fault_that_the_whole_does_not_show() -> None:
    """So that a trial can do without the other applications of a folder."""
    folder = Path(__file__).parents[2] / "bench/review/corpus/projects"
    project = load_path(folder, root=folder)
    rules = load_rules()
    judge = Judge(choose_rules(project, ReviewRequest(), rules), rules)
    whole = judge.judge(project)
    compared = 0
    for module in project.modules:
        part = reached_by(project, {module.path: module.text + "\n_A = 1\n"})
        files = frozenset({module.path}) | importers_of(project, {module.path})
        found = Counter(_place(one) for one in judge.find_again(part, whole.run, files))
        assert len(part.modules) < len(project.modules)
        assert found <= Counter(_place(one) for one in whole.found if one.finding.path in files)
        compared += found.total()
    assert compared > len(whole.found) / 2


def _place(one: Found) -> tuple[str, str, str]:
    return one.finding.code, one.finding.path, one.function.qualname if one.function else ""


def test_when_the_rounds_are_over_edits_hold_that_nothing_connects_with_what_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_LARGE", 0)  # two rounds are all that a large project gets
    files = {
        "one.py": "import time\ndef helper():\n    time.sleep(1)\n",
        "two.py": "import time\nfrom one import helper\ntime.sleep(2)\n",
        "three.py": "import time\ntime.sleep(3)\n",
        "four.py": "import time\nfrom one import helper\ntime.sleep(4)\n",
    }
    rules = _sleeping("two.py"), _where_two_texts_meet("one.py", "pass", "two.py", "time.sleep(2)")
    assert _offered(tmp_path, files, *rules) == {
        "one.py:3": False,
        "two.py:3": False,
        "three.py:2": True,
        "four.py:3": False,
    }


def test_what_a_comment_in_another_file_silences_is_no_fault_of_an_edit(tmp_path: Path) -> None:
    (tmp_path / "low.py").write_text(
        "import time\n\n\ndef wait():\n    time.sleep(1)  # maestro: ignore[ASY102, ASY106] it is short\n",
        "utf-8",
    )
    (tmp_path / "main.py").write_text(
        "import time\nfrom low import wait\n\n\n"
        "async def one():\n    wait()\n\n\nasync def two():\n    time.sleep(1)\n",
        "utf-8",
    )
    examined = examine(load_path(tmp_path, root=tmp_path), ReviewRequest(select="ASY"))
    assert examined.review.counts["suppressed"] == 1
    assert _edits(examined) == [True]


def test_edits_that_touch_each_other_are_made_one_after_the_other() -> None:
    def check(module: Module, view: View) -> Iterator[Report]:
        calls = list(view.calls_to(module, {"time.sleep"}))
        for node, _ in calls:
            number = ast.unparse(node.args[0])
            start, end = (
                view.lines(module).offsets(calls[0][0])[0],
                view.lines(module).offsets(calls[-1][0])[1],
            )
            text = module.text[start:end].replace(f"time.sleep({number})", "pass")
            yield Report(module, node, "Sleeps.", number, edits=(Edit(module.path, start, end, text),))

    examined = _run(CODE, _rule(check, code="TST901", fix="safe"), fix="safe")
    assert _edits(examined) == [True, True, True]
    assert examined.review.fixed_code == "import time\n\n\ndef f():\n    pass\n    pass\n    pass\n"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_stay_as_they_are(end: str) -> None:
    examined = _run(CODE.replace("\n", end), _mending("pass\n    pass"), fix="all")
    assert examined.review.fixed_code is not None
    assert examined.review.fixed_code.count(end) == CODE.count("\n") + 3
    assert set(examined.review.fixed_code.split(end)) == {"import time", "", "def f():", "    pass"}


def test_mixed_line_ends_are_each_kept() -> None:
    code = "import time\r\n\n\ndef f():\r\n    time.sleep(1)\n    time.sleep(2)\r\n"
    fixed = _run(code, _mending("pass"), fix="all").review.fixed_code
    assert fixed == "import time\r\n\n\ndef f():\r\n    pass\n    pass\r\n"


def _changed(folder: Path, content: bytes) -> tuple[Path, tuple[Change, ...]]:
    file = folder / "app.py"
    file.write_bytes(content)
    project = load_path(folder, root=folder)
    return file, examine(project, ReviewRequest(fix="all"), [_mending("pass")]).changes


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("\ufeff", "utf-8"),
        ("# -*- coding: latin-1 -*-\n# é\n", "latin-1"),
        ("# é\r\n", "utf-8"),
    ],
)
def test_a_file_is_written_in_the_encoding_that_it_had(tmp_path: Path, head: str, encoding: str) -> None:
    file, changes = _changed(tmp_path, (head + CODE).encode(encoding))
    assert write_changes(tmp_path, changes, Roots((tmp_path,))) == ("app.py",)
    mended = head + CODE.replace("time.sleep(1)", "pass").replace("time.sleep(2)", "pass").replace(
        "time.sleep(3)", "pass"
    )
    assert file.read_bytes() == mended.encode(encoding)


def test_a_file_that_changed_since_the_review_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "zoo.py").write_text(CODE, encoding="utf-8")
    file, changes = _changed(tmp_path, CODE.encode())
    (tmp_path / "zoo.py").write_text(CODE + "\n# new\n", encoding="utf-8")
    with pytest.raises(Conflict, match="changed since"):
        write_changes(tmp_path, changes, Roots((tmp_path,)))
    assert file.read_bytes() == CODE.encode()


def test_a_file_that_is_gone_read_only_or_outside_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    file, changes = _changed(tmp_path, CODE.encode())
    with pytest.raises(OutsideRoots):
        write_changes(tmp_path, changes, Roots((outside,)))
    file.chmod(0o444)
    with pytest.raises(Conflict, match="read-only"):
        write_changes(tmp_path, changes, Roots((tmp_path,)))
    file.chmod(0o640)
    write_changes(tmp_path, changes, Roots((tmp_path,)))
    assert file.stat().st_mode & 0o777 == 0o640
    file.unlink()
    with pytest.raises(Conflict, match="Review again"):
        write_changes(tmp_path, changes, Roots((tmp_path,)))


def test_a_link_that_leads_outside_is_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
    (outside / "app.py").write_text(CODE, encoding="utf-8")
    (inside / "app.py").symlink_to(outside / "app.py")
    change = Change("app.py", "utf-8", CODE, "")
    with pytest.raises(OutsideRoots):
        write_changes(inside, [change], Roots((inside,)))
    assert (outside / "app.py").read_text(encoding="utf-8") == CODE


def test_characters_that_the_files_encoding_lacks_are_refused(tmp_path: Path) -> None:
    text = "# coding: ascii\n" + CODE
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    with pytest.raises(BadArgument, match="ascii lacks"):
        write_changes(tmp_path, [Change("app.py", "ascii", text, text + "# é\n")], Roots((tmp_path,)))
