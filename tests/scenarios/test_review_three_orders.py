"""“I added three order endpoints: review them.”

The prompt `review` with a path: map first, then the rules. The artefact is a list of the three endpoints with what is wrong in
which, and a review that passes once each fault is mended the way its finding says.
"""

from pathlib import Path

from scenarios.agent import Agent

ORDERS = '''\
"""Orders."""

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

router = APIRouter(prefix="/orders", tags=["orders"])


class Order(BaseModel):
    """An order."""

    id: int = Field(ge=1, description="Its number.", examples=[1])
    item: str = Field(max_length=80, description="What was ordered.", examples=["pen"])


@router.get("", summary="All orders")
async def list_orders() -> list[Order]:
    """Every order."""
    rows = sqlite3.connect("orders.db").execute("SELECT id, item FROM orders").fetchall()
    return [Order(id=id_, item=item) for id_, item in rows]


@router.get("/{order_id}", summary="One order")
def get_order(order_id: Annotated[int, Path(ge=1)]) -> Order:
    """The order with this number."""
    row = sqlite3.connect("orders.db").execute("SELECT id, item FROM orders WHERE id = ?", (order_id,)).fetchone()
    return Order(id=row[0], item=row[1])


@router.get("/latest", summary="The latest order")
def latest_order() -> Order:
    """The order that came last."""
    return Order(id=1, item="pen")
'''
MAIN = """\
from fastapi import FastAPI

from app.orders import router

app = FastAPI()
app.include_router(router)
"""


def test_review_three_orders(agent: Agent, project: Path) -> None:
    orders = project / "app" / "orders.py"
    orders.parent.mkdir()
    (project / "app" / "__init__.py").write_text("")
    (project / "app" / "main.py").write_text(MAIN)
    orders.write_text(ORDERS)

    told = agent.prompt("review", path=project)
    assert told.tools[:2] == ["map_app", "review_endpoint"]
    routes = agent.make(told.the("map_app")).data["routes"]
    assert [route["path"] for route in routes] == ["/orders", "/orders/{order_id}", "/orders/latest"]

    found = agent.make(told.the("review_endpoint"))
    assert len(found.data["endpoints"]) == 3
    wrong = {each["rule"]: each["endpoint"] for each in found.data["findings"]}
    assert wrong["blocking-database-in-async"] == "GET /orders"
    assert wrong["shadowed-route"] == "GET /orders/latest"
    for each in found.data["findings"]:
        assert agent.call("read_docs", ref=each["refs"][0]).text
    assert all(each["looked_for"] for each in found.data["questions"]), "what is absent is asked, not claimed"

    orders.write_text(_mended())
    again = agent.make(told.the("review_endpoint"))
    assert [each for each in again.data["findings"] if each["severity"] != "info"] == []
    assert again.verdict("Nothing blocks in an async context") == "pass"
    assert len(again.data["endpoints"]) == 3


def _mended() -> str:
    """What blocks as a plain `def` with a bound, what is opened closed, the fixed path above the one with a parameter."""
    start, one = '@router.get("/{order_id}"', '@router.get("/latest"'
    orders = ORDERS.replace("    rows = sqlite3", "    with OPEN() as orders:\n        rows = sqlite3")
    orders = orders.replace("    row = sqlite3", "    with OPEN() as orders:\n        row = sqlite3")
    orders = orders.replace('sqlite3.connect("orders.db").', "orders.").replace(
        "OPEN()", 'closing(sqlite3.connect("orders.db"))'
    )
    orders = orders.replace("import sqlite3\n", "import sqlite3\nfrom contextlib import closing\n")
    head, rest = orders[: orders.index(start)], orders[orders.index(start) :]
    by_number, latest = rest[: rest.index(one)], rest[rest.index(one) :]
    head = (
        head.replace(
            "async def list_orders()", "def list_orders(limit: Annotated[int, Query(ge=1, le=100)] = 20)"
        )
        .replace('"SELECT id, item FROM orders")', '"SELECT id, item FROM orders LIMIT ?", (limit,))')
        .replace("import APIRouter, Path", "import APIRouter, Path, Query")
    )
    return f"{head}{latest.rstrip()}\n\n\n{by_number.rstrip()}\n"
