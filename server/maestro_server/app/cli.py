"""The command line: options in, one call, text or JSON out."""

import argparse
import json
import logging
import os
import sys
from collections.abc import Callable

from maestro_knowledge.core.errors import MaestroError
from maestro_server.app import commands
from maestro_server.app.logs import set_up_logs
from maestro_server.app.options import make_parser
from maestro_server.app.output import Output

Command = Callable[[argparse.Namespace], Output]

COMMANDS: dict[str, Command] = {
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
    options = make_parser().parse_args(arguments)
    set_up_logs("text", "warning")
    try:
        output = COMMANDS[options.command](options)
        for line in output.lines:
            print(line, flush=output.live)
        if output.data is not None:
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
        logging.getLogger(__name__).exception("fastapi-maestro %s failed", options.command)
        return 2
    return output.code
