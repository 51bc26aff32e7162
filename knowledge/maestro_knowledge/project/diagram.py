"""A Mermaid diagram of what the applications serve."""

from collections.abc import Sequence

from maestro_knowledge.core.text import clean
from maestro_knowledge.project.application import Dependency, Route

_ROUTES = 80


def draw(routes: Sequence[Route]) -> str:
    """Applications, their routers, the routes of each and what these depend on, as a Mermaid flowchart."""
    drawing = _Drawing()
    for route in routes[:_ROUTES]:
        app = drawing.node(route.app.id if route.app is not None else "included nowhere", "([", "])")
        source = app
        for inclusion in route.inclusions:
            inner = drawing.node(f"{inclusion.child} {inclusion.prefix or ''}".strip(), "[[", "]]")
            drawing.edge(source, inner)
            source = inner
        methods = ", ".join(route.methods) or route.operation.kind
        label = f"{methods} {route.path if route.path is not None else '…'} · {route.operation.handler}"
        target = drawing.node(label, "[", "]", key=f"{label} {route.operation.order}")
        drawing.edge(source, target)
        parameters = [p.dependency for p in route.parameters if p.dependency is not None]
        for dependency in (*route.dependencies, *parameters):
            drawing.depend(target, dependency, 0)
    if len(routes) > _ROUTES:
        drawing.node(f"{len(routes) - _ROUTES} more routes are not drawn", "[", "]")
    return "\n".join(["flowchart LR", *drawing.lines])


class _Drawing:
    """Nodes and edges in the order they were first met, each once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, str] = {}
        self.edges: set[tuple[str, str]] = set()

    def node(self, label: str, left: str, right: str, *, key: str = "") -> str:
        """The name of the node with this label."""
        key = f"{left}{key or label}"
        if key not in self.names:
            self.names[key] = f"n{len(self.names) + 1}"
            self.lines.append(f'    {self.names[key]}{left}"{_escape(label)}"{right}')
        return self.names[key]

    def edge(self, source: str, target: str, arrow: str = "-->") -> None:
        """Connects two nodes."""
        if (source, target) not in self.edges:
            self.edges.add((source, target))
            self.lines.append(f"    {source} {arrow} {target}")

    def depend(self, source: str, dependency: Dependency, depth: int) -> None:
        """Connects a node to a dependency and that one to its own."""
        target = self.node(dependency.name, "(", ")")
        self.edge(source, target, "-.->")
        if depth < 5:
            for parameter in dependency.parameters:
                if parameter.dependency is not None:
                    self.depend(target, parameter.dependency, depth + 1)


def _escape(label: str) -> str:
    shown = clean(label).replace("\n", " ")[:120]
    for character, code in (("&", "#amp;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        shown = shown.replace(character, code)
    return shown
