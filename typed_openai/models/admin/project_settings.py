"""What a project may do, keep and spend: models, tools, tiers, rate limits, data, money, certificates.

API reference: "Administration", Project rate limits, model permissions, hosted tool permissions, spend alerts, ...
What it shares with the organization is there: `spending.py`, `certificates.py`, `data_retention.py`.

Rules: on update `None` leaves a member as it is; the tools of a project also take `NULL`.
"""

from typing import Literal, TypeAlias

from pydantic import StrictInt

from typed_openai.models.admin.certificates import ListedCertificate
from typed_openai.models.admin.data_retention import RetentionType
from typed_openai.models.admin.lists import AdminListParams
from typed_openai.models.admin.spending import SpendAlert, SpendLimit, SpendLimitDeleted
from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import Shape

# -- models, tools, tiers ---------------------------------------------------------------------------------------------


class ModelPermissionUpdateParams(Params):
    """Which models a project may use."""

    mode: Literal["allow_list", "deny_list"]
    """Whether the list has those that it may use (`allow_list`) or those that it may not."""
    model_ids: list[str]
    """The models, all of them."""


class ProjectModelPermissions(Result):
    """Which models a project may use."""

    object: Open[Literal["project.model_permissions"]]
    mode: Open[Literal["allow_list", "deny_list"]]
    """Whether the list has those that it may use (`allow_list`) or those that it may not."""
    model_ids: list[str]
    """The models."""

    @property
    def api_model_ids(self) -> list[str]:
        """`model_ids` under the name that the official package has for it."""
        return self.model_ids


class ProjectModelPermissionsDeleted(Result):
    """A project that may use every model again."""

    object: Open[Literal["project.model_permissions.deleted"]]
    deleted: bool
    """Whether its list is gone."""


class HostedToolPermission(Shape):
    """Whether a project may use a tool of the service."""

    enabled: bool
    """Whether it may."""


class HostedToolPermissionUpdateParams(Params):
    """Which tools of the service a project may use; those that are not named stay as they are."""

    code_interpreter: Nullable[HostedToolPermission] = None
    """Code in a container."""
    file_search: Nullable[HostedToolPermission] = None
    """Search in vector stores."""
    image_generation: Nullable[HostedToolPermission] = None
    """Pictures."""
    mcp: Nullable[HostedToolPermission] = None
    """Remote MCP servers."""
    web_search: Nullable[HostedToolPermission] = None
    """Search in the web."""


class ProjectHostedToolPermissions(Result):
    """Which tools of the service a project may use."""

    code_interpreter: HostedToolPermission
    """Code in a container."""
    file_search: HostedToolPermission
    """Search in vector stores."""
    image_generation: HostedToolPermission
    """Pictures."""
    mcp: HostedToolPermission
    """Remote MCP servers."""
    web_search: HostedToolPermission
    """Search in the web."""


ServiceTier: TypeAlias = Literal["standard", "fast", "scale"]
"""How fast, and for how much, requests are answered that do not say it."""
ProjectOptionalServiceTier: TypeAlias = Literal["flex", "fast", "ultrafast"]
"""How fast requests may ask to be answered beside the standard."""


class ServiceTierSettingUpdateParams(Params):
    """How fast requests of a project are answered."""

    default: ServiceTier | None = None
    """For those that say nothing of it, or `auto`."""
    enabled_tiers: Literal["all"] | list[ProjectOptionalServiceTier] | None = None
    """What they may ask for: `"all"` with those to come, `[]` for the standard alone."""


class ProjectServiceTierSettings(Result):
    """How fast requests of a project are answered."""

    object: Open[Literal["project.service_tier_settings"]]
    default: Open[ServiceTier]
    """For those that say nothing of it, or `auto`."""
    enabled_tiers: Open[Literal["all"]] | list[Open[ProjectOptionalServiceTier]]
    """What they may ask for: `"all"` with those to come, `[]` for the standard alone."""


# -- rate limits ------------------------------------------------------------------------------------------------------


class RateLimitListRateLimitsParams(AdminListParams):
    """Which rate limits to list: 100 on a page unless `limit` says otherwise."""

    before: str | None = None
    """Go back from the rate limit with this id."""


class RateLimitUpdateRateLimitParams(Params):
    """What to change of the rate limit of a model; not every model has all of them."""

    batch_1_day_max_input_tokens: StrictInt | None = None
    """Input tokens of batches in a day."""
    max_audio_megabytes_per_1_minute: StrictInt | None = None
    """Megabytes of audio in a minute."""
    max_images_per_1_minute: StrictInt | None = None
    """Pictures in a minute."""
    max_requests_per_1_day: StrictInt | None = None
    """Requests in a day."""
    max_requests_per_1_minute: StrictInt | None = None
    """Requests in a minute."""
    max_tokens_per_1_minute: StrictInt | None = None
    """Tokens in a minute."""


class ProjectRateLimit(Result):
    """How much a project may ask of a model."""

    object: Open[Literal["project.rate_limit"]]
    id: str
    """Names the rate limit in other calls."""
    model: str
    """Which model."""
    max_requests_per_1_minute: int
    """Requests in a minute."""
    max_tokens_per_1_minute: int
    """Tokens in a minute."""
    batch_1_day_max_input_tokens: int | None = None
    """Input tokens of batches in a day."""
    max_audio_megabytes_per_1_minute: int | None = None
    """Megabytes of audio in a minute."""
    max_images_per_1_minute: int | None = None
    """Pictures in a minute."""
    max_requests_per_1_day: int | None = None
    """Requests in a day."""


# -- data, money, certificates ----------------------------------------------------------------------------------------

ProjectRetentionType: TypeAlias = Literal["organization_default", "none"] | RetentionType
"""What is kept: what the organization says, no exception (`none`), or less."""


class DataRetentionUpdateParams(Params):
    """What is kept from now on of what a project sends."""

    retention_type: ProjectRetentionType
    """What the organization says (`organization_default`), all as usual (`none`), or less."""


class ProjectDataRetention(Result):
    """What is kept of what a project sends."""

    object: Open[Literal["project.data_retention"]]
    type: Open[ProjectRetentionType]
    """What the organization says (`organization_default`), all as usual (`none`), or less."""


class ProjectSpendAlert(SpendAlert):
    """An alert for what a project spends."""

    object: Open[Literal["project.spend_alert"]]


class ProjectSpendAlertDeleted(Deleted):
    """An alert that was deleted."""

    object: Open[Literal["project.spend_alert.deleted"]]


class ProjectSpendLimit(SpendLimit):
    """How much a project may spend."""

    object: Open[Literal["project.spend_limit"]]


class ProjectSpendLimitDeleted(SpendLimitDeleted):
    """The limit of a project, lifted."""

    object: Open[Literal["project.spend_limit.deleted"]]


class CertificateListResponse(ListedCertificate):
    """A certificate, and whether it is active in a project."""

    object: Open[Literal["organization.project.certificate"]]


CertificateActivateResponse: TypeAlias = CertificateListResponse
CertificateDeactivateResponse: TypeAlias = CertificateListResponse
"""What the answers of its operations are called in the official package."""
