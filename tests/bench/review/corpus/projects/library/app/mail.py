"""Letters to readers."""


def remind(name: str) -> None:
    """Reminds a reader."""
    print(name)
