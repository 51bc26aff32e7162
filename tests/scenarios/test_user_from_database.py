"""“An endpoint that fetches user data from a database.”

The task names a database, so storage is no open choice: the scaffold uses SQLModel with an async session for each request. The
artefact is a resource whose own tests pass against a real SQLite.
"""

from pathlib import Path

from scenarios.agent import Agent

TASK = "An endpoint that fetches user data from a database."
FIELDS = [
    {"name": "email", "type": "email", "constraints": {"unique": True}},
    {"name": "full_name", "type": "string", "constraints": {"min_length": 1, "max_length": 100}},
]


def test_user_from_database(agent: Agent, project: Path) -> None:
    told = agent.prompt("implement", task=TASK, project=project)
    assert "- storage: sqlmodel (the task says 'database')" in told.text

    found = agent.make(told.the("search_docs")).text
    assert "sql-databases" in found
    assert "guide:async-database" in found

    call = told.the("scaffold_route", write=True)
    assert call.arguments["options"] == {"storage": "sqlmodel"}
    made = agent.make(call, name="user", fields=FIELDS)
    assert made.data["written"] is True
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"

    review = agent.make(told.the("review_endpoint"))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
    assert review.verdict("Nothing blocks in an async context") == "pass"
    dependencies = agent.call("map_app", path=str(project), view="dependencies").data["dependencies"]
    assert any(each["yields"] and each["is_async"] for each in dependencies)
