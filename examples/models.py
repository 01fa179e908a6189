"""Models: which there are, and what is known about one.

python -m examples.models
"""

from __future__ import annotations

from typed_openai import OpenAI


def main() -> None:
    with OpenAI() as client:
        listed = list(client.models.list())
        print("there are", ", ".join(model.id for model in listed))
        model = client.models.retrieve(listed[0].id)
        print(model.id, "belongs to", model.owned_by)


if __name__ == "__main__":
    main()
