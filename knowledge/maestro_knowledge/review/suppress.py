"""Comments that silence a rule: `# maestro: ignore[sleep-in-async] why`, or `# noqa: ASY102`.

A comment counts for every line of the statement that it stands on, or stands directly above of. Either end
of a chain may carry it. A bare `# noqa` is meant for other tools and silences nothing here.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from maestro_knowledge.project import tree
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.findings import Found
from maestro_knowledge.review.positions import raw_place
from maestro_knowledge.review.registry import LoadedRule, is_meant

_HINT = re.compile(r"#\s*maestro\s*:|#\s*noqa\s*:", re.IGNORECASE)
_OWN = re.compile(r"#\s*maestro\s*:\s*ignore\s*(?:\[(?P<words>[^\]]*)\])?(?P<reason>[^#]*)", re.IGNORECASE)
_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<words>[A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)", re.IGNORECASE)
_WORD = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True, eq=False)
class Suppression:
    """A comment that silences rules on some lines.

    `words` are what it names; `known` those of them that mean rules of ours, with the ids of those rules that
    ran. `used` holds the ids that it did silence.
    """

    module: Module = field(repr=False)
    node: ast.AST = field(repr=False)  # the comment's place
    words: tuple[str, ...]
    reason: str
    lines: range
    is_noqa: bool
    known: Mapping[str, frozenset[str]]
    used: set[str] = field(default_factory=set)

    def silences(self, found: Found) -> bool:
        """Whether the finding, at one of its ends, is silenced by this comment."""
        if not any(is_meant(word, found.loaded) for word in self.known):
            return False
        ends = [(found.report.module, found.report.node), *((h.module, h.node) for h in found.report.hops)]
        return any(
            module is self.module and _statement_lines(node).start in self.lines for module, node in ends
        )

    @property
    def unused(self) -> tuple[str, ...]:
        """The words whose rules ran and found nothing here."""
        return tuple(word for word, ids in self.known.items() if ids and not ids & self.used)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The words that mean no rule, in a comment that is ours."""
        return () if self.is_noqa else tuple(word for word in self.words if word not in self.known)


def read_suppressions(
    project: Project, rules: Sequence[LoadedRule], ran: Sequence[LoadedRule]
) -> list[Suppression]:
    """The comments in the reviewed modules that silence rules of ours, or try to."""
    return [
        suppression
        for module in project.modules
        if module.in_scope and _HINT.search(module.text)
        for suppression in _Comments(module).suppressions(rules, ran)
    ]


def silence(found: Sequence[Found], suppressions: Sequence[Suppression]) -> list[Found]:
    """The findings that no comment silences; the comments that did are marked as used."""
    left: list[Found] = []
    for one in found:
        silencing = [suppression for suppression in suppressions if suppression.silences(one)]
        for suppression in silencing:
            suppression.used.add(one.finding.code)
        if not silencing:
            left.append(one)
    return left


class _Comments:
    """The comments of a module and the statements that they belong to."""

    def __init__(self, module: Module) -> None:
        self.module = module

    def suppressions(self, rules: Sequence[LoadedRule], ran: Sequence[LoadedRule]) -> Iterator[Suppression]:
        """One for each comment that names rules of ours; a foreign `# noqa` is none."""
        for token in self._comments():
            own = _OWN.search(token.string)
            match = own or _NOQA.search(token.string)
            if match is None:
                continue
            words = tuple(filter(None, _WORD.split(match["words"] or "")))
            known = {
                word: frozenset(loaded.rule.id for loaded in ran if is_meant(word, loaded))
                for word in words
                if any(is_meant(word, loaded) for loaded in rules)
            }
            if known or own:
                reason = own["reason"].strip(" -:\t") if own else ""
                lines = self._covered(token)
                yield Suppression(self.module, _place(token), words, reason, lines, own is None, known)

    def _comments(self) -> list[tokenize.TokenInfo]:
        reader = io.StringIO(self.module.text, newline="").readline
        try:
            return [token for token in tokenize.generate_tokens(reader) if token.type == tokenize.COMMENT]
        except (tokenize.TokenError, SyntaxError):
            return []

    def _covered(self, token: tokenize.TokenInfo) -> range:
        """The lines of the statement on the comment's line, or of the next one where it stands alone."""
        line = token.start[0]
        around = [lines for lines in self._statements if line in lines]
        if not around and not token.line[: token.start[1]].strip():
            line = next((start for start in self._starts if start > line), line)
            around = [lines for lines in self._statements if line in lines]
        return min(around, key=len, default=range(line, line + 1))

    @cached_property
    def _statements(self) -> list[range]:
        return [
            _statement_lines(node)
            for nodes in self.module.nodes.values()
            for node in nodes
            if isinstance(node, ast.stmt | ast.ExceptHandler)
        ]

    @cached_property
    def _starts(self) -> list[int]:
        return sorted({lines.start for lines in self._statements})


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
