"""A file is replaced whole or not at all."""

import os
from pathlib import Path

import pytest

from maestro_knowledge.core.files import replace_bytes, replace_text


def test_a_file_and_its_folder_are_made(tmp_path: Path) -> None:
    replace_text(tmp_path / "deep" / "note.txt", "täxt")
    assert (tmp_path / "deep" / "note.txt").read_bytes() == "täxt".encode()
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["note.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such modes")
def test_a_file_keeps_who_may_read_it_and_a_new_one_is_readable(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"old")
    secret.chmod(0o600)
    replace_bytes(secret, b"new")
    replace_bytes(tmp_path / "other", b"new")
    assert secret.read_bytes() == b"new"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "other").stat().st_mode & 0o777 == 0o644


def test_what_cannot_be_put_in_place_leaves_the_old_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "name").mkdir()
    (tmp_path / "name" / "kept").touch()
    with pytest.raises(OSError, match="name"):
        replace_bytes(tmp_path / "name", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["name"]
    assert (tmp_path / "name" / "kept").exists()


def test_what_another_process_is_writing_beside_it_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "urandom", bytes)
    other = tmp_path / ".name.00000000"
    other.write_bytes(b"half")
    with pytest.raises(FileExistsError):
        replace_bytes(tmp_path / "name", b"new")
    assert other.read_bytes() == b"half"
