"""A bound on the whole of a job, whatever it is waiting for."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from maestro_knowledge.core.errors import Unreachable

_AGAIN = 5.0


class OutOfTime(Unreachable):
    """The time that was given has passed."""


class Deadline:
    """When a job must have ended; without seconds it may take as long as it likes."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._ends = None if seconds is None else time.monotonic() + seconds

    def left(self, at_most: float) -> float:
        """The seconds that one step may take."""
        if self._ends is None:
            return at_most
        self.check()
        return min(at_most, self._ends - time.monotonic())

    def check(self) -> None:
        """Raises `OutOfTime` when the time has passed."""
        if self._ends is not None and time.monotonic() >= self._ends:
            raise OutOfTime(
                f"The refresh took more than {self.seconds:g} s.",
                "What was published before is still served; try again with a longer --timeout.",
            )

    @contextmanager
    def enforced(self) -> Iterator[None]:
        """Interrupts even a step that does not look at the clock, where the system can do that."""
        if (
            self._ends is None
            or not hasattr(signal, "setitimer")
            or threading.current_thread() is not threading.main_thread()
        ):
            yield
            return
        before = signal.signal(signal.SIGALRM, self._ring)
        # Once more a little later: an exception that is raised inside a destructor is lost.
        signal.setitimer(signal.ITIMER_REAL, max(self._ends - time.monotonic(), 0.001), _AGAIN)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self.check()
