"""“An endpoint to list todos, with pagination.”

The prompt `implement` leads through map, search and guide to a scaffold; the artefact is a resource whose own tests pass and
in which the reviewer finds nothing.
"""

from pathlib import Path

from scenarios.agent import Agent, run_tests

TASK = "An endpoint to list todos, with pagination."
FIELDS = [
    {"name": "title", "type": "string", "constraints": {"min_length": 1, "max_length": 200}},
    {"name": "done", "type": "boolean", "default": False},
]


def test_list_todos(agent: Agent, project: Path) -> None:
    told = agent.prompt("implement", task=TASK, project=project)
    assert told.tools == [
        "map_app", "search_docs", "read_docs", "scaffold_route", "scaffold_route", "review_endpoint",
    ]  # fmt: skip

    assert agent.make(told.the("map_app")).data["routes"] == []
    assert "pagination" in agent.make(told.the("search_docs")).text
    assert "guide:crud-resource" in agent.make(told.the("read_docs")).text

    plan = agent.make(told.calls[3], name="todo", fields=FIELDS)
    assert plan.data["written"] is False
    assert {each["option"] for each in plan.data["questions"]} >= {"options.storage", "options.pagination"}
    assert list(project.iterdir()) == []

    made = agent.make(told.calls[4], name="todo", fields=FIELDS)
    assert made.data["written"] is True
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"
    assert "passed" in run_tests(project)

    review = agent.make(told.the("review_endpoint"))
    assert [each for each in review.data["findings"] if each["severity"] != "info"] == []
    assert review.verdict("Dependencies are injected") == "pass"
    listed = next(
        each for each in review.data["endpoints"] if each["path"] == "/todos" and each["method"] == "GET"
    )
    assert listed["is_async"] is True
