"""The ground that all models stand on: `Params` go out (strict), `Result`s come in (forgiving), both are pydantic.

Rules
* Params refuse unknown names and wrong types; numbers and booleans are declared with pydantic's `Strict*` types, so
  that `"0.5"` and `True` are not quietly turned into something else. They are frozen: what was checked stays checked.
* At the top level of a request `None` means *leave it out*; `NULL` sends an explicit null, where the API takes one
  (`Nullable[...]`). Nested objects are sent exactly as they were given, plus the constants that name their shape.
* A result says what makes it an answer (`is_answer`); an empty one under a success status is an error of the server.
* Results keep unknown fields, take unknown enum values (`Open`), turn unknown members of a union into `Unknown...`
  (`Tagged`), and dump as what came in.
* `defer_build` everywhere: a validator is built at first use, not at import.

Weak spots
* `Open[...]` tells the type checker that a field is closed while the server may send more: compare with `==` and keep
  an `else`. That is the price for completion and exhaustiveness hints.
* A required field that a server left out reads as None although its static type says otherwise; `issues` says so.
"""

import functools
import inspect
from collections.abc import Callable, Hashable, Iterable, Mapping
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    Protocol,
    Self,
    TypeAlias,
    TypeVar,
    get_args,
    get_origin,
)

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import CoreSchema, PydanticCustomError, PydanticSerializationError, core_schema, to_json
from typing_extensions import TypeVar as OrNone

from typed_openai.core.answer.meta import Issue, Meta
from typed_openai.shown.hooks import Shown

T = TypeVar("T")
TypeLike: TypeAlias = type[T] | TypeAdapter[T]
"""What names a type; a union is no `type[...]` for type checkers, so it comes as a `TypeAdapter`."""
Wanted = OrNone("Wanted", default=None)
"""What is asked for where nothing need be: None then."""
Asked: TypeAlias = Callable[[str], Any]
"""A parameter of a call by its name, None where it was not given."""


class Null:
    """The type of `NULL`, the constant that sends an explicit JSON null where `None` would leave the parameter out."""

    _only: ClassVar["Null | None"] = None
    __slots__ = ()

    def __new__(cls) -> "Null":
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "NULL"

    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:
        return "NULL"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        null = {cls: None}  # and nothing else: a union tries this of whatever its other members cannot write
        written = core_schema.plain_serializer_function_ser_schema(lambda value: null[type(value)])
        return core_schema.is_instance_schema(cls, serialization=written)


NULL = Null()

NOT_GIVEN = not_given = omit = None
"""What the official package marks a parameter with that is left out; here `None` does that."""

if TYPE_CHECKING:
    NotGiven: TypeAlias = None
    Omit: TypeAlias = None
else:
    NotGiven = Omit = NoneType
    """The types of the marks."""

Nullable: TypeAlias = Annotated[T | Null, Field(union_mode="left_to_right")] | None
"""A parameter that the API also takes as null: `None` leaves it out, `NULL` sends null. In order, since pydantic's own
way tries what is strict first, which opens what is closed where it is given (`shape.py`)."""


class _OpenString:
    """Run-time schema of `Open[Literal[...]]`: any string, which is also faster than checking a list of values. The
    JSON schema tells the values that are known."""

    __slots__ = ("item",)

    def __init__(self, item: object) -> None:
        self.item = item

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.str_schema()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        known = list(literal_values(self.item))
        return {"anyOf": [{"type": "string", "enum": known}, {"type": "string"}]} if known else handler(schema)


if TYPE_CHECKING:
    Open = Annotated[T, "open"]
else:

    class Open:
        """`Open[Literal["a", "b"]]`: closed for the type checker, any string at run time."""

        def __class_getitem__(cls, item: object) -> object:
            return Annotated[item, _OpenString(item)]


if TYPE_CHECKING:
    UnknownTag: TypeAlias = Literal["(unknown)"]
else:
    UnknownTag = str
    """The tag of an `Unknown...` model: any string at run time; for the type checker a value that never comes, so that
    comparing the tag of a union with a known value leaves only the model of that value."""


def literal_values(annotation: object) -> tuple[Hashable, ...]:
    """The values of a `Literal`, `()` for anything else."""
    return get_args(annotation) if get_origin(annotation) is Literal else ()


class Tagged:
    """Marks a union of result models told apart by one field; the member whose field is a plain `str` takes the rest.

    `Annotated[FunctionCall | CustomCall | UnknownCall, Tagged("type")]`: a known tag goes straight to its model, an
    unknown one to the last; a broken object with a known tag is an error (and so an issue), never an `Unknown`. A field
    that may be missing (`Literal["a"] | None`) names its tag all the same. `default`: the tag where none is said.
    `first`: of a large union the tags that are usual, the others wait (`deferred.py`); None: no member waits.
    """

    __slots__ = ("default", "field", "first")

    def __init__(self, field: str, default: str | None = None, first: tuple[str, ...] | None = None) -> None:
        self.field = field
        self.default = default
        self.first = first

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        from typed_openai.core.answer.json_schemas import with_plain_mappings

        return with_plain_mappings(handler(schema))

    def members(self, union: object) -> tuple[dict[Hashable, Any], type[BaseModel] | None]:
        """The members by tag, and the model for unknown tags. One that is a tagged union stands for all its tags."""
        known: dict[Hashable, Any] = {}
        unknown: type[BaseModel] | None = None
        for member in get_args(union):
            is_union = get_origin(member) is Annotated
            for model in get_args(get_args(member)[0]) if is_union else (member,):
                annotation = model.model_fields[self.field].annotation
                tags = [tag for form in (annotation, *get_args(annotation)) for tag in literal_values(form)]
                known |= dict.fromkeys(tags, member)
                if not tags:
                    unknown = model
        return known, unknown

    def _choice(self, tag: Hashable, member: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if self.first is None or tag in self.first or get_origin(member) is Annotated:
            return handler.generate_schema(member)
        from typed_openai.models.deferred import deferred

        return deferred(member)

    def _tag_of(self, value: Any) -> Any:
        return value.get(self.field, self.default) if isinstance(value, Mapping) else getattr(value, self.field, None)

    def _filled(self, value: Any) -> Any:
        return {self.field: self.default, **value} if isinstance(value, Mapping) and self.field not in value else value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        known, unknown = self.members(source)
        choices = {tag: self._choice(tag, member, handler) for tag, member in known.items()}
        tagged: CoreSchema = core_schema.tagged_union_schema(choices, discriminator=self.field)
        if self.default is not None:
            given = core_schema.no_info_before_validator_function(self._filled, tagged)
            read = core_schema.tagged_union_schema(choices, discriminator=self._tag_of)
            tagged = core_schema.lax_or_strict_schema(lax_schema=given, strict_schema=read)
        if unknown is None:
            return tagged

        def refuse_known(value: Any) -> Any:
            if getattr(value, self.field) in known:
                raise PydanticCustomError(
                    "broken_member", "Input should be a valid {tag}", {"tag": getattr(value, self.field)}
                )
            return value

        rest = core_schema.no_info_after_validator_function(refuse_known, handler.generate_schema(unknown))
        return core_schema.union_schema([tagged, rest], mode="left_to_right", metadata={"open_union": True})


class AnyDict(Protocol):
    """Any mapping whose keys are strings, for type checkers: what a call takes beside models and dict forms.

    An ordinary `dict[str, object]` variable is one. It is a protocol, not `Mapping[str, object]`, since pyright reads
    a dict written at the call as a `Mapping` where it may, and then offers nothing inside it.
    """

    def keys(self) -> Iterable[str]:
        """The names."""
        ...

    def __getitem__(self, key: str, /) -> object:
        """What stands under a name."""
        ...


class Suggested:
    """Marks a field that takes any string with the values that an editor may complete (`known_values.py`): a `Literal`
    alias, by its name, which is what stubs write."""

    __slots__ = ("name", "values")

    def __init__(self, name: str, values: Any) -> None:
        self.name = name
        self.values = values


class Model(BaseModel):
    """Common to both directions: built late, every field name allowed, shown in short."""

    def __repr_args__(self) -> Any:
        from typed_openai.shown.compact import args_of

        return args_of(self, isinstance(self, Result))

    model_config: ClassVar[ConfigDict] = ConfigDict(
        defer_build=1,  # type: ignore[typeddict-item]  # true for classes, but a TypeAdapter waits for True alone: FastAPI
        # has it build while it keeps the warnings of pydantic back that are about FastAPI itself
        protected_namespaces=(),
        validate_by_name=True,
        validate_by_alias=True,
    )
    goes_out: ClassVar[bool] = False
    """Whether users give it, as an object of a request: it is closed then."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        from typed_openai.core.answer.json_schemas import with_sentences

        return with_sentences(cls, handler(schema), handler.resolve_ref_schema)


def constants_of(model: type[Model]) -> frozenset[str]:
    """The fields that name a shape: of one value, which is their default."""
    fields = model.__pydantic_fields__.items()
    return frozenset(n for n, f in fields if isinstance(f.default, str) and get_origin(f.annotation) is Literal)


class Params(Model):
    """A set of request parameters, or an object inside one: closed, checked, frozen."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, ser_json_inf_nan="constants"
    )  # refused when sent, not nulled
    goes_out: ClassVar[bool] = True
    constants: ClassVar[frozenset[str]] = frozenset()
    """Fields that name the shape (`type`, `role`): always sent, also when left to their default."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.constants = constants_of(cls)
        if not cls.constants and cls.model_post_init is Params.model_post_init:
            cls.__pydantic_post_init__ = None  # nothing is to be done: pydantic need not call

    def __eq__(self, other: object) -> bool:
        """Whether two say the same; beside models that may be a dict, by the names of the API."""
        if isinstance(other, BaseModel):
            return super().__eq__(other)
        return bool(self.model_dump(by_alias=True, exclude_unset=True) == other)

    @classmethod
    def unchecked(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What is sent when nothing is checked (`validation` other than strict): what was given."""
        return given

    def model_post_init(self, context: Any, /) -> None:
        self.__pydantic_fields_set__.update(self.constants)


def _asking(name: str, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A property (or `as_input`) that fails on what a server sent in place of what it promises: the error says so."""

    @functools.wraps(function)
    def ask(result: Any) -> Any:
        try:
            return function(result)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            from typed_openai.errors import OpenAIError, ResponseValidationError

            if isinstance(error, OpenAIError):
                raise
            issues: tuple[Issue, ...] = getattr(result, "issues", ())
            said = "; ".join(map(str, issues[:3])) or "see `issues` of the answer it came in"
            kind = type(result).__name__
            message = (
                f"{name} of this {kind} cannot be told ({type(error).__name__}: {error}): what came deviates: {said}"
            )
            failure = ResponseValidationError(message, meta=result.meta)
            failure.issues = issues
            raise failure from error

    return ask


def _guarded(kind: type[Any], name: str, value: Any) -> None:
    """Put a property, or `as_input`, of a class behind `_asking`, unless another is in its place."""
    if inspect.getattr_static(kind, name) is not value:
        return
    if isinstance(value, property) and value.fget is not None and value.fset is None:
        setattr(kind, name, property(_asking(name, value.fget), doc=value.__doc__))
    elif name == "as_input" and callable(value):
        setattr(kind, name, _asking(name, value))


class Result(Shown, Model):
    """An answer of the server, or an object inside one: open, lossless, and it knows how it came (`meta`)."""

    __slots__ = ("_issues", "_meta")

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", serialize_by_alias=True)

    if TYPE_CHECKING:
        _meta: Meta = PrivateAttr()  # no argument of a constructor
        _issues: tuple[Issue, ...] = PrivateAttr()

    def is_answer(self) -> bool:
        """Whether this has what makes it an answer, where it is the whole of one: by default anything that the API
        promises, besides the kind of object."""
        promised = _promised(type(self))
        return not promised or any(getattr(self, name, None) is not None for name in promised)

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """What was asked for and is not here; `asked` gives the parameters of the call by name. What only stands in
        another order than that asked for is put right."""
        return ()

    def read_otherwise(self) -> None:
        """Called once on a result that deviates: puts what it means where it is looked for. The dump stays as it is."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """What is told of an answer is told, or an error of ours, whatever the server sent: properties and `as_input`,
        those of bases that are not results among them. Done here, as a hook of the schema costs four times as much."""
        super().__pydantic_init_subclass__(**kwargs)
        known = {*Result.__mro__}
        for kind in cls.__mro__:
            if kind not in known and (kind is cls or not issubclass(kind, Result)):
                for name, value in [*vars(kind).items()]:
                    if name == "as_input" or (type(value) is property and name[0] != "_"):
                        _guarded(cls, name, value)

    @property
    def meta(self) -> Meta:
        """Status, headers, request id, rate limits, attempts and elapsed time of the answer this object came in."""
        return getattr(self, "_meta", None) or Meta()

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Where the answer differs from the API description; empty for a conforming server."""
        return getattr(self, "_issues", ())

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """An answer that was kept, from its dump: what is newer than this package, or unusual, is taken as a server's
        word. Options as for pydantic; raises pydantic's ValidationError."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError:
            if options or not isinstance(obj, Mapping):
                raise
            try:
                return cls.__pydantic_validator__.validate_json(to_json(obj), strict=True)  # type: ignore[no-any-return]  # pydantic says Any
            except ValueError:
                pass
            raise

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """As `model_validate`, from JSON text."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError:
            if options:
                raise
            try:
                return super().model_validate_json(json_data, strict=True)
            except ValidationError:
                pass
            raise

    def as_input(self) -> Any:
        """This object in the shape in which it may be sent back; a plain dump unless a model knows better."""
        return self.model_dump(mode="json")

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """What came in, as a dict: fields that were not sent are left out unless `exclude_unset=False`."""
        options.setdefault("exclude_unset", True)
        options.setdefault("warnings", False)
        try:
            return super().model_dump(**options)
        except TypeError:  # a tag that is not text
            from typed_openai.models.plain_dumps import dumped

            return dumped(self, options)

    def model_dump_json(self, **options: Any) -> str:
        """What came in, as JSON text; options as for `model_dump`."""
        options.setdefault("exclude_unset", True)
        options.setdefault("warnings", False)
        try:
            return super().model_dump_json(**options)
        except (TypeError, PydanticSerializationError):
            from typed_openai.models.plain_dumps import dumped

            return to_json(dumped(self, {**options, "mode": "json"}), indent=options.get("indent")).decode()

    @property
    def _request_id(self) -> str | None:
        """The official package's name for `meta.request_id`."""
        return self.meta.request_id

    def to_dict(self, *, use_api_names: bool = True, **options: Any) -> dict[str, Any]:
        """What came in, as JSON data; options as for `model_dump`, names of the model with `use_api_names=False`."""
        return self.model_dump(**{"mode": "json", "by_alias": use_api_names, **options})

    def to_json(self, *, indent: int | None = 2, use_api_names: bool = True, **options: Any) -> str:
        """What came in, as JSON text; options as for `to_dict`."""
        return self.model_dump_json(indent=indent, by_alias=use_api_names, **options)

    def __getstate__(self) -> dict[Any, Any]:
        return {**super().__getstate__(), "_meta": self.meta, "_issues": self.issues}

    def __setstate__(self, state: dict[Any, Any]) -> None:
        attach(self, state.get("_meta") or Meta(), state.get("_issues") or ())
        super().__setstate__(state)

    def __copy__(self) -> Self:
        return attach(super().__copy__(), self.meta, self.issues)

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        return attach(super().__deepcopy__(memo), self.meta, self.issues)


@functools.cache
def _promised(kind: type[Result]) -> tuple[str, ...]:
    """The fields that every answer of a kind has, but for those that failures have too, if there are others."""
    promised = [name for name, info in kind.__pydantic_fields__.items() if info.is_required() and name != "object"]
    return tuple(name for name in promised if name not in ("created", "created_at", "model", "status")) or (*promised,)


_R = TypeVar("_R", bound=Result)
A_co = TypeVar("A_co", bound=Result, covariant=True)


class AnsweredBy(Generic[A_co]):
    """A base of parameters that one operation takes: what that gives, for type checkers (`client.map`)."""


_set = object.__setattr__


def attach(result: _R, meta: Meta, issues: tuple[Issue, ...] = ()) -> _R:
    """Put onto a result how it came."""
    _set(result, "_meta", meta)
    if issues:
        _set(result, "_issues", issues)
    return result


Check = Callable[[Any], Any]
