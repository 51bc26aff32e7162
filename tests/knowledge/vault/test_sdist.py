import gzip
import hashlib
import http.server
import io
import json
import re
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maestro_knowledge.core.errors import BadArgument, NotFound, TooLarge, Unreachable
from maestro_knowledge.core.home import Home
from maestro_knowledge.vault import archives, downloads
from maestro_knowledge.vault.catalog import find_source
from maestro_knowledge.vault.registries import find_registries
from maestro_knowledge.vault.sdist import fetch_sdist

FASTAPI = find_source("fastapi")
PAGE = "docs_src/cors/tutorial001.py"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def pack(files: dict[str, bytes], top: str = "fastapi-1.0.0") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{top}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


class Index:
    """A package index in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, tuple[bytes, str]] = {}

    def add(self, version: str, content: bytes, digest: str | None = None, *, yanked: bool = False) -> None:
        name = f"fastapi-{version}.tar.gz"
        digest = hashlib.sha256(content).hexdigest() if digest is None else digest
        mark = ' data-yanked=""' if yanked else ""
        self.files[name] = (
            content,
            f'<a href="../../files/{name}{f"#sha256={digest}" if digest else ""}"{mark}>{name}</a>',
        )
        (self.folder / "files").mkdir(parents=True, exist_ok=True)
        (self.folder / "files" / name).write_bytes(content)
        (self.folder / "simple/fastapi").mkdir(parents=True, exist_ok=True)
        (self.folder / "simple/fastapi/index.html").write_text(
            "\n".join(link for _, link in self.files.values())
        )

    @property
    def environment(self) -> dict[str, str]:
        return {"PIP_INDEX_URL": (self.folder / "simple").as_uri()}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def fetch(home: Home, index: Index, version: str = "latest"):
    return fetch_sdist(FASTAPI, home, index.environment, version=version, configuration=())


# --- which file ----------------------------------------------------------------------------------


def test_the_newest_final_version_that_is_not_yanked_is_latest(home, index):
    index.add("0.9.0", pack({PAGE: b"nine"}))
    index.add("0.10.0", pack({PAGE: b"ten"}))
    index.add("0.11.0", pack({PAGE: b"yanked"}), yanked=True)
    index.add("0.12.0b1", pack({PAGE: b"beta"}))
    tree = fetch(home, index)
    assert (tree.snapshot.version, tree.snapshot.layer, tree.read(PAGE)) == ("0.10.0", "sdist", b"ten")


def test_a_version_asked_for_by_name_is_taken_even_if_yanked(home, index):
    index.add("0.11.0", pack({PAGE: b"yanked"}), yanked=True)
    assert fetch(home, index, "0.11.0").read(PAGE) == b"yanked"


def test_a_version_that_is_not_there_names_the_nearest(home, index):
    for version in ("0.1.0", "0.2.0", "0.4.0"):
        index.add(version, pack({PAGE: b"x"}))
    with pytest.raises(NotFound, match=r"Nearest: 0\.1\.0, 0\.2\.0, 0\.4\.0"):
        fetch(home, index, "0.3.0")
    with pytest.raises(BadArgument, match="not a version"):
        fetch(home, index, "master")


def test_the_first_index_that_has_it_wins_and_one_without_it_does_no_harm(home, index, tmp_path):
    index.add("0.9.0", pack({PAGE: b"x"}))
    environment = {
        "PIP_INDEX_URL": (tmp_path / "none").as_uri(),
        "PIP_EXTRA_INDEX_URL": index.environment["PIP_INDEX_URL"],
    }
    assert fetch_sdist(FASTAPI, home, environment, configuration=()).read(PAGE) == b"x"


def test_a_version_that_is_here_is_not_asked_for_again(home, index):
    index.add("1.0.0", pack({PAGE: b"x"}))
    fetch(home, index)
    nowhere = {"PIP_INDEX_URL": "file:///nowhere"}
    assert fetch_sdist(FASTAPI, home, nowhere, version="1.0.0", configuration=()).read(PAGE) == b"x"


def test_a_kept_archive_that_changed_on_disk_is_fetched_anew(home, index):
    index.add("1.0.0", pack({PAGE: b"x"}))
    fetch(home, index)
    (home.archives / "fastapi-1.0.0.tar.gz").write_bytes(b"rot")
    assert fetch(home, index, "1.0.0").read(PAGE) == b"x"


# --- the user's configuration --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "addresses"),
    [
        ({"PIP_INDEX_URL": "http://a/simple/"}, ("http://a/simple",)),
        ({"PIP_INDEX_URL": "http://a", "UV_INDEX_URL": "http://b"}, ("http://b",)),
        ({"UV_DEFAULT_INDEX": "mine=http://c"}, ("http://c",)),
        (
            {"PIP_INDEX_URL": "http://a", "PIP_EXTRA_INDEX_URL": "http://b http://c"},
            ("http://a", "http://b", "http://c"),
        ),
        ({"PIP_INDEX_URL": "http://a", "UV_INDEX": "x=http://b http://a"}, ("http://a", "http://b")),
    ],
)
def test_the_environment_says_which_indexes_are_asked(environment, addresses):
    assert find_registries(environment, ()).addresses == addresses


def test_files_of_pip_and_uv_are_read_and_the_environment_wins(tmp_path):
    pip = tmp_path / "pip.conf"
    pip.write_text(
        "[global]\nindex-url = http://pip\nextra-index-url =\n  http://one\n  http://two\ncert = /c.pem\n"
    )
    uv = tmp_path / "uv.toml"
    uv.write_text('[[index]]\nurl = "http://more"\n[[index]]\nurl = "http://uv"\ndefault = true\n')
    found = find_registries({}, (uv, pip))
    assert found.addresses == ("http://uv", "http://more", "http://one", "http://two")
    assert found.certificates == "/c.pem"
    assert find_registries({"PIP_INDEX_URL": "http://env"}, (pip,)).addresses[0] == "http://env"


def test_without_configuration_the_default_of_the_library_is_asked_and_no_address_is_ours():
    (address,) = find_registries({}, ()).addresses
    package = Path(archives.__file__).parents[1]
    assert not [path for path in package.rglob("*.py") if address.split("/")[2] in path.read_text()]


def test_broken_configuration_is_passed_over(tmp_path):
    broken = tmp_path / "pip.conf"
    broken.write_bytes(b"\xff[[[")
    assert len(find_registries({}, (broken, tmp_path / "gone.toml")).addresses) == 1


def test_no_index_is_respected():
    with pytest.raises(Unreachable, match="PIP_NO_INDEX"):
        find_registries({"PIP_NO_INDEX": "1"}, ())


def test_a_certificate_that_cannot_be_read_says_which(home, index, tmp_path):
    environment = {**index.environment, "PIP_CERT": str(tmp_path / "gone.pem")}
    with pytest.raises(Unreachable, match=r"gone\.pem"):
        fetch_sdist(FASTAPI, home, environment, configuration=())


# --- hostile archives ----------------------------------------------------------------------------


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(home, index):
    index.add("1.0.0", pack({PAGE: b"x"}), digest="0" * 64)
    with pytest.raises(Unreachable, match="sha256 differs"):
        fetch(home, index)
    assert list(home.archives.iterdir()) == []


def test_members_that_lead_out_and_links_are_passed_over(home, index, tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name in (
            "f/../../escape.py",
            "/absolute/docs_src/a.py",
            "f/docs_src/../../b.py",
            "f/docs_src\\c.py",
            f"f/{PAGE}",
        ):
            member = tarfile.TarInfo(name)
            member.size = 2
            archive.addfile(member, io.BytesIO(b"ok"))
        for kind, target in (
            (tarfile.SYMTYPE, "/etc/passwd"),
            (tarfile.LNKTYPE, f"f/{PAGE}"),
            (tarfile.CHRTYPE, ""),
        ):
            member = tarfile.TarInfo(f"f/docs_src/link{kind.decode()}.py")
            member.type, member.linkname = kind, target
            archive.addfile(member)
    index.add("1.0.0", out.getvalue())
    assert list(fetch(home, index).files()) == [PAGE]
    assert not list(tmp_path.rglob("escape.py"))


@pytest.mark.parametrize("keep", [10, 200, -30])
def test_a_truncated_archive_is_broken_and_thrown_away(home, index, keep):
    index.add("1.0.0", pack({PAGE: bytes(range(256)) * 40})[:keep])
    with pytest.raises(Unreachable, match="broken"):
        fetch(home, index)
    assert not (home.archives / "fastapi-1.0.0.tar.gz").exists()


def test_an_archive_that_is_none_is_broken(home, index):
    index.add("1.0.0", b"<html>not found</html>")
    with pytest.raises(Unreachable, match="broken"):
        fetch(home, index)


def test_a_bomb_stops_at_its_bound(home, index, monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000_000)
    index.add("1.0.0", pack({f"docs_src/{n}.py": bytes(300_000) for n in range(9)}))
    with pytest.raises(TooLarge, match="unpacks to more"):
        fetch(home, index)


def test_a_header_that_claims_terabytes_costs_nothing(home, index):
    member = tarfile.TarInfo("fastapi-1.0.0/docs_src/a.py")
    member.size = 8 * 1024**4
    index.add("1.0.0", gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + bytes(10_000)))
    with pytest.raises(Unreachable, match="broken"):
        fetch(home, index)


def test_a_member_of_50_megabytes_is_refused_when_it_is_read(home, index):
    index.add("1.0.0", pack({"docs_src/big.py": bytes(50_000_000), PAGE: b"x"}))
    tree = fetch(home, index)
    assert tree.read(PAGE) == b"x"
    with pytest.raises(TooLarge):
        tree.read("docs_src/big.py")


# --- broken transfers ----------------------------------------------------------------------------


class Handler(http.server.BaseHTTPRequestHandler):
    content = b""
    page = b""
    page_type = "text/html"
    cut_at: int | None = None
    ranges: list[str]

    def do_GET(self) -> None:
        if self.path.endswith("/"):
            return self.reply(200, self.page, self.page_type)
        asked = self.headers.get("Range", "")
        type(self).ranges.append(asked)
        start = int(re.sub(r"\D", "", asked) or 0)
        if start >= len(self.content):
            return self.reply(416, b"", "text/plain")
        body = self.content[start:]
        cut, type(self).cut_at = self.cut_at, None
        return self.reply(
            206 if start else 200, body if cut is None else body[:cut], "application/gzip", len(body)
        )

    def reply(self, status: int, body: bytes, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[type[Handler], dict[str, str]]]]:
    servers = []

    def start(content: bytes, **changes: object) -> tuple[type[Handler], dict[str, str]]:
        link = f'<a href="fastapi-1.0.0.tar.gz#sha256={hashlib.sha256(content).hexdigest()}">fastapi-1.0.0.tar.gz</a>'
        handler = type(
            "Serving", (Handler,), {"content": content, "page": link.encode(), "ranges": [], **changes}
        )
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return handler, {"PIP_INDEX_URL": f"http://me:s3cret@127.0.0.1:{server.server_address[1]}/simple"}

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


CONTENT = pack({PAGE: hashlib.shake_256(b"").digest(1_280_000)})


def test_a_transfer_that_breaks_off_goes_on_where_it_stopped(home, serve):
    handler, environment = serve(CONTENT, cut_at=100_000)
    tree = fetch_sdist(FASTAPI, home, environment, configuration=())
    assert len(tree.read(PAGE)) == 1_280_000
    assert handler.ranges == ["", "bytes=100000-"]


def test_what_an_earlier_process_left_is_gone_on_with(home, serve):
    handler, environment = serve(CONTENT)
    home.archives.mkdir(parents=True)
    (home.archives / "fastapi-1.0.0.tar.gz.part").write_bytes(CONTENT[:500])
    fetch_sdist(FASTAPI, home, environment, configuration=())
    assert handler.ranges == ["bytes=500-"]


@pytest.mark.parametrize("left", [b"rubbish", CONTENT + b"more", CONTENT])
def test_rubbish_that_was_left_is_noticed_by_its_checksum(home, serve, left):
    _, environment = serve(CONTENT)
    home.archives.mkdir(parents=True)
    (home.archives / "fastapi-1.0.0.tar.gz.part").write_bytes(left)
    assert fetch_sdist(FASTAPI, home, environment, configuration=()).files()


def test_the_newer_form_of_the_index_gives_the_date(home, serve):
    page = {
        "meta": {"api-version": "1.1"},
        "name": "fastapi",
        "versions": ["1.0.0"],
        "files": [
            {
                "filename": "fastapi-1.0.0.tar.gz",
                "url": "fastapi-1.0.0.tar.gz",
                "size": len(CONTENT),
                "hashes": {"sha256": hashlib.sha256(CONTENT).hexdigest()},
                "upload-time": "2026-01-02T03:04:05Z",
            }
        ],
    }
    _, environment = serve(
        CONTENT, page=json.dumps(page).encode(), page_type="application/vnd.pypi.simple.v1+json"
    )
    tree = fetch_sdist(FASTAPI, home, environment, configuration=())
    assert tree.snapshot.committed_at == "2026-01-02T03:04:05+00:00"


@pytest.mark.parametrize(
    "page", [b"", b"\xff\x00garbage", b"{", b"<a href='fastapi-1.0.0.tar.gz'>fastapi-1.0.0.tar.gz</a>"]
)
@pytest.mark.parametrize("kind", ["text/html", "application/vnd.pypi.simple.v1+json"])
def test_an_index_that_answers_garbage_is_an_expected_failure(home, serve, page, kind):
    _, environment = serve(CONTENT, page=page, page_type=kind)
    with pytest.raises((Unreachable, NotFound)):
        fetch_sdist(FASTAPI, home, environment, configuration=())


def test_a_server_that_is_gone_is_unreachable_and_no_password_is_shown(home, serve):
    with pytest.raises(Unreachable) as caught:
        fetch_sdist(FASTAPI, home, {"PIP_INDEX_URL": "http://me:s3cret@127.0.0.1:9/simple"}, configuration=())
    assert "s3cret" not in str(caught.value)


def test_a_file_without_end_stops_at_its_bound(home, serve, monkeypatch):
    monkeypatch.setattr(downloads, "MAX_DOWNLOAD", 5000)
    _, environment = serve(CONTENT)
    with pytest.raises(TooLarge):
        fetch_sdist(FASTAPI, home, environment, configuration=())
