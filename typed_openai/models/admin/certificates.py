"""Certificates for mutual TLS (`/organization/certificates`): only who has one of the active ones may call the API.

API reference: "Certificates". They are uploaded to the organization, and made active there or for a project.

Rules
* `object` says where one was met: `certificate` by its id, `organization.certificate` in lists of the organization.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.admin.lists import AdminOrderedListParams
from typed_openai.models.base import Open, Params, Result


class CertificateCreateParams(Params):
    """A certificate to upload."""

    certificate: str
    """The certificate as PEM, without its private key."""
    name: str | None = None
    """What it is called."""


class CertificateRetrieveParams(Params):
    """What to say of a certificate."""

    include: list[Literal["content"]] | None = None
    """What to say beside the rest: `content`, the certificate as PEM."""


class CertificateUpdateParams(Params):
    """What to change of a certificate."""

    name: str | None = None
    """What it is called."""


class CertificateListParams(AdminOrderedListParams):
    """Which certificates to list; the newest first unless this says otherwise."""


class CertificateActivateParams(Params):
    """Which certificates to make active: all of them or, when one cannot be, none."""

    certificate_ids: Annotated[list[str], Field(min_length=1, max_length=10)]
    """1 to 10 certificates."""


class CertificateDeactivateParams(CertificateActivateParams):
    """Which certificates to make inactive: all of them or, when one cannot be, none."""


class CertificateTimes(Result):
    """When a certificate is good."""

    valid_at: int | None = None
    """From when on, Unix seconds."""
    expires_at: int | None = None
    """Until when, Unix seconds."""


class CertificateDetails(CertificateTimes):
    """What is in a certificate."""

    content: str | None = None
    """The certificate as PEM, when it was asked for."""


class CertificateBase(Result):
    """What is said of every certificate."""

    id: str
    """Names the certificate in other calls."""
    name: str | None
    """What it is called."""
    created_at: int
    """When it was uploaded, Unix seconds."""


class Certificate(CertificateBase):
    """A certificate."""

    object: Open[Literal["certificate", "organization.certificate", "organization.project.certificate"]]
    """Where it was met: by its id, in the organization, or in a project."""
    certificate_details: CertificateDetails
    """What is in it."""
    active: bool | None = None
    """Whether it is active where it was met; not said of one by its id."""


class ListedCertificate(CertificateBase):
    """A certificate of a list."""

    certificate_details: CertificateTimes
    """When it is good."""
    active: bool
    """Whether it is active here."""


class CertificateListResponse(ListedCertificate):
    """A certificate of the organization."""

    object: Open[Literal["organization.certificate"]]


CertificateActivateResponse: TypeAlias = CertificateListResponse
CertificateDeactivateResponse: TypeAlias = CertificateListResponse
"""What the answers of its operations are called in the official package."""


class CertificateDeleteResponse(Result):
    """A certificate that was deleted."""

    object: Open[Literal["certificate.deleted"]]
    id: str
    """What was deleted."""
