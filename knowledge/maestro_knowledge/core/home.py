"""Where vault, index and locks live on disk."""

from pathlib import Path

from maestro_knowledge.core.records import dataclass


@dataclass(frozen=True, slots=True)
class Home:
    """The layout below the home folder; nothing is created by naming it."""

    root: Path

    @property
    def clones(self) -> Path:
        """Git clones, one a source."""
        return self.root / "clones"

    @property
    def archives(self) -> Path:
        """Source distributions that were fetched, one a version."""
        return self.root / "archives"

    @property
    def index(self) -> Path:
        """Snapshots, generations and the pointer to the current one."""
        return self.root / "index"

    @property
    def locks(self) -> Path:
        """One lock file a long job."""
        return self.root / "locks"

    @property
    def profiles(self) -> Path:
        """The user's own agent profiles."""
        return self.root / "profiles"

    @property
    def tokens(self) -> Path:
        """Hashed bearer tokens of a team's server."""
        return self.root / "tokens.json"

    @property
    def reviews(self) -> Path:
        """What reviews of the same sources gave, so that a second one is quick."""
        return self.root / "reviews"
