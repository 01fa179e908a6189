"""How long the service keeps what an organization sends (`/organization/data_retention`).

API reference: "Data retention".
"""

from typing import Literal, TypeAlias

from typed_openai.models.base import Open, Params, Result

RetentionType: TypeAlias = Literal[
    "zero_data_retention",
    "modified_abuse_monitoring",
    "enhanced_zero_data_retention",
    "enhanced_modified_abuse_monitoring",
]
"""What is kept: nothing, or only what abuse is looked for in; `enhanced_…` in the stricter form of each."""


class DataRetentionUpdateParams(Params):
    """What is kept from now on."""

    retention_type: RetentionType
    """Nothing (`zero_data_retention`), or only what abuse is looked for in (`modified_abuse_monitoring`)."""


class OrganizationDataRetention(Result):
    """What is kept of what the organization sends."""

    object: Open[Literal["organization.data_retention"]]
    type: Open[RetentionType]
    """Nothing (`zero_data_retention`), or only what abuse is looked for in (`modified_abuse_monitoring`)."""
