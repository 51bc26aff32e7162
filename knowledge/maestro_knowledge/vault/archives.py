"""Source archives, read in memory: no member is ever written, so none can leave its folder."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

from maestro_knowledge.core.errors import TooLarge, Unreachable
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.trees import MAX_FILE, MAX_FILES, too_many_files

MAX_UNPACKED = 256 * 1024 * 1024


def read_archive(path: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The regular files of a `.tar.gz` that are wanted, by their path below its one top folder."""
    contents: dict[str, bytes] = {}
    try:
        with gzip.open(path) as packed, tarfile.open(fileobj=_Bounded(packed), mode="r|") as archive:
            for count, member in enumerate(archive):
                if count > MAX_FILES:
                    raise too_many_files(path.name)
                name = _inner_name(member.name)
                # Links and devices are no files; a sparse one may claim any size.
                if not member.isreg() or member.sparse is not None or not name or not wanted(name):
                    continue
                # What is too large is kept just too large, so that reading it says so.
                file = archive.extractfile(member)
                contents[name] = file.read(MAX_FILE + 1) if file else b""
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, UnicodeError, MemoryError):
        raise Unreachable(
            f"The archive {quote(path.name, 120)} is broken.", "Refresh again: it is fetched anew."
        ) from None
    return contents


class _Bounded(io.RawIOBase):
    """A stream that ends in an error once it has given more than an archive of source ever holds."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        super().__init__()
        self._stream = stream
        self._left = MAX_UNPACKED

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        content = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(content)
        if self._left < 0:
            raise TooLarge(f"The archive unpacks to more than {MAX_UNPACKED} bytes.", "Use another source.")
        return content


def _inner_name(name: str) -> str:
    """The path below the archive's top folder; empty for one that is odd or leads out."""
    parts = name.split("/")
    odd = name.startswith("/") or "\\" in name or not name.isprintable()
    return "" if odd or any(part in {"", ".", ".."} for part in parts) else "/".join(parts[1:])
