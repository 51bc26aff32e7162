"""A shell command is put together from text."""

import ast
from collections.abc import Iterator

from maestro_knowledge.project.symbols import Function, Module
from maestro_knowledge.project.tree import walk
from maestro_knowledge.review.model import Rule, Severity
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._sinks import argument, built, hops_to, is_false, keyword_of, uses_of
from maestro_knowledge.review.rules.sec._taint import flow_of
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC603", name="command-from-request", severity="error")

_SHELLS = frozenset(
    {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
    | {"asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_shell", "anyio.run_process"}
    | {"commands.getoutput", "pexpect.run", "pexpect.spawn", "anyio.open_process"}
)
_RUNNERS = frozenset(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen"))
_PROGRAMS = frozenset(
    {
        "asyncio.create_subprocess_exec",
        "os.execv",
        "os.execvp",
        "os.execl",
        "os.execlp",
        "os.spawnl",
        "os.spawnv",
    }
)
_SHELL_WORDS = frozenset({"sh", "bash", "/bin/sh", "/bin/bash", "zsh", "cmd", "cmd.exe", "powershell"})


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports commands for a shell that hold a value, and programs that the request names."""
    for call, name, use in uses_of(view, module):
        given = _command(view, module, use, name)
        if given is None:
            continue
        function = view.around(module, call)
        who = f"`{function.name}`" if function else "This"
        origin = flow_of(view).carried(module, given)
        if origin is not None:
            message = f"{who} runs a command that contains the request's `{origin.label}`."
            hops = hops_to(view, module, given, "the command is built here")
            yield Report(module, call, message, subject=origin.label, hops=hops)
        elif _is_shell(use, name) and (value := _free_value(view, module, function, given)):
            message = f"{who} gives a shell a command that contains `{value}` as text."
            yield Report(
                module, call, message, subject=value, confidence="medium", severity=_mildness(given, value)
            )


def _mildness(given: ast.expr, value: str) -> Severity | None:
    """A function that is there to run whole commands is milder than one that puts a value into one."""
    return "warning" if isinstance(given, ast.Name) and given.id == value else None


def _command(view: View, module: Module, call: ast.Call, name: str) -> ast.expr | None:
    """What a shell reads, or the program that is started."""
    if name in _SHELLS:
        given = argument(call, 0, "cmd", "command")
        return (
            None if given is None or isinstance(built(view, module, given), ast.List | ast.Tuple) else given
        )
    if name in _PROGRAMS:
        return _program(call.args)
    if name not in _RUNNERS:
        return None
    given = argument(call, 0, "args")
    if given is None:
        return None
    made = built(view, module, given)
    if isinstance(made, ast.List | ast.Tuple) and not _has_shell(call):
        return _program(made.elts)
    if isinstance(made, ast.Call) and _splits(view, module, made):
        return made.args[0] if made.args else getattr(made.func, "value", None)
    # Without a shell a whole text is one program's name; the list form of it is safe.
    return given if _has_shell(call) or not isinstance(made, ast.List | ast.Tuple | ast.Call) else None


def _splits(view: View, module: Module, call: ast.Call) -> bool:
    """Whether a text is cut into program and arguments: then it names the program, too."""
    is_method = isinstance(call.func, ast.Attribute) and call.func.attr == "split" and not call.args
    return is_method or view.name(module, call.func) == "shlex.split"


def _program(words: list[ast.expr]) -> ast.expr | None:
    """The first word; behind `sh -c` the command itself."""
    if not words or isinstance(words[0], ast.Starred):
        return None
    first = words[0]
    if isinstance(first, ast.Constant) and first.value in _SHELL_WORDS and len(words) > 2:
        return words[2]
    return None if isinstance(first, ast.Constant) else first


def _has_shell(call: ast.Call) -> bool:
    shell = keyword_of(call, "shell")
    return shell is not None and not is_false(shell)


def _is_shell(call: ast.Call, name: str) -> bool:
    return name in _SHELLS or (name in _RUNNERS and _has_shell(call))


def _free_value(view: View, module: Module, function: Function | None, given: ast.expr) -> str:
    """A parameter of the function that stands in the command unquoted: nobody knows what callers pass."""
    made = built(view, module, given)
    if function is None or not isinstance(made, ast.JoinedStr | ast.BinOp | ast.Call | ast.Name):
        return ""
    names = [node for node in walk(made) if isinstance(node, ast.Name) and not _is_quoted(view, node, made)]
    for node in names:
        bindings = function.scope.bindings.get(node.id, ())
        if len(bindings) != 1 or not isinstance(bindings[0].node, ast.arg) or node.id in {"self", "cls"}:
            continue
        what = view.type(module, node)
        if what is None or what.name in {"builtins.str", "pathlib.Path"}:
            above = view.parent(node)
            return "" if isinstance(above, ast.Attribute) else node.id
    return ""


def _is_quoted(view: View, node: ast.AST, top: ast.AST) -> bool:
    """Whether a call stands between the name and the text: `shlex.quote(name)` and whatever else."""
    above = view.parent(node)
    while above is not None and node is not top:
        if isinstance(above, ast.Call) and not (
            isinstance(above.func, ast.Attribute) and above.func.attr in {"format", "join", "strip"}
        ):
            return True
        if above is top:
            return False
        above = view.parent(above)
    return False
