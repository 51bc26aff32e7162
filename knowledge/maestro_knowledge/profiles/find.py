"""Which profiles apply: ours, the home's, the project's, each overriding the ones before."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.text import clean
from maestro_knowledge.profiles.load import SHIPPED, load_profiles, read_profile
from maestro_knowledge.profiles.model import Folder, Profile, Profiles, Unread

IN_PROJECT = (".maestro", "profiles")
MOST = 100


def find_profiles(folders: Iterable[Folder] = (), *, shipped: Path = SHIPPED) -> Profiles:
    """Ours with those of the folders; what cannot be read is left out and named, the rest works."""
    found = {profile.name: profile for profile in load_profiles(shipped)}
    unread: list[Unread] = []
    for folder in folders:
        mine: dict[str, Profile] = {}
        for one in _read_folder(folder):
            if isinstance(one, Unread):
                unread.append(one)
            elif one.name in mine:
                unread.append(Unread(one.origin, f"{mine[one.name].file} is called {one.name} already."))
            else:
                mine[one.name] = one
        found |= mine
    return Profiles(tuple(found[name] for name in sorted(found)), tuple(unread))


def project_folder(project: Path, label: str = "project") -> Folder:
    """Where a project keeps its profiles."""
    return Folder(str(project.joinpath(*IN_PROJECT)), f"{label} {'/'.join(IN_PROJECT)}")


def _read_folder(folder: Folder) -> Iterator[Profile | Unread]:
    try:
        root = Path(folder.path).resolve()
        if not root.exists():
            return
        pages = sorted(page for page in root.iterdir() if page.suffix == ".md")
    except (OSError, RuntimeError) as error:
        yield Unread(folder.label, f"The folder cannot be read: {_reason(error)}.")
        return
    for page in pages[:MOST]:
        yield _read_page(page, root, f"{folder.label}/{clean(page.name)[:100]}")
    if len(pages) > MOST:
        yield Unread(folder.label, f"{len(pages) - MOST} pages beyond the first {MOST} were not read.")


def _read_page(page: Path, root: Path, origin: str) -> Profile | Unread:
    try:
        # A project is somebody else's: its links must not show files from elsewhere, its pipes not hang us.
        real = page.resolve()
        if not real.is_relative_to(root):
            return Unread(origin, "It is a link that leads out of its folder.")
        if not stat.S_ISREG(real.stat().st_mode):
            return Unread(origin, "It is not a file.")
        return read_profile(page, origin=origin)
    except MaestroError as error:
        return Unread(origin, f"{error.message} {error.hint}")
    except (OSError, RuntimeError) as error:
        return Unread(origin, f"It cannot be read: {_reason(error)}.")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
