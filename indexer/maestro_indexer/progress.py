"""How far a refresh is, for people who watch it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Told which stage of the work has done how many of how many steps."""

    def __call__(self, stage: str, done: int, total: int, /) -> None:
        """Takes note of it; must be cheap."""
        ...


def silent(_stage: str, _done: int, _total: int, /) -> None:
    """Progress that nobody watches."""


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """One bar a stage on stderr, gone when the work is."""
    from rich.console import Console  # noqa: PLC0415 - a refresh that nobody watches does not pay for it
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def show(stage: str, done: int, total: int, /) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show
