"""Classes that describe data: Pydantic, settings, SQLModel, SQLAlchemy, dataclasses and their like."""

import ast
from collections.abc import Iterator, Mapping

from maestro_knowledge.project.annotations import spread, type_of
from maestro_knowledge.project.lookup import ancestors_of, look_up_path
from maestro_knowledge.project.model import Field, ModelClass, ModelKind, Project, Validator
from maestro_knowledge.project.shapes import is_dataclass
from maestro_knowledge.project.symbols import Class, Function
from maestro_knowledge.project.tree import keywords_of, literal

_FIELD_CALLS = frozenset(
    {"pydantic.Field", "sqlmodel.Field", "pydantic.v1.Field", "dataclasses.field", "pydantic.PrivateAttr"}
    | {
        "sqlalchemy.Column",
        "sqlalchemy.orm.mapped_column",
        "sqlalchemy.orm.relationship",
        "sqlmodel.Relationship",
    }
    | {"pydantic.dataclasses.Field", "sqlalchemy.mapped_column"}
)
_DECLARATIVE = frozenset(
    {
        "sqlalchemy.orm.DeclarativeBase",
        "sqlalchemy.orm.DeclarativeBaseNoMeta",
        "sqlalchemy.orm.MappedAsDataclass",
    }
)
_VALIDATORS = frozenset(
    {
        "field_validator",
        "model_validator",
        "validator",
        "root_validator",
        "field_serializer",
        "model_serializer",
    }
    | {"computed_field", "validates"}
)


def find_models(project: Project) -> tuple[ModelClass, ...]:
    """Every model class, by file and place."""
    found: list[ModelClass] = []
    for module in project.modules:
        for cls in module.classes:
            kind = kind_of(project, cls)
            if kind is not None:
                found.append(_read_model(project, cls, kind))
    return tuple(found)


def kind_of(project: Project, cls: Class) -> ModelKind | None:
    """Which kind of model a class is; None for an ordinary class."""
    if not cls.node.bases and not cls.node.decorator_list:
        return None
    own, foreign, _ = ancestors_of(project, cls)
    names = set(foreign)
    if "sqlmodel.SQLModel" in names:
        return "table" if any(_is_table(holder) for holder in own) else "sqlmodel"
    if names & {"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"}:
        return "settings"
    if names & {"pydantic.BaseModel", "pydantic.v1.BaseModel"}:
        return "pydantic"
    if names & _DECLARATIVE or _has_declarative_base(project, own):
        return "sqlalchemy"
    if "typing.TypedDict" in names:
        return "typeddict"
    if "typing.NamedTuple" in names:
        return "namedtuple"
    if names & {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"}:
        return "enum"
    return "dataclass" if any(is_dataclass(project, holder) for holder in own) else None


def _is_table(cls: Class) -> bool:
    return any(keyword.arg == "table" and literal(keyword.value) is True for keyword in cls.node.keywords)


def _has_declarative_base(project: Project, own: list[Class]) -> bool:
    """Whether a base is the result of `declarative_base()`."""
    for holder in own:
        for base in holder.node.bases:
            target = look_up_path(project, holder.module, base)
            if target is not None and isinstance(target.node, ast.Call) and target.module is not None:
                maker = look_up_path(project, target.module, target.node.func)
                if maker is not None and maker.name in {
                    "sqlalchemy.orm.declarative_base", "sqlalchemy.ext.asyncio.declarative_base",
                }:  # fmt: skip
                    return True
            if target is not None and target.name.endswith("db.Model"):
                return True
    return False


def _read_model(project: Project, cls: Class, kind: ModelKind) -> ModelClass:
    own, _, _ = ancestors_of(project, cls)
    fields: dict[str, Field] = {}
    config: dict[str, ast.expr] = {}
    validators: list[Validator] = []
    for holder in reversed(own):
        for field in _fields(project, holder, kind):
            fields.pop(field.name, None) if field.name not in fields else None
            fields[field.name] = field
        config.update(_config(holder))
        validators += _validators(project, holder)
    return ModelClass(cls, kind, tuple(fields.values()), tuple(validators), config)


def _fields(project: Project, cls: Class, kind: ModelKind) -> Iterator[Field]:
    for statement in cls.node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if statement.target.id != "model_config" and not _is_class_variable(project, cls, statement):
                yield _annotated_field(project, cls, statement, statement.target.id)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if kind == "enum" and not name.startswith("_"):
                yield Field(name, statement, None, None, statement.value, required=False)
            elif kind == "sqlalchemy" and isinstance(statement.value, ast.Call):
                target = look_up_path(project, cls.module, statement.value.func)
                if target is not None and target.name in _FIELD_CALLS:
                    keywords = keywords_of(statement.value)
                    yield Field(name, statement, None, None, None, required=False, keywords=keywords)


def _is_class_variable(project: Project, cls: Class, statement: ast.AnnAssign) -> bool:
    node = statement.annotation
    outer = node.value if isinstance(node, ast.Subscript) else node
    target = look_up_path(project, cls.module, outer)
    return target is not None and target.name == "typing.ClassVar"


def _annotated_field(project: Project, cls: Class, statement: ast.AnnAssign, name: str) -> Field:
    annotation = spread(project, cls.module, statement.annotation)
    default: ast.expr | None = statement.value
    keywords: Mapping[str, ast.expr] = {}
    for extra, _ in annotation.metadata:
        if isinstance(extra, ast.Call) and _is_field_call(project, cls, extra):
            keywords = {**keywords, **keywords_of(extra)}
            default = default or keywords.get("default") or keywords.get("default_factory")
    if isinstance(statement.value, ast.Call) and _is_field_call(project, cls, statement.value):
        keywords = {**keywords, **keywords_of(statement.value)}
        default = next(iter(statement.value.args), None) or keywords.get("default")
        default = default or keywords.get("default_factory")
    if isinstance(default, ast.Constant) and default.value is ...:
        default = None
    return Field(
        name,
        statement,
        statement.annotation,
        type_of(project, annotation),
        default,
        default is None,
        keywords,
    )


def _is_field_call(project: Project, cls: Class, node: ast.Call) -> bool:
    target = look_up_path(project, cls.module, node.func)
    return target is not None and target.name in _FIELD_CALLS


def _config(cls: Class) -> dict[str, ast.expr]:
    """`model_config`, or the assignments of an inner `class Config`."""
    found: dict[str, ast.expr] = {}
    for statement in cls.node.body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Config":
            for line in statement.body:
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    found[line.targets[0].id] = line.value
        value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        target = (
            statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        )
        if isinstance(target, ast.Name) and target.id == "model_config":
            if isinstance(value, ast.Call):
                found.update(keywords_of(value))
            elif isinstance(value, ast.Dict):
                pairs = zip(value.keys, value.values, strict=True)
                found.update({name: v for key, v in pairs if isinstance(name := literal(key), str)})
    return found


def _validators(project: Project, cls: Class) -> Iterator[Validator]:
    for method in cls.methods.values():
        for decorator in method.node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            node = call.func if call is not None else decorator
            target = look_up_path(project, cls.module, node)
            if target is None or target.kind != "external":
                continue
            kind = target.name.rpartition(".")[2]
            if kind in _VALIDATORS:
                yield _validator(method, kind, call)


def _validator(method: Function, kind: str, call: ast.Call | None) -> Validator:
    names = [value for node in (call.args if call else ()) if isinstance(value := literal(node), str)]
    mode = literal(keywords_of(call).get("mode")) if call is not None else None
    return Validator(kind, method, tuple(names), mode if isinstance(mode, str) else None)
