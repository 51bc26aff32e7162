"""What tests of an application as a whole need."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of tests that hold for any application."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    refusals.raise_any()
    module, _, variable = (setting.app or f"{setting.layout.entry_module}:app").partition(":")
    limit = Choice(
        "read-only",
        "Which routes are called?",
        "GET routes without parameters",
        "others could change something, or need values that only you know",
        ("schemathesis over the same document",),
    )
    steps = (
        "Run them in your project: uv run pytest. They import your application, so they were not tried here.",
    )
    return Plan(
        context={
            **base,
            "app_module": module,
            "app_name": variable.removesuffix("()"),
            "is_factory": variable.endswith("()"),
            "undescribed": setting.undescribed,
        },
        choices=(limit,),
        next_steps=steps if setting.app else (),
        # The user's code is not run: tests of an application of theirs are handed over untried.
        packages=(module.split(".", maxsplit=1)[0],) if setting.app else (),
    )
