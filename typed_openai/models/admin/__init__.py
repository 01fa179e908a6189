"""The administration of an organisation: who may do what, what it costs, what was done (`/organization`)."""
