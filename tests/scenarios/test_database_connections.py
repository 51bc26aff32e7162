"""“How do I handle database connections with async/await?”

A question, so nothing is built: the expert's prompt names what to read first. The artefact is a search whose first hit is the
right page, and a page that answers: one engine from the lifespan, one session for each request.
"""

from scenarios.agent import Agent, first_ref

TASK = "How do I handle database connections with async/await?"


def test_database_connections(agent: Agent) -> None:
    told = agent.prompt("fastapi-backend-expert", task=TASK)
    assert told.text.startswith("Vault review: FastAPI ")
    first = told.text.partition("read first:\n- `")[2].partition("`")[0]

    found = agent.call("search_docs", query=TASK)
    assert first_ref(found) == first == "guide:async-database"

    page = agent.call("read_docs", ref=first).text
    for part in ("lifespan", "async_sessionmaker", "yield", "pool"):
        assert part in page
    assert (
        "docs:tutorial/sql-databases" in page or "docs:tutorial/dependencies/dependencies-with-yield" in page
    )
