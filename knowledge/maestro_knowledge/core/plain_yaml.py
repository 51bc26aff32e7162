"""The loader of YAML that cannot bite, apart because importing `yaml` takes long."""

from typing import Any

import yaml
from yaml.composer import ComposerError


class PlainLoader(yaml.SafeLoader):
    """Safe YAML without anchors, so that no alias can grow into a bomb."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The node that comes next, unless it is an alias."""
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise ComposerError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)
