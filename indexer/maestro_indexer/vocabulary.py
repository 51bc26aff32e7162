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

# Words that say little of what a question is about; they count, but less.
WEAK_WORDS = frozenset(
    """
    able actually again already although always another anybody anyone anything anyway apparently
    argument assertionerror attribute attributeerror away back basically believe better big bigger
    bit both certain clear clearly come comes coming complete completely confused confusing correct
    correctly currently different difficult done each earlier easily easy effect either else end
    ends enough especially even ever every everybody everyone everything exactly except expect
    expected expects far finally find finds fine forever found full fully further general generally
    give given gives giving go goes going good great guess happen happened happening happens hard
    hello help hi hope however idea ideally immediately instead issue issues keep keeps keyerror
    keyword kind kinds know known knows last late later least leave leaves left less likely little
    long longer look looking looks lot lots many maybe mean means mention moment more most mostly
    much must nameerror near need needed needs neither never new next nice nobody none nor normal
    normally nothing now object obvious obviously occur occurs often ok okay old one ones others
    otherwise out part particular parts people perhaps piece place places point points possible
    possibly pretty previous probably problem problems proper properly put puts question questions
    quickly quite rather real really reason recently regarding right runtimeerror runtimewarning
    said say saying says see seeing seem seems seen sense several shall show showing shown shows
    similar simple simply since slightly smaller somebody somehow someone something sometimes
    somewhere soon sort specific still stuff successfully suddenly suggest suppose supposed sure
    surely take taken takes taking tell thank thanks thing things think thought together tried tries
    truly try trying turn turned turns two typeerror understand unexpected unfortunately unless
    until usual usually valueerror various wanted wants way ways weird well went whatever whenever
    wherever whether whole whose wish within without wonder wondering work worked working works
    worse wrong yet
    """.split()
)

WHOLE_NAMES = tuple(
    """
    AsyncAPI CloudFlare DevOps FastAPI GitHub GraphQL IPv4 IPv6 JavaScript LangChain LocalStack MongoDB MySQL
    NodeJS OAuth OAuth2 OpenAPI OpenID OpenTelemetry PostgreSQL PyCharm ReDoc SQLAlchemy SQLModel SQLite
    TypeScript WebSocket WebSockets YouTube iOS macOS
    """.split()
)
