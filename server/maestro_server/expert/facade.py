"""`Expert`: one method per capability; the tools and the command line both call it."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from maestro_knowledge.core.roots import Roots, make_roots
from maestro_knowledge.core.settings import Settings

if TYPE_CHECKING:
    from maestro_knowledge.profiles.model import Profiles
    from maestro_server.expert.answers import Answer
    from maestro_server.expert.briefing import Brief
    from maestro_server.expert.library import Library
    from maestro_server.expert.reviewing import ReviewCall

# Each capability's module is imported at its first call: together they cost more than the handshake may.
# ruff: noqa: PLC0415


class Expert:
    """All that the product can do, over one home and one set of roots."""

    def __init__(self, settings: Settings, roots: Roots | None = None) -> None:
        self.settings = settings
        self._roots = roots

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def warm_up(self) -> None:
        """Opens the index and loads what the first search needs; a failure is told when somebody asks.

        Profiles that cannot be read are named in the log, once.
        """
        from maestro_server.expert import profiling

        try:
            self.search("warm up", kind="any", version="", project="", limit=1)
            profiling.log_unread(self)
        except Exception as error:  # noqa: BLE001 - nobody asked yet, and whoever does is told
            import logging

            facts = {"error": type(error).__name__}
            logging.getLogger(__name__).info("not warmed up", extra={"facts": facts})

    @cached_property
    def library(self) -> "Library":
        """What can be searched and read."""
        from maestro_server.expert.library import Library

        return Library(self.settings)

    @cached_property
    def roots(self) -> Roots:
        """The folders that paths may lie in."""
        return self._roots or make_roots(self.settings.roots, default=Path.cwd(), personal=Path.home())

    def search(self, query: str, *, kind: str, version: str, project: str, limit: int) -> "Answer":
        """Sections that answer the query, best first."""
        from maestro_server.expert import searching

        return searching.search(self, query, kind=kind, version=version, project=project, limit=limit)

    def read(self, ref: str, *, version: str, project: str, max_tokens: int, cursor: str) -> "Answer":
        """What the ref points at; a profile is what `profile` says of it, whoever asks."""
        from maestro_server.expert import profiling, reading

        if name := profiling.name_of(ref):
            return profiling.read(self, name, project)
        return reading.read(self, ref, version=version, project=project, max_tokens=max_tokens, cursor=cursor)

    def explain(self, error: str, *, code: str, project: str) -> "Answer":
        """What an error means and what mends it."""
        from maestro_server.expert import explaining

        return explaining.explain(self, error, code=code, project=project)

    def compare(
        self, from_version: str, to_version: str, *, project: str, topic: str, whole: bool = False
    ) -> "Answer":
        """What changed between two versions; `whole` cuts nothing."""
        from maestro_server.expert import comparing

        return comparing.compare(self, from_version, to_version, project=project, topic=topic, whole=whole)

    def status(self) -> "Answer":
        """What the knowledge is made of."""
        from maestro_server.expert import status

        return status.report(self)

    def review(self, call: "ReviewCall") -> "Answer":
        """Findings and questions about code or a path."""
        from maestro_server.expert import reviewing

        return reviewing.review(self, call)

    def rules(self, word: str) -> "Answer":
        """Every review rule, or one rule's page."""
        from maestro_server.expert import ruling

        return ruling.rules(word)

    def map_app(self, path: str, *, view: str, whole: bool = False) -> "Answer":
        """One side of an application; `whole` cuts nothing."""
        from maestro_server.expert import mapping

        return mapping.map_app(self, path, view=view, whole=whole)

    def scaffold_route(
        self,
        request: Mapping[str, Any],
        *,
        project: str,
        write: bool,
        whole: bool = False,
        answer: Mapping[str, Any] | None = None,
    ) -> "Answer":
        """A generated resource or feature; `whole` cuts nothing, `answer` is one to `ask_route`."""
        from maestro_server.expert import scaffolding

        return scaffolding.route(self, request, project=project, write=write, whole=whole, answer=answer)

    def ask_route(self, request: Mapping[str, Any], *, project: str) -> dict[str, Any]:
        """The choices that a request leaves open, as a form; empty where there are none."""
        from maestro_server.expert import scaffolding

        return scaffolding.ask_route(self, request, project=project)

    def scaffold_service(
        self, spec: str, *, types: str, project: str, write: bool, whole: bool = False
    ) -> "Answer":
        """A generated service; `whole` cuts nothing."""
        from maestro_server.expert import scaffolding

        return scaffolding.service(self, spec, types=types, project=project, write=write, whole=whole)

    def profiles(self) -> "Profiles":
        """The specialists that apply without a project being named, and what could not be read."""
        from maestro_server.expert import profiling

        return profiling.find_all(self, "")

    def profile(self, name: str, *, task: str, project: str) -> "Answer":
        """A specialist's way of working."""
        from maestro_server.expert import profiling

        return profiling.profile(self, name, task=task, project=project)

    def brief(self, task: str, project: str, *, design: bool = False) -> "Brief":
        """What a way of working starts from."""
        from maestro_server.expert import briefing

        return briefing.brief(self, task, project, design=design)

    def hand_off(self, partner: str, *, project: str, task: str) -> "Answer":
        """The exchange format for a partner, filled from the project."""
        from maestro_server.expert import handing_off

        return handing_off.hand_off(self, partner, project=project, task=task)

    def export_profiles(self, folder: Path, *, form: str) -> "Answer":
        """Profiles as files for a client."""
        from maestro_server.expert import exporting

        return exporting.export(self, folder, form=form)

    def complete(self, kind: str, typed: str) -> tuple[str, ...]:
        """Refs of one kind that begin with what was typed."""
        from maestro_server.expert import reading

        return reading.complete(self, kind, typed)

    def platform_contact(self, topic: str) -> "Answer":
        """Who owns a platform service."""
        from maestro_server.expert import contacts

        return contacts.find(self, topic)

    def platform(self) -> "Answer":
        """The whole platform: servers, endpoints, storage, services."""
        from maestro_server.expert import contacts

        return contacts.overview(self)
