"""Whether this replica can answer: an index is open, and how old it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.home import Home
from maestro_knowledge.core.records import dataclass

if TYPE_CHECKING:
    from maestro_indexer.generations import Generations


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class State:
    """What a load balancer asks for, and what an engineer wants to see beside it."""

    is_ready: bool
    layer: str = ""
    version: str = ""
    generation: str = ""
    age_seconds: float = 0.0
    problem: str = ""

    def data(self) -> dict[str, Any]:
        """The state as JSON."""
        return {
            "status": "ready" if self.is_ready else "not ready",
            "layer": self.layer,
            "version": self.version,
            "generation": self.generation,
            "age_seconds": round(self.age_seconds),
            "problem": self.problem,
        }


class Readiness:
    """Looks at the published generation; costs one `stat` while nothing new was published."""

    def __init__(self, home: Home, now: Callable[[], datetime] = _now) -> None:
        self._home = home
        self._now = now
        self._generations: Generations | None = None

    def look(self) -> State:
        """The state right now."""
        # Whoosh loads when first needed.
        from maestro_indexer.choice import choose  # noqa: PLC0415
        from maestro_indexer.generations import Generations  # noqa: PLC0415
        from maestro_indexer.model import Wanted  # noqa: PLC0415

        if self._generations is None:
            self._generations = Generations(self._home.index)
        view = self._generations.look()
        if not view.snapshots:
            return State(
                False, problem=view.problem or "There is no index yet: `indexer refresh` builds one."
            )
        main = choose(view, Wanted()).info
        return State(
            True,
            main.layer,
            main.version,
            view.generation.id,
            self._age(view.generation.built_at),
            view.problem,
        )

    def _age(self, built_at: str) -> float:
        try:
            age = (self._now() - datetime.fromisoformat(built_at)).total_seconds()
        except (ValueError, TypeError):
            return 0.0
        return max(age, 0.0)  # a clock that was set back makes nothing younger than new
