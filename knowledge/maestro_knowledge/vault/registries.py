"""Which package indexes the user has configured for pip or uv, and what they have of a project.

No address of an index is written here: without any configuration it is the one that `pypi-simple` knows.
"""

import configparser
import json
import os
import ssl
import sys
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx
import platformdirs
from pypi_simple import PYPI_SIMPLE_ENDPOINT, DistributionPackage, ProjectPage

from maestro_knowledge.core.errors import NotFound, TooLarge, Unreachable
from maestro_knowledge.core.records import dataclass
from maestro_knowledge.core.text import quote
from maestro_knowledge.vault.remotes import hide_credentials

MAX_LISTING = 32 * 1024 * 1024
_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_OFF = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Registries:
    """The indexes to ask, the first that has it wins; and whose certificates to trust."""

    addresses: tuple[str, ...]
    certificates: str = ""
    proxy: str = ""

    def client(self, seconds: float) -> httpx.Client:
        """A client that trusts what the user's pip trusts."""
        try:
            trusted = ssl.create_default_context(cafile=self.certificates) if self.certificates else True
        except (OSError, ssl.SSLError):
            raise Unreachable(
                f"The certificates in {quote(self.certificates, 200)} cannot be read.",
                "Correct `cert` in pip's configuration, or PIP_CERT.",
            ) from None
        return httpx.Client(
            verify=trusted, proxy=self.proxy or None, timeout=seconds, follow_redirects=True,
            headers={"User-Agent": "fastapi-maestro"},
        )  # fmt: skip


def find_registries(
    environment: Mapping[str, str], configuration: Sequence[Path] | None = None
) -> Registries:
    """The indexes that pip and uv would ask in this environment; the environment wins over files."""
    files = configuration_files(environment) if configuration is None else configuration
    stated = [_from_environment(environment), *(found for path in files if (found := _from_file(path)))]
    if any(one.get("none") for one in stated[:1]):
        raise Unreachable("pip or uv is told to use no package index.", "Unset PIP_NO_INDEX or UV_OFFLINE.")
    main = next((one["main"] for one in stated if one.get("main")), PYPI_SIMPLE_ENDPOINT)
    extra = [address for one in stated for address in one.get("extra", "").split()]
    return Registries(
        tuple(dict.fromkeys(address.rstrip("/") for address in (main, *extra))),
        next((one["cert"] for one in stated if one.get("cert")), ""),
        next((one["proxy"] for one in stated if one.get("proxy")), ""),
    )


def configuration_files(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """The configuration files of pip and uv that may exist here, those that win first."""
    if named := environment.get("PIP_CONFIG_FILE"):
        pip = [Path(named)]
    else:
        site = platformdirs.site_config_dir("pip", multipath=True).split(os.pathsep)
        folders: list[str | Path] = [
            sys.prefix,
            platformdirs.user_config_dir("pip"),
            Path.home() / ".pip",
            *site,
        ]
        folders.append("/etc")
        pip = [Path(folder) / "pip.conf" for folder in folders]
    uv = [Path(platformdirs.user_config_dir("uv")) / "uv.toml", Path("/etc/uv/uv.toml")]
    return tuple(path for path in (*uv, *pip) if path.is_file())


def list_distributions(client: httpx.Client, address: str, project: str) -> tuple[DistributionPackage, ...]:
    """The source distributions of a project that an index has; `NotFound` if it has no such project."""
    url = f"{address}/{project}/"
    if address.startswith("file:"):
        content, kind = _read_local(url), "text/html"
    else:
        content, kind, url = _read_listing(client, url)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if "json" in kind:
                page = ProjectPage.from_json_data(json.loads(content), url)
            else:
                page = ProjectPage.from_html(project, content, url)
    except Exception:  # noqa: BLE001 - whatever a server sends is parsed by another library
        raise Unreachable(
            f"{hide_credentials(url)} is not a package index's page.", "Check pip's index-url."
        ) from None
    return tuple(
        package for package in page.packages
        if package.package_type == "sdist" and package.filename.endswith(".tar.gz") and package.version
    )  # fmt: skip


def local_path(url: str) -> Path:
    """The path that a file:// address names."""
    return Path(url2pathname(urlsplit(url).path))


def _read_local(url: str) -> bytes:
    path = local_path(url) / "index.html"
    try:
        with path.open("rb") as file:
            return file.read(MAX_LISTING)
    except OSError:
        raise NotFound(f"{quote(str(path), 200)} is not there.", "Check pip's index-url.") from None


def _read_listing(client: httpx.Client, url: str) -> tuple[bytes, str, str]:
    try:
        with client.stream("GET", url, headers={"Accept": _ACCEPT}) as answer:
            if answer.status_code == 404:
                raise NotFound(f"{hide_credentials(url)} is not there.", "Check the name and the index.")
            answer.raise_for_status()
            content = bytearray()
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > MAX_LISTING:
                    raise TooLarge(f"{hide_credentials(url)} is too long.", "Check pip's index-url.")
            return bytes(content), answer.headers.get("Content-Type", ""), str(answer.url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(
            f"{hide_credentials(url)}: {hide_credentials(str(error))[:200]}",
            "Check the network and pip's index-url.",
        ) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    get = environment.get
    # UV_INDEX holds addresses, each with or without a name before it.
    named = " ".join(entry.split("=", 1)[-1] for entry in get("UV_INDEX", "").split())
    off = any(get(name, "").lower() not in _OFF for name in ("PIP_NO_INDEX", "UV_NO_INDEX", "UV_OFFLINE"))
    return {
        "main": get("UV_DEFAULT_INDEX", "").split("=", 1)[-1]
        or get("UV_INDEX_URL")
        or get("PIP_INDEX_URL", ""),
        "extra": " ".join((named, get("UV_EXTRA_INDEX_URL", ""), get("PIP_EXTRA_INDEX_URL", ""))),
        "cert": get("PIP_CERT") or get("SSL_CERT_FILE") or get("REQUESTS_CA_BUNDLE", ""),
        "proxy": get("PIP_PROXY", ""),
        "none": "yes" if off else "",
    }


def _from_file(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
        return _from_uv(tomllib.loads(text)) if path.suffix == ".toml" else _from_pip(text)
    except (OSError, ValueError, configparser.Error):
        return {}


def _from_pip(text: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    merged: dict[str, str] = {}
    for section in ("global", "install", "download"):
        if parser.has_section(section):
            merged.update(parser.items(section))
    names = {"main": "index-url", "extra": "extra-index-url", "cert": "cert", "proxy": "proxy"}
    return {
        ours: merged.get(theirs) or merged.get(theirs.replace("-", "_"), "") for ours, theirs in names.items()
    }


def _from_uv(data: dict[str, Any]) -> dict[str, str]:
    indexes = list(_uv_indexes(data))
    default = next((url for url, is_default in indexes if is_default), "")
    extra = data.get("extra-index-url", [])
    return {
        "main": default or str(data.get("index-url", "")),
        "extra": " ".join([*(url for url, is_default in indexes if not is_default),
                           *(str(url) for url in extra if isinstance(extra, list))]),
    }  # fmt: skip


def _uv_indexes(data: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    entries = data.get("index", [])
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("url"), str):
            yield entry["url"], entry.get("default") is True
