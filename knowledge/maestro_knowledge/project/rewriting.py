"""A project with other texts in some of its files; the trees of the others are taken over as they are.

Applications that have nothing to do with each other may lie in one folder, examples or services side by side.
What is true of a module follows from it and from those that it is connected with, so that a part of a project
says as much about a change as the whole.
"""

import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from maestro_knowledge.core.records import replace
from maestro_knowledge.project.carrying import carry_over
from maestro_knowledge.project.collection import paused_collection
from maestro_knowledge.project.connections import connected_with_change
from maestro_knowledge.project.index import index_module
from maestro_knowledge.project.load import whole
from maestro_knowledge.project.model import Memory, Project
from maestro_knowledge.project.reading import Unreadable
from maestro_knowledge.project.source import parse
from maestro_knowledge.project.symbols import Module


def with_texts(project: Project, texts: Mapping[str, str]) -> Project:
    """The project with `texts` (by path) in its files; `Unreadable` where one does not parse."""
    with _undisturbed():
        made = whole(_bare(project, texts, {}))
        carry_over(project, made)
        return made


def reached_by(
    project: Project, texts: Mapping[str, str], read: Mapping[str, Module] | None = None
) -> Project:
    """The part of the project with `texts` that these can make a difference to.

    What was `read` of such a text before is taken.
    """
    with _undisturbed():
        changed = _bare(project, texts, read or {})
        reached = connected_with_change(project, changed)
        made = whole(
            replace(changed, modules=tuple(module for module in changed.modules if module.path in reached))
        )
        carry_over(project, made)
        return made


def only_these(project: Project, paths: Collection[str]) -> Project:
    """The small project of these files alone."""
    with _undisturbed():
        return whole(_of(project, [module for module in project.modules if module.path in paths]))


@contextmanager
def _undisturbed() -> Iterator[None]:
    with paused_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _bare(project: Project, texts: Mapping[str, str], read: Mapping[str, Module]) -> Project:
    """The modules, and nothing that is worked out about them."""
    modules = [_with_text(one, texts.get(one.path), read.get(one.path)) for one in project.modules]
    return _of(project, project.modules, modules)


def _of(project: Project, kept: Sequence[Module], modules: Sequence[Module] | None = None) -> Project:
    """The modules `kept` of the project, or what stands in their places."""
    old = project.memory
    modules = kept if modules is None else modules
    parts = {new: old.parts[was] for new, was in zip(modules, kept, strict=True)}
    memory = Memory(
        locator=old.locator,
        by_parts={each: new for new, each in parts.items()},
        parts=parts,
        imports=dict(old.imports),  # modules that stay name what they named
    )
    return replace(project, modules=tuple(modules), problems=(), memory=memory)


def _with_text(module: Module, text: str | None, read: Module | None) -> Module:
    if text is None:
        return module
    return read if read is not None and read.text == text else _reread(module, text)


def _reread(module: Module, text: str) -> Module:
    try:
        return index_module(
            path=module.path,
            name=module.name,
            text=text,
            encoding=module.encoding,
            tree=parse(text),
            is_package=module.is_package,
            in_scope=module.in_scope,
        )
    except RecursionError:
        raise Unreadable("nested too deeply to be read") from None
