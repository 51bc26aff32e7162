"""The configuration of a MkDocs site: as much of it as says what its pages are."""

import json
import posixpath
from typing import Any

from maestro_knowledge.core.errors import MaestroError
from maestro_knowledge.core.text import clean
from maestro_knowledge.vault.model import Configuration, Problem
from maestro_knowledge.vault.trees import Tree

MAX_CONFIGURATION = 256 * 1024
NOT_READ = Configuration()
_USED = ("docs_dir", "site_url", "use_directory_urls", "nav", "markdown_extensions")
_INHERITED = 5


def read_configuration(
    tree: Tree, name: str, problems: list[Problem], known: Configuration = NOT_READ
) -> tuple[dict[str, Any], Configuration]:
    """What the file says of the site's pages, and the same to be kept; a file without a name says nothing.

    While the files that `known` was read from are the same, so is what they say.
    """
    if not name:
        return {}, NOT_READ
    if known.files and known.files == _stated(tree, [file.partition("=")[0] for file in known.files]):
        return json.loads(known.text), known
    read: list[str] = []
    said = len(problems)
    found = {key: value for key, value in _read(tree, name, problems, read).items() if key in _USED}
    if len(problems) > said or _is_shared(found, set()):
        return found, NOT_READ
    data = _plain(found)
    return data, Configuration(_stated(tree, read), json.dumps(data, ensure_ascii=False))


def _is_shared(value: Any, seen: set[int]) -> bool:
    """Whether a part stands in several places, or in itself: written out, such data may have no end."""
    if not isinstance(value, dict | list):
        return False
    if id(value) in seen:
        return True
    seen.add(id(value))
    return any(_is_shared(part, seen) for part in (value.values() if isinstance(value, dict) else value))


def _plain(value: Any) -> Any:
    """The value as JSON knows it; a date or a number that is a title is the same title as text."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if isinstance(value, str | bool) or value is None else str(value)


def _stated(tree: Tree, names: list[str]) -> tuple[str, ...]:
    files = tree.files()
    return tuple(f"{name}={files.get(name, '')}" for name in names)


def _read(tree: Tree, name: str, problems: list[Problem], read: list[str]) -> dict[str, Any]:
    """The configuration in a file, on top of those that it inherits from; `read` gets their names."""
    read.append(name)
    try:
        text = clean(tree.read(name).decode("utf-8", "replace"))
        if len(text) > MAX_CONFIGURATION:
            raise ValueError(f"has more than {MAX_CONFIGURATION} characters")  # noqa: TRY301 - one way out
        data = _parse(text)
    except (MaestroError, ValueError, RecursionError) as error:
        problems.append(Problem(name, f"cannot be read: {clean(str(error))[:200]}"))
        return {}
    if not isinstance(data, dict):
        return {}
    parent = data.get("INHERIT")
    if isinstance(parent, str) and len(read) <= _INHERITED:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), parent))
        if path in tree.files() and path not in read:
            return {**_read(tree, path, problems, read), **data}
    return data


def _parse(text: str) -> Any:
    """What YAML means, the tags of other programs taken for nothing; `ValueError` where it is none."""
    import yaml  # noqa: PLC0415 - importing it takes as long as all else of reading one changed page

    class Loader(yaml.SafeLoader):
        pass

    def ignore(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> None:
        del loader, suffix, node

    Loader.add_multi_constructor("", ignore)
    try:
        return yaml.load(text, Loader=Loader)  # noqa: S506 - a SafeLoader that ignores foreign tags
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
