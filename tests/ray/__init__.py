"""`client.bulk(engine="ray")` on a real Ray; `make ray` installs it and runs these."""
