"""Ways of working: which tools to call, in which order, and the form of the answer."""

from fastmcp.prompts import prompt

from maestro_server.expert.quoting import quoted

_EVIDENCE = (
    "State a fault only with its evidence (file, line, code). What you looked for and did not find is a "
    "question: say where you looked and ask. Cite the ref behind every claim about FastAPI."
)


@prompt(title="Review FastAPI code", tags={"way"})
def review(code: str = "", path: str = "", focus: str = "") -> str:
    """Review FastAPI code with real rules, then explain and mend what they found.

    Args:
        code: The source to review.
        path: A file or folder to review instead.
        focus: What matters most, e.g. security.
    """
    what = f"path={path[:400]!r}" if path else "code=<the code below>"
    return f"""Review FastAPI code.

1. `map_app` on the project, if a path is at hand: what routes, dependencies and middleware there are.
2. `review_endpoint({what})`. Read `coverage` first: what was not read was not reviewed.
3. For each finding: `read_docs` its first ref, then say what happens, why, and the smallest mend.
4. Put its questions to the user as one list; do not assume the worst.
5. Apply the mends the user agrees to, run `review_endpoint` again, and show before and after.

{_EVIDENCE}
{quoted("Focus", focus, 500)}{quoted("Code", code)}"""


@prompt(title="Implement with FastAPI", tags={"way"})
def implement(task: str = "", project: str = "") -> str:
    """Implement something with FastAPI: models, contract, async operations, handlers, tests, checks.

    Args:
        task: What is to be built.
        project: The project's folder.
    """
    return f"""Implement with FastAPI{f" in {project[:400]!r}" if project else ""}.

1. `map_app` and `vault_status`: what is there, which version. Ask about open choices (storage, auth, \
validation, load, deployment) before writing; name the default you would take.
2. `search_docs` for each construct you are about to use; follow what it cites, not memory.
3. Models with constraints, then the contract (paths, status codes, errors), then async operations, then \
handlers that only translate between HTTP and services. `scaffold_route` where a pattern fits.
4. Tests with dependency overrides: the good case, each error, each bound.
5. `review_endpoint` until no finding is left; finish with its seven-point checklist, verdict by verdict.

{_EVIDENCE}
{quoted("Task", task)}"""


@prompt(title="Troubleshoot FastAPI", tags={"way"})
def troubleshoot(error: str = "", code: str = "", project: str = "") -> str:
    """Find the root cause of an error or symptom and mend it.

    Args:
        error: The message, traceback or symptom.
        code: The code that raised it.
        project: The project's folder.
    """
    return f"""Troubleshoot a FastAPI problem{f" in {project[:400]!r}" if project else ""}.

1. `explain_error(error, code)`: ranked causes with the evidence for each.
2. Check the first cause against the code; if the evidence is not there, take the next.
3. `read_docs` the section it cites. Root cause first, then the mend as code, then why it works.
4. Give the alternatives with their trade-offs. `review_endpoint` on the mended code.

{_EVIDENCE}
{quoted("Error", error)}{quoted("Code", code)}"""


@prompt(title="Design a FastAPI API", tags={"way"})
def design_api(task: str = "", project: str = "") -> str:
    """Design an API: resources, contract, layers, versioning, pagination, security.

    Args:
        task: What the API is for.
        project: The project's folder.
    """
    return f"""Design an API with FastAPI{f" for {project[:400]!r}" if project else ""}.

1. `map_app` if there is a project; `get_profile("fastapi-backend-builder")` for its decision framework.
2. Ask what is open: consumers, volumes, consistency, auth, versioning. Name your default for each.
3. Resources and operations as a table: method, path, request, response, errors, auth, idempotency.
4. Layers: routes, services, repositories; what is injected where. Pagination and versioning with reasons.
5. `search_docs` for each FastAPI feature the design leans on, with its ref. Then `scaffold_route` dry runs.

{_EVIDENCE}
{quoted("Task", task)}"""


@prompt(title="Hand work off", tags={"way"})
def hand_off(partner: str, project: str = "", task: str = "") -> str:
    """Hand work to a partner in the exchange format, filled from the actual project.

    Args:
        partner: Who receives it, e.g. test automator, container architect, observability engineer.
        project: The project's folder.
        task: What the partner is to do.
    """
    return f"""Write a hand-off for {partner[:80]!r}{f" from {project[:400]!r}" if project else ""}.

1. `map_app` with views routes, dependencies and models: take every fact from there.
2. `review_endpoint`: open findings and questions travel with the hand-off.
3. Write YAML: endpoint specifications, middleware in order, settings with defaults, OpenAPI excerpt, \
fixtures, container needs, observability points; then where things are, the patterns in use, and what \
was learned about performance.
4. End with what you ask of the partner, as a list.

{_EVIDENCE}
{quoted("Task", task)}"""


WAYS = (review, implement, troubleshoot, design_api, hand_off)
