"""Every look at the user's code sees its fault, and keeps quiet on code that is right."""

import ast
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maestro_knowledge.diagnosis.looks.catalogue import LOOKS
from maestro_knowledge.diagnosis.model import Exchange, FieldError, Frame, ParsedError, Raised
from maestro_knowledge.diagnosis.scene import make_scene

REQUEST = ParsedError("", exchanges=(Exchange("GET", "/items", 404),))

# look, code in which it sees something, code in which it does not
CASES = [
    ("unawaited-calls", "async def a(): ...\nasync def b():\n    a()", "async def a(): ...\nasync def b():\n    await a()"),
    ("unawaited-calls", "async def a(file: UploadFile):\n    data = file.read()", "async def a(file):\n    data = file.read()"),
    ("unawaited-calls", "async def a(): ...\nasync def b():\n    x = a()", "async def a(): ...\nasync def b():\n    asyncio.create_task(a())"),
    ("unawaited-calls", "async def a(): ...\nasync def b():\n    return a()", "async def a():\n    yield 1\nasync def b():\n    x = a()"),
    ("awaited-plain-calls", "def a(): ...\nasync def b():\n    await a()", "async def a(): ...\nasync def b():\n    await a()"),
    ("loops-run-inside", "async def a():\n    asyncio.run(b())", "asyncio.run(b())"),
    ("loop-objects-at-import", "engine = create_async_engine(url)", "def make():\n    return create_async_engine(url)"),
    ("loop-objects-at-import", "lock = asyncio.Lock()", "lock = threading.Lock()"),
    ("blocking-calls", "async def a():\n    time.sleep(1)", "def a():\n    time.sleep(1)"),
    ("shared-by-tasks", "async def a(session):\n    await gather(b(session), c(session))", "async def a(session):\n    await b(session)"),
    ("optional-without-default", "class A(BaseModel):\n    b: int | None", "class A(BaseModel):\n    b: int | None = None"),
    ("optional-without-default", "def a(b: Optional[int]): ...", "def a(b: Annotated[int | None, Query()] = None): ..."),
    ("models-read-from-the-body", "@app.get('/')\ndef a(b: list[int]): ...", "@app.get('/')\ndef a(b: Annotated[list[int], Query()]): ..."),
    ("models-read-from-the-body", "class M(BaseModel): ...\n@app.get('/')\ndef a(b: M): ...", "class M(BaseModel): ...\n@app.post('/')\ndef a(b: M): ..."),
    ("scalars-read-from-the-query", "@app.post('/')\ndef a(b: str): ...", "@app.post('/')\ndef a(b: Annotated[str, Form()]): ..."),
    ("several-bodies", "class M(BaseModel): ...\n@app.post('/')\ndef a(b: M, c: M): ...", "class M(BaseModel): ...\n@app.post('/')\ndef a(b: M): ..."),
    ("several-bodies", "class M(BaseModel): ...\n@app.post('/')\ndef a(b: Annotated[M, Body(embed=True)]): ...", "class M(BaseModel): ...\n@app.post('/')\ndef a(b: M, c: Annotated[M, Depends()]): ..."),
    ("body-beside-form", "class M(BaseModel): ...\n@app.post('/')\ndef a(b: M, c: UploadFile): ...", "class M(BaseModel): ...\n@app.post('/')\ndef a(b: Annotated[M, Form()], c: UploadFile): ..."),
    ("plain-strings-beside-files", "@app.post('/')\ndef a(b: UploadFile, c: str): ...", "@app.post('/')\ndef a(b: UploadFile, c: Annotated[str, Form()]): ..."),
    ("resources-without-depends", "@app.get('/')\ndef a(b: Session): ...", "@app.get('/')\ndef a(b: Session = Depends(get)): ..."),
    ("untyped-injections", "@app.get('/')\ndef a(request): ...", "@app.get('/')\ndef a(request: Request): ..."),
    ("forms-sent-as-data", "client.post('/', data={})", "client.post('/', json={})"),
    ("wrappers-without-wraps", "def d(f):\n    def w(*args, **kwargs): ...\n    return w\n@app.get('/')\n@d\ndef a(): ...", "def d(f):\n    @wraps(f)\n    def w(*args, **kwargs): ...\n    return w\n@app.get('/')\n@d\ndef a(): ..."),
    ("missing-returns", "@app.get('/')\ndef a() -> M:\n    if b:\n        return c", "@app.get('/')\ndef a() -> M:\n    if b:\n        return c\n    raise D"),
    ("missing-returns", "@app.get('/', response_model=M)\ndef a():\n    b()", "@app.get('/')\ndef a() -> None:\n    b()"),
    ("missing-returns", "@app.get('/')\ndef a() -> M:\n    try:\n        return b()\n    except C:\n        log()", "@app.get('/')\ndef a() -> M:\n    with b():\n        return c"),
    ("models-without-from-attributes", "class M(BaseModel): ...", "class M(BaseModel):\n    model_config = {'from_attributes': True}"),
    ("settings-made-at-import", "class S(BaseSettings): ...\ns = S()", "class S(BaseSettings): ...\ndef get():\n    return S()"),
    ("imports-for-checkers-only", "if TYPE_CHECKING:\n    from a import B", "if DEBUG:\n    from a import B"),
    ("shadowed-routes", "@app.get('/{x}')\ndef a(x): ...\n@app.get('/items')\ndef b(): ...", "@app.get('/items')\ndef b(): ...\n@app.get('/{x}')\ndef a(x): ..."),
    ("shadowed-routes", "@app.get('/{x}')\ndef a(x): ...\n@app.get('/items')\ndef b(): ...", "@app.get('/{x:int}')\ndef a(x): ...\n@app.get('/items')\ndef b(): ..."),
    ("paths-that-differ-by-slash", "@app.get('/items/')\ndef a(): ...", "@app.get('/items')\ndef a(): ..."),
    ("routes-ending-in-slash", "@app.get('/items/')\ndef a(): ...", "@app.get('/')\ndef a(): ..."),
    ("other-methods", "@app.post('/items')\ndef a(): ...", "@app.get('/items')\ndef a(): ..."),
    ("other-prefixes", "@app.get('/api/items')\ndef a(): ...", "@app.get('/users')\ndef a(): ..."),
    ("routers-left-out", "r = APIRouter()\napp = FastAPI()", "r = APIRouter()\napp = FastAPI()\napp.include_router(r)"),
    ("prefixes-given-twice", "r = APIRouter(prefix='/a')\napp.include_router(r, prefix='/a')", "r = APIRouter(prefix='/a')\napp.include_router(r)"),
    ("swallowing-dependencies", "def a():\n    try:\n        yield 1\n    except E:\n        log()", "def a():\n    try:\n        yield 1\n    except E:\n        raise"),
    ("several-yields", "def a():\n    yield 1\n    yield 2", "def a():\n    yield 1"),
    ("clients-without-with", "client = TestClient(app)", "with TestClient(app) as client:\n    client.get('/')"),
    ("clients-without-with", "client = TestClient(app)\nclient.get('/')", "client = TestClient(app)\nwith client:\n    client.get('/')"),
    ("events-beside-lifespan", "app = FastAPI(lifespan=l)\n@app.on_event('startup')\ndef a(): ...", "app = FastAPI()\n@app.on_event('startup')\ndef a(): ..."),
    ("overrides-by-wrong-key", "app.dependency_overrides[get()] = f", "app.dependency_overrides[get] = f"),
    ("overrides-by-wrong-key", "app.dependency_overrides[get] = fake()", "app.dependency_overrides[get] = lambda: fake()"),
    ("reload-with-an-object", "uvicorn.run(app, reload=True)", "uvicorn.run('main:app', reload=True)"),
    ("servers-at-import", "uvicorn.run(app)", "if __name__ == '__main__':\n    uvicorn.run(app)"),
    ("any-origin-with-credentials", "app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)", "app.add_middleware(CORSMiddleware, allow_origins=['*'])"),
    ("no-cors", "app = FastAPI()", "app = FastAPI(middleware=[Middleware(CORSMiddleware)])"),
    ("unlike-origins", "app.add_middleware(CORSMiddleware, allow_origins=['http://a/'])", "app.add_middleware(CORSMiddleware, allow_origins=['http://a', '*'])"),
    ("cors-limits", "app.add_middleware(CORSMiddleware, allow_origins=a)", "app.add_middleware(CORSMiddleware, allow_methods=a, allow_headers=b)"),
    ("middleware-after-cors", "app.add_middleware(CORSMiddleware)\napp.add_middleware(A)", "app.add_middleware(A)\napp.add_middleware(CORSMiddleware)"),
    ("middleware-without-response", "@app.middleware('http')\nasync def a(r, n):\n    await n(r)", "@app.middleware('http')\nasync def a(r, n):\n    return await n(r)"),
    ("body-read-in-middleware", "@app.middleware('http')\nasync def a(request, n):\n    await request.body()", "async def a(request):\n    await request.body()"),
    ("uploads-given-to-tasks", "def a(file: UploadFile, tasks):\n    tasks.add_task(b, file)", "def a(file: UploadFile, tasks):\n    tasks.add_task(b, file_id)"),
    ("dependencies-called-by-hand", "def a(b=Depends(c)): ...\na()", "def a(b=Depends(c)): ...\na(1)"),
    ("handlers-returning-data", "@app.exception_handler(E)\ndef a(r, e):\n    return {}", "@app.exception_handler(E)\ndef a(r, e):\n    return JSONResponse({})"),
    ("sockets-without-accept", "@app.websocket('/')\nasync def a(w):\n    await w.receive()", "@app.websocket('/')\nasync def a(w):\n    await w.accept()"),
    ("old-template-calls", "t.TemplateResponse('a.html', {})", "t.TemplateResponse(request, 'a.html')"),
    ("bare-lifespans", "async def l(app): ...\napp = FastAPI(lifespan=l)", "@asynccontextmanager\nasync def l(app): ...\napp = FastAPI(lifespan=l)"),
    ("expiring-sessions", "s = async_sessionmaker(engine)", "s = async_sessionmaker(engine, expire_on_commit=False)"),
    ("lazy-relationships", "a = relationship()", "a = relationship(lazy='selectin')"),
    ("sync-driver-urls", "create_async_engine('sqlite:///a.db')", "create_async_engine('sqlite+aiosqlite:///a.db')"),
    ("memory-databases", "create_engine('sqlite://')", "create_engine('sqlite://', poolclass=StaticPool)"),
    ("memory-databases", "create_engine('sqlite:///:memory:')", "create_engine('sqlite:///a.db')"),
    ("sessions-left-open", "def a():\n    s = Session()", "def a():\n    with Session() as s: ..."),
    ("statements-as-strings", "s.execute('select 1')", "s.execute(text('select 1'))"),
    ("sessions-at-import", "session = Session(engine)", "def get():\n    return Session(engine)"),
    ("objects-returned-after-the-session", "def a():\n    with Session(e) as s:\n        return s.get(A, 1)", "def a():\n    with Session(e) as s:\n        yield s"),
    ("async-sessions-queried", "def a(s: AsyncSession):\n    s.query(A)", "def a(s: Session):\n    s.query(A)"),
]  # fmt: skip


def see(name: str, code: str, error: ParsedError = REQUEST) -> list[str]:
    scene, notes = make_scene(error, code, None)
    assert notes == ()
    return [seen.says for seen in LOOKS[name](scene)]


@pytest.mark.parametrize(("name", "loud", "quiet"), CASES, ids=[case[0] for case in CASES])
def test_a_look_sees_its_fault_and_keeps_quiet_otherwise(name, loud, quiet):
    assert see(name, loud)
    assert see(name, quiet) == []


def test_every_look_has_its_cases():
    assert set(LOOKS) - {case[0] for case in CASES} == {"modules-named-like-packages"}


def test_a_file_named_like_a_package_is_seen_in_the_traceback():
    frames = (Frame("/srv/fastapi.py", 1, "<module>", is_users=True),)
    error = ParsedError("", raised=(Raised("ImportError", "", frames),))
    assert see("modules-named-like-packages", "", error) == ["`fastapi.py` hides the package of that name"]
    frames = (Frame("/srv/.venv/lib/python3.11/site-packages/httpx.py", 1, "x", is_users=False),)
    assert see("modules-named-like-packages", "", ParsedError("", raised=(Raised("E", "", frames),))) == []


def test_parameters_that_the_error_is_not_about_are_not_shown():
    code = "@app.post('/')\ndef a(b: str, c: str): ...\n"
    error = ParsedError("", fields=(FieldError("missing", "query", "c", "Field required"),))
    assert see("scalars-read-from-the-query", code, error) == ["`c: str` is read from the query string"]


SOURCES = [case[1] for case in CASES] + [case[2] for case in CASES]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(SOURCES), max_size=5))
def test_no_look_fails_on_any_mixture_of_code(sources):
    scene, _ = make_scene(REQUEST, "\n".join(sources), None)
    for look in LOOKS.values():
        list(look(scene))


@pytest.mark.parametrize("path", ["ast.py", "typing.py"])
def test_no_look_fails_on_the_standard_library(path):
    source = Path(ast.__file__).with_name(path)
    scene, _ = make_scene(REQUEST, source.read_text(encoding="utf-8"), None)
    for look in LOOKS.values():
        list(look(scene))
