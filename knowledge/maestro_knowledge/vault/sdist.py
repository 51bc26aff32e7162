"""Source distributions from the user's package index: checked, bounded, resumed, read in memory."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
from pypi_simple import DistributionPackage

from maestro_knowledge.core.errors import BadArgument, MaestroError, NotFound, Unreachable
from maestro_knowledge.core.files import replace_text
from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.archives import read_archive
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.downloads import transfer
from maestro_knowledge.vault.model import Snapshot
from maestro_knowledge.vault.registries import Registries, find_registries, list_distributions
from maestro_knowledge.vault.remotes import LATEST, as_version, nearest_names
from maestro_knowledge.vault.trees import MemoryTree, Progress


@dataclass(frozen=True, slots=True)
class _Archive:
    """A source distribution on disk, whose checksum was right."""

    path: Path
    version: str
    sha256: str
    uploaded_at: str


def fetch_sdist(
    source: Source,
    home: Home,
    environment: Mapping[str, str],
    *,
    version: str = LATEST,
    configuration: Sequence[Path] | None = None,
    seconds: float = 60,
    progress: Progress | None = None,
) -> MemoryTree:
    """The files of a source distribution, from the archives at home or from the first index that has it.

    `environment` and `configuration` are where pip and uv have their settings. `seconds` bounds each
    answer of the index, not the whole.
    """
    archive = _kept(home, source, version)
    if archive is None:
        registries = find_registries(environment, configuration)
        archive = _fetch(source, home, registries, version=version, seconds=seconds, progress=progress)
    snapshot = Snapshot(
        name=source.name,
        layer="sdist",
        version=archive.version,
        committed_at=archive.uploaded_at,
        location=archive.path.name,
    )
    try:
        contents = read_archive(archive.path, source.wants)
    except Unreachable:
        archive.path.unlink(missing_ok=True)
        raise
    docs = next((d for d in source.docs if any(path.startswith(f"{d}/") for path in contents)), "")
    kept = {path: text for path, text in contents.items() if source.wants(path, docs)}
    return MemoryTree(snapshot, kept)


def _kept(home: Home, source: Source, version: str) -> _Archive | None:
    """The archive of exactly this version, if it is here and still what it was."""
    parsed = as_version(version)
    if version == LATEST or parsed is None:
        return None
    path = home.archives / f"{source.name}-{parsed}.tar.gz"
    try:
        note = json.loads(_note(path).read_text(encoding="utf-8"))
        archive = _Archive(path, str(parsed), str(note["sha256"]), str(note["uploaded_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return archive if path.is_file() and _hash_of(path, "sha256") == archive.sha256 else None


def _fetch(
    source: Source,
    home: Home,
    registries: Registries,
    *,
    version: str,
    seconds: float,
    progress: Progress | None,
) -> _Archive:
    failures: list[MaestroError] = []
    with registries.client(seconds) as client:
        for address in registries.addresses:
            try:
                package = _choose(list_distributions(client, address, source.name), version, source.name)
                return _download(client, package, home, source.name, progress)
            except (NotFound, Unreachable) as failure:
                failures.append(failure)
    # An index that could not be asked may have it; one that was asked has told what is nearest.
    raise next((f for f in failures if isinstance(f, Unreachable)), failures[0])


def _choose(packages: Sequence[DistributionPackage], version: str, name: str) -> DistributionPackage:
    known = [(parsed, package) for package in packages if (parsed := as_version(package.version or ""))]
    if version == LATEST:
        usable = [pair for pair in known if not pair[0].is_prerelease and not pair[1].is_yanked]
        if not usable:
            raise NotFound(f"The index has no source distribution of {name}.", "Use another source.")
        return max(usable, key=lambda pair: pair[0])[1]
    wanted = as_version(version)
    if wanted is None:
        raise BadArgument(
            f"{quote(version)} is not a version.", "A source distribution has a version, like 0.115.0."
        )
    for parsed, package in known:
        if parsed == wanted:
            return package
    raise NotFound(
        f"The index has no source distribution of {name} {version}.",
        "`--ref latest` takes the newest.",
        nearest_names(version, tuple(str(parsed) for parsed, _ in known)),
    )


def _download(
    client: httpx.Client, package: DistributionPackage, home: Home, name: str, progress: Progress | None
) -> _Archive:
    version = str(as_version(package.version or ""))
    path = home.archives / f"{name}-{version}.tar.gz"
    algorithm, digest = _checksum(package)
    part = path.with_name(f"{path.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    transfer(client, package.url, part, progress)
    if digest and _hash_of(part, algorithm) != digest:
        # Bytes of an earlier, broken transfer may be in it: once more from the beginning.
        part.unlink()
        transfer(client, package.url, part, progress)
        if _hash_of(part, algorithm) != digest:
            part.unlink()
            raise Unreachable(
                f"{package.filename} is not what its index says: the {algorithm} differs.",
                "Try again later, or use another index or source.",
            )
    uploaded_at = package.upload_time.isoformat() if package.upload_time else ""
    archive = _Archive(path, version, _hash_of(part, "sha256"), uploaded_at)
    replace_text(_note(path), json.dumps({"sha256": archive.sha256, "uploaded_at": uploaded_at}))
    part.replace(path)
    return archive


def _checksum(package: DistributionPackage) -> tuple[str, str]:
    for algorithm in ("sha256", "sha512", "sha384"):
        if digest := package.digests.get(algorithm):
            return algorithm, digest.lower()
    if package.url.startswith("file:"):
        return "sha256", ""
    raise Unreachable(f"The index states no checksum for {package.filename}.", "Use another index or source.")


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _hash_of(path: Path, algorithm: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()
