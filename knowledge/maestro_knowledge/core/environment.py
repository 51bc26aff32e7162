"""The environment of this process as a whole, for those who hand it on."""

import os


def process_environment(**changes: str) -> dict[str, str]:
    """A copy of the environment with these variables set."""
    return {**os.environ, **changes}
