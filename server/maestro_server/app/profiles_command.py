"""`fastapi-maestro profiles`: the list, one of them as it applies now, or files for a client."""

import argparse
from pathlib import Path

from maestro_knowledge.core.errors import BadArgument
from maestro_server.app.commands import make_expert
from maestro_server.app.output import Output, show


def run_profiles(options: argparse.Namespace) -> Output:
    """What the action shows or has written."""
    if options.action == "export":
        return _export(options)
    if options.action == "show" and not options.name:
        raise BadArgument("show needs a name.", "`fastapi-maestro profiles list` names them.")
    named = [options.project] if options.project else []
    expert = make_expert(options, *named)
    project = str(Path(options.project).resolve()) if options.project else ""
    name = options.name if options.action == "show" else ""
    return show(expert.profile(name, task=options.task, project=project), as_json=options.json)


def _export(options: argparse.Namespace) -> Output:
    if not options.to:
        raise BadArgument("export needs a folder.", "Give --to DIR, e.g. --to .claude/agents.")
    answer = make_expert(options).export_profiles(Path(options.to), form=options.format)
    return show(answer, as_json=options.json)
