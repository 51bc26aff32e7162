"""Applications that cannot start or run, each with the explanation it must get."""

import pytest
from fastapi import FastAPI, Request
from fastapi.sse import ServerSentEvent
from fastapi.testclient import TestClient
from knowledge.diagnosis.provoke import explained, traceback_of, traceback_of_request, warning_of
from starlette.middleware.gzip import GZipMiddleware


def test_a_state_without_its_lifespan_is_explained():
    app = FastAPI()

    @app.get("/region")
    def read_region(request: Request) -> str:
        return request.app.state.region

    code = "client = TestClient(app)\n\ndef test_region():\n    assert client.get('/region').json()\n"
    diagnosis = explained("state-attribute-missing", traceback_of_request(app, "GET", "/region"), code)
    assert "`region`" in diagnosis.what
    assert "without `with`" in diagnosis.causes[0].says
    assert diagnosis.causes[0].evidence[0].line == 1


def test_events_beside_a_lifespan_are_seen():
    text = "AttributeError: 'State' object has no attribute 'cache'"
    code = 'app = FastAPI(lifespan=lifespan)\n\n@app.on_event("startup")\ndef start(): ...\n'
    diagnosis = explained("state-attribute-missing", text, code)
    assert "`start` never runs" in diagnosis.causes[0].evidence[0].says


@pytest.mark.filterwarnings("ignore")
def test_a_lifespan_without_decorator_is_explained():
    async def lifespan(app): ...

    def start() -> None:
        with TestClient(FastAPI(lifespan=lifespan)):
            pass

    code = "async def lifespan(app): ...\n\napp = FastAPI(lifespan=lifespan)\n"
    diagnosis = explained("lifespan-is-no-context-manager", traceback_of(start), code)
    assert diagnosis.causes[0].evidence[0].line == 1


def test_middleware_after_the_start_is_explained():
    app = FastAPI()
    TestClient(app).get("/")
    explained("middleware-after-start", traceback_of(lambda: app.add_middleware(GZipMiddleware)))


def test_old_event_handlers_are_explained():
    explained("event-handlers-deprecated", warning_of(lambda: FastAPI().on_event("startup")))


def test_methods_that_are_gone_are_explained():
    app = FastAPI()
    explained("removed-from-the-application", traceback_of(lambda: app.route("/items")))
    diagnosis = explained("removed-from-the-application", traceback_of(lambda: app.add_event_handler))
    assert "lifespan" in diagnosis.causes[0].says


def test_a_root_path_given_to_the_application_is_explained():
    explained("root-path-parameter-deprecated", warning_of(lambda: FastAPI(root_path="/api")))


def test_limits_that_are_no_counts_are_explained():
    from fastapi import Depends

    explained("limit-not-a-count", traceback_of(lambda: FastAPI(max_body_size="10")))
    explained("limit-not-a-count", traceback_of(lambda: Depends(int, max_concurrency=0)))
    explained("limit-not-a-count", traceback_of(lambda: FastAPI(form_limits={"max_files": -1})))


def test_fields_of_events_that_cannot_be_sent_are_explained():
    explained("event-stream-field", traceback_of(lambda: ServerSentEvent(event="two\nlines")))
    explained("event-stream-field", traceback_of(lambda: ServerSentEvent(data=1, raw_data="x")))


def test_telemetry_that_cannot_be_configured_is_explained(monkeypatch, caplog):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    with TestClient(FastAPI(telemetry={"auto_configure": True})):
        pass
    diagnosis = explained("telemetry-not-configured", caplog.text)
    assert "another exporter" in diagnosis.causes[0].says
