"""“Fetch from several external APIs in one endpoint.” (concurrent, bounded, timeouts)

The artefact is an endpoint that asks all of them at once, each with its own timeout, never more than a few at a time, and that
says which part is missing; its own tests pass.
"""

from pathlib import Path

from scenarios.agent import Agent, first_ref

TASK = "Fetch from several external APIs in one endpoint."


def test_external_apis(agent: Agent, project: Path) -> None:
    told = agent.prompt("implement", task=TASK, project=project)
    assert first_ref(agent.make(told.the("search_docs"))) == "guide:fan-out"
    assert "TaskGroup" in agent.make(told.the("read_docs", ref="guide:fan-out")).text

    plan = agent.make(told.the("scaffold_route", pattern="external_apis"))
    source = "\n".join(each["content"] for each in plan.data["files"])
    for part in ("TaskGroup", "Semaphore", "asyncio.timeout"):
        assert part in source

    made = agent.make(told.the("scaffold_route", pattern="external_apis", write=True))
    assert made.data["written"] is True
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"

    review = agent.make(told.the("review_endpoint"))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
    assert review.verdict("Nothing blocks in an async context") == "pass"
