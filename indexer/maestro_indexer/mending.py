"""A snapshot whose index is damaged or of an older schema, built again from what was read for it."""

from maestro_indexer.assemble import add_snapshot, free_key, make_key
from maestro_indexer.generations import Generations
from maestro_indexer.manifests import READING, describe_file, read_snapshot_manifest
from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.progress import Progress
from maestro_indexer.readings import load_reading
from maestro_indexer.snapshots import OpenSnapshot, open_snapshot
from maestro_knowledge.core.errors import IndexMissing
from maestro_knowledge.core.records import replace


def mend(generations: Generations, info: IndexedSnapshot, progress: Progress) -> OpenSnapshot | None:
    """The snapshot that takes the damaged one's place; None when what was read is damaged too."""
    folder = generations.snapshots / info.key
    try:
        if read_snapshot_manifest(folder).files.get(READING) != describe_file(folder / READING):
            return None
        contents = load_reading(folder)
    except (IndexMissing, OSError):
        return None
    mended = replace(info, key=free_key(generations, make_key(contents.snapshot, info.made_by)))
    add_snapshot(generations, contents, mended, progress=progress)
    return open_snapshot(generations.snapshots / mended.key, mended)
