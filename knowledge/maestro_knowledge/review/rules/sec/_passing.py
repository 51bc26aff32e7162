"""What calls pass on: which parameters of ours they fill, and which calls give what they are given."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.annotations import read_annotation
from maestro_knowledge.project.inference import called
from maestro_knowledge.project.offloading import handed_over
from maestro_knowledge.project.symbols import Function
from maestro_knowledge.review.rules.sec._texts import may_be_text
from maestro_knowledge.review.view import View

CONNECTIONS = ("fastapi.Request", "fastapi.WebSocket", "starlette.requests.HTTPConnection")
SENT = frozenset({"query_params", "path_params", "headers", "cookies"})
READS = frozenset(
    {"json", "body", "form", "stream"} | {f"receive_{kind}" for kind in ("text", "json", "bytes")}
)
KEEPING = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "casefold",
        "title",
        "capitalize",
        "encode",
        "decode",
        "get",
    }
    | {"getlist", "pop", "values", "items", "read", "readlines", "copy", "unicode_string", "getvalue"}
    | {
        "model_dump",
        "dict",
        "model_dump_json",
        "get_secret_value",
        "removeprefix",
        "removesuffix",
        "expandtabs",
    }
    | {
        "absolute",
        "expanduser",
        "resolve",
        "as_posix",
        "joinpath",
        "with_suffix",
        "to_thread",
        "center",
        "json",
    }
)
TAKING = frozenset({"format", "join", "joinpath", "format_map", "replace", "substitute", "safe_substitute"})
PASSING = frozenset(
    {
        f"builtins.{name}"
        for name in ("str", "bytes", "bytearray", "repr", "list", "tuple", "dict", "format", "iter")
    }
    | {f"os.path.{name}" for name in ("join", "abspath", "normpath", "expanduser", "realpath")}
    | {f"posixpath.{name}" for name in ("join", "abspath", "normpath", "expanduser", "realpath")}
    | {
        "pathlib.Path",
        "pathlib.PurePath",
        "os.fspath",
        "json.loads",
        "json.dumps",
        "typing.cast",
        "io.BytesIO",
    }
    | {"io.StringIO", "base64.b64decode", "base64.urlsafe_b64decode", "urllib.parse.unquote", "copy.deepcopy"}
    | {"urllib.parse.unquote_plus", "urllib.parse.urljoin", "bytes.fromhex", "binascii.unhexlify"}
    | {
        "zlib.decompress",
        "gzip.decompress",
        "codecs.decode",
        "textwrap.dedent",
        "sqlalchemy.text",
        "httpx.URL",
    }
)


def arguments_of(view: View, function: Function, call: ast.Call) -> Iterator[tuple[Function, str, ast.expr]]:
    """Each argument of a call that a parameter of ours takes as text: whose, which, and what is passed."""
    callee = _callee(view, function, call)
    found = called(view.project, function.module, callee)
    target = found.function if found else None
    if target is None or target is function:
        return
    given, keywords = list(call.args), call.keywords
    if callee is not call.func:
        # `partial(f, x)` in place of `f` brings arguments of its own.
        holder = next((one for one in given if isinstance(one, ast.Call) and callee in one.args), call)
        given, keywords = list(holder.args), holder.keywords
        given = given[given.index(callee) + 1 :] if callee in given else []
    wanted = [*target.node.args.posonlyargs, *target.node.args.args]
    if target.owner is not None and wanted and wanted[0].arg in {"self", "cls"}:
        wanted = wanted[1:]
    pairs = list(zip(wanted, given, strict=False))
    by_name = {one.arg: one for one in (*wanted, *target.node.args.kwonlyargs)}
    pairs += [(by_name[one.arg], one.value) for one in keywords if one.arg in by_name]
    for parameter, value in pairs:
        if isinstance(value, ast.Starred):
            return
        if _takes_text(view, target, parameter):
            yield target, parameter.arg, value


def _callee(view: View, function: Function, call: ast.Call) -> ast.expr:
    handed = handed_over(view.project, function.module, call)
    if handed:
        return handed[1]
    is_task = isinstance(call.func, ast.Attribute) and call.func.attr == "add_task" and call.args
    return call.args[0] if is_task else call.func


def _takes_text(view: View, function: Function, parameter: ast.arg) -> bool:
    if parameter.annotation is None:
        return True
    return may_be_text(view, read_annotation(view.project, function.module, parameter.annotation))
