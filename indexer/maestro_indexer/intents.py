"""What a question asks for besides its words: releases, or the recommended way."""

import re

_CHANGE = r"(?:add|introduc|support|drop|remov|deprecat|bring|brought|chang|fix|requir|releas)"
_RELEASES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bsince (?:which|what|when)\b",
        r"\bchange ?logs?\b",
        r"\brelease (?:notes?|history)\b",
        r"\bwhat(?:'s| is| has)? (?:new|changed)\b",
        r"\b(?:introduced|added|new|removed|deprecated|dropped|changed) in\b",
        rf"\b(?:which|what|first|earliest|latest) (?:fastapi )?(?:version|release)\b.{{0,40}}\b{_CHANGE}",
        rf"\bwhen (?:was|were|did|has)\b.{{0,60}}\b{_CHANGE}",
        rf"\b(?:version|release) (?:that|which|where|with) (?:\w+ ){{0,2}}{_CHANGE}",
    )
)
_HOW = re.compile(
    r"\b(?:should (?:i|we|you|my|one|it)|best (?:way|practices?)|recommended|idiomatic|preferred)\b",
    re.IGNORECASE,
)


def is_about_releases(text: str) -> bool:
    """Whether it asks when something came, went or changed."""
    return any(pattern.search(text) for pattern in _RELEASES)


def asks_how(text: str) -> bool:
    """Whether it asks for the way that is recommended."""
    return _HOW.search(text) is not None
