"""What a command hands back to be printed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from maestro_knowledge.core.records import dataclass

if TYPE_CHECKING:
    from maestro_server.expert.answers import Answer


@dataclass(frozen=True, slots=True)
class Output:
    """Lines of text, or data to print as JSON; and the exit code, known once the lines are through."""

    lines: Iterable[str] = ()
    data: Any = None
    code: int = 0
    live: bool = False
    compact: bool = False


def show(answer: "Answer", *, as_json: bool, code: int = 0) -> Output:
    """An answer as text, or as its data."""
    return Output(data=answer.data, code=code) if as_json else Output(lines=(answer.text,), code=code)
