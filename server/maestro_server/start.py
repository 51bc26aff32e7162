"""The console script: standard library only. Puts the front up, sets the stage, starts the command line."""

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maestro_server.front import Front

TOOLSETS = frozenset({"docs", "review", "scaffold", "profiles"})
_WITH_VALUE = frozenset({"--root", "--toolsets", "--log-format"})


def main() -> int:
    """Runs `fastapi-maestro` and returns its exit code."""
    arguments = sys.argv[1:]
    front = _make_front(arguments)
    if front is not None:
        front.start()
    _set_the_stage()
    try:
        gc.disable()
        from maestro_server.app.cli import run  # noqa: PLC0415 - after the environment is set

        if front is not None:
            import maestro_server.app.serving  # noqa: F401, PLC0415 - the slow part, while the front answers

            front.hand_over()
        gc.freeze()
        gc.enable()
        code = run(arguments)
    except BaseException as error:
        if front is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
            front.fail(type(error).__name__)
        raise
    if arguments[:1] == ["review"]:
        _end(code)
    return code


def _end(code: int) -> None:
    """Ends the process once all is said and on disk: taking a project apart takes a tenth of reviewing it."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return  # Python itself says it better
    os._exit(code)


def _set_the_stage() -> None:
    # FastMCP would read `.env` of whatever project we are started in, and let it change our transport.
    for name in [name for name in os.environ if name.startswith("FASTMCP_")]:
        del os.environ[name]
    os.environ["FASTMCP_ENV_FILE"] = os.devnull
    os.environ["FASTMCP_CHECK_FOR_UPDATES"] = "off"
    os.environ["FASTMCP_ENABLE_RICH_LOGGING"] = "false"
    # GitPython looks for git at import and raises where there is none; our errors say it better, later.
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    # Type checks of the key-value store behind FastMCP's first list answer: 70 ms that buy us nothing.
    os.environ.setdefault("PY_KEY_VALUE_DISABLE_BEARTYPE", "true")


def _make_front(arguments: list[str]) -> "Front | None":
    """The front for a plain start over stdio; None for everything else, which then just starts slower."""
    words = arguments[1:] if arguments[:1] == ["serve"] else arguments
    options = dict(zip(words[::2], words[1::2], strict=False))
    if len(words) % 2 or set(options) - _WITH_VALUE or sys.platform == "win32" or sys.stdin.isatty():
        return None
    asked = options.get("--toolsets") or os.environ.get("FASTAPI_MAESTRO_TOOLSETS") or ""
    tools = frozenset(name.strip() for name in asked.split(",") if name.strip())
    if tools - TOOLSETS:
        return None
    from maestro_server.front import Front, load_baked  # noqa: PLC0415 - json and select are for this case only

    answers = load_baked(
        tools or None,
        platform=bool(os.environ.get("FASTAPI_MAESTRO_PLATFORM")),
        own_profiles=any(map(os.path.isdir, _profile_folders(words))),
    )
    return Front(answers) if answers else None


def _profile_folders(words: list[str]) -> list[str]:
    """Where profiles of the user's own would be; what is in them is for the real server to read."""
    home = os.environ.get("FASTAPI_MAESTRO_HOME")
    if not home:
        # What platformdirs says, which takes longer to import than the handshake may.
        default = "~/Library/Application Support" if sys.platform == "darwin" else "~/.local/share"
        home = f"{os.environ.get('XDG_DATA_HOME', '').strip() or default}/fastapi-maestro"
    roots = [value for name, value in zip(words[::2], words[1::2], strict=False) if name == "--root"]
    roots = roots or (os.environ.get("FASTAPI_MAESTRO_ROOTS") or ".").split(os.pathsep)
    folders = [f"{home}/profiles", *(f"{root}/.maestro/profiles" for root in roots if root)]
    return [os.path.expanduser(folder) for folder in folders]  # noqa: PTH111 - pathlib is slow to import


if __name__ == "__main__":
    sys.exit(main())
