"""What a graph of agents needs."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import clean
from maestro_knowledge.scaffold.features import PartName, make_base, read_part_name
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.names import split_words
from maestro_knowledge.scaffold.payload import make_payload, say_fields
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.protection import NO_HEADERS
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals
from maestro_knowledge.scaffold.request import NodePart

FIELDS = (
    {
        "name": "skills",
        "type": "list",
        "items": "string",
        "constraints": {"min_items": 1, "max_items": 50},
        "description": "What is to be analysed.",
        "examples": [["sql"]],
    },
)
USUAL = (
    NodePart(name="profile analyzer", description="Find out what the profile is strong in"),
    NodePart(name="career matcher", description="Match careers with the strengths"),
    NodePart(name="orchestrator", description="Put everything together"),
)
TAKEN = frozenset({"graph", "node", "nodes", "state", "run", "inputs", "outputs", "nodes_of"})


@dataclass(frozen=True, slots=True)
class Node:
    """A step of the graph."""

    name: PartName
    description: str
    after: tuple[str, ...]


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of runs: start one, look it up, follow it, resume it, cancel it."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    payload = make_payload(request, setting, FIELDS, refusals)
    given = request.options.nodes
    nodes = _read(given or list(USUAL), refusals)
    refusals.raise_any()
    return Plan(
        context={**base, **payload, "nodes": nodes},
        wiring=route_by(setting.layout, request.names),
        choices=(*say_fields(request, "What does a run begin with?", "skills"), *_choices(given, nodes)),
        next_steps=(NO_HEADERS,) if base["protection"].unit else (),
    )


def _read(parts: Sequence[NodePart], refusals: Refusals) -> tuple[Node, ...]:
    taken: set[str] = set(TAKEN)
    names: dict[str, PartName] = {}
    for number, part in enumerate(parts):
        name = read_part_name(part.name, f"options.nodes[{number}].name", taken, refusals)
        if name is not None:
            names[part.name] = name
    known = {name.plain: name for name in names.values()}
    edges = {
        part.name: tuple(_read_after(part, number, known, refusals)) for number, part in enumerate(parts)
    }
    if not any(edges.values()):
        order = [name.plain for name in names.values()]
        edges = {given: tuple(order[:at][-1:]) for at, given in enumerate(names)}
    _check_order({names[given].plain: edges[given] for given in names}, refusals)
    return tuple(
        Node(
            names[part.name],
            clean(part.description).strip() or f"Do the work of the {names[part.name].title}",
            edges[part.name],
        )
        for part in parts
        if part.name in names
    )


def _read_after(part: NodePart, number: int, known: dict[str, PartName], refusals: Refusals) -> list[str]:
    found: list[str] = []
    for place, given in enumerate(part.after):
        plain = "_".join(split_words(given))
        if plain not in known:
            refusals.add_unknown(f"options.nodes[{number}].after[{place}]", given, known, what="node")
        elif plain not in found:
            found.append(plain)
    return found


def _check_order(graph: dict[str, tuple[str, ...]], refusals: Refusals) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " > ".join(reversed(error.args[1]))
        refusals.add("options.nodes", f"wait for each other in a circle: {circle}", "drop one of `after`")


def _choices(given: Sequence[NodePart], nodes: tuple[Node, ...]) -> tuple[Choice, ...]:
    found: list[Choice] = []
    listed = ", ".join(node.name.title for node in nodes)
    if not given:
        found.append(Choice("options.nodes", "Which agents?", listed, "none were named", ("name them",)))
    elif len(nodes) > 1 and not any(part.after for part in given):
        asks = "Which of them wait for which?"
        found.append(
            Choice(
                "options.nodes.after", asks, "each for the one before", "nothing was said", ("some at once",)
            )
        )
    found.append(
        Choice(
            "runs",
            "Where are runs kept?",
            "in memory",
            "nothing was said; routes and runner know a protocol only",
            ("a table", "a document store (pattern http_actions_store)"),
        )
    )
    return tuple(found)
