"""Values that a field accepts, in JSON's types: for tests, examples and documentation."""

import datetime as dt
import math
import string
from collections.abc import Iterator
from decimal import Decimal, localcontext
from itertools import islice
from typing import Any

from maestro_knowledge.scaffold.adapters import is_valid, make_adapter, to_json
from maestro_knowledge.scaffold.regexes import match_samples
from maestro_knowledge.scaffold.shapes import Field, Limits, Shape
from maestro_knowledge.scaffold.vocabulary import MAX_DIGITS

MAX_HINT = 35
"""A longer name is not repeated in a value: both stand in one line."""

_DIGITS = string.digits + string.ascii_lowercase
_START = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


def make_samples(field: Field, count: int) -> list[Any]:
    """Up to `count` different values that the field accepts: the user's examples first, then ours."""
    adapter = make_adapter(field.shape)
    given = [
        to_json(adapter, value) for value in field.examples if value is not None and is_valid(adapter, value)
    ]
    hint = field.wire if len(field.wire) <= MAX_HINT else "value"
    return _distinct([*given, *sample_shape(field.shape, count + 4, hint)], count)


def sample_shape(shape: Shape, count: int, hint: str = "value") -> list[Any]:
    """Up to `count` different values of a shape, each judged by Pydantic before it is used."""
    adapter = make_adapter(shape)
    values = (value for value in _candidates(shape, count, hint) if is_valid(adapter, value))
    try:
        with localcontext(prec=3 * MAX_DIGITS):
            return _distinct(values, count)
    except ArithmeticError:
        return []


def _distinct(values: Any, count: int) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if not any(value == other and type(value) is type(other) for other in found):
            found.append(value)
        if len(found) == count:
            break
    return found


def _candidates(shape: Shape, count: int, hint: str) -> Iterator[Any]:
    match shape.type:
        case "string" | "text":
            yield from _strings(shape, count, hint)
        case "integer":
            yield from islice(_integers(shape.limits), count * 4)
        case "number":
            yield from (float(value) for value in islice(_decimals(shape.limits, places=2), count * 4))
        case "decimal":
            places = 2 if shape.limits.decimal_places is None else shape.limits.decimal_places
            numbers = islice(_decimals(shape.limits, places), count * 4)
            yield from (_plain(value, places if shape.limits.decimal_places else 0) for value in numbers)
        case "boolean":
            yield from (True, False)
        case "date":
            yield from ((_START + dt.timedelta(days=n)).date().isoformat() for n in range(count))
        case "datetime":
            yield from (
                (_START + dt.timedelta(hours=n)).isoformat().replace("+00:00", "Z") for n in range(count)
            )
        case "time":
            yield from ((_START + dt.timedelta(minutes=n)).time().isoformat() for n in range(count))
        case "uuid":
            yield from (f"00000000-0000-4000-8000-{n + 1:012x}" for n in range(count))
        case "email":
            for form in ("user{}@example.com", "u{}@b.co"):
                yield from (form.format(n + 1) for n in range(count))
        case "url":
            for form in ("https://example.com/{}", "http://b.co/{}"):
                yield from (form.format(n + 1) for n in range(count))
        case "enum" | "literal":
            yield from shape.values
        case "list":
            yield from _lists(shape, count, hint)
        case "dict":
            yield from _dicts(shape, count, hint)
        case _:
            yield from _objects(shape, count)


def _strings(shape: Shape, count: int, hint: str) -> Iterator[str]:
    limits = shape.limits
    least, most = limits.min_length or 0, limits.max_length
    if limits.pattern is not None:
        adapter = make_adapter(shape)
        yield from match_samples(
            limits.pattern, count, shortest=least, accepts=lambda text: is_valid(adapter, text)
        )
        return
    words = " ".join(hint.replace("_", " ").replace("-", " ").split()).capitalize()
    for number in range(1, count + 1):
        text = f"{words} {number}"
        if most is not None and len(text) > most:
            text = _short(number, most)
        yield text.ljust(least, "x")


def _short(number: int, length: int) -> str:
    text = ""
    while number and len(text) < length:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text.rjust(min(length, 3), "a") if length else ""


def _integers(limits: Limits) -> Iterator[int]:
    step = int(limits.multiple_of or 1)
    low = _low(limits, Decimal(1))
    high = _high(limits, Decimal(1))
    if low is not None:
        start = math.ceil(low / step) * step
        if start <= 0 and (high is None or high >= step):
            start = step
        yield from (start + n * step for n in range(1_000))
        yield from (math.ceil(low / step) * step + n * step for n in range(1_000))
    elif high is not None:
        start = math.floor(high / step) * step
        yield from (start - n * step for n in range(1_000))
    else:
        yield from (n * step for n in range(1, 1_000))


def _decimals(limits: Limits, places: int) -> Iterator[Decimal]:
    quantum = Decimal(1).scaleb(-places)
    step = Decimal(str(limits.multiple_of)) if limits.multiple_of is not None else None
    low, high = _low(limits, quantum), _high(limits, quantum)
    if step is not None:
        start = (low // step + 1) * step if low is not None else step
        if low is None and high is not None and step > high:
            start = high // step * step
            yield from (start - n * step for n in range(1_000))
            return
        yield from (start + n * step for n in range(1_000))
        return
    if low is None and high is None:
        yield from (Decimal(n) + quantum * 5 for n in range(1, 1_000))
    whole = Decimal(1)
    if low is not None and high is not None:
        yield from (low + (high - low) * n / 16 for n in (4, 5, 6, 7, 8, 9, 10, 3, 2, 1))
        yield from ((low + quantum * n) for n in range(1_000))
        return
    if low is not None:
        start = low if low > 0 else max(low, quantum)
        yield from ((start + whole * n).quantize(quantum) for n in range(10))
        yield from (low + quantum * n for n in range(1_000))
    elif high is not None:
        yield from (high - whole * n for n in range(10))
        yield from (high - quantum * n for n in range(1_000))


def _low(limits: Limits, quantum: Decimal) -> Decimal | None:
    if limits.ge is not None:
        return Decimal(str(limits.ge))
    return Decimal(str(limits.gt)) + quantum if limits.gt is not None else None


def _high(limits: Limits, quantum: Decimal) -> Decimal | None:
    if limits.le is not None:
        return Decimal(str(limits.le))
    return Decimal(str(limits.lt)) - quantum if limits.lt is not None else None


def _plain(value: Decimal, places: int) -> str:
    """The number as it comes back: with all of its places, where those are fixed."""
    exponent = value.as_tuple().exponent
    missing = isinstance(exponent, int) and -exponent < places
    return format(value, f".{places}f" if missing else "f")


def _lists(shape: Shape, count: int, hint: str) -> Iterator[Any]:
    least, most = shape.limits.min_length or 0, shape.limits.max_length
    size = max(least, 1) if most is None else min(max(least, 1), most)
    inner = sample_shape(shape.items or Shape("string"), min(count + 1, 12), hint)
    if size > 200:
        return
    for number in range(count):
        turned = inner[number % len(inner) :] + inner[: number % len(inner)] if inner else []
        yield [turned[n % len(turned)] for n in range(size)] if turned else []
    if most is None or size < most:
        yield [inner[n % len(inner)] for n in range(size + 1)] if inner else []


def _dicts(shape: Shape, count: int, hint: str) -> Iterator[Any]:
    least, most = shape.limits.min_length or 0, shape.limits.max_length
    size = max(least, 1) if most is None else min(max(least, 1), most)
    inner = sample_shape(shape.items or Shape("string"), min(count + 1, 12), hint)
    if size > 200 or not inner:
        return
    for number in range(count):
        yield {f"key{n + 1}": inner[(number + n) % len(inner)] for n in range(size)}
    yield {f"entry{n + 1}": inner[n % len(inner)] for n in range(size)}


def _objects(shape: Shape, count: int) -> Iterator[Any]:
    columns = {field.wire: make_samples(field, count) for field in shape.fields}
    for number in range(count):
        yield {wire: values[number % len(values)] for wire, values in columns.items() if values}
