"""A comment means to silence a rule, but names none that exists, or in a form that nothing reads."""

from collections.abc import Iterator

from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.suppress import Suppression
from maestro_knowledge.review.view import View

RULE = Rule(id="SUP002", name="misspelt-suppression", severity="warning", tests=True)


def check(suppression: Suppression, _: View) -> Iterator[Report]:
    """Reports a comment that is not read, one with words that mean nothing, or one with none."""
    written = suppression.written
    here = ", ".join(sorted({one.finding.code for one in suppression.here}))
    if written.mistake:
        form = written.form if written.words or not here else f"# maestro: ignore[{here}]"
        message = f"The comment silences nothing: {written.mistake}."
        yield Report(suppression.module, suppression.node, message, fix=f"Write `{form}`.")
    elif suppression.likely:
        names = ", ".join(suppression.likely)
        nearest = list(dict.fromkeys(word for words in suppression.likely.values() for word in words))
        said = f"; nearest: {', '.join(nearest)}" if nearest else ""
        said += f"; what is found here is {here}" if here else ""
        message = f"The comment means to silence {names}, and there is no such rule{said}."
        yield Report(suppression.module, suppression.node, message, subject=names)
    elif not written.words:
        message = "The comment names no rule, so it silences nothing."
        fix = f"Write `# maestro: ignore[{here}]`." if here else ""
        yield Report(suppression.module, suppression.node, message, fix=fix)
