"""“Send an e-mail after registration without blocking the response.”

The artefact is an endpoint that answers at once and sends afterwards, with tests of its own that pass.
"""

from pathlib import Path

from scenarios.agent import Agent, first_ref

TASK = "Send an e-mail after registration without blocking the response."


def test_mail_after_registration(agent: Agent, project: Path) -> None:
    told = agent.prompt("implement", task=TASK, project=project)
    assert first_ref(agent.make(told.the("search_docs"))).startswith("guide:background-tasks")
    assert "BackgroundTasks" in agent.make(told.the("read_docs", ref="guide:background-tasks")).text

    plan = agent.make(told.the("scaffold_route", pattern="background_task"))
    assert plan.data["written"] is False
    made = agent.make(told.the("scaffold_route", pattern="background_task", write=True))
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"
    source = "\n".join(each["content"] for each in plan.data["files"])
    assert "add_task(" in source

    review = agent.make(told.the("review_endpoint"))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
    assert review.verdict("Background tasks touch nothing request-scoped") != "fail"
