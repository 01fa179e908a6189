"""Everything of the Responses API, under one name to import from: `from typed_openai.models.responses import Response`.

What operations take stands in `responses/params.py`, items and tools that go out in the modules whose names end in
`_params.py`, what comes back in `responses/results.py`, `responses/outputs.py` and those that they import, the events
of streams in `responses/stream_events.py`.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(
    __name__,
    (
        "typed_openai.models.input_content",
        "typed_openai.models.misalignment",
        "typed_openai.models.shared",
        "typed_openai.models.tools",
    ),
    former={
        "ActionOfShell": "ShellCallAction",
        "FormatJSONObject": "ResponseFormatJSONObject",
        "FormatJSONSchema": "ResponseFormatTextJSONSchemaConfig",
        "FormatText": "ResponseFormatText",
        "ProgramEcho": "Program",
        "ProgramOutputEcho": "ProgramOutput",
        "PromptCacheBreakpointEcho": "PromptCacheBreakpoint",
        "ResponseContainerReference": "ContainerReference",
        "ResponseLocalEnvironment": "LocalEnvironment",
        "ResponseReasoning": "Reasoning",
        "ShellEnvironment": "CallEnvironment",
        "ToolSearchCallParam": "ResponseToolSearchCall",
        "UnknownShellEnvironment": "UnknownCallEnvironment",
    },
    both_ways=True,
)
__getattr__, __dir__ = _names.find, _names.listed
