"""What was measured of one tool at one number of clients, and what it says of the aims."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.load.pressing import Pressed
from bench.table import Row

ONE, TWO, REPLICAS = "one worker", "two workers", "two replicas, nginx"
ALLOWED = 1.2
PEERS = ("empty tool", "as large an answer")
PLAIN = "FastMCP's plain tool"


@dataclass(frozen=True)
class Alone:
    """Milliseconds of the call itself, without any server; `processor` is what one takes of a processor."""

    p50: float
    p95: float
    processor: float


@dataclass(frozen=True)
class Measured:
    """One tool at one number of clients; `peers` do nothing, or only answer; `plain` makes the same call."""

    tool: str
    clients: int
    alone: Alone
    peers: Mapping[str, Pressed]
    plain: Pressed
    setups: Mapping[str, Pressed]

    @property
    def name(self) -> str:
        """What a row of it begins with."""
        return f"{self.tool}, {self.clients} clients"

    def part(self, figure: str, peer: str = PEERS[0]) -> float:
        """One worker's `p50`, `p95` or `processor` as a part of what it may be, by the aim."""
        return float(getattr(self.setups[ONE], figure)) / self.allowed(figure, peer)

    def allowed(self, figure: str, peer: str = PEERS[0]) -> float:
        """What the framework takes without the call, and the call without the framework, and a fifth."""
        return float(getattr(self.peers[peer], figure) + getattr(self.alone, figure)) * ALLOWED

    def beside_plain(self, figure: str) -> float:
        """One worker's figure as a multiple of the plainest server's that makes the same call."""
        return float(getattr(self.setups[ONE], figure)) / float(getattr(self.plain, figure))


def figures(found: Measured) -> Iterator[Row]:
    """Everything that was measured."""
    empty = found.peers[PEERS[0]]
    for setup, pressed in {**found.setups, PLAIN: found.plain}.items():
        name = f"{found.name}, {setup}"
        yield Row(f"{name}: calls", pressed.rate, PEERS[0], empty.rate, "/s")
        for figure in ("p50", "p95", "p99", "processor"):
            theirs = float(getattr(empty, figure))
            yield Row(f"{name}: {figure}", float(getattr(pressed, figure)), PEERS[0], theirs, "ms")


def judged(found: Measured) -> Iterator[Row]:
    """What is aimed at."""
    one = found.setups[ONE]
    for figure in ("p50", "p95", "processor"):
        ours, name = float(getattr(one, figure)), f"{found.name}: {figure}"
        for peer in PEERS:
            whose = f"({peer} + in process) × 1.2"
            yield Row(name, ours, whose, found.allowed(figure, peer), "ms", "<= 1")
        yield Row(name, ours, PLAIN, float(getattr(found.plain, figure)), "ms", "to compare with")
    for setup in (TWO, REPLICAS):
        # One client has one call at a time made: a second worker has nothing to do.
        if (more := found.setups.get(setup)) and found.clients > 1:
            name = f"{found.name}: {setup}"
            yield Row(f"{name}, calls", more.rate, ONE, one.rate, "/s", f">= 1.7; {shares(more)}")
            yield Row(f"{name}, processor", more.processor, ONE, one.processor, "ms", "<= 1.1")


def shares(pressed: Pressed) -> str:
    """Who had how much of the machine: two workers hold twice one only where they have a core each."""
    return f"servers had {pressed.servers:.2f}, wrk {pressed.generator:.2f} of {os.cpu_count()} cores"


def table(measured: Sequence[Measured]) -> list[str]:
    """The table of `server/deploy/README.md`, in Markdown."""
    counts = sorted({one.clients for one in measured})
    tools = list(dict.fromkeys(one.tool for one in measured))
    lines = [f"| clients | {' | '.join(map(str, counts))} |", f"|---{'|---' * len(counts)}|"]
    for tool in tools:
        mine = {one.clients: one for one in measured if one.tool == tool}
        for label, cell in CELLS.items():
            cells = [cell(mine[count]) for count in counts]
            if any(cells):
                lines.append(f"| `{tool}`: {label} | {' | '.join(cells)} |")
    return lines


def _times(found: Measured, peer: str) -> str:
    return f"{found.part('p50', peer):.2f}, {found.part('p95', peer):.2f}"


def _processor(found: Measured) -> str:
    empty, large = (found.peers[peer].processor for peer in PEERS)
    figures = [empty, large, found.alone.processor, found.plain.processor]
    return ", ".join(f"{figure:.2f}" for figure in [*figures, *(s.processor for s in found.setups.values())])


def _more(found: Measured) -> str:
    rates = [found.setups[name].rate / found.setups[ONE].rate for name in found.setups if name != ONE]
    return ", ".join(f"{rate:.2f}" for rate in rates)


def _had(found: Measured) -> str:
    return ", ".join(f"{more.servers:.2f} + {more.generator:.2f}" for more in found.setups.values())


CELLS: Mapping[str, Callable[[Measured], str]] = {
    "p50, p95 as a part of (empty tool + in process) × 1.2": lambda found: _times(found, PEERS[0]),
    "the same with a tool that gives as large an answer": lambda found: _times(found, PEERS[1]),
    "p50, p95 beside FastMCP's plain tool making the same call": lambda found: (
        f"{found.beside_plain('p50'):.2f}, {found.beside_plain('p95'):.2f}"
    ),
    "processor seconds per 1,000 calls: empty tool, as large an answer, in process, plain tool, "
    "one worker, two workers, two replicas": _processor,
    "calls a second, two workers and two replicas beside one worker": _more,
    "cores that the servers + wrk had: one worker, two workers, two replicas": _had,
}
