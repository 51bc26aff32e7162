"""Run as a program: prints, as JSON, the OpenAPI documents of the projects in the folders named on standard input.

It runs only on the examples of our own rule pages, never on a user's code.
"""

import contextlib
import importlib
import io
import json
import os
import signal
import sys
import warnings
from pathlib import Path

import uvicorn
from fastapi import APIRouter, FastAPI


def served(module):
    apps = {name: value for name, value in vars(module).items() if isinstance(value, FastAPI)}
    routers = {name: value for name, value in vars(module).items() if isinstance(value, APIRouter)}
    for name, router in routers.items():
        apps[f"router {name}"] = FastAPI()
        apps[f"router {name}"].include_router(router)
    return {name: app.openapi() for name, app in apps.items()}


def give_up(*_):
    raise TimeoutError("takes too long to start")


def documents(folder):
    signal.alarm(5)  # an example that waits for something shall not stop the others
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    found = {}
    try:
        for file in sorted(folder.rglob("*.py")):
            name = ".".join(file.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                found[name] = served(importlib.import_module(name))
    except BaseException as error:  # an example that cannot be started says why
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        signal.alarm(0)
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]
        importlib.invalidate_caches()
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, give_up)
    os.setsid()  # whatever an example starts can be ended with this program
    uvicorn.run = lambda *_, **__: None  # an example that serves itself on import goes on to its end
    print(
        json.dumps({name: documents(Path(name)) for name in sys.stdin.read().splitlines()}, default=str),
        flush=True,
    )
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)  # a process that an example left would hold this program's output open
    os._exit(0)  # an example that left a thread running shall not keep this program waiting for it
