"""What an organization may spend: mails about it and a limit (`/organization/spend_alerts`, `.../spend_limit`).

API reference: "Spend alerts" and "Spend limits". Those of projects are built from the same parts.

Rules
* Amounts are whole cents of a month.
* An update says all of an alert, not only what changes.
"""

from typing import Annotated, Literal

from pydantic import Field, StrictInt

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.receipts import Deleted
from typed_openai.models.shape import Shape


class NotificationChannel(Shape):
    """Who is told of what is spent."""

    type: Literal["email"] = "email"
    recipients: list[str]
    """Mail addresses."""
    subject_prefix: str | None = None
    """What the subject of the mails begins with."""


class SpendParams(Params):
    """In what money is counted, and for how long."""

    currency: Literal["USD"]
    """The money: `USD`."""
    interval: Literal["month"]
    """How long it is added up: a `month`."""


class SpendAlertCreateParams(SpendParams):
    """When to send mails."""

    notification_channel: NotificationChannel
    """To whom."""
    threshold_amount: Annotated[StrictInt, Field(ge=0)]
    """When this much is spent, in cents."""


class SpendAlertUpdateParams(SpendAlertCreateParams):
    """An alert in place of one that there is."""


class SpendAlertListParams(Params):
    """Which alerts to list."""

    after: str | None = None
    """Go on after the alert with this id."""
    before: str | None = None
    """Go back from the alert with this id."""
    limit: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    """How many to a page, up to 100; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time of creation: `asc` (oldest first, default) or `desc`."""


class SpendLimitUpdateParams(SpendParams):
    """How much may be spent."""

    threshold_amount: Annotated[StrictInt, Field(ge=1)]
    """In cents; at that point the service answers no more."""


class Amount(Result):
    """How much money in how long."""

    threshold_amount: int
    """In cents."""
    currency: Open[Literal["USD"]]
    """The money."""
    interval: Open[Literal["month"]]
    """How long it is added up."""


class SpendAlert(Amount):
    """When mails are sent."""

    id: str
    """Names the alert in other calls."""
    notification_channel: NotificationChannel
    """To whom."""


class OrganizationSpendAlert(SpendAlert):
    """An alert for what the organization spends."""

    object: Open[Literal["organization.spend_alert"]]


class OrganizationSpendAlertDeleted(Deleted):
    """An alert that was deleted."""

    object: Open[Literal["organization.spend_alert.deleted"]]


class SpendLimitEnforcement(Result):
    """What a limit does."""

    status: Open[Literal["inactive", "enforcing"]]
    """Whether it is reached, and the service answers no more: `enforcing`."""


class SpendLimit(Amount):
    """How much may be spent."""

    enforcement: SpendLimitEnforcement
    """What it does."""


class OrganizationSpendLimit(SpendLimit):
    """How much the organization may spend."""

    object: Open[Literal["organization.spend_limit"]]


class SpendLimitDeleted(Result):
    """A limit that was lifted."""

    deleted: bool
    """Whether it is gone."""


class OrganizationSpendLimitDeleted(SpendLimitDeleted):
    """The limit of the organization, lifted."""

    object: Open[Literal["organization.spend_limit.deleted"]]
