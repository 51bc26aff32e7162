"""What was worked out about a project, carried over to the same project with some other texts.

What a function calls and gives follows from its module and from all that this one imports, by way of others
too. So it stays as it is wherever that way leads to no changed file, and to nothing that is known from
elsewhere: untyped parameters hold what their callers pass, `app.state` what any file puts there.
"""

import ast
from collections.abc import Iterator, Mapping

from maestro_knowledge.project.connections import importers_by_module, names_state, reached_from
from maestro_knowledge.project.model import Project
from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import ancestors


def carry_over(before: Project, after: Project) -> None:
    """Notes in `after` what is known in `before` of the functions that nothing of the difference reaches."""
    unreached = _unreached(before, after)
    old, new = before.memory, after.memory
    for module in unreached:
        if (named := old.named.get(module)) is not None:
            new.named[module] = named
        if (sites := old.imported_calls.get(module)) is not None:
            new.imported_calls[module] = sites
        for function in module.functions:
            if (calls := old.calls.get(function)) is not None:
                new.calls[function] = calls
            if (chains := old.chains.get(function)) is not None:
                new.settled[function] = chains


def _unreached(before: Project, after: Project) -> list[Module]:
    """The modules that both have, without those whose imports lead to what may have become another."""
    kept = set(before.modules)
    changed = [module for module in after.modules if module not in kept]
    changed += [module for module in after.modules if names_state(module.text)]
    changed += _owners(before.memory.parameters)
    changed += _owners(after.memory.parameters)
    reached = reached_from(changed, importers_by_module(after))
    return [module for module in after.modules if module not in reached]


def _owners(parameters: Mapping[ast.arg, object]) -> Iterator[Module]:
    for argument in parameters:
        definition = (getattr(node, "definition", None) for node in ancestors(argument))
        function = next((one for one in definition if isinstance(one, Function)), None)
        if function is not None:
            yield function.module
