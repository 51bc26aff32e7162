"""README's generated blocks and the golden surface follow the code."""

from pathlib import Path

import generated
import pytest


@pytest.mark.parametrize(
    "path", [generated.README, generated.SURFACE, generated.BAKED], ids=lambda path: path.name
)
def test_what_is_generated_is_up_to_date(path: Path) -> None:
    assert path.read_text("utf-8") == generated.make()[path], "run `make docs`"
