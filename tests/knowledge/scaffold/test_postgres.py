"""Generated resources on a real PostgreSQL, with the tests that are generated beside them.

One of them in each run, all by `pytest -m "slow or not slow" tests/knowledge/scaffold/test_postgres.py`; skipped where
PostgreSQL is not installed.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from services import Postgres, postgres

from maestro_knowledge.scaffold.route import scaffold_route

FIELDS = [
    "title:string(unique,max_length=20)",
    "price:decimal(ge=0,decimal_places=2)",
    "state:enum[draft|sold]=draft",
    "starts_at:datetime",
    "due:date?",
    "more:dict?",
    "weight:number",
]


@pytest.fixture(scope="module", name="cluster")
def make_cluster() -> Iterator[Postgres]:
    with postgres() as cluster:
        yield cluster


@pytest.mark.parametrize(
    ("storage", "paging"),
    [
        ("asyncpg", "cursor"),
        *(
            pytest.param(storage, paging, marks=pytest.mark.slow)
            for storage in ("asyncpg", "sqlalchemy", "sqlmodel")
            for paging in ("cursor", "offset")
            if (storage, paging) != ("asyncpg", "cursor")
        ),
    ],
)
def test_the_generated_tests_pass_on_postgresql(cluster, tmp_path, storage, paging):
    options = {
        "storage": storage,
        "database": "postgres",
        "pagination": paging,
        "filters": ["state", "price"],
        "sort": ["title", "starts_at", "price"],
        "timestamps": True,
        "soft_delete": True,
        "id_type": "integer" if paging == "offset" else "uuid",
    }
    name = f"{storage} {paging} lot"
    request = {"name": name, "fields": FIELDS, "options": options}
    request["operations"] = ["list", "create", "get", "update", "replace", "delete"]
    made = scaffold_route(request, project_root=tmp_path, write=True)
    assert {check.verdict for check in made.checks} == {"pass"}, made.checks
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--no-header", "-rs"],
        cwd=tmp_path,
        env={**os.environ, "TEST_DATABASE_URL": cluster.url, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout
