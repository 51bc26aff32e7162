"""A section as the JSON that the index stores, and back."""

import json
from typing import Any

from maestro_knowledge.vault.model import CodeBlock, Place, Section, SourceRef


def write_section(section: Section) -> str:
    """The section as compact JSON; fields at their defaults are left out."""
    source = section.source
    record: dict[str, Any] = {
        "id": section.id,
        "kind": section.kind,
        "title": section.title,
        "trail": section.trail,
        "body": section.body,
        "source": [
            source.name,
            source.layer,
            source.version,
            source.commit,
            source.file,
            source.first_line,
            source.last_line,
        ],
        "url": section.url,
        "place": _write_place(section.place) if section.place else None,
        "order": section.order,
        "code": [_write_code(block) for block in section.code],
        "keywords": section.keywords,
        "related": section.related,
        "cites": [_write_place(place) for place in section.cites],
    }
    kept = {
        name: value for name, value in record.items() if value or name in {"id", "kind", "title", "source"}
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_section(text: str) -> Section:
    """The section that `write_section` wrote."""
    record = json.loads(text)
    place = record.get("place")
    return Section(
        id=record["id"],
        kind=record["kind"],
        title=record["title"],
        trail=tuple(record.get("trail", ())),
        body=record.get("body", ""),
        source=SourceRef(*record["source"]),
        url=record.get("url", ""),
        place=Place(*place) if place else None,
        order=record.get("order", 0),
        code=tuple(_read_code(block) for block in record.get("code", ())),
        keywords=tuple(record.get("keywords", ())),
        related=tuple(record.get("related", ())),
        cites=tuple(Place(*cited) for cited in record.get("cites", ())),
    )


def _write_place(place: Place) -> list[str]:
    return [place.path, place.anchor]


def _write_code(block: CodeBlock) -> list[Any]:
    return [
        block.text,
        block.language,
        block.file,
        block.first_line,
        block.last_line,
        block.highlighted,
        block.variants,
    ]


def _read_code(fields: list[Any]) -> CodeBlock:
    text, language, file, first_line, last_line, highlighted, variants = fields
    return CodeBlock(text, language, file, first_line, last_line, tuple(highlighted), tuple(variants))
