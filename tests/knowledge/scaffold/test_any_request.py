"""Any request is refused with a typed error, or what comes of it passes every check.

The long run: `pytest -m slow tests/knowledge/scaffold/test_any_request.py`.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scaffold_requests import make_request, spoil

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.scaffold.route import scaffold_route

SEEDS = st.integers(min_value=0, max_value=2**32)
BOUNDED = settings(
    max_examples=6,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def find_failures(request, *, tests):
    """What speaks against the answer to a request; an error that is typed does not."""
    options = request.get("options", {})
    try:
        made = scaffold_route(
            {**request, "options": {**options, "tests": tests}}, project_root=None, write=False
        )
    except MaestroError as error:
        return [] if error.code in {"bad_argument", "too_large"} and error.hint else [repr(error)]
    return [check for check in made.checks if check.verdict == "fail"]


@BOUNDED
@given(SEEDS)
def test_a_request_passes_every_check(seed):
    request = make_request(Random(seed))
    assert find_failures(request, tests=False) == [], request


@settings(BOUNDED, max_examples=60)
@given(SEEDS)
def test_a_spoiled_request_is_refused_by_name(seed):
    random = Random(seed)
    request = spoil(random, make_request(random))
    with pytest.raises(MaestroError) as caught:
        scaffold_route(request, project_root=None, write=False)
    assert caught.value.code == "bad_argument"
    assert caught.value.hint


@pytest.mark.slow
@settings(BOUNDED, max_examples=150, derandomize=False)
@given(SEEDS)
def test_a_request_passes_its_own_tests_too(seed):
    random = Random(seed)
    request = make_request(random)
    if random.random() < 0.1:
        request = spoil(random, request)
    assert find_failures(request, tests=True) == [], request
