"""The administration of an organisation (API reference: Administration). All of it is asked with `admin_api_key`.

What hangs below `organization` has a file of its own for each area; by `_admin = True` of a class there a client knows
which key to send.
"""

from typed_openai.core.declare.verbs import Resource, asynchronous, nested


class Organization(Resource):
    """An organisation: its projects, what they cost, what was done in them."""

    path = "admin.organization"

    projects = nested("typed_openai.resources.projects.Projects")
    """What work, keys, people and bills are divided into."""


AsyncOrganization = asynchronous(Organization)


class Admin(Resource):
    """What an administrator does."""

    path = "admin"

    organization = nested("typed_openai.resources.admin.Organization")
    """The organisation that the key belongs to."""


AsyncAdmin = asynchronous(Admin)
