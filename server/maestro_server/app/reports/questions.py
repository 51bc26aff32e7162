"""The questions of an HTML report: one list, by what they are about and the rule that asks."""

import re
from collections.abc import Sequence
from itertools import groupby

from maestro_knowledge.review.model import Question
from maestro_server.app.reports.markup import Markup, join, marked, tag
from maestro_server.app.reports.report import Part
from maestro_server.expert.review_text import is_about_running

_MORE = re.compile(r"and (\d+) more ")  # what a rule says that cuts its list of files
_FEW = 3  # places of one rule that are shown open
_FILES = 4  # names of files before the rest is counted


def write_questions(part: Part) -> Markup:
    """Everything that was not found, each as a question with where it was looked for."""
    running = [one for one in part.questions if is_about_running(one.umbrella)]
    others = [one for one in part.questions if not is_about_running(one.umbrella)]
    said = "Nothing here is a fault: it was looked for and not found, and may well be elsewhere."
    return tag(
        "div",
        tag("p", said, class_="quiet"),
        _group(part, "Running it: each may be done at the gateway or the platform", running),
        _group(part, "In the code", others),
        class_="questions",
    )


def _group(part: Part, title: str, questions: Sequence[Question]) -> Markup | None:
    if not questions:
        return None
    ordered = sorted(questions, key=lambda one: (one.code, one.path, one.line or 0, one.asks))
    rules = [_rule(part, list(group)) for _, group in groupby(ordered, key=lambda one: one.code)]
    return join([tag("h3", title, class_="group"), rules])


def _rule(part: Part, questions: list[Question]) -> Markup:
    """What one rule asks: the words that all its questions share are said once."""
    first = questions[0]
    code = tag("span", first.code, class_="code question")
    if len(questions) == 1:
        return tag("article", _asked(part, first, code), _searched(part, questions))
    head = tag("summary", code, tag("span", first.rule.replace("-", " "), class_="message"),
               tag("span", f"{len(questions)} places", class_="place"))  # fmt: skip
    places = tag("ul", [tag("li", _asked(part, one)) for one in questions], class_="asked")
    return tag(
        "article", tag("details", head, places, open=len(questions) <= _FEW), _searched(part, questions)
    )


def _asked(part: Part, question: Question, code: Markup | None = None) -> Markup:
    place = f"{part.path(question.path)}{f':{question.line}' if question.line else ''}"
    near = f"Seen near: {'; '.join(question.seen_near)}." if question.seen_near else None
    return join(
        [
            tag("p", [code, " "] if code else None, marked(question.asks), class_="asks"),
            tag("small", f"It would belong at {place}.") if question.path else None,
            tag("small", near) if near else None,
        ]
    )


def _searched(part: Part, questions: Sequence[Question]) -> Markup:
    """What was looked for, and in which files."""
    wanted = "; ".join(sorted({one.looked_for for one in questions}))
    named = list(dict.fromkeys(place for one in questions for place in one.looked_in))
    counted = [int(match[1]) for place in named if (match := _MORE.match(place))]
    paths = sorted(part.path(place) for place in named if not _MORE.match(place))
    more = len(paths[_FILES:]) + max(counted, default=0)
    where = ", ".join(paths[:_FILES]) or "nothing"
    return tag(
        "small",
        f"Looked for {wanted} in {where}{f' and {more} more' if more else ''}.",
        title="\n".join(paths) if more else None,
    )
