"""Which family speaks, how sure it is, and when none does."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowledge.diagnosis.provoke import explained, traceback_of
from knowledge.diagnosis.test_parse import HOSTILE

from maestro_knowledge.diagnosis.match import diagnose
from maestro_knowledge.diagnosis.model import ProjectFacts

OTHERS = [
    "django.core.exceptions.ImproperlyConfigured: Requested setting INSTALLED_APPS, but settings are not configured.",
    "django.db.utils.OperationalError: no such column: shop_item.price",
    "ZeroDivisionError: division by zero",
    "IndexError: list index out of range",
    "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
    "ValueError: operands could not be broadcast together with shapes (3,) (4,)",
    "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB",
    "AttributeError: 'DataFrame' object has no attribute 'append'",
    "AttributeError: 'NoneType' object has no attribute 'name'",
    "FileNotFoundError: [Errno 2] No such file or directory: 'config.toml'",
    "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    'Exception in thread "main" java.lang.NullPointerException\n\tat com.example.Main.main(Main.java:5)',
    "Uncaught TypeError: Cannot read properties of undefined (reading 'map')",
    "error[E0382]: borrow of moved value: `x`",
    "npm ERR! code ERESOLVE\nnpm ERR! ERESOLVE unable to resolve dependency tree",
    "fatal: not a git repository (or any of the parent directories): .git",
    "make: *** No rule to make target 'all'.  Stop.",
    "KeyError: 'DATABASE_URL'",
    "AssertionError",
    "SyntaxError: invalid syntax",
    "how do I bake bread",
    "",
    "   \n  ",
    "flask.app: Exception on / [GET]\nwerkzeug.routing.exceptions.BuildError: Could not build url for endpoint 'index'.",
    "celery.exceptions.NotRegistered: 'tasks.add'",
    "kubectl: Error from server (Forbidden): pods is forbidden",
    "panic: runtime error: index out of range [5] with length 3",
    "Segmentation fault (core dumped)",
    "TypeError: 'int' object is not callable",
    "RecursionError: maximum recursion depth exceeded",
]


@pytest.mark.parametrize("text", OTHERS, ids=range(len(OTHERS)))
def test_errors_of_other_domains_are_not_claimed(text):
    diagnosis = diagnose(text)
    assert not diagnosis.known, diagnosis.family
    assert diagnosis.causes == ()


def test_an_unknown_error_says_what_to_search_for():
    diagnosis = diagnose(
        'Traceback (most recent call last):\n  File "/srv/app.py", line 3, in f\nFooError: 0xdeadbeef gone'
    )
    assert not diagnosis.known
    assert diagnosis.query == "FooError gone"
    assert diagnosis.error.users_frame.line == 3


def test_the_exception_that_ended_the_program_speaks_before_those_it_came_from():
    text = (
        "sqlite3.OperationalError: database is locked\n\nThe above exception was the direct cause of the following "
        "exception:\n\nTraceback (most recent call last):\nfastapi.exceptions.FastAPIError: Response not awaited. There's"
    )
    diagnosis = explained("response-not-awaited", text)
    assert diagnosis.also == ("database-locked",)


def test_a_bare_message_is_explained_without_its_class():
    assert (
        diagnose("greenlet_spawn has not been called; can't call await_() here").family == "missing-greenlet"
    )
    assert diagnose("MissingGreenlet when I read user.items").family == "missing-greenlet"
    assert diagnose("Form data requires “python-multipart” to be installed").family == "form-needs-multipart"


def test_case_quotes_and_line_breaks_do_not_count():
    assert diagnose("FIELD\n   REQUIRED").family == "request-value-missing"


def test_a_version_that_cannot_raise_it_is_said():
    text = "FastAPIError: Response not awaited. There's a high chance that the application code is raising"
    old = diagnose(text, project_facts=ProjectFacts(versions={"fastapi": "0.100.0"}))
    assert old.notes == ("fastapi raises this since 0.106.0; the project has 0.100.0.",)
    assert old.confidence == "medium"
    new = diagnose(text, project_facts=ProjectFacts(versions={"fastapi": "0.110.0"}))
    assert new.notes == ()
    assert new.confidence == "high"
    assert diagnose(text, project_facts=ProjectFacts(versions={"fastapi": "not a version"})).notes == ()


def test_the_file_of_the_traceback_is_looked_at_in_the_project():
    text = (
        'Traceback (most recent call last):\n  File "/srv/shop/app/users.py", line 4, in read\n    return user.name\n'
        "AttributeError: 'coroutine' object has no attribute 'name'\n"
    )
    files = {
        "app/users.py": "async def load(): ...\nasync def read():\n    user = load()\n    return user.name\n",
        "app/other.py": "async def load(): ...\nasync def read():\n    load()\n",
    }
    diagnosis = explained("coroutine-used-as-value", text, project=ProjectFacts(files=files))
    (evidence,) = diagnosis.causes[0].evidence
    assert (evidence.told_by, evidence.file, evidence.line) == ("project", "app/users.py", 3)


@pytest.mark.parametrize("code", ["def broken(:", "\0", "(" * 3000, "x" * 500_000])
def test_code_that_cannot_be_read_is_said_and_does_not_hinder(code):
    diagnosis = diagnose("FastAPIError: Response not awaited. There's a high chance", code)
    assert diagnosis.known
    assert diagnosis.notes[0].startswith("The given code was not looked at")


def test_indented_code_is_read():
    code = (
        "    def get_db():\n        try:\n            yield 1\n        except Exception:\n            pass\n"
    )
    diagnosis = diagnose("FastAPIError: Response not awaited. There's a high chance", code)
    assert diagnosis.causes[0].evidence[0].line == 4


def test_the_same_error_gives_the_same_diagnosis():
    text = (
        traceback_of(lambda: {}["x"].y)
        + "\nValueError: [TypeError('vars() argument must have __dict__ attribute')]"
    )
    assert diagnose(text) == diagnose(text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_anything_is_diagnosed_within_a_second(name):
    diagnose("warm up")
    started = time.perf_counter()
    diagnose(HOSTILE[name])
    assert time.perf_counter() - started < 1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=500), st.text(max_size=500))
def test_any_text_and_any_code_can_be_diagnosed(error, code):
    diagnose(error, code)
