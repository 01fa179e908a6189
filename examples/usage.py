"""What calls consume, counted over a piece of a program, and a budget that ends it.

Run it with `python -m examples.usage` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

from typed_openai import BudgetExceededError, OpenAI, usage_scope

MODEL = "gpt-4o-mini"


def counted(client: OpenAI) -> None:
    """Plain answers, streams and vectors add up, also in scopes within scopes."""
    with usage_scope() as everything:
        client.embeddings.create(model="text-embedding-3-small", input="a red apple")
        with (
            usage_scope() as streamed,
            client.chat.completions.stream(
                model=MODEL, messages=[{"role": "user", "content": "Name three colours."}]
            ) as stream,
        ):
            for word in stream.text():
                print(word, end="")
            print()
    print("the stream:", streamed.total_tokens, "tokens")
    print("everything:", everything.prompt_tokens, "read,", everything.completion_tokens, "written")
    for model, tokens in everything.by_model.items():
        print(" ", model, tokens.total_tokens)


def bounded(client: OpenAI) -> None:
    """Past the budget nothing is sent any more."""
    with usage_scope(budget=40) as used:
        try:
            for number in range(100):
                question = f"What is {number} + {number}?"
                client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
        except BudgetExceededError as error:
            print(error)
    print(used)


def main() -> None:
    with OpenAI() as client:
        counted(client)
        bounded(client)


if __name__ == "__main__":
    main()
