"""A project with other texts in some of its files; the trees of the others are taken over as they are."""

import warnings
from collections.abc import Collection, Mapping
from dataclasses import replace

from maestro_knowledge.project.carrying import carry_over
from maestro_knowledge.project.collection import paused_collection
from maestro_knowledge.project.index import index_module
from maestro_knowledge.project.load import whole
from maestro_knowledge.project.model import Memory, Project
from maestro_knowledge.project.passing import learn_parameters
from maestro_knowledge.project.reading import Unreadable
from maestro_knowledge.project.renewing import renew_facts
from maestro_knowledge.project.source import parse
from maestro_knowledge.project.symbols import Module


def with_texts(
    project: Project,
    texts: Mapping[str, str],
    only: Collection[str] | None = None,
    read: Mapping[str, Module] | None = None,
) -> Project:
    """The project with `texts` (by path) in its files; `Unreadable` where one does not parse.

    With `only`, it is the small project of these files alone. What was `read` of such a text before is taken.
    """
    read = read or {}
    with paused_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old = project.memory
        kept = [module for module in project.modules if only is None or module.path in only]
        modules = tuple(_with_text(one, texts.get(one.path), read.get(one.path)) for one in kept)
        parts = {new: old.parts[was] for new, was in zip(modules, kept, strict=True)}
        memory = Memory(
            locator=old.locator,
            by_parts={each: new for new, each in parts.items()},
            parts=parts,
            imports=dict(old.imports),  # modules that stay name what they named
        )
        bare = replace(project, modules=modules, problems=(), memory=memory)
        if only is not None:
            return whole(bare)
        made = renew_facts(project, bare)
        learn_parameters(made)
        carry_over(project, made)
        return made


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
