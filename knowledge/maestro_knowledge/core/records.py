"""`dataclass` and what belongs to it, at a small part of the price; for type checkers the standard ones.

The standard library writes the source of up to six functions for every class, and compiles it. A review by
process makes 119 classes: that was a third of all its instructions for a single file, and a tenth for 460.
Here all classes share their functions. `__init__` alone is written: when the first object is made, and
compiled once for all classes that look alike. `dataclasses` is imported when it is asked about one of them.

Only what our classes need is there. The rest is refused: the standard `dataclass` is to be taken for it.
"""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from reprlib import recursive_repr
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

# ruff: noqa: PLC0415 - `dataclasses` is slow to import, and seldom needed

__all__ = ["dataclass", "field", "fields", "is_dataclass", "replace"]

_MISSING: Any = object()


class _Field:
    """What is known of one field; the attributes are named as those of the standard one."""

    name: str
    type: Any
    kw_only: bool
    __hash__ = None  # type: ignore[assignment]  # so the standard `dataclass` refuses one for a default

    def __init__(
        self,
        *,
        default: Any = _MISSING,
        default_factory: Any = _MISSING,
        repr: bool = True,  # noqa: A002 - as the standard one is called
        compare: bool = True,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.default, self.default_factory = default, default_factory
        self.is_required = default is _MISSING and default_factory is _MISSING
        self.repr, self.compare, self.metadata = repr, compare, metadata


class _Facts:
    """What the shared functions know of one class."""

    def __init__(self, found: tuple[_Field, ...], frozen: bool, slots: bool) -> None:
        self.fields, self.frozen, self.slots = found, frozen, slots
        self.names = tuple([each.name for each in found])
        self.values = _reader(self.names)


def _reader(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple([getattr(record, name) for name in names])


class _Late:
    """An attribute of a class that is made when it is first asked for, and then stands in its own place."""

    def __init__(self, make: Callable[[type], Any]) -> None:
        self._make = make

    def __set_name__(self, home: type, name: str) -> None:
        self._home, self._name = home, name

    def __get__(self, instance: object, owner: type) -> Any:
        made = self._make(self._home)
        setattr(self._home, self._name, made)
        return made.__get__(instance, owner) if isinstance(made, FunctionType) else made


def _dataclass(
    *, frozen: bool = False, slots: bool = False, eq: bool = True, kw_only: bool = False
) -> Callable[[type], type]:
    def make(cls: type) -> type:
        body = dict(vars(cls))
        if cls.__bases__ != (object,) or not _OWN.isdisjoint(body):
            raise TypeError(f"{cls.__name__} inherits, or has a method of a dataclass: {_INSTEAD}")
        del body["__dict__"], body["__weakref__"]  # of the class as it was
        found = tuple([_take_field(body, *each, kw_only) for each in cls.__annotations__.items()])
        given = [not each.is_required for each in found]
        if given != sorted(given) and not kw_only:
            raise TypeError(f"{cls.__name__} has a field without a default after one with a default")
        if any(isinstance(value, _Field) for value in body.values()):
            raise TypeError(f"{cls.__name__} has a field without an annotation")
        facts = _Facts(found, frozen, slots)
        if slots:
            body["__slots__"] = facts.names
        else:
            body.update((each.name, each.default) for each in found if each.default is not _MISSING)
        body |= {"__qualname__": cls.__qualname__, "__record__": facts, "__repr__": _repr}
        body |= {"__init__": _Late(_write_init), "__dataclass_fields__": _Late(_standard_fields)}
        body["__match_args__"] = () if kw_only else facts.names
        if eq:
            body |= _comparing(_reader(tuple([each.name for each in found if each.compare])), frozen)
        if frozen:
            body |= {**_FROZEN, **_STATE} if slots else _FROZEN
        return type(cls)(cls.__name__, (), body)

    return make


def _take_field(body: dict[str, Any], name: str, annotation: Any, kw_only: bool) -> _Field:
    """Takes the default, or the call of `field`, out of the body of the class."""
    default = body.pop(name, _MISSING)
    found = default if isinstance(default, _Field) else _Field(default=default)
    is_special = getattr(annotation, "__origin__", annotation) is ClassVar
    if is_special or "dataclasses" in {type(annotation).__module__, type(default).__module__}:
        raise TypeError(f"{name} is not a plain field: {_INSTEAD}")
    if found.default.__class__.__hash__ is None:
        raise ValueError(f"the default of {name} can change: it needs a default_factory")
    found.name, found.type, found.kw_only = name, annotation, kw_only
    return found


def _write_init(cls: Any) -> FunctionType:
    """The `__init__` of a class: the code of its like, with its own names, setters and defaults."""
    facts: _Facts = cls.__record__
    lines = []
    known: dict[str, Any] = {"MISSING": _MISSING, "assign": object.__setattr__}
    for number, each in enumerate(facts.fields):
        value = f"_{number}"
        if each.default_factory is not _MISSING:
            known[f"make_{number}"] = each.default_factory
            value = f"make_{number}() if {value} is MISSING else {value}"
        if not facts.frozen:
            lines.append(f"self._{number} = {value}")
        elif facts.slots:  # the slot sets itself, where `object.__setattr__` would look for it first
            known[f"set_{number}"] = getattr(cls, each.name).__set__
            lines.append(f"set_{number}(self, {value})")
        else:
            known[f"name_{number}"] = each.name
            lines.append(f"assign(self, name_{number}, {value})")
    code = _compiled("\n    ".join(lines), len(lines), any(each.kw_only for each in facts.fields))
    own = {f"_{number}": name for number, name in enumerate(facts.names)}
    names = tuple([own.get(name, name) for name in code.co_names])
    made = FunctionType(code.replace(co_varnames=("self", *facts.names), co_names=names), known)
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    defaults = {each.name: each.default for each in facts.fields if not each.is_required}
    if code.co_kwonlyargcount:
        made.__kwdefaults__ = defaults
    else:
        made.__defaults__ = tuple(defaults.values())
    return made


@cache
def _compiled(lines: str, count: int, kw_only: bool) -> CodeType:
    """An `__init__` whose parameters and attributes have numbers for names."""
    parameters = ["self", *(["*"] if kw_only else []), *(f"_{number}" for number in range(count))]
    namespace: dict[str, Any] = {}
    exec(f"def __init__({', '.join(parameters)}):\n    {lines or 'pass'}", namespace)  # noqa: S102 - all our own words
    code: CodeType = namespace["__init__"].__code__
    return code


def _comparing(values: Callable[[Any], tuple[Any, ...]], frozen: bool) -> dict[str, Any]:
    def is_equal(self: object, other: object) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_of(self: object) -> int:
        return hash(values(self))

    return {"__eq__": is_equal, "__hash__": hash_of if frozen else None}


@recursive_repr()
def _repr(self: Any) -> str:
    shown = [f"{each.name}={getattr(self, each.name)!r}" for each in self.__record__.fields if each.repr]
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse_to_change(_: object, name: str, *_value: object) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change the field {name!r}")


def _state(self: Any) -> list[Any]:
    return list(self.__record__.values(self))


def _restore(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__record__.names, state, strict=True):
        object.__setattr__(self, name, value)


def _standard_fields(cls: Any) -> Any:
    """The fields as the standard library makes them, with which its functions take the class for its own."""
    import dataclasses

    specified = []
    for each in cls.__record__.fields:
        defaults = {"default": each.default, "default_factory": each.default_factory}
        given = {name: value for name, value in defaults.items() if value is not _MISSING}
        given |= {"repr": each.repr, "compare": each.compare, "metadata": each.metadata}
        specified.append((each.name, each.type, dataclasses.field(**given, kw_only=each.kw_only)))
    made: Any = dataclasses.make_dataclass(cls.__name__, specified, init=False, repr=False, eq=False)
    return made.__dataclass_fields__


def _fields(record: Any) -> tuple[_Field, ...]:
    found: tuple[_Field, ...] = record.__record__.fields
    return found


def _is_dataclass(thing: object) -> bool:
    return hasattr(thing, "__record__")


def _replace(record: Any, /, **changes: Any) -> Any:
    for name in record.__record__.names:
        if name not in changes:
            changes[name] = getattr(record, name)
    return record.__class__(**changes)


_FROZEN = {"__setattr__": _refuse_to_change, "__delattr__": _refuse_to_change}
_STATE = {"__getstate__": _state, "__setstate__": _restore}
_OWN = {"__init__", "__post_init__", "__repr__", "__eq__", "__hash__", "__slots__", *_FROZEN, *_STATE}
_INSTEAD = "take the standard `dataclass` for it"

if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, is_dataclass, replace
else:
    dataclass, field, fields, is_dataclass, replace = _dataclass, _Field, _fields, _is_dataclass, _replace
