"""The state of things that a way starts from, and the choices in it that somebody is asked for."""

from functools import partial
from typing import Any

import anyio.to_thread
from fastmcp import Context
from fastmcp.exceptions import PromptError

from maestro_knowledge.core.errors import MaestroError
from maestro_server.asking import ask
from maestro_server.expert.briefing import Brief
from maestro_server.expert.choices import form_of
from maestro_server.expert.facade import Expert

KEY = "choices"


async def brief_of(expert: Expert, task: str, project: str, *, design: bool = False) -> Brief:
    """The state of things, worked out beside the event loop."""
    try:
        return await anyio.to_thread.run_sync(partial(expert.brief, task, project, design=design))
    except MaestroError as error:
        raise PromptError(str(error)) from None


async def ask_open(context: Context, brief: Brief) -> Any:
    """What `ask` gives for the choices that are open; None where there are none."""
    if not brief.open:
        return None
    return await ask(
        context, KEY, "A few choices are open; an empty answer takes the defaults.", form_of(brief.open)
    )
