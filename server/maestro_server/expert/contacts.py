"""`find`."""

from typing import TYPE_CHECKING, Any

from maestro_server.expert.answers import Answer
from maestro_server.expert.missing import not_built

if TYPE_CHECKING:
    from maestro_server.expert.facade import Expert


def find(expert: "Expert", *args: Any, **kwargs: Any) -> Answer:
    raise not_built("contacts")
