"""One class for an object that goes both ways: `Shape` is closed where users give it, open where servers send it.

    class ExpiresAfter(Shape):
        anchor: Literal["last_active_at"] = "last_active_at"
        days: Annotated[int, Field(ge=1, le=365)]

Answers are validated strict, what users give is validated lax; that alone tells the directions apart. So each field
has two schemas in one (`CLOSED`, which every field of a Shape gets by itself), at the speed of Rust:

* given: values, bounds and kinds as they are declared, numbers and booleans exact (`"5"` and `True` are not numbers),
  unknown names refused in their very place; constants that name the shape are always sent;
* read: the JSON type alone. A newer value, a longer text, an unknown member is kept; a `Tagged` union has its Unknown.

Rules
* Two classes only where the API has two shapes; the file says why.
* A Shape that a server sent may be given as it is: it is sent as it came, members that nobody knows included.
* `Said[...] = SAID`: in every answer, may be left out of what is given. Annotated with `FilledIn("auto")` it is then
  sent as that.
* A base whose members each have a tag says `type: Any` where they have it, which keeps the order of fields; it has no
  dict form.
* No smart union of pydantic may stand above a Shape, at any depth: it tries strict first, and so opens what is closed
  (`tests/models/test_shapes.py` looks). Tagged, `LEFT_TO_RIGHT`, and `X | None` are not smart.
* A field that names a class below it (`list["AnyFilter"]`) carries `CLOSED` itself: pydantic makes it anew.

Weak spots
* Unlike params, a Shape is not frozen, as results are not: what is assigned afterwards is not checked.
* `X.model_validate(data)` reads, as with all results: what does not fit as given is taken as a server's word.
"""

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeVar

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from typed_openai.models.base import Result, constants_of

T = TypeVar("T")

_EXACT = ("int", "float", "bool")
_WRAPPED = ("function-before", "function-after", "function-wrap")
"""What is checked beside the JSON type, for those who give."""
_BOUNDS = frozenset(
    (
        "gt",
        "ge",
        "lt",
        "le",
        "multiple_of",
        "allow_inf_nan",
        "pattern",
        "min_length",
        "max_length",
        "coerce_numbers_to_str",
    )
)
_AS_IT_IS = ("model", "definition-ref", "definitions", "lax-or-strict")
"""What says itself how it is given and read."""
_INNER = ("schema", "items_schema", "keys_schema", "values_schema")


def _both(schema: Any, one: Any) -> Any:
    """A schema with `one` done to each that stands in it."""
    found = {**schema, **{name: one(schema[name]) for name in _INNER if name in schema}}
    choices = schema.get("choices")
    if isinstance(choices, dict):
        found["choices"] = {tag: one(choice) for tag, choice in choices.items()}
    elif choices is not None:
        found["choices"] = [(one(each[0]), each[1]) if isinstance(each, tuple) else one(each) for each in choices]
    return found


def _given(schema: Any) -> Any:
    """As it is declared, and exact."""
    kind = schema["type"]
    if kind in _EXACT:
        return {**schema, "strict": True}
    if "open_union" in schema.get("metadata", ()):
        return _given(schema["choices"][0])  # without the member for kinds that are newer
    return schema if kind in _AS_IT_IS else _both(schema, _given)


def _read(schema: Any) -> Any:
    """The JSON type alone."""
    kind = schema["type"]
    if kind == "literal" and all(isinstance(value, str) for value in schema["expected"]):
        return core_schema.str_schema()
    if kind in _AS_IT_IS or "open_union" in schema.get("metadata", ()):
        return schema
    if kind in _WRAPPED:
        return _read(schema["schema"])
    plain = {name: value for name, value in schema.items() if name not in _BOUNDS or kind == "tagged-union"}
    return _both({**plain, "strict": True} if kind in _EXACT else plain, _read_member if "choices" in schema else _read)


def _read_member(schema: Any) -> Any:
    """Of a union: a single value beside other kinds (`"auto"` or a number) stays what it is."""
    return schema if schema["type"] == "literal" and len(schema["expected"]) == 1 else _read(schema)


class _Both:
    """A field with two schemas."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        from typed_openai.core.answer.json_schemas import with_plain_mappings

        return with_plain_mappings(handler(schema))


class _Closed(_Both):
    """Checked where it is given, its type alone where it is read."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        given, read = _given(schema), _read(schema)
        if given == read:
            found: CoreSchema = given
            return found
        return core_schema.lax_or_strict_schema(lax_schema=given, strict_schema=read)

    def __repr__(self) -> str:
        return "CLOSED"


CLOSED = _Closed()
"""Annotation for a field that is checked where it is given and open where it is read."""


class _Exact(_Closed):
    """As declared, both ways."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        found: CoreSchema = _given(handler(source))
        return found


EXACT = _Exact()
"""Annotation for a field by which an answer is told from others: its values hold where it is read, too."""

LEFT_TO_RIGHT = Field(union_mode="left_to_right")
"""Annotation for a union in which a Shape stands and that nothing tells apart."""


class _Unknown:
    """The schema of a member that is not declared: refused where it is given, kept where it is read."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        never = core_schema.custom_error_schema(core_schema.is_instance_schema(_Never), "extra_forbidden")
        return core_schema.lax_or_strict_schema(lax_schema=never, strict_schema=core_schema.any_schema())

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {}


class _Never:
    """Has no instances."""


class _WhenRead(_Both):
    """An answer has it; what is given may leave it out. Its default is checked too, which no answer survives."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return core_schema.lax_or_strict_schema(lax_schema=self.given(_given(schema)), strict_schema=_read(schema))

    def given(self, schema: Any) -> CoreSchema:
        """The schema of what is given: null stands for left out."""
        return core_schema.nullable_schema(schema)


class FilledIn(_WhenRead):
    """Annotation for a field whose default is `SAID`: left out of what is given, it is sent with this value."""

    def __init__(self, value: str) -> None:
        self.value = value

    def given(self, schema: Any) -> CoreSchema:
        """The schema of what is given: the value in place of null."""
        return core_schema.no_info_before_validator_function(lambda v: self.value if v is None else v, schema)


if TYPE_CHECKING:
    Said = Annotated[T, "said"]
else:

    class Said:
        """`Said[str]`: a string in every answer; may be left out of what is given."""

        def __class_getitem__(cls, item: object) -> object:
            return Annotated[item, _WhenRead()]


SAID: Any = None
"""The default of a field that is `Said[...]` or `FilledIn`."""


def _with_constants(given: Any) -> Any:
    given.__pydantic_fields_set__.update(given.constants)
    return given


class Shape(Result):
    """An object that goes both ways: closed where users give it, open and lossless where servers send it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(ser_json_inf_nan="constants")  # refused when sent, not nulled
    goes_out: ClassVar[bool] = True
    constants: ClassVar[frozenset[str]] = frozenset()
    """Fields that name the shape (`type`, `role`): always sent, also when left to their default."""

    if not TYPE_CHECKING:
        __pydantic_extra__: dict[str, Annotated[Any, _Unknown()]]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        fields = cls.__pydantic_fields__.items()
        filled = [name for name, info in fields if any(isinstance(mark, FilledIn) for mark in info.metadata)]
        cls.constants = constants_of(cls).union(filled)
        _close(cls)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        _close(cls)
        schema = handler(source)
        ref: Any = schema.get("ref")
        bare: Any = {name: value for name, value in schema.items() if name != "ref"}
        given = cls.when_given(bare)
        if given is bare:
            return schema
        # Under the reference of the model stands what does both: where it comes again it is looked up there.
        return core_schema.lax_or_strict_schema(lax_schema=given, strict_schema=bare, ref=ref)

    @classmethod
    def when_given(cls, schema: CoreSchema) -> CoreSchema:
        """The schema of what is given, made of that of what is read."""
        if not cls.constants:
            return schema
        return core_schema.no_info_after_validator_function(_with_constants, schema)


def _close(model: type[Shape]) -> None:
    for info in model.__pydantic_fields__.values():
        if any(isinstance(mark, _WhenRead) for mark in info.metadata):
            info.validate_default = True
        elif not any(isinstance(mark, _Closed) for mark in info.metadata):
            info.metadata.append(CLOSED)
