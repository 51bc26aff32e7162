"""A credential stands in the source."""

import ast
from collections.abc import Iterator

from maestro_knowledge.core.patterns import Pattern
from maestro_knowledge.project.symbols import Module
from maestro_knowledge.review.model import Rule
from maestro_knowledge.review.report import Report
from maestro_knowledge.review.rules.sec._secrets import (
    has_dsn_password,
    has_key_shape,
    is_name,
    is_secret_name,
    looks_chosen,
    looks_random,
    name_of,
    words_of,
)
from maestro_knowledge.review.rules.sec._texts import models_by_class
from maestro_knowledge.review.view import View

RULE = Rule(id="SEC601", name="credential-in-source", severity="error")

_EXAMPLES = frozenset(
    {"example", "examples", "json_schema_extra", "openapi_examples", "description", "summary", "title"}
)
_ENVIRONMENT = frozenset({"os.getenv", "os.environ.get", "os.environ.setdefault", "decouple.config"})
_TESTS = frozenset({"test", "tests", "testing", "conftest", "fixtures", "factories"})
_WORDS_ONLY = Pattern(r"[a-z]{2,20}(?:[_.-][a-z]{2,20}){1,8}")
_PATTERN = Pattern(r"^\^|\[[^\]]{2,60}\][+*{]|\(\?[:P=!<]")
_WRAPPERS = frozenset({"SecretStr", "Secret", "SecretBytes", "Field", "encode"})
_LOOKED_THROUGH = (ast.BoolOp, ast.IfExp, ast.Call)
_LOGINS = frozenset({"login", "HTTPBasicAuth", "HTTPDigestAuth", "BasicAuth", "basic_auth"})
# What is passed to these is a key, however it looks.
_KEYS = {
    "jwt.encode": (1, "key"), "jwt.decode": (1, "key"), "jose.jwt.encode": (1, "key"),
    "jose.jwt.decode": (1, "key"),
    "hmac.new": (0, "key"), "itsdangerous.URLSafeTimedSerializer": (0, "secret_key"),
    "itsdangerous.URLSafeSerializer": (0, "secret_key"), "itsdangerous.TimestampSigner": (0, "secret_key"),
    "cryptography.fernet.Fernet": (0, "key"),
}  # fmt: skip


def check(module: Module, view: View) -> Iterator[Report]:
    """Reports texts that are credentials by their form, by their name and form, or by their use."""
    if _TESTS & set(module.path.removesuffix(".py").lower().split("/")):
        return
    keys = _key_nodes(view, module)
    for node in module.nodes.get(ast.Constant, ()):
        if not isinstance(node, ast.Constant):
            continue
        text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
        if not isinstance(text, str) or len(text) < 4 or isinstance(view.parent(node), ast.Expr):
            continue
        # Prose is no secret; what is looked at closely must look like a value.
        if node not in keys and len(text.split(None, 2)) > 2 and "-----BEGIN" not in text:
            continue
        what = _what(view, module, node, text, keys)
        if what and not _is_example(view, node):
            # The value itself must not show up in the message.
            yield Report(module, node, f"The source holds {what}.", subject=what)


def _what(view: View, module: Module, node: ast.Constant, text: str, keys: frozenset[ast.AST]) -> str:
    if has_key_shape(text):
        return "a key of a known form"
    if has_dsn_password(text) and not isinstance(view.parent(node), ast.FormattedValue):
        return "an address with a password"
    name = _name(view, node)
    # What signs is the secret, even if it reads `your-secret-key`.
    if node in keys and text.strip():
        return f"the secret `{name}`" if name else "a key that signs or encrypts"
    if name == "authorization":
        kind, _, value = text.partition(" ")
        return f"`{kind}` credentials" if value and looks_random(value) else ""
    if (
        not _is_secret_name(view, name)
        or text.casefold() == name.casefold()
        or words_of(text) == words_of(name)
    ):
        return ""
    if _in_enumeration(view, module, node) or _says_what(name, text):
        return ""
    looks = looks_chosen if _is_setting(view, module, node) else looks_random
    return f"the secret `{name}`" if looks(text) else ""


def _is_secret_name(view: View, name: str) -> bool:
    """Whether things of that name are secrets, found out once: most names come again and again."""
    known = view.once("sec.secret_names", dict[str, bool])
    if name not in known:
        known[name] = is_secret_name(name)
    return known[name]


def _says_what(name: str, text: str) -> bool:
    """Whether the text only names something: a variable, a module, the key of a dict."""
    words = words_of(name)
    if words[-1:] == ["signature"]:
        return True  # of a function, or made anew for each message
    if is_name(text) or _PATTERN.search(text):
        return True
    shared = set(words_of(text)) & set(words) - {"key", "secret", "password", "token"}
    return words[-1:] == ["key"] and len(shared) > 1 and _WORDS_ONLY.fullmatch(text) is not None


def _name(view: View, node: ast.expr) -> str:
    """What the text is called where it stands: variable, keyword, parameter, key, or its other side."""
    child: ast.AST = node
    above = view.parent(node)
    while isinstance(above, _LOOKED_THROUGH) and (
        not isinstance(above, ast.Call) or name_of(above.func) in _WRAPPERS
    ):
        child, above = above, view.parent(above)
    if isinstance(above, ast.Attribute) and above.attr == "encode":
        child = view.parent(above) or above
        above = view.parent(child)
    match above:  # what is there most comes first
        case ast.Dict():
            return _key_of(above, child)
        case ast.Call(args=args) if child in args:
            return _argument_name(above, child)
        case ast.keyword(arg=arg):
            return _keyword_name(view, above, arg or "", child)
        case ast.Assign(targets=[target], value=value) if value is child:
            return name_of(target)
        case ast.AnnAssign(target=target, value=value) if value is child:
            return name_of(target)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
            return name_of(right if left is child else left)
        case ast.arguments():
            return _parameter_of(above, child)
        case ast.Tuple(elts=[_, second]) if second is child:
            holder = view.parent(above)
            return "password" if isinstance(holder, ast.keyword) and holder.arg == "auth" else ""
        case _:
            return ""


def _keyword_name(view: View, keyword: ast.keyword, arg: str, child: ast.AST) -> str:
    if arg in {"default", "value"} and isinstance(call := view.parent(keyword), ast.Call):
        if name_of(call.func) in {"Field", "field", "SettingsField"}:
            return _name(view, call)
        return _argument_name(call, child)
    return arg


def _argument_name(call: ast.Call, child: ast.AST) -> str:
    """What the environment variable is called whose fallback this is, or what it is compared with."""
    called = name_of(call.func) if isinstance(call.func, ast.Attribute | ast.Name) else ""
    if (
        called in {"getenv", "get", "setdefault", "config", "env", "str"}
        and len(call.args) + len(call.keywords) > 1
    ):
        first = call.args[0] if call.args else None
        return str(first.value) if isinstance(first, ast.Constant) and first is not child else ""
    if called == "compare_digest" and len(call.args) == 2:
        return name_of(call.args[0] if call.args[1] is child else call.args[1])
    # The second of a pair for logging in.
    is_second = len(call.args) > 1 and call.args[1] is child
    return "password" if called in _LOGINS and is_second else ""


def _key_of(node: ast.Dict, child: ast.AST) -> str:
    for key, value in zip(node.keys, node.values, strict=True):
        if value is child and isinstance(key, ast.Constant):
            return "authorization" if str(key.value).lower() == "authorization" else str(key.value)
    return ""


def _parameter_of(arguments: ast.arguments, child: ast.AST) -> str:
    wanted = [*arguments.posonlyargs, *arguments.args]
    pairs = [*zip(reversed(wanted), reversed(arguments.defaults), strict=False)]
    pairs += [
        (one, value) for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value
    ]
    return next((one.arg for one, value in pairs if value is child), "")


def _is_setting(view: View, module: Module, node: ast.AST) -> bool:
    """Whether a module, a settings class or the environment would hold it, or it is compared."""
    above = view.parent(node)
    while above is not None and not isinstance(above, ast.stmt):
        if isinstance(above, ast.Compare):
            return True
        if isinstance(above, ast.Call) and view.name(module, above.func) in _ENVIRONMENT:
            return True
        above = view.parent(above)
    if not isinstance(above, ast.Assign | ast.AnnAssign):
        return False
    holder = view.parent(above)
    if holder is module.tree:
        return True
    models = models_by_class(view)
    return isinstance(holder, ast.ClassDef) and any(
        cls.node is holder and (cls not in models or models[cls].kind in {"settings", "dataclass"})
        for cls in module.classes
    )


def _in_enumeration(view: View, module: Module, node: ast.AST) -> bool:
    above = view.parent(node)
    while above is not None and not isinstance(above, ast.ClassDef):
        above = view.parent(above)
    if above is None:
        return False
    models = models_by_class(view)
    return any(cls.node is above and cls in models and models[cls].kind == "enum" for cls in module.classes)


def _is_example(view: View, node: ast.AST) -> bool:
    """Whether the text documents what a value looks like."""
    child, above = node, view.parent(node)
    while above is not None and not isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        if isinstance(above, ast.keyword) and above.arg in _EXAMPLES:
            return True
        if isinstance(above, ast.Dict) and _key_of(above, child) in _EXAMPLES:
            return True
        if isinstance(above, ast.Assign) and name_of(above.targets[0]) in {"model_config", "schema_extra"}:
            return True
        child, above = above, view.parent(above)
    return False


def _key_nodes(view: View, module: Module) -> frozenset[ast.AST]:
    """The constants that something is signed or encrypted with."""
    return view.once(("sec.keys",), lambda: _all_keys(view)) if module else frozenset()


def _all_keys(view: View) -> frozenset[ast.AST]:
    found: set[ast.AST] = set()
    for module in view.project.modules:
        for call, name in view.calls(module):
            if name not in _KEYS and not call.keywords:
                continue
            position, keyword = _KEYS.get(name, (99, "secret_key"))
            given = next((one.value for one in call.keywords if one.arg == keyword), None)
            if given is None and len(call.args) > position:
                given = call.args[position]
            if isinstance(given, ast.Name | ast.Attribute):
                target = view.target(module, given)
                given = target.node if target is not None and isinstance(target.node, ast.expr) else None
            if isinstance(given, ast.Constant):
                found.add(given)
    return frozenset(found)
