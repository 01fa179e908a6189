"""Tokens: roughly for a text, exactly where tiktoken is installed, and an estimate of a whole request.

python -m examples.tokens
"""

from __future__ import annotations

from typed_openai import OpenAI, estimate_tokens, rough_token_count
from typed_openai.models.chat import ChatCompletionCreateParams, SystemMessage, UserMessage
from typed_openai.tokens import TokenizerUnavailableError, count_tokens


def main() -> None:
    print("roughly:", rough_token_count("Your text"))
    try:
        print("exactly:", count_tokens("Your text", model="gpt-4o"))
    except TokenizerUnavailableError as error:
        print("not counted exactly:", str(error).split(";")[0])

    params = ChatCompletionCreateParams(
        model="gpt-4o",
        messages=[SystemMessage(content="Answer in one sentence."), UserMessage(content="Why is the sky blue?")],
    )
    estimate = estimate_tokens(params)
    print("estimated:", estimate, "tokens, texts counted by", estimate.method)
    usage = OpenAI().chat.completions.create(params).usage
    print("the server says:", usage and usage.prompt_tokens)


if __name__ == "__main__":
    main()
