"""Which files a search looks at: comparisons of their attributes, and any nesting of them by `and` and `or`.

API reference: "Vector stores" (`search`), and the file search tool of "Responses", which takes the same objects.

    CompoundFilter(type="and", filters=[
        ComparisonFilter(type="eq", key="language", value="en"),
        ComparisonFilter(type="gte", key="year", value=2020),
    ])

Rules
* Both kinds are `Filter`s, so that a list of them type-checks unannotated. They are told apart by `type`.
* An integer stays an integer: it is not turned into a float, which would change large ones.

Weak spots
* `in` and `nin` want a list, the others a single value; the API description leaves that open and so does this.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictFloat, StrictInt

from typed_openai.models.base import Model, Tagged
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.unknown_kinds import UnknownKind

Number: TypeAlias = StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)]
"""A number of either kind; neither NaN nor infinite, which JSON has not."""


class Filter(Model):
    """A condition on the attributes of a file: a `ComparisonFilter` or a `CompoundFilter`."""


class ComparisonFilter(Filter, Shape):
    """One attribute, compared with a value."""

    type: Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"]
    """Equal, not equal, greater, greater or equal, less, less or equal, one of, none of."""
    key: str
    """Name of the attribute."""
    value: str | Number | bool | list[str | Number]
    """What it is compared with; a list for `in` and `nin`."""


class CompoundFilter(Filter, Shape):
    """Several conditions, of which all (`and`) or any (`or`) must hold."""

    type: Literal["and", "or"]
    """Whether all must hold or one is enough."""
    filters: Annotated[list["AnyFilter"], CLOSED]
    """The conditions; each may be compound again."""


class UnknownFilter(Filter, UnknownKind):
    """A condition of a kind that is newer than this package; its data is in `model_extra`."""


AnyFilter: TypeAlias = Annotated[ComparisonFilter | CompoundFilter | UnknownFilter, Tagged("type")]
"""A condition on the attributes of a file; conditions may be compound."""
