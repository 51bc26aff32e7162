"""The anchors of a page's headings, as the published site makes them."""

from collections.abc import Iterable, Mapping

from maestro_knowledge.core.text import slugify
from maestro_knowledge.vault.blocks import Heading


def make_anchors(headings: Iterable[Heading]) -> Mapping[int, str]:
    """The anchor of every heading, by `id()`: the written one, else a slug; one that is taken gets `_1`."""
    headings = tuple(headings)
    taken = {heading.anchor for heading in headings if heading.anchor}
    written: set[str] = set()
    numbers: dict[str, int] = {}
    anchors: dict[int, str] = {}
    for heading in headings:
        if heading.anchor and heading.anchor not in written:
            written.add(heading.anchor)
            anchors[id(heading)] = heading.anchor
        else:
            anchor = _free(heading.anchor or slugify(heading.text.plain), taken, numbers)
            taken.add(anchor)
            anchors[id(heading)] = anchor
    return anchors


def _free(anchor: str, taken: set[str], numbers: dict[str, int]) -> str:
    """`anchor`, or with the next number that is free; what was tried is remembered, so time stays linear."""
    if anchor and anchor not in taken:
        return anchor
    stem, _, digits = anchor.rpartition("_")
    # Python-Markdown counts on from a number that is there.
    base, start = (stem, int(digits)) if stem and digits.isdecimal() and len(digits) < 9 else (anchor, 0)
    number = max(numbers.get(base, 0), start) + 1
    while f"{base}_{number}" in taken:
        number += 1
    numbers[base] = number
    return f"{base}_{number}"
