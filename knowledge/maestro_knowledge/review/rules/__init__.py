'''How to write a rule: the guide for authors, on one page.

A rule is two files in its family's folder, both named after the fault: `rules/din/swallowed_in_yield.py`
and `rules/din/swallowed_in_yield.md`. The folders are walked; there is no list to extend. A new family is a
folder with an `__init__.py` whose one line is the family's title. What rules of one family share stands in a
module whose name begins with an underscore.

    """A yield dependency catches an exception and does not raise again."""

    from collections.abc import Iterator

    from maestro_knowledge.project.application import Dependency
    from maestro_knowledge.review.model import Rule
    from maestro_knowledge.review.report import Report
    from maestro_knowledge.review.view import View

    RULE = Rule(id="DIN507", name="swallowed-in-yield", severity="error", fix="safe")


    def check(dependency: Dependency, view: View) -> Iterator[Report]:
        """Reports …"""
        …
        yield Report(function.module, handler, "`get_db` catches `Exception` and does not raise it again.")

**What it reads** is the type of the first parameter: `Project` (once), `Module`, `Function`, `Class`,
`ModelClass`, `App`, `Router`, `Inclusion`, `Operation`, `Route`, `Dependency`, `Middleware`,
`ExceptionHandler`, `Lifespan` or `BackgroundTask`; `A | B` reads both. `project/model.py` says how to read
each. A rule sees facts of reviewed modules only, and none of test modules unless `tests=True`.

**What it needs.** If there is nothing to say of a module without certain calls, nodes or words, one line says
so: `NEEDS = Needs(calls=_ENCODERS)`. The rule is then not asked about other modules, nor their functions.

**What it can ask** is on `View`: `name(module, node)` (dotted, canonical: "requests.get"), `type`, `is_a`,
`calls(module)`, `calls_to(module, names)`, `around` (the function a node runs in), `parent`, `operations`,
`routes`, `is_handler`, `is_dependency`, `dependencies`, `source`; `view.project` for the rest
(`project/calls.py` for who calls whom and which functions run on the event loop). Look at nodes by
`module.nodes[ast.Call]`, in one function by `view.own(function, ast.Call)` or `view.own_calls_to(function,
names)`, or by `function.scope.nodes` where many kinds count: never walk a tree again. What is costly and
shared is asked of `view.once(key, make)`.

**What it says.** `Report(module, node, message)`: the node is what must change; the message is one sentence
that names the objects in backticks, without line numbers and without advice. `hops` are further places as
`Hop(module, node, note)`: every step of a chain. `subject` names what the fault is about (the function, the
field), so that the fingerprint survives moved lines and reworded messages. `severity` and `confidence` are
given where a case is milder or less sure than the rule; `fix` where there is something better to say than
the page. `edits` come from `view.replace`, `insert_before`, `insert_after`; `Rule.fix` says how far they
are to be trusted. What rests on absence is an `Ask` from a rule with `severity="question"`: what was looked
for, in which files, what was seen near it; never a claim.

**When unsure, stay silent.** An empty name, a None type, `is_complete=False`, `path is None`, `*args`:
return. Decide by what a name refers to, never by how it is spelled, unless the catalogue asks for a look at
spelling (`password`, `limit`), and then demand evidence of the value too. Look through aliases, wrappers,
both `Depends` styles, methods, nested functions. Name in a comment the trap that a line avoids.

**Versions.** `since="0.137.0"` is the first FastAPI it is true of, `until` the first it is no longer true
of; an unknown version counts as the newest.

**The page** has the form that `review/page.py` describes. Its examples are the tests of the rule (`pytest
tests/knowledge/review/test_rule_pages.py -k DIN507`): minimal, realistic, no more bad ones than good ones,
and a good one for every way in which the rule could be wrong. `docs` are refs of the catalogue's column.
The first paragraphs of *Why it matters* and *Fix* are shown with every finding: one sentence each, about
FastAPI. The same faults in another style go to `tests/bench/review/`, with the labels written before
running.
'''
