"""What can be asked of a list: pages, filters, order."""

from collections.abc import Sequence

from maestro_knowledge.scaffold import vocabulary as words
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.shapes import Field

PAGE_PARAMS = {"offset": ("offset", "limit"), "cursor": ("cursor", "limit"), "none": ()}
TIMESTAMPS = ("created_at", "updated_at")


def decide_paging(
    request: RouteRequest, operations: Sequence[str], refusals: Refusals, choices: list[Choice]
) -> tuple[words.PageStyle, int, int]:
    """How a long list is cut: style, usual and largest page."""
    part = request.options.pagination
    style: words.PageStyle = part.style if part is not None and part.style is not None else "offset"
    given_default = part.default_limit if part is not None else None
    given_max = part.max_limit if part is not None else None
    most = given_max if given_max is not None else max(100, given_default or 0)
    usual = given_default if given_default is not None else min(20, most)
    if usual > most:
        refusals.add(
            "options.pagination", f"default_limit {usual} is above max_limit {most}", "lower the default"
        )
    if style == "none" and (given_default is not None or given_max is not None):
        refusals.add("options.pagination", "style none has no limits", "drop them, or use offset or cursor")
    if "list" in operations and (part is None or part.style is None):
        taken = f"{style}, {usual} a page, {most} at most"
        why = "any page can be asked for, and the total is known"
        choices.append(
            Choice("options.pagination", "How is a long list cut?", taken, why, ("cursor", "none"))
        )
    return style, usual, most


def decide_filters(request: RouteRequest, paging: str, refusals: Refusals) -> tuple[Field, ...]:
    """The fields that a list can be filtered by."""
    by_name = {field.wire: field for field in request.fields}
    fields: list[Field] = []
    taken = {*PAGE_PARAMS[paging], *(("sort",) if request.options.sort else ())}
    for name in dict.fromkeys(request.options.filters):
        chosen = by_name.get(name)
        allowed = [f.wire for f in request.fields if not f.shape.is_nested and not f.write_only]
        if chosen is None or name not in allowed:
            refusals.add_unknown("options.filters", name, allowed, what="field to filter by")
        elif name in taken or chosen.attribute in taken:
            refusals.add(
                "options.filters", f"{name} is a query parameter of the list already", "rename the field"
            )
        else:
            fields.append(chosen)
    return tuple(fields)


def decide_sorts(request: RouteRequest, paging: str, refusals: Refusals) -> tuple[str, ...]:
    """The names that a list can be ordered by."""
    by_name = {field.wire: field for field in request.fields}
    stamps = TIMESTAMPS if request.options.timestamps else ()
    unsortable = {f.wire for f in request.fields if f.shape.is_nested or f.write_only}
    allowed = [*(name for name in by_name if name not in unsortable), *stamps, "id"]
    found: list[str] = []
    for entry in request.options.sort:
        name = entry.removeprefix("-")
        if name not in allowed:
            refusals.add_unknown("options.sort", entry, allowed, what="field to sort by")
        elif paging == "cursor" and name in by_name and by_name[name].may_be_null:
            mend = "make the field required, or use offset paging"
            refusals.add("options.sort", f"{name} may be null, and a cursor needs a value in every row", mend)
        elif name not in found:
            found.append(name)
    return tuple(found)
