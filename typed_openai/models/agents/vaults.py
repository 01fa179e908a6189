"""Vaults: credentials that agents may use and never see (`/vaults`).

Rules
* Secrets go in and never come out: an answer shows what a credential is for. No repr shows them.
* `credentials.update` replaces secrets (`...Rotate`); what a credential is for stays.

Weak spot: whether a host or an address is one, the service checks.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints

from typed_openai.models.agents.kept_objects import AgentListParams, AgentObject
from typed_openai.models.base import Nullable, Open, Params, Result, Tagged
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import Metadata
from typed_openai.models.unknown_kinds import UnknownKind

VaultStatus: TypeAlias = Literal["active", "archived"]
"""Whether something is in use."""
SecretText: TypeAlias = Annotated[str, Field(repr=False)]
"""Something that is sent and never shown."""
SecretLine: TypeAlias = Annotated[str, StringConstraints(min_length=1, pattern=r"^[^\r\n\x00]+$"), Field(repr=False)]
"""The same on one line."""
VaultName: TypeAlias = Annotated[str, StringConstraints(min_length=1)]
"""A name of 1 to 256 bytes; the service cuts blanks off its ends."""


class VaultCreateParams(Params):
    """A vault to make."""

    metadata: Nullable[Metadata] = None
    """Your own notes on it, such as whose it is."""
    name: VaultName | None = None
    """Its name, for people."""


class VaultUpdateParams(Params):
    """What to change in a vault; what is left out stays as it is."""

    metadata: Metadata | None = None
    """Your own notes on it; they replace those before."""
    name: Nullable[VaultName] = None
    """Its name, for people."""


class VaultListParams(AgentListParams):
    """Which vaults to list."""

    metadata: Metadata | None = None
    """Only those with all of these notes; what was changed just now may take a while to be found."""
    status: VaultStatus | list[VaultStatus] | None = None
    """Only those of this status, or of one of these; both by default."""


class Vault(AgentObject):
    """A vault for credentials."""

    object: Open[Literal["vault"]]
    metadata: dict[str, str]
    """Your own notes on it."""
    name: str | None = None
    """Its name, for people."""


class VaultDeleted(Deleted):
    """The receipt for deleting a vault."""

    object: Open[Literal["vault.deleted"]]


# --- where a variable may go -----------------------------------------------------------------------------------------


class CredentialUnrestricted(Shape):
    """Wherever the environment may go, which has to say where that is (`allowed_domains`)."""

    type: Literal["unrestricted"] = "unrestricted"


class CredentialLimited(Shape):
    """Only to some hosts, which the environment has to be allowed to reach, too."""

    type: Literal["limited"] = "limited"
    allowed_hosts: Annotated[list[str], Field(min_length=1, max_length=16)]
    """1 to 16 host names or IPv4 addresses, without scheme, path, port or `*`."""


CredentialNetworking: TypeAlias = Annotated[CredentialUnrestricted | CredentialLimited | UnknownKind, Tagged("type")]
"""Where a secret may be sent to."""

# --- how a token is renewed ------------------------------------------------------------------------------------------


class OauthEndpointNone(Shape):
    """Without a client secret."""

    type: Literal["none"] = "none"


class OauthEndpointBasic(Result):
    """With a client secret, by HTTP Basic."""

    type: Literal["client_secret_basic"]


class OauthEndpointPost(Result):
    """With a client secret in the body."""

    type: Literal["client_secret_post"]


class OauthEndpointBasicParam(Params):
    """With a client secret, by HTTP Basic."""

    type: Literal["client_secret_basic"] = "client_secret_basic"
    client_secret: SecretText
    """The client secret. It does not come back."""


class OauthEndpointPostParam(Params):
    """With a client secret in the body."""

    type: Literal["client_secret_post"] = "client_secret_post"
    client_secret: SecretText
    """The client secret. It does not come back."""


class OauthEndpointBasicRotate(Params):
    """A new client secret, sent by HTTP Basic."""

    type: Literal["client_secret_basic"] = "client_secret_basic"
    client_secret: str | None = Field(default=None, repr=False)
    """The new secret; the old one stays where this is left out."""


class OauthEndpointPostRotate(Params):
    """A new client secret, sent in the body."""

    type: Literal["client_secret_post"] = "client_secret_post"
    client_secret: str | None = Field(default=None, repr=False)
    """The new secret; the old one stays where this is left out."""


OauthEndpointAuth: TypeAlias = Annotated[
    OauthEndpointNone | OauthEndpointBasic | OauthEndpointPost | UnknownKind, Tagged("type")
]
"""How the service says who it is where it renews a token."""


class OauthRefresh(Result):
    """How an access token is renewed."""

    client_id: str
    """Id of the OAuth client."""
    token_endpoint: str
    """Where new tokens come from."""
    token_endpoint_auth: OauthEndpointAuth
    """How the client says who it is."""
    resource: str | None = None
    """The resource that is asked for."""
    scope: str | None = None
    """The scopes that are asked for, with blanks between them."""


class OauthRefreshParam(Params):
    """How an access token is to be renewed."""

    client_id: str
    """Id of the OAuth client."""
    refresh_token: SecretText
    """The token that new ones are got with. It does not come back."""
    token_endpoint: str
    """Where new tokens come from, HTTPS."""
    token_endpoint_auth: Annotated[OauthEndpointNone | OauthEndpointBasicParam | OauthEndpointPostParam, Tagged("type")]
    """How the client says who it is."""
    resource: str | None = None
    """The resource to ask for."""
    scope: str | None = None
    """The scopes to ask for, with blanks between them."""


class OauthRefreshRotate(Params):
    """What is new about how a token is renewed."""

    refresh_token: str | None = Field(default=None, repr=False)
    """The new token to get tokens with; the old one stays where this is left out."""
    scope: str | None = None
    """The scopes from now on; null for none, those before where this is left out."""
    token_endpoint_auth: Annotated[OauthEndpointBasicRotate | OauthEndpointPostRotate, Tagged("type")] | None = None
    """The new client secret."""


# --- credentials -----------------------------------------------------------------------------------------------------


class McpOauth(Result):
    """OAuth for an MCP server."""

    type: Literal["mcp_oauth"]
    mcp_server_url: str
    """The server that it is for."""
    expires_at: str | None = None
    """When the access token ends, RFC 3339; None where nobody knows."""
    refresh: OauthRefresh | None = None
    """How it is renewed."""


class McpOauthParam(Params):
    """OAuth for an MCP server."""

    type: Literal["mcp_oauth"] = "mcp_oauth"
    access_token: SecretText
    """The access token. It does not come back."""
    mcp_server_url: str
    """The server that it is for, HTTPS."""
    expires_at: str | None = None
    """When the access token ends, RFC 3339."""
    refresh: OauthRefreshParam | None = None
    """How it is to be renewed."""


class McpOauthRotate(Params):
    """New tokens for an MCP server."""

    type: Literal["mcp_oauth"] = "mcp_oauth"
    access_token: str | None = Field(default=None, repr=False)
    """The new access token; the old one stays where this is left out."""
    expires_at: str | None = None
    """When it ends, RFC 3339; null takes the end away, and so does a new token without one."""
    refresh: OauthRefreshRotate | None = None
    """What is new about how it is renewed."""


class StaticBearer(Result):
    """A token for an MCP server that nobody renews."""

    type: Literal["static_bearer"]
    mcp_server_url: str
    """The server that it is for."""


class StaticBearerRotate(Params):
    """A new token for an MCP server."""

    type: Literal["static_bearer"] = "static_bearer"
    token: SecretText
    """The token. It does not come back."""


class StaticBearerParam(StaticBearerRotate):
    """A token for an MCP server that nobody renews."""

    mcp_server_url: str
    """The server that it is for, HTTPS."""


class EnvironmentVariable(Result):
    """A secret for programs of an environment, which see a stand-in; the way out puts the secret in its place."""

    type: Literal["environment_variable"]
    networking: CredentialNetworking
    """Where it may be sent to."""
    secret_name: str
    """The variable that has the stand-in."""


class EnvironmentVariableRotate(Params):
    """A new secret for programs of an environment."""

    type: Literal["environment_variable"] = "environment_variable"
    secret_value: SecretLine
    """The secret, on one line. It does not come back."""


class EnvironmentVariableParam(EnvironmentVariableRotate):
    """A secret for programs of an environment, which see a stand-in; the way out puts the secret in its place."""

    networking: Annotated[CredentialNetworking, CLOSED]
    """Where it may be sent to."""
    secret_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    """The variable that has the stand-in: letters, digits and `_`, no digit first."""


CredentialAuth: TypeAlias = Annotated[McpOauth | StaticBearer | EnvironmentVariable | UnknownKind, Tagged("type")]
"""What a credential is, without its secrets."""
CredentialAuthParam: TypeAlias = Annotated[McpOauthParam | StaticBearerParam | EnvironmentVariableParam, Tagged("type")]
"""What a credential is, told apart by `type`."""
CredentialAuthRotate: TypeAlias = Annotated[
    McpOauthRotate | StaticBearerRotate | EnvironmentVariableRotate, Tagged("type")
]
"""New secrets for a credential, of the kind that it is."""


class CredentialCreateParams(Params):
    """A credential to keep."""

    auth: CredentialAuthParam
    """What it is, with its secrets."""
    name: VaultName
    """Its name, for people."""
    metadata: Metadata | None = None
    """Your own notes on it."""


class CredentialUpdateParams(Params):
    """What to change in a credential; what is left out stays as it is."""

    auth: CredentialAuthRotate | None = None
    """New secrets, of the same kind."""
    metadata: Metadata | None = None
    """Your own notes on it; they replace those before."""


class CredentialListParams(VaultListParams):
    """Which credentials of a vault to list."""


class Credential(AgentObject):
    """A credential of a vault, without its secrets."""

    object: Open[Literal["vault.credential"]]
    updated_at: int
    """When it was changed last, Unix seconds."""
    vault_id: str
    """The vault that it is in."""
    name: str
    """Its name, for people."""
    auth: CredentialAuth
    """What it is."""
    metadata: dict[str, str] | None = None
    """Your own notes on it."""


class CredentialDeleted(Deleted):
    """The receipt for deleting a credential."""

    object: Open[Literal["vault.credential.deleted"]]
