"""The tools that the service brings: searches, computers, shells, MCP servers, pictures.

API reference: "Responses", the `tools` parameter and its echo. Your own tools, and the union: `responses/tools.py`.

Rules
* All of them are `ResponseTool`s, told apart by `type`.
* Models, sizes and the like are open texts: what goes with which model is for the service to say.

Weak spots: an MCP server needs one of `server_url`, `connector_id` and `tunnel_id`; the service finds that all are
missing. Its token (`authorization`) is declared as it is sent; the service does not repeat it."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from typed_openai.models.known_values import KnownImageModel, KnownImageSize
from typed_openai.models.responses.containers import CodeInterpreterContainerAuto, ToolEnvironment
from typed_openai.models.shape import LEFT_TO_RIGHT, Shape
from typed_openai.models.shared import ReasoningEffort, StringOrObject
from typed_openai.models.tools import RealtimeTool, ResponseTool
from typed_openai.models.vector_stores.filters import AnyFilter

# --- search ----------------------------------------------------------------------------------------------------------


class RankingOptionsHybridSearch(Shape):
    """How much meaning and how much words count."""

    embedding_weight: Annotated[float, Field(allow_inf_nan=False)]
    """How much meaning counts."""
    text_weight: Annotated[float, Field(allow_inf_nan=False)]
    """How much words count."""


class RankingOptions(Shape):
    """How what was found is ranked."""

    ranker: Literal["auto", "default-2024-11-15"] | None = None
    """What ranks."""
    score_threshold: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """How well a result must fit, from 0 to 1."""
    hybrid_search: RankingOptionsHybridSearch | None = None
    """How meaning and words are weighed."""


class FileSearchTool(ResponseTool, Shape):
    """Search in your vector stores."""

    type: Literal["file_search"] = "file_search"
    vector_store_ids: list[str]
    """Where to search."""
    max_num_results: int | None = None
    """How much to find at most, 1 to 50."""
    ranking_options: RankingOptions | None = None
    """How what was found is ranked."""
    filters: AnyFilter | None = None
    """Which files to search."""


class WebSearchFilters(Shape):
    """Where to search."""

    allowed_domains: list[str] | None = None
    """The domains."""


class WebSearchUserLocation(Shape):
    """About where the user is; every part may be left out."""

    type: Literal["approximate"] | None = None
    country: str | None = None
    """Country as two letters (ISO 3166-1), such as `BE`."""
    region: str | None = None
    """Region, such as `East Flanders`."""
    city: str | None = None
    """City, such as `Ghent`."""
    timezone: str | None = None
    """Time zone by its IANA name, such as `Europe/Brussels`."""


class WebSearchTool(ResponseTool, Shape):
    """Search the web."""

    type: Literal["web_search", "web_search_2025_08_26"] = "web_search"
    """What kind it is."""
    external_web_access: bool | None = None
    """Whether pages are fetched anew; False looks into the cache only."""
    filters: WebSearchFilters | None = None
    """Which files to search."""
    user_location: WebSearchUserLocation | None = None
    """About where the user is."""
    search_context_size: Literal["low", "medium", "high"] | None = None
    """How much of what was found the model reads; `medium` by default."""


class PreviewUserLocation(WebSearchUserLocation):
    """About where the user is; every part may be left out."""

    type: Literal["approximate"] = "approximate"


class WebSearchPreviewTool(ResponseTool, Shape):
    """The preview of the web search tool."""

    type: Literal["web_search_preview", "web_search_preview_2025_03_11"] = "web_search_preview"
    """What kind it is."""
    user_location: PreviewUserLocation | None = None
    """About where the user is."""
    search_context_size: Literal["low", "medium", "high"] | None = None
    """How much of what was found the model reads; `medium` by default."""
    search_content_types: list[Literal["text", "image"]] | None = None
    """What to look for."""


# --- computers and shells --------------------------------------------------------------------------------------------


class ComputerTool(ResponseTool, Shape):
    """A computer that the model operates through you."""

    type: Literal["computer"] = "computer"


class ComputerUsePreviewTool(ResponseTool, Shape):
    """The preview of the computer tool."""

    type: Literal["computer_use_preview"] = "computer_use_preview"
    environment: Literal["windows", "mac", "linux", "ubuntu", "browser"]
    """What kind of computer it is."""
    display_width: int
    """Width of the screen in pixels."""
    display_height: int
    """Height of the screen in pixels."""


class CodeInterpreter(ResponseTool, Shape):
    """Run Python in a container."""

    type: Literal["code_interpreter"] = "code_interpreter"
    container: StringOrObject[str, CodeInterpreterContainerAuto]
    """Id of a container, or how to make one."""
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


class LocalShell(ResponseTool, Shape):
    """Your shell (the older tool)."""

    type: Literal["local_shell"] = "local_shell"


class FunctionShellTool(ResponseTool, Shape):
    """A shell, in a container or of your own."""

    type: Literal["shell"] = "shell"
    environment: ToolEnvironment | None = None
    """Where it runs."""
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


class ApplyPatchTool(ResponseTool, Shape):
    """Lets the model change files through you."""

    type: Literal["apply_patch"] = "apply_patch"
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


# --- MCP and pictures ------------------------------------------------------------------------------------------------


class McpToolFilter(Shape):
    """Some of the tools of an MCP server."""

    tool_names: list[str] | None = None
    """Their names."""
    read_only: bool | None = None
    """Only those that change nothing."""


class McpRequireApproval(Shape):
    """Which tools need your approval and which do not."""

    always: McpToolFilter | None = None
    """These always do."""
    never: McpToolFilter | None = None
    """These never do."""


class Mcp(ResponseTool, RealtimeTool, Shape):
    """The tools of an MCP server."""

    type: Literal["mcp"] = "mcp"
    server_label: str
    """What you call the MCP server."""
    server_url: str | None = None
    """Its address."""
    connector_id: (
        Literal[
            "connector_dropbox",
            "connector_gmail",
            "connector_googlecalendar",
            "connector_googledrive",
            "connector_microsoftteams",
            "connector_outlookcalendar",
            "connector_outlookemail",
            "connector_sharepoint",
        ]
        | None
    ) = None
    """A connector of the service in place of an address."""
    tunnel_id: Annotated[str, StringConstraints(pattern=r"^tunnel_[a-z0-9]{32}$")] | None = None
    """A tunnel to a server in your network."""
    authorization: Annotated[str | None, Field(repr=False)] = None
    """An access token for it. No repr shows it."""
    server_description: str | None = None
    """What the server is for: the model reads it."""
    headers: Annotated[dict[str, str] | None, Field(repr=False)] = None
    """Headers to send to it. No repr shows them: there may be keys in them."""
    allowed_tools: Annotated[list[str] | McpToolFilter, LEFT_TO_RIGHT] | None = None
    """Which of its tools may be used."""
    allowed_callers: Annotated[list[Literal["direct", "programmatic"]], Field(min_length=1)] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    require_approval: StringOrObject[Literal["always", "never"], McpRequireApproval] | None = None
    """What needs your approval first; `always` by default."""
    defer_loading: bool | None = None
    """Whether it is only loaded when a search for tools finds it."""


class ImageGenerationInputImageMask(Shape):
    """Which part of a picture to paint anew."""

    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""


class ImageGenerationSvgReasoning(Shape):
    """How the model that writes an svg thinks."""

    effort: ReasoningEffort | None = None
    """How long it may think; what is usual for the model by default."""


class ImageGenerationSvg(Shape):
    """Which model writes an svg, and how."""

    model: str | None = None
    """Name of the model; the one that answers by default."""
    reasoning: ImageGenerationSvgReasoning | None = None
    """How it thinks."""


class ImageGeneration(ResponseTool, Shape):
    """Make pictures."""

    type: Literal["image_generation"] = "image_generation"
    model: KnownImageModel | None = None
    """Name of the model."""
    quality: Literal["low", "medium", "high", "xhigh", "max", "auto"] | None = None
    """How finely it is drawn."""
    size: KnownImageSize | None = None
    """Width x height, such as `1024x1024`, or `auto`."""
    output_format: Literal["png", "webp", "jpeg", "gif", "svg"] | None = None
    """How it is encoded."""
    output_compression: Annotated[int, Field(ge=0, le=100)] | None = None
    """How well it is compressed, 0 to 100."""
    moderation: Literal["auto", "low"] | None = None
    """How strictly it is looked at."""
    background: Literal["transparent", "opaque", "auto"] | None = None
    """What is behind it."""
    input_fidelity: Literal["high", "low"] | None = None
    """How close it stays to the pictures given."""
    input_image_mask: ImageGenerationInputImageMask | None = None
    """Which part to paint anew."""
    partial_images: Annotated[int, Field(ge=0, le=3)] | None = None
    """How many unfinished pictures to send on the way, 0 to 3."""
    action: Literal["generate", "edit", "auto"] | None = None
    """Whether to make a picture or to change one."""
    complexity: Literal["low", "medium", "high"] | None = None
    """How much the model plans before it draws; as `reasoning.effort` says by default."""
    frame_count: int | None = None
    """How many frames a gif has; 9 by default."""
    frame_duration_ms: int | None = None
    """How long a frame of a gif stays, in milliseconds (a multiple of 10); 200 by default."""
    svg: ImageGenerationSvg | None = None
    """Who writes an svg."""
