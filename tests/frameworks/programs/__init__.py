"""The 18 programs of `make frameworks`: each scenario on the official package's client, then on the view of ours."""
