"""What a request asked a response to `include`, and is not there. Pure; see `asked.py`.

Only where there is an item that would hold it: a response without thoughts has no sealed ones. Weak spot: a search that
found nothing looks like one whose results were left out, so that an empty list counts as given.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from typed_openai.core.answer.meta import Issue
from typed_openai.models.asked import listed, missing

_OF_ITEMS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "reasoning.encrypted_content": ("reasoning", "encrypted_content", "sealed thoughts"),
        "file_search_call.results": ("file_search_call", "results", "results of the search"),
        "code_interpreter_call.outputs": ("code_interpreter_call", "outputs", "what the code gave"),
    }
)
"""By the name in `include`: the type of item, the field, what it is."""


def included(include: object, output: Any) -> Iterable[Issue]:
    """An issue for each item that lacks what was to be included in it."""
    for name in filter(lambda each: isinstance(each, str), listed(include)):
        for place, item in enumerate(listed(output)):
            kind, field, what = _OF_ITEMS.get(name, ("", "", ""))
            if kind and getattr(item, "type", None) == kind and getattr(item, field, None) is None:
                yield missing(f"/output/{place}/{field}", what)
            if name == "message.output_text.logprobs" and getattr(item, "type", None) == "message":
                for number, part in enumerate(listed(getattr(item, "content", None))):
                    if getattr(part, "text", None) and not getattr(part, "logprobs", None):
                        yield missing(f"/output/{place}/content/{number}/logprobs", "log probabilities")
