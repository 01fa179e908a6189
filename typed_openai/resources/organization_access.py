"""With what programs come to an organization: keys, certificates, tokens of a cloud (API reference: Administration)."""

from typed_openai.core.answer.pages import CursorPage, Page
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.admin.admin_api_keys import (
    AdminAPIKey,
    AdminAPIKeyCreateParams,
    AdminAPIKeyCreateResponse,
    AdminAPIKeyDeleteResponse,
    AdminAPIKeyListParams,
)
from typed_openai.models.admin.certificates import (
    Certificate,
    CertificateActivateParams,
    CertificateCreateParams,
    CertificateDeactivateParams,
    CertificateDeleteResponse,
    CertificateListParams,
    CertificateListResponse,
    CertificateRetrieveParams,
    CertificateUpdateParams,
)
from typed_openai.models.admin.workload_identity import (
    FederationRule,
    FederationRuleCreateParams,
    FederationRuleDeleted,
    FederationRuleListParams,
    FederationRuleUpdateParams,
    WorkloadIdentityProvider,
    WorkloadIdentityProviderCreateParams,
    WorkloadIdentityProviderDeleted,
    WorkloadIdentityProviderListParams,
    WorkloadIdentityProviderUpdateParams,
)

_PROVIDER = "/organization/workload_identity_providers/{workload_identity_provider_id}"
_RULE = f"{_PROVIDER}/federation_rules/{{workload_identity_federation_rule_id}}"


class AdminAPIKeys(Resource):
    """Keys for administration itself."""

    path = "admin.organization.admin_api_keys"
    _admin = True

    create = post("/organization/admin_api_keys", AdminAPIKeyCreateParams, AdminAPIKeyCreateResponse)
    """Make a key; this answer alone has the key in it (`value`)."""
    retrieve = get("/organization/admin_api_keys/{key_id}", AdminAPIKey)
    """Fetch what is known of a key: whose it is, when it was used last."""
    list = get("/organization/admin_api_keys", AdminAPIKeyListParams, CursorPage[AdminAPIKey])
    """List the keys, the oldest first unless `order` says otherwise."""
    delete = delete("/organization/admin_api_keys/{key_id}", AdminAPIKeyDeleteResponse)
    """Make a key void."""


class Certificates(Resource):
    """Certificates for mutual TLS."""

    path = "admin.organization.certificates"
    _admin = True

    create = post("/organization/certificates", CertificateCreateParams, Certificate)
    """Upload a certificate; it is not active yet."""
    retrieve = get("/organization/certificates/{certificate_id}", CertificateRetrieveParams, Certificate)
    """Fetch a certificate, with `include=["content"]` as PEM too."""
    update = post("/organization/certificates/{certificate_id}", CertificateUpdateParams, Certificate)
    """Give a certificate another name."""
    list = get("/organization/certificates", CertificateListParams, CursorPage[CertificateListResponse])
    """List the certificates, the newest first unless `order` says otherwise."""
    delete = delete("/organization/certificates/{certificate_id}", CertificateDeleteResponse)
    """Delete a certificate, which may be active neither here nor in a project."""
    activate = post("/organization/certificates/activate", CertificateActivateParams, Page[CertificateListResponse])
    """Make up to 10 certificates active in the organization: all of them, or none."""
    deactivate = post(
        "/organization/certificates/deactivate", CertificateDeactivateParams, Page[CertificateListResponse]
    )
    """Make up to 10 certificates inactive in the organization: all of them, or none."""


class FederationRules(Resource):
    """Which tokens of a provider stand for which service account."""

    _admin = True

    create = post(f"{_PROVIDER}/federation_rules", FederationRuleCreateParams, FederationRule)
    """Let tokens with some attributes stand for a service account."""
    retrieve = get(_RULE, FederationRule)
    """Fetch a rule of a provider."""
    update = post(_RULE, FederationRuleUpdateParams, FederationRule)
    """Change a rule; the service account stays."""
    list = get(f"{_PROVIDER}/federation_rules", FederationRuleListParams, CursorPage[FederationRule])
    """List the rules of a provider, or those for one service account."""
    delete = delete(_RULE, FederationRuleDeleted)
    """Delete a rule; tokens that were good by it alone are good no more."""


class WorkloadIdentityProviders(Resource):
    """Those whose tokens are good in place of a key."""

    path = "admin.organization.workload_identity_providers"
    _admin = True

    create = post(
        "/organization/workload_identity_providers", WorkloadIdentityProviderCreateParams, WorkloadIdentityProvider
    )
    """Say whose tokens are good; rules say for what (`federation_rules`)."""
    retrieve = get(_PROVIDER, WorkloadIdentityProvider)
    """Fetch a provider."""
    update = post(_PROVIDER, WorkloadIdentityProviderUpdateParams, WorkloadIdentityProvider)
    """Change a provider."""
    list = get(
        "/organization/workload_identity_providers",
        WorkloadIdentityProviderListParams,
        CursorPage[WorkloadIdentityProvider],
    )
    """List the providers."""
    delete = delete(_PROVIDER, WorkloadIdentityProviderDeleted)
    """Delete a provider with its rules."""
    federation_rules = nested(FederationRules)
