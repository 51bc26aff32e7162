"""A shared generation becomes this machine's own: fetched, checked, swapped in."""

import shutil
import tempfile
from pathlib import Path

from maestro_indexer.generations import Generations
from maestro_indexer.model import IndexedSnapshot
from maestro_indexer.sharing.store import FETCHED, GenerationStore
from maestro_indexer.snapshots import check_snapshot
from maestro_knowledge.core.errors import IndexMissing


def adopt(store: GenerationStore, generations: Generations) -> bool:
    """Makes what was published last the current generation; says whether that was news.

    Only the holder of the refresh lock may call it. What arrives damaged is refused, and the last
    generation serves on.
    """
    shared = store.newest()
    if shared is None:
        return False
    view = generations.look()
    own = view.generation.snapshots
    if not view.problem and {info.key for info in own if info.layer in FETCHED} == shared.keys:
        return False
    generations.make_folders()
    for info in shared.snapshots:
        _fetch(store, generations, info)
    kept = [info for info in own if info.layer not in FETCHED]
    generations.publish([*kept, *shared.snapshots], built_at=shared.built_at)
    generations.prune()
    return True


def _fetch(store: GenerationStore, generations: Generations, info: IndexedSnapshot) -> None:
    place = generations.snapshots / info.key
    if _is_whole(place):
        return
    folder = Path(tempfile.mkdtemp(prefix=f"{info.key}.", dir=generations.building))
    try:
        store.pull(info, folder)
        check_snapshot(folder, thorough=True)
        if place.exists():  # damaged: nobody can be reading it
            shutil.rmtree(place)
        folder.rename(place)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _is_whole(folder: Path) -> bool:
    try:
        check_snapshot(folder, thorough=True)
    except IndexMissing:
        return False
    return True
