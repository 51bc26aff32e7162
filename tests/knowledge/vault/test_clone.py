import hashlib
import os
import random
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument, NotFound, TooLarge, Unreachable
from maestro_knowledge.core.home import Home
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.clone import clone_folder, fetch_commit, look, open_checkout
from maestro_knowledge.vault.commits import CommitTree
from maestro_knowledge.vault.repository import GitTooSlow, Repository

FASTAPI = find_source("fastapi")
PAGE = "docs/en/docs/index.md"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def read(tree: CommitTree, path: str = PAGE) -> str:
    with tree:
        return tree.read(path).decode()


def fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- what is fetched -----------------------------------------------------------------------------


def test_latest_is_the_newest_release_and_no_prerelease(remote, home):
    remote.commit({PAGE: "old"}, "0.9.0")
    wanted = remote.commit({PAGE: "new"}, "0.10.0")
    remote.commit({PAGE: "beta"}, "0.11.0b1")
    with fetch_commit(FASTAPI, home, remote=remote.url) as tree:
        assert tree.snapshot.version == "0.10.0"
        assert tree.snapshot.commit == wanted
        assert tree.snapshot.committed_at == "2026-01-02T03:04:05+00:00"
        assert tree.read(PAGE) == b"new"


@pytest.mark.parametrize("ref", ["0.9.0", "v0.9.0"])
def test_a_tag_is_found_with_and_without_its_v(remote, home, ref):
    remote.commit({PAGE: "old"}, "0.9.0")
    remote.commit({PAGE: "new"}, "0.10.0")
    assert read(fetch_commit(FASTAPI, home, remote=remote.url, ref=ref)) == "old"


def test_a_branch_has_the_version_its_source_states_and_its_commit(remote, home):
    remote.commit({PAGE: "x", "fastapi/__init__.py": '__version__ = "0.10.0"\n'}, "0.10.0")
    commit = remote.commit({PAGE: "y"})
    with fetch_commit(FASTAPI, home, remote=remote.url, ref="master") as tree:
        assert tree.snapshot.version == f"0.10.0+{commit[:7]}"
        assert tree.read(PAGE) == b"y"


def test_a_branch_that_stands_at_a_tag_has_that_version(remote, home):
    remote.commit({PAGE: "x"}, "0.10.0")
    with fetch_commit(FASTAPI, home, remote=remote.url, ref="master") as tree:
        assert tree.snapshot.version == "0.10.0"


def test_an_annotated_tag_leads_to_its_commit(remote, home):
    commit = remote.commit({PAGE: "x"})
    remote.git("tag", "-a", "1.0.0", "-m", "release")
    with fetch_commit(FASTAPI, home, remote=remote.url) as tree:
        assert (tree.snapshot.version, tree.snapshot.commit) == ("1.0.0", commit)


def test_a_version_that_is_not_there_names_the_nearest(remote, home):
    for version in ("0.1.0", "0.2.0", "0.4.0", "0.5.0"):
        remote.commit({PAGE: version}, version)
    with pytest.raises(NotFound, match=r"Nearest: 0\.1\.0, 0\.2\.0, 0\.4\.0, 0\.5\.0"):
        fetch_commit(FASTAPI, home, remote=remote.url, ref="0.3.0")


def test_a_remote_that_allows_it_gives_only_the_texts_worth_having(remote, home):
    remote.commit(
        {PAGE: "x", "docs/en/docs/img/a.png": b"\x89" * 5000, "docs/de/docs/index.md": "nein"}, "1.0.0"
    )
    picture = remote.git("rev-parse", "1.0.0:docs/en/docs/img/a.png")
    german = remote.git("rev-parse", "1.0.0:docs/de/docs/index.md")
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    with Repository(clone_folder(FASTAPI, home, remote.url)) as repository:
        missing = set(repository.missing("refs/maestro/tags/1.0.0"))
    assert missing == {picture, german}


def test_a_remote_that_knows_no_filter_is_fetched_plainly(remote, home):
    remote.git("config", "uploadpack.allowFilter", "false")
    remote.commit({PAGE: "x"}, "1.0.0")
    assert read(fetch_commit(FASTAPI, home, remote=remote.url)) == "x"


def test_what_is_there_already_is_not_fetched_again(remote, home):
    remote.commit({PAGE: "x"}, "1.0.0")
    seen: list[str] = []
    fetch_commit(FASTAPI, home, remote=remote.url, progress=lambda *step: seen.append(step[0])).close()
    assert seen
    before = fingerprint(clone_folder(FASTAPI, home, remote.url))
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    assert fingerprint(clone_folder(FASTAPI, home, remote.url)) == before


@pytest.mark.parametrize("filters", ["true", "false"])
def test_of_the_next_version_only_what_is_new_is_fetched(remote, home, filters):
    remote.git("config", "uploadpack.allowFilter", filters)
    other = "docs/en/docs/other.md"
    large = random.Random(0).randbytes(200_000).hex()
    remote.commit({PAGE: "x", other: large}, "1.0.0")
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    folder = clone_folder(FASTAPI, home, remote.url)
    before = set(folder.glob("objects/pack/*.pack"))
    remote.commit({PAGE: "y"}, "1.0.1")
    with fetch_commit(FASTAPI, home, remote=remote.url) as tree:
        assert (tree.read(PAGE), tree.read(other).decode()) == (b"y", large)
    new = set(folder.glob("objects/pack/*.pack")) - before
    assert sum(path.stat().st_size for path in new) < 10_000


def test_looking_says_what_the_remote_has_and_leaves_nothing(remote, home):
    commit = remote.commit({PAGE: "x"}, "1.0.0")
    chosen = look(FASTAPI, home, remote=remote.url)
    assert (chosen.version, chosen.commit) == ("1.0.0", commit)
    assert list(home.clones.iterdir()) == []


def test_the_oldest_layout_has_its_docs_at_the_root(remote, home):
    remote.commit({"docs/index.md": "x", "mkdocs.yml": "site_name: x"}, "0.1.0")
    with fetch_commit(FASTAPI, home, remote=remote.url) as tree:
        assert list(tree.files()) == ["docs/index.md", "mkdocs.yml"]


# --- hostile trees -------------------------------------------------------------------------------


def test_links_submodules_and_odd_names_are_passed_over(remote, home, make_remote):
    inner = make_remote("inner")
    inner.commit({"docs/en/docs/inner.md": "inner"})
    (remote.folder / "docs/en/docs").mkdir(parents=True)
    (remote.folder / "docs/en/docs/link.md").symlink_to("/etc/passwd")
    (remote.folder / os.fsdecode(b"docs/en/docs/\xff\xfe.md")).write_text("odd")
    (remote.folder / "docs/en/docs/new\nline.md").write_text("odd")
    (remote.folder / "docs/en/docs/größe 漢.md").write_text("fine")
    remote.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.url, "docs/en/docs/sub")
    remote.commit({PAGE: "x"}, "1.0.0")
    with fetch_commit(FASTAPI, home, remote=remote.url) as tree:
        assert list(tree.files()) == ["docs/en/docs/größe 漢.md", PAGE]
        with pytest.raises(NotFound):
            tree.read("docs/en/docs/link.md")


def test_a_file_of_50_megabytes_is_refused_by_its_size(remote, home):
    remote.commit({PAGE: "x", "docs/en/docs/big.md": b"# big\n" * 9_000_000}, "1.0.0")
    with fetch_commit(FASTAPI, home, remote=remote.url) as tree, pytest.raises(TooLarge, match="54000000"):
        tree.read("docs/en/docs/big.md")


# --- broken remotes ------------------------------------------------------------------------------


def test_a_remote_that_is_gone_is_unreachable_and_the_clone_stays(remote, home):
    remote.commit({PAGE: "x"}, "1.0.0")
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    kept = fingerprint(clone_folder(FASTAPI, home, remote.url))
    remote.folder.rename(remote.folder.with_name("away"))
    with pytest.raises(Unreachable, match="Check the address"):
        fetch_commit(FASTAPI, home, remote=remote.url)
    assert fingerprint(clone_folder(FASTAPI, home, remote.url)) == kept
    assert [path.name for path in home.clones.iterdir()] == [clone_folder(FASTAPI, home, remote.url).name]


@contextmanager
def server(answer: bytes | None) -> Iterator[int]:
    """A server on this machine that answers every caller with the same bytes, or never."""
    done = threading.Event()

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            if answer is None:
                done.wait(30)
            else:
                self.request.recv(1024)
                self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as listening:
        listening.daemon_threads = True
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        try:
            yield listening.server_address[1]
        finally:
            done.set()
            listening.shutdown()


@pytest.mark.parametrize("scheme", ["git", "http"])
def test_a_remote_that_hangs_is_given_up_in_time(home, scheme):
    with server(None) as port, pytest.raises(GitTooSlow, match="did not end in 1 seconds"):
        fetch_commit(FASTAPI, home, remote=f"{scheme}://127.0.0.1:{port}/x", seconds=1)
    assert list(home.clones.iterdir()) == []


@pytest.mark.parametrize(
    ("scheme", "answer"),
    [
        ("git", b"\x00\xff" * 40_000),
        ("http", b"HTTP/1.0 200 OK\r\n\r\n<html>hello</html>"),
        ("http", b"\xff" * 99),
    ],
)
def test_a_remote_that_answers_garbage_is_unreachable(home, scheme, answer):
    with server(answer) as port, pytest.raises(Unreachable):
        fetch_commit(FASTAPI, home, remote=f"{scheme}://127.0.0.1:{port}/x", seconds=20)


def test_rewritten_history_is_followed(remote, home):
    remote.commit({PAGE: "first"}, "1.0.0")
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    remote.commit({PAGE: "second"}, "1.0.0", "--amend")
    remote.git("reflog", "expire", "--expire=now", "--all")
    remote.git("gc", "-q", "--prune=now")
    assert read(fetch_commit(FASTAPI, home, remote=remote.url)) == "second"


def test_a_tag_that_the_remote_lost_is_served_while_it_is_here(remote, home):
    remote.commit({PAGE: "first"}, "1.0.0")
    remote.commit({PAGE: "second"}, "2.0.0")
    fetch_commit(FASTAPI, home, remote=remote.url, ref="2.0.0").close()
    remote.git("tag", "-d", "2.0.0")
    with fetch_commit(FASTAPI, home, remote=remote.url, ref="2.0.0") as tree:
        assert (tree.snapshot.version, tree.read(PAGE)) == ("2.0.0", b"second")
    assert read(fetch_commit(FASTAPI, home, remote=remote.url)) == "first"


def test_a_remote_without_commits_or_without_tags_says_so(remote, home):
    with pytest.raises(Unreachable, match="no tag and no branch"):
        fetch_commit(FASTAPI, home, remote=remote.url)
    remote.commit({PAGE: "x"})
    with pytest.raises(NotFound, match="no release tag"):
        fetch_commit(FASTAPI, home, remote=remote.url)


# --- broken clones -------------------------------------------------------------------------------


def truncate_pack(folder: Path) -> None:
    packs = list(folder.glob("objects/pack/*.pack"))
    assert packs
    for path in packs:
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:20])


BREAKAGES = {
    "a truncated pack": truncate_pack,
    "no packs": lambda folder: [path.unlink() for path in folder.glob("objects/pack/*")],
    "garbage configuration": lambda folder: (folder / "config").write_text("[[["),
    "an empty head": lambda folder: (folder / "HEAD").write_text(""),
    "a lock left behind": lambda folder: (folder / "shallow.lock").touch(),
    "a folder without objects": lambda folder: (folder / "objects").rename(folder / "gone"),
}


@pytest.mark.parametrize("breakage", BREAKAGES.values(), ids=BREAKAGES)
def test_a_broken_clone_is_made_anew(remote, home, breakage):
    remote.commit({PAGE: "x"}, "1.0.0")
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    breakage(clone_folder(FASTAPI, home, remote.url))
    remote.commit({PAGE: "y"}, "2.0.0")
    assert read(fetch_commit(FASTAPI, home, remote=remote.url)) == "y"
    assert read(fetch_commit(FASTAPI, home, remote=remote.url, ref="1.0.0")) == "x"


def test_asked_to_begin_afresh_it_replaces_a_clone_whose_objects_are_damaged(remote, home):
    remote.commit({PAGE: "x" * 5000}, "1.0.0")
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    folder = clone_folder(FASTAPI, home, remote.url)
    with Repository(folder) as repository:
        packs = [
            p
            for p in folder.glob("objects/pack/*.pack")
            if b" blob " in repository.run("verify-pack", "-v", str(p))
        ]
    for pack in packs:
        pack.chmod(0o644)
        content = bytearray(pack.read_bytes())
        content[14:-20] = bytes(len(content) - 34)
        pack.write_bytes(content)
    with pytest.raises(Unreachable, match="--force"):
        read(fetch_commit(FASTAPI, home, remote=remote.url))
    assert read(fetch_commit(FASTAPI, home, remote=remote.url, afresh=True)) == "x" * 5000


def test_what_a_killed_process_left_half_made_is_removed(remote, home):
    remote.commit({PAGE: "x"}, "1.0.0")
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = home.clones / f"fastapi-0123.{dead.pid}.abc.partial"
    mine = home.clones / f"fastapi-0123.{os.getpid()}.abc.partial"
    left.mkdir(parents=True)
    mine.mkdir()
    fetch_commit(FASTAPI, home, remote=remote.url).close()
    assert not left.exists()
    assert mine.exists()


# --- nothing is started, nothing is written ------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "--upload-pack=touch /nowhere/x",
        "ext::sh -c 'touch /nowhere/x'",
        "fd::17",
        "",
        "http://a\nb",
        "-oProxyCommand=x",
    ],
)
def test_an_address_that_is_a_program_or_an_option_is_refused(home, address):
    with pytest.raises((BadArgument, Unreachable)):
        fetch_commit(FASTAPI, home, remote=address or "-")
    assert not home.clones.exists()


def test_a_checkout_is_used_in_place_and_never_written_to(remote):
    remote.commit({PAGE: "x"}, "1.0.0")
    (remote.folder / PAGE).write_text("edited, not committed")
    before = fingerprint(remote.folder)
    with open_checkout(remote.folder / "docs", FASTAPI) as tree:
        assert (tree.snapshot.version, tree.read(PAGE)) == ("1.0.0", b"x")
    assert fingerprint(remote.folder) == before


def test_a_checkout_gives_any_tag_it_has(remote):
    remote.commit({PAGE: "x"}, "1.0.0")
    remote.commit({PAGE: "y"}, "2.0.0")
    assert read(open_checkout(remote.folder, FASTAPI, ref="1.0.0")) == "x"
    with pytest.raises(NotFound, match=r"Nearest: 1\.0\.0, 2\.0\.0"):
        open_checkout(remote.folder, FASTAPI, ref="3.0.0")


def test_a_linked_work_tree_a_bare_clone_and_a_shallow_one_are_checkouts(remote, tmp_path):
    remote.commit({PAGE: "x"}, "1.0.0")
    remote.commit({PAGE: "y"}, "2.0.0")
    remote.git("worktree", "add", "-q", str(tmp_path / "linked"), "1.0.0")
    remote.git("clone", "-q", "--bare", remote.url, str(tmp_path / "bare.git"))
    remote.git("clone", "-q", "--depth=1", remote.url, str(tmp_path / "shallow"))
    assert read(open_checkout(tmp_path / "linked", FASTAPI)) == "x"
    assert read(open_checkout(tmp_path / "bare.git", FASTAPI, ref="1.0.0")) == "x"
    assert read(open_checkout(tmp_path / "shallow", FASTAPI)) == "y"


def test_variables_of_a_surrounding_git_change_nothing(remote, make_remote, monkeypatch):
    remote.commit({PAGE: "x"}, "1.0.0")
    other = make_remote("other")
    other.commit({PAGE: "other"}, "9.0.0")
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.folder))
    assert read(open_checkout(remote.folder, FASTAPI)) == "x"


def test_a_folder_that_is_no_checkout_says_so(tmp_path):
    with pytest.raises(NotFound, match="not a git repository"):
        open_checkout(tmp_path / "nowhere", FASTAPI)


def test_nothing_that_a_checkout_configures_is_started(remote, tmp_path):
    commit = remote.commit({PAGE: "x"}, "1.0.0")
    blob = remote.git("rev-parse", f"{commit}:{PAGE}")
    trap = tmp_path / "trap"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    for name in (
        "core.fsmonitor",
        "core.sshCommand",
        "core.askPass",
        "core.pager",
        "remote.origin.uploadpack",
    ):
        remote.git("config", name, str(script))
    remote.git("config", "remote.origin.url", remote.url)
    remote.git("config", "remote.origin.promisor", "true")
    remote.git("config", "extensions.partialClone", "origin")
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc"):
        (remote.folder / ".git/hooks").mkdir(exist_ok=True)
        (remote.folder / ".git/hooks" / hook).symlink_to(script)
    path = remote.folder / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.unlink()
    with open_checkout(remote.folder, FASTAPI) as tree, pytest.raises(Unreachable):
        tree.read(PAGE)
    assert not trap.exists()


def test_a_password_in_the_address_is_shown_nowhere(home):
    with server(b"HTTP/1.0 404 Not Found\r\n\r\n") as port, pytest.raises(Unreachable) as caught:
        fetch_commit(FASTAPI, home, remote=f"http://me:s3cret@127.0.0.1:{port}/x", seconds=20)
    assert "s3cret" not in str(caught.value)
