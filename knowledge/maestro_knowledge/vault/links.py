"""Links inside a site → the pages that they lead to."""

import posixpath
from urllib.parse import unquote, urlsplit

from maestro_knowledge.vault.pages import Page, Site


def find_page(link: str, page: Page, site: Site) -> str:
    """The page, with its anchor, that a link inside the site leads to; empty for any other."""
    if site.url and link.startswith(site.url):
        link = f"/{link[len(site.url) :]}"
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or any(mark in parts.fragment for mark in "@# "):
        return ""
    anchor = f"#{parts.fragment}" if parts.fragment else ""
    if not path:
        return f"{page.id}{anchor}" if anchor else ""
    if path.endswith(".md"):
        found = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path))
        candidates = [found.lstrip("/")]
    else:
        # Written as published: a folder for each page, relative to the page's own.
        own = posixpath.dirname(page.path) if page.path.endswith("index.md") else page.id
        found = posixpath.normpath(posixpath.join("/", own, path)).strip("/")
        candidates = [f"{found}.md", f"{found}/index.md".lstrip("/")]
    target = next((site.by_path[name] for name in candidates if name in site.by_path), None)
    return f"{target.id}{anchor}" if target else ""
