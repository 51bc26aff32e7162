"""Who owns a platform service."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from maestro_knowledge.core.errors import BadArgument, NotFound
from maestro_knowledge.core.text import clean
from maestro_knowledge.profiles.platform import load_platform
from maestro_server.expert.answers import Answer, outline
from maestro_server.expert.quoting import one_line

if TYPE_CHECKING:
    from maestro_knowledge.profiles.platform import Contact, Platform
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


def overview(expert: "Expert") -> Answer:
    """The whole platform: places first, then every service."""
    answer = find(expert, "")
    head, _, services = answer.text.partition("\n")
    places = load_platform(expert.settings.platform).places
    return Answer("\n".join([head, *places, services]), answer.data)


def platform_block(expert: "Expert", task: str, room: int) -> str:
    """What the platform has for a task: services with owner and escalation; without a task how to ask."""
    if not expert.settings.platform:
        return (
            "## The platform\n\nNo platform registry is configured (FASTAPI_MAESTRO_PLATFORM): "
            "ask for hosts and owners, never invent them."
        )
    platform = load_platform(expert.settings.platform)
    parts = [f"## The platform: {platform.title}", ""]
    parts.append(_caution(platform))
    if terms := platform.terms:
        parts.append(terms)
    if task.strip():
        parts += [one_line(line, 400) for line in platform.places]
    room -= sum(len(part) + 1 for part in parts) + 80
    contacts = platform.contacts(task, most=8).matches if task.strip() else ()
    for shown, contact in enumerate(contacts):
        line = _contact_line(contact)
        room -= len(line) + 1
        if room < 0:
            parts.append(f"{len(contacts) - shown} more: platform_contact(topic).")
            break
        parts.append(line)
    if not contacts:
        parts.append("`platform_contact(topic)` says who owns a service, where it is, and who is asked next.")
    return "\n".join(parts)


def _caution(platform: "Platform") -> str:
    said = platform.warning
    if "production" in said.casefold() or platform.registry.environment == "production":
        return said
    return f"{said} Development settings are not for production.".strip()


def _contact_line(contact: "Contact") -> str:
    place = ", ".join(
        one_line(each, 80) for each in (contact.host, contact.protocol, contact.purpose) if each
    )
    path = " → ".join(one_line(each, 60) for each in contact.escalation)
    papers = ", ".join(one_line(each, 100) for each in contact.procedures)
    return (
        f"- **{one_line(contact.service, 60)}** ({contact.criticality}){f': {place}' if place else ''}; "
        f"owner: {one_line(contact.owner, 60) or 'not named'}{f'; escalation: {path}' if path else ''}"
        f"{f'; procedures: {papers}' if papers else ''}"
    )
