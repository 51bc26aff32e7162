"""Where the published API reference has each symbol: as its pages say, else as FastAPI's do today."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.refs import DEFAULT_SOURCE
from maestro_knowledge.vault.markdown import parse_markdown
from maestro_knowledge.vault.model import Place
from maestro_knowledge.vault.pages import Page
from maestro_knowledge.vault.render import directives_in
from maestro_knowledge.vault.trees import Tree

_APP = "openapi_version webhooks state dependency_overrides openapi middleware exception_handler"
_ROUTES = "websocket include_router frontend get put post delete options head patch trace on_event"
_RESPONSE = (
    "charset status_code media_type body background raw_headers render init_headers headers set_cookie"
)
# A page, the module that its entries stand in, and the entries; then those of which it shows some members.
_PAGES = """
background      fastapi              BackgroundTasks
dependencies    fastapi              Depends Security
encoders        fastapi.encoders     jsonable_encoder
exceptions      fastapi              HTTPException WebSocketException
httpconnection  fastapi.requests     HTTPConnection
middleware      fastapi.middleware   cors.CORSMiddleware gzip.GZipMiddleware
middleware      fastapi.middleware   httpsredirect.HTTPSRedirectMiddleware trustedhost.TrustedHostMiddleware
openapi/docs    fastapi.openapi.docs get_swagger_ui_html get_redoc_html swagger_ui_default_parameters
openapi/docs    fastapi.openapi.docs get_swagger_ui_oauth2_redirect_html
openapi/models  fastapi.openapi      models
parameters      fastapi              Query Path Body Cookie Header Form File
request         fastapi              Request
response        fastapi              Response
security/index  fastapi.security     APIKeyCookie APIKeyHeader APIKeyQuery HTTPBasic HTTPBearer HTTPDigest
security/index  fastapi.security     HTTPAuthorizationCredentials HTTPBasicCredentials OAuth2 OpenIdConnect
security/index  fastapi.security     OAuth2AuthorizationCodeBearer OAuth2PasswordBearer SecurityScopes
security/index  fastapi.security     OAuth2PasswordRequestForm OAuth2PasswordRequestFormStrict
sse             fastapi.sse          EventSourceResponse ServerSentEvent
staticfiles     fastapi.staticfiles  StaticFiles
status          fastapi              status
templating      fastapi.templating   Jinja2Templates
testclient      fastapi.testclient   TestClient
uploadfile      fastapi              UploadFile
websockets      fastapi              WebSocket
websockets      fastapi.websockets   WebSocketDisconnect WebSocketState
"""
_PARTLY = (
    ("fastapi", "fastapi.FastAPI", f"{_APP} {_ROUTES}"),
    ("apirouter", "fastapi.APIRouter", _ROUTES),
    *(
        (
            "responses",
            f"fastapi.responses.{name}Response",
            f"{_RESPONSE} delete_cookie chunk_size body_iterator",
        )
        for name in ("UJSON", "ORJSON", "HTML", "JSON", "PlainText", "Redirect", "", "File", "Streaming")
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the reference: its page, and the members it shows (all if none is named)."""

    path: str
    members: frozenset[str] = frozenset()


class Reference:
    """The entries of a reference by dotted name."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self.entries = entries

    def place(self, names: Sequence[str]) -> Place | None:
        """Where a symbol stands that goes by these names: its own entry, else that of what it is part of."""
        for name in names:
            if name in self.entries:
                return Place(self.entries[name].path, name)
        for name in names:
            above, _, _ = name.rpartition(".")
            while above:
                if entry := self.entries.get(above):
                    member = name[len(above) + 1 :].split(".")[0]
                    shown = not entry.members or member in entry.members
                    return Place(entry.path, f"{above}.{member}" if shown else above)
                above, _, _ = above.rpartition(".")
        return None


def reference_pages(tree: Tree, pages: Iterable[Page]) -> Iterator[tuple[Page, bytes]]:
    """Those of the pages that show symbols, and what is in them."""
    for page in pages:
        try:
            content = tree.read(page.file)
        except MaestroError:
            continue
        if content.startswith(b":::") or b"\n:::" in content:
            yield page, content


def read_reference(pages: Iterable[tuple[Page, bytes]], name: str) -> Reference:
    """The reference of a source: from its pages where it has any, else, for FastAPI, from the table."""
    found = dict(_from_pages(pages))
    return Reference(found or (dict(_from_table()) if name == DEFAULT_SOURCE else {}))


def _from_pages(pages: Iterable[tuple[Page, bytes]]) -> Iterator[tuple[str, Entry]]:
    for page, content in pages:
        document = parse_markdown(content.decode("utf-8", "replace"))
        for directive in directives_in(document.blocks):
            yield directive.name, Entry(page.path, frozenset(directive.members))


def _from_table() -> Iterator[tuple[str, Entry]]:
    for line in _PAGES.split("\n"):
        page, module, *names = line.split() or ("", "")
        for name in names:
            yield f"{module}.{name}", Entry(f"reference/{page}.md")
    for page, name, members in _PARTLY:
        yield name, Entry(f"reference/{page}.md", frozenset(members.split()))
