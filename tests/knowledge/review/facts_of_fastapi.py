"""Run as a program under any FastAPI: prints what it does in the cases that our rules rest on, as JSON.

It needs nothing but FastAPI and its TestClient, so that it runs in the environment of each version.
"""

import asyncio
import json
import warnings
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import Annotated

import fastapi
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, field_validator

FACTS = {}


def fact(function):
    FACTS[function.__name__] = function
    return function


def client(app):
    return TestClient(app, raise_server_exceptions=False)


@fact
def a_204_route_has_no_body():
    app = FastAPI()
    app.get("/", status_code=204)(lambda: {"a": 1})
    answer = client(app).get("/")
    return [answer.status_code, answer.text]


@fact
def a_204_route_with_a_body_type_fails_at_import():
    def handler() -> dict:
        return {}

    try:
        FastAPI().get("/", status_code=204)(handler)
    except AssertionError:
        return True
    return False


@fact
def a_route_added_after_include_router_is_served():
    app, router = FastAPI(), APIRouter()
    app.include_router(router)
    router.get("/late")(lambda: 1)
    return client(app).get("/late").status_code == 200


@fact
def names_that_the_application_has():
    return [name for name in ("route", "add_event_handler", "on_event") if hasattr(FastAPI, name)]


@fact
def a_returned_exception_and_a_returned_tuple():
    app = FastAPI()
    app.get("/exception")(lambda: HTTPException(404, "gone"))
    app.get("/tuple")(lambda: ({"a": 1}, 404))
    first, second = client(app).get("/exception"), client(app).get("/tuple")
    return [first.status_code, first.json()["status_code"], second.status_code, second.json()]


@fact
def any_origin_with_credentials_is_echoed():
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
    app.get("/")(lambda: 1)
    headers = client(app).get("/", headers={"Origin": "https://evil.example", "Cookie": "a=b"}).headers
    return [headers.get("access-control-allow-origin"), headers.get("access-control-allow-credentials")]


@fact
def a_yield_dependency_that_swallows_turns_a_404_into_500():
    def database():
        with suppress(Exception):
            yield 1

    app = FastAPI()

    @app.get("/")
    def handler(db: Annotated[int, Depends(database)]):
        raise HTTPException(404)

    return client(app).get("/").status_code


@fact
def clean_up_after_a_bare_yield_is_skipped():
    done = []

    def database():
        yield 1
        done.append("closed")

    app = FastAPI()

    @app.get("/")
    def handler(db: Annotated[int, Depends(database)]):
        raise HTTPException(404)

    client(app).get("/")
    return done


@fact
def order_of_background_task_and_clean_up():
    order = []

    def database():
        yield 1
        order.append("close")

    app = FastAPI()

    @app.get("/")
    def handler(tasks: BackgroundTasks, db: Annotated[int, Depends(database)]):
        tasks.add_task(order.append, "task")
        order.append("handler")

    client(app).get("/")
    return order


@fact
def background_tasks_made_by_hand_and_injected():
    ran = []
    app = FastAPI()

    @app.get("/hand")
    def by_hand():
        BackgroundTasks().add_task(ran.append, "hand")

    @app.get("/injected")
    def injected(tasks: BackgroundTasks):
        tasks.add_task(ran.append, "injected")
        return JSONResponse({})

    client(app).get("/hand")
    client(app).get("/injected")
    return ran


@fact
def headers_of_an_injected_response_are_lost_beside_another():
    app = FastAPI()

    @app.get("/")
    def handler(response: Response):
        response.headers["X-Mine"] = "1"
        return JSONResponse({})

    return "x-mine" in client(app).get("/").headers


@fact
def an_exception_in_a_middleware():
    app = FastAPI()

    @app.middleware("http")
    async def deny(request: Request, call_next):
        raise HTTPException(401)

    app.get("/")(lambda: 1)
    return client(app).get("/").status_code


@fact
def a_handler_of_fastapis_exception_sees_an_unknown_path():
    app = FastAPI()
    app.exception_handler(HTTPException)(lambda request, error: JSONResponse({"own": True}, 418))
    return client(app).get("/nowhere").status_code


@fact
def a_parameter_before_a_fixed_path():
    app = FastAPI()

    @app.get("/users/{user}")
    def one(user: int):
        return user

    @app.get("/converted/{user:int}")
    def other(user: int):
        return user

    app.get("/users/me")(lambda: "me")
    app.get("/converted/me")(lambda: "me")
    return [client(app).get("/users/me").status_code, client(app).get("/converted/me").status_code]


@fact
def a_list_without_query_and_an_optional_without_default():
    app = FastAPI()

    @app.get("/list")
    def listed(ids: list[int]):
        return ids

    @app.get("/optional")
    def optional(q: int | None):
        return q

    return [client(app).get("/list?ids=1").status_code, client(app).get("/optional").status_code]


@fact
def a_decorator_above_the_route_runs():
    called = []

    def limit(function):
        @wraps(function)
        def inner():
            called.append(1)
            return function()

        return inner

    app = FastAPI()

    @limit
    @app.get("/")
    def handler():
        return 1

    client(app).get("/")
    return bool(called)


@fact
def on_event_beside_a_lifespan_runs():
    called = []

    @asynccontextmanager
    async def lifespan(app):
        yield

    app = FastAPI(lifespan=lifespan)
    if hasattr(app, "on_event"):
        app.on_event("startup")(lambda: called.append(1))
    with TestClient(app):
        pass
    return bool(called)


@fact
def a_mutable_default_of_a_model_is_shared():
    class Item(BaseModel):
        tags: list = []

    Item().tags.append(1)
    return bool(Item().tags)


@fact
def an_http_exception_in_a_validator():
    class Item(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def check(cls, value):
            raise HTTPException(400)

    app = FastAPI()

    @app.post("/")
    def handler(item: Item):
        return item

    return client(app).post("/", json={"name": "x"}).status_code


@fact
def the_lifespan_runs_in_a_client_without_with():
    called = []

    @asynccontextmanager
    async def lifespan(app):
        called.append(1)
        yield

    app = FastAPI(lifespan=lifespan)
    app.get("/")(lambda: 1)
    TestClient(app).get("/")
    return bool(called)


@fact
def a_coroutine_runs_on_the_loop_and_a_function_does_not():
    seen = {}
    app = FastAPI()

    @app.get("/async")
    async def on_loop():
        seen["async"] = asyncio.get_running_loop() is not None

    @app.get("/def")
    def in_thread():
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            seen["def"] = False

    client(app).get("/async")
    client(app).get("/def")
    return [seen["async"], seen["def"]]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answers = {}
    for name, function in FACTS.items():
        try:
            answers[name] = function()
        except Exception as error:
            answers[name] = f"{type(error).__name__}: {error}"[:200]
    print(json.dumps({"version": fastapi.__version__, "facts": answers}))
