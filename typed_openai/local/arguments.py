"""JSON that came in, read member by member, with a reason whenever it is not what the API describes.

`Arguments` wraps one JSON object and remembers where in the request it stands, so that every refusal names its
member as the API does: `messages[1].content[0].type`. Null counts as absent everywhere, as it does in the API.

Rules: a reader returns the value in its Python type or raises `ApiError(400)`; a boolean is not an integer; members
that nobody reads are ignored.

Weak spot: the real service refuses unknown members, this reader does not, so that `extra_body` can be tried out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from typed_openai.local.errors import missing, wrong_type, wrong_value
from typed_openai.local.json_text import Json, JsonObject, parse_json

__all__ = ["Arguments", "Json", "JsonObject", "parse_json"]


class Arguments:
    """The members of one JSON object of a request, at the place `at` (empty for the whole body)."""

    def __init__(self, members: Mapping[str, Json], at: str = "") -> None:
        self._members = members
        self._at = at

    @classmethod
    def from_json(cls, value: Json, at: str = "") -> Arguments:
        """Wrap a value that has to be an object."""
        if not isinstance(value, dict):
            raise wrong_type(at or "body", "an object", value)
        return cls(value, at)

    @property
    def members(self) -> Mapping[str, Json]:
        """The object as it came."""
        return self._members

    def path(self, name: str) -> str:
        """Where the member stands in the request, for error messages."""
        return f"{self._at}.{name}" if self._at else name

    def raw(self, name: str) -> Json:
        """The member as it came; None when it is absent."""
        return self._members.get(name)

    def required(self, name: str) -> Json:
        """The member as it came; refused when it is absent or null."""
        value = self.raw(name)
        if value is None:
            raise missing(self.path(name))
        return value

    def string(self, name: str) -> str:
        """A required string that is not empty."""
        value = self.required(name)
        if not isinstance(value, str):
            raise wrong_type(self.path(name), "a string", value)
        if not value:
            raise missing(self.path(name))
        return value

    def optional_string(self, name: str) -> str | None:
        """A string, or None when absent."""
        value = self.raw(name)
        if value is not None and not isinstance(value, str):
            raise wrong_type(self.path(name), "a string", value)
        return value

    def choice(self, name: str, allowed: Collection[str], default: str | None = None) -> str:
        """A string out of a closed list; required when there is no default."""
        value = self.string(name) if default is None else self.optional_string(name) or default
        if value not in allowed:
            listed = ", ".join(repr(each) for each in sorted(allowed))
            raise wrong_value(self.path(name), f"The parameter {self.path(name)!r} is {value!r}; allowed are {listed}.")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean, or the default when absent."""
        value = self.raw(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise wrong_type(self.path(name), "a boolean", value)
        return value

    def integer(self, name: str, low: int, high: int | None = None) -> int | None:
        """A whole number within bounds (both inclusive), or None when absent."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # 1.0 is an integer to JSON
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type(self.path(name), "an integer", value)
        self._check_range(name, value, low, high)
        return value

    def number(self, name: str, low: float, high: float) -> float | None:
        """A number within bounds (both inclusive), or None when absent."""
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise wrong_type(self.path(name), "a number", value)
        self._check_range(name, value, low, high)
        return value

    def _check_range(self, name: str, value: float, low: float, high: float | None) -> None:
        if value < low or (high is not None and value > high):
            bounds = f"at least {low}" if high is None else f"from {low} to {high}"
            raise wrong_value(self.path(name), f"The parameter {self.path(name)!r} is {value}; it must be {bounds}.")

    def array(self, name: str) -> list[Json]:
        """A list as it came; empty when absent."""
        value = self.raw(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise wrong_type(self.path(name), "an array", value)
        return value

    def objects(self, name: str) -> list[Arguments]:
        """A list of objects, each knowing its own place; empty when absent."""
        at = self.path(name)
        return [Arguments.from_json(item, f"{at}[{index}]") for index, item in enumerate(self.array(name))]

    def strings(self, name: str) -> list[str]:
        """A list of strings; empty when absent."""
        found: list[str] = []
        for index, item in enumerate(self.array(name)):
            if not isinstance(item, str):
                raise wrong_type(f"{self.path(name)}[{index}]", "a string", item)
            found.append(item)
        return found

    def child(self, name: str) -> Arguments | None:
        """An object inside this one, or None when absent."""
        value = self.raw(name)
        return None if value is None else Arguments.from_json(value, self.path(name))

    def required_child(self, name: str) -> Arguments:
        """An object inside this one; refused when absent."""
        return Arguments.from_json(self.required(name), self.path(name))

    def metadata(self, name: str = "metadata") -> dict[str, str]:
        """A flat object of strings (at most 16 pairs); empty when absent."""
        child = self.child(name) or Arguments({})
        found: dict[str, str] = {}
        for key, value in child.members.items():
            if not isinstance(value, str):
                raise wrong_type(f"{self.path(name)}.{key}", "a string", value)
            found[key] = value
        if len(found) > 16:
            raise wrong_value(self.path(name), f"The parameter {self.path(name)!r} may hold 16 pairs at most.")
        return found
