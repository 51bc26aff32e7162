"""“Analyse a profile through an agent workflow: return a job id, stream the progress.”

The prompt of the specialist for agent workflows names the pattern. The artefact is a job that is started with 202 and an id,
watched as server-sent events, and readable after a node has failed; its own tests pass.
"""

from pathlib import Path

from scenarios.agent import Agent, first_ref

TASK = "Analyse a profile through an agent workflow: return a job id, stream the progress."


def test_agent_workflow(agent: Agent, project: Path) -> None:
    told = agent.prompt("fastapi-backend", task=TASK, project=project)
    assert "server-sent events" in told.text
    assert first_ref(agent.call("search_docs", query=TASK)) == "guide:agent-workflows"

    example = told.the("scaffold_route", pattern="agent_workflow")
    made = agent.call(example.tool, **example.arguments, project=str(project), write=True)
    assert made.data["written"] is True
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"

    routes = agent.call("map_app", path=str(project)).data["routes"]
    assert any(route["method"] == "POST" and route["status_code"] == 202 for route in routes)
    assert any("{" in route["path"] and route["path"].endswith("events") for route in routes)
    review = agent.call("review_endpoint", path=str(project))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
    assert review.verdict("Nothing blocks in an async context") == "pass"
