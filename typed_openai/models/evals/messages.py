"""The messages of an evaluation: what the graded model is asked, and what a grading model reads.

API reference: "Evals" (`template` of a run's data source, `input` of graders). Texts may hold templates in double
braces: `{{item.question}}` of the data, `{{sample.output_text}}` of the answer.

Rules
* Content is that of graders (`fine_tuning/graders.py`); a message to be answered by chat may also hold documents and
  pictures by their file id.
* A speaker whom the API does not name may say a text, and no more.

Weak spot: the description has two shapes of a message to chat, which differ in what they may hold; here it is one that
may hold what both may.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import BaseModel, Discriminator, Tag

from typed_openai.models.base import Tagged
from typed_openai.models.fine_tuning.graders import (
    GraderContent,
    GraderInputAudio,
    GraderInputText,
    GraderMessage,
    GraderOutputText,
    Role,
    SaidToGrader,
    UnknownGraderContent,
)
from typed_openai.models.responses.content import ResponseInputFile
from typed_openai.models.shape import Shape
from typed_openai.models.shared import PromptCacheBreakpoint, StringOrObject


class EvalInputImage(GraderContent, Shape):
    """A picture to look at: an address, a `data:` URL or an uploaded file."""

    type: Literal["input_image"] = "input_image"
    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""
    detail: str | None = None
    """How closely to look: `high`, `low`, `original` or `auto` (default)."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


_Listed: TypeAlias = Annotated[
    GraderInputText | GraderOutputText | EvalInputImage | ResponseInputFile | GraderInputAudio | UnknownGraderContent,
    Tagged("type"),
]
_Item: TypeAlias = StringOrObject[str, _Listed]


class EvalTemplateMessage(Shape):
    """A message to the model that is evaluated by chat."""

    role: Role
    """Who speaks; `developer` and `system` rank above `user`."""
    content: SaidToGrader[_Item]
    """What is said: a text with templates, a piece of content, or a list of them."""
    phase: Literal["commentary", "final_answer"] | None = None
    """Of a message of the model: whether it comments on the work or is the final answer."""
    type: Literal["message"] | None = None


class EvalSimpleMessage(Shape):
    """A text that somebody says."""

    role: str
    """Who speaks: `user`, `assistant`, or as your model calls it."""
    content: str
    """What is said; templates are filled in."""


def _simple_or_not(value: Any) -> str:
    said: Any = value if isinstance(value, Mapping) else vars(value) if isinstance(value, BaseModel) else {}
    return "text" if isinstance(said.get("content"), str) and said.get("role") not in get_args(Role) else "message"


EvalMessage: TypeAlias = Annotated[
    Annotated[EvalSimpleMessage, Tag("text")] | Annotated[GraderMessage, Tag("message")], Discriminator(_simple_or_not)
]
"""A message whose speaker the API knows, or a text of somebody else."""
