"""Putting planned files into a project: what is there already, and all or nothing."""

import difflib
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from maestro_knowledge.core.errors import BadArgument, Conflict, OutsideRoots
from maestro_knowledge.core.text import quote
from maestro_knowledge.scaffold.model import Action, PlannedFile


def compare(
    files: Mapping[str, str], root: Path | None, *, edited: Mapping[str, str]
) -> tuple[PlannedFile, ...]:
    """Each file with what would happen to it; `edited` are existing files with their new text."""
    planned = [_compare_new(path, text, root) for path, text in files.items()]
    for path, text in edited.items():
        before = _read(root, path) or ""
        planned.append(
            PlannedFile(path, "edit" if before != text else "unchanged", text, _diff(path, before, text))
        )
    return tuple(sorted(planned, key=lambda file: file.path))


def write_all(planned: Sequence[PlannedFile], root: Path, *, before: Mapping[str, str]) -> None:
    """Writes every file or none: staged beside their targets, then renamed; a failure takes all back.

    `before` has the text that edited files had when their edit was made.
    """
    conflicts = [file.path for file in planned if file.action == "conflict"]
    if conflicts:
        raise Conflict(
            f"{len(conflicts)} of the files exist with another content: {', '.join(conflicts[:8])}.",
            "Nothing was written. Rename the resource, or move those files away.",
        )
    changes = [file for file in planned if file.action in {"create", "edit"}]
    for file in changes:
        _check_inside(root, file.path)
    _Transaction(root.resolve(), before).run(changes)


class _Transaction:
    """One write of many files that can be taken back."""

    def __init__(self, root: Path, before: Mapping[str, str]) -> None:
        self._root = root
        self._before = before
        self._folders: list[Path] = []
        self._staged: list[tuple[Path, Path, str]] = []
        self._done: list[tuple[Path, bytes | None, int]] = []

    def run(self, changes: Sequence[PlannedFile]) -> None:
        try:
            for file in changes:
                self._stage(file)
            for staged, target, action in self._staged:
                self._publish(staged, target, action)
        except BaseException:
            self._roll_back()
            raise

    def _stage(self, file: PlannedFile) -> None:
        target = (self._root / file.path).resolve()
        if file.action == "edit" and _read(self._root, file.path) != self._before.get(file.path):
            raise Conflict(f"{file.path} has changed meanwhile.", "Nothing was written. Ask again.")
        self._make_folder(target.parent)
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
        self._staged.append((Path(name), target, file.action))
        with os.fdopen(handle, "wb") as stream:
            stream.write(file.content.encode("utf-8"))
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        Path(name).chmod(mode)

    def _publish(self, staged: Path, target: Path, action: str) -> None:
        """Gives a staged file its name; a new one never takes the place of another."""
        if action == "edit":
            self._done.append((target, target.read_bytes(), target.stat().st_mode & 0o7777))
            staged.replace(target)
            return
        try:
            os.link(staged, target)
        except FileExistsError:
            raise Conflict(
                f"{target.name} has appeared meanwhile.", "Nothing was written. Ask again."
            ) from None
        except OSError:  # a file system without hard links
            if target.exists():
                raise Conflict(
                    f"{target.name} has appeared meanwhile.", "Nothing was written. Ask again."
                ) from None
            staged.replace(target)
        self._done.append((target, None, 0))
        staged.unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        missing: list[Path] = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for path in reversed(missing):
            path.mkdir()
            self._folders.append(path)

    def _roll_back(self) -> None:
        for target, before, mode in reversed(self._done):
            if before is None:
                target.unlink(missing_ok=True)
            else:
                target.write_bytes(before)
                target.chmod(mode)
        for staged, _, _ in self._staged:
            staged.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            if not any(folder.iterdir()):
                folder.rmdir()


def read_file(root: Path, path: str) -> str:
    """The text of a file of the project, line ends as they are."""
    return _read(root, path) or ""


def _compare_new(path: str, text: str, root: Path | None) -> PlannedFile:
    before = _read(root, path)
    action: Action = "create" if before is None else "unchanged" if before == text else "conflict"
    return PlannedFile(path, action, text, _diff(path, before or "", text))


def _read(root: Path | None, path: str) -> str | None:
    if root is None:
        return None
    _check_inside(root, path)
    target = root / path
    if not target.exists():
        return None
    if not target.is_file():
        raise Conflict(f"{path} is a folder.", "Nothing was written. Rename the resource.")
    try:
        return target.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadArgument(
            f"{path} cannot be read as UTF-8 text.", "Move it away, or rename the resource."
        ) from None


def _check_inside(root: Path, path: str) -> None:
    real = (root / path).resolve()
    if not real.is_relative_to(root.resolve()):
        raise OutsideRoots(
            f"{quote(path, 200)} leads outside the project through a link.",
            "Nothing was written. Remove the link.",
        )


def _diff(path: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        fromfile=f"a/{path}" if before else "/dev/null",
        tofile=f"b/{path}",
    )
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
