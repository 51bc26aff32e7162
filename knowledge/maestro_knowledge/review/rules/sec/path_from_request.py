"""A file path is made from a name that the client chose."""

import ast
from collections.abc import Iterator
from itertools import pairwise

from maestro_knowledge.project.symbols import Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Hop, Report
from maestro_knowledge.review.rules.sec._sinks import argument, built, hops_to, uses_of
from maestro_knowledge.review.rules.sec._taint import Origin, flow_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC606", name="path-from-request", severity="error")

_OPENERS = frozenset(
    {
        "builtins.open",
        "io.open",
        "aiofiles.open",
        "anyio.open_file",
        "os.open",
        "tarfile.open",
        "zipfile.ZipFile",
    }
    | {
        f"os.{verb}"
        for verb in ("remove", "unlink", "rmdir", "listdir", "scandir", "makedirs", "mkdir", "stat")
    }
    | {
        f"aiofiles.os.{verb}"
        for verb in ("remove", "unlink", "rmdir", "listdir", "makedirs", "mkdir", "stat")
    }
    | {
        f"shutil.{verb}"
        for verb in ("rmtree", "copy", "copyfile", "copytree", "move", "make_archive", "copy2")
    }
    | {"fastapi.responses.FileResponse", "starlette.responses.FileResponse", "pandas.read_csv"}
    | {"PIL.Image.open", "aiofiles.threadpool.open", "os.rename", "os.replace"}
)
_TWO = frozenset({"shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.move", "os.rename", "os.replace"})
_METHODS = frozenset(
    {"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir", "rename"}
    | {"replace", "touch", "rmdir", "glob", "rglob"}
)
_PATHS = ("pathlib.Path", "pathlib.PosixPath", "anyio.Path")


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports files that are opened, sent or removed under a name from the request."""
    seen: set[tuple[object, str]] = set()
    for call, name, use in uses_of(view, module):
        for given in _paths(view, module, use, name):
            origin = flow_of(view).carried(module, given)
            if origin is None or origin.label.endswith((".file", ".read()")):
                continue
            if _is_content(view, module, given):
                continue
            if origin.is_segment and _is_glued(view, module, given):
                continue
            hops = hops_to(view, module, given, "the path is made here")
            function = view.around(module, call)
            who = f"`{function.name}`" if function else "This"
            if (function, origin.label) not in seen:
                seen.add((function, origin.label))
                yield _report(module, call, who, origin, hops)
            break


def _report(module: Module, call: ast.Call, who: str, origin: Origin, hops: tuple[Hop, ...]) -> Report:
    message = f"{who} uses a file whose path contains the request's `{origin.label}`."
    # A path parameter holds no slash, yet `..` and, on Windows, backslashes.
    return Report(
        module,
        call,
        message,
        subject=origin.label,
        hops=hops,
        severity="warning" if origin.is_segment else None,
        confidence="medium" if origin.is_segment else None,
    )


def _is_content(view: View, module: Module, given: ast.expr) -> bool:
    """Whether what is opened is the content of a file rather than its name."""
    made = built(view, module, given)
    what = view.type(module, given)
    if what is not None and what.name in {"builtins.bytes", "io.BytesIO", "io.StringIO"}:
        return True
    return any(
        isinstance(one, ast.Call)
        and (
            view.name(module, one.func) in {"io.BytesIO", "io.StringIO"}
            or (isinstance(one.func, ast.Attribute) and one.func.attr in {"read", "getvalue"})
        )
        for one in walk(made)
    )


def _is_glued(view: View, module: Module, given: ast.expr) -> bool:
    """Whether a name without a slash is only a piece of the file's name: `f"{name}.log"` cannot climb."""
    made = built(view, module, given)
    for part in (made, *(one for one in walk(made) if isinstance(one, ast.JoinedStr | ast.BinOp))):
        if isinstance(part, ast.JoinedStr):
            for left, right in pairwise(part.values):
                after = isinstance(right, ast.Constant) and not str(right.value).startswith("/")
                before = isinstance(left, ast.Constant) and not str(left.value).endswith("/")
                if (isinstance(left, ast.FormattedValue) and after) or (
                    isinstance(right, ast.FormattedValue) and before
                ):
                    return True
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add):
            right = part.right
            if isinstance(right, ast.Constant) and not str(right.value).startswith("/"):
                return True
    return False


def _paths(view: View, module: Module, call: ast.Call, name: str) -> list[ast.expr]:
    """The paths of the files that the call uses."""
    if name in _OPENERS:
        given = [argument(call, 0, "path", "file", "filename", "name", "src", "filepath_or_buffer")]
        given += [argument(call, 1, "dst")] if name in _TWO else []
        return [one for one in given if one is not None]
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in _METHODS:
        return []
    if not view.is_a(view.type(module, func.value), *_PATHS):
        return []
    return [func.value, *(call.args[:1] if func.attr in {"rename", "replace"} else ())]
