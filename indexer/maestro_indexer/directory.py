"""What there is by name: every section of one snapshot by its id, its page and its place."""

from collections import defaultdict
from collections.abc import Mapping

from maestro_indexer.postings import Row, postings_of
from maestro_indexer.snapshots import OpenSnapshot
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import Kind
from maestro_knowledge.vault.model import Section

_MEMO = "directory"


@dataclass(frozen=True, slots=True)
class Directory:
    """The rows of a snapshot by kind and name; the sections of a page are in the order of the site."""

    snapshot: OpenSnapshot
    by_id: Mapping[tuple[Kind, str], Row]
    by_page: Mapping[tuple[Kind, str], tuple[Row, ...]]
    by_anchor: Mapping[tuple[Kind, str, str], Row]

    def find(self, kind: Kind, section_id: str) -> Row | None:
        """The section of that id; a page by its first section, a page's title by its anchor too."""
        page, _, anchor = section_id.partition("#")
        row = self.by_id.get((kind, section_id)) or self.by_anchor.get((kind, page, anchor))
        if row is None and not anchor:
            row = next(iter(self.page(kind, page)), None)
        return row

    def page(self, kind: Kind, page: str) -> tuple[Row, ...]:
        """The sections of a page in order, none when there is no such page."""
        return self.by_page.get((kind, page), ())

    def read(self, row: Row) -> Section:
        """The whole section of a row."""
        return self.snapshot.restamp(postings_of(self.snapshot).read_section(row))


def directory_of(snapshot: OpenSnapshot) -> Directory:
    """The directory of a snapshot, made once."""
    return snapshot.memo(_MEMO, lambda: _make_directory(snapshot))


def page_of(row: Row) -> str:
    """The id of the page that a section belongs to."""
    return row.id.partition("#")[0]


def _make_directory(snapshot: OpenSnapshot) -> Directory:
    rows = sorted(postings_of(snapshot).rows, key=lambda row: (row.order, row.id))
    pages: defaultdict[tuple[Kind, str], list[Row]] = defaultdict(list)
    anchors: dict[tuple[Kind, str, str], Row] = {}
    for row in rows:
        pages[row.kind, page_of(row)].append(row)
        if row.place and row.kind == "docs":
            anchors.setdefault((row.kind, page_of(row), row.place.anchor), row)
    return Directory(
        snapshot,
        {(row.kind, row.id): row for row in rows},
        {key: tuple(found) for key, found in pages.items()},
        anchors,
    )
