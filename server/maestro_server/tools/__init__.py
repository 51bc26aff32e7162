"""The public list of tools, in the order in which clients see them."""

from collections.abc import Callable
from typing import Any

from maestro_server.tools.compare_versions import compare_versions
from maestro_server.tools.explain_error import explain_error
from maestro_server.tools.get_profile import get_profile
from maestro_server.tools.map_app import map_app
from maestro_server.tools.platform_contact import platform_contact
from maestro_server.tools.read_docs import read_docs
from maestro_server.tools.review_endpoint import review_endpoint
from maestro_server.tools.scaffold_route import scaffold_route
from maestro_server.tools.scaffold_service import scaffold_service
from maestro_server.tools.search_docs import search_docs
from maestro_server.tools.vault_status import vault_status

TOOLS: dict[str, tuple[Callable[..., Any], ...]] = {
    "docs": (search_docs, read_docs, explain_error, compare_versions, vault_status),
    "review": (review_endpoint, map_app),
    "scaffold": (scaffold_route, scaffold_service),
    "profiles": (get_profile, platform_contact),
}
