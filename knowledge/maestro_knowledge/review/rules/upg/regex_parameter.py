"""`regex=` of `Query`, `Path` and their like, which is called `pattern=`."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.versions import at_least
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.needs import Needs
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.upg._editing import renamed_keyword
from maestro_knowledge.review.view import View

RULE = Rule(id="UPG603", name="regex-parameter", severity="warning", fix="safe", since="0.100.0")

_MARKERS = frozenset(
    f"fastapi.{name}" for name in ("Query", "Path", "Header", "Cookie", "Body", "Form", "File")
)
NEEDS = Needs(words=frozenset({"regex", "example"}))


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports each parameter that is declared with a keyword of an older FastAPI."""
    if at_least(view.project.versions, "fastapi", "0.100.0") is False:
        return
    for call, name in view.calls_to(module, _MARKERS):
        marker = name.rpartition(".")[2]
        given = {keyword.arg: keyword for keyword in call.keywords}
        if (regex := given.get("regex")) is not None:
            edits = (renamed_keyword(view, module, regex, "pattern"),) if "pattern" not in given else ()
            yield Report(
                module,
                regex,
                f"`{marker}(regex=…)` is deprecated: the keyword is `pattern`.",
                subject=view.source(module, regex)[:80],
                edits=edits,
            )
        if (example := given.get("example")) is not None:
            yield Report(
                module,
                example,
                f"`{marker}(example=…)` is deprecated: the keyword is `examples`, a list.",
                subject=view.source(module, example)[:80],
                severity="info",
                fix="Write `examples=[…]`, or `openapi_examples={…}` for examples with a title.",
            )
