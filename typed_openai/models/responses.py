"""Everything of the Responses API, under one name to import from: `from typed_openai.models.responses import Response`.

What operations take stands in `response_params.py`, items and tools that go out in the modules whose names end in
`_params.py`, what comes back in `response_results.py`, `response_outputs.py` and those that they import, the events of
streams in `response_stream_events.py`. Importing this module builds all of them; the package itself imports each from
its own.
"""

# Packed, because one name a line would be a file of a thousand lines.
# fmt: off
# isort: off
from typed_openai.models.interchange import InputContent
from typed_openai.models.misalignment import (
    Misalignment, MisalignmentSteer,
)
from typed_openai.models.response_call_events import (
    ResponseAudioDeltaEvent, ResponseAudioDoneEvent, ResponseAudioTranscriptDeltaEvent,
    ResponseAudioTranscriptDoneEvent, ResponseCodeInterpreterCallCodeDeltaEvent,
    ResponseCodeInterpreterCallCodeDoneEvent, ResponseCodeInterpreterCallCompletedEvent,
    ResponseCodeInterpreterCallInProgressEvent, ResponseCodeInterpreterCallInterpretingEvent,
    ResponseCompactionCompactingEvent,
    ResponseFileSearchCallCompletedEvent, ResponseFileSearchCallInProgressEvent,
    ResponseFileSearchCallSearchingEvent, ResponseImageGenCallCompletedEvent,
    ResponseImageGenCallGeneratingEvent, ResponseImageGenCallInProgressEvent,
    ResponseImageGenCallPartialImageEvent, ResponseMcpCallArgumentsDeltaEvent,
    ResponseMcpCallArgumentsDoneEvent, ResponseMcpCallCompletedEvent, ResponseMcpCallFailedEvent,
    ResponseMcpCallInProgressEvent, ResponseMcpListToolsCompletedEvent, ResponseMcpListToolsFailedEvent,
    ResponseMcpListToolsInProgressEvent, ResponseShellCallCommandAddedEvent,
    ResponseShellCallCommandDeltaEvent, ResponseShellCallCommandDoneEvent,
    ResponseShellCallOutputContentDeltaEvent, ResponseShellCallOutputContentDoneEvent,
    ResponseWebSearchCallCompletedEvent, ResponseWebSearchCallInProgressEvent,
    ResponseWebSearchCallSearchingEvent, ShellOutputDelta,
)
from typed_openai.models.response_call_params import (
    ActionClickParam, ActionDoubleClickParam, ActionDragParam, ActionDragPathParam, ActionFindParam,
    ActionKeypressParam, ActionMoveParam, ActionOpenPageParam, ActionScreenshotParam, ActionScrollParam,
    ActionSearchParam, ActionSearchSourceParam, ActionTypeParam, ActionWaitParam, CallerDirectParam,
    CallerProgramParam, CodeOutputParam, ComputerActionParam, ComputerCallOutputParam,
    FileSearchResultParam, InputItem, OutputImageParam, OutputLogsParam, PendingSafetyCheckParam,
    ResponseCodeInterpreterToolCallParam, ResponseComputerToolCallOutputScreenshotParam,
    ResponseComputerToolCallParam, ResponseFileSearchToolCallParam, ResponseFunctionWebSearchParam,
    ReturnedItem, ToolCallerParam, WebSearchActionParam,
)
from typed_openai.models.response_calls import (
    ActionClick, ActionDoubleClick, ActionDrag, ActionDragPath, ActionFind, ActionKeypress, ActionMove,
    ActionOpenPage, ActionScreenshot, ActionScroll, ActionSearch, ActionSearchSource, ActionType,
    ActionWait, Caller, CallerDirect, CallerProgram, CodeOutput, ComputerAction, FileSearchResult,
    OutputImage, OutputLogs, PendingSafetyCheck, ResponseCodeInterpreterToolCall, ResponseComputerToolCall,
    ResponseComputerToolCallOutputItem, ResponseComputerToolCallOutputScreenshot,
    ResponseFileSearchToolCall, ResponseFunctionWebSearch, ResponseItemBase, UnknownAction, UnknownCaller,
    UnknownCodeOutput, UnknownWebSearchAction, WebSearchAction,
)
from typed_openai.models.response_container_params import (
    CodeInterpreterContainerAutoParam, ContainerAutoParam, ContainerNetworkPolicyAllowlistParam,
    ContainerNetworkPolicyDisabledParam, ContainerNetworkPolicyDomainSecretParam, ContainerReferenceParam,
    InlineSkillParam, InlineSkillSourceParam, LocalEnvironmentParam, LocalSkillParam, NetworkPolicyParam,
    ShellEnvironmentParam, SkillParam, SkillReferenceParam,
)
from typed_openai.models.response_containers import (
    CallEnvironment, CodeInterpreterContainerAuto, ContainerAuto, ContainerNetworkPolicyAllowlist,
    ContainerNetworkPolicyDisabled, ContainerNetworkPolicyDomainSecret, ContainerReference, InlineSkill,
    InlineSkillSource, LocalEnvironment, LocalSkill, NetworkPolicy, Skill, SkillReference, ToolEnvironment,
    UnknownCallEnvironment, UnknownNetworkPolicy, UnknownSkill, UnknownToolEnvironment,
)
from typed_openai.models.response_content import (
    Annotation, AnnotationContainerFileCitation, AnnotationFileCitation, AnnotationFilePath,
    AnnotationURLCitation, ComputerScreenshotContent, Logprob, LogprobTopLogprob, MessageContent,
    PromptCacheBreakpointEcho, ResponseContentPart, ResponseFunctionCallOutputItem, ResponseInputContent,
    ResponseInputFile, ResponseInputFileContent, ResponseInputImage, ResponseInputImageContent,
    ResponseInputText, ResponseInputTextContent, ResponseOutputContent, ResponseOutputRefusal,
    ResponseOutputText, ResponseReasoningText, ResponseSummaryText, TextContent, UnknownAnnotation,
    UnknownContentPart, UnknownInputContent, UnknownMessageContent, UnknownOutputContent, UnknownToolContent,
)
from typed_openai.models.response_content_params import (
    AnnotationContainerFileCitationParam, AnnotationFileCitationParam, AnnotationFilePathParam,
    AnnotationParam, AnnotationURLCitationParam, InputItems, LogprobParam,
    LogprobTopLogprobParam, OutputContent, ResponseInputFileContentParam, ResponseInputFileParam,
    ResponseInputImageContentParam, ResponseInputImageParam, ResponseInputTextContentParam,
    ResponseInputTextParam, ResponseOutputRefusalParam, ResponseOutputTextParam,
)
from typed_openai.models.response_events import (
    ContentEvent, ItemEvent, LogprobTop, ResponseCompletedEvent, ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent, ResponseCreatedEvent, ResponseCustomToolCallInputDeltaEvent,
    ResponseCustomToolCallInputDoneEvent, ResponseErrorEvent, ResponseEvent, ResponseFailedEvent,
    ResponseFunctionCallArgumentsDeltaEvent, ResponseFunctionCallArgumentsDoneEvent, ResponseInProgressEvent,
    ResponseIncompleteEvent, ResponseLogprob, ResponseOutputItemAddedEvent, ResponseOutputItemDoneEvent,
    ResponseOutputTextAnnotationAddedEvent, ResponseQueuedEvent, ResponseReasoningSummaryPartAddedEvent,
    ResponseReasoningSummaryPartDoneEvent, ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningSummaryTextDoneEvent, ResponseReasoningTextDeltaEvent, ResponseReasoningTextDoneEvent,
    ResponseRefusalDeltaEvent, ResponseRefusalDoneEvent, ResponseTextDeltaEvent, ResponseTextDoneEvent,
    StateEvent, SummaryEvent, SummaryPart, UnknownEvent,
)
from typed_openai.models.response_image_call_params import (
    ImageGenerationCallParam,
)
from typed_openai.models.response_image_calls import (
    ImageGenerationCall, ImageGenerationCallError, ImageModerationDetails, ImageSvgUsage,
)
from typed_openai.models.response_input_params import (
    ItemAsItCame, ResponseInput, SentBack,
)
from typed_openai.models.response_inputs import (
    AdditionalToolsEcho, ApplyPatchCall, ApplyPatchCallOutput, CompactionTrigger, ComputerCallOutput,
    EasyInputMessage, FunctionCallOutput, InputMessage, InstructionItem, ItemReference, KnownContent,
    McpApprovalResponse, ProgramEcho, ProgramOutputEcho, ResponseCompactionItemEcho,
    ResponseFunctionShellCallOutputContent, ShellCall, ShellCallAction, ShellCallOutput, ToolSearchCallEcho,
    ToolSearchOutputEcho,
)
from typed_openai.models.response_item_params import (
    AdditionalToolsParam, CompactionTriggerParam, EasyInputMessageParam, FunctionCallOutputParam,
    InputMessageParam, ItemReferenceParam, ProgramOutputParam, ProgramParam, ResponseCompactionItemParam,
    ResponseCustomToolCallOutputParam, ResponseCustomToolCallParam, ResponseFunctionToolCallParam,
    ResponseOutputMessageParam, ResponseReasoningItemParam, ResponseReasoningTextParam,
    ResponseSummaryTextParam, ToolSearchCallParam, ToolSearchOutputParam,
)
from typed_openai.models.response_items import (
    AdditionalTools, FunctionToolCallOutput, Message, Program, ProgramOutput, ResponseCompactionItem,
    ResponseCustomToolCall, ResponseCustomToolCallItem, ResponseCustomToolCallOutput,
    ResponseCustomToolCallOutputItem, ResponseFunctionToolCall, ResponseFunctionToolCallItem,
    ResponseFunctionToolCallOutputItem, ResponseInputMessageItem, ResponseOutputMessage,
    ResponseReasoningItem, ResponseToolSearchCall, ResponseToolSearchOutputItem,
)
from typed_openai.models.response_outputs import (
    CompactedItem, KeptMessage, ResponseItem, ResponseOutputItem, UnknownItem, UnknownMessage,
)
from typed_openai.models.response_params import (
    AccessPrograms, BackgroundOptions, ContextManagement, ConversationChoice, ImageOptions,
    InputItemListParams, InputTokenCountParams, Reasoning, ResponseCacheOptionsParam,
    ResponseCompactParams, ResponseConversationParam, ResponseCreateParams, ResponseIncludable,
    ResponsePromptParam, ResponseRetrieveParams, ResponseServiceTier, ResponseStreamOptions,
    ResponseTextConfigParam, SummaryDetail,
)
from typed_openai.models.response_reading import (
    OutputReading,
)
from typed_openai.models.response_reports import (
    CacheWriteTokensDetails, InputTransformation, PromptCacheDiagnostics, PromptCacheDiagnosticsCacheHit,
    PromptCacheDiagnosticsCacheMiss, PromptCacheDiagnosticsComparisonResponseNotFound,
    PromptCacheDiagnosticsUnavailable, ResponseAccessPrograms, ResponseImagePolicy, ToolUsage,
    ToolUsageImageGen, ToolUsageImageGenCachedTokensDetails, ToolUsageImageTokens, ToolUsageWebSearch,
    UnknownPromptCacheDiagnostics,
)
from typed_openai.models.response_results import (
    CompactedResponse, IncompleteDetails, InputTokenCountResponse, InputTokensDetails, ModerationFailure,
    ModerationVerdict, OutputTokensDetails, Response, ResponseCacheOptions, ResponseConversation,
    ResponseError, ResponseModeration, ResponsePrompt, ResponseReasoning, ResponseStatus, ResponseTextConfig,
    ResponseUsage, ToolChoice, ToolChoiceAllowed, ToolChoiceCustom, ToolChoiceFunction, ToolChoiceMcp,
    ToolChoiceTypes, UnknownModerationOutcome,
)
from typed_openai.models.response_service_tool_params import (
    ApplyPatchToolParam, CodeInterpreterParam, ComputerToolParam, ComputerUsePreviewToolParam,
    FileSearchToolParam, FunctionShellToolParam, ImageGenerationInputImageMaskParam, ImageGenerationParam,
    ImageGenerationSvgParam, ImageGenerationSvgReasoningParam, LocalShellParam, McpParam,
    McpRequireApprovalParam, McpToolFilterParam, PreviewUserLocationParam, RankingOptionsHybridSearchParam,
    RankingOptionsParam, WebSearchFiltersParam, WebSearchPreviewToolParam, WebSearchToolParam,
    WebSearchUserLocationParam,
)
from typed_openai.models.response_service_tools import (
    ApplyPatchTool, CodeInterpreter, ComparisonFilter, CompoundFilter, ComputerTool,
    ComputerUsePreviewTool, FileSearchTool, Filter, FunctionShellTool, ImageGeneration,
    ImageGenerationInputImageMask, ImageGenerationSvg, ImageGenerationSvgReasoning, LocalShell, Mcp,
    McpRequireApproval, McpToolFilter, PreviewUserLocation, RankingOptions, RankingOptionsHybridSearch,
    UnknownFilter, WebSearchFilters, WebSearchPreviewTool, WebSearchTool, WebSearchUserLocation,
)
from typed_openai.models.response_shell_calls import (
    ActionOfShell, HTTPError, LocalShellCall, LocalShellCallAction, LocalShellCallOutput, McpApprovalRequest,
    McpCall, McpListTools, McpListToolsTool, McpProtocolError, McpToolCallError, McpToolExecutionError,
    OperationCreateFile, OperationDeleteFile, OperationUpdateFile, Outcome, OutcomeExit, OutcomeTimeout,
    PatchOperation, ResponseApplyPatchToolCall, ResponseApplyPatchToolCallOutput, ResponseContainerReference,
    ResponseFunctionShellToolCall, ResponseFunctionShellToolCallOutput, ResponseLocalEnvironment,
    ResponseMcpApprovalResponse, ShellEnvironment, ShellOutput, UnknownMcpError, UnknownOutcome,
    UnknownPatchOperation, UnknownShellEnvironment,
)
from typed_openai.models.response_shell_params import (
    ApplyPatchCallOutputParam, ApplyPatchCallParam, HTTPErrorParam, LocalShellCallActionParam,
    LocalShellCallOutputParam, LocalShellCallParam, McpApprovalRequestParam, McpApprovalResponseParam,
    McpCallParam, McpListToolsParam, McpListToolsToolParam, McpProtocolErrorParam, McpToolCallErrorParam,
    McpToolExecutionErrorParam, OperationCreateFileParam, OperationDeleteFileParam, OperationUpdateFileParam,
    OutcomeExitParam, OutcomeTimeoutParam, PatchOperationParam, ResponseFunctionShellCallOutputContentParam,
    ShellCallActionParam, ShellCallOutputParam, ShellCallParam, ShellOutcomeParam,
)
from typed_openai.models.response_stream_events import (
    ResponseStreamEvent,
)
from typed_openai.models.response_text import (
    ConfigurationUpdateReasoning, ConfigurationUpdateText, FormatJSONObject, FormatJSONSchema, FormatText,
    ResponseConfigurationUpdateItem, UnknownFormat,
)
from typed_openai.models.response_text_params import (
    ConfigurationUpdateReasoningParam, ConfigurationUpdateTextParam, ResponseConfigurationUpdateItemParam,
    ResponseFormatTextJSONSchemaConfig,
)
from typed_openai.models.response_tool_choices import (
    ResponseToolChoice, ToolChoiceAllowedParam, ToolChoiceApplyPatchParam, ToolChoiceCustomParam,
    ToolChoiceFunctionParam, ToolChoiceMcpParam, ToolChoiceProgrammaticParam, ToolChoiceShellParam,
    ToolChoiceTypesParam,
)
from typed_openai.models.response_tool_params import (
    CustomToolFormat, CustomToolParam, FunctionToolParam, GrammarFormatParam, NamespaceFunctionParam,
    NamespaceToolParam, NamespacedTool, ProgrammaticToolCallingParam, TextFormatParam, ToolSearchToolParam,
)
from typed_openai.models.response_tools import (
    CustomFormat, CustomTool, FunctionTool, GrammarFormat, NamespaceFunction, NamespaceTool,
    ProgrammaticToolCalling, TextFormat, Tool, ToolInNamespace, ToolSearchTool, UnknownCustomFormat,
    UnknownTool, UnknownToolInNamespace,
)
from typed_openai.models.tools import ResponseTool

__all__ = [
    "AccessPrograms", "ActionClick", "ActionClickParam", "ActionDoubleClick", "ActionDoubleClickParam",
    "ActionDrag", "ActionDragParam", "ActionDragPath", "ActionDragPathParam", "ActionFind",
    "ActionFindParam", "ActionKeypress", "ActionKeypressParam", "ActionMove", "ActionMoveParam",
    "ActionOfShell", "ActionOpenPage", "ActionOpenPageParam", "ActionScreenshot", "ActionScreenshotParam",
    "ActionScroll", "ActionScrollParam", "ActionSearch", "ActionSearchParam", "ActionSearchSource",
    "ActionSearchSourceParam", "ActionType", "ActionTypeParam", "ActionWait", "ActionWaitParam",
    "AdditionalTools", "AdditionalToolsEcho", "AdditionalToolsParam", "Annotation",
    "AnnotationContainerFileCitation", "AnnotationContainerFileCitationParam", "AnnotationFileCitation",
    "AnnotationFileCitationParam", "AnnotationFilePath", "AnnotationFilePathParam", "AnnotationParam",
    "AnnotationURLCitation", "AnnotationURLCitationParam", "ApplyPatchCall", "ApplyPatchCallOutput",
    "ApplyPatchCallOutputParam", "ApplyPatchCallParam", "ApplyPatchTool", "ApplyPatchToolParam",
    "BackgroundOptions", "CacheWriteTokensDetails", "CallEnvironment", "Caller", "CallerDirect",
    "CallerDirectParam", "CallerProgram", "CallerProgramParam", "CodeInterpreter",
    "CodeInterpreterContainerAuto", "CodeInterpreterContainerAutoParam", "CodeInterpreterParam",
    "CodeOutput", "CodeOutputParam", "CompactedItem", "CompactedResponse", "CompactionTrigger",
    "CompactionTriggerParam", "ComparisonFilter", "CompoundFilter", "ComputerAction",
    "ComputerActionParam", "ComputerCallOutput", "ComputerCallOutputParam", "ComputerScreenshotContent",
    "ComputerTool", "ComputerToolParam", "ComputerUsePreviewTool", "ComputerUsePreviewToolParam",
    "ConfigurationUpdateReasoning", "ConfigurationUpdateReasoningParam", "ConfigurationUpdateText",
    "ConfigurationUpdateTextParam", "ContainerAuto", "ContainerAutoParam",
    "ContainerNetworkPolicyAllowlist", "ContainerNetworkPolicyAllowlistParam",
    "ContainerNetworkPolicyDisabled", "ContainerNetworkPolicyDisabledParam",
    "ContainerNetworkPolicyDomainSecret", "ContainerNetworkPolicyDomainSecretParam", "ContainerReference",
    "ContainerReferenceParam", "ContentEvent", "ContextManagement", "ConversationChoice", "CustomFormat",
    "CustomTool", "CustomToolFormat", "CustomToolParam", "EasyInputMessage", "EasyInputMessageParam",
    "FileSearchResult", "FileSearchResultParam", "FileSearchTool", "FileSearchToolParam", "Filter",
    "FormatJSONObject", "FormatJSONSchema", "FormatText", "FunctionCallOutput", "FunctionCallOutputParam",
    "FunctionShellTool", "FunctionShellToolParam", "FunctionTool", "FunctionToolCallOutput",
    "FunctionToolParam", "GrammarFormat", "GrammarFormatParam", "HTTPError", "HTTPErrorParam",
    "ImageGeneration", "ImageGenerationCall", "ImageGenerationCallError", "ImageGenerationCallParam",
    "ImageGenerationInputImageMask", "ImageGenerationInputImageMaskParam", "ImageGenerationParam",
    "ImageGenerationSvg", "ImageGenerationSvgParam", "ImageGenerationSvgReasoning",
    "ImageGenerationSvgReasoningParam", "ImageModerationDetails", "ImageOptions", "ImageSvgUsage",
    "IncompleteDetails", "InlineSkill", "InlineSkillParam", "InlineSkillSource", "InlineSkillSourceParam",
    "InputContent", "InputItem", "InputItemListParams", "InputItems", "InputMessage", "InputMessageParam",
    "InputTokenCountParams", "InputTokenCountResponse", "InputTokensDetails", "InputTransformation",
    "InstructionItem", "ItemAsItCame", "ItemEvent", "ItemReference", "ItemReferenceParam", "KeptMessage",
    "KnownContent", "LocalEnvironment", "LocalEnvironmentParam", "LocalShell", "LocalShellCall",
    "LocalShellCallAction", "LocalShellCallActionParam", "LocalShellCallOutput",
    "LocalShellCallOutputParam", "LocalShellCallParam", "LocalShellParam", "LocalSkill", "LocalSkillParam",
    "Logprob", "LogprobParam", "LogprobTop", "LogprobTopLogprob", "LogprobTopLogprobParam", "Mcp",
    "McpApprovalRequest", "McpApprovalRequestParam", "McpApprovalResponse", "McpApprovalResponseParam",
    "McpCall", "McpCallParam", "McpListTools", "McpListToolsParam", "McpListToolsTool",
    "McpListToolsToolParam", "McpParam", "McpProtocolError", "McpProtocolErrorParam", "McpRequireApproval",
    "McpRequireApprovalParam", "McpToolCallError", "McpToolCallErrorParam", "McpToolExecutionError",
    "McpToolExecutionErrorParam", "McpToolFilter", "McpToolFilterParam", "Message", "MessageContent",
    "Misalignment", "MisalignmentSteer", "ModerationFailure", "ModerationVerdict", "NamespaceFunction",
    "NamespaceFunctionParam", "NamespaceTool", "NamespaceToolParam", "NamespacedTool", "NetworkPolicy",
    "NetworkPolicyParam", "OperationCreateFile", "OperationCreateFileParam", "OperationDeleteFile",
    "OperationDeleteFileParam", "OperationUpdateFile", "OperationUpdateFileParam", "Outcome",
    "OutcomeExit", "OutcomeExitParam", "OutcomeTimeout", "OutcomeTimeoutParam", "OutputContent",
    "OutputImage", "OutputImageParam", "OutputLogs", "OutputLogsParam", "OutputReading", "OutputTokensDetails",
    "PatchOperation", "PatchOperationParam", "PendingSafetyCheck", "PendingSafetyCheckParam",
    "PreviewUserLocation", "PreviewUserLocationParam", "Program", "ProgramEcho", "ProgramOutput",
    "ProgramOutputEcho", "ProgramOutputParam", "ProgramParam", "ProgrammaticToolCalling",
    "ProgrammaticToolCallingParam", "PromptCacheBreakpointEcho", "PromptCacheDiagnostics",
    "PromptCacheDiagnosticsCacheHit", "PromptCacheDiagnosticsCacheMiss",
    "PromptCacheDiagnosticsComparisonResponseNotFound", "PromptCacheDiagnosticsUnavailable",
    "RankingOptions", "RankingOptionsHybridSearch", "RankingOptionsHybridSearchParam",
    "RankingOptionsParam", "Reasoning", "Response", "ResponseAccessPrograms", "ResponseApplyPatchToolCall",
    "ResponseApplyPatchToolCallOutput", "ResponseAudioDeltaEvent", "ResponseAudioDoneEvent",
    "ResponseAudioTranscriptDeltaEvent", "ResponseAudioTranscriptDoneEvent", "ResponseCacheOptions",
    "ResponseCacheOptionsParam", "ResponseCodeInterpreterCallCodeDeltaEvent",
    "ResponseCodeInterpreterCallCodeDoneEvent", "ResponseCodeInterpreterCallCompletedEvent",
    "ResponseCodeInterpreterCallInProgressEvent", "ResponseCodeInterpreterCallInterpretingEvent",
    "ResponseCodeInterpreterToolCall", "ResponseCodeInterpreterToolCallParam", "ResponseCompactParams",
    "ResponseCompactionCompactingEvent", "ResponseCompactionItem", "ResponseCompactionItemEcho",
    "ResponseCompactionItemParam", "ResponseCompletedEvent", "ResponseComputerToolCall",
    "ResponseComputerToolCallOutputItem", "ResponseComputerToolCallOutputScreenshot",
    "ResponseComputerToolCallOutputScreenshotParam", "ResponseComputerToolCallParam",
    "ResponseConfigurationUpdateItem", "ResponseConfigurationUpdateItemParam",
    "ResponseContainerReference", "ResponseContentPart", "ResponseContentPartAddedEvent",
    "ResponseContentPartDoneEvent", "ResponseConversation", "ResponseConversationParam",
    "ResponseCreateParams", "ResponseCreatedEvent", "ResponseCustomToolCall",
    "ResponseCustomToolCallInputDeltaEvent", "ResponseCustomToolCallInputDoneEvent",
    "ResponseCustomToolCallItem", "ResponseCustomToolCallOutput", "ResponseCustomToolCallOutputItem",
    "ResponseCustomToolCallOutputParam", "ResponseCustomToolCallParam", "ResponseError",
    "ResponseErrorEvent", "ResponseEvent", "ResponseFailedEvent", "ResponseFileSearchCallCompletedEvent",
    "ResponseFileSearchCallInProgressEvent", "ResponseFileSearchCallSearchingEvent",
    "ResponseFileSearchToolCall", "ResponseFileSearchToolCallParam", "ResponseFormatTextJSONSchemaConfig",
    "ResponseFunctionCallArgumentsDeltaEvent", "ResponseFunctionCallArgumentsDoneEvent",
    "ResponseFunctionCallOutputItem", "ResponseFunctionShellCallOutputContent",
    "ResponseFunctionShellCallOutputContentParam", "ResponseFunctionShellToolCall",
    "ResponseFunctionShellToolCallOutput", "ResponseFunctionToolCall", "ResponseFunctionToolCallItem",
    "ResponseFunctionToolCallOutputItem", "ResponseFunctionToolCallParam", "ResponseFunctionWebSearch",
    "ResponseFunctionWebSearchParam", "ResponseImageGenCallCompletedEvent",
    "ResponseImageGenCallGeneratingEvent", "ResponseImageGenCallInProgressEvent",
    "ResponseImageGenCallPartialImageEvent", "ResponseImagePolicy", "ResponseInProgressEvent",
    "ResponseIncludable", "ResponseIncompleteEvent", "ResponseInput", "ResponseInputContent",
    "ResponseInputFile", "ResponseInputFileContent", "ResponseInputFileContentParam",
    "ResponseInputFileParam", "ResponseInputImage", "ResponseInputImageContent",
    "ResponseInputImageContentParam", "ResponseInputImageParam", "ResponseInputMessageItem",
    "ResponseInputText", "ResponseInputTextContent", "ResponseInputTextContentParam",
    "ResponseInputTextParam", "ResponseItem", "ResponseItemBase", "ResponseLocalEnvironment",
    "ResponseLogprob", "ResponseMcpApprovalResponse", "ResponseMcpCallArgumentsDeltaEvent",
    "ResponseMcpCallArgumentsDoneEvent", "ResponseMcpCallCompletedEvent", "ResponseMcpCallFailedEvent",
    "ResponseMcpCallInProgressEvent", "ResponseMcpListToolsCompletedEvent",
    "ResponseMcpListToolsFailedEvent", "ResponseMcpListToolsInProgressEvent", "ResponseModeration",
    "ResponseOutputContent", "ResponseOutputItem", "ResponseOutputItemAddedEvent",
    "ResponseOutputItemDoneEvent", "ResponseOutputMessage", "ResponseOutputMessageParam",
    "ResponseOutputRefusal", "ResponseOutputRefusalParam", "ResponseOutputText",
    "ResponseOutputTextAnnotationAddedEvent", "ResponseOutputTextParam", "ResponsePrompt",
    "ResponsePromptParam", "ResponseQueuedEvent", "ResponseReasoning", "ResponseReasoningItem",
    "ResponseReasoningItemParam", "ResponseReasoningSummaryPartAddedEvent",
    "ResponseReasoningSummaryPartDoneEvent", "ResponseReasoningSummaryTextDeltaEvent",
    "ResponseReasoningSummaryTextDoneEvent", "ResponseReasoningText", "ResponseReasoningTextDeltaEvent",
    "ResponseReasoningTextDoneEvent", "ResponseReasoningTextParam", "ResponseRefusalDeltaEvent",
    "ResponseRefusalDoneEvent", "ResponseRetrieveParams", "ResponseServiceTier",
    "ResponseShellCallCommandAddedEvent", "ResponseShellCallCommandDeltaEvent",
    "ResponseShellCallCommandDoneEvent", "ResponseShellCallOutputContentDeltaEvent",
    "ResponseShellCallOutputContentDoneEvent", "ResponseStatus", "ResponseStreamEvent",
    "ResponseStreamOptions", "ResponseSummaryText", "ResponseSummaryTextParam", "ResponseTextConfig",
    "ResponseTextConfigParam", "ResponseTextDeltaEvent", "ResponseTextDoneEvent", "ResponseTool",
    "ResponseToolChoice", "ResponseToolSearchCall", "ResponseToolSearchOutputItem", "ResponseUsage",
    "ResponseWebSearchCallCompletedEvent", "ResponseWebSearchCallInProgressEvent",
    "ResponseWebSearchCallSearchingEvent", "ReturnedItem", "SentBack", "ShellCall", "ShellCallAction",
    "ShellCallActionParam", "ShellCallOutput", "ShellCallOutputParam", "ShellCallParam",
    "ShellEnvironment", "ShellEnvironmentParam", "ShellOutcomeParam", "ShellOutput", "ShellOutputDelta",
    "Skill", "SkillParam", "SkillReference", "SkillReferenceParam", "StateEvent", "SummaryDetail",
    "SummaryEvent", "SummaryPart", "TextContent", "TextFormat", "TextFormatParam", "Tool",
    "ToolCallerParam", "ToolChoice", "ToolChoiceAllowed", "ToolChoiceAllowedParam",
    "ToolChoiceApplyPatchParam", "ToolChoiceCustom", "ToolChoiceCustomParam", "ToolChoiceFunction",
    "ToolChoiceFunctionParam", "ToolChoiceMcp", "ToolChoiceMcpParam", "ToolChoiceProgrammaticParam",
    "ToolChoiceShellParam", "ToolChoiceTypes", "ToolChoiceTypesParam", "ToolEnvironment",
    "ToolInNamespace", "ToolSearchCallEcho", "ToolSearchCallParam", "ToolSearchOutputEcho",
    "ToolSearchOutputParam", "ToolSearchTool", "ToolSearchToolParam", "ToolUsage", "ToolUsageImageGen",
    "ToolUsageImageGenCachedTokensDetails", "ToolUsageImageTokens", "ToolUsageWebSearch", "UnknownAction",
    "UnknownAnnotation", "UnknownCallEnvironment", "UnknownCaller", "UnknownCodeOutput",
    "UnknownContentPart", "UnknownCustomFormat", "UnknownEvent", "UnknownFilter", "UnknownFormat",
    "UnknownInputContent", "UnknownItem", "UnknownMcpError", "UnknownMessage", "UnknownMessageContent",
    "UnknownModerationOutcome", "UnknownNetworkPolicy", "UnknownOutcome", "UnknownOutputContent",
    "UnknownPatchOperation", "UnknownPromptCacheDiagnostics", "UnknownShellEnvironment", "UnknownSkill",
    "UnknownTool", "UnknownToolContent", "UnknownToolEnvironment", "UnknownToolInNamespace",
    "UnknownWebSearchAction", "WebSearchAction", "WebSearchActionParam", "WebSearchFilters",
    "WebSearchFiltersParam", "WebSearchPreviewTool", "WebSearchPreviewToolParam", "WebSearchTool",
    "WebSearchToolParam", "WebSearchUserLocation", "WebSearchUserLocationParam",
]
