"""One source renewed: unchanged, or read, built and put in place; where it is out of reach, a lesser one."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from packaging.version import Version

from maestro_indexer.assemble import Last, add_snapshot, describe, free_key, is_made_as, make_key
from maestro_indexer.checks import check_size
from maestro_indexer.deadline import OutOfTime
from maestro_indexer.embedded import made_by
from maestro_indexer.generations import Generations
from maestro_indexer.offers import LATEST, Means, Offer, look_at
from maestro_indexer.outcome import Change
from maestro_indexer.readings import by_file, open_reading
from maestro_indexer.snapshots import OpenSnapshot
from maestro_knowledge.core.errors import IndexMissing, MaestroError, NotFound, Unreachable
from maestro_knowledge.core.records import replace
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.model import Contents, Snapshot
from maestro_knowledge.vault.remotes import as_version
from maestro_knowledge.vault.trees import Tree

READING = "reading"
ROOM = 1024 * 1024


class Renewal:
    """Renews sources on top of what is served; the snapshots it makes are in place, none is published."""

    def __init__(
        self,
        generations: Generations,
        served: Sequence[OpenSnapshot],
        means: Means,
        *,
        force: bool,
        now: datetime,
    ) -> None:
        self._generations = generations
        self._served = served
        self._means = means
        self._force = force
        self._now = now.isoformat(timespec="seconds")

    def renew(self, source: Source, where: str, ref: str, asked: "Future[Offer] | None" = None) -> Change:
        """What became of the source; with nothing named in `where`, a lesser one may take its place.

        `asked` is what the source has to offer, where that was asked already.
        """
        try:
            return self._renew(source, where, ref, asked)
        except OutOfTime:
            raise
        except NotFound as failure:
            kept = self._served_as(source, ref)
            if kept is None or ref == LATEST:
                raise
            return Change(
                source.name, "unchanged", kept.info, kept.info, f"{failure.message} What was indexed stays."
            )
        except Unreachable as failure:
            # A full disk makes git fail as a bad remote does, but no other source mends it.
            check_room(self._generations.folder)
            if where:
                raise
            return self._make_do(source, ref, failure)

    def _make_do(self, source: Source, ref: str, failure: Unreachable) -> Change:
        """The last git snapshot if there is one, else the source distribution, else the installed package."""
        kept = self._served_as(source, ref)
        if kept is not None:
            return Change(
                source.name, "kept", kept.info, kept.info, f"{sentence(failure.message)} {failure.hint}"
            )
        because = sentence(failure.message)
        for lesser in ("sdist", "installed"):
            try:
                change = self._renew(source, lesser, ref)
            except OutOfTime:
                raise
            except MaestroError as error:
                because = f"{because} {sentence(error.message)}"
                continue
            note = f"{because} {lesser} takes its place for now: run `indexer refresh` again later."
            return replace(change, state="thinner", note=note)
        raise Unreachable(because, failure.hint)

    def _renew(self, source: Source, where: str, ref: str, asked: "Future[Offer] | None" = None) -> Change:
        offer = asked.result() if asked else look_at(source, where, ref, self._means)
        if (same := self._unchanged(offer.snapshot, offer.ref)) is not None:
            return same
        # Fetching is mostly waiting: meanwhile what was read last is loaded.
        with ThreadPoolExecutor(1) as beside:
            last = beside.submit(self._last, offer)
            with offer.files(afresh=self._force) as tree:
                if (same := self._unchanged(tree.snapshot, offer.ref)) is not None:
                    return same
                return self._build(tree, offer, last.result())

    def _unchanged(self, snapshot: Snapshot, ref: str) -> Change | None:
        """The change that is none: this very snapshot is served, made by this release of ours."""
        if self._force:
            return None
        for opened in self._served:
            info = opened.info
            whole = replace(snapshot, version=snapshot.version or info.version, committed_at="")
            if (snapshot.version or snapshot.commit) and is_made_as(info, make_key(whole, made_by())):
                asked = info.ref if ref == LATEST else ref
                return Change(info.name, "unchanged", info, replace(info, ref=asked))
        return None

    def _build(self, tree: Tree, offer: Offer, last: Last | None) -> Change:
        before = self._served_as_layer(tree.snapshot, offer.ref)
        contents = self._read(tree, last)
        key = free_key(self._generations, make_key(contents.snapshot, made_by()))
        info = describe(contents, key=key, ref=offer.ref, indexed_at=self._now, made_by=made_by())
        if not self._force:
            check_size(info, before.info if before else None)
        add_snapshot(self._generations, contents, info, last=last, progress=self._means.progress)
        return Change(info.name, "updated", before.info if before else None, info, "", contents.problems)

    def _read(self, tree: Tree, last: Last | None) -> Contents:
        def show(done: int, total: int) -> None:
            self._means.deadline.check()
            self._means.progress(READING, done, total)

        from maestro_knowledge.vault.contents import read_contents  # noqa: PLC0415 - heavy, loaded by now

        before = last.reading.contents if last else Contents(tree.snapshot, ())
        contents = read_contents(
            tree, known=by_file(before), configuration=before.configuration, progress=show
        )
        if not contents.sections:
            raise NotFound(
                f"{tree.snapshot.name} {tree.snapshot.version} has nothing that can be read.",
                "Check that this is the repository you mean.",
            )
        return contents

    def _last(self, offer: Offer) -> Last | None:
        """The earlier snapshot that most of the pages can be taken from, if this release of ours made it."""
        import maestro_knowledge.vault.contents  # noqa: F401, PLC0415 - what reads the rest, loaded meanwhile

        if self._force:
            return None
        snapshot = offer.snapshot
        before = self._served_as_layer(snapshot, offer.ref)
        same = [s for s in self._served if (s.info.name, s.info.layer) == (snapshot.name, snapshot.layer)]
        same.sort(key=lambda o: (o is before, as_version(o.info.version) or Version("0")), reverse=True)
        for opened in same:
            if opened.folder is None or opened.info.made_by != made_by():
                continue
            try:
                return Last(opened.folder, open_reading(opened.folder, snapshot))
            except IndexMissing:
                continue
        return None

    def _served_as(self, source: Source, ref: str) -> OpenSnapshot | None:
        """What is served of the source's repository for this ref."""
        return self._served_as_layer(Snapshot(source.name, "git", ref), ref)

    def _served_as_layer(self, snapshot: Snapshot, ref: str) -> OpenSnapshot | None:
        same = [s for s in self._served if (s.info.name, s.info.layer) == (snapshot.name, snapshot.layer)]
        exact = [s for s in same if s.info.ref == ref or s.info.version == snapshot.version]
        return max(exact, key=lambda opened: opened.info.indexed_at, default=None)


def check_room(folder: Path) -> None:
    """Raises `OSError` where nothing of any size can be written."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryFile(dir=folder) as file:
        file.write(bytes(ROOM))
        file.flush()


def sentence(text: str) -> str:
    """The text with a full stop, so that another sentence may follow."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
