"""What every form of report is made of: one part for each project that was reviewed."""

from pathlib import Path
from typing import TYPE_CHECKING

from maestro_knowledge.core.records import dataclass
from maestro_server.expert.reviewing import Reviewed

if TYPE_CHECKING:
    from maestro_knowledge.review.model import Finding, Question, Trace


@dataclass(frozen=True, slots=True)
class Part:
    """One project's review; `prefix` leads from the folder where the command runs to the project's root."""

    reviewed: Reviewed
    prefix: str = ""

    def path(self, path: str) -> str:
        """A path as it reads from where the command runs."""
        return f"{self.prefix}{path}"

    @property
    def findings(self) -> "tuple[tuple[Finding, Trace], ...]":
        """The findings, each with what stands behind it."""
        examination = self.reviewed.examination
        return tuple(zip(examination.review.findings, examination.traces, strict=True))

    @property
    def questions(self) -> "tuple[Question, ...]":
        """The questions."""
        return self.reviewed.examination.review.questions


def make_part(reviewed: Reviewed, here: Path) -> Part:
    """The part with paths that a tool can open which runs in the folder `here`."""
    root = reviewed.sources.root
    inside = root.is_relative_to(here) and root != here
    return Part(reviewed, f"{root.relative_to(here).as_posix()}/" if inside else "")
