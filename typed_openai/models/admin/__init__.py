"""The administration of an organization: who may do what, what it costs, what was done (`/organization`)."""
