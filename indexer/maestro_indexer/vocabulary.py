"""Words that are treated in a way of their own: those that say nothing, and names that never come apart."""

# ruff: noqa: SIM905 - a table of words reads better as text

STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been being but by can could did do does doing
    for from get gets getting got had has have having he her here him his how i i'd i'm i've if in into is
    isn't it its just let like make makes may me might my no not of on once only or other our out over own
    please same she should so some such than that the their them then there these they this those through
    to too up us use used uses using very want was way we were what when where which while who why will
    with would yes you your
    """.split()
)

WHOLE_NAMES = tuple(
    """
    AsyncAPI CloudFlare DevOps FastAPI GitHub GraphQL IPv4 IPv6 JavaScript LangChain LocalStack MongoDB MySQL
    NodeJS OAuth OAuth2 OpenAPI OpenID OpenTelemetry PostgreSQL PyCharm ReDoc SQLAlchemy SQLModel SQLite
    TypeScript WebSocket WebSockets YouTube iOS macOS
    """.split()
)
