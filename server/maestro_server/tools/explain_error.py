"""`explain_error`."""

from maestro_server.caller import CALLER
from maestro_server.expert.answers import Answer
from maestro_server.expert.facade import Expert
from maestro_server.tools._tool import maestro_tool


@maestro_tool("Explain a FastAPI error")
def explain_error(error: str, code: str = "", project: str = "", expert: Expert = CALLER) -> Answer:
    """Explain an error of a FastAPI application: what happened, ranked causes, the mend, the docs section.

    Takes messages, tracebacks, 422 bodies and CORS console errors. Says so when it does not know one.

    Args:
        error: The message or traceback as printed.
        code: The source that raised it; causes are checked against it.
    """
    return expert.explain(error, code=code, project=project)
