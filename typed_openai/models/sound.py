"""Sound in a message to a socket: bytes are sent as base64, which is what the API takes.

Weak spot: a text is taken for base64 as it is; what is not is for the server to refuse.
"""

from base64 import b64encode
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError


def _as_base64(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return b64encode(value).decode()
    if not isinstance(value, str):
        raise PydanticCustomError("sound", "Input should be bytes, or a string in base64")
    return value


if TYPE_CHECKING:
    Sound: TypeAlias = str | bytes | bytearray | memoryview
else:
    Sound = Annotated[str | bytes, BeforeValidator(_as_base64)]
    """The bytes of a sound, or what they are in base64."""
