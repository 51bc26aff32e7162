"""Words that a generated name must keep clear of, and why each of them is taken."""

import keyword

from maestro_knowledge.scaffold.words import words

KEYWORDS = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist)
"""Python's own words, the soft ones included: a generated name is never one of them."""

ANNOTATIONS = words("bool bytes dict dt float int list object set str tuple type")
"""Names that annotations in a class body use; an attribute of that name would hide them."""

PYDANTIC = words(
    """
    copy construct dict from_orm json model_computed_fields model_config model_construct model_copy
    model_dump model_dump_json model_extra model_fields model_fields_set model_json_schema
    model_parametrized_name model_post_init model_rebuild model_validate model_validate_json
    model_validate_strings parse_file parse_obj parse_raw schema schema_json update_forward_refs
    validate
    """
)
"""Attributes of every Pydantic model."""

DATABASE = words("metadata registry sqlmodel_update awaitable_attrs")
"""Attributes of every SQLAlchemy or SQLModel class."""

GENERATED = words("cls field_name self session")
"""Names that the generated classes themselves, and the methods of their bases, use."""

ATTRIBUTES = KEYWORDS | ANNOTATIONS | PYDANTIC | DATABASE | GENERATED
"""What no generated attribute is called; a trailing underscore and an alias keep the JSON name."""

CLASSES = words(
    """
    APIRouter Annotated Any AsyncConnection AsyncEngine AsyncIterator AsyncSession Base BaseModel
    AccessTokenSettings ApiKeySettings AsyncMock BaseSettings BigInteger Boolean Callable Caller Column
    ConflictError Conflict ConfigDict Cursor Date DateTime Decimal Depends EmailStr Enum Error
    ErrorResponse Exception Exact FastAPI False Field FieldInfo File FiniteFloat Float Form
    HTTPException HttpUrl Identity IdentitySettings Index Instant Integer IntEnum IntegrityError
    Iterator JSON JSONB JsonValue KeySource Literal Lock MISSING Mapped Mapping NotFoundError None
    Numeric Page Path Pool PlainText Protocol Query Record Request Response SQLModel SecretStr Select
    Sequence Settings State StrEnum String Table TestClient Text Time True TypeAdapter TypeVar UUID Uuid
    ValidationError Verifier WebUrl WallTime
    """
)
"""Names that generated modules import; a record of that name gets a suffix."""

MODULES = words("__init__ app conftest core main tests test asyncio router routers")
"""Module names that the generated package or its test runner uses for something else."""


def make_attribute(name: str) -> str:
    """`name` as an attribute: with a trailing underscore where it is taken."""
    # A leading underscore would make it private to Pydantic, and silently drop it.
    return f"{name}_" if name in ATTRIBUTES else name
