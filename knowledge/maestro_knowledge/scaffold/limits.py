"""Constraints: which of them a type knows, and whether any value can meet them all."""

from decimal import Decimal, InvalidOperation
from typing import Any

from maestro_knowledge.core.text import clean, quote
from maestro_knowledge.scaffold.adapters import find_pattern_fault
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import ConstraintsPart
from maestro_knowledge.scaffold.shapes import Limits, Number
from maestro_knowledge.scaffold.vocabulary import CONSTRAINTS_OF, MAX_DIGITS, MAX_INTEGER

_BOUNDS = ("ge", "gt", "le", "lt", "multiple_of")


def read_limits(part: ConstraintsPart, kind: str, where: str, refusals: Refusals) -> Limits:
    """The limits that `constraints` asks for; what the type does not know or contradicts is refused."""
    given = part.model_dump(exclude_none=True, exclude_defaults=True)
    known = CONSTRAINTS_OF[kind]
    for name in given:
        if name not in known:
            refusals.add_unknown(f"{where}.constraints", name, known, what=f"constraint of {kind}")
    kept = {name: value for name, value in given.items() if name in known and name != "unique"}
    numbers: dict[str, Any] = {}
    for name in _BOUNDS:
        if name in kept:
            numbers[name] = _read_number(kept.pop(name), kind, f"{where}.constraints.{name}", refusals)
    lengths = {
        "min_length": kept.get("min_length", kept.get("min_items")),
        "max_length": kept.get("max_length", kept.get("max_items")),
    }
    limits = Limits(
        **lengths,
        **numbers,
        pattern=kept.get("pattern"),
        max_digits=kept.get("max_digits"),
        decimal_places=kept.get("decimal_places"),
    )
    _check_pattern(limits.pattern, f"{where}.constraints.pattern", refusals)
    _check_order(limits, f"{where}.constraints", refusals)
    return limits


def _read_number(value: Any, kind: str, where: str, refusals: Refusals) -> Number | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or abs(number.adjusted()) > MAX_DIGITS:
        refusals.add(where, f"{quote(str(value))} is not a number", "give a finite number")
        return None
    if kind == "integer":
        if number != number.to_integral_value() or abs(number) > MAX_INTEGER:
            refusals.add(
                where, f"{quote(str(value))} does not fit an integer", "give a whole number of 64 bits"
            )
            return None
        return int(number)
    return number if kind == "decimal" else float(number)


def _check_pattern(pattern: str | None, where: str, refusals: Refusals) -> None:
    if pattern is None:
        return
    if clean(pattern) != pattern or not pattern.isprintable():
        refusals.add(where, "holds control characters", "write them as escapes, such as `\\t`")
    elif fault := find_pattern_fault(pattern):
        refusals.add(where, f"{quote(pattern)} does not compile", f"{clean(fault)} (no look-around)")


def _check_order(limits: Limits, where: str, refusals: Refusals) -> None:
    if limits.ge is not None and limits.gt is not None:
        refusals.add(where, "`ge` and `gt` together", "give one of them")
    if limits.le is not None and limits.lt is not None:
        refusals.add(where, "`le` and `lt` together", "give one of them")
    low = limits.ge if limits.ge is not None else limits.gt
    high = limits.le if limits.le is not None else limits.lt
    open_ended = limits.gt is not None or limits.lt is not None
    if low is not None and high is not None and (low > high or (low == high and open_ended)):
        refusals.add(
            where, f"no value lies between {low} and {high}", "raise the upper bound or lower the lower one"
        )
    if limits.multiple_of is not None and limits.multiple_of <= 0:
        refusals.add(f"{where}.multiple_of", "is not positive", "give a number above 0")
    shortest, longest = limits.min_length, limits.max_length
    if shortest is not None and longest is not None and shortest > longest:
        refusals.add(where, f"at least {shortest} and at most {longest} exclude each other", "swap them")
    places, digits = limits.decimal_places, limits.max_digits
    if places is not None and digits is not None and places > digits:
        refusals.add(where, "`decimal_places` is more than `max_digits`", "raise `max_digits`")
