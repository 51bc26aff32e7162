"""Who owns a platform service."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import BadArgument, NotFound
from maestro_knowledge.core.text import clean
from maestro_knowledge.profiles.platform import load_platform
from maestro_server.expert.answers import Answer, outline

if TYPE_CHECKING:
    from maestro_server.expert.facade import Expert

MAX_TOPIC = 1000


def find(expert: "Expert", topic: str) -> Answer:
    """The services a topic is about; all of them for an empty topic."""
    if not expert.settings.platform:
        raise NotFound(
            "No platform registry is configured.",
            "Set FASTAPI_MAESTRO_PLATFORM to a shipped name (hana-x) or a path.",
        )
    if len(topic) > MAX_TOPIC:
        raise BadArgument(f"The topic has {len(topic)} characters.", f"Name a service in under {MAX_TOPIC}.")
    platform = load_platform(expert.settings.platform)
    data = json.loads(json.dumps(asdict(platform.contacts(clean(topic)))))
    lines = [f"{platform.title}. {platform.warning}".strip(), outline(data)]
    if data["nearest"]:
        lines.insert(1, "Nothing matches that topic.")
    return Answer("\n".join(lines), data)
