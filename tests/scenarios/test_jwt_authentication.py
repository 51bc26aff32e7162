"""“Add JWT authentication to my API.”

`implement` knows the pattern, and does not ask who may call what is built to say so. The artefact is a login whose own tests
pass: good and bad passwords, expired and forged tokens.
"""

from pathlib import Path

from scenarios.agent import Agent

TASK = "Add JWT authentication to my API."


def test_jwt_authentication(agent: Agent, project: Path) -> None:
    told = agent.prompt("implement", task=TASK, project=project)
    assert "Who may call it?" not in told.text

    assert "oauth2-jwt" in agent.make(told.the("search_docs")).text
    assert "WWW-Authenticate" in agent.make(told.the("read_docs", ref="guide:jwt-login")).text

    made = agent.make(told.the("scaffold_route", pattern="jwt_auth", write=True))
    assert made.data["written"] is True
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"

    review = agent.make(told.the("review_endpoint"))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
    assert {"POST"} <= {each["method"] for each in review.data["endpoints"]}
    routes = agent.make(told.the("map_app")).data["routes"]
    assert any(route["security"] for route in routes)
