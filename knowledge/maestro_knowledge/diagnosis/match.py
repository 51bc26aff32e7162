"""An error, the code around it, the project it came from → what happened, why, and what mends it."""

import re
from collections.abc import Mapping

from packaging.version import InvalidVersion, Version

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.diagnosis.load import load_families
from maestro_knowledge.diagnosis.model import (
    Cause,
    Confidence,
    Diagnosis,
    Evidence,
    Family,
    ParsedError,
    ProjectFacts,
    RankedCause,
)
from maestro_knowledge.diagnosis.parse import make_query, parse_error
from maestro_knowledge.diagnosis.scene import Scene, make_scene
from maestro_knowledge.diagnosis.signs import Hit, Witness

MAX_CAUSES = 4
MAX_ALSO = 3
NEAR = 30
GENERAL = 30
OTHER_VERSION = 15
STRONG = 24

_SLOT = re.compile(r"\[\[(\w{1,40})\|([^\]]{0,80})\]\]")


@dataclass(frozen=True, slots=True)
class _Match:
    """A family that speaks, by its strongest sign."""

    family: Family
    hit: Hit
    score: int
    fits_version: bool


def diagnose(error: str, code: str = "", project_facts: ProjectFacts | None = None) -> Diagnosis:
    """The best explanation of `error` there is; not `known` when no family of errors speaks."""
    parsed = parse_error(error)
    scene, notes = make_scene(parsed, code, project_facts)
    versions = project_facts.versions if project_facts else {}
    matches = _find_matches(Witness(scene), versions)
    if parsed.is_cut:
        notes = (*notes, "Only the beginning and the end of the text were read: it is very long.")
    if not matches:
        return Diagnosis(known=False, error=parsed, query=make_query(parsed), notes=notes)
    return _explain(matches, scene, versions, notes)


def _find_matches(witness: Witness, versions: Mapping[str, str]) -> list[_Match]:
    """The families that speak, the strongest first."""
    found: list[_Match] = []
    for family in load_families():
        hits = [hit for sign in family.signs if (hit := witness.check(sign))]
        if hits:
            hit = max(hits, key=lambda item: item.score)
            fits = _fits(family, versions)
            score = hit.score - GENERAL * family.general - OTHER_VERSION * (not fits)
            found.append(_Match(family, hit, score, fits))
    return sorted(found, key=lambda item: (-item.score, item.family.name))


def _explain(
    matches: list[_Match], scene: Scene, versions: Mapping[str, str], notes: tuple[str, ...]
) -> Diagnosis:
    """The diagnosis by the strongest match."""
    best = matches[0]
    family = best.family
    words = _make_words(scene.error, best.hit.holes)
    confidence = _weigh(best)
    if not best.fits_version:
        notes = (*notes, _tell_version(family, versions))
    return Diagnosis(
        known=True,
        error=scene.error,
        query=make_query(scene.error),
        family=family.name,
        library=family.library,
        title=_fill(family.title, words),
        what=_fill(family.what, words),
        confidence=confidence,
        evidence=best.hit.evidence,
        causes=_rank(family.causes, Witness(scene), words, confidence),
        alternatives=family.alternatives,
        refs=family.refs,
        links=family.links,
        also=tuple(
            item.family.name
            for item in matches[1:]
            if item.score >= best.score - NEAR and not item.family.general
        )[:MAX_ALSO],
        notes=notes,
    )


def _weigh(match: _Match) -> Confidence:
    """How sure the family is: an exception and its words say more than words alone."""
    hit = match.hit
    told_by_fields = hit.score >= STRONG + 8 and not hit.weight
    if match.family.general:
        return "medium" if hit.where != "text" or told_by_fields else "low"
    if (hit.where != "text" and hit.weight) or hit.weight >= STRONG or told_by_fields:
        return "high" if match.fits_version else "medium"
    return "medium" if hit.where != "text" or hit.weight >= STRONG // 2 else "low"


def _rank(
    causes: tuple[Cause, ...], witness: Witness, words: Mapping[str, str], ceiling: Confidence
) -> tuple[RankedCause, ...]:
    """The causes: those that show, then those that are merely usual, then those that do not show."""
    rows: list[tuple[int, Cause, tuple[Evidence, ...]]] = []
    for cause in causes:
        hits = [hit for sign in cause.when if (hit := witness.check(sign, firm=0))]
        told = dict.fromkeys(item for hit in hits for item in hit.evidence)
        evidence = tuple(sorted(told, key=lambda item: item.told_by == "text"))
        if cause.when and not hits:
            rank = 3
        elif any(item.told_by != "text" for item in evidence):
            rank = 0
        else:
            rank = 1 if hits else 2
        if rank < 3 or not cause.only:
            rows.append((rank, cause, evidence))
    rows.sort(key=lambda row: row[0])
    best = rows[0][0] if rows else 0
    return tuple(
        RankedCause(
            _fill(cause.says, words),
            _trust(rank, best, ceiling),
            evidence,
            cause.mend,
            cause.language,
            cause.refs,
        )
        for rank, cause, evidence in rows[:MAX_CAUSES]
    )


def _trust(rank: int, best: int, ceiling: Confidence) -> Confidence:
    """How sure a cause is: one that shows beats one that is usual, code beats words."""
    if rank == 3:
        return "low"
    if rank == 2 or (rank == 1 and best == 0) or ceiling == "low":
        return "medium"
    return "high"


def _make_words(error: ParsedError, holes: Mapping[str, str]) -> dict[str, str]:
    """What the slots of a family's sentences are filled with."""
    words = {name: value for name, value in holes.items() if value}
    if error.fields:
        first = error.fields[0]
        words.setdefault("field", ".".join(filter(None, (first.place, first.location))))
        words.setdefault("name", first.location.rpartition(".")[2])
        words.setdefault("place", first.place)
    if error.exchanges:
        words.setdefault("path", error.exchanges[-1].path)
        words.setdefault("method", error.exchanges[-1].method)
    words.setdefault("model", error.model)
    return {name: value for name, value in words.items() if value}


def _fill(text: str, words: Mapping[str, str]) -> str:
    """The text with its `[[slot|else]]` places filled."""
    return _SLOT.sub(lambda slot: words.get(slot[1], slot[2])[:120], text)


def _fits(family: Family, versions: Mapping[str, str]) -> bool:
    """Whether the project's version of the family's library can raise it, as far as that is known."""
    try:
        version = Version(versions[family.library])
        return not (
            (family.since and version < Version(family.since))
            or (family.until and version >= Version(family.until))
        )
    except (KeyError, InvalidVersion):
        return True


def _tell_version(family: Family, versions: Mapping[str, str]) -> str:
    """A note that the project's version is none that raises this."""
    bounds = " and ".join(
        filter(
            None,
            (
                f"since {family.since}" if family.since else "",
                f"before {family.until}" if family.until else "",
            ),
        )
    )
    return f"{family.library} raises this {bounds}; the project has {versions.get(family.library, '?')}."
