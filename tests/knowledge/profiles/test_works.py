"""A task in anyone's words leads to the pattern that does it."""

import pytest

from maestro_knowledge.profiles.works import find_work, read_works


@pytest.mark.parametrize(
    ("task", "pattern"),
    [
        ("An endpoint to list todos, with pagination.", "crud"),
        ("Add JWT authentication to my API.", "jwt_auth"),
        ("Accept session JWTs that Clerk issued", "external_jwt"),
        ("Fetch from several external APIs in one endpoint.", "external_apis"),
        ("Send an e-mail after registration without blocking the response.", "background_task"),
        ("How do I integrate an LLM gateway into an endpoint?", "llm_gateway"),
        ("Set up a project structure.", "service"),
        (
            "Analyse a profile through an agent workflow: return a job id, stream the progress.",
            "agent_workflow",
        ),
        ("Save a profile to the document store with the caller's token.", "http_actions_store"),
        ("An endpoint that fetches user data from a database.", "crud"),
        ("protect it with an API key", "api_key_auth"),
        ("a chat over WebSockets", "websocket"),
        ("users upload an avatar", "file_upload"),
        ("/health and readiness for Kubernetes", "health"),
        ("push events with SSE", "sse"),
    ],
)
def test_a_task_leads_to_its_pattern(task: str, pattern: str) -> None:
    assert find_work(task).pattern == pattern


@pytest.mark.parametrize("task", ["", "hello", "\x00" * 100, "🦒" * 1000])
def test_what_no_pattern_does_leads_nowhere(task: str) -> None:
    assert find_work(task) is None


def test_a_megabyte_is_read_in_part() -> None:
    assert find_work("x" * 1_000_000) is None
    assert find_work("jwt " + "x" * 1_000_000).pattern == "jwt_auth"


def test_every_kind_has_something_to_read() -> None:
    assert all(work.reads and work.words for work in read_works())
    assert len({work.pattern for work in read_works()}) == len(read_works())
