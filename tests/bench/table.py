"""What every bench prints and writes: ours, a named peer in the same run, their ratio, the aim."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of a table: ours and the peer's in the same unit; without a peer, ours alone."""

    what: str
    ours: float
    peer: str
    theirs: float
    unit: str
    aim: str = ""

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the peer's; 0 without a peer."""
        return self.ours / self.theirs if self.theirs else 0.0

    def data(self) -> dict[str, Any]:
        """The row for machines."""
        return {**asdict(self), "ratio": round(self.ratio, 4)}


def show(title: str, rows: Iterable[Row]) -> None:
    """Prints the table that people read."""
    print(f"\n{title}")
    print(f"{'':56} {'ours':>12}  {'peer':28} {'theirs':>12} {'ratio':>8}  aim")
    for row in rows:
        theirs = f"{_number(row.theirs)} {row.unit}" if row.peer else ""
        ratio = f"{row.ratio:.2f}" if row.peer else ""
        ours = f"{_number(row.ours)} {row.unit}"
        print(f"{row.what:56} {ours:>12}  {row.peer:28} {theirs:>12} {ratio:>8}  {row.aim}".rstrip())


def write_json(path: Path, rows: Sequence[Row]) -> None:
    """Writes the rows for machines, with the machine that they were measured on."""
    path.write_text(
        json.dumps({"machine": machine(), "rows": [row.data() for row in rows]}, indent=1) + "\n", "utf-8"
    )


def read_json(path: Path) -> list[Row]:
    """The rows that were written."""
    rows: list[Mapping[str, Any]] = json.loads(path.read_text("utf-8"))["rows"]
    return [Row(**{name: value for name, value in row.items() if name != "ratio"}) for row in rows]


def machine() -> str:
    """The size of the machine, which a figure is worth nothing without."""
    return f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"
