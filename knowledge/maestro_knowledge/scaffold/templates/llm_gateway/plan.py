"""What a language model behind a gateway needs."""

from maestro_knowledge.scaffold.features import make_base
from maestro_knowledge.scaffold.model import Choice
from maestro_knowledge.scaffold.planning import Plan, Setting, route_by
from maestro_knowledge.scaffold.probes import LLM_URL
from maestro_knowledge.scaffold.reading import RouteRequest
from maestro_knowledge.scaffold.refusals import Refusals

CHOICES = (
    Choice(
        "LLM_BASE_URL",
        "Where is the gateway?",
        LLM_URL,
        "LiteLLM listens there; anything OpenAI-compatible will do",
        ("https://api.openai.com/v1", "http://localhost:11434/v1 (Ollama)"),
    ),
    Choice(
        "client",
        "By which client?",
        "the application's own HTTP client",
        "one pool, one time limit, and nothing to install",
        ("openai.AsyncOpenAI(base_url=…, http_client=…) behind the same class",),
    ),
)


def make_plan(request: RouteRequest, setting: Setting) -> Plan:
    """The plan of a chat: the answer in one piece, or as it is made."""
    refusals = Refusals()
    base = make_base(request, setting, refusals)
    refusals.raise_any()
    return Plan(
        context=base,
        wiring=route_by(setting.layout, request.names),
        choices=CHOICES,
        environment={"LLM_API_KEY": "", "LLM_BASE_URL": LLM_URL},
    )
