"""Each command: the Expert it needs, the call it makes, the form of what it shows."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.errors import NotFound, TooLarge
from maestro_knowledge.core.roots import make_roots
from maestro_knowledge.core.settings import load_settings
from maestro_knowledge.core.text import quote
from maestro_server.app.output import Output, show
from maestro_server.expert.facade import Expert

if TYPE_CHECKING:
    import argparse

# A command loads what it needs: `search` has no business importing FastMCP.
# ruff: noqa: PLC0415

MAX_INPUT = 1_000_000


def make_expert(options: "argparse.Namespace", *named: str) -> Expert:
    """An Expert over the roots given, else over the named project paths, else over the working directory."""
    settings = load_settings()
    given = [Path(root) for root in getattr(options, "root", None) or ()]
    if not given and named:
        given = [path if path.is_dir() else path.parent for path in map(Path, named) if path.exists()]
    roots = make_roots(tuple(given) or settings.roots, default=Path.cwd(), personal=Path.home())
    return Expert(settings, roots)


def read_input(name: str, *, what: str) -> str:
    """The text of an input file, which may lie anywhere, or of standard input for `-`."""
    try:
        if name == "-":
            data = sys.stdin.buffer.read(MAX_INPUT + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(MAX_INPUT + 1)
    except OSError as error:
        raise NotFound(
            f"{what} {quote(name, 200)} cannot be read: {error.strerror}.", "Give a readable file."
        ) from None
    if len(data) > MAX_INPUT:
        raise TooLarge(
            f"{what} {quote(name, 200)} is larger than {MAX_INPUT} bytes.", "Give the part that matters."
        )
    return data.decode("utf-8", "replace")


def log_warnings() -> None:
    """Sends everyone's warnings to stderr."""
    from maestro_server.app.logs import set_up_logs

    set_up_logs("text", "warning")


def greeting() -> str:
    """What a person sees who runs the bare command in a terminal."""
    from maestro_server.app.greeting import greet

    return greet(load_settings())


def serve(options: "argparse.Namespace") -> Output:
    """Serves until the client goes away or a signal comes."""
    from maestro_server.app.serving import serve as run

    run(options)
    return Output()


def demo(_: "argparse.Namespace") -> Output:
    """The main jobs, shown through a real client."""
    from maestro_server.app.demo import run_demo

    return Output(lines=run_demo(load_settings()), live=True)


def doctor(options: "argparse.Namespace") -> Output:
    """What is installed, what is wrong, what mends it."""
    from maestro_server.app.doctor import examine

    report = examine(load_settings())
    code = 0 if report.usable else 1
    return Output(data=report.data, code=code) if options.json else Output(lines=(report.text,), code=code)


def search(options: "argparse.Namespace") -> Output:
    """Hits for one query, or for one a line."""
    expert = make_expert(options)

    def ask(query: str) -> Any:
        return expert.search(
            query, kind=options.kind, version=options.version, project=options.project, limit=options.limit
        )

    if options.query != "-":
        return show(ask(options.query), as_json=options.json)

    def lines() -> Iterator[str]:
        import json

        for line in sys.stdin.buffer:
            if query := line.decode("utf-8", "replace").rstrip("\r\n"):
                yield json.dumps(ask(query).data, ensure_ascii=False)

    return Output(lines=lines(), live=True)


def read(options: "argparse.Namespace") -> Output:
    """Everything behind one ref, uncut."""
    answer = make_expert(options).read(
        options.ref, version=options.version, project=options.project, max_tokens=0, cursor=""
    )
    return show(answer, as_json=options.json)


def explain(options: "argparse.Namespace") -> Output:
    """What an error means."""
    error = read_input("-", what="Standard input") if options.error == "-" else options.error
    code = read_input(options.code, what="The code file") if options.code else ""
    return show(make_expert(options).explain(error, code=code, project=options.project), as_json=options.json)


def review(options: "argparse.Namespace") -> Output:
    """Findings and questions; the exit code is 1 when there are findings."""
    from maestro_server.app.review_command import run_review

    return run_review(options, make_expert(options, *options.paths))


def rules(options: "argparse.Namespace") -> Output:
    """The list of rules, or one rule's page."""
    return show(make_expert(options).rules(options.rule), as_json=options.json)


def map_app(options: "argparse.Namespace") -> Output:
    """One side of an application."""
    view = "diagram" if options.format == "mermaid" else options.view
    answer = make_expert(options, options.path).map_app(
        str(Path(options.path).resolve()), view=view, whole=True
    )
    if options.format == "mermaid":
        return Output(lines=(answer.data["diagram"],))
    return show(answer, as_json=options.format == "json")


def upgrade(options: "argparse.Namespace") -> Output:
    """What an upgrade touches."""
    project = str(Path(options.path).resolve())
    answer = make_expert(options, options.path).compare("", options.to, project=project, topic="", whole=True)
    return show(answer, as_json=options.json)


def scaffold(options: "argparse.Namespace") -> Output:
    """A plan, or the files written."""
    from maestro_server.app.scaffold_command import run_scaffold

    out = Path(options.out)
    if not out.exists() and out.parent.is_dir() and options.write:
        out.mkdir()
    return run_scaffold(options, make_expert(options, options.out))


def profiles(options: "argparse.Namespace") -> Output:
    """Profiles: the list, one of them, or files for a client."""
    from maestro_server.app.profiles_command import run_profiles

    return run_profiles(options)


def setup(options: "argparse.Namespace") -> Output:
    """A client's configuration."""
    from maestro_server.app.clients import set_up

    return Output(lines=set_up(options.client, write=options.write))


def token(options: "argparse.Namespace") -> Output:
    """Bearer tokens of a team's server."""
    from maestro_server.team.tokens import manage

    return Output(lines=manage(load_settings().places, options.action, options.name, options.scope))
