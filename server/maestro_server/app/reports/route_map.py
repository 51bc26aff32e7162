"""The route map of an HTML report: a tree of paths, each with its methods and what was found there."""

from collections import Counter
from collections.abc import Iterator

from maestro_knowledge.core.records import dataclass, field
from maestro_knowledge.review.model import SEVERITIES, Endpoint
from maestro_server.app.reports.markup import Markup, join, tag
from maestro_server.app.reports.report import Part

_MANY = 40  # endpoints beyond which the map scrolls by itself
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(slots=True)
class _Node:
    """A path and what is served there; `children` are the paths below it."""

    segment: str
    endpoints: list[Endpoint] = field(default_factory=list)
    children: dict[str, "_Node"] = field(default_factory=dict)


def write_map(part: Part, findings: str) -> Markup:
    """The tree of one project's endpoints, or a line that there are none; chips link to `findings`."""
    endpoints = part.reviewed.examination.review.endpoints
    if not endpoints:
        return tag("p", "No path operation was found in what was reviewed.", class_="quiet")
    root = _Node("")
    for endpoint in endpoints:
        node = root
        for segment in _segments(endpoint.path):
            node = node.children.setdefault(segment, _Node(segment))
        node.endpoints.append(endpoint)
    found: dict[str, Counter[str]] = {}
    for finding, _ in part.findings:
        if finding.endpoint:
            found.setdefault(finding.endpoint, Counter())[finding.severity] += 1
    classes = "map tall" if len(endpoints) > _MANY else "map"
    return tag(
        "ul",
        [_branch(part, _packed(node), found, findings) for node in _top(root)],
        class_=classes,
        tabindex=0 if len(endpoints) > _MANY else None,
    )


def _segments(path: str) -> list[str]:
    parts = [f"/{segment}" for segment in path.strip("/").split("/")]
    return parts if path.strip("/") else ["/"]


def _top(root: _Node) -> Iterator[_Node]:
    yield from (root.children[name] for name in sorted(root.children))


def _packed(node: _Node) -> _Node:
    """The node with a lone child that nothing is served above drawn into one segment."""
    while not node.endpoints and len(node.children) == 1:
        (child,) = node.children.values()
        node = _Node(node.segment + child.segment, child.endpoints, child.children)
    return node


def _branch(part: Part, node: _Node, found: dict[str, Counter[str]], findings: str) -> Markup:
    head = tag(
        "div",
        tag("span", _path(node.segment), class_="segment"),
        [_chip(part, endpoint, found, findings) for endpoint in sorted(node.endpoints, key=_order)],
        class_="stop",
    )
    below = [_branch(part, _packed(node.children[name]), found, findings) for name in sorted(node.children)]
    return tag("li", head, tag("ul", below) if below else None)


def _order(endpoint: Endpoint) -> tuple[int, str]:
    known = endpoint.method in _METHODS
    return _METHODS.index(endpoint.method) if known else len(_METHODS), endpoint.method


def _path(segment: str) -> Markup:
    """The segment with its parameters set apart."""
    parts = segment.replace("{", "\0{").replace("}", "}\0").split("\0")
    return join([tag("i", part) if part.startswith("{") else part for part in parts])


def _chip(part: Part, endpoint: Endpoint, found: dict[str, Counter[str]], findings: str) -> Markup:
    """One method: where it is handled, and how many findings of the worst kind it has."""
    name = f"{endpoint.method} {endpoint.path}"
    counts = found.get(name, Counter())
    worst = next((severity for severity in SEVERITIES if counts[severity]), "")
    kind = "async def" if endpoint.is_async else "def"
    title = f"{name}\n{kind} {endpoint.handler}\n{part.path(endpoint.file)}:{endpoint.line}"
    classes = f"chip {endpoint.method.lower()}{f' has {worst}' if worst else ''}"
    shown = [endpoint.method, tag("b", counts.total()) if worst else None]
    if worst:
        return tag("a", shown, href=f"#{findings}", class_=classes, title=title, data_endpoint=name)
    return tag("span", shown, class_=classes, title=title)
