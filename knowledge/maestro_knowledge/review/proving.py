"""Edits are tried before they are offered: what they change must parse and be reviewed better than before.

Many edits are tried at once, since each trial reviews the project anew; where a trial goes wrong, those that
can have caused it are taken out and tried alone. An edit that fails is not offered; its finding stays.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from functools import cached_property

from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.project.collection import discarded_afterwards
from maestro_knowledge.project.connections import connected_with
from maestro_knowledge.project.importing import imported_modules, importers_of
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.reading import Unreadable
from maestro_knowledge.project.rewriting import only_these, reached_by
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.edits import apply_edits, make_shown_diff, overlaps
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.model import Edit

_ROUNDS = 4
_SMALL = 40  # modules up to which every trial is made on the whole project
_LARGE = 250
_GROUPS = 40  # files whose suspects are tried apart
_ALONE = 12  # how many suspects are tried each by itself

Again = Callable[[Project, frozenset[str]], Sequence[Found]]
_Key = tuple[str, str, str]


def is_large(project: Project) -> bool:
    """Whether trying every edit in every way would take longer than the review itself."""
    return len(project.modules) > _LARGE


@dataclass(slots=True)
class Course:
    """Trials of ever fewer edits: what they read, and the files where the last one went wrong."""

    read: dict[str, Module] = field(default_factory=dict)
    doubtful: frozenset[str] | None = (
        None  # all that a next trial can find otherwise than the last; None: any
    )


@dataclass(frozen=True)
class Trial:
    """What edits are tried on: the project, what was found in it, and how it is reviewed again."""

    project: Project
    before: Sequence[Found]
    again: Again
    is_inner: bool = False  # made within another trial, which throws away what is left of it
    is_brief: bool = False  # a large project that nobody asked to mend: two reviews more at most

    def prove(self, found: Sequence[Found]) -> list[Found]:
        """The findings, those whose edits hold with a diff, the others without edits."""
        good: set[Found] = set()
        waiting = [one for one in found if one.report.edits]
        for _ in range(1 if self.is_brief else _ROUNDS):
            batch = self.fitting(waiting)
            if not batch:
                break
            good |= set(self.harmless(batch, rounds=2)) if self.is_brief else self._proven(batch)
            waiting = [one for one in waiting if one not in batch]
        return [self._offered(one) if one in good else without_edits(one) for one in found]

    def fitting(self, found: Sequence[Found]) -> list[Found]:
        """The findings, in order, whose edits do not touch what those before them change."""
        chosen: list[Found] = []
        taken: defaultdict[str, set[Edit]] = defaultdict(set)
        for one in found:
            beside = {edit for path in _paths_of([one]) for edit in taken[path]}
            if one.report.edits and not overlaps(beside | set(one.report.edits)):
                for edit in one.report.edits:
                    taken[edit.path].add(edit)
                chosen.append(one)
        return chosen

    def texts_after(self, found: Sequence[Found]) -> dict[str, str]:
        """The new text of every file that the edits change."""
        edits: defaultdict[str, set[Edit]] = defaultdict(set)
        for edit in (edit for one in found for edit in one.report.edits):
            edits[edit.path].add(edit)
        known = sorted(edits.keys() & self._texts.keys())
        return {path: apply_edits(self._texts[path], edits[path]) for path in known}

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {module.path: module.text for module in self.project.modules}

    def harmless(
        self, found: Sequence[Found], rounds: int = _ROUNDS, course: Course | None = None
    ) -> list[Found]:
        """Those whose edits hold when they are all made together.

        After the last round these are the ones that nothing connects with what went wrong in it.
        """
        left = list(found)
        course = course or Course()
        for _ in range(rounds):
            blamed = self._blamed(left, course) if left else set()
            if not blamed:
                return left
            left = [one for one in left if one not in blamed]
        if course.doubtful is None:
            return []
        doubtful = connected_with(self.project, course.doubtful)
        return [one for one in left if doubtful.isdisjoint(_paths_of([one]))]

    def _proven(self, batch: Sequence[Found]) -> set[Found]:
        course = Course()
        blamed = self._blamed(batch, course)
        if not blamed:
            return set(batch)
        left = [one for one in batch if one not in blamed]
        if len(self.project.modules) <= _SMALL:
            left = self.harmless(left, course=course)
            suspects = [one for one in batch if one not in left][:_ALONE]
            return {*left, *(one for one in suspects if not self._blamed([one]))}
        with discarded_afterwards():
            sifted = self._sifted(blamed)
        left = [one for one in batch if one in sifted or one not in blamed]
        return set(self.harmless(left, course=course))

    def _sifted(self, found: Collection[Found]) -> set[Found]:
        """Those that hold in small projects of their files and what these import: a cheap trial."""
        groups: defaultdict[tuple[str, ...], list[Found]] = defaultdict(list)
        for one in found:
            groups[tuple(sorted({edit.path for edit in one.report.edits}))].append(one)
        modules = {module.path: module for module in self.project.modules}
        left: set[Found] = set()
        for paths, group in sorted(groups.items())[:_GROUPS]:
            around = {hop.path for one in group for hop in one.trace.hops}
            near = {m.path for path in paths for m in imported_modules(self.project, modules[path])}
            alone = only_these(self.project, {*paths, *near, *around})
            small = Trial(alone, self.again(alone, frozenset(paths)), self.again, is_inner=True)
            left |= {one for one in group if not small._blamed([one])}
        return left

    def _blamed(self, batch: Sequence[Found], course: Course | None = None) -> set[Found]:
        """Those of the batch that may be why it does not hold; empty if it does.

        In a course of trials only those files are reviewed that can have become others since the last one.
        """
        course = course or Course()
        texts = self.texts_after(batch)
        files = frozenset(texts) | importers_of(self.project, texts)
        if course.doubtful is not None:
            files &= connected_with(self.project, course.doubtful)
            if files.isdisjoint(texts):
                return set()  # they all are as they were at first
        try:
            with nullcontext() if self.is_inner else discarded_afterwards():
                made = reached_by(self.project, texts, course.read)
                course.read.update((one.path, one) for one in made.modules if one.path in texts)
                found = Counter(map(_key, self.again(made, files)))
                del made
        except Unreadable:
            course.doubtful = None
            return self._unreadable(batch)
        expected = Counter(_key(one) for one in self.before if one.finding.path in files)
        expected.subtract(Counter(_key(one) for one in batch))
        wrong = {key for key, count in found.items() if count > max(expected[key], 0)}
        blamed = {one for key in wrong for one in _suspects(key, batch)}
        course.doubtful = _paths_of(blamed) | {path for _, path, _ in wrong}
        return blamed

    def _unreadable(self, batch: Sequence[Found]) -> set[Found]:
        """Those whose edits alone break a file, or all if each alone does not."""
        if len(batch) == 1:
            return set(batch)
        broken: set[Found] = set()
        for one in batch:
            try:
                reached_by(self.project, self.texts_after([one]))
            except Unreadable:
                broken.add(one)
        return broken or set(batch)

    def _offered(self, one: Found) -> Found:
        after = self.texts_after([one])
        diff = "".join(make_shown_diff(path, self._texts[path], after[path]) for path in sorted(after))
        finding = replace(one.finding, edit=diff or None, edit_safety=one.loaded.rule.fix if diff else None)
        return replace(one, finding=finding)


def _paths_of(found: Collection[Found]) -> frozenset[str]:
    """The files that the edits change."""
    return frozenset(edit.path for one in found for edit in one.report.edits)


def without_edits(one: Found) -> Found:
    """The finding with nothing to apply."""
    if not one.report.edits:
        return one
    return replace(one, report=replace(one.report, edits=()), trace=replace(one.trace, edits=()))


def _key(one: Found) -> _Key:
    return one.finding.code, one.finding.path, one.function.qualname if one.function else ""


def _suspects(wrong: _Key, batch: Sequence[Found]) -> Sequence[Found]:
    """Who may have caused a finding that should not be: its own rule, its function, its file, anyone."""
    near: list[Callable[[Found], bool]] = [
        lambda one: _key(one) == wrong,
        lambda one: _key(one)[1:] == wrong[1:],
        lambda one: wrong[1] in {edit.path for edit in one.report.edits},
    ]
    for is_near in near:
        if suspects := [one for one in batch if is_near(one)]:
            return suspects
    return batch
