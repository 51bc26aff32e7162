"""Our HTTP application before our own review, and what that asks beyond faults: evidence from a running server."""

from pathlib import Path

import httpx
from server.http_calls import HEADERS, LIST, Start

import maestro_server
from maestro_knowledge.core.settings import load_settings
from maestro_server.expert.facade import Expert
from maestro_server.expert.reviewing import ReviewCall

SERVER = Path(maestro_server.__file__).parent


def test_our_own_review_has_no_fault_to_find_in_the_server(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, roots=str(SERVER), auto_refresh=False)
    with Expert(settings) as expert:
        found = expert.review(ReviewCall(path=str(SERVER), max_findings=0)).data

    assert [f"{one['path']}:{one['line']} {one['code']} {one['message']}" for one in found["findings"]] == []
    assert found["questions"] == []
    assert found["coverage"]["files_read"] > 50


def test_origins_limits_headers_probes_and_errors_are_what_a_review_would_ask_for(start: Start) -> None:
    _, url = start(
        FASTAPI_MAESTRO_ORIGINS="https://ours.example",
        FASTAPI_MAESTRO_TOKEN="right-token",
        FASTAPI_MAESTRO_RATE_LIMIT="20",
    )
    with httpx.Client(base_url=url, timeout=60, headers=HEADERS) as client:
        asked = {"Access-Control-Request-Method": "POST"}
        # API005: origins by name, headers on every answer, a limit.
        ours = client.options("/mcp", headers={"Origin": "https://ours.example", **asked})
        other = client.options("/mcp", headers={"Origin": "https://other.example", **asked})
        assert ours.headers["Access-Control-Allow-Origin"] == "https://ours.example"
        assert "Access-Control-Allow-Origin" not in other.headers
        # API007: alive and ready are two questions.
        assert client.get("/health").status_code == 200
        assert client.get("/ready").json()["status"] in {"ready", "not ready"}
        # API008: figures, and errors that say nothing of our insides.
        assert client.get("/metrics").status_code == 401
        shown = client.get("/metrics", headers={"Authorization": "Bearer right-token"})
        assert "maestro_tool_seconds" in shown.text
        refused = client.post("/mcp", content=b"{", headers={"Authorization": "Bearer right-token"})
        assert refused.status_code == 400
        assert "Traceback" not in refused.text
        for answer in (ours, other, shown, refused):
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert [client.post("/mcp", json=LIST).status_code for _ in range(45)].count(429) > 0
