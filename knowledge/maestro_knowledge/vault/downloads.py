"""One file brought over the network, bounded, and gone on with where it broke off."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx

from maestro_knowledge.core.errors import TooLarge, Unreachable
from maestro_knowledge.vault.registries import local_path
from maestro_knowledge.vault.remotes import hide_credentials
from maestro_knowledge.vault.trees import Progress

MAX_DOWNLOAD = 128 * 1024 * 1024
ATTEMPTS = 3
_CHUNK = 256 * 1024


def transfer(client: httpx.Client, url: str, part: Path, progress: Progress | None = None) -> None:
    """Brings the file at `url` into `part`; what an earlier transfer left there is not asked for again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            if url.startswith("file:"):
                _write(part, _read_local(local_path(url)), 0, 0, progress)
            else:
                _stream(client, url, part, progress)
        except (httpx.HTTPStatusError, httpx.InvalidURL) as error:
            raise _failed(url, error) from None
        except (httpx.HTTPError, OSError) as error:
            if attempt == ATTEMPTS:
                raise _failed(url, error) from None
        else:
            return


def _stream(client: httpx.Client, url: str, part: Path, progress: Progress | None) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # All of it is here, or more: the checksum tells.
        answer.raise_for_status()
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            have = 0
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdecimal() else 0
        # Without a chunk size every byte that came before a break is written.
        _write(part, answer.iter_raw(), have, total, progress)


def _write(part: Path, chunks: Iterable[bytes], have: int, total: int, progress: Progress | None) -> None:
    with part.open("ab" if have else "wb") as file:
        for chunk in chunks:
            have += len(chunk)
            if max(have, total) > MAX_DOWNLOAD:
                raise TooLarge(
                    f"{part.stem} has more than {MAX_DOWNLOAD} bytes.", "That is no source distribution."
                )
            file.write(chunk)
            if progress:
                progress("Downloading", have, max(have, total))


def _read_local(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _failed(url: str, error: Exception) -> Unreachable:
    return Unreachable(
        f"{hide_credentials(url)}: {hide_credentials(str(error))[:200] or type(error).__name__}",
        "Try again: the transfer goes on where it broke off.",
    )
