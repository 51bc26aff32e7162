"""What becomes of generated settings in a project with its own: fields of that class, or a class apart."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.scaffold import place
from maestro_knowledge.scaffold.drafting import Draft
from maestro_knowledge.scaffold.layout import Layout
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.settings.merge import merge_parts
from maestro_knowledge.scaffold.settings.parts import (
    Part,
    PartField,
    find_misfit,
    find_parts,
    new_fields,
    read_asked,
)
from maestro_knowledge.scaffold.settings.source import SettingsFound, SettingsSource

MAKER = "    def of(cls, settings: "
HOMES = {
    "Annotated": "typing",
    "Literal": "typing",
    "Path": "pathlib",
    "Field": "pydantic",
    "HttpUrl": "pydantic",
    "SecretStr": "pydantic",
}
"""Where the names come from that the lines of fields use."""

KNOWN = frozenset({*HOMES, "bool", "dict", "float", "int", "list", "str"})


@dataclass(frozen=True, slots=True)
class Merged:
    """The draft's settings as fields of the project's class; without a source they stay classes apart."""

    source: SettingsSource | None = None
    fields: tuple[PartField, ...] = ()
    """The fields that the class does not have yet."""

    parts: tuple[Part, ...] = ()
    choices: tuple[Choice, ...] = ()
    renamed: Mapping[str, str] | None = None
    """The variables that have another name because the project's class has a prefix."""

    @property
    def used(self) -> tuple[PartField, ...]:
        """Every field that the parts read."""
        return tuple({item.central: item for part in self.parts for item in part.fields}.values())

    def spell(self, text: str) -> str:
        """A text about variables with their names in this project."""
        for old, new in sorted((self.renamed or {}).items(), reverse=True):
            text = re.sub(rf"\b{old}\b", new, text)
        return text


def merge_settings(
    draft: Draft,
    found: SettingsFound,
    there: Sequence[Part],
    *,
    own: frozenset[str],
    width: int,
    pattern: str,
) -> Merged:
    """Lets a draft read the project's settings where it can; says why where it cannot.

    `there` are parts that lie in the project since an earlier request, and are read by this draft.
    """
    source = found.source
    modules = {path: text for path, text in draft.files.items() if path not in draft.tests}
    if source is None:
        asks = bool(found.why_not) and any("(BaseSettings)" in text for text in modules.values())
        return Merged(choices=_say_apart(found.why_not) if asks else ())
    parts = find_parts(modules, source)
    if pattern == "settings":
        return _extend(draft, source, parts)
    if not (parts or there) or any(part.name == source.name for part in parts):
        return Merged()
    if misfit := find_misfit(parts, source):
        return Merged(choices=_say_apart(misfit))
    draft.files = merge_parts(
        draft.files, parts, source, there=there, tests=draft.tests, own=own, width=width
    )
    renamed = _rename_variables(draft, parts, source)
    why = f"the project reads its settings with it ({source.path}: {source.giver})"
    choice = Choice("settings", "Where are its settings?", source.name, why, ("a class of its own",))
    return Merged(source, new_fields(parts, source), (*parts, *there), (choice,), renamed)


def _extend(draft: Draft, source: SettingsSource, parts: Sequence[Part]) -> Merged:
    """The fields of a request for settings as fields of the class that is there; nothing else is made."""
    if not parts:
        return Merged()
    part = parts[0]
    fields = read_asked(draft.files[part.path], part.name, source)
    new = tuple(item for item in fields if item.central not in source.fields)
    if part.path == source.path and not new:
        # It is the class that an earlier request has made, and it has all of them.
        return Merged()
    strange = sorted(
        {name for item in fields for name in item.names} - KNOWN - {item.central for item in fields}
    )
    if strange:
        return Merged(choices=_say_apart(f"its fields need {', '.join(strange)} as well"))
    draft.files, draft.tests, draft.units, draft.modules = {}, [], {}, [source.module]
    whole = Part(part.path, part.name, fields)
    renamed = _rename_variables(draft, [whole], source)
    why = f"the project reads its settings with it ({source.path}: {source.giver})"
    if there := [item.central for item in fields if item not in new]:
        why += f"; {', '.join(there)} stays as it is there"
    choice = Choice("settings", "Where do they go?", source.name, why)
    return Merged(source, new, (whole,), (choice,), renamed)


def _rename_variables(draft: Draft, parts: Sequence[Part], source: SettingsSource) -> dict[str, str]:
    """Gives the variables of a draft the prefix that the project's have; says which have another name now."""
    if not source.prefix:
        return {}
    variables = [item.central.upper() for part in parts for item in part.fields]
    renamed = {name: f"{source.prefix}{name}" for name in variables}
    draft.environment = {renamed.get(name, name): about for name, about in draft.environment.items()}
    return renamed


def find_there(before: Merged, modules: Iterable[str], layout: Layout, root: Path | None) -> tuple[Part, ...]:
    """The parts among the project's modules that an earlier request has made to read its settings."""
    if root is None:
        return ()
    texts = {path: place.read_file(root, path) for path in map(layout.path_of, modules)}
    return tuple(part for part in before.parts if MAKER in texts.get(part.path, ""))


def _say_apart(why: str) -> tuple[Choice, ...]:
    return (
        Choice(
            "settings",
            "Where are its settings?",
            "a class of its own",
            why,
            ("fields of the project's class",),
        ),
    )


def imports_of(fields: Sequence[PartField]) -> list[tuple[str, str]]:
    """The package and name of everything that the lines of fields use."""
    names = sorted({name for item in fields for name in item.names})
    return [(HOMES[name], name) for name in names if name in HOMES]


def edit_settings(text: str, merged: Merged) -> str:
    """The module of the project's settings with the new fields."""
    from maestro_knowledge.scaffold.settings.edit import add_fields  # noqa: PLC0415 - LibCST loads when needed

    if merged.source is None or not merged.fields:
        return text
    found = text
    for part in merged.parts:
        fields = [item for item in part.fields if item in merged.fields]
        if fields:
            above = f"Checked by {part.name} where they are used." if not fields[0].is_asked else ""
            lines = [item.line for item in fields]
            found = add_fields(found, merged.source.name, lines, imports_of(fields), above=above)
    return found


def stand_in_settings(merged: Merged, layout: Layout, others: Mapping[str, str]) -> dict[str, str]:
    """The module of the project's settings where generated code is tried, with what that code reads."""
    source = merged.source
    if source is None:
        return {}
    path = layout.path_of(source.module)
    lines = [f"from {package} import {name}" for package, name in imports_of(merged.used)]
    lines += ["from pydantic_settings import BaseSettings", "", "", f"class {source.name}(BaseSettings):"]
    lines += [f"    {item.line}" for item in merged.used]
    if source.is_function:
        lines += [
            "",
            "",
            f"def {source.giver}() -> {source.name}:",
            f"    return {source.name}.model_construct()",
            "",
        ]
    else:
        lines += ["", "", f"{source.giver} = {source.name}.model_construct()", ""]
    return {path: "\n".join(lines) + (f"\n\n{others[path]}" if path in others else "")}
