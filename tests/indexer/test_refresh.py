"""`indexer refresh`: what is new is published whole, what is not costs next to nothing."""

import shutil
import tarfile
from pathlib import Path

import pytest
from indexer.commands import environment, nowhere
from indexer.conftest import find, texts
from indexer.repository import PAGES, DocsRepository, make_repository

from maestro_indexer.generations import Generations
from maestro_indexer.locks import CannotWrite
from maestro_indexer.outcome import Outcome
from maestro_indexer.refresh import Request, refresh
from maestro_indexer.views import View
from maestro_knowledge.core.errors import BadArgument, Conflict, NotFound, Unreachable
from maestro_knowledge.core.home import Home


@pytest.fixture(autouse=True)
def lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in nowhere().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def the_remote(repository: DocsRepository, monkeypatch: pytest.MonkeyPatch) -> DocsRepository:
    """The repository, in the place of FastAPI's own."""
    for name, value in nowhere(repository.url).items():
        monkeypatch.setenv(name, value)
    return repository


def renew(home: Home, source: str = "", *, index: str = "", **asked: object) -> Outcome:
    given = environment(home.root, **({"PIP_INDEX_URL": index} if index else {}))
    return refresh(Request(source=source, **asked), home, given)


def view_of(home: Home) -> View:
    return Generations(home.index).current()


def versions(home: Home, layer: str = "git") -> list[str]:
    return [
        info.version
        for info in view_of(home).generation.snapshots
        if info.layer == layer and info.name == "fastapi"
    ]


def bodies(home: Home) -> dict[str, str]:
    view = view_of(home)
    return texts(View(view.generation, tuple(s for s in view.snapshots if s.info.layer == "git")))


def test_the_first_refresh_publishes_the_repository_and_the_embedded_layer(
    empty_home: Home, repository: DocsRepository
) -> None:
    outcome = renew(empty_home, repository.url)
    (change,) = outcome.changes
    view = view_of(empty_home)

    assert outcome.exit_code == 0
    assert change.state == "updated"
    assert change.after.version == "0.1.0"
    assert change.after.commit == repository.git("rev-parse", "0.1.0")
    assert change.after.counts.pages == len(PAGES)
    assert change.after.counts.sections >= 8
    assert find(view, "giraff")
    assert {(info.name, info.layer) for info in view.generation.snapshots} >= {
        ("fastapi", "git"),
        ("maestro", "embedded"),
        ("fastapi", "installed"),
    }


def test_nothing_new_is_said_and_publishes_nothing(home: Home, repository: DocsRepository) -> None:
    first = renew(home, repository.url)
    again = renew(home, repository.url)

    assert [change.state for change in again.changes] == ["unchanged"]
    assert again.exit_code == 0
    assert again.generation == first.generation
    assert "up to date" in again.lines()[0]


def test_a_changed_page_is_the_only_thing_that_is_written_anew(home: Home, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "large", more_pages=40)
    renew(home, repository.url)
    (before,) = [s for s in view_of(home).snapshots if s.info.layer == "git"]
    old = {path.stat().st_ino for path in before.folder.glob("*.seg")}
    repository.write_pages({"tutorial/giraffes.md": "# Giraffes { #giraffes }\n\nThey sleep standing.\n"})
    commit = repository.release("0.1.1")

    outcome = renew(home, repository.url)
    (after,) = [s for s in view_of(home).snapshots if s.info.version == "0.1.1"]

    assert outcome.changes[0].before.version == "0.1.0"
    assert old < {path.stat().st_ino for path in after.folder.glob("*.seg")}
    found = texts(View(view_of(home).generation, (after,)))
    assert any("standing" in body for body in found.values())
    assert not find(View(view_of(home).generation, (after,)), "acacia")
    assert after.info.commit == commit
    assert "from 0.1.0" in outcome.lines()[0]


def test_an_extended_index_holds_what_a_full_build_holds(home: Home, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "large", more_pages=30)
    renew(home, repository.url)
    repository.write_pages({"more/page-3.md": "# Page 3\n\nSomething else.\n"})
    (repository.folder / "docs/en/docs/more/page-4.md").unlink()
    repository.release("0.1.1")
    renew(home, repository.url)
    other = Home(tmp_path / "other")
    renew(other, repository.url)

    extended = {name: body for name, body in bodies(home).items() if name.startswith("0.1.1:")}
    assert extended == bodies(other)


def test_versions_stand_side_by_side(home: Home, repository: DocsRepository) -> None:
    repository.release("0.2.0")
    renew(home, repository.url)
    renew(home, repository.url, ref="0.1.0")

    assert versions(home) == ["0.1.0", "0.2.0"]


def test_of_the_releases_that_followed_latest_only_the_last_few_stay(
    home: Home, repository: DocsRepository
) -> None:
    renew(home, repository.url, ref="0.1.0")
    for number in range(2, 7):
        repository.release(f"0.{number}.0")
        renew(home, repository.url)

    assert versions(home) == ["0.1.0", "0.4.0", "0.5.0", "0.6.0"]


def test_a_branch_is_followed_and_takes_the_place_of_what_it_was(
    home: Home, repository: DocsRepository
) -> None:
    repository.commit("After the release")
    renew(home, repository.url, ref="master")
    repository.write_pages({"tutorial/zebras.md": "# Zebras\n\nStriped.\n"})
    commit = repository.commit("Zebras")
    renew(home, repository.url, ref="master")

    (info,) = [info for info in view_of(home).generation.snapshots if info.layer == "git"]
    assert info.commit == commit
    assert find(view_of(home), "stripe")


def test_asking_for_a_version_that_latest_brought_keeps_it_for_good(
    home: Home, repository: DocsRepository
) -> None:
    renew(home, repository.url)
    outcome = renew(home, repository.url, ref="0.1.0")

    assert outcome.changes[0].state == "unchanged"
    (info,) = [info for info in view_of(home).generation.snapshots if info.layer == "git"]
    assert info.ref == "0.1.0"


def test_force_builds_anew_what_did_not_change(home: Home, repository: DocsRepository) -> None:
    first = renew(home, repository.url)
    again = renew(home, repository.url, force=True)

    assert again.changes[0].state == "updated"
    assert again.generation.id != first.generation.id
    assert versions(home) == ["0.1.0"]


def test_a_checkout_is_read_where_it_is_and_not_touched(home: Home, repository: DocsRepository) -> None:
    (repository.folder / "docs/en/docs/index.md").write_text("not committed")
    before = {path: path.stat().st_mtime_ns for path in repository.folder.rglob("*")}

    outcome = renew(home, str(repository.folder))

    assert outcome.changes[0].after.version == "0.1.0"
    assert {path: path.stat().st_mtime_ns for path in repository.folder.rglob("*")} == before
    assert not any("not committed" in body for body in bodies(home).values())


def test_a_tag_that_is_not_there_names_the_nearest(home: Home, repository: DocsRepository) -> None:
    with pytest.raises(NotFound, match=r"0\.1\.0"):
        renew(home, repository.url, ref="0.1.1")


def test_a_tag_that_the_remote_deleted_stays_indexed_and_it_is_said(
    home: Home, repository: DocsRepository
) -> None:
    repository.release("0.2.0")
    renew(home, repository.url, ref="0.1.0")
    repository.git("tag", "-d", "0.1.0")

    outcome = renew(home, repository.url, ref="0.1.0")

    assert outcome.exit_code == 0
    assert "stays" in outcome.changes[0].note
    assert versions(home) == ["0.1.0"]


def test_a_rewritten_history_is_followed(home: Home, repository: DocsRepository) -> None:
    renew(home, repository.url)
    repository.write_pages({"tutorial/giraffes.md": "# Giraffes { #giraffes }\n\nRewritten.\n"})
    repository.git("add", "-A")
    repository.git("commit", "-q", "--amend", "-m", "Another past")
    repository.git("tag", "-f", "0.1.0")

    renew(home, repository.url)

    (info,) = [info for info in view_of(home).generation.snapshots if info.layer == "git"]
    assert info.commit == repository.git("rev-parse", "HEAD")
    assert find(view_of(home), "rewritten")


def test_a_broken_clone_is_made_anew(home: Home, repository: DocsRepository) -> None:
    renew(home, repository.url)
    repository.write_pages({"tutorial/giraffes.md": "# Giraffes { #giraffes }\n\nBrand new.\n"})
    repository.release("0.2.0")
    for path in home.clones.rglob("*"):
        if path.is_file() and ("pack" in path.name or "objects" in path.parts):
            path.chmod(0o600)
            path.write_bytes(path.read_bytes()[:40])

    assert renew(home, repository.url).exit_code == 0
    assert find(view_of(home), "brand")


def test_a_remote_that_is_gone_leaves_the_index_serving_and_is_worth_another_try(
    home: Home, the_remote: DocsRepository, tmp_path: Path
) -> None:
    renew(home)
    the_remote.folder.rename(tmp_path / "moved away")

    outcome = renew(home)

    assert outcome.exit_code == 75
    assert [change.state for change in outcome.changes] == ["kept"]
    assert versions(home) == ["0.1.0"]
    assert find(view_of(home), "giraff")


def test_a_named_remote_that_is_gone_is_not_replaced_by_something_else(home: Home) -> None:
    with pytest.raises(Unreachable):
        renew(home, "file:///nowhere/at/all")
    with pytest.raises(NotFound):
        renew(home, "/nowhere/at/all")


def make_package_index(folder: Path, repository: DocsRepository, version: str) -> str:
    """A package index on disk with one source distribution, made of the repository."""
    project = folder / "fastapi"
    project.mkdir(parents=True)
    name = f"fastapi-{version}"
    with tarfile.open(project / f"{name}.tar.gz", "w:gz") as archive:
        for path in sorted(repository.folder.rglob("*")):
            if path.is_file() and ".git" not in path.parts:
                archive.add(path, f"{name}/{path.relative_to(repository.folder).as_posix()}")
    (project / "index.html").write_text(
        f'<html><body><a href="{name}.tar.gz">{name}.tar.gz</a></body></html>'
    )
    return folder.as_uri()


def test_without_the_remote_the_source_distribution_takes_its_place_and_that_is_said(
    home: Home, repository: DocsRepository, tmp_path: Path
) -> None:
    index = make_package_index(tmp_path / "index", repository, "0.1.0")

    outcome = renew(home, index=index)

    assert outcome.exit_code == 75
    assert [(change.state, change.after.layer) for change in outcome.changes] == [("thinner", "sdist")]
    assert "sdist" in outcome.changes[0].note
    assert versions(home, "sdist") == ["0.1.0"]


def test_the_repository_takes_the_place_of_its_source_distribution_when_it_can_be_had(
    home: Home, the_remote: DocsRepository, tmp_path: Path
) -> None:
    index = make_package_index(tmp_path / "index", the_remote, "0.1.0")
    the_remote.folder.rename(tmp_path / "away")
    renew(home, index=index)
    assert versions(home, "sdist") == ["0.1.0"]
    (tmp_path / "away").rename(the_remote.folder)
    renew(home, index=index)

    assert versions(home, "sdist") == []
    assert versions(home) == ["0.1.0"]


def test_without_any_network_the_installed_package_serves_and_that_is_said(empty_home: Home) -> None:
    outcome = renew(empty_home)

    assert outcome.exit_code == 75
    assert [(change.state, change.after.layer) for change in outcome.changes] == [("thinner", "installed")]
    assert find(view_of(empty_home), "fastapi")


def test_the_installed_package_by_its_name_is_all_that_was_asked_for(home: Home) -> None:
    assert renew(home, "installed").exit_code == 0


def test_one_source_that_fails_does_not_keep_the_others(home: Home, the_remote: DocsRepository) -> None:
    outcome = renew(home, all=True)

    states = {change.name: change.state for change in outcome.changes}
    assert states["fastapi"] == "updated"
    assert states["httpx"] in {"thinner", "failed"}
    assert outcome.exit_code in {1, 75}
    assert versions(home) == ["0.1.0"]


def test_a_repository_that_lost_most_of_its_pages_is_not_published(home: Home, tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "large", more_pages=30)
    renew(home, repository.url)
    shutil.rmtree(repository.folder / "docs/en/docs/more")
    repository.release("0.2.0")

    with pytest.raises(Conflict, match="--force"):
        renew(home, repository.url)
    assert versions(home) == ["0.1.0"]

    renew(home, repository.url, force=True)
    assert versions(home) == ["0.1.0", "0.2.0"]


def test_a_repository_without_documentation_is_refused_and_the_index_stays(
    home: Home, repository: DocsRepository
) -> None:
    renew(home, repository.url)
    empty = DocsRepository(repository.folder.parent / "empty")
    empty.write({"README.txt": "nothing here"})
    empty.commit("Nothing")
    empty.git("tag", "9.9.9")

    with pytest.raises(NotFound, match="nothing that can be read"):
        renew(home, empty.url)
    assert versions(home) == ["0.1.0"]


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "django"},
        {"ref": "--upload-pack=x"},
        {"ref": "a b"},
        {"all": True, "ref": "0.1.0"},
        {"all": True, "source": "/x"},
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_anything_happens(
    empty_home: Home, asked: dict[str, object]
) -> None:
    with pytest.raises(BadArgument):
        refresh(Request(**asked), empty_home, environment(empty_home.root))
    assert not empty_home.root.exists()


def test_a_home_that_is_a_file_is_said_with_the_way_out(empty_home: Home, repository: DocsRepository) -> None:
    empty_home.root.write_text("a file")

    with pytest.raises(CannotWrite, match="FASTAPI_MAESTRO_HOME"):
        renew(empty_home, repository.url)
