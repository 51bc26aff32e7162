"""The list of review rules, or one rule's page."""

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from maestro_server.expert.answers import Answer

if TYPE_CHECKING:
    from maestro_knowledge.review.registry import LoadedRule


def rules(word: str) -> Answer:
    """Every rule by family, or the page of the one that `word` names."""
    from maestro_knowledge.review.registry import find_rule, load_rules  # noqa: PLC0415 - loads every rule

    if word:
        found = find_rule(word)
        return Answer(found.page.text.strip(), _facts(found) | {"page": found.page.text.strip()})
    known = load_rules()
    lines = [f'{len(known)} rules. `rules RULE` or read_docs("rule:ID") explains one.']
    for family, members in groupby(known, key=lambda loaded: loaded.rule.family):
        group = list(members)
        lines.append(f"\n{family}  {group[0].family_title}".rstrip())
        lines += [_line(loaded) for loaded in group]
    return Answer("\n".join(lines), {"rules": [_facts(loaded) for loaded in known]})


def _line(loaded: "LoadedRule") -> str:
    rule = loaded.rule
    notes = [f"{rule.fix} fix"] if rule.fix else []
    notes += [] if rule.on else ["only when selected"]
    notes += ["preview"] if rule.preview else []
    tail = f" ({', '.join(notes)})" if notes else ""
    return f"  {rule.id} {rule.severity:<8} {rule.name}{tail}"


def _facts(loaded: "LoadedRule") -> dict[str, object]:
    return {
        **asdict(loaded.rule),
        "summary": loaded.page.summary,
        "refs": [loaded.rule.ref, *loaded.page.docs],
    }
