"""Vaults and the credentials in them (API reference: Vaults; beta)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.agents.vaults import (
    Credential,
    CredentialCreateParams,
    CredentialDeleted,
    CredentialListParams,
    CredentialUpdateParams,
    Vault,
    VaultCreateParams,
    VaultDeleted,
    VaultListParams,
    VaultUpdateParams,
)
from typed_openai.resources.agent_beta import BETA


class Credentials(Resource):
    """What agents may use and never see."""

    _headers = BETA

    create = post("/vaults/{vault_id}/credentials", CredentialCreateParams, Credential)
    """Keep a credential; its secrets never come back."""
    retrieve = get("/vaults/{vault_id}/credentials/{credential_id}", Credential)
    """Fetch a credential, without its secrets."""
    update = post("/vaults/{vault_id}/credentials/{credential_id}", CredentialUpdateParams, Credential)
    """Replace the secrets of a credential, or its notes."""
    list = get("/vaults/{vault_id}/credentials", CredentialListParams, CursorPage[Credential])
    """List the credentials of a vault, the newest first unless `order` says otherwise."""
    delete = delete("/vaults/{vault_id}/credentials/{credential_id}", CredentialDeleted)
    """Delete a credential."""


class Vaults(Resource):
    """Credentials that belong together."""

    path = "beta.agents.vaults"
    _headers = BETA

    create = post("/vaults", VaultCreateParams, Vault)
    """Make a vault."""
    retrieve = get("/vaults/{vault_id}", Vault)
    """Fetch a vault."""
    update = post("/vaults/{vault_id}", VaultUpdateParams, Vault)
    """Change the name or the notes of a vault."""
    list = get("/vaults", VaultListParams, CursorPage[Vault])
    """List the vaults, the newest first unless `order` says otherwise."""
    delete = delete("/vaults/{vault_id}", VaultDeleted)
    """Delete a vault with all that is in it."""
    credentials = nested(Credentials)
