"""Comments that silence a rule: `# maestro: ignore[sleep-in-async] why`, or `# noqa: ASY102`.

A comment counts for every line of the statement that it stands on, or stands directly above of. Either end
of a chain may carry it. A bare `# noqa` is meant for other tools and silences nothing here. One that misses
its finding by a line, or names another rule than the one that is found there, knows what it missed.
"""

import ast
import io
import tokenize
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project import tree
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.comments import HINT, Written, is_ours, read_comment, right_words
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.positions import raw_place
from maestro_knowledge.review.registry import LoadedRule, is_meant

_REACH = 3  # lines beside a statement in which a comment may have been meant for it


@dataclass(frozen=True, slots=True, eq=False)
class Suppression:
    """A directive of a comment that silences rules on some lines.

    `known` are those of its words that mean rules of ours, with the ids of those rules that ran, and `likely`
    what each of the others may have meant. `reach` are the lines for which it may have been meant. `used`
    holds the ids that it did silence; of what it did not, `here` was found on its statement, and `near` is
    within reach and has a name that it gives.
    """

    module: Module = field(repr=False)
    node: ast.AST = field(repr=False)  # the comment's place
    written: Written
    lines: range
    reach: range
    known: Mapping[str, frozenset[str]]
    likely: Mapping[str, tuple[str, ...]]
    used: set[str] = field(default_factory=set)
    here: list[Found] = field(default_factory=list)
    near: list[Found] = field(default_factory=list)

    def silences(self, found: Found) -> bool:
        """Whether the finding, at one of its ends, is silenced by this comment."""
        if self.written.mistake or not self.names(found):
            return False
        return any(
            module is self.module and _statement_lines(node).start in self.lines
            for module, node in _ends(found)
        )

    def names(self, found: Found) -> bool:
        """Whether one of its words means the rule that found this."""
        return any(is_meant(word, found.loaded) for word in self.known)

    @property
    def unused(self) -> tuple[str, ...]:
        """The words whose rules ran and found nothing here."""
        if self.written.mistake:
            return ()
        return tuple(word for word, ids in self.known.items() if ids and not ids & self.used)

    @property
    def akin(self) -> tuple[str, ...]:
        """The ids of what is found on its statement by rules of a family that it names."""
        families = {name[:3] for ids in self.known.values() for name in ids}
        codes = {one.finding.code for one in self.here if one.loaded.rule.family in families}
        return tuple(sorted(codes))


def read_suppressions(
    project: Project,
    rules: Sequence[LoadedRule],
    ran: Sequence[LoadedRule],
    only: frozenset[str] | None = None,
) -> list[Suppression]:
    """The comments in the reviewed modules, or in these files, that silence rules of ours, or try to."""
    return [
        suppression
        for module in project.modules
        if module.in_scope and (not only or module.path in only) and _has_comments(module, rules)
        for suppression in _Comments(module).suppressions(rules, ran)
    ]


def silence(found: Sequence[Found], suppressions: Sequence[Suppression]) -> list[Found]:
    """The findings that no comment silences; the comments that did are marked as used."""
    by_module: dict[Module, list[Suppression]] = defaultdict(list)
    for suppression in suppressions:
        by_module[suppression.module].append(suppression)
    left: list[Found] = []
    for one in found:
        modules = dict.fromkeys(module for module, _ in _ends(one))
        silencing = [each for module in modules for each in by_module.get(module, ()) if each.silences(one)]
        for suppression in silencing:
            suppression.used.add(one.finding.code)
        if not silencing:
            left.append(one)
    for one in left:
        for suppression in by_module.get(one.report.module, ()):
            _note_missed(suppression, one)
    return left


def _note_missed(suppression: Suppression, found: Found) -> None:
    """Tells a comment of a finding that it may have been meant for."""
    lines = _statement_lines(found.report.node)
    if lines.start in suppression.lines:
        suppression.here.append(found)
    elif suppression.names(found) and (lines.start in suppression.reach or lines[-1] in suppression.reach):
        suppression.near.append(found)


def _ends(found: Found) -> list[tuple[Module, ast.AST]]:
    return [(found.report.module, found.report.node), *((h.module, h.node) for h in found.report.hops)]


def _has_comments(module: Module, rules: Sequence[LoadedRule]) -> bool:
    """Whether something in the text reads as a comment of ours: finding out by its tokens takes long."""
    return any(any(True for _ in read_comment(hint[0], rules)) for hint in HINT.finditer(module.text))


class _Comments:
    """The comments of a module and the statements that they belong to."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def suppressions(self, rules: Sequence[LoadedRule], ran: Sequence[LoadedRule]) -> Iterator[Suppression]:
        """One for each directive of a comment that names rules of ours; a foreign `# noqa` is none."""
        for token in self._comments():
            for written in read_comment(token.string, rules):
                known = {
                    word: frozenset(loaded.rule.id for loaded in ran if is_meant(word, loaded))
                    for word in written.words
                    if any(is_meant(word, loaded) for loaded in rules)
                }
                likely = {
                    word: tuple(right_words(word, rules))
                    for word in written.words
                    if word not in known and (not written.is_noqa or is_ours(word, rules))
                }
                lines, reach = self._covered(token)
                yield Suppression(self.module, _place(token), written, lines, reach, known, likely)

    def _comments(self) -> list[tokenize.TokenInfo]:
        reader = io.StringIO(self.module.text, newline="").readline
        try:
            return [token for token in tokenize.generate_tokens(reader) if token.type == tokenize.COMMENT]
        except (tokenize.TokenError, SyntaxError):
            return []

    def _covered(self, token: tokenize.TokenInfo) -> tuple[range, range]:
        """The lines of the statement on the comment's line, or of the next one where it stands alone.

        Then those for which it may have been meant: some around it, and the whole of a definition or block.
        """
        line = token.start[0]
        first, last = line - _REACH, line + _REACH
        on = line
        if line not in self._heads and not token.line[: token.start[1]].strip():
            on = (
                self._starts[place]
                if (place := bisect_right(self._starts, line)) < len(self._starts)
                else line
            )
        lines, end = self._heads.get(on, (range(on, on + 1), on))
        return lines, range(max(1, first), max(last, end if line in lines else last) + 1)

    @cached_property
    def _heads(self) -> dict[int, tuple[range, int]]:
        """For each line the lines of the innermost statement's head there, and that statement's last line."""
        statements = [
            (_statement_lines(node), raw_place(node)[2])
            for nodes in self.module.nodes.values()
            for node in nodes
            if isinstance(node, ast.stmt | ast.ExceptHandler)
        ]
        statements.sort(key=lambda pair: -len(pair[0]))
        return {line: pair for pair in statements for line in pair[0]}

    @cached_property
    def _starts(self) -> list[int]:
        return sorted({lines.start for lines, _ in self._heads.values()})


def _statement_lines(node: ast.AST) -> range:
    """The lines of the statement around a node; of one with a body only its head, decorators first."""
    statement = node if isinstance(node, ast.ExceptHandler) else tree.statement_of(node) or node
    line, _, end_line, _ = raw_place(statement)
    decorators = getattr(statement, "decorator_list", [])
    first = min([line, *(decorator.lineno for decorator in decorators)])
    body = getattr(statement, "body", None)
    if isinstance(body, list) and body and isinstance(body[0], ast.AST):
        start = min([raw_place(body[0])[0], *(d.lineno for d in getattr(body[0], "decorator_list", []))])
        end_line = max(line, start - 1)
    return range(first, end_line + 1)


def _place(token: tokenize.TokenInfo) -> ast.AST:
    """A node at the comment's place, so that reports about it go the way of all reports."""
    line, column = token.start
    before = len(token.line[:column].encode("utf-8", "surrogatepass"))
    size = len(token.string.encode("utf-8", "surrogatepass"))
    return ast.Name("comment", lineno=line, col_offset=before, end_lineno=line, end_col_offset=before + size)
