"""The server fetches an address that the client chose."""

from collections.abc import Iterator

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import argument, chooses_host, hops_to, uses_of
from maestro_knowledge.review.rules.sec._taint import flow_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC605", name="url-from-request", severity="warning")

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_CLIENTS = ("httpx", "httpx.Client", "httpx.AsyncClient", "httpx2", "httpx2.Client", "httpx2.AsyncClient",
            "requests", "requests.Session", "requests.sessions.Session", "requests.api",
            "aiohttp.ClientSession", "aiohttp.client.ClientSession")  # fmt: skip
_FIRST = frozenset(
    {f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS}
    | {
        "urllib.request.urlopen",
        "urllib.request.urlretrieve",
        "urllib.request.Request",
        "aiohttp.ClientSession.ws_connect",
    }
    | {
        "websockets.connect",
        "websockets.client.connect",
        "feedparser.parse",
        "pandas.read_csv",
        "pandas.read_json",
    }
    | {"wget.download", "websockets.asyncio.client.connect"}
)
_SECOND = frozenset(
    {f"{client}.{verb}" for client in _CLIENTS for verb in ("request", "stream", "build_request")}
    | {
        "aiohttp.request",
        "httpx.Request",
        "requests.Request",
        "urllib3.request",
        "urllib3.PoolManager.request",
    }
)


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports requests whose host the client names."""
    for call, name, use in uses_of(view, module):
        if name in _FIRST:
            given = argument(use, 0, "url", "fullurl", "uri")
        elif name in _SECOND:
            given = argument(use, 1, "url")
        else:
            continue
        if given is None:
            continue
        origin = chooses_host(view, flow_of(view), module, given)
        if origin is None:
            continue
        function = view.around(module, call)
        who = f"`{function.name}`" if function else "This"
        hops = hops_to(view, module, given, "the address is made here")
        message = f"{who} sends a request to the host that the request's `{origin.label}` names."
        yield Report(module, call, message, subject=origin.label, hops=hops)
