"""A file of source → its bytes → their text, or the reason why there is none."""

import codecs
import io
import os
import tokenize
from pathlib import Path

_FOR_NAMES = frozenset({"punycode", "idna"})  # decoding a megabyte of it takes minutes


class Unreadable(Exception):
    """Why a file cannot be taken into the project."""


def read_bytes(path: str | Path, limit: int) -> bytes:
    """The content of a regular file, whole and unchanged while it was read."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            for _ in range(2):
                before = os.fstat(handle)
                # Memory is taken for as much as is asked for, whatever comes.
                content = os.read(handle, min(before.st_size, limit) + 1)
                after = os.fstat(handle)
                if len(content) > limit:
                    raise Unreadable(f"larger than {limit:,} bytes")
                if (
                    len(content) == after.st_size == before.st_size
                    and after.st_mtime_ns == before.st_mtime_ns
                ):
                    return content
                os.lseek(handle, 0, os.SEEK_SET)
        finally:
            os.close(handle)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or type(error).__name__}") from None
    raise Unreadable("changed while it was read")


def decode(content: bytes) -> tuple[str, str]:
    """The text of a source file and the encoding that its BOM or cookie names."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("encoded as UTF-16, which Python does not read as source")
    if b"\0" in content:
        raise Unreadable("contains null bytes")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        if codecs.lookup(encoding).name in _FOR_NAMES:
            raise Unreadable(f"encoding: {encoding} is for host names")
        return content.decode(encoding), encoding
    except SyntaxError as error:
        raise Unreadable(f"encoding: {error.msg}") from None
    except (UnicodeError, LookupError, ValueError):
        raise Unreadable("not valid in its declared encoding") from None
