"""Programs that come with a token of your cloud in place of a key (`/organization/workload_identity_providers`).

Known from the official library only; the API description has none of it. How a client comes with such a token:
`typed_openai/core/run` (credentials).

Rules
* A provider says whose tokens are good; a rule of it which of them are good for which service account.
* On update `None` leaves a field as it is; `NULL` empties it where the service allows that.

Weak spot: expressions and scopes are the service's business and not checked here.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import StrictBool

from typed_openai.models.admin.lists import AdminOrderedListParams
from typed_openai.models.base import Nullable, Open, Params, Result, Tagged
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.unknown_kinds import UnknownKind
from typed_openai.models.vector_stores.filters import Number

# --- providers -------------------------------------------------------------------------------------------------------


class AttributeTransformation(Shape):
    """An attribute that is made from the claims of a token."""

    attribute: str
    """What it is called in rules."""
    expression: str
    """How it is made."""


class VerificationDiscovery(Shape):
    """Keys that the issuer shows to everybody."""

    type: Literal["discovery"] = "discovery"
    discovery_url: str | None
    """Where it does; None: at the usual place below its own address."""


class VerificationUploadedJwks(Shape):
    """Keys that you uploaded."""

    type: Literal["uploaded_jwks"] = "uploaded_jwks"
    jwks: dict[str, Any]
    """The keys, as a JSON Web Key Set."""


class UnknownVerification(UnknownKind):
    """A way to keys that is newer than this package."""


Verification: TypeAlias = Annotated[
    VerificationDiscovery | VerificationUploadedJwks | UnknownVerification, Tagged("type")
]
"""With which keys tokens are verified."""


class ProviderParams(Params):
    """What both making and changing a provider take."""

    attribute_transformations: list[AttributeTransformation] | None = None
    """Attributes that are made from the claims, for rules."""
    enabled: StrictBool | None = None
    """Whether its tokens are good."""
    verification: Annotated[Verification, CLOSED] | None = None
    """With which keys they are verified; those that the issuer shows by default."""


class WorkloadIdentityProviderCreateParams(ProviderParams):
    """A new provider."""

    audience: str
    """Whom its tokens are for."""
    issuer: str
    """Who makes them: an address."""
    name: str
    """What it is called."""
    type: Literal["oidc"]
    """What kind of tokens they are."""
    description: str | None = None
    """What it is for."""


class WorkloadIdentityProviderUpdateParams(ProviderParams):
    """What to change of a provider."""

    audience: str | None = None
    """Whom its tokens are for."""
    issuer: str | None = None
    """Who makes them: an address."""
    name: str | None = None
    """What it is called."""
    description: Nullable[str] = None
    """What it is for."""


class WorkloadIdentityProviderListParams(AdminOrderedListParams):
    """Which providers to list."""


class WorkloadIdentityProvider(Result):
    """Somebody whose tokens are good."""

    id: str
    """Names the provider in other calls."""
    object: Open[Literal["organization.workload_identity_provider"]]
    type: Open[Literal["oidc"]]
    """What kind of tokens they are."""
    name: str
    """What it is called."""
    description: str | None = None
    """What it is for."""
    issuer: str
    """Who makes the tokens: an address."""
    audience: str
    """Whom they are for."""
    enabled: bool
    """Whether they are good."""
    verification: Verification
    """With which keys they are verified."""
    attribute_transformations: list[AttributeTransformation]
    """Attributes that are made from the claims, for rules."""
    created_at: int
    """When it was made, Unix seconds."""
    updated_at: int
    """When it was changed last, Unix seconds."""


class WorkloadIdentityProviderDeleted(Deleted):
    """A provider that was deleted."""

    object: Open[Literal["organization.workload_identity_provider.deleted"]]


# --- rules -----------------------------------------------------------------------------------------------------------


class PermissionsServiceAccountDefault(Shape):
    """All that the service account may do."""

    type: Literal["service_account_default"] = "service_account_default"


class PermissionsRestricted(Shape):
    """Less than the service account may do."""

    type: Literal["restricted"] = "restricted"
    scopes: list[str]
    """What is allowed."""


class UnknownPermissions(UnknownKind):
    """Permissions that are newer than this package."""


Permissions: TypeAlias = Annotated[
    PermissionsServiceAccountDefault | PermissionsRestricted | UnknownPermissions, Tagged("type")
]
"""What who comes with a token may do."""

AttributeMatchers: TypeAlias = dict[str, str | Number | StrictBool]
"""What the attributes of a token have to be: texts, numbers, booleans."""


class RuleParams(Params):
    """What both making and changing a rule take."""

    enabled: StrictBool | None = None
    """Whether it holds."""
    permissions: Annotated[Permissions, CLOSED] | None = None
    """What who comes by it may do; all that the service account may by default."""


class FederationRuleCreateParams(RuleParams):
    """A new rule."""

    attribute_matchers: AttributeMatchers
    """What the attributes of a token have to be."""
    project_id: str
    """The project that the service account is in."""
    service_account_id: str
    """The service account that such a token stands for."""
    description: str | None = None
    """What it is for."""
    name: str | None = None
    """What it is called."""


class FederationRuleUpdateParams(RuleParams):
    """What to change of a rule."""

    attribute_matchers: AttributeMatchers | None = None
    """What the attributes of a token have to be: all of them, not only what is new."""
    description: Nullable[str] = None
    """What it is for."""
    name: Nullable[str] = None
    """What it is called."""


class FederationRuleListParams(AdminOrderedListParams):
    """Which rules of a provider to list."""

    service_account_id: str | None = None
    """Only those for this service account."""


class FederationRule(Result):
    """Which tokens stand for which service account."""

    id: str
    """Names the rule in other calls."""
    object: Open[Literal["organization.workload_identity_federation_rule"]]
    workload_identity_provider_id: str
    """The provider that it belongs to."""
    name: str | None = None
    """What it is called."""
    description: str | None = None
    """What it is for."""
    attribute_matchers: dict[str, str | bool | int | float]
    """What the attributes of a token have to be."""
    project_id: str
    """The project that the service account is in."""
    service_account_id: str
    """The service account that such a token stands for."""
    permissions: Permissions
    """What who comes by it may do."""
    enabled: bool
    """Whether it holds."""
    created_at: int
    """When it was made, Unix seconds."""
    updated_at: int
    """When it was changed last, Unix seconds."""


class FederationRuleDeleted(Deleted):
    """A rule that was deleted."""

    object: Open[Literal["organization.workload_identity_federation_rule.deleted"]]
