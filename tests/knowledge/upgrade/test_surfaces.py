"""What happened to a name between two versions."""

import pytest

from maestro_knowledge.upgrade.model import Use
from maestro_knowledge.upgrade.surfaces import changes_of, make_surface
from maestro_knowledge.vault.model import Parameter, SourceRef, Symbol

HERE = SourceRef("fastapi", "sdist", "1")
ANYWHERE = "positional or keyword"
NAMED = "keyword-only"


def symbol(name: str, *parameters: Parameter, deprecated: str = "", aliases: tuple[str, ...] = ()) -> Symbol:
    return Symbol(name, "function", "", parameters, "", "", HERE, aliases=aliases, deprecated=deprecated)


def changes(before: Symbol | None, after: Symbol | None, **use: object) -> list[tuple[str, str]]:
    old = make_surface("1", [before] if before else [])
    new = make_surface("2", [after] if after else [symbol("fastapi.other")])
    given = {"kind": "call", "file": "a.py", "line": 1, "symbol": "fastapi.f", **use}
    return list(changes_of(Use(**given), old, new))


ANY = Parameter("**extra", kind="variadic keyword")


def test_a_name_that_is_gone_is_told():
    ((change, _),) = changes(symbol("fastapi.f"), None)
    assert change == "removed (function)"


def test_a_name_that_moved_is_told_with_its_new_place():
    before = symbol("fastapi.f", aliases=("fastapi.here.f",))
    after = symbol("fastapi.here.f")
    assert changes(before, after) == [("moved to `fastapi.here.f`", "Use `fastapi.here.f`.")]


def test_a_name_that_the_older_version_does_not_know_is_left_alone():
    assert changes(None, symbol("fastapi.f")) == []


def test_a_deprecation_is_told_once_it_is_new():
    after = symbol("fastapi.f", deprecated="Use g. It is faster.")
    assert changes(symbol("fastapi.f"), after, kind="import") == [("deprecated", "Use g")]
    assert changes(after, after, kind="import") == []


def test_a_keyword_that_is_gone_is_told_with_what_is_near():
    before = symbol("fastapi.f", Parameter("regex", default="None", kind=NAMED))
    after = symbol("fastapi.f", Parameter("regexp", default="None", kind=NAMED))
    ((change, action),) = changes(before, after, given=("regex",))
    assert change == "parameter `regex` is gone"
    assert "`regexp=`" in action
    assert changes(before, after, given=()) == []


def test_a_keyword_that_was_swallowed_is_told():
    ((change, _),) = changes(symbol("fastapi.f", ANY), symbol("fastapi.f"), given=("colour",))
    assert change == "parameter `colour` is refused, as unknown keywords are now"
    assert changes(symbol("fastapi.f", ANY), symbol("fastapi.f", ANY), given=("colour",)) == []


def test_a_keyword_that_never_was_is_not_a_change():
    assert changes(symbol("fastapi.f"), symbol("fastapi.f"), given=("colour",)) == []


def test_a_parameter_that_must_be_given_now_is_told():
    after = symbol("fastapi.f", Parameter("scope", kind=ANYWHERE))
    assert changes(symbol("fastapi.f"), after) == [("parameter `scope` must be given", "Pass `scope=`.")]
    assert changes(symbol("fastapi.f"), after, given=("scope",)) == []
    assert changes(symbol("fastapi.f"), after, positional=1) == []
    assert changes(symbol("fastapi.f"), after, spread=True) == []


def test_positional_arguments_that_must_be_named_are_told():
    before = symbol("fastapi.f", Parameter("a", kind=ANYWHERE), Parameter("b", kind=ANYWHERE))
    after = symbol("fastapi.f", Parameter("a", kind=ANYWHERE), Parameter("b", kind=NAMED))
    told = changes(before, after, positional=2, given=("b",))
    assert told == [("takes 1 positional arguments, 2 are given", "Pass the others by name.")]
    assert changes(before, after, positional=1, given=("b",)) == []


@pytest.mark.parametrize(
    ("was", "now", "count"), [("True", "False", 1), ("False", "None", 0), ("Default(1)", "2", 0)]
)
def test_a_default_that_changed_is_told_where_it_means_something(was, now, count):
    before = symbol("fastapi.f", Parameter("auto", default=was, kind=NAMED))
    after = symbol("fastapi.f", Parameter("auto", default=now, kind=NAMED))
    assert len(changes(before, after)) == count
    assert changes(before, after, given=("auto",)) == []


def test_an_override_that_lacks_a_new_parameter_is_told():
    before = symbol("fastapi.f", Parameter("a", kind=ANYWHERE))
    after = symbol("fastapi.f", Parameter("a", kind=ANYWHERE), Parameter("b", kind=ANYWHERE))
    ((change, _),) = changes(before, after, kind="override", given=("a",))
    assert change == "the method it overrides takes `b` as well"
    assert changes(before, after, kind="override", given=("a",), spread=True) == []


def test_the_installed_framework_has_a_surface(installed_surface):
    assert {"fastapi.FastAPI", "fastapi.applications.FastAPI", "fastapi.Depends"} <= set(
        installed_surface.names
    )
    parameters = {item.name for item in installed_surface.names["fastapi.FastAPI"].parameters}
    assert {"title", "lifespan"} <= parameters
