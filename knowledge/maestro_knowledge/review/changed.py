"""Which lines of a project differ from a revision in Git: read from Git's own store, nothing of it is run.

Only plumbing commands are called, so that no filter, text conversion, hook or external diff of the
repository's configuration gets to run.
"""

import subprocess
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from maestro_knowledge.core.errors import BadArgument, NotFound, Unreachable
from maestro_knowledge.core.text import quote
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.reading import Unreadable, decode

_SECONDS = 60

Lines = Mapping[str, frozenset[int]]


def changed_lines(project: Project, revision: str) -> Lines:
    """The numbers of the lines, by path, that are new or different since `revision` and HEAD parted.

    Where lines were only taken away, the line that now stands in their place counts.
    """
    root = project.root
    commit = _commit(root, revision)
    paths = [module.path for module in project.modules if module.in_scope]
    before = dict(zip(paths, _texts(root, commit, paths), strict=True))
    return {
        module.path: _differing(before[module.path], module.text)
        for module in project.modules
        if module.in_scope and before[module.path] != module.text
    }


def _commit(root: Path, revision: str) -> str:
    """The commit that both have in common, or that of the revision itself where they have none."""
    if not revision or revision.startswith("-") or len(revision) > 500 or not revision.isprintable():
        raise BadArgument(f"{quote(revision)} is no revision.", "Give a branch, a tag or a commit.")
    if _git(root, "rev-parse", "--is-inside-work-tree").returncode:
        raise BadArgument(f"{quote(str(root), 200)} is not in a Git repository.", "Leave out --diff-base.")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        raise NotFound(
            f"There is no revision {quote(revision, 200)}.",
            "Fetch it first; a checkout in CI often has one commit only (fetch-depth: 0).",
        )
    commit = found.stdout.decode().strip()
    base = _git(root, "merge-base", commit, "HEAD")
    return base.stdout.decode().split("\n")[0].strip() or commit


def _texts(root: Path, commit: str, paths: list[str]) -> Iterator[str | None]:
    """The text that each path had in the commit; None where there was none that could be read."""
    asked = "".join(f"{commit}:./{path}\n" for path in paths)
    answer = _git(root, "cat-file", "--batch", stdin=asked.encode("utf-8", "surrogateescape")).stdout
    position = 0
    for path in paths:
        end = answer.find(b"\n", position)
        if end < 0:
            raise Unreachable(f"Git did not say what {quote(path, 200)} was.", "Run `git fsck`.")
        head = answer[position:end]
        position = end + 1
        words = head.rsplit(b" ", 2)
        if len(words) == 3 and words[1] in {b"blob", b"tree", b"commit", b"tag"}:
            size = int(words[2])
            content = answer[position : position + size]
            position += size + 1
            yield _decoded(content) if words[1] == b"blob" else None
        else:
            yield None


def _decoded(content: bytes) -> str | None:
    try:
        return decode(content)[0]
    except Unreadable:
        return None


def _differing(before: str | None, after: str) -> frozenset[int]:
    new = _lines(after)
    if before is None:
        return frozenset(range(1, len(new) + 1))
    matcher = SequenceMatcher(None, _lines(before), new, autojunk=False)
    numbers: set[int] = set()
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind != "equal":
            numbers.update(range(start + 1, max(end, start + 1) + 1))
    return frozenset(numbers)


def _lines(text: str) -> list[str]:
    """The lines without their ends, so that a checkout that converts them changes nothing."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-c", "core.fsmonitor=false", "--no-optional-locks", *arguments]
    try:
        return subprocess.run(
            command, cwd=root, input=stdin, capture_output=True, check=False, timeout=_SECONDS
        )
    except FileNotFoundError:
        raise Unreachable("Git is not installed.", "Install git, or leave out --diff-base.") from None
    except subprocess.TimeoutExpired:
        raise Unreachable(f"Git took longer than {_SECONDS} s.", "Leave out --diff-base.") from None
