"""A project that is started: what lies beside its code, and that nothing it needs is missing."""

import ast
import sys
import tomllib

import pytest

from maestro_knowledge.scaffold.route import scaffold_route

DISTRIBUTIONS = {
    "cryptography": "pyjwt",  # its extra
    "jwt": "pyjwt",
    "multipart": "python-multipart",
    "pydantic_core": "pydantic",
    "annotated_types": "pydantic",
    "starlette": "fastapi",
}
REQUESTS = [
    {"name": "todo", "fields": ["title:string", "owner:email"]},
    {"name": "todo", "fields": ["title:string"], "options": {"storage": "sqlmodel"}},
    {
        "name": "todo",
        "fields": ["title:string"],
        "options": {"storage": "sqlalchemy", "database": "postgres"},
    },
    {"name": "todo", "fields": ["title:string"], "options": {"storage": "asyncpg"}},
    {"name": "todo", "fields": ["title:string"], "options": {"auth": "jwt"}},
    {"name": "todo", "fields": ["title:string"], "options": {"auth": "external_jwt"}},
]


def files_of(request):
    made = scaffold_route(request, project_root=None, write=False)
    return {file.path: file.content for file in made.files}, made


def imported(files):
    for path, text in files.items():
        if path.endswith(".py"):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.split(".")[0]
                elif isinstance(node, ast.Import):
                    yield from (alias.name.split(".")[0] for alias in node.names)


def declared(files):
    project = tomllib.loads(files["pyproject.toml"])
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return {line.split("[")[0].split(">")[0].lower() for line in lines}


@pytest.mark.parametrize("request_", REQUESTS, ids=str)
def test_everything_that_is_imported_is_declared(request_):
    files, _ = files_of(request_)
    names = {name for name in imported(files) if name not in sys.stdlib_module_names | {"app", "tests"}}
    wanted = {DISTRIBUTIONS.get(name, name).replace("_", "-") for name in names}
    assert wanted <= declared(files)
    if "EmailStr" in "".join(files.values()):
        assert "email-validator" in declared(files)


def test_drivers_and_versions_are_declared():
    files, _ = files_of(REQUESTS[1])
    assert {"aiosqlite", "sqlmodel", "sqlalchemy"} <= declared(files)
    lines = tomllib.loads(files["pyproject.toml"])["project"]["dependencies"]
    assert any(line.startswith("fastapi[standard]>=") for line in lines)
    assert any(line.startswith("pydantic>=") for line in lines)
    assert "asyncpg" in declared(files_of(REQUESTS[2])[0])


def test_settings_are_named_for_whoever_deploys():
    files, made = files_of(REQUESTS[1])
    assert "DATABASE_URL=sqlite:///./app.db\n" in files[".env.example"]
    assert "- `DATABASE_URL`" in files["README.md"]
    assert "cp .env.example .env" in files["README.md"]
    assert any("DATABASE_URL" in step for step in made.next_steps)
    bare, _ = files_of(REQUESTS[0])
    assert ".env.example" not in bare
    assert ".env" not in bare["README.md"]


def test_the_checklist_is_filled_from_what_was_found():
    _, made = files_of(REQUESTS[0])
    assert len(made.checklist) == 13
    assert {item.verdict for item in made.checklist} == {"pass"}, made.checklist
    assert all(item.evidence for item in made.checklist)
