"""“Save a profile to the document store with the caller's token.”

The artefact is an endpoint that verifies the caller's token, passes that very token on, and turns the store's refusals into
answers of its own; its tests pass.
"""

from pathlib import Path

from scenarios.agent import Agent, first_ref

TASK = "Save a profile to the document store with the caller's token."


def test_document_store(agent: Agent, project: Path) -> None:
    told = agent.prompt("implement", task=TASK, project=project)
    assert first_ref(agent.make(told.the("search_docs"))).startswith("guide:document-store")
    assert "token" in agent.make(told.the("read_docs", ref="guide:document-store")).text

    made = agent.make(told.the("scaffold_route", pattern="http_actions_store", write=True))
    assert made.data["written"] is True
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"

    routes = agent.make(told.the("map_app")).data["routes"]
    saving = [route for route in routes if route["method"] == "PUT"]
    assert saving
    assert all(route["security"] for route in saving), "nobody saves without a token"
    review = agent.make(told.the("review_endpoint"))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
    assert review.verdict("Errors are handled") == "pass"
