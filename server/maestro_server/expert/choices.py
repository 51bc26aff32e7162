"""Choices that a task leaves open: what to ask, what else it could be, what is taken if nobody answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.records import dataclass
from maestro_server.expert.quoting import one_line

if TYPE_CHECKING:
    from maestro_server.expert.project_facts import Facts

BY_NAME = 2000  # characters of a task in which a choice may be named already


@dataclass(frozen=True, slots=True)
class Choice:
    """One open choice. `says` are words of a task that answer it, each with the value that it means.

    `takes` says by which option of `scaffold_route` the answer is passed on; empty where by none.
    """

    key: str
    asks: str
    values: tuple[str, ...]
    default: str
    why: str
    says: tuple[tuple[str, str], ...] = ()
    takes: str = ""


STORAGE = Choice(
    "storage",
    "Where is the data kept?",
    ("memory", "sqlmodel", "sqlalchemy", "asyncpg"),
    "memory",
    "it runs at once, and the repository is the only file that changes later",
    (("sqlmodel", "sqlmodel"), ("sqlalchemy", "sqlalchemy"), ("asyncpg", "asyncpg"), ("in memory", "memory"),
     ("database", "sqlmodel"), ("postgres", "sqlmodel"), ("sqlite", "sqlmodel")),
    "storage",
)  # fmt: skip
AUTH = Choice(
    "auth",
    "Who may call it?",
    ("none", "jwt", "api_key", "external_jwt"),
    "none",
    "nothing in the task or the project says so; whatever is open to everybody is said in the answer",
    (("clerk", "external_jwt"), ("auth0", "external_jwt"), ("jwks", "external_jwt"), ("api key", "api_key"),
     ("jwt", "jwt"), ("log in", "jwt"), ("login", "jwt"), ("without auth", "none"), ("no auth", "none")),
    "auth",
)  # fmt: skip
PAGING = Choice(
    "pagination",
    "How are lists paged?",
    ("offset", "cursor", "none"),
    "offset",
    "pages can be jumped to; a cursor is better where rows come and go quickly",
    (("cursor", "cursor"), ("infinite scroll", "cursor"), ("offset", "offset")),
    "pagination",
)
VALIDATION = Choice(
    "validation",
    "Which rules apply to the data?",
    ("types and lengths", "business rules: name them"),
    "types and lengths",
    "every field gets a type and a bound; rules beyond that are yours to know",
)
LOAD = Choice(
    "load",
    "Which load is expected?",
    ("some requests a second", "hundreds a second", "rare but slow"),
    "some requests a second",
    "pool sizes and timeouts start from here",
    (("high load", "hundreds a second"), ("high traffic", "hundreds a second")),
)
DEPLOYMENT = Choice(
    "deployment",
    "Where will it run?",
    ("container", "platform as a service", "bare server"),
    "container",
    "settings come from the environment and health endpoints are there either way",
    (("docker", "container"), ("kubernetes", "container"), ("container", "container"),
     ("cloud", "platform as a service"), ("systemd", "bare server")),
)  # fmt: skip
CONSUMERS = Choice(
    "consumers",
    "Who uses the API?",
    ("one frontend of ours", "other teams", "the public"),
    "one frontend of ours",
    "it decides how strict versioning and errors have to be",
    (("public api", "the public"), ("partner", "other teams"), ("frontend", "one frontend of ours")),
)
VERSIONING = Choice(
    "versioning",
    "How are breaking changes made?",
    ("path prefix /v1", "a new service", "none planned"),
    "path prefix /v1",
    "it can be read in every log and costs nothing until there is a second version",
    (("/v1", "path prefix /v1"),),
)
_RESOURCES = (STORAGE, AUTH, PAGING)
_ANYWAY = (VALIDATION, LOAD, DEPLOYMENT)


def open_choices(
    task: str, pattern: str, facts: "Facts | None", *, design: bool = False
) -> tuple[Choice, ...]:
    """The choices that neither the task nor the project has made."""
    first = (CONSUMERS, *_RESOURCES, VERSIONING) if design else _RESOURCES if pattern == "crud" else (AUTH,)
    made = decided(task, facts)
    return tuple(each for each in (*first, *_ANYWAY) if each.key not in made and _matters(each, pattern))


def decided(task: str, facts: "Facts | None") -> dict[str, tuple[str, str]]:
    """The choices that are made, each with its value and where that was said."""
    said = f" {' '.join(task[:BY_NAME].casefold().replace('-', ' ').split())} "
    made: dict[str, tuple[str, str]] = {}
    for choice in (*_RESOURCES, *_ANYWAY, CONSUMERS, VERSIONING):
        word, value = next((pair for pair in choice.says if f" {pair[0]}" in said), ("", ""))
        if value:
            made[choice.key] = (value, f"the task says '{word}'")
    if facts is not None and "storage" not in made:
        known = next((name for name in STORAGE.values if name in facts.databases), "")
        if known:
            made["storage"] = (known, f"the project imports {known}")
    if facts is not None and "auth" not in made and facts.security:
        scheme = one_line(facts.security[0], 60)
        made["auth"] = ("as the project has it", f"put {scheme}, which its routes use, on the new ones")
    return made


def scaffold_options(answers: Mapping[str, str]) -> dict[str, Any]:
    """The answers as `options` of `scaffold_route`; what is its default anyway is left out."""
    options: dict[str, Any] = {}
    if answers.get("storage", "memory") in STORAGE.values[1:]:
        options["storage"] = answers["storage"]
    if answers.get("auth", "none") in AUTH.values[1:]:
        options["auth"] = {"scheme": answers["auth"]}
    if answers.get("pagination", "offset") in PAGING.values[1:]:
        options["pagination"] = {"style": answers["pagination"]}
    return options


def form_of(choices: tuple[Choice, ...]) -> dict[str, Any]:
    """The choices as the flat schema of an elicitation."""
    fields = {
        each.key: {
            "type": "string",
            "title": each.asks,
            "description": f"Default: {each.default}, since {each.why}.",
            "enum": list(each.values),
            "default": each.default,
        }
        for each in choices
    }
    return {"type": "object", "properties": fields, "required": []}


def taken(choices: tuple[Choice, ...], answer: Mapping[str, Any] | None) -> dict[str, str]:
    """What counts for each choice: the answer where it is one of the values, else the default."""
    given = answer or {}
    return {
        each.key: given[each.key] if given.get(each.key) in each.values else each.default for each in choices
    }


def _matters(choice: Choice, pattern: str) -> bool:
    """Who signs in is no question where signing in is what is built."""
    return not (choice is AUTH and pattern.endswith(("_auth", "_jwt")))
