"""The checks that every plan goes through, and what each of them found."""

import ast
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.load import load_path
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.request import ReviewRequest
from maestro_knowledge.scaffold.formatting import find_unformatted
from maestro_knowledge.scaffold.model import Check, ChecklistItem
from maestro_knowledge.scaffold.sandbox import Trial, has_package, try_code
from maestro_knowledge.scaffold.targets import Target, newest_target

TRIED = ("imports", "schema builds", "tests pass")
TEST_PACKAGES = ("pytest", "httpx2")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: the generated files, and how they are started."""

    files: Mapping[str, str]
    modules: Sequence[str]
    tests: Sequence[str]
    entry: str
    source: str
    width: int
    quotes: str = "double"
    packages: Sequence[str] = ()
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    edited: Mapping[str, str] = field(default_factory=dict)
    target: Target = field(default_factory=newest_target)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the checks found: their verdicts, the self-verification list, the OpenAPI document."""

    checks: tuple[Check, ...]
    checklist: tuple[ChecklistItem, ...] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_failed(self) -> bool:
        """Whether any check speaks against the code."""
        return any(check.verdict == "fail" for check in self.checks)


def run_checks(subject: Subject) -> Findings:
    """Every check in order."""
    parses = _check_parses({**subject.files, **subject.edited})
    checks = [parses, _check_format(subject)]
    if parses.verdict == "fail":
        return Findings((*checks, *_skip(("reviewed", *TRIED), "the code does not parse")))
    missing = [name for name in subject.packages if not has_package(name)]
    if missing:
        reviewed, checklist = _check_review(subject)
        why = f"{', '.join(missing)} is not installed beside the server"
        return Findings((*checks, reviewed, *_skip(TRIED, why)), checklist)
    with ThreadPoolExecutor(1) as pool:
        # The process that tries the code is only waited for: the review runs meanwhile.
        trying = pool.submit(_try, subject)
        reviewed, checklist = _check_review(subject)
        trial, skipped = trying.result()
    checks += [reviewed, *_judge(trial, subject, skipped)]
    return Findings(tuple(checks), checklist, trial.result.get("schema", {}))


def _skip(names: Sequence[str], why: str) -> list[Check]:
    return [Check(name, "not_run", why) for name in names]


def _check_parses(files: Mapping[str, str]) -> Check:
    python = {path: text for path, text in files.items() if path.endswith(".py")}
    for path, text in python.items():
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            return Check("parses", "fail", f"{path}:{error.lineno}: {error.msg}")
        if clash := _find_clash(tree):
            return Check("parses", "fail", f"{path}: {clash} is bound twice")
    return Check("parses", "pass", f"{len(python)} Python files")


def _find_clash(tree: ast.Module) -> str:
    """The names that a module binds twice: one of the two would be lost."""
    bound: list[str] = []
    for node in tree.body:
        match node:
            case ast.Import() | ast.ImportFrom():
                bound += [alias.asname or alias.name.split(".")[0] for alias in node.names]
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                bound.append(node.name)
            case ast.Assign():
                bound += [target.id for target in node.targets if isinstance(target, ast.Name)]
            case _:
                pass
    return ", ".join(sorted(name for name, times in Counter(bound).items() if times > 1))


def _check_format(subject: Subject) -> Check:
    wrong = find_unformatted(subject.files, width=subject.width, quotes=subject.quotes)
    if wrong is None:
        return Check("formatted", "not_run", "ruff is not installed; the templates' own layout was kept")
    if wrong:
        return Check("formatted", "fail", f"ruff format would change {', '.join(wrong[:5])}")
    return Check("formatted", "pass", f"ruff format, {subject.width} characters")


def _check_review(subject: Subject) -> tuple[Check, tuple[ChecklistItem, ...]]:
    """Our own review of the files, and its checklist; what stands in for others is read along, not judged."""
    with tempfile.TemporaryDirectory(prefix="maestro-") as name:
        folder = Path(name).resolve()
        for path, text in {**subject.stand_ins, **subject.files}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        found = review(load_path(folder, root=folder), ReviewRequest(min_severity="warning"))
    checklist = tuple(ChecklistItem(one.item, one.verdict, one.evidence) for one in found.checklist)
    findings = [finding for finding in found.findings if finding.path in subject.files]
    if findings:
        first = findings[0]
        more = f"{first.path}:{first.line}: {first.code} {first.message}"
        return Check("reviewed", "fail", f"{len(findings)} findings: {more}"[:400]), checklist
    return Check("reviewed", "pass", f"no findings by {found.coverage.rules_run} rules"), checklist


def _try(subject: Subject) -> tuple[Trial, str]:
    skipped = ""
    tests = list(subject.tests)
    absent = [name for name in TEST_PACKAGES if not has_package(name)]
    if not tests:
        skipped = "no tests were asked for"
    elif absent:
        skipped = f"{', '.join(absent)} is not installed beside the server"
        tests = []
    trial = try_code(
        {**subject.stand_ins, **subject.files},
        modules=subject.modules,
        entry=subject.entry,
        tests=tests,
        source=subject.source,
    )
    return trial, skipped


def _judge(trial: Trial, subject: Subject, skipped: str) -> list[Check]:
    if trial.failure:
        return [
            Check("imports", "fail", trial.failure),
            Check("schema builds", "not_run", "the sandbox gave no answer"),
            Check("tests pass", "not_run", "the sandbox gave no answer"),
        ]
    found = trial.result
    if found["imports"]:
        return [
            Check("imports", "fail", found["imports"]),
            Check("schema builds", "not_run", "the code does not import"),
            Check("tests pass", "not_run", "the code does not import"),
        ]
    count = len(subject.modules)
    what = f"{count} {'module' if count == 1 else 'modules'}"
    checks = [
        Check(
            "imports",
            "pass",
            f"{what}, in a process of their own{_say_versions(subject.target)}",
        )
    ]
    if found["schema_fault"]:
        checks.append(Check("schema builds", "fail", found["schema_fault"]))
        return [*checks, Check("tests pass", "not_run", "the schema does not build")]
    operations = sum(len(methods) for methods in found["schema"].get("paths", {}).values())
    checks.append(
        Check(
            "schema builds", "pass", f"OpenAPI {found['schema'].get('openapi', '')}, {operations} operations"
        )
    )
    return [*checks, _judge_tests(found.get("tests"), skipped)]


def _say_versions(target: Target) -> str:
    """Which versions the code was tried with, where those are not the ones it is written for."""
    beside = newest_target()
    if (target.fastapi, target.pydantic) == (beside.fastapi, beside.pydantic):
        return f", with FastAPI {beside.fastapi}"
    return (
        f", with FastAPI {beside.fastapi} and Pydantic {beside.pydantic} as installed here; "
        f"written for {target.fastapi} and {target.pydantic}"
    )


def _judge_tests(found: Mapping[str, Any] | None, skipped: str) -> Check:
    if found is None:
        return Check("tests pass", "not_run", skipped)
    if found["failed"]:
        return Check("tests pass", "fail", f"{len(found['failed'])} failed: {found['failed'][0]}")
    if found["code"] != 0:
        return Check(
            "tests pass", "fail", "".join(found["tail"])[:300] or f"pytest ended with {found['code']}"
        )
    more = f", {found['skipped']} skipped" if found["skipped"] else ""
    return Check("tests pass", "pass", f"{found['passed']} passed{more}")
