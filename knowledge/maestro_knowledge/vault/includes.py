"""Lines that stand for a file → the code itself, with where it stands and which of its lines are meant."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.records import dataclass, field, replace
from maestro_knowledge.core.text import clean, quote
from maestro_knowledge.vault.blocks import (
    Block,
    Callout,
    Code,
    Footnote,
    Include,
    Listing,
    Paragraph,
    Quote,
    Tab,
    Tabs,
    Text,
)
from maestro_knowledge.vault.markdown import find_includes, read_lines
from maestro_knowledge.vault.trees import Tree
from maestro_knowledge.vault.variants import Families, family_of, has_form, rank_of

MAX_INCLUDED = 2_000_000  # characters that one page may take in
MAX_DEPTH = 5
_STAR = re.compile(r"\{\*[ \t]*(\S+)[ \t]*(.*?)[ \t]*\*\}")
_BANG = re.compile(r"\{![->]*[ \t]*([^\s\[\]!]+)[ \t]*(?:\[ln:([^\]]*)\])?[ \t]*!\}")
_SNIPPET = re.compile(r"-+8<-+[ \t]+[\"']?([^\s\"':]+)(?::([\d:,]+))?[\"']?")
_SETTING = re.compile(r"(\w+)\[([^\]]*)\]")
_PYTHON_TAB = re.compile(r"python 3", re.IGNORECASE)
_LANGUAGES = {".py": "python", ".js": "javascript", ".ts": "typescript", ".yml": "yaml", ".md": "markdown",
              ".sh": "bash"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an include asks for: a path as written, ranges of lines (all if none), lines to point at."""

    path: str
    ranges: tuple[tuple[int, int], ...] = ()
    highlighted: tuple[int, ...] = ()
    title: str = ""
    picks_variant: bool = False


def read_directive(line: str) -> Wanted | None:
    """What an include line asks for, in any of the forms; `None` if it is none."""
    line = line.strip()
    if match := _STAR.fullmatch(line):
        settings = dict(_SETTING.findall(match[2]))
        highlighted = read_lines(settings.get("hl", ""))
        title = settings.get("title", "").strip("\"' ")
        return Wanted(match[1], _ranges(settings.get("ln", "")), highlighted, title, picks_variant=True)
    if match := _BANG.fullmatch(line):
        return Wanted(match[1], _ranges(match[2] or ""))
    if match := _SNIPPET.fullmatch(line):
        numbers = re.sub(r"(\d+):(\d+)", r"\1-\2", match[2] or "")
        return Wanted(match[1], _ranges(numbers))
    return None


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    found = re.findall(r"(\d{1,7})(?:\.\d+)?(?:[:-](\d{1,7}))?", text)
    return tuple(sorted((int(first), int(last or first)) for first, last in found))


class Shelf:
    """The files that pages may include, looked up as the site's own extensions do."""

    def __init__(self, tree: Tree, bases: Sequence[str]) -> None:
        self.families = Families(tree.files())
        self._tree = tree
        self._bases = bases
        self._texts: dict[str, str] = {}

    def candidates(self, path: str, page: str) -> Iterator[str]:
        """Where a path written in a page may lead, inside the source."""
        for base in (*self._bases, posixpath.dirname(page), ""):
            joined = posixpath.normpath(posixpath.join(base, path))
            if not joined.startswith(("..", "/")):
                yield joined

    def has(self, path: str) -> bool:
        """Whether the source has that file."""
        return path in self._tree.files()

    def text(self, path: str) -> str:
        """The text of a file."""
        if path not in self._texts:
            text = clean(self._tree.read(path).decode("utf-8", "replace"))
            if len(text) > 200_000:
                return text
            self._texts[path] = text
        return self._texts[path]


@dataclass(slots=True)
class Resolver:
    """Resolves the includes of one page, and remembers what it looked for and what was wrong."""

    shelf: Shelf
    page: str
    looked_for: dict[str, None] = field(default_factory=dict)
    problems: dict[str, None] = field(default_factory=dict)
    _taken: int = 0

    def splice(self, source: str, open_pages: tuple[str, ...] = ()) -> str:
        """The page's Markdown with the Markdown files that it includes put in their place."""
        if "{!" not in source and "8<" not in source:
            return source
        lines = source.split("\n")
        for number, directive in reversed(find_includes(source)):
            wanted = read_directive(directive)
            path = self._find(wanted) if wanted else None
            if wanted is None or path is None or not path.endswith(".md"):
                continue
            lines[number] = self._spliced(path, lines[number], open_pages)
        return "\n".join(lines)

    def _spliced(self, path: str, line: str, open_pages: tuple[str, ...]) -> str:
        if path in open_pages or path == self.page or len(open_pages) >= MAX_DEPTH:
            self.problems[f"includes {path} in a loop"] = None
            return ""
        text = self._take(path)
        indent = line[: len(line) - len(line.lstrip())]
        inner = self.splice(text, (*open_pages, path)) if text else ""
        return "\n".join(indent + each if each else each for each in inner.split("\n"))

    def resolve(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """The blocks with code in the place of every include, and one form of each example."""
        return tuple(block for one in blocks for block in self._resolve(one))

    def _resolve(self, block: Block) -> Sequence[Block]:
        match block:
            case Include():
                return self._include(block)
            case Code() if "{!" in block.text or "8<" in block.text:
                return [self._fill(block)]
            case Callout() | Quote() | Footnote():
                return [replace(block, children=self.resolve(block.children))]
            case Listing():
                return [replace(block, items=tuple(self.resolve(item) for item in block.items))]
            case Tabs():
                return self._choose([Tab(tab.title, self.resolve(tab.children)) for tab in block.tabs])
            case _:
                return [block]

    def _include(self, block: Include) -> Sequence[Block]:
        wanted = read_directive(block.directive)
        path = self._find(wanted) if wanted else None
        text = self._take(path) if path else None
        if wanted is None or path is None or text is None:
            return [_not_here(wanted.path if wanted else block.directive)]
        lines = text.rstrip("\n").split("\n")
        ranges = [
            (a, min(b, len(lines))) for a, b in wanted.ranges or ((1, len(lines)),) if 0 < a <= len(lines)
        ]
        language = _LANGUAGES.get(posixpath.splitext(path)[1], posixpath.splitext(path)[1].lstrip("."))
        return [
            Code(
                text="\n".join(lines[first - 1 : last]),
                language=language,
                title=wanted.title,
                highlighted=tuple(n for n in wanted.highlighted if first <= n <= last),
                file=path,
                first_line=first,
                last_line=last,
                variants=self.shelf.families.others(path),
                included=(path,),
                is_excerpt=bool(wanted.ranges),
            )
            for first, last in ranges
        ]

    def _fill(self, code: Code) -> Block:
        """Code with the files in it that its lines include."""
        given = code.text.split("\n")
        written: list[str] = []
        included: list[tuple[str, Wanted]] = []
        for line in given:
            wanted = read_directive(line)
            path = self._find(wanted) if wanted else None
            text = self._take(path) if path else None
            if wanted is None:
                written.append(line)
            elif path is not None and text is not None:
                lines = text.rstrip("\n").split("\n")
                for first, last in wanted.ranges or ((1, len(lines)),):
                    written += lines[max(first, 1) - 1 : last]
                included.append((path, wanted))
        if not included and not "".join(written).strip():
            return _not_here(code.text.strip())
        filled = replace(code, text="\n".join(written), included=tuple(path for path, _ in included))
        if (
            len(included) != 1
            or sum(bool(line.strip()) for line in given) != 1
            or len(included[0][1].ranges) > 1
        ):
            return filled
        path, wanted = included[0]
        first = wanted.ranges[0][0] if wanted.ranges else 1
        return replace(
            filled,
            language="python" if path.endswith(".py") else code.language,
            highlighted=tuple(number + first - 1 for number in code.highlighted),
            file=path,
            first_line=first,
            last_line=first + len(written) - 1,
            variants=self.shelf.families.others(path),
            is_excerpt=bool(wanted.ranges),
        )

    def _choose(self, tabs: list[Tab]) -> Sequence[Block]:
        """Of tabs that show one example in several forms the preferred one; all others stay."""
        best: dict[str, Tab] = {}
        for tab in tabs:
            if (file := _example_of(tab)) and (
                family_of(file) not in best or rank_of(file) > rank_of(_example_of(best[family_of(file)]))
            ):
                best[family_of(file)] = tab
        kept = [tab for tab in tabs if not (file := _example_of(tab)) or best[family_of(file)] is tab]
        if len(kept) == 1 and (len(tabs) > 1 or _PYTHON_TAB.match(kept[0].title)):
            return kept[0].children
        return [Tabs(tuple(kept))]

    def _find(self, wanted: Wanted) -> str | None:
        """The file that is meant, of several forms the preferred one where the page leaves it open."""
        found = None
        for path in dict.fromkeys(self.shelf.candidates(wanted.path, self.page)):
            self.looked_for[path] = None
            members = self.shelf.families.members(path) if wanted.picks_variant else ()
            if members and (not has_form(path) or not self.shelf.has(path)):
                found = members[0]
            elif self.shelf.has(path):
                found = path
            if found:
                return found
        self.problems[f"includes {quote(wanted.path, 120)}, which the source does not have"] = None
        return None

    def _take(self, path: str) -> str | None:
        """The text of a file, as long as the page has not taken in too much."""
        try:
            text = self.shelf.text(path)
        except MaestroError as error:
            self.problems[f"includes {path}: {error.message}"] = None
            return None
        self._taken += len(text)
        if self._taken > MAX_INCLUDED:
            self.problems[f"includes more than {MAX_INCLUDED} characters; the rest is left out"] = None
            return None
        return text


def _example_of(tab: Tab) -> str:
    """The one Python file that a tab shows; empty if it shows anything else."""
    codes = [child for child in tab.children if not isinstance(child, Callout)]
    code = codes[0] if len(codes) == 1 else None
    return code.file if isinstance(code, Code) and code.file.endswith(".py") else ""


def _not_here(path: str) -> Paragraph:
    return Paragraph(Text(f"(The included file {quote(path, 120)} is not in this source.)"))
