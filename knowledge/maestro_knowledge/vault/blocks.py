"""The parts of a page, once its Markdown is understood."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from maestro_knowledge.core.records import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Text:
    """A run of inline Markdown: as shown, as plain words (an anchor is made of them), and where it links."""

    shown: str
    plain: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `anchor` is the one written in the page, empty where the site makes it from the words."""

    level: int
    text: Text
    anchor: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text."""

    text: Text


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code as the page has it, or, resolved, a piece of the file that it shows.

    `highlighted` counts lines from 1, in the file if there is one. `variants` are the same example in other
    forms. `included` are the files whose text stands in it; an excerpt is less than the whole file.
    """

    text: str
    language: str = ""
    title: str = ""
    highlighted: tuple[int, ...] = ()
    file: str = ""
    first_line: int = 0
    last_line: int = 0
    variants: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    is_excerpt: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """A line that stands for a file: which, and what else it says."""

    directive: str


@dataclass(frozen=True, slots=True)
class Directive:
    """A `::: dotted.name` line: a symbol's reference, of these members or, if none is named, all."""

    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Callout:
    """An admonition, or details that unfold."""

    kind: str
    title: str
    children: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several ways to say the same."""

    title: str
    children: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Tabs:
    """Tabs that stand side by side."""

    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    children: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, of numbers from `start` if it is ordered."""

    items: tuple[tuple["Block", ...], ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first row is its head."""

    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True, slots=True)
class Footnote:
    """What a `[^label]` says."""

    label: str
    children: tuple["Block", ...]


Block: TypeAlias = (
    Heading | Paragraph | Code | Include | Directive | Callout | Tabs | Quote | Listing | Table | Footnote
)


@dataclass(frozen=True, slots=True)
class Document:
    """A page: what its front matter says, and its blocks, each with the line it begins in."""

    blocks: tuple[Block, ...]
    lines: tuple[int, ...] = ()
    front: Mapping[str, object] = field(default_factory=dict)


def children_of(block: Block) -> tuple[Block, ...]:
    """The blocks right inside a block."""
    match block:
        case Callout() | Quote() | Footnote():
            return block.children
        case Tabs():
            return tuple(child for tab in block.tabs for child in tab.children)
        case Listing():
            return tuple(child for item in block.items for child in item)
        case _:
            return ()


def replace_codes(blocks: Sequence[Block], change: Callable[[Code], Block]) -> tuple[Block, ...]:
    """The blocks with every block of code, also those inside others, changed; in order."""

    def one(block: Block) -> Block:
        match block:
            case Code():
                return change(block)
            case Callout() | Quote() | Footnote():
                return replace(block, children=replace_codes(block.children, change))
            case Tabs():
                return Tabs(tuple(Tab(tab.title, replace_codes(tab.children, change)) for tab in block.tabs))
            case Listing():
                return replace(block, items=tuple(replace_codes(item, change) for item in block.items))
            case _:
                return block

    return tuple(one(block) for block in blocks)
