"""Keeping every path that is read or written inside the allowed folders."""

from collections.abc import Sequence
from pathlib import Path

from maestro_knowledge.core.errors import BadArgument, NotFound, OutsideRoots
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote


@dataclass(frozen=True, slots=True)
class Roots:
    """The allowed folders, resolved; none means that no path is taken at all."""

    folders: tuple[Path, ...]

    def resolve(self, path: str, *, must_exist: bool = True) -> Path:
        """The real path behind `path`, symbolic links followed, or a typed error."""
        if not self.folders:
            raise OutsideRoots(
                "This server takes no paths.", "Pass the source as `code`, or start with --root DIR."
            )
        if "\0" in path or len(path) > 4000:
            raise BadArgument(f"{quote(path)} is not a path.", "Give a file or folder inside the project.")
        try:
            given = Path(path).expanduser()
            real = (given if given.is_absolute() else self.folders[0] / given).resolve()
            exists = real.exists()
        except (OSError, RuntimeError, ValueError):
            raise BadArgument(
                f"{quote(path)} is not a path.", "Give a file or folder inside the project."
            ) from None
        if not any(real.is_relative_to(folder) for folder in self.folders):
            raise OutsideRoots(
                f"{quote(path, 200)} lies outside {', '.join(map(str, self.folders))}.",
                "Start the server with --root DIR (or FASTAPI_MAESTRO_ROOTS) for the folder that holds it.",
            )
        if must_exist and not exists:
            raise NotFound(
                f"There is no file or folder {quote(path, 200)}.", f"Paths are relative to {self.folders[0]}."
            )
        return real

    def holding(self, path: Path) -> Path:
        """The innermost root that a resolved path lies in."""
        inside = [folder for folder in self.folders if path.is_relative_to(folder)]
        return max(inside, key=lambda folder: len(folder.parts))

    def relative(self, path: Path) -> str:
        """`path` as answers show it: relative to the root it lies in, with forward slashes."""
        for folder in self.folders:
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return path.as_posix()


def make_roots(folders: Sequence[Path], *, default: Path, personal: Path) -> Roots:
    """The roots asked for, else the default folder; `/` and the `personal` home folder are refused."""
    real: list[Path] = []
    for folder in folders or (default,):
        resolved = folder.expanduser().resolve()
        if not resolved.is_dir():
            raise NotFound(
                f"There is no folder {quote(str(folder), 200)}.", "Give an existing folder with --root."
            )
        if resolved == resolved.parent or resolved == personal.resolve():
            if not folders:
                continue
            raise OutsideRoots(
                f"{resolved} is too wide to be a root.", "Give the project's own folder with --root DIR."
            )
        real.append(resolved)
    return Roots(tuple(dict.fromkeys(real)))
