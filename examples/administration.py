"""Administration: invite somebody, give their group a role, limit what is spent, and take it all back."""

from __future__ import annotations

from typed_openai import OpenAI
from typed_openai.models.admin.users import OrganizationUser


def joined(client: OpenAI, email: str) -> OrganizationUser:
    """Invite somebody, and wait until they are in the organization; in earnest that takes days."""
    invite = client.admin.organization.invites.create(email=email, role="reader")
    while client.admin.organization.invites.retrieve(invite.id).status == "pending":
        print("invited", invite.email)
    (user,) = client.admin.organization.users.list(emails=[email])
    return user


def main() -> None:
    client = OpenAI()  # the key is in OPENAI_ADMIN_KEY; an ordinary one is not needed for this
    organization = client.admin.organization

    user = joined(client, "ada@example.com")
    group = organization.groups.create(name="Bookkeeping")
    organization.groups.users.create(group.id, user_id=user.id)
    role = organization.roles.create(role_name="auditor", permissions=["api.usage.read"])
    organization.groups.roles.create(group.id, role_id=role.id)
    for each in organization.groups.roles.list(group.id):
        print(group.name, "may", ", ".join(each.permissions))

    alert = organization.spend_alerts.create(
        currency="USD",
        interval="month",
        threshold_amount=50_000,
        notification_channel={"type": "email", "recipients": [user.email or ""]},
    )
    print("a mail is sent at", alert.threshold_amount / 100, alert.currency)

    organization.spend_alerts.delete(alert.id)
    organization.roles.delete(role.id)
    organization.groups.delete(group.id)
    print("out again:", organization.users.delete(user.id).deleted)


if __name__ == "__main__":
    main()
