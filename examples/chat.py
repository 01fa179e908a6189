"""Chat: one answer, a streamed one, the usage of a stream, and JSON mode, plain and streamed.

python -m examples.chat
"""

from __future__ import annotations

import json

from typed_openai import OpenAI
from typed_openai.models.chat import ResponseFormatJSONObject, StreamOptions, UserMessage


def main() -> None:
    with OpenAI() as client:
        answer = client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Hello!"}], temperature=0.7
        )
        print(answer.text)

        anna = UserMessage(content="Describe a character called Anna!")
        with client.chat.completions.create(
            model="gpt-4o",
            messages=[anna],
            temperature=0.7,
            stream=True,
            stream_options=StreamOptions(include_usage=True),
        ) as chunks:
            for chunk in chunks:
                print(chunk.text, end="", flush=True)
                if chunk.usage:  # the last chunk, which has no choices
                    print(f"\n({chunk.usage.prompt_tokens} tokens read, {chunk.usage.completion_tokens} written)")

        some_json = ResponseFormatJSONObject()
        answer = client.chat.completions.create(
            model="gpt-4o",
            messages=[UserMessage(content="Hello! Give me some JSON please.")],
            response_format=some_json,
            temperature=0.7,
        )
        print("JSON:", json.loads(answer.text or "null"))

        with client.chat.completions.stream(
            model="gpt-4o", messages=[UserMessage(content="Can I have some JSON please?")], response_format=some_json
        ) as stream:
            for text in stream.text():
                print(text, end="", flush=True)
            print("\nended by", stream.get_final_completion().choices[0].finish_reason)


if __name__ == "__main__":
    main()
