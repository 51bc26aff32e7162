"""The output schemas of the data tools, in a notation short enough to read beside the contract.

`str`, `int`, `bool` and `dict` (any object) are themselves, `[x]` is a list of x, a `dict` literal an
object with those fields, and a name that ends in `?` may be null. Flat objects, no `$ref`: several
clients refuse more than that.
"""

from typing import Any

Shape = dict[str, Any]
_TYPES = {str: "string", int: "integer", bool: "boolean", dict: "object"}


def make_schema(shape: Shape) -> dict[str, Any]:
    """The JSON Schema of an object with these fields, all of them always there."""
    properties = {name.removesuffix("?"): _value(value, name.endswith("?")) for name, value in shape.items()}
    return {"type": "object", "properties": properties}


def _value(value: Any, nullable: bool) -> dict[str, Any]:
    if nullable:
        return {"anyOf": [_value(value, nullable=False), {"type": "null"}]}
    if isinstance(value, dict):
        return make_schema(value)
    if isinstance(value, list):
        return {"type": "array", "items": _value(value[0], nullable=False)}
    return {"type": _TYPES[value]}


REVIEW = make_schema(
    {
        "findings": [
            {
                "code": str,
                "rule": str,
                "umbrella": [str],
                "severity": str,
                "confidence": str,
                "path": str,
                "line": int,
                "column": int,
                "end_line": int,
                "end_column": int,
                "endpoint": str,
                "message": str,
                "evidence": str,
                "why": str,
                "fix": str,
                "edit?": str,
                "edit_safety?": str,
                "refs": [str],
            }
        ],
        "questions": [
            {
                "code": str,
                "rule": str,
                "umbrella": [str],
                "path": str,
                "line?": int,
                "asks": str,
                "looked_for": str,
                "looked_in": [str],
                "seen_near": [str],
                "refs": [str],
            }
        ],
        "endpoints": [
            {"method": str, "path": str, "handler": str, "file": str, "line": int, "is_async": bool}
        ],
        "blocking_imports": [{"module": str, "why": str, "async_alternative": str, "used_in_async": [str]}],
        "checklist": [{"item": str, "verdict": str, "evidence": str}],
        "coverage": {
            "files_read": int,
            "files_skipped": [{"path": str, "why": str}],
            "rules_run": int,
            "rules_skipped": [str],
            "fastapi_version": str,
            "assumed": str,
        },
        "fixed_code?": str,
        "diff?": str,
        "review_again": bool,
        "counts": dict,
        "truncated": dict,
    }
)

APP_MAP = make_schema(
    {
        "apps": [dict],
        "routes": [
            {
                "method": str,
                "path": str,
                "handler": str,
                "file": str,
                "line": int,
                "is_async": bool,
                "dependencies": [str],
                "security": [str],
                "response_model?": str,
                "status_code?": int,
                "tags": [str],
                "deprecated": bool,
            }
        ],
        "middleware": [dict],
        "exception_handlers": [dict],
        "lifespan": [dict],
        "settings": [dict],
        "models": [dict],
        "versions": dict,
        "imports": [dict],
        "diagram": str,
        "problems": [dict],
    }
)

SCAFFOLD = make_schema(
    {
        "files": [{"path": str, "action": str, "content": str, "diff": str}],
        "checks": [{"name": str, "verdict": str, "detail": str}],
        "checklist": [dict],
        "refs": [str],
        "questions": [dict],
        "next_steps": [str],
        "written": bool,
    }
)

_CHANGES = [{"version": str, "text": str, "pr": str, "ref": str}]
COMPARISON = make_schema(
    {
        "from": str,
        "to": str,
        "breaking": _CHANGES,
        "deprecated": _CHANGES,
        "added": _CHANGES,
        "fixed": _CHANGES,
        "affects_project": [{"file": str, "line": int, "symbol": str, "change": str, "action": str}],
    }
)

CONTACT = make_schema(
    {
        "matches": [
            {
                "service": str,
                "host": str,
                "protocol": str,
                "purpose": str,
                "criticality": str,
                "owner": str,
                "escalation": [str],
                "procedures": [str],
            }
        ],
        "nearest": [str],
    }
)

STATUS = make_schema(
    {
        "layer": str,
        "sources": [
            {
                "name": str,
                "kind": str,
                "version": str,
                "commit": str,
                "committed_at": str,
                "indexed_at": str,
                "pages": int,
                "sections": int,
                "examples": int,
                "symbols": int,
            }
        ],
        "versions_available": [str],
        "generation": str,
        "stale": bool,
        "last_refresh?": {"at": str, "ok": bool, "error": str},
        "next_step": str,
    }
)
