"""From models in pairs to resources: what is stored, what only comes in, what only goes out."""

from collections.abc import Mapping, Sequence
from typing import Any

from maestro_knowledge.core.records import dataclass, replace
from maestro_knowledge.scaffold.confidential import is_password
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.service_types import Models

STAMPS = ("created_at", "updated_at")
ID_TYPES = {"uuid": "uuid", "integer": "integer", "string": "string"}
EMPTY: Mapping[str, Any] = {
    "boolean": True,
    "integer": 0,
    "number": 0,
    "string": "",
    "text": "",
    "list": [],
    "dict": {},
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A request of pattern crud, and what PATCH may change of it: None for everything."""

    request: Mapping[str, Any]
    changeable: frozenset[str] | None = None


def make_requests(models: Models, storage: Mapping[str, Any]) -> tuple[list[Resource], list[Choice]]:
    """A resource for each pair, and what was decided about it."""
    found: list[Resource] = []
    choices: list[Choice] = []
    for stem, roles in models.resources.items():
        fields, more = _merge(stem, roles["create"], roles["response"])
        choices += more
        answered = {part["name"]: part for part in roles["response"]}
        sent = {part["name"] for part in fields if not part.get("read_only")}
        changed = frozenset(part["name"] for part in roles.get("update", ()))
        choices += [_say_unknown(stem, name) for name in sorted(changed - sent)]
        operations = ["create", "get", *(["update"] if changed & sent else [])]
        options = {
            **storage,
            "timestamps": any(name in answered for name in STAMPS),
            "id_type": ID_TYPES.get(answered.get("id", {}).get("type", ""), "uuid"),
            "pagination": "none",
        }
        request = {
            "name": " ".join(split_words(stem)),
            "fields": fields,
            "operations": operations,
            "options": options,
        }
        found.append(Resource(request, changed if "update" in roles else None))
        asks = f"Which operations has {stem}?"
        why = "create and response were given; what is made can be read"
        others = ("list", "delete", "replace") if "update" in roles else ("list", "update", "delete")
        choices.append(Choice(f"types.{stem}", asks, ", ".join(operations), why, others))
    choices += [
        Choice(
            f"types.{name}",
            f"Where is {name} used?",
            "nowhere yet: it is kept as a model",
            "it has no partner",
        )
        for name in models.unpaired
    ]
    return found, choices


def _say_unknown(stem: str, name: str) -> Choice:
    asks = f"What becomes of {name} in {stem}Update?"
    why = f"{stem}Create does not send it, so there is nothing that PATCH could change"
    return Choice(
        f"types.{stem}Update.{name}", asks, "it is left out", why, (f"{name} in {stem}Create as well",)
    )


def fix_fields(request: RouteRequest, changeable: frozenset[str] | None) -> RouteRequest:
    """The request with every field fixed that PATCH may not change."""
    if changeable is None:
        return request
    fields = (replace(field, is_fixed=field.wire not in changeable) for field in request.fields)
    return replace(request, fields=tuple(fields))


def plain_fields(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fields of a model that is only kept; what was secret is text there."""
    return [{**part, "type": "string"} if part["type"] == "secret" else dict(part) for part in fields]


def _merge(
    stem: str, create: Sequence[Mapping[str, Any]], response: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[Choice]]:
    answered = {part["name"] for part in response}
    sent = {part["name"] for part in create}
    fields: list[dict[str, Any]] = []
    choices: list[Choice] = []
    for part in create:
        if part["type"] == "secret" or is_password(part["name"]):
            choices.append(_say_secret(stem, part["name"]))
        elif part["name"] in answered:
            fields.append(dict(part))
        else:
            fields.append({**part, "write_only": True})
    for part in response:
        if part["name"] in sent or part["name"] in {"id", *STAMPS} or part["type"] == "secret":
            continue
        if is_password(part["name"]):
            continue
        made = {key: value for key, value in part.items() if key != "required"}
        made["read_only"] = True
        if "default" not in made and not made.get("nullable"):
            made.update({"default": EMPTY[made["type"]]} if made["type"] in EMPTY else {"nullable": True})
            taken = "null" if made.get("nullable") else repr(made["default"])
            why = "only the response has it, so no client sends it"
            asks = f"What is {part['name']} of a new {stem}?"
            choices.append(
                Choice(f"types.{stem}.{part['name']}", asks, taken, why, ("a default in the model",))
            )
        fields.append(made)
    return fields, choices


def _say_secret(stem: str, name: str) -> Choice:
    return Choice(
        f"types.{stem}.{name}",
        f"Where is {name} of {stem} kept?",
        "nowhere: it is left out of what is stored",
        "a secret is stored as a hash or not at all, and nothing says which hash",
        ("pattern jwt_auth: accounts with hashed passwords and a login",),
    )
