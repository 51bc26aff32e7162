"""Ways of working: which tools to call, in which order and with what, and the form of the answer."""

from typing import Any

from fastmcp import Context
from fastmcp.dependencies import CurrentContext
from fastmcp.exceptions import PromptError
from fastmcp.prompts import prompt
from mcp_types import InputRequiredResult

from maestro_knowledge.core.errors import MaestroError
from maestro_server.caller import CALLER
from maestro_server.expert.facade import Expert
from maestro_server.expert.quoting import one_line, quoted
from maestro_server.prompts.asking import ask_open, brief_of
from maestro_server.prompts.building import write_design, write_implementation
from maestro_server.prompts.texts import Open, call, write

MAX_CODE, MAX_ERROR = 24_000, 10_000  # characters that a prompt shows
# What people call a concern, and the rules that are about it.
_FOCUS = (
    (("secur", "auth", "owasp", "injection"), "API005,SEC,AUT"),
    (("async", "block", "performance", "latency", "slow"), "API001,API003,API006"),
    (("inject", "depend"), "API002"),
    (("pydantic", "valid", "model", "type"), "API004"),
)


@prompt(title="Review FastAPI code", tags={"way"})
def review(code: str = "", path: str = "", focus: str = "") -> str:
    """Review FastAPI code with real rules, then explain and mend what they found.

    Args:
        code: The source to review.
        path: A file or folder to review instead.
        focus: What matters most, e.g. security.
    """
    what: dict[str, Any] = {"path": path.strip()} if path.strip() else {"code": Open("code")}
    asked = focus.casefold()[:500]
    rules = next((rules for words, rules in _FOCUS if any(word in asked for word in words)), "")
    return write(
        "review",
        focus=quoted("Focus", focus, 500),
        map_app=call("map_app", path=path.strip()) if path.strip() else "",
        look=call("review_endpoint", **what),
        focused=call("review_endpoint", **what, select=rules) if rules else "",
        mend=call("review_endpoint", **what, fix="safe"),
        code=quoted("Code", code, MAX_CODE),
    )


@prompt(title="Implement with FastAPI", tags={"way"})
async def implement(
    task: str = "", project: str = "", expert: Expert = CALLER, context: Context = CurrentContext()
) -> Any:
    """Implement something with FastAPI: models, contract, async operations, handlers, tests, checks.

    Args:
        task: What is to be built.
        project: The project's folder.
    """
    brief = await brief_of(expert, task, project)
    answer = await ask_open(context, brief)
    if isinstance(answer, InputRequiredResult):
        return answer
    return write_implementation(brief, answer, task, project.strip())


@prompt(title="Troubleshoot FastAPI", tags={"way"})
def troubleshoot(error: str = "", code: str = "", project: str = "") -> str:
    """Find the root cause of an error or symptom and mend it.

    Args:
        error: The message, traceback or symptom.
        code: The code that raised it.
        project: The project's folder.
    """
    where = project.strip()
    given = {"code": Open("code")} if code.strip() else {}
    return write(
        "troubleshoot",
        in_project=f" in {one_line(where)!r}" if where else "",
        error=quoted("Error", error, MAX_ERROR, keep_end=True),
        code=quoted("Code", code, MAX_CODE // 2),
        explain=call("explain_error", error=Open("error"), **given, project=where),
        read=call("read_docs", ref=Open("ref of the cause"), project=where),
    )


@prompt(title="Design a FastAPI API", tags={"way"})
async def design_api(
    task: str = "", project: str = "", expert: Expert = CALLER, context: Context = CurrentContext()
) -> Any:
    """Design an API: resources, contract, layers, versioning, pagination, security.

    Args:
        task: What the API is for.
        project: The project's folder.
    """
    brief = await brief_of(expert, task, project, design=True)
    answer = await ask_open(context, brief)
    if isinstance(answer, InputRequiredResult):
        return answer
    return write_design(brief, answer, task, project.strip())


@prompt(title="Hand work off", tags={"way"})
def hand_off(partner: str, project: str = "", task: str = "", expert: Expert = CALLER) -> str:
    """Hand work to a partner in the exchange format, filled from the actual project.

    Args:
        partner: Who receives it, e.g. test automator, container architect, observability engineer.
        project: The project's folder.
        task: What the partner is to do.
    """
    try:
        return expert.hand_off(partner, project=project, task=task).text
    except MaestroError as error:
        raise PromptError(str(error)) from None


WAYS = (review, implement, troubleshoot, design_api, hand_off)
