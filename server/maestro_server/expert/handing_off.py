"""A hand-off: the exchange format for one partner, filled from the project, within a budget."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import yaml

from maestro_knowledge.core.errors import BadArgument, MaestroError
from maestro_knowledge.core.text import TOKEN
from maestro_server.expert import exchange
from maestro_server.expert.answers import Answer
from maestro_server.expert.project_facts import Facts, read_facts
from maestro_server.expert.quoting import fenced, one_line, quoted
from maestro_server.expert.reviewing import ReviewCall

if TYPE_CHECKING:
    from maestro_knowledge.profiles.partners import Partner
    from maestro_server.expert.facade import Expert

BUDGET = 4000 * TOKEN
MAX_PARTNER = 200
_FINDINGS = 12
_FILLED = {
    "design": exchange.design,
    "models": exchange.models,
    "endpoints": exchange.endpoints,
    "middleware": exchange.middleware,
    "settings": exchange.settings,
    "openapi": exchange.openapi,
    "fixtures": exchange.fixtures,
    "containers": exchange.containers,
    "observability": exchange.observability,
}
_NO_PROJECT = (
    "No project was named, so nothing is filled in: call it with `project`, or fill these parts from "
    "`map_app` and `review_endpoint`."
)


def hand_off(expert: "Expert", partner: str, *, project: str, task: str) -> Answer:
    """What a partner gets: the facts that are theirs, the open findings, and what is asked of them."""
    from maestro_knowledge.profiles.partners import find_partner  # noqa: PLC0415 - loads when first needed

    if not partner.strip() or len(partner) > MAX_PARTNER:
        raise BadArgument(
            "A hand-off needs a partner.", "Name one, e.g. test automator or container architect."
        )
    to = find_partner(one_line(partner, 80))
    data = _fill(expert, to, project) if project.strip() else {str(part): "to be filled" for part in to.parts}
    parts = [
        f"# Hand-off to the {one_line(to.title, 80)}",
        f"Asked about: {to.about}.",
        quoted("Task", task, 1500).strip(),
        "" if project.strip() else _NO_PROJECT,
    ]
    questions = "\n".join(["## Asked of you", "", *(f"- {ask}" for ask in to.asks)])
    shared = _shared(to)
    room = BUDGET - sum(len(part) + 2 for part in (*parts, questions, shared)) - 400
    text = _cut(data, room)
    parts += [fenced(text, len(text)).replace("text\n", "yaml\n", 1), shared, questions]
    markdown = "\n\n".join(part for part in parts if part)
    return Answer(
        markdown, {"header": "", "name": to.name, "markdown": markdown, "next_cursor": "", "refs": []}
    )


def _fill(expert: "Expert", to: "Partner", project: str) -> dict[str, Any]:
    facts = read_facts(expert, project)
    reviewed = _review(expert, project)
    data: dict[str, Any] = {
        "service_name": exchange.service_name(facts),
        "from": "FastAPI specialist",
        "to": to.name,
        "fastapi": _version(facts),
    }
    for part in to.parts:
        filled = _findings(reviewed) if part == "findings" else _FILLED[part](facts)
        data[part] = filled or "none found"
    data["shared"] = _places(facts) | {"blocking_imports": _blocking(reviewed) or "none"}
    return data


def _review(expert: "Expert", project: str) -> dict[str, Any]:
    """The open findings; a project that cannot be reviewed can still be handed off."""
    try:
        return expert.review(ReviewCall(path=project, max_findings=_FINDINGS)).data
    except MaestroError as error:
        failed = f"The review did not run: {one_line(str(error), 300)}"
        return {"findings": [], "questions": [{"asks": failed}], "truncated": {}, "blocking_imports": []}


def _version(facts: Facts) -> str:
    known = facts.project.versions.get("fastapi")
    return one_line((known.version or known.specifier or "") if known else "", 60) or "not stated"


def _findings(reviewed: dict[str, Any]) -> dict[str, Any]:
    found = [
        f"{each['severity']} {each['code']} {each['path']}:{each['line']} {one_line(each['message'], 160)}"
        for each in reviewed["findings"][:_FINDINGS]
    ]
    asked = [one_line(each["asks"], 160) for each in reviewed["questions"][:_FINDINGS]]
    return {
        "open": found or "none",
        "questions": asked or "none",
        "not_shown": reviewed["truncated"] or "nothing",
    }


def _places(facts: Facts) -> dict[str, Any]:
    """Where things are, and the patterns in use: what every partner is always told."""
    modes = Counter("async def" if row["is_async"] else "def" for row in facts.routes)
    return {
        "structure_document": one_line(facts.structure, 100) or "none found",
        "handlers_in": sorted({row["file"] for row in facts.routes})[:12],
        "models_in": sorted({row["file"] for row in facts.models})[:12],
        "settings_in": sorted({row["file"] for row in facts.settings})[:4],
        "patterns": dict(sorted(modes.items())),
        "security": list(facts.security)[:6] or "no scheme on any route",
        "stores": list(facts.databases) or "none imported",
    }


def _blocking(reviewed: dict[str, Any]) -> list[str]:
    """What was learned about performance without running anything."""
    return [
        f"{each['module']}: {one_line(each['why'], 100)}; async: {', '.join(each['used_in_async'][:3])}"
        for each in reviewed["blocking_imports"]
        if each["used_in_async"]
    ]


def _shared(to: "Partner") -> str:
    way = {"in": "They hand work to us", "out": "We hand work to them", "both": "Work goes both ways"}
    return (
        f"{way[to.direction]}. Everything above was read from the code, nothing was run: what was not found "
        "is a question, not a fault. Credentials are never part of it."
    )


def _cut(data: dict[str, Any], room: int) -> str:
    """The data as YAML within the room: the longest list is shortened first, and what is cut is counted."""
    missing: Counter[str] = Counter()
    text = _dump(data)
    while len(text) > room:
        name, rows = max(_lists(data), key=lambda pair: (len(_dump(pair[1])), pair[0]), default=("", []))
        if not rows:
            return text[:room]
        dropped = max(1, len(rows) // 8)
        for key in (list(rows)[-dropped:]) if isinstance(rows, dict) else ():
            del rows[key]
        if isinstance(rows, list):
            del rows[-dropped:]
        missing[name] += dropped
        data["not_shown"] = {
            **dict(sorted(missing.items())),
            "whole": "map_app and review_endpoint on the project",
        }
        text = _dump(data)
    return text


def _lists(data: dict[str, Any], name: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in data.items():
        if not isinstance(value, (list, dict)):
            continue
        full = f"{name}.{key}" if name else key
        if len(value) > 1 and (isinstance(value, list) or (isinstance(value, dict) and key == "paths")):
            found.append((full, value))
        elif isinstance(value, dict) and key != "not_shown":
            found += _lists(value, full)
    return found


def _dump(data: Any) -> str:
    apart = json.loads(json.dumps(data))  # YAML would write an alias for what two rows share
    return yaml.safe_dump(
        apart, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    ).strip()
