"""Text: budgets, slugs, control characters."""

import re
import unicodedata

TOKEN = 4  # a token counts as four characters

_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"


def count_tokens(text: str) -> int:
    """How many tokens `text` costs, rounded up."""
    return -(-len(text) // TOKEN)


def slugify(text: str) -> str:
    """The anchor that Python-Markdown's `toc` makes of a heading."""
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    text = re.sub(r"[^\w\s-]", "", text).strip().lower()
    return re.sub(r"[-\s]+", "-", text)


def clean(text: str) -> str:
    """`text` without control, bidi and lone surrogate characters; all line ends become newlines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(_CONTROL, "", text).encode("utf-8", "replace").decode("utf-8")


def quote(text: str, limit: int = 60) -> str:
    """`text` as a short, harmless piece of an error message."""
    shown = clean(text[: limit * 4]).replace("\n", " ")
    return repr(shown if len(shown) <= limit else shown[: limit - 1] + "…")
