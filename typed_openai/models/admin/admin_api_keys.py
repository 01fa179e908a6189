"""Keys for administration itself (`/organization/admin_api_keys`): what `admin_api_key` of a client may be.

API reference: "Admin API keys".

Rules: the key itself comes with the answer to `create` and never again. No repr shows it; only the attribute and a dump
of the object do.
"""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.receipts import Deleted


class AdminAPIKeyCreateParams(Params):
    """A new key."""

    name: str
    """What it is called."""
    expires_in_seconds: Annotated[StrictInt, Field(ge=1, le=31_536_000)] | None = None
    """How long it is good, up to 31536000 (a year); for ever by default."""


class AdminAPIKeyListParams(Params):
    """Which keys to list; the oldest first unless this says otherwise."""

    after: Nullable[str] = None
    """Go on after the key with this id; `NULL`: from the beginning."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time of creation: `asc` (oldest first, default) or `desc`."""


class AdminAPIKeyOwner(Result):
    """Who a key belongs to."""

    type: str | None = None
    """`user`."""
    object: str | None = None
    """The kind of object: `organization.user`."""
    id: str | None = None
    """Their id."""
    name: str | None = None
    """Their name."""
    created_at: int | None = None
    """When their account was made, Unix seconds."""
    role: str | None = None
    """What they are in the organization: `owner`."""


class AdminAPIKey(Result):
    """A key for administration."""

    object: Open[Literal["organization.admin_api_key"]]
    id: str
    """Names the key in other calls; not the key itself."""
    name: str | None = None
    """What it is called."""
    redacted_value: str
    """The beginning and the end of the key, to tell keys apart."""
    created_at: int
    """When it was made, Unix seconds."""
    expires_at: int | None
    """When it is void, Unix seconds; None for never."""
    last_used_at: int | None = None
    """When it was used last, Unix seconds."""
    owner: AdminAPIKeyOwner
    """Who it belongs to."""


class AdminAPIKeyCreateResponse(AdminAPIKey):
    """A key that was made: the only answer with the key in it."""

    value: str = Field(repr=False)
    """The key: keep it where secrets are kept. No repr shows it."""


class AdminAPIKeyDeleteResponse(Deleted):
    """A key that is void."""

    object: Open[Literal["organization.admin_api_key.deleted"]]
