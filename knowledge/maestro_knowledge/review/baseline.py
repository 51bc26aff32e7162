"""A baseline: the findings that a project lives with for now, by fingerprint, in a file beside the code."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.core.text import quote

if TYPE_CHECKING:
    from maestro_knowledge.review.model import Examination

LARGEST = 20_000_000
_FINGERPRINT = r"[0-9a-f]{16}"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Baseline:
    """The fingerprints that are known, what each was when it was written, and entries that are none."""

    name: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    broken: tuple[str, ...] = ()

    def notes(self, found: Collection[str], *, is_whole: bool) -> tuple[str, ...]:
        """What to say of it after a review; what matches nothing is stale only if all was reviewed."""
        stale = sorted(set(self.known) - set(found)) if is_whole else []
        said: list[str] = []
        if stale:
            said.append(
                f"{len(stale)} of {len(self.known)} entries of the baseline match nothing any more: "
                f"{_some([self.known[one] or one for one in stale])}; --write-baseline drops them."
            )
        if self.broken:
            said.append(
                f"{len(self.broken)} entries of the baseline are no fingerprints: {_some(self.broken)}."
            )
        return tuple(said)


def read_baseline(text: str, name: str) -> Baseline:
    """The baseline that a file holds, or `BadArgument` where it is none."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    entries = content.get("fingerprints") if isinstance(content, dict) else None
    words = content.get("findings", {}) if isinstance(content, dict) else None
    if not isinstance(entries, list) or not isinstance(words, dict):
        raise BadArgument(
            f"{quote(name, 200)} is not a baseline.",
            'A baseline is JSON: {"fingerprints": ["…"]}; `review --write-baseline FILE` writes one.',
        )
    good = [one for one in entries if isinstance(one, str) and re.fullmatch(_FINGERPRINT, one)]
    broken = [quote(str(one), 40) for one in entries if one not in good]
    return Baseline(name, {one: str(words.get(one, ""))[:200] for one in good}, tuple(broken))


def write_baseline(examined: "Sequence[Examination]") -> str:
    """The text of a baseline that holds every finding of these reviews."""
    known = {
        trace.fingerprint: f"{finding.code} {finding.path}: {finding.message}"
        for one in examined
        for finding, trace in zip(one.review.findings, one.traces, strict=True)
    }
    content = {"fingerprints": sorted(known), "findings": dict(sorted(known.items()))}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return "; ".join(names[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
