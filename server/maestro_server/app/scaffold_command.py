"""`fastapi-maestro scaffold`: the request from options, one-line fields or a file."""

import argparse
import json
from pathlib import Path
from typing import Any

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.frontmatter import read_yaml
from maestro_knowledge.core.text import quote
from maestro_server.app.commands import read_input
from maestro_server.app.output import Output, show
from maestro_server.expert.facade import Expert


def run_scaffold(options: argparse.Namespace, expert: Expert) -> Output:
    """The plan with its checks, or what was written."""
    project = str(Path(options.out).resolve())
    if options.what == "service":
        types = read_input(options.types, what="The types file") if options.types else ""
        spec = read_input(options.spec, what="The specification")
        answer = expert.scaffold_service(spec, types=types, project=project, write=options.write, whole=True)
    else:
        answer = expert.scaffold_route(_request(options), project=project, write=options.write, whole=True)
    return show(answer, as_json=options.json)


def _request(options: argparse.Namespace) -> dict[str, Any]:
    request: dict[str, Any] = {}
    if options.spec:
        text = read_input(options.spec, what="The request file")
        read = read_yaml(text, what="The request file")
        if not isinstance(read, dict):
            raise BadArgument(
                "The request file is not a mapping.", "It holds name, pattern, fields, options."
            )
        request = {str(key): value for key, value in read.items()}
    if options.name:
        if request.get("name", options.name) != options.name:
            raise BadArgument(
                f"NAME is {quote(options.name)}, the request file says {quote(str(request['name']))}.",
                "Leave one of them out.",
            )
        request["name"] = options.name
    if options.pattern:
        request["pattern"] = options.pattern
    if options.fields:
        request["fields"] = list(options.fields)
    if options.option:
        request["options"] = {**request.get("options", {}), **dict(map(_option, options.option))}
    return request


def _option(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals:
        raise BadArgument(
            f"--option {quote(text)} has no value.", "Write --option KEY=VALUE; VALUE may be JSON."
        )
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
