"""Which files are read, which are not, and that it is always said."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro_knowledge.core.errors import NotFound, OutsideRoots
from maestro_knowledge.project.folders import Limits, is_excluded
from maestro_knowledge.project.load import load_code, load_path
from maestro_knowledge.project.reading import Unreadable, read_bytes


def write(folder: Path, **files: str | bytes) -> None:
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(f"{path.name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def skipped(project: object) -> dict[str, str]:
    return {entry.path: entry.why for entry in project.skipped}  # type: ignore[attr-defined]


def test_a_snippet_is_one_module_in_scope() -> None:
    project = load_code("x = 1\n", "services/app.py")
    [module] = project.modules
    assert (module.name, module.in_scope, project.skipped) == ("app", True, ())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"x = '\0'", "null bytes"),
        ("x = 1".encode("utf-16"), "UTF-16"),
        (b"# -*- coding: no-such-thing -*-\nx = 1", "unknown encoding"),
        (b"x = '\xff\xfe'", "encoding"),
        (b"# coding: utf-8\nx = '\xe9'", "encoding"),
        (b"print 'hello'\n", "Python 2 syntax at line 1"),
        (b"try: pass\nexcept IOError, e: pass\n", "Python 2 syntax at line 2"),
        (b"big = 10L\n", "Python 2 syntax at line 1"),
        (b"%matplotlib inline\nx = 1\n", "notebook magic at line 1"),
        (b"x = 1\n!pip install x\n", "notebook magic at line 2"),
        (b"def f(:\n", "does not parse as Python"),
        (b"x = (" * 10_000, "does not parse"),
        (b"x = " + b"-" * 200_000 + b"1", "nested too deeply"),
        (b"x = " + b"(" * 150 + b"1" + b")" * 150 + b"\nclass", "does not parse"),
        (b"x = " + b"a." * 50_000 + b"b", "nested too deeply"),
        (b"x = " + b"1+" * 50_000 + b"1", "nested too deeply"),
        (b"if a: pass\n" + b"elif b: pass\n" * 5_000, "nested too deeply"),
        (b"x = 1" + b" " * 3_000_000, "larger than"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_reason_and_the_rest_is_read(
    tmp_path: Path, content: bytes, why: str
) -> None:
    write(tmp_path, bad=content, good="x = 1\n")
    project = load_path(tmp_path, root=tmp_path)
    assert [module.path for module in project.modules] == ["good.py"]
    assert why in skipped(project)["bad.py"]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "é"),
        (b"# vim: set fileencoding=cp1252 :\nx = '\x80'", "€"),
        (b"#!/usr/bin/python\n# coding: euc-jp\nx = '\xa4\xa2'", "あ"),
        (b"\xef\xbb\xbfx = '\xc3\xa9'", "é"),
        ("x = 'é'\r\ny = 2\r\n".encode(), "é"),
        (b"x = 'a'\n" + b"y = '" + b"b" * 1_000_000 + b"'", "a"),
    ],
)
def test_every_declared_encoding_is_read(tmp_path: Path, content: bytes, value: str) -> None:
    write(tmp_path, module=content)
    [module] = load_path(tmp_path, root=tmp_path).modules
    assert module.tree.body[0].value.value == value  # type: ignore[attr-defined]


def test_folders_of_others_are_left_out_and_named(tmp_path: Path) -> None:
    for folder in ("node_modules/x", "dist", ".hidden", "__pycache__", "env/lib", "pkg"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.py").write_text("x = 1")
    (tmp_path / "env" / "pyvenv.cfg").write_text("version = 3.12.1")
    project = load_path(tmp_path, root=tmp_path)
    assert [module.path for module in project.modules] == ["pkg/a.py"]
    assert skipped(project) == {
        "dist": "build output",
        "env": "a virtual environment",
        "node_modules": "packages of another language",
    }


def test_links_are_not_followed_out_of_the_root_and_nothing_is_read_twice(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    write(outside, secret="x = 1")
    write(root, real="x = 1", pkg__inner="x = 1")
    (root / "secret.py").symlink_to(outside / "secret.py")
    (root / "away").symlink_to(outside)
    (root / "again.py").symlink_to(root / "real.py")
    (root / "loop").symlink_to(root)
    (root / "gone.py").symlink_to(root / "nothing.py")
    project = load_path(root, root=root)
    assert [module.path for module in project.modules] == ["pkg/inner.py", "real.py"]
    assert skipped(project) == {
        "again.py": "a symbolic link to real.py, which is read there",
        "away": "a symbolic link that leaves the root",
        "gone.py": "a symbolic link that leads nowhere",
        "loop": "a symbolic link to ., which is read there",
        "secret.py": "a symbolic link that leaves the root",
    }


def test_a_path_outside_the_root_is_refused(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (root / "link").symlink_to(outside)
    for path in (outside, root / "link", root / ".." / "outside"):
        with pytest.raises(OutsideRoots):
            load_path(path, root=root)
    with pytest.raises(NotFound):
        load_path(root / "nothing.py", root=root)


def test_limits_are_kept_and_said(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"m{number:02}.py").write_text("x = 1\n" * 10)
    project = load_path(tmp_path, root=tmp_path, limits=Limits(files=10))
    assert len(project.modules) == 10
    assert skipped(project)["."] == "20 more Python files than the limit of 10 are left out"
    project = load_path(tmp_path, root=tmp_path, limits=Limits(total_bytes=300))
    assert len(project.modules) == 5
    assert skipped(project)["."] == "25 files beyond 300 bytes"
    project = load_path(tmp_path, root=tmp_path, limits=Limits(entries=20))
    assert "more than 20 entries" in skipped(project)["."]


def test_a_file_in_scope_is_read_before_the_limit_is_spent_on_others(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"m{number:02}.py").write_text("x = 1\n")
    project = load_path(tmp_path / "m19.py", root=tmp_path, limits=Limits(files=5))
    assert [module.path for module in project.modules if module.in_scope] == ["m19.py"]
    assert len(project.modules) == 5


def test_one_file_brings_the_project_around_it_but_not_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path, one__app="x = 1", one__deps="x = 1", two__app="x = 1")
    for name in ("one", "two"):
        (tmp_path / name / "pyproject.toml").write_text("")
    project = load_path(tmp_path / "one" / "app.py", root=tmp_path)
    assert [(m.path, m.in_scope) for m in project.modules] == [("one/app.py", True), ("one/deps.py", False)]


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="needs a file that is never what its size says"
)
def test_a_file_that_changes_while_it_is_read_is_not_taken() -> None:
    with pytest.raises(Unreadable, match="changed"):
        read_bytes(Path("/proc/self/status"), 1_000_000)


def test_what_is_not_a_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "folder.py").mkdir()
    project = load_path(tmp_path, root=tmp_path)
    assert skipped(project) == {"pipe.py": "not a regular file"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_and_folder_are_named(tmp_path: Path) -> None:
    write(tmp_path, closed="x = 1", open="x = 1")
    (tmp_path / "locked").mkdir(mode=0)
    (tmp_path / "closed.py").chmod(0)
    project = load_path(tmp_path, root=tmp_path)
    assert skipped(project) == {
        "closed.py": "cannot be read: Permission denied",
        "locked": "cannot be listed: Permission denied",
    }


@pytest.mark.parametrize(
    ("path", "patterns", "excluded"),
    [
        ("app/migrations/one.py", ["migrations"], True),
        ("app/migrations/one.py", ["app/migrations/"], True),
        ("app/one_pb2.py", ["*_pb2.py"], True),
        ("app/tests/one.py", ["app/*/one.py"], True),
        ("app/one.py", ["one"], False),
        ("app/one.py", ["./app/o*"], True),
        ("app/one.py", ["", "/"], False),
    ],
)
def test_patterns_name_paths_folders_or_names(path: str, patterns: list[str], excluded: bool) -> None:
    assert is_excluded(path, patterns) is excluded


def test_names_follow_packages_source_folders_and_imports(tmp_path: Path) -> None:
    write(
        tmp_path,
        src__shop____init__="",
        src__shop__api="",
        backend__app__main="from app.routers import users",
        backend__app__routers__users="",
        tool="",
    )
    (tmp_path / "src/shop/__init__.py").write_text("")
    names = {module.path: module.name for module in load_path(tmp_path, root=tmp_path).modules}
    assert names["src/shop/api.py"] == "shop.api"
    assert names["backend/app/main.py"] == "app.main"
    assert names["backend/app/routers/users.py"] == "app.routers.users"
    assert names["tool.py"] == "tool"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    project = load_code(text)
    assert len(project.modules) + len(project.skipped) == 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "x.py").write_bytes(content)
    project = load_path(folder, root=folder)
    assert len(project.modules) + len(project.skipped) == 1
