"""Everything that is wrong with a request, gathered before it is said, all at once."""

import difflib
from collections.abc import Iterable

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.text import quote

MAX_SHOWN = 20
MAX_ALLOWED = 24


class Refusals:
    """The faults found so far; each says where, what, and what is allowed there."""

    def __init__(self) -> None:
        self._faults: list[str] = []

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, where: str, fault: str, mend: str = "") -> bool:
        """Notes a fault; always False, so that a check can return it."""
        text = f"{where}: {fault}" + (f"; {mend}" if mend else "")
        if text not in self._faults:
            self._faults.append(text)
        return False

    def add_unknown(self, where: str, given: str, allowed: Iterable[str], *, what: str = "value") -> bool:
        """Notes a key or value that does not exist, with the nearest that does and all that are allowed."""
        choices = sorted(allowed)
        near = difflib.get_close_matches(given[:80].lower(), choices, n=1, cutoff=0.5)
        guess = f"did you mean {near[0]}? " if near else ""
        shown = ", ".join(choices[:MAX_ALLOWED]) + (", …" if len(choices) > MAX_ALLOWED else "")
        return self.add(where, f"unknown {what} {quote(given)}", f"{guess}allowed: {shown or 'none'}")

    def raise_any(self, what: str = "The request") -> None:
        """Raises `BadArgument` with every fault, if there is one."""
        if not self._faults:
            return
        shown = "; ".join(f"({number}) {fault}" for number, fault in enumerate(self._faults[:MAX_SHOWN], 1))
        more = len(self._faults) - MAX_SHOWN
        rest = f"; and {more} more" if more > 0 else ""
        count = "1 problem" if len(self._faults) == 1 else f"{len(self._faults)} problems"
        raise BadArgument(
            f"{what} has {count}: {shown}{rest}.", "Nothing was generated: correct these and ask again."
        )
