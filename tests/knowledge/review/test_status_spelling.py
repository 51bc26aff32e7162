"""Edits that set a status code write it as the file writes others, so that nothing else is found after them."""

from textwrap import dedent

import pytest

from maestro_knowledge.project.load import load_code
from maestro_knowledge.review.engine import examine
from maestro_knowledge.review.model import Examination
from maestro_knowledge.review.request import ReviewRequest

_CREATING = """
from fastapi import APIRouter, HTTPException{imported}

router = APIRouter()


@router.post("/heroes")
def create_hero(name: str, db) -> str:
    db.execute("INSERT INTO heroes (name) VALUES (?)", (name,))
    return name


@router.get("/heroes/{{name}}")
def read_hero(name: str{parameter}) -> str:
    raise HTTPException({given}, f"no {{name}} here")
"""


def _mended(code: str, rules: str) -> Examination:
    return examine(load_code(dedent(code)), ReviewRequest(select=rules, fix="all"))


@pytest.mark.parametrize(
    ("imported", "given", "expected"),
    [
        (", status", "status.HTTP_404_NOT_FOUND", "status.HTTP_201_CREATED"),
        ("\nfrom http import HTTPStatus", "HTTPStatus.NOT_FOUND", "HTTPStatus.CREATED"),
        ("\nfrom starlette import status as s", "s.HTTP_404_NOT_FOUND", "s.HTTP_201_CREATED"),
        ("", "404", "201"),
    ],
)
def test_a_created_status_is_spelled_as_others_in_the_file(imported: str, given: str, expected: str) -> None:
    mended = _mended(
        _CREATING.format(imported=imported, given=given, parameter=""),
        "created-without-201,unspecific-status",
    )
    assert f'@router.post("/heroes", status_code={expected})' in str(mended.review.fixed_code)
    assert mended.mended == 1


def test_a_name_that_is_not_bound_yet_is_not_used() -> None:
    code = _CREATING.format(imported="", given="status.HTTP_404_NOT_FOUND", parameter="")
    late = code + "\n\nfrom fastapi import status\n"
    assert "status_code=201)" in str(_mended(late, "created-without-201").review.fixed_code)


_MIXED = """
from fastapi import APIRouter, HTTPException, status

router = APIRouter()


@router.get("/a", status_code=status.HTTP_200_OK)
def read_a() -> None:
    raise HTTPException(409, "there")


@router.get("/b")
def read_b({parameter}) -> None:
    raise HTTPException(status_code={second}, detail="there")
"""


def _offered(code: str) -> list[str]:
    """The lines that the one finding's edit puts in; a suggestion is shown, and never made."""
    (finding,) = _mended(code, "unspecific-status").review.findings
    lines = (finding.edit or "").splitlines()
    return [line[1:].strip() for line in lines if line.startswith("+") and not line.startswith("+++")]


def test_all_numbers_beside_names_are_named_at_once() -> None:
    assert _offered(_MIXED.format(parameter="", second="410")) == [
        'raise HTTPException(status.HTTP_409_CONFLICT, "there")',
        'raise HTTPException(status_code=status.HTTP_410_GONE, detail="there")',
    ]


@pytest.mark.parametrize(
    ("parameter", "second"),
    [
        ("", "422"),  # Python and Starlette have changed its name
        ("", "499"),  # has none
        ("status: str", "410"),  # the name means something else there
    ],
)
def test_where_one_number_has_no_sure_name_nothing_is_offered(parameter: str, second: str) -> None:
    assert not _offered(_MIXED.format(parameter=parameter, second=second))


def test_a_vague_status_gets_the_name_that_says_more() -> None:
    code = """
        from fastapi import APIRouter, HTTPException, status

        router = APIRouter()


        @router.get("/a", status_code=status.HTTP_200_OK)
        def read_a() -> None:
            raise HTTPException(status.HTTP_400_BAD_REQUEST, "Item not found")
        """
    assert _offered(code) == ['raise HTTPException(status.HTTP_404_NOT_FOUND, "Item not found")']
