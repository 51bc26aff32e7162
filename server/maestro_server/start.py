"""The console script: standard library only, sets the stage, then hands over to the command line."""

import gc
import os
import sys


def main() -> int:
    """Runs `fastapi-maestro` and returns its exit code."""
    # FastMCP would read `.env` of whatever project we are started in, and let it change our transport.
    os.environ["FASTMCP_ENV_FILE"] = os.devnull
    for name in [name for name in os.environ if name.startswith("FASTMCP_") and name != "FASTMCP_ENV_FILE"]:
        del os.environ[name]
    os.environ["FASTMCP_CHECK_FOR_UPDATES"] = "off"
    os.environ["FASTMCP_ENABLE_RICH_LOGGING"] = "false"
    # GitPython looks for git at import and raises where there is none; our errors say it better, later.
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    # Type checks of the key-value store behind FastMCP's first list answer: 70 ms that buy us nothing.
    os.environ.setdefault("PY_KEY_VALUE_DISABLE_BEARTYPE", "true")
    gc.disable()
    from maestro_server.app.cli import run  # noqa: PLC0415 - after the environment is set

    gc.freeze()
    gc.enable()
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
