"""Which views an object has beside its repr: a kind of data (`text/markdown`, `text/html`, `image/png`) → that data.

By the names of its classes, so that nothing is loaded to find out. A class that is not in the list has no view.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from typed_openai.shown import answers, media, tables

_VIEWS: dict[str, Callable[[Any], Mapping[str, Any]]] = {
    "ChatCompletion": answers.chat,
    "ParsedChatCompletion": answers.parsed_chat,
    "Completion": answers.completion,
    "Response": answers.response,
    "ParsedResponse": answers.parsed_response,
    "Message": answers.message,
    "Transcription": answers.transcript,
    "TranscriptionVerbose": answers.transcript,
    "TranscriptionDiarized": answers.transcript,
    "Translation": answers.transcript,
    "TranslationVerbose": answers.transcript,
    "ToolRun": answers.tool_run,
    "Picture": media.picture,
    "ImagesResponse": media.pictures,
    "ResponseImageGenerationCall": media.generated,
    "Binary": media.binary,
    "Page": tables.page,
    "MapResult": tables.map_result,
    "BatchResults": tables.batch_results,
}


def views(shown: object) -> Mapping[str, Any]:
    """The views of an object, the best first."""
    for kind in type(shown).__mro__:
        if kind.__name__ in _VIEWS and kind.__module__.startswith("typed_openai."):
            return _VIEWS[kind.__name__](shown)
    return {}
