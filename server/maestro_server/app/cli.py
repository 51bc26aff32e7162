"""The command line: options in, one call, text or JSON out."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import MaestroError
from maestro_server.app import commands
from maestro_server.app.output import Output
from maestro_server.app.plain import read_plain

if TYPE_CHECKING:
    import argparse

# What is remembered takes about as long as the imports: options, logs and JSON are for who needs them.
# ruff: noqa: PLC0415

COMMANDS: "dict[str, Callable[[argparse.Namespace], Output]]" = {
    "serve": commands.serve,
    "demo": commands.demo,
    "doctor": commands.doctor,
    "search": commands.search,
    "read": commands.read,
    "explain": commands.explain,
    "review": commands.review,
    "rules": commands.rules,
    "map": commands.map_app,
    "upgrade": commands.upgrade,
    "scaffold": commands.scaffold,
    "profiles": commands.profiles,
    "setup": commands.setup,
    "token": commands.token,
}


def run(arguments: list[str]) -> int:
    """Runs one command and returns its exit code; an expected failure is one line on stderr."""
    if not any(argument in COMMANDS for argument in arguments[:1]) and not {"-h", "--help", "--version"} & {
        *arguments[:1]
    }:
        if not arguments and sys.stdin.isatty():
            print(commands.greeting())
            return 0
        arguments = ["serve", *arguments]
    options = read_plain(arguments) or _parse(arguments)
    try:
        if options.command != "review":  # which only logs what goes wrong in a rule, with a traceback
            commands.log_warnings()
        output = COMMANDS[options.command](options)
        for line in output.lines:
            print(line, flush=output.live)
        if output.data is not None:
            import json

            print(json.dumps(output.data, ensure_ascii=False, indent=None if output.compact else 2))
        sys.stdout.flush()
    except MaestroError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception:
        commands.log_warnings()
        import logging

        logging.getLogger(__name__).exception("fastapi-maestro %s failed", options.command)
        return 2
    return output.code


def _parse(arguments: list[str]) -> "argparse.Namespace":
    from maestro_server.app.options import make_parser

    return make_parser(arguments[0] if arguments[0] in COMMANDS else "").parse_args(arguments)
