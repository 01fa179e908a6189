"""The tools of the service in a response, as it echoes them.

API reference: "Responses" (`tools` of the response object). What you send: `responses/service_tool_params.py`.

Weak spot: the token of an MCP server (`authorization`) is declared as it is sent; the service does not repeat it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.base import Open, Result, Tagged, UnknownTag
from typed_openai.models.responses.containers import CodeInterpreterContainerAuto, ToolEnvironment
from typed_openai.models.shared import ReasoningEffort

# --- search ----------------------------------------------------------------------------------------------------------


class RankingOptionsHybridSearch(Result):
    """How much meaning and how much words count."""

    embedding_weight: float
    """How much meaning counts."""
    text_weight: float
    """How much words count."""


class RankingOptions(Result):
    """How what was found is ranked."""

    ranker: Open[Literal["auto", "default-2024-11-15"]] | None = None
    """What ranks."""
    score_threshold: float | None = None
    """How well a result must fit, from 0 to 1."""
    hybrid_search: RankingOptionsHybridSearch | None = None
    """How meaning and words are weighed."""


class ComparisonFilter(Result):
    """One attribute, compared with a value."""

    type: Open[Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"]]
    """What kind it is."""
    key: str
    """Name of the attribute."""
    value: str | float | bool | list[str | float]
    """The value."""


class CompoundFilter(Result):
    """Several conditions, of which all (`and`) or any (`or`) must hold."""

    type: Open[Literal["and", "or"]]
    """What kind it is."""
    filters: list["Filter"]
    """The conditions."""


class UnknownFilter(Result):
    """A condition of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


Filter: TypeAlias = Annotated[ComparisonFilter | CompoundFilter | UnknownFilter, Tagged("type")]
"""A condition on the attributes of a file; conditions may be compound."""


class FileSearchTool(Result):
    """Search in your vector stores."""

    type: Literal["file_search"]
    vector_store_ids: list[str]
    """Where to search."""
    max_num_results: int | None = None
    """How much to find at most, 1 to 50."""
    ranking_options: RankingOptions | None = None
    """How what was found is ranked."""
    filters: Filter | None = None
    """Which files to search."""


class WebSearchFilters(Result):
    """Where to search."""

    allowed_domains: list[str] | None = None
    """The domains."""


class WebSearchUserLocation(Result):
    """About where the user is; every part may be left out."""

    type: Open[Literal["approximate"]] | None = None
    """The kind of object: `approximate`."""
    country: str | None = None
    """Country as two letters (ISO 3166-1), such as `BE`."""
    region: str | None = None
    """Region, such as `East Flanders`."""
    city: str | None = None
    """City, such as `Ghent`."""
    timezone: str | None = None
    """Time zone by its IANA name, such as `Europe/Brussels`."""


class WebSearchTool(Result):
    """Search the web."""

    type: Literal["web_search", "web_search_2025_08_26"]
    """What kind it is."""
    external_web_access: bool | None = None
    """Whether pages are fetched anew; False looks into the cache only."""
    filters: WebSearchFilters | None = None
    """Which files to search."""
    user_location: WebSearchUserLocation | None = None
    """About where the user is."""
    search_context_size: Open[Literal["low", "medium", "high"]] | None = None
    """How much of what was found the model reads; `medium` by default."""


class PreviewUserLocation(Result):
    """About where the user is; every part may be left out."""

    type: Open[Literal["approximate"]]
    """The kind of object: `approximate`."""
    country: str | None = None
    """Country as two letters (ISO 3166-1), such as `BE`."""
    region: str | None = None
    """Region, such as `East Flanders`."""
    city: str | None = None
    """City, such as `Ghent`."""
    timezone: str | None = None
    """Time zone by its IANA name, such as `Europe/Brussels`."""


class WebSearchPreviewTool(Result):
    """The preview of the web search tool."""

    type: Literal["web_search_preview", "web_search_preview_2025_03_11"]
    """What kind it is."""
    user_location: PreviewUserLocation | None = None
    """About where the user is."""
    search_context_size: Open[Literal["low", "medium", "high"]] | None = None
    """How much of what was found the model reads; `medium` by default."""
    search_content_types: list[Open[Literal["text", "image"]]] | None = None
    """What to look for."""


# --- computers and shells --------------------------------------------------------------------------------------------


class ComputerTool(Result):
    """A computer that the model operates through you."""

    type: Literal["computer"]


class ComputerUsePreviewTool(Result):
    """The preview of the computer tool."""

    type: Literal["computer_use_preview"]
    environment: Open[Literal["windows", "mac", "linux", "ubuntu", "browser"]]
    """What kind of computer it is."""
    display_width: int
    """Width of the screen in pixels."""
    display_height: int
    """Height of the screen in pixels."""


class CodeInterpreter(Result):
    """Run Python in a container."""

    type: Literal["code_interpreter"]
    container: str | CodeInterpreterContainerAuto
    """Id of a container, or how to make one."""
    allowed_callers: list[Open[Literal["direct", "programmatic"]]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


class LocalShell(Result):
    """Your shell (the older tool)."""

    type: Literal["local_shell"]


class FunctionShellTool(Result):
    """A shell, in a container or of your own."""

    type: Literal["shell"]
    environment: ToolEnvironment | None = None
    """Where it runs."""
    allowed_callers: list[Open[Literal["direct", "programmatic"]]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


class ApplyPatchTool(Result):
    """Lets the model change files through you."""

    type: Literal["apply_patch"]
    allowed_callers: list[Open[Literal["direct", "programmatic"]]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""


# --- MCP and pictures ------------------------------------------------------------------------------------------------


class McpToolFilter(Result):
    """Some of the tools of an MCP server."""

    tool_names: list[str] | None = None
    """Their names."""
    read_only: bool | None = None
    """Only those that change nothing."""


class McpRequireApproval(Result):
    """Which tools need your approval and which do not."""

    always: McpToolFilter | None = None
    """These always do."""
    never: McpToolFilter | None = None
    """These never do."""


class Mcp(Result):
    """The tools of an MCP server."""

    type: Literal["mcp"]
    server_label: str
    """What you call the MCP server."""
    server_url: str | None = None
    """Its address."""
    connector_id: (
        Open[
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
        ]
        | None
    ) = None
    """A connector of the service in place of an address."""
    tunnel_id: str | None = None
    """A tunnel to a server in your network."""
    authorization: Annotated[str | None, Field(repr=False)] = None
    """An access token for it. No repr shows it."""
    server_description: str | None = None
    """What the server is for: the model reads it."""
    headers: Annotated[dict[str, str] | None, Field(repr=False)] = None
    """Headers to send to it. No repr shows them: there may be keys in them."""
    allowed_tools: list[str] | McpToolFilter | None = None
    """Which of its tools may be used."""
    allowed_callers: list[Open[Literal["direct", "programmatic"]]] | None = None
    """Who may call it: the model (`direct`), its programs (`programmatic`)."""
    require_approval: McpRequireApproval | str | None = None
    """What needs your approval first; `always` by default."""
    defer_loading: bool | None = None
    """Whether it is only loaded when a search for tools finds it."""


class ImageGenerationInputImageMask(Result):
    """Which part of a picture to paint anew."""

    image_url: str | None = None
    """Its address, or a `data:` URL that holds the picture in base64."""
    file_id: str | None = None
    """Id of an uploaded file."""


class ImageGenerationSvgReasoning(Result):
    """How the model that writes an svg thinks."""

    effort: Open[ReasoningEffort] | None = None
    """How long it may think."""


class ImageGenerationSvg(Result):
    """Which model writes an svg, and how."""

    model: str | None = None
    """Name of the model."""
    reasoning: ImageGenerationSvgReasoning | None = None
    """How it thinks."""


class ImageGeneration(Result):
    """Make pictures."""

    type: Literal["image_generation"]
    model: str | None = None
    """Name of the model."""
    quality: Open[Literal["low", "medium", "high", "xhigh", "max", "auto"]] | None = None
    """How finely it is drawn."""
    size: Literal["auto", "1024x1024", "1536x1024", "1024x1536"] | str | None = None
    """Width x height, or `auto`."""
    output_format: Open[Literal["png", "webp", "jpeg", "gif", "svg"]] | None = None
    """How it is encoded."""
    output_compression: int | None = None
    """How well it is compressed, 0 to 100."""
    moderation: Open[Literal["auto", "low"]] | None = None
    """How strictly it is looked at."""
    background: Open[Literal["transparent", "opaque", "auto"]] | None = None
    """What is behind it."""
    input_fidelity: Open[Literal["high", "low"]] | None = None
    """How close it stays to the pictures given."""
    input_image_mask: ImageGenerationInputImageMask | None = None
    """Which part to paint anew."""
    partial_images: int | None = None
    """How many unfinished pictures to send on the way, 0 to 3."""
    action: Open[Literal["generate", "edit", "auto"]] | None = None
    """Whether to make a picture or to change one."""
    complexity: Open[Literal["low", "medium", "high"]] | None = None
    """How much the model plans before it draws."""
    frame_count: int | None = None
    """How many frames a gif has."""
    frame_duration_ms: int | None = None
    """How long a frame of a gif stays, in milliseconds."""
    svg: ImageGenerationSvg | None = None
    """Who writes an svg."""
