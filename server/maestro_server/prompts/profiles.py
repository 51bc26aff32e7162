"""Each profile as a prompt of its own name."""

from collections.abc import Callable, Iterable
from typing import Any

from fastmcp.exceptions import PromptError
from fastmcp.prompts import prompt

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.profiles.model import Profile
from maestro_server.caller import CALLER
from maestro_server.expert.facade import Expert
from maestro_server.expert.profiling import SHOWN_TASK
from maestro_server.expert.quoting import quoted


def make_profile_prompts(profiles: Iterable[Profile]) -> list[Callable[..., Any]]:
    """One prompt function a profile."""
    return [_make(profile) for profile in profiles]


def _make(profile: Profile) -> Callable[..., Any]:
    def speak(task: str = "", code: str = "", project: str = "", expert: Expert = CALLER) -> str:
        try:
            answer = expert.profile(profile.name, task=task, project=project)
        except MaestroError as error:
            raise PromptError(str(error)) from None
        whole = quoted("The whole task", task) if len(task) > SHOWN_TASK else ""
        return answer.text + whole + quoted("Code", code)

    speak.__doc__ = f"""{profile.description}

    Args:
        task: What is to be done.
        code: The code that it is about.
        project: The project's folder.
    """
    return prompt(name=profile.name, title=profile.title, tags={"profile"})(speak)
