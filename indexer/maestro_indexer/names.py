"""Refs as people write them → refs as they are: addresses of the site, file names, bare names."""

import re
from collections.abc import Iterator

from maestro_knowledge.core.errors import BadArgument
from maestro_knowledge.core.refs import Kind, Ref, parse_ref

_ADDRESS = re.compile(
    r"https?://[\w.:-]{1,200}/(?P<page>[^?#\s]{0,300})(?:\?[^#\s]{0,300})?(?:#(?P<anchor>\S{1,200}))?"
)
_FILE = re.compile(r"(?:docs/en/docs/|\./)?(?P<page>[\w./-]{1,300})\.md(?:#(?P<anchor>\S{1,200}))?")
_NAME = re.compile(r"[\w./-]{1,300}(?:@[\w.+-]{1,40})?(?:#\S{1,200})?")


def read_ref(text: str) -> Ref:
    """The ref that `text` means; a page's address or file and a bare name are taken for one as well."""
    text = text.strip()
    try:
        return parse_ref(text)
    except BadArgument:
        for pattern in (_ADDRESS, _FILE):
            match = pattern.fullmatch(text)
            if match:
                return Ref("docs", match["page"].strip("/") or "index", match["anchor"] or "")
        if _NAME.fullmatch(text):
            return parse_ref(f"{_guess_kind(text)}:{text}")
        raise


def spellings(ref: Ref) -> Iterator[str]:
    """The ids that the ref may mean, the likeliest first."""
    page = ref.page.strip("/").removesuffix(".md")
    anchor = f"#{ref.anchor}" if ref.anchor else ""
    yield ref.id
    yield page + anchor
    if ref.kind == "docs":
        yield f"{page}/index{anchor}"
        yield page.removesuffix("/index") + anchor
    elif ref.kind == "release":
        yield page.removeprefix("v")
        yield f"{page.removeprefix('v')}.0"
    elif ref.kind == "example":
        yield page.removeprefix("docs_src/").removesuffix(".py")
    elif ref.kind in {"rule", "guide", "profile"}:
        yield page.lower().replace("_", "-") + anchor


def _guess_kind(text: str) -> Kind:
    """What kind of thing a bare name is, by its looks."""
    if re.match(r"v?\d+\.\d+", text):
        return "release"
    if re.fullmatch(r"[A-Z]{2,4}\d{3}", text):
        return "rule"
    if "." in text.partition("#")[0] and "/" not in text:
        return "api"
    return "docs"
