"""What a wrong name may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """The known names that look most like `name`, best first."""
    by_fold = {candidate.casefold(): candidate for candidate in sorted(known)}
    found = get_close_matches(name.casefold()[:200], by_fold, n=limit, cutoff=0.4)
    return tuple(by_fold[fold] for fold in found)
