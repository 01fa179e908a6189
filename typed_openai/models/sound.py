"""Sound in messages of sockets: bytes are sent as base64, which is what the API takes, and read as bytes again.

Weak spot: a text that is given is taken for base64 as it is; what is not is for the server to refuse.
"""

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from typed_openai.models.base import Result


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


def sound_in(text: str | None) -> bytes:
    """The bytes of a sound in base64, none for None. Raises ValueError for what is not base64."""
    return b64decode(text or "", validate=True)


class SoundDelta(Result):
    """More of a sound."""

    delta: str
    """What comes next, in base64 and the format of the session."""

    @property
    def pcm(self) -> bytes:
        """The bytes of the sound. Raises ResponseValidationError for what is not base64."""
        return sound_in(self.delta)
