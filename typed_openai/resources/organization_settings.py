"""What an organization spends, and what is kept of its data, where (API reference: Administration)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, get, post
from typed_openai.models.admin.data_retention import DataRetentionUpdateParams, OrganizationDataRetention
from typed_openai.models.admin.external_keys import (
    ExternalKey,
    ExternalKeyCreateParams,
    ExternalKeyListParams,
    ExternalKeyValidateResponse,
)
from typed_openai.models.admin.external_storage import (
    ExternalStorageConfiguration,
    ExternalStorageCreateParams,
    ExternalStorageDeleted,
    ExternalStorageListParams,
)
from typed_openai.models.admin.spending import (
    OrganizationSpendAlert,
    OrganizationSpendAlertDeleted,
    OrganizationSpendLimit,
    OrganizationSpendLimitDeleted,
    SpendAlertCreateParams,
    SpendAlertListParams,
    SpendAlertUpdateParams,
    SpendLimitUpdateParams,
)


class SpendAlerts(Resource):
    """Mails about what the organization spends."""

    path = "admin.organization.spend_alerts"
    _admin = True

    create = post("/organization/spend_alerts", SpendAlertCreateParams, OrganizationSpendAlert)
    """Have a mail sent when a month costs more than an amount."""
    retrieve = get("/organization/spend_alerts/{alert_id}", OrganizationSpendAlert)
    """Fetch an alert."""
    update = post("/organization/spend_alerts/{alert_id}", SpendAlertUpdateParams, OrganizationSpendAlert)
    """Put an alert in place of one that there is: all of it, not only what changes."""
    list = get("/organization/spend_alerts", SpendAlertListParams, CursorPage[OrganizationSpendAlert])
    """List the alerts, the oldest first unless `order` says otherwise."""
    delete = delete("/organization/spend_alerts/{alert_id}", OrganizationSpendAlertDeleted)
    """Delete an alert."""


class SpendLimit(Resource):
    """What the organization may spend."""

    path = "admin.organization.spend_limit"
    _admin = True

    retrieve = get("/organization/spend_limit", OrganizationSpendLimit)
    """Fetch the limit, and whether it is reached."""
    update = post("/organization/spend_limit", SpendLimitUpdateParams, OrganizationSpendLimit)
    """Set the limit: at that amount the service answers no more."""
    delete = delete("/organization/spend_limit", OrganizationSpendLimitDeleted)
    """Lift the limit."""


class DataRetention(Resource):
    """What the service keeps of what the organization sends."""

    path = "admin.organization.data_retention"
    _admin = True

    retrieve = get("/organization/data_retention", OrganizationDataRetention)
    """Fetch what is kept."""
    update = post("/organization/data_retention", DataRetentionUpdateParams, OrganizationDataRetention)
    """Say what is kept from now on."""


class ExternalKeys(Resource):
    """Encryption keys of your own, in the key management of a cloud."""

    path = "admin.organization.external_keys"
    _admin = True

    create = post("/organization/external_keys", ExternalKeyCreateParams, ExternalKey)
    """Add a key; `type` says in which cloud it is, and so what else there is to say."""
    retrieve = get("/organization/external_keys/{external_key_id}", ExternalKey)
    """Fetch a key: where it is and which projects use it."""
    list = get("/organization/external_keys", ExternalKeyListParams, CursorPage[ExternalKey])
    """List the keys, or those for one purpose."""
    delete = delete("/organization/external_keys/{external_key_id}", ExternalKey)
    """Take a key away; the answer says what it was."""
    validate = post("/organization/external_keys/{external_key_id}/validate", ExternalKeyValidateResponse)
    """Try whether the service can use a key."""


class ExternalStorage(Resource):
    """Buckets of your own in which the files of projects are kept."""

    path = "admin.organization.external_storage"
    _admin = True

    create = post("/organization/external_storage", ExternalStorageCreateParams, ExternalStorageConfiguration)
    """Say in which bucket the files of a project are to be kept."""
    retrieve = get("/organization/external_storage/{external_storage_id}", ExternalStorageConfiguration)
    """Fetch where the files of a project are kept, and whether the service can use it."""
    list = get("/organization/external_storage", ExternalStorageListParams, CursorPage[ExternalStorageConfiguration])
    """List where files are kept, of all projects or one."""
    delete = delete("/organization/external_storage/{external_storage_id}", ExternalStorageDeleted)
    """Use a bucket no more; what is in it stays there."""
    validate = post("/organization/external_storage/{external_storage_id}/validate", ExternalStorageConfiguration)
    """Try whether the service can use a bucket; the answer says it in `status`."""
