"""The small text endpoints: completions, embeddings, moderations.

python -m examples.completions_embeddings_moderations
"""

from __future__ import annotations

from typed_openai import OpenAI


def main() -> None:
    with OpenAI() as client:
        completion = client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Once upon a time", max_tokens=5)
        print([choice.text for choice in completion.choices])

        vectors = client.embeddings.create(
            model="text-embedding-ada-002", input="The food was delicious and the waiter..."
        )
        print("a vector of", len(vectors.data[0].embedding), "numbers, beginning with", vectors.data[0].embedding[:2])

        verdict = client.moderations.create(input="I'm worried about that.").results[0]
        print("flagged:", verdict.flagged, "hate:", verdict.category_scores.hate)


if __name__ == "__main__":
    main()
