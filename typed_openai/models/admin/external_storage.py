"""Buckets of your own in which the service keeps the files of a project (`/organization/external_storage`).

Known from the official library only; the API description has none of it.

Rules
* Two classes for each cloud: what you say of a bucket, and what the service says of it, which found out the rest.

Weak spot: all members are the cloud's: whether they are right, `validate` says.
"""

from typing import Annotated, Literal, TypeAlias

from typed_openai.models.admin.lists import AdminOrderedListParams
from typed_openai.models.base import Model, Open, Params, Result, Tagged
from typed_openai.models.receipts import Deleted
from typed_openai.models.unknown_kinds import UnknownKind


class Bucket(Model):
    """Where files are, in most clouds."""

    bucket: str
    """Name of the bucket."""


class AwsBucket(Bucket):
    """Where files are at AWS."""

    role_arn: str
    """The role that may use the bucket."""


class AzureContainer(Model):
    """Where files are at Azure."""

    account_name: str
    """The storage account."""
    container: str
    """The container in it."""
    resource_group: str
    """The resource group that the account is in."""
    subscription_id: str
    """The subscription that it is in."""
    tenant_id: str
    """The tenant."""


class GcpBucket(Bucket):
    """Where files are at Google."""

    workload_identity_pool_id: str
    """The pool of identities that the service comes with."""
    workload_identity_project_number: str
    """The project of that pool."""
    workload_identity_provider_id: str
    """The provider in that pool."""


class ProviderAws(AwsBucket, Params):
    """A bucket at AWS."""

    type: Literal["aws"] = "aws"


class ProviderAzure(AzureContainer, Params):
    """A container at Azure."""

    type: Literal["azure"] = "azure"


class ProviderGcp(GcpBucket, Params):
    """A bucket at Google."""

    type: Literal["gcp"] = "gcp"


class ProviderOci(Bucket, Params):
    """A bucket at Oracle."""

    type: Literal["oci"] = "oci"
    region: str
    """The region that it is in."""
    tenancy_ocid: str
    """The tenancy."""


class ExternalStorageCreateParams(Params):
    """Where to keep the files of a project."""

    project_id: str
    """The project."""
    provider: Annotated[ProviderAws | ProviderAzure | ProviderGcp | ProviderOci, Tagged("type")]
    """The bucket; `type` says in which cloud."""


class ExternalStorageListParams(AdminOrderedListParams):
    """Which places to list."""

    project_id: str | None = None
    """Only that of this project."""


class Region(Result):
    """The part of the world that a bucket is in."""

    region: str
    """The region, as its cloud calls it."""


class AwsExternalStorageProvider(AwsBucket, Region):
    """A bucket at AWS."""

    type: Literal["aws"]
    account_id: str
    """The account that it belongs to."""
    external_id: str
    """What the service says when it takes the role."""


class AzureExternalStorageProvider(AzureContainer, Region):
    """A container at Azure."""

    type: Literal["azure"]


class GcpExternalStorageProvider(GcpBucket, Region):
    """A bucket at Google."""

    type: Literal["gcp"]
    audience: str
    """Whom the token is for with which the service comes."""


class OciExternalStorageProvider(Bucket, Region):
    """A bucket at Oracle."""

    type: Literal["oci"]
    tenancy_ocid: str
    """The tenancy."""


class UnknownExternalStorageProvider(UnknownKind):
    """A bucket in a cloud that is newer than this package."""


Provider: TypeAlias = Annotated[
    AwsExternalStorageProvider
    | AzureExternalStorageProvider
    | GcpExternalStorageProvider
    | OciExternalStorageProvider
    | UnknownExternalStorageProvider,
    Tagged("type"),
]
"""A bucket in any of the clouds."""


class ExternalStorageConfiguration(Result):
    """Where the files of a project are kept."""

    id: str
    """Names the place in other calls."""
    object: Open[Literal["organization.external_storage"]]
    created_at: int
    """When it was added, Unix seconds."""
    project_id: str
    """The project."""
    geography: str
    """The part of the world that it is in."""
    provider: Provider
    """The bucket."""
    status: Open[Literal["pending", "validated", "degraded", "unhealthy"]]
    """Whether the service can use it; `pending` until it has tried."""


class ExternalStorageDeleted(Deleted):
    """A place that is used no more; what is in it stays there."""

    object: Open[Literal["organization.external_storage.deleted"]]
