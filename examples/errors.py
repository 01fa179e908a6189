"""Errors: what was refused here, what the server refused, and what never got there.

python -m examples.errors
"""

from __future__ import annotations

from typed_openai import APIConnectionError, APIStatusError, NotFoundError, OpenAI, OpenAIError, RequestValidationError


def main() -> None:
    with OpenAI() as client:
        try:
            client.models.retrieve("no-such-model")
        except NotFoundError as error:
            print("not found:", error.status_code, error.code, error.request_id)

        try:
            client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "Hello!"}], temperature=3, n=0
            )
        except RequestValidationError as error:
            print("refused before it was sent:", *error.faults)

        try:
            client.fine_tuning.jobs.retrieve("ftjob-nowhere")
        except APIStatusError as error:  # every answer with an error status
            print("status", error.status_code, "body", error.body)

    nowhere = OpenAI(base_url="http://127.0.0.1:1", max_retries=0)
    try:
        nowhere.models.list()
    except APIConnectionError as error:
        print("not reached:", error)

    try:
        nowhere.models.list()
    except OpenAIError as error:  # the base of everything that this package raises
        print("any of them:", type(error).__name__)


if __name__ == "__main__":
    main()
