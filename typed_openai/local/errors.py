"""Refusals, in the one shape the API gives them.

A handler that cannot answer raises `ApiError`; the service turns it into
`{"error": {"message", "type", "param", "code"}}` with its status. Nothing else in this package builds that shape.

Rules: the message says what was wrong and what would be right; `param` names the member by its path
(`messages[0].role`); a key that was sent is never repeated in a message.

Weak spot: the wording is ours, not the service's. Code that matches on messages will find other words here;
`status`, `type`, `param` and `code` are the parts to rely on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized


class ApiError(Exception):
    """A refusal: an HTTP status and the four members of the API's error object."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        kind: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.kind = kind
        self.headers = dict(headers or {})

    def body(self) -> dict[str, object]:
        """The JSON body that goes with the status."""
        return error_body(self.message, kind=self.kind, param=self.param, code=self.code)


def error_body(message: str, *, kind: str, param: str | None = None, code: str | None = None) -> dict[str, object]:
    """The error object alone, for those who must write one without raising."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def missing(param: str) -> ApiError:
    """400: a required member is not there (or is null, or is an empty string)."""
    return ApiError(
        400, f"The required parameter {param!r} is missing.", param=param, code="missing_required_parameter"
    )


def wrong_type(param: str, expected: str, got: object) -> ApiError:
    """400: a member is there but has another JSON type."""
    return ApiError(
        400, f"The parameter {param!r} must be {expected}, not {json_type(got)}.", param=param, code="invalid_type"
    )


def wrong_value(param: str, message: str) -> ApiError:
    """400: the type is right, the value is not; `message` is the whole sentence."""
    return ApiError(400, message, param=param, code="invalid_value")


def refuse_empty(param: str, value: Sized) -> None:
    """400 for a list without an item, where one is needed."""
    if not value:
        raise wrong_value(param, f"{param}: at least 1 item, got {value!r}.")


def refuse_outside(param: str, value: float | None, least: float, most: float | None = None) -> None:
    """400 for a number that is not from `least` to `most` (None: any that is higher)."""
    if value is not None and not least <= value <= (value if most is None else most):
        allowed = f"at least {least}" if most is None else f"from {least} to {most}"
        raise wrong_value(param, f"{param}: {allowed}, got {value!r}.")


def not_found(what: str, identifier: str, param: str | None = None) -> ApiError:
    """404: no object of that kind has this id."""
    return ApiError(404, f"This local server has no {what} {identifier!r}.", param=param, code="not_found")


def json_type(value: object) -> str:
    """The JSON name of a value's type, with its article, for use in a sentence."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"
