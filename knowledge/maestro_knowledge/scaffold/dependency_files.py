"""Adding what generated code needs to the files that a project declares its dependencies in."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from packaging.requirements import InvalidRequirement, Requirement
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.project.settings_files import read_text

DEV_FILES = ("requirements-dev.txt", "requirements_dev.txt", "dev-requirements.txt", "requirements/dev.txt")
DEV_GROUPS = ("dev", "test", "tests", "develop", "development", "testing")
EXTRAS = {"sqlalchemy[asyncio]": "greenlet"}
"""What stands in for an extra of a package that is declared without it."""


@dataclass(slots=True)
class Declared:
    """The new text of every dependency file, and what has to be installed by hand."""

    edited: dict[str, str] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)


def declare(root: Path, folder: str, runtime: Sequence[str], dev: Sequence[str]) -> Declared:
    """The dependency files of `folder` with these requirements added, each only where it is missing."""
    base = (root / folder).resolve()
    top = root.resolve()
    found = Declared()
    text = _exact_text(base / "pyproject.toml", top)
    path = f"{folder}/pyproject.toml" if folder else "pyproject.toml"
    if text is not None:
        edited = _edit_pyproject(text, runtime, dev)
        if edited is not None:
            found.edited[path] = edited
            return found
    wanted = [*runtime, *dev]
    for group, names in ((runtime, ("requirements.in", "requirements.txt")), (dev, DEV_FILES)):
        for name in names:
            text = _exact_text(base / name, top)
            if text is not None and not _is_compiled(text):
                found.edited[f"{folder}/{name}" if folder else name] = _append_lines(text, group)
                wanted = [entry for entry in wanted if entry not in group]
                break
    known = _declared_anywhere(base, top)
    found.by_hand += [entry for entry in wanted if _name(entry) not in known]
    return found


def _exact_text(path: Path, top: Path) -> str | None:
    """The text of a file with its line ends."""
    if read_text(path, top) is None:
        return None
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _edit_pyproject(text: str, runtime: Sequence[str], dev: Sequence[str]) -> str | None:
    """The file with the requirements added; None where it does not declare dependencies itself."""
    try:
        content = tomlkit.parse(text)
    except TOMLKitError:
        return None
    project = content.get("project")
    poetry = _at(content, "tool", "poetry")
    if isinstance(project, dict) and "dependencies" not in (project.get("dynamic") or []):
        if "dependencies" not in project and poetry is not None and "dependencies" in poetry:
            _add_poetry(content, runtime, dev)
        else:
            _add_standard(content, project, runtime, dev)
    elif poetry is not None:
        _add_poetry(content, runtime, dev)
    else:
        return None
    edited = tomlkit.dumps(content)
    # The library writes what it adds with one kind of line end only.
    return re.sub(r"(?<!\r)\n", "\r\n", edited) if "\r\n" in text else edited


def _add_standard(content: Any, project: Any, runtime: Sequence[str], dev: Sequence[str]) -> None:
    known = _known(project.get("dependencies", []))
    missing = _missing(runtime, known)
    if missing:
        if "dependencies" not in project:
            project["dependencies"] = tomlkit.array().multiline(multiline=True)
        _extend(project["dependencies"], missing)
    for group in _groups(content, project).values():
        known |= _known(group)
    missing = _missing(dev, known)
    if missing:
        _extend(_dev_group(content, project), missing)


def _groups(content: Any, project: Any) -> dict[str, Any]:
    return {**(project.get("optional-dependencies") or {}), **(content.get("dependency-groups") or {})}


def _dev_group(content: Any, project: Any) -> Any:
    """The list that development tools are declared in; made where there is none."""
    optional = project.get("optional-dependencies") or {}
    groups = content.get("dependency-groups") or {}
    for name in DEV_GROUPS:
        for table in (groups, optional):
            if isinstance(table.get(name), list):
                return table[name]
    if "dependency-groups" not in content:
        content["dependency-groups"] = tomlkit.table()
    content["dependency-groups"]["dev"] = tomlkit.array().multiline(multiline=True)
    return content["dependency-groups"]["dev"]


def _extend(array: Any, names: Iterable[str]) -> None:
    """Adds entries the way the list is laid out."""
    if not isinstance(array, Array):
        array.extend(names)
        return
    source = array.as_string()
    if "\n" not in source and array:
        array.extend(names)
        return
    indent = next(iter(re.findall(r"\n([ \t]+)\S", source)), "    ")
    for name in names:
        array.add_line(name, indent=indent)
    if "\n" not in source:
        array.add_line(indent="")


def _add_poetry(content: Any, runtime: Sequence[str], dev: Sequence[str]) -> None:
    poetry = content["tool"]["poetry"]
    table = poetry.setdefault("dependencies", tomlkit.table())
    known = _known_poetry(table)
    _set_poetry(table, _missing(runtime, known))
    groups = poetry.get("group") or {}
    group = next((groups[name] for name in DEV_GROUPS if name in groups), None)
    tools = group.get("dependencies") if group is not None else poetry.get("dev-dependencies")
    known |= _known_poetry(tools or {})
    missing = _missing(dev, known)
    if not missing:
        return
    if tools is None:
        if "group" not in poetry:
            poetry["group"] = tomlkit.table(is_super_table=True)
        poetry["group"]["dev"] = tomlkit.table(is_super_table=True)
        poetry["group"]["dev"]["dependencies"] = tools = tomlkit.table()
    _set_poetry(tools, missing)


def _known_poetry(table: Any) -> dict[str, frozenset[str]]:
    return {
        _normalize(name): frozenset(value.get("extras") or ()) if isinstance(value, dict) else frozenset()
        for name, value in table.items()
    }


def _set_poetry(table: Any, names: Iterable[str]) -> None:
    for name in names:
        requirement = Requirement(name)
        version = str(requirement.specifier) or "*"
        if requirement.extras:
            entry = tomlkit.inline_table()
            entry["version"] = version
            entry["extras"] = sorted(requirement.extras)
            table[requirement.name] = entry
        else:
            table[requirement.name] = version


def _append_lines(text: str, names: Sequence[str]) -> str:
    known = _known(text.splitlines())
    missing = _missing(names, known)
    if not missing:
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    if text and not text.endswith("\n"):
        text += newline
    return text + "".join(f"{name}{newline}" for name in missing)


def _missing(wanted: Sequence[str], known: dict[str, frozenset[str]]) -> list[str]:
    """The requirements that are not declared; an extra that is missing has its stand-in."""
    found: list[str] = []
    for entry in wanted:
        name, asked = _name(entry), frozenset(_parse(entry).extras)
        if name not in known:
            found.append(entry)
            continue
        bare = re.sub(r"[<>=!~ ].*", "", entry)
        stand_in = EXTRAS.get(bare)
        if stand_in is not None and not asked <= known[name] and stand_in not in known:
            found.append(stand_in)
    return list(dict.fromkeys(found))


def _known(entries: Iterable[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for entry in entries:
        if not isinstance(entry, str):
            continue
        text = entry.split(" #", 1)[0].split(";", 1)[0].strip().rstrip("\\").strip()
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            continue
        found[_normalize(requirement.name)] = frozenset(requirement.extras)
    return found


def _declared_anywhere(base: Path, top: Path) -> set[str]:
    found: set[str] = set()
    for path in sorted(
        [*base.glob("requirements*.txt"), *base.glob("requirements/*.txt"), *base.glob("*.cfg")]
    )[:20]:
        found |= set(_known((read_text(path, top) or "").splitlines()))
    return found


def _is_compiled(text: str) -> bool:
    return "--hash=" in text or "# via" in text or "autogenerated" in text[:500]


def _at(content: Any, *names: str) -> Any:
    for name in names:
        content = content.get(name) if isinstance(content, dict) else None
    return content if isinstance(content, dict) else None


def _parse(entry: str) -> Requirement:
    return Requirement(entry)


def _name(entry: str) -> str:
    return _normalize(_parse(entry).name)


def _normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
