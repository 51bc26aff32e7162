"""What `implement` and `design_api` say for one task: the calls with the arguments that are known."""

from collections.abc import Mapping
from typing import Any

from maestro_knowledge.profiles.works import SERVICE
from maestro_server.expert.briefing import Brief
from maestro_server.expert.choices import scaffold_options, taken
from maestro_server.expert.quoting import one_line, quoted
from maestro_server.prompts.texts import Open, call, write

Answer = Mapping[str, Any] | None

_SPECIFICATION = (
    " `system_design` names the service (`service_name`), its `async_patterns`, `external_dependencies`, "
    "`middleware_stack` and `health_checks`; `models` is Pydantic source, or nothing."
)
_BY_HAND = "No scaffold pattern does this: write it after the guides that the search finds."


def write_implementation(brief: Brief, answer: Answer, task: str, where: str) -> str:
    """The whole way for one task."""
    plan, wrote = _scaffold(brief, answer, where)
    is_service = brief.is_built and brief.work is not None and brief.work.pattern == SERVICE
    checked: dict[str, Any] = {"path": where} if where else {"code": Open("code")}
    return write(
        "implement",
        **_opening(brief, answer, task, where),
        read=call("read_docs", ref=brief.work.reads[0], project=where) if brief.work else "",
        plan=plan,
        write=wrote,
        specification=_SPECIFICATION if is_service else "",
        by_hand="" if plan else _BY_HAND,
        check=call("review_endpoint", **checked),
    )


def write_design(brief: Brief, answer: Answer, task: str, where: str) -> str:
    """The whole way for one design."""
    options = scaffold_options(answers_of(brief, answer))
    named: dict[str, Any] = {"name": Open("name"), "fields": Open("fields"), "options": options}
    return write(
        "design_api",
        **_opening(brief, answer, task, where),
        profile=call("get_profile", name="fastapi-backend-builder", task=task, project=where),
        plan=call("scaffold_route", **named, project=where),
    )


def answers_of(brief: Brief, answer: Answer) -> dict[str, str]:
    """Every choice with the value that counts for the calls."""
    return {key: value for key, (value, _) in brief.made.items()} | taken(brief.open, answer)


def _opening(brief: Brief, answer: Answer, task: str, where: str) -> dict[str, str]:
    return {
        "in_project": f" in {one_line(where)!r}" if where else "",
        "review": brief.review,
        "task": quoted("Task", task),
        "choices": _say_choices(brief, answer),
        "map_app": call("map_app", path=where) if where else "",
        "search": call("search_docs", query=task.strip() or Open("task"), project=where),
    }


def _say_choices(brief: Brief, answer: Answer) -> str:
    """What is decided and by whom; what is open as a short list of questions with the default of each."""
    lines = [f"- {key}: {value} ({why})" for key, (value, why) in sorted(brief.made.items())]
    asked = []
    if answer is None:
        asked = [
            f"- {each.asks} {' / '.join(each.values)}. Default: **{each.default}**, since {each.why}."
            for each in brief.open
        ]
    else:
        lines += [f"- {key}: {value} (answered)" for key, value in taken(brief.open, answer).items()]
    decided = "\n".join(["Decided:", *lines]) if lines else ""
    head = "Open: ask these as one short list; without an answer take the default."
    return "\n\n".join(part for part in (decided, "\n".join([head, *asked]) if asked else "") if part)


def _scaffold(brief: Brief, answer: Answer, where: str) -> tuple[str, str]:
    """The dry run and the call that writes; both empty where no pattern does the work."""
    if brief.work is None or not brief.is_built:
        return "", ""
    if brief.work.pattern == SERVICE:
        asked: dict[str, Any] = {"spec": Open("system_design"), "types": Open("models"), "project": where}
        return call("scaffold_service", **asked), call("scaffold_service", **asked, write=True)
    named: dict[str, Any] = {"name": brief.name or Open("name"), "pattern": brief.work.pattern}
    if brief.work.pattern == "crud":
        named |= {"fields": Open("fields"), "options": scaffold_options(answers_of(brief, answer))}
    plan = call("scaffold_route", **named, project=where)
    return plan, call("scaffold_route", **named, project=where, write=True)
