"""What a git remote offers: its tags and branches, and which of them is meant."""

import re
from collections.abc import Mapping

from packaging.version import InvalidVersion, Version

from maestro_knowledge.core.errors import BadArgument, NotFound, Unreachable
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import clean, quote

LATEST = "latest"
_USERINFO = re.compile(r"(?<=://)[^/@\s'\"]+@")
_NOT_IN_A_REF = re.compile(r"[^A-Za-z0-9.+_-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class RemoteRefs:
    """The commit behind every tag and branch, and behind the default branch."""

    tags: Mapping[str, str]
    branches: Mapping[str, str]
    head: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One commit of a remote: the full name to ask for it by, and its version if a tag says one."""

    name: str
    commit: str
    version: str = ""


def check_remote(remote: str) -> str:
    """The address as given, or `BadArgument` for one that git would take as an option or a program."""
    if not remote or remote.startswith("-") or "::" in remote.split("/", 1)[0] or not remote.isprintable():
        raise BadArgument(
            f"{quote(hide_credentials(remote))} is not the address of a repository.",
            "Give an https://, ssh:// or file:// address, or a folder.",
        )
    return remote


def hide_credentials(text: str) -> str:
    """`text` with user and password of every address in it taken out."""
    return _USERINFO.sub("", clean(text))


def read_refs(listing: bytes) -> RemoteRefs:
    """The refs in what `git ls-remote` prints; lines that are none are passed over."""
    tags: dict[str, str] = {}
    branches: dict[str, str] = {}
    head = ""
    for line in listing.decode("utf-8", "replace").splitlines():
        commit, _, name = line.partition("\t")
        if not _COMMIT.fullmatch(commit):
            continue
        if name == "HEAD":
            head = commit
        elif name.startswith("refs/heads/"):
            branches[name.removeprefix("refs/heads/")] = commit
        elif name.startswith("refs/tags/"):
            # An annotated tag comes twice: its own id, then, peeled, the commit's.
            tags[name.removeprefix("refs/tags/").removesuffix("^{}")] = commit
    return RemoteRefs(tags, branches, head)


def choose(refs: RemoteRefs, wanted: str, *, where: str) -> Chosen:
    """The commit that a tag, a branch, `latest` or a full commit id means, or `NotFound` with the nearest."""
    if not refs.tags and not refs.branches and not refs.head:
        # A web page where a repository should be looks to git like one without refs.
        raise Unreachable(f"{where} has no tag and no branch.", "Check that it is a git repository.")
    if wanted == LATEST:
        return _newest(refs, where)
    for name in dict.fromkeys((wanted, f"v{wanted}", wanted.removeprefix("v"))):
        if name in refs.tags:
            return _tagged(refs, name)
    if wanted in refs.branches:
        return Chosen(f"refs/heads/{wanted}", refs.branches[wanted])
    if wanted == "HEAD" and refs.head:
        return Chosen("HEAD", refs.head)
    if _COMMIT.fullmatch(wanted):
        return Chosen(wanted, wanted)
    raise NotFound(
        f"{where} has no tag or branch {quote(wanted)}.",
        "`--ref latest` takes the newest release.",
        nearest_names(wanted, (*refs.tags, *refs.branches)),
    )


def nearest_names(wanted: str, names: tuple[str, ...], count: int = 4) -> list[str]:
    """The names that come closest: by distance for a version, by spelling for anything else."""
    version = as_version(wanted)
    versions = [(found, name) for name in names if (found := as_version(name)) is not None]
    if version is None or not versions:
        from difflib import get_close_matches  # noqa: PLC0415 - only where there is no such ref

        return get_close_matches(wanted, names, count, 0.4)
    older = sorted((pair for pair in versions if pair[0] <= version), reverse=True)[: count // 2]
    newer = sorted(pair for pair in versions if pair[0] > version)[: count - len(older)]
    return [name for _, name in sorted((*older, *newer))]


def as_version(name: str) -> Version | None:
    """The version that a tag names, with or without its `v`."""
    try:
        return Version(name.removeprefix("v"))
    except InvalidVersion:
        return None


def version_at(refs: RemoteRefs, commit: str) -> str:
    """The version of the newest release tag at this commit; empty if none is there."""
    found = [v for name, at in refs.tags.items() if at == commit and (v := as_version(name)) is not None]
    return str(max(found)) if found else ""


def version_between(last: str, commit: str) -> str:
    """The version of a commit that no tag names: the one its source states, and the commit."""
    return f"{_NOT_IN_A_REF.sub('-', last) or '0'}+{commit[:7]}"


def _newest(refs: RemoteRefs, where: str) -> Chosen:
    found = [(v, name) for name in refs.tags if (v := as_version(name)) is not None]
    finals = [pair for pair in found if not pair[0].is_prerelease] or found
    if not finals:
        raise NotFound(f"{where} has no release tag.", "Name a branch with --ref.")
    return _tagged(refs, max(finals)[1])


def _tagged(refs: RemoteRefs, name: str) -> Chosen:
    version = as_version(name)
    shown = str(version) if version else _NOT_IN_A_REF.sub("-", name).lstrip("-.+_") or "tag"
    return Chosen(f"refs/tags/{name}", refs.tags[name], shown)
