"""Encryption keys of your own, in the key management of a cloud (`/organization/external_keys`).

Known from the official library only; the API description has none of it.

Rules
* `type` says which cloud; each has members of its own, which its keys must have and other keys may not (`MEMBERS`).

Weak spots
* `name` and `purpose` apart, all members are the cloud's: whether they are right, `validate` says.
"""

from typing import Any, Literal, TypeAlias

from pydantic import ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from typed_openai.models.admin.lists import AdminOrderedListParams
from typed_openai.models.base import Model, Open, Params, Result

KeyPurpose: TypeAlias = Literal["ekm", "psp_decryption"]
"""What a key is for: to encrypt what the service keeps (`ekm`), or to decrypt what you send (`psp_decryption`)."""
MEMBERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "aws": (("external_id", "kms_arn", "role_arn"), ()),
    "azure": (("key_name", "tenant_id", "vault_uri"), ("key_version",)),
    "gcp": (
        (
            "audience",
            "kms_key_location",
            "kms_key_name",
            "kms_key_ring_name",
            "kms_project_id",
            "workload_identity_pool_id",
            "workload_identity_project_number",
            "workload_identity_provider_id",
        ),
        ("kms_key_version",),
    ),
    "oci": (("key_ocid", "region", "vault_ocid"), ("key_version_ocid",)),
}
"""Cloud → what a key there must have, and what it may have beside it."""


class CloudKey(Model):
    """Where a key is: of these, what its cloud has (`MEMBERS`)."""

    external_id: str | None = None
    """AWS: what the service says when it takes the role; the id of the organization or of one of its projects."""
    kms_arn: str | None = None
    """AWS: the key."""
    role_arn: str | None = None
    """AWS: the role that may use the key."""
    audience: str | None = None
    """Google: whom the token is for with which the service comes."""
    kms_key_location: str | None = None
    """Google: the region that the key is in."""
    kms_key_name: str | None = None
    """Google: the key."""
    kms_key_ring_name: str | None = None
    """Google: the ring that it is on."""
    kms_key_version: str | None = None
    """Google: its version."""
    kms_project_id: str | None = None
    """Google: the project that it is in."""
    workload_identity_pool_id: str | None = None
    """Google: the pool of identities that the service comes with."""
    workload_identity_project_number: str | None = None
    """Google: the project of that pool."""
    workload_identity_provider_id: str | None = None
    """Google: the provider in that pool."""
    key_name: str | None = None
    """Azure: the key."""
    key_version: str | None = None
    """Azure: its version."""
    tenant_id: str | None = None
    """Azure: the tenant."""
    vault_uri: str | None = None
    """Azure: the vault that it is in."""
    key_ocid: str | None = None
    """Oracle: the key."""
    key_version_ocid: str | None = None
    """Oracle: its version."""
    region: str | None = None
    """Oracle: the region that it is in."""
    vault_ocid: str | None = None
    """Oracle: the vault that it is in."""


class ExternalKeyCreateParams(CloudKey, Params):
    """A key to use: `name`, `type`, and the members of that cloud."""

    name: str
    """What it is called."""
    type: Literal["aws", "gcp", "azure", "oci"]
    """The cloud that it is in."""
    purpose: KeyPurpose | None = None
    """To encrypt what the service keeps (`ekm`), or to decrypt what you send (`psp_decryption`)."""

    @model_validator(mode="after")
    def _is_of_its_cloud(self) -> "ExternalKeyCreateParams":
        needed, others = MEMBERS[self.type]
        wrong = [_fault("missing", name, None) for name in needed if getattr(self, name) is None]
        foreign = PydanticCustomError("other_cloud", "left out: a key of type '{type}' has none", {"type": self.type})
        for name in sorted(self.model_fields_set - {"name", "type", "purpose", *needed, *others}):
            if getattr(self, name) is not None:
                wrong.append(_fault(foreign, name, getattr(self, name)))
        if wrong:
            raise ValidationError.from_exception_data("external key", wrong)
        return self


def _fault(kind: Any, name: str, value: object) -> InitErrorDetails:
    return {"type": kind, "loc": (name,), "input": value}


class ExternalKeyListParams(AdminOrderedListParams):
    """Which keys to list."""

    purpose: KeyPurpose | None = None
    """Only those for this."""


class ExternalKey(CloudKey, Result):
    """A key of your own."""

    id: str
    """Names the key in other calls."""
    object: str
    """The kind of object."""
    name: str
    """What it is called."""
    type: Open[Literal["aws", "gcp", "azure", "oci"]]
    """The cloud that it is in, whose members are filled."""
    created_at: int
    """When it was added, Unix seconds."""
    workspace_id: str
    """The workspace that it belongs to."""
    api_project_ids: list[str]
    """The projects that it is used for."""
    purpose: Open[KeyPurpose] | None = None
    """To encrypt what the service keeps (`ekm`), or to decrypt what you send (`psp_decryption`)."""


class ExternalKeyValidateResponse(Result):
    """Whether the service can use a key."""

    status: str
    """How it went, in a word."""
