"""`review_endpoint`."""

from typing import Annotated, Literal

from pydantic import Field

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall
from maestro_server.tools._shapes import REVIEW
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Review FastAPI code", shape=REVIEW, always_load=True)
def review_endpoint(
    code: str = "",
    path: str = "",
    endpoint: str = "",
    select: str = "",
    ignore: str = "",
    min_severity: Literal["error", "warning", "info"] = "info",
    fix: Literal["none", "safe", "all"] = "none",
    preview: bool = False,
    max_findings: Annotated[int, Field(ge=1, le=200)] = 40,
    baseline: str = "",
    expert: Expert = CALLER,
) -> Answer:
    """Review FastAPI code statically: blocking calls, routing, validation, dependencies, security.

    Use after changing FastAPI code. Give `code` or `path`. A finding rests on evidence; a question on
    something not found: answer it, it is no fault. Nothing is executed.

    Args:
        code: Source of one module.
        path: A file or folder; imports are followed.
        endpoint: Only this one: "GET /items/{id}" or a function's name.
        select: Only these rules: ids, prefixes, names, families, API001-API008.
        ignore: All but these.
        fix: Return the code with safe or all edits applied; never written.
        baseline: Leave out what this file holds.
    """
    return expert.review(
        ReviewCall(
            code=code,
            path=path,
            endpoint=endpoint,
            select=select,
            ignore=ignore,
            min_severity=min_severity,
            fix=fix,
            preview=preview,
            max_findings=max_findings,
            baseline=baseline,
        )
    )
