"""The administration of an organization: who may do what, what it uses and costs, what was done (`/organization`).

What several areas call alike (`UserListParams` of the organization, of a group, of a project) is imported from the
module of one.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(
    __name__,
    also=("typed_openai.models.receipts",),
    several=(
        *("CertificateActivateResponse", "CertificateDeactivateResponse", "CertificateListResponse"),
        *("DataRetentionUpdateParams", "GroupCreateParams", "GroupDeleteResponse", "GroupListParams", "GroupName"),
        *("RoleCreateParams", "RoleCreateResponse", "RoleDeleteResponse"),
        *("UserCreateParams", "UserDeleteResponse", "UserListParams", "UserUpdateParams"),
    ),
)
__getattr__, __dir__ = _names.find, _names.listed
