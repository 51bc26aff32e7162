"""The command line's options, each defined once; README's help blocks are made from them."""

import argparse
import sys
from typing import Any, NoReturn

from maestro_knowledge.core.arguments import QuickParser
from maestro_server.app.plain import REVIEW

CLIENTS = ("claude-code", "claude-desktop", "cursor", "vscode", "codex", "gemini")
KINDS = ("any", "docs", "example", "api", "guide", "rule", "release")
SEVERITIES = ("error", "warning", "info")


class _ShowVersion(argparse.Action):
    """Finds the version when somebody asks for it: reading it takes as long as answering a short command."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: Any = None,
    ) -> NoReturn:
        """Prints the name and the version, and ends the process."""
        from importlib.metadata import version  # noqa: PLC0415 - see above

        del namespace, values, option_string
        sys.stdout.write(f"fastapi-maestro {version('fastapi-maestro')}\n")
        parser.exit()


class Parser(QuickParser):
    """A parser whose complaint is one line with the next step."""

    def error(self, message: str) -> NoReturn:
        """Ends the process with exit code 2."""
        self.exit(2, f"bad_argument: {message}. `{self.prog} --help` lists what is allowed.\n")


def make_parser(command: str = "") -> Parser:
    """The parser of `fastapi-maestro`; for a command that is named, without those that are far from it."""
    parser = Parser(
        prog="fastapi-maestro",
        description="FastAPI expertise over MCP and on the command line.",
        epilog="Without a command it is `serve`.",
    )
    parser.add_argument(
        "--version",
        action=_ShowVersion,
        nargs=0,
        dest=argparse.SUPPRESS,
        default=argparse.SUPPRESS,
        help="show program's version number and exit",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for names, add in (
        (("serve", "demo", "doctor"), _add_serving),
        (("search", "read", "explain"), _add_docs),
        (("review", "rules"), _add_review),
        (("map", "upgrade"), _add_project),
        (("scaffold",), _add_scaffold),
        (("profiles", "setup", "token"), _add_people),
    ):
        if command in {"", *names}:
            add(commands)
    return parser


_Commands = argparse._SubParsersAction  # noqa: SLF001 - argparse has no public name for it


def _add(commands: "_Commands[Parser]", name: str, text: str, *, json: bool = False) -> Parser:
    command = commands.add_parser(name, help=text, description=text)
    if json:
        command.add_argument("--json", action="store_true", help="print data instead of text")
    return command


def _add_root(command: argparse.ArgumentParser) -> None:
    command.add_argument("--root", action="append", metavar="DIR", help="folder that may be read and written")


def _add_serving(commands: "_Commands[Parser]") -> None:
    serve = _add(commands, "serve", "Serve MCP clients over stdio (default) or HTTP.")
    serve.add_argument("--transport", choices=("stdio", "http"), default="stdio", help="default: stdio")
    serve.add_argument("--host", help="default: 127.0.0.1; elsewhere a token is needed")
    serve.add_argument("--port", type=int, default=8000, help="default: 8000")
    _add_root(serve)
    serve.add_argument("--toolsets", help="comma-separated: docs, review, scaffold, profiles")
    serve.add_argument("--log-format", choices=("text", "json"), help="default: text")
    _add(commands, "demo", "Show the main jobs through a real MCP client.")
    _add(commands, "doctor", "Say what is installed, what is wrong and what mends it.", json=True)


def _add_docs(commands: "_Commands[Parser]") -> None:
    search = _add(commands, "search", "Search the documentation; `-` reads one query a line.", json=True)
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--kind", choices=KINDS, default="any")
    search.add_argument("--version", default="", help="FastAPI version to answer from")
    search.add_argument("--project", default="", help="folder whose installed version counts")
    search.add_argument("--limit", type=int, default=5)
    _add_root(search)
    read = _add(commands, "read", "Read what a ref points at.", json=True)
    read.add_argument("ref", metavar="REF")
    read.add_argument("--version", default="")
    read.add_argument("--project", default="")
    _add_root(read)
    explain = _add(
        commands, "explain", "Explain an error; `-` or nothing reads it from standard input.", json=True
    )
    explain.add_argument("error", metavar="ERROR", nargs="?", default="-")
    explain.add_argument("--code", metavar="FILE", help="source that raised it")
    explain.add_argument("--project", default="")
    _add_root(explain)


def _add_review(commands: "_Commands[Parser]") -> None:
    review = _add(commands, "review", "Review files or folders.")
    review.add_argument("paths", metavar="PATH", nargs="+")
    review.add_argument("--format", choices=("text", "json", "sarif", "github", "html"))
    review.add_argument("--endpoint", help='"GET /items/{id}" or a function\'s name')
    review.add_argument("--select", help="only these ids, prefixes, names, families, umbrellas")
    review.add_argument("--ignore", help="all but these")
    review.add_argument("--min-severity", choices=SEVERITIES)
    review.add_argument("--preview", action="store_true", help="include rules on trial")
    review.add_argument("--fix", choices=("safe", "all"), help="apply edits to the files")
    review.add_argument("--diff", action="store_true", help="show the edits instead of applying them")
    review.add_argument("--baseline", metavar="FILE", help="leave out what this file holds")
    review.add_argument("--write-baseline", metavar="FILE", help="note what is found in this file")
    review.add_argument("--diff-base", metavar="REV", help="only lines changed since REV")
    review.add_argument("--statistics", action="store_true", help="counts per rule")
    _add_root(review)
    review.set_defaults(**REVIEW)
    rules = _add(commands, "rules", "List the review rules, or explain one.", json=True)
    rules.add_argument("rule", metavar="RULE", nargs="?", default="")


def _add_project(commands: "_Commands[Parser]") -> None:
    map_app = _add(commands, "map", "Map an application.")
    map_app.add_argument("path", metavar="PATH")
    map_app.add_argument(
        "--view", choices=("routes", "dependencies", "imports", "models", "diagram"), default="routes"
    )
    map_app.add_argument("--format", choices=("text", "json", "mermaid"), default="text")
    _add_root(map_app)
    upgrade = _add(commands, "upgrade", "What an upgrade of FastAPI touches in a project.", json=True)
    upgrade.add_argument("path", metavar="PATH")
    upgrade.add_argument("--to", default="", metavar="VERSION", help="default: the newest known")
    _add_root(upgrade)


def _add_scaffold(commands: "_Commands[Parser]") -> None:
    scaffold = commands.add_parser("scaffold", help="Generate code that is checked first.")
    kinds = scaffold.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=Parser)
    route = _add(kinds, "route", "Generate a resource or a feature.", json=True)
    route.add_argument("name", metavar="NAME", nargs="?", default="")
    route.add_argument("fields", metavar="FIELD:TYPE", nargs="*")
    route.add_argument("--pattern", default="")
    route.add_argument("--option", action="append", default=[], metavar="K=V")
    route.add_argument("--spec", metavar="FILE", help="the request as JSON or YAML")
    service = _add(kinds, "service", "Generate a service from a specification.", json=True)
    service.add_argument("spec", metavar="SPEC.yaml")
    service.add_argument("--types", metavar="FILE", help="Pydantic models")
    for command in (route, service):
        command.add_argument("--out", default=".", metavar="DIR", help="the project; default: .")
        command.add_argument("--write", action="store_true", help="write the files; default: show the plan")
        _add_root(command)


def _add_people(commands: "_Commands[Parser]") -> None:
    profiles = _add(commands, "profiles", "List, show or export agent profiles.", json=True)
    profiles.add_argument("action", choices=("list", "show", "export"), nargs="?", default="list")
    profiles.add_argument("name", metavar="NAME", nargs="?", default="")
    profiles.add_argument("--task", default="", help="show: what is to be done")
    profiles.add_argument("--project", default="", help="show: add the project's facts")
    profiles.add_argument("--to", metavar="DIR", help="export: the folder that the files go into")
    profiles.add_argument("--format", choices=("claude", "skill", "agents"), default="claude")
    _add_root(profiles)
    setup = _add(commands, "setup", "Print a client's configuration, or write it.")
    setup.add_argument("client", choices=CLIENTS)
    setup.add_argument("--write", action="store_true", help="merge it into the client's file")
    token = _add(commands, "token", "Manage the bearer tokens of a team's server.")
    token.add_argument("action", choices=("add", "list", "revoke"))
    token.add_argument("name", metavar="NAME", nargs="?", default="")
    token.add_argument("--scope", action="append", default=[], choices=("docs", "review", "scaffold"))
