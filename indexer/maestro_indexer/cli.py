"""The command `indexer`: refresh, status, verify, prune."""

import argparse
import gc
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from maestro_knowledge.core.arguments import QuickParser
from maestro_knowledge.core.errors import BadArgument, Busy, MaestroError, Unreachable
from maestro_knowledge.core.settings import load_settings

# Each command imports what it needs when it runs, so that the one that finds nothing to do is quick.
# ruff: noqa: PLC0415

_INTERRUPTED = 130
_NOT_PRINTED = 120  # as Python itself ends when it cannot print


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command and ends the process with its exit code."""
    code = run(arguments)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = _NOT_PRINTED
    # Everything is closed and on disk: taking a hundred thousand objects apart would be all that is left.
    os._exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; an expected failure is one line on stderr."""
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except MaestroError as error:
        print(f"indexer: {error}", file=sys.stderr)
        code = _exit_code(error) if command is _refresh else 2
        if given.json:
            _print_json({"exit_code": code, "error": _describe(error)})
        return code
    except KeyboardInterrupt:
        print("indexer: interrupted; the last index serves on.", file=sys.stderr)
        return _INTERRUPTED


def _refresh(given: argparse.Namespace) -> int:
    # What is read is held until the end, so that looking through it for garbage finds next to none, and
    # takes a twentieth of the whole where one page changed.
    gc.set_threshold(200_000, 50, 100)
    from maestro_indexer.progress import progress_bars, silent
    from maestro_indexer.refresh import Request, refresh
    from maestro_indexer.sharing.opening import open_store
    from maestro_knowledge.core.environment import process_environment

    request = Request(given.source, given.name, given.ref, given.all, given.force, given.timeout)
    settings = load_settings()
    watched = sys.stderr.isatty() and not given.quiet and not given.json
    bars = progress_bars() if watched else nullcontext(silent)
    with open_store(settings.database_url) as store, bars as progress:
        outcome = refresh(request, settings.places, process_environment(), progress, store)
    if given.json:
        _print_json(outcome.data())
    elif not given.quiet:
        print("\n".join(outcome.lines()))
    for line in outcome.errors():
        print(f"indexer: {line}", file=sys.stderr)
    return outcome.exit_code


def _status(given: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from maestro_indexer.generations import Generations
    from maestro_indexer.report import status_lines
    from maestro_indexer.status import describe_vault

    home = load_settings().places
    status = describe_vault(Generations(home.index).look(), home, datetime.now(UTC))
    if given.json:
        _print_json(status)
    else:
        print("\n".join(status_lines(status, home)))
    return 0


def _verify(given: argparse.Namespace) -> int:
    from maestro_indexer.generations import Generations
    from maestro_indexer.report import verify_lines
    from maestro_indexer.verify import verify

    report = verify(Generations(load_settings().places.index))
    if given.json:
        _print_json(report.data())
    else:
        print("\n".join(verify_lines(report)))
    return 0 if report.is_sound else 2


def _prune(given: argparse.Namespace) -> int:
    from maestro_indexer.embedded import LOCK
    from maestro_indexer.generations import Generations
    from maestro_indexer.locks import hold_lock

    home = load_settings().places
    with hold_lock(home.locks / LOCK):
        gone = Generations(home.index).prune()
    if given.json:
        _print_json({"removed": list(gone)})
    else:
        print(f"Removed {len(gone)}: {', '.join(gone)}." if gone else "Nothing to remove.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = QuickParser(prog="indexer", description="Keep FastAPI Maestro's knowledge fresh.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    refresh = commands.add_parser("refresh", help="fetch, index and publish what is new")
    refresh.set_defaults(command=_refresh)
    refresh.add_argument(
        "--source",
        default="",
        metavar="SOURCE",
        help="git, sdist, installed, a checkout's folder or an address",
    )
    refresh.add_argument("--name", default="fastapi", help="which project's documentation (default: fastapi)")
    refresh.add_argument("--ref", default="", metavar="REF", help="a tag, a branch or latest (the default)")
    refresh.add_argument("--all", action="store_true", help="every project that is known")
    refresh.add_argument("--force", action="store_true", help="fetch and build anew even if nothing changed")
    refresh.add_argument(
        "--timeout", type=_seconds, default=900.0, metavar="S", help="bound on the whole (default: 900)"
    )
    refresh.add_argument("--quiet", action="store_true", help="print nothing but errors")
    for name, command, what in (
        ("status", _status, "what is indexed, how old it is, what to do next"),
        ("verify", _verify, "read every file of the index and ask it questions"),
        ("prune", _prune, "remove all but the last two generations"),
    ):
        commands.add_parser(name, help=what).set_defaults(command=command)
    for each in commands.choices.values():
        each.add_argument("--json", action="store_true", help="answer in JSON")
    return parser


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError("a number of seconds above 0")
    return seconds


def _exit_code(error: MaestroError) -> int:
    from maestro_indexer.locks import CannotWrite

    if isinstance(error, BadArgument):
        return 2
    return 75 if isinstance(error, Busy | Unreachable) and not isinstance(error, CannotWrite) else 1


def _describe(error: MaestroError) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "hint": error.hint}


def _print_json(data: dict[str, Any]) -> None:
    print(json.dumps(data, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
