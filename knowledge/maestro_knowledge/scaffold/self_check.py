"""The self-verification list: what our reviewer says, and where it has no rule, the OpenAPI document."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from maestro_knowledge.core.records import replace
from maestro_knowledge.scaffold.model import ChecklistItem

DOCUMENTED = "The OpenAPI documentation is clear"
DESCRIBED = "Every model has descriptions and examples"
ORDERED = "Middleware is in the right order"
_PARTS = frozenset({"HTTPValidationError", "ValidationError"})


def complete_checklist(
    items: Sequence[ChecklistItem], schema: Mapping[str, Any], files: Mapping[str, str]
) -> tuple[ChecklistItem, ...]:
    """The list with every point decided that can be; what nothing could look at stays unknown."""
    judges = {
        DOCUMENTED: lambda: _judge_operations(schema),
        DESCRIBED: lambda: _judge_models(schema),
        ORDERED: lambda: _judge_middleware(files),
    }
    found: list[ChecklistItem] = []
    for item in items:
        judge = judges.get(item.item) if item.verdict == "unknown" else None
        found.append((judge() if judge is not None else None) or item)
    return tuple(found)


def _judge_operations(schema: Mapping[str, Any]) -> ChecklistItem | None:
    """Every operation has a summary, a description, a tag, and says what comes back."""
    operations = list(_operations(schema))
    if not operations:
        return None
    for place, operation in operations:
        missing = [
            name for name in ("summary", "description", "tags", "responses") if not operation.get(name)
        ]
        if missing:
            return ChecklistItem(DOCUMENTED, "fail", f"{place} has no {', '.join(missing)}")
    count = len(operations)
    return ChecklistItem(
        DOCUMENTED, "pass", f"{count} operations, each with summary, description, tags and documented answers"
    )


def _judge_models(schema: Mapping[str, Any]) -> ChecklistItem | None:
    """Every model says what it is, and every property has a description."""
    models = schema.get("components", {}).get("schemas", {})
    models = {name: model for name, model in models.items() if model and not _is_of_framework(name)}
    if not models:
        return None
    bare = ChecklistItem(DESCRIBED, "pass", "")
    count = 0
    for name, model in sorted(models.items()):
        if not model.get("description"):
            return replace(bare, verdict="fail", evidence=f"{name} has no description")
        for label, part in sorted(model.get("properties", {}).items()):
            count += 1
            if not _has(part, "description", models):
                return replace(bare, verdict="fail", evidence=f"{name}.{label} has no description")
    examples = sum("examples" in str(model) for model in models.values())
    evidence = f"{len(models)} models and {count} properties are described; {examples} models have examples"
    return replace(bare, evidence=evidence)


def _is_of_framework(name: str) -> bool:
    """Whether FastAPI makes the model itself: of errors, and of the parts of a form."""
    return name in _PARTS or name.startswith("Body_")


def _has(part: Mapping[str, Any], key: str, models: Mapping[str, Any]) -> bool:
    if part.get(key):
        return True
    if "$ref" in part:
        return bool(models.get(str(part["$ref"]).rpartition("/")[2], {}).get(key))
    return any(_has(one, key, models) for name in ("anyOf", "allOf", "oneOf") for one in part.get(name, ()))


def _judge_middleware(files: Mapping[str, str]) -> ChecklistItem | None:
    adding = [
        path for path, text in sorted(files.items()) if "add_middleware(" in text and "test_" not in path
    ]
    return None if adding else ChecklistItem(ORDERED, "pass", "No middleware is added.")


def _operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, methods in sorted(schema.get("paths", {}).items()):
        for method, operation in sorted(methods.items()):
            if isinstance(operation, Mapping):
                yield f"{method.upper()} {path}", operation
