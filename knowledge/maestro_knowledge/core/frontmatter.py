"""YAML that cannot bite: front matter of pages, registries, specifications."""

from typing import Any

from maestro_knowledge.core.errors import BadArgument, TooLarge

MAX_YAML = 64 * 1024


def read_yaml(text: str, *, what: str) -> Any:
    """The plain data in `text`; tags, aliases and sizes beyond bounds are refused by line."""
    if len(text) > MAX_YAML:
        raise TooLarge(f"{what} has {len(text)} characters.", f"Keep it under {MAX_YAML}.")
    import yaml  # noqa: PLC0415 - most who can read YAML have none to read, and it takes long to import

    from maestro_knowledge.core.plain_yaml import PlainLoader  # noqa: PLC0415

    try:
        return yaml.load(text, Loader=PlainLoader)  # noqa: S506 - a SafeLoader, narrowed
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadArgument(
            f"{what} is not plain YAML: line {line}: {error.problem}.", "Correct that line."
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BadArgument(f"{what} is not plain YAML.", "Correct it, or give JSON.") from None


def split_front_matter(text: str, *, what: str) -> tuple[dict[str, Any], str]:
    """The mapping between the first two `---` lines, and the body below it."""
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---":
        raise BadArgument(
            f"{what} has no front matter.", "Begin it with a `---` line, keys, and a `---` line."
        )
    try:
        end = next(n for n, line in enumerate(lines[1:], 1) if line.strip() == "---")
    except StopIteration:
        raise BadArgument(f"{what} has no end of front matter.", "Close it with a `---` line.") from None
    data = read_yaml("\n".join(lines[1:end]), what=what)
    if not isinstance(data, dict):
        raise BadArgument(f"{what} has front matter that is not a mapping.", "Write `key: value` lines.")
    return data, "\n".join(lines[end + 1 :]).lstrip("\n")
