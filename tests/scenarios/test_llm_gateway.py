"""“How do I integrate an LLM gateway into an endpoint?” (client by lifespan, streamed)

Fatima's prompt: she knows who owns the gateway, and her worked example is a call that can be made. The artefact is an endpoint
with one client from the lifespan and a streamed answer, and the role to coordinate with.
"""

from pathlib import Path

from scenarios.agent import Agent, first_ref

TASK = "How do I integrate an LLM gateway into an endpoint?"


def test_llm_gateway(agent: Agent, project: Path) -> None:
    told = agent.prompt("fatima", task=TASK, project=project)
    assert "Based on the FastAPI repository" in told.text
    platform = told.text.partition("## The platform")[2]
    assert "**LiteLLM**" in platform
    assert "owner: LLM gateway owner; escalation: LLM gateway owner → platform architecture" in platform
    assert "Nothing here is meant for production" in platform

    assert first_ref(agent.call("search_docs", query=TASK)) == "guide:llm-gateway"
    contact = agent.call("platform_contact", topic="LLM gateway").data["matches"][0]
    assert (contact["owner"], contact["host"]) == ("LLM gateway owner", "hx-litellm-server")

    example = told.the("scaffold_route", pattern="llm_gateway")
    made = agent.call(example.tool, **example.arguments, project=str(project), write=True)
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"

    source = "\n".join(path.read_text() for path in sorted((project / "app").rglob("*.py")))
    for part in ("lifespan", "AsyncClient", "yield ", "Timeout("):
        assert part in source
    review = agent.call("review_endpoint", path=str(project))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
    assert review.verdict("Nothing blocks in an async context") == "pass"
