"""“Set up a project structure.”

`implement` leads to a service from a specification: the agent writes what it knows of it, the scaffold does the rest. The
artefact is a project whose own tests pass, laid out in routers, services and repositories.
"""

from pathlib import Path

from scenarios.agent import Agent

TASK = "Set up a project structure."
SPECIFICATION = """\
system_design:
  service_name: order-api
  external_dependencies: []
  middleware_stack: [cors, logging]
  health_checks: []
"""
MODELS = '''\
"""Orders."""

from uuid import UUID

from pydantic import BaseModel, Field


class OrderCreate(BaseModel):
    """An order that is placed."""

    item: str = Field(min_length=1, max_length=80)
    amount: int = Field(ge=1, le=100)


class OrderResponse(BaseModel):
    """An order that is kept."""

    id: UUID
    item: str
    amount: int
'''


def test_project_structure(agent: Agent, project: Path) -> None:
    told = agent.prompt("implement", task=TASK, project=project)
    assert "guide:project-structure" in agent.make(told.the("search_docs")).text
    assert "repositor" in agent.make(told.the("read_docs", ref="guide:project-structure")).text

    made = agent.make(told.the("scaffold_service", write=True), system_design=SPECIFICATION, models=MODELS)
    assert made.data["written"] is True
    assert made.verdict("tests pass") == made.verdict("reviewed") == "pass"

    routes = agent.make(told.the("map_app")).data["routes"]
    assert {"/orders", "/health"} <= {route["path"] for route in routes}
    review = agent.make(told.the("review_endpoint"))
    assert [each for each in review.data["findings"] if each["severity"] == "error"] == []
