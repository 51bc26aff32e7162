"""How grave a finding is where a rule tells cases apart."""

from maestro_knowledge.project.load import load_code
from maestro_knowledge.review.engine import review
from maestro_knowledge.review.request import ReviewRequest

OWN_TEXT = """
from fastapi import FastAPI, HTTPException

app = FastAPI()


class Stock:
    def __init__(self, size):
        if size < 0:
            raise ValueError("A stock has no negative size.")


def check(name):
    return inner(name)


def inner(name):
    if not name:
        raise ValueError(f"{name!r} is no name.")
    int(name)


@app.get("/a")
def by_helper(name: str):
    try:
        check(name)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


@app.get("/b")
def by_class(size: int):
    try:
        return {"size": Stock(size).size}
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


@app.get("/c")
def by_anything(name: str):
    try:
        check(name)
    except Exception as error:
        raise HTTPException(400, str(error)) from error


@app.get("/d")
def by_library(name: str):
    try:
        return {"number": int(name)}
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


@app.get("/e")
def passed_on(name: str):
    try:
        wrapped(name)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


@app.get("/f")
def by_the_class_handed_in(name: str):
    try:
        safe(name, error=ValueError)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


def safe(name, error):
    if not name:
        raise error(f"{name!r} is not safe.")


def wrapped(name):
    try:
        int(name)
    except TypeError as problem:
        raise ValueError(str(problem)) from problem
"""


def test_texts_that_the_project_wrote_are_warned_about_and_others_are_errors() -> None:
    found = review(load_code(OWN_TEXT, "app.py"), ReviewRequest(select="SEC617")).findings
    assert {one.endpoint.rpartition(" ")[2]: one.severity for one in found} == {
        "/a": "warning",
        "/b": "warning",
        "/c": "error",
        "/d": "error",
        "/e": "error",
        "/f": "warning",
    }
