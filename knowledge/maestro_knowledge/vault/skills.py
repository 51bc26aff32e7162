"""The agent skill that a package ships: pages of advice, read like documentation but published nowhere."""

from collections.abc import Iterator

from maestro_knowledge.core.records import replace
from maestro_knowledge.vault.catalog import Source
from maestro_knowledge.vault.model import Section
from maestro_knowledge.vault.pages import Page, Site
from maestro_knowledge.vault.trees import Tree

SKILL = "agent-skill"
_FIRST_ORDER = 9_000  # behind every page of the site


def find_skill_pages(tree: Tree, source: Source) -> tuple[Page, ...]:
    """The pages of the skill: `agent-skill`, and `agent-skill/<reference>` for each of its references."""
    return tuple(_pages(tree, source)) if source.skill else ()


def _pages(tree: Tree, source: Source) -> Iterator[Page]:
    main = f"{source.skill}/SKILL.md"
    folder = f"{source.skill}/references/"
    files = tree.files()
    if main in files:
        yield Page(main, f"{SKILL}.md", "", _FIRST_ORDER, is_published=False)
    names = (path[len(folder) :] for path in files if path.startswith(folder) and path.endswith(".md"))
    for number, name in enumerate(sorted(names), 1):
        yield Page(f"{folder}{name}", f"{SKILL}/{name}", "", _FIRST_ORDER + number, is_published=False)


def skill_site(site: Site, pages: tuple[Page, ...]) -> Site:
    """The site as the skill's own links see it: its files by their real names beside the site's pages."""
    by_path = dict(site.by_path)
    for page in pages:
        name = page.path.removeprefix(f"{SKILL}/")
        by_path[page.path] = page
        by_path["SKILL.md" if page.path == f"{SKILL}.md" else f"references/{name}"] = page
    return replace(site, by_path=by_path, skipped=())


def name_skill(sections: tuple[Section, ...], source: Source) -> tuple[Section, ...]:
    """The sections of a skill page under a title that says whose advice it is."""
    if not sections:
        return ()
    own = sections[0].title
    shown = f"{source.title} agent skill" if own == source.title else f"{source.title} agent skill: {own}"
    return tuple(
        replace(section, trail=(shown, *section.trail[1:])) if number else replace(section, title=shown)
        for number, section in enumerate(sections)
    )
