"""Dict forms and the official names under `typed_openai.types`."""
