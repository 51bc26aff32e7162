"""Our dataclasses do what the standard library's do, side by side; what they cannot do they refuse."""

import ast
import copy
import dataclasses
import inspect
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, ClassVar, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro_knowledge.core import records

FROZEN = {"frozen": True, "slots": True}
MISTAKES = (TypeError, AttributeError, ValueError)


class Point:
    """Whatever a field can be."""

    x: int
    y: "int | None"
    label: str = "none"
    tags: list[str] = dataclasses.field(default_factory=list)
    note: object = dataclasses.field(default=None, repr=False, compare=False, metadata={"what": "a note"})

    def moved(self, by: int) -> int:
        """A method stays."""
        return self.x + by


class Other:
    """Only what must be given."""

    x: int
    y: int


class Single:
    """One field, in which a tuple of one hides."""

    x: Any


class Empty:
    """Nothing at all."""


SAMPLES = (Point, Other, Single, Empty)
FLAGS: tuple[dict[str, bool], ...] = (
    FROZEN,
    {**FROZEN, "eq": False},
    {"frozen": True},
    {"slots": True},
    {"slots": True, "eq": False},
    {**FROZEN, "kw_only": True},
    {"slots": True, "kw_only": True},
    {"frozen": True, "kw_only": True},
)


def made(sample: type, maker: Any, flags: dict[str, bool]) -> Any:
    """A class like the sample, by the standard library or by us."""
    body = {name: value for name, value in vars(sample).items() if name not in {"__dict__", "__weakref__"}}
    for name, value in body.items():
        if isinstance(value, dataclasses.Field):
            given = {
                "default": value.default,
                "default_factory": value.default_factory,
                "metadata": value.metadata,
            }
            given = {key: each for key, each in given.items() if each is not dataclasses.MISSING}
            body[name] = maker.field(**given, repr=value.repr, compare=value.compare)
    return maker.dataclass(**flags)(type(sample.__name__, (), body))


BOTH = [
    pytest.param(
        made(sample, records, flags),
        made(sample, dataclasses, flags),
        id=f"{sample.__name__}-{'-'.join(f'{k}={v}' for k, v in flags.items())}",
    )
    for sample in SAMPLES
    for flags in FLAGS
]
both = pytest.mark.parametrize(("ours", "standard"), BOTH)


def outcome(act: Callable[[], Any]) -> Any:
    """What came of it, or the kind of mistake it was."""
    try:
        return act()
    except MISTAKES as error:
        return AttributeError if isinstance(error, AttributeError) else type(error)


def values(thing: Any) -> Any:
    """The fields of an object, in whatever class they are."""
    if not dataclasses.is_dataclass(thing) or isinstance(thing, type):
        return thing
    return {each.name: getattr(thing, each.name) for each in dataclasses.fields(thing)}


def some(cls: Any, start: int = 1) -> Any:
    """An object with something in every field that must be given."""
    needed = [each.name for each in dataclasses.fields(cls) if each.default is each.default_factory]
    return cls(**{name: start + number for number, name in enumerate(needed)})


NAMES = st.sampled_from(["x", "y", "label", "tags", "note", "z"])
THINGS = st.integers(0, 3) | st.text(max_size=2) | st.lists(st.integers(), max_size=1)


@both
@given(positional=st.lists(THINGS, max_size=6), named=st.dictionaries(NAMES, THINGS, max_size=5))
def test_any_arguments_give_the_same_object_or_the_same_mistake(
    ours: Any, standard: Any, positional: list[Any], named: dict[str, Any]
) -> None:
    first, second = (
        values(outcome(lambda cls=cls: cls(*positional, **named)))  # type: ignore[misc]
        for cls in (ours, standard)
    )
    assert repr(first) == repr(second)


@both
def test_defaults_are_made_anew_for_each_object(ours: Any, standard: Any) -> None:
    if ours.__name__ == "Point":
        one, two = some(ours), some(ours)
        assert one.tags == two.tags == []
        assert one.tags is not two.tags
        assert one.moved(2) == some(standard).moved(2) == 3


@both
def test_a_missing_argument_is_named(ours: Any, standard: Any) -> None:
    if ours.__name__ == "Other":
        with pytest.raises(TypeError) as first:
            ours(x=1)
        with pytest.raises(TypeError) as second:
            standard(x=1)
        said = str(second.value).replace(standard.__qualname__, ours.__qualname__)
        assert str(first.value) == said


@both
def test_signatures_are_the_same(ours: Any, standard: Any) -> None:
    def told(cls: Any) -> list[Any]:
        parameters = inspect.signature(cls).parameters.values()
        return [(each.name, each.kind, each.default is each.empty) for each in parameters]

    assert told(ours) == told(standard)
    assert ours.__match_args__ == standard.__match_args__


@both
def test_what_can_be_set_and_deleted_is_the_same(ours: Any, standard: Any) -> None:
    for name in ("x", "label"):
        for change in (
            lambda one, name=name: setattr(one, name, 9),
            lambda one, name=name: delattr(one, name),
        ):
            first, second = some(ours), some(standard)
            if name in values(first):
                assert outcome(lambda one=first: change(one)) is outcome(lambda one=second: change(one))  # type: ignore[misc]  # noqa: B023
                if not hasattr(second, "x"):
                    assert not hasattr(first, "x")
                else:
                    assert getattr(first, name, None) == getattr(second, name, None)


def test_a_frozen_one_raises_the_standard_error_for_any_attribute() -> None:
    one = made(Point, records, FROZEN)(1, 2)
    for name in ("x", "unknown"):
        with pytest.raises(dataclasses.FrozenInstanceError, match=name):
            setattr(one, name, 3)
        with pytest.raises(dataclasses.FrozenInstanceError, match=name):
            delattr(one, name)
    assert one.x == 1


@both
def test_slots_and_dictionaries_are_the_same(ours: Any, standard: Any) -> None:
    assert ours.__dict__.get("__slots__") == standard.__dict__.get("__slots__")
    assert hasattr(some(ours), "__dict__") is hasattr(some(standard), "__dict__")
    left = {"label", "tags", "note", "moved"}
    assert left & vars(ours).keys() == left & vars(standard).keys()
    assert (ours.__name__, ours.__module__, ours.__doc__) == (
        standard.__name__,
        ours.__module__,
        standard.__doc__,
    )


class Same:
    """Equal to everything, to see who is asked."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@both
def test_equality_and_hashes_are_the_same(ours: Any, standard: Any) -> None:
    pairs = []
    for cls in (ours, standard):
        one, two, three = some(cls), some(cls), some(cls, 5)
        equal = [one == two, one == three, one != three, one == 1, one == Same(), Same() == one]
        pairs.append(equal)
    assert pairs[0] == pairs[1]
    assert some(ours) != some(standard) or not values(some(ours))
    hashes = [outcome(lambda cls=cls: hash(some(cls))) for cls in (ours, standard)]  # type: ignore[misc]
    if standard.__hash__ is not object.__hash__:
        assert hashes[0] == hashes[1]
    else:
        assert ours.__hash__ is object.__hash__


def test_what_is_not_compared_changes_neither_equality_nor_hash() -> None:
    cls = made(Point, records, FROZEN)
    assert cls(1, 2, note=3) == cls(1, 2, note=4)
    assert hash(cls(1, 2, tags=(), note=3)) == hash(cls(1, 2, tags=(), note=4))


@given(st.lists(THINGS, min_size=4, max_size=4), st.lists(THINGS, min_size=4, max_size=4))
def test_equality_and_hash_of_any_values_are_the_same(one: list[Any], two: list[Any]) -> None:
    for sample, count in ((Point, 4), (Other, 2), (Single, 1)):
        ours, standard = (made(sample, maker, FROZEN) for maker in (records, dataclasses))
        first, second = (
            (cls(*one[:count]) == cls(*two[:count]), outcome(lambda cls=cls: hash(cls(*one[:count]))))  # type: ignore[misc]  # noqa: B023
            for cls in (ours, standard)
        )
        assert first == second


@both
def test_they_look_the_same(ours: Any, standard: Any) -> None:
    assert repr(some(ours)) == repr(some(standard))


@pytest.mark.parametrize("maker", [records, dataclasses])
def test_one_that_holds_itself_is_still_shown(maker: Any) -> None:
    cls = made(Single, maker, {"slots": True})
    one = cls([])
    one.x.append(one)
    assert repr(one) == "Single(x=[...])"


def test_they_are_matched_by_place_and_by_name() -> None:
    cls = made(Other, records, FROZEN)
    match cls(1, 2):
        case cls(1, y=found):  # type: ignore[misc]
            assert found == 2
        case _:
            pytest.fail("not matched")


@both
def test_the_standard_functions_take_them_for_their_own(ours: Any, standard: Any) -> None:
    assert dataclasses.is_dataclass(ours)
    assert dataclasses.is_dataclass(some(ours))
    assert [repr(each) for each in dataclasses.fields(ours)] == [
        repr(each) for each in dataclasses.fields(standard)
    ]
    assert [repr(each) for each in dataclasses.fields(some(ours))] == list(
        map(repr, dataclasses.fields(ours))
    )
    assert dataclasses.asdict(some(ours)) == dataclasses.asdict(some(standard))
    assert dataclasses.astuple(some(ours)) == dataclasses.astuple(some(standard))
    assert get_type_hints(ours) == get_type_hints(standard)


def test_one_inside_the_other_becomes_a_dictionary() -> None:
    one = made(Single, records, FROZEN)([made(Other, records, FROZEN)(1, 2)])
    assert dataclasses.asdict(one) == {"x": [{"x": 1, "y": 2}]}


@both
@given(changes=st.dictionaries(NAMES, THINGS, max_size=3))
def test_replacing_gives_the_same_object_or_the_same_mistake(
    ours: Any, standard: Any, changes: dict[str, Any]
) -> None:
    expected = repr(values(outcome(lambda: dataclasses.replace(some(standard), **changes))))
    for replace in (records.replace, dataclasses.replace):
        assert repr(values(outcome(lambda replace=replace: replace(some(ours), **changes)))) == expected  # type: ignore[misc]


@both
def test_our_own_fields_tell_what_the_standard_ones_do(ours: Any, standard: Any) -> None:
    assert records.is_dataclass(ours)
    assert not records.is_dataclass(standard)
    named = ("name", "type", "repr", "compare", "kw_only")
    for mine, theirs in zip(records.fields(ours), dataclasses.fields(standard), strict=True):
        assert [getattr(mine, name) for name in named] == [getattr(theirs, name) for name in named]
        assert (mine.metadata or {}) == theirs.metadata


# Pickle finds a class by its name, so these stand here.
Pickled = made(Point, records, FROZEN)
PickledOpen = made(Point, records, {"slots": True})
PickledPlain = made(Point, records, {"frozen": True})
for _name in ("Pickled", "PickledOpen", "PickledPlain"):
    globals()[_name].__qualname__ = globals()[_name].__name__ = _name
    globals()[_name].__module__ = "records_to_pickle"


@pytest.mark.parametrize("cls", [Pickled, PickledOpen, PickledPlain])
def test_copies_and_pickles_are_equal(cls: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "records_to_pickle", sys.modules[__name__])
    one = cls(1, None, tags=["a"], note=[2])
    for again in (
        copy.copy(one),
        copy.deepcopy(one),
        *(pickle.loads(pickle.dumps(one, each)) for each in (2, 4, 5)),
    ):
        assert again == one
        assert (again.note, type(again)) == ([2], cls)
    assert copy.copy(one).tags is one.tags
    assert copy.deepcopy(one).tags is not one.tags


def test_a_cached_property_is_kept_where_there_are_no_slots() -> None:
    class Sample:
        asked: list[int]

        @cached_property
        def first(self) -> int:
            self.asked.append(1)
            return 7

    one = made(Sample, records, {"frozen": True})([])
    assert (one.first, one.first, one.asked) == (7, 7, [1])
    assert one == type(one)([1])


def test_a_class_without_fields_of_its_own_can_inherit_from_one() -> None:
    base = made(Other, records, FROZEN)

    class Below(base):  # type: ignore[misc]
        def __init__(self, x: int) -> None:
            super().__init__(x, y=2 * x)

    assert (Below(1).y, Below(2).y, base(1, 5).y) == (2, 4, 5)
    assert dataclasses.asdict(Below(3)) == {"x": 3, "y": 6}
    assert Below(3) != base(3, 6)


def test_the_first_objects_can_be_made_by_many_threads_at_once() -> None:
    cls, found, barrier = made(Point, records, FROZEN), [], Barrier(8)

    def make(number: int) -> None:
        barrier.wait()
        found.append(cls(number, y=None).x)

    threads = [Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(8))


class Parent:
    """Something to inherit from."""


def _inherits() -> Any:
    class Sample(Parent):
        x: int

    return Sample


def _constant_of_the_class() -> Any:
    class Sample:
        x: ClassVar[int] = 1

    return Sample


def _only_for_the_start() -> Any:
    class Sample:
        x: dataclasses.InitVar[int]

    return Sample


def _keywords_from_here() -> Any:
    class Sample:
        _: dataclasses.KW_ONLY
        x: int

    return Sample


def _field_of_the_standard_library() -> Any:
    class Sample:
        x: int = dataclasses.field(default=1)

    return Sample


def _own_method() -> Any:
    class Sample:
        x: int

        def __post_init__(self) -> None: ...

    return Sample


def _no_default_after_a_default() -> Any:
    class Sample:
        x: int = 1
        y: int  # type: ignore[misc]

    return Sample


def _field_without_annotation() -> Any:
    class Sample:
        x: int
        y = records.field(default=1)

    return Sample


@pytest.mark.parametrize(
    "sample",
    [
        _field_without_annotation,
        _inherits,
        _constant_of_the_class,
        _only_for_the_start,
        _keywords_from_here,
        _field_of_the_standard_library,
        _own_method,
        _no_default_after_a_default,
    ],
)
def test_what_it_does_not_do_it_refuses(sample: Callable[[], Any]) -> None:
    with pytest.raises(TypeError):
        records.dataclass(frozen=True)(sample())


def test_a_default_that_can_change_is_refused_by_both() -> None:
    for maker in (records, dataclasses):
        with pytest.raises(ValueError, match="default_factory"):
            made(type("Sample", (), {"__annotations__": {"x": list}, "x": []}), maker, FROZEN)


def test_a_field_of_ours_is_refused_by_the_standard_library() -> None:
    sample = type("Sample", (), {"__annotations__": {"x": int}, "x": records.field(default=1)})
    with pytest.raises(ValueError, match="default_factory"):
        dataclasses.dataclass(sample)


def test_other_options_are_refused() -> None:
    for options in ({"order": True}, {"unsafe_hash": True}, {"init": False}):
        with pytest.raises(TypeError):
            records.dataclass(**options)  # type: ignore[call-overload]
    for options in ({"init": False}, {"hash": True}, {"kw_only": True}):
        with pytest.raises(TypeError):
            records.field(**options)  # type: ignore[call-overload]


_ALL_OF_OURS = """
import dataclasses, importlib, inspect, json, pkgutil, sys
from maestro_knowledge.core import records

if sys.argv[1] == "standard":
    for name in records.__all__:
        setattr(records, name, getattr(dataclasses, name))

def shown(value):
    return None if value is dataclasses.MISSING else f"{type(value).__name__} {getattr(value, '__qualname__', value)}"

found = {}
for package in ("maestro_knowledge", "maestro_indexer", "maestro_server"):
    for info in pkgutil.walk_packages(importlib.import_module(package).__path__, package + "."):
        try:
            module = importlib.import_module(info.name)
        except ImportError:  # of an optional extra
            continue
        for cls in vars(module).values():
            if isinstance(cls, type) and cls.__module__ == info.name and dataclasses.is_dataclass(cls):
                found[f"{info.name}.{cls.__qualname__}"] = [
                    [
                        [each.name, repr(each.type), shown(each.default), shown(each.default_factory)]
                        + [each.init, each.repr, each.hash, each.compare, each.kw_only, repr(dict(each.metadata))]
                        for each in dataclasses.fields(cls)
                    ],
                    [(each.name, str(each.kind)) for each in inspect.signature(cls).parameters.values()],
                    cls.__match_args__,
                    vars(cls).get("__slots__"),
                    vars(cls).get("__hash__", "inherited") and "__hash__" in vars(cls),
                    sorted(
                        name for name in vars(cls) if name not in {"__annotations__", "__doc__", "__dict__"}
                        and not name.startswith(("__dataclass_", "__record_", "__replace_", "__weakref_"))
                    ),
                ]
print(json.dumps(found))
"""


def test_each_class_of_ours_is_what_the_standard_library_would_make() -> None:
    ours, standard = (
        re.sub(r" at 0x[0-9a-f]+", "", _run(_ALL_OF_OURS, maker)) for maker in ("ours", "standard")
    )
    assert json.loads(ours) == json.loads(standard)
    assert len(json.loads(ours)) > 300


def _run(program: str, *words: str) -> str:
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_no_module_of_ours_mixes_them_with_the_standard_ones() -> None:
    top = Path(__file__).parents[3]
    strays = []
    for path in (path for root in ("knowledge", "indexer", "server") for path in (top / root).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module == "dataclasses"
                and path.name != "records.py"
            ):
                strays += [f"{path.name}: {each.name}" for each in node.names if each.name in records.__all__]
    assert strays == []


def test_making_and_using_one_does_not_import_the_standard_module() -> None:
    program = """
import sys
from maestro_knowledge.core.records import dataclass, field, fields, replace
assert "dataclasses" not in sys.modules
@dataclass(frozen=True, slots=True)
class Sample:
    x: int
    y: list[int] = field(default_factory=list)
one = Sample(1)
assert one == replace(one, x=1) and repr(one) and fields(one)
assert "dataclasses" not in sys.modules
"""
    _run(program)
