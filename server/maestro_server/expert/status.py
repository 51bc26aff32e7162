"""What the knowledge is made of."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from maestro_server.expert.answers import Answer, outline

if TYPE_CHECKING:
    from maestro_server.expert.facade import Expert


def report(expert: "Expert") -> Answer:
    """Layers, versions, commits, age, and what would improve it."""
    from maestro_indexer.status import describe_vault  # noqa: PLC0415 - opens the index

    library = expert.library
    found = describe_vault(library.view(), library.home, datetime.now(UTC))
    data = json.loads(json.dumps(found))
    return Answer(outline(data), data)
