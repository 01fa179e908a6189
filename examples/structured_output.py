"""Structured output: ask for a type, get a value of it.

python -m examples.structured_output
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, TypeAdapter

from typed_openai import LengthFinishReasonError, OpenAI, json_schema_for, lint_schema

QUESTION = [{"role": "user", "content": "Anna and Ben ordered 3 pens and 12 pencils."}]


class Line(BaseModel):
    """One line of an order."""

    product: str = Field(description="What was ordered.")
    pieces: int = Field(ge=1)
    urgency: Literal["low", "high"] = "low"


class Order(BaseModel):
    """An order, with what each person ordered."""

    customer: str
    lines: list[Line]
    notes: dict[str, str] = {}


class Anything(BaseModel):
    facts: dict[str, object]


def main() -> None:
    with OpenAI() as client:
        answer = client.chat.completions.parse(model="gpt-4o", messages=QUESTION, response_format=Order, reasks=1)
        order = answer.parsed  # an Order
        print(order.customer, "ordered", [(line.pieces, line.product, line.urgency) for line in order.lines])
        print("tokens, all asks together:", answer.usage.total_tokens if answer.usage else "unknown")

        names = client.chat.completions.parse(model="gpt-4o", messages=QUESTION, response_format=list[str])
        print("a list:", names.parsed)
        either = TypeAdapter[Line | None](Line | None)
        print(
            "a union:", client.chat.completions.parse(model="gpt-4o", messages=QUESTION, response_format=either).parsed
        )

        with client.chat.completions.stream(model="gpt-4o", messages=QUESTION, response_format=Order) as stream:
            for event in stream:
                if event.type == "output.partial" and event.data:
                    print("so far:", event.data)
            print("streamed:", stream.get_final_completion().parsed)

        response = client.responses.parse(model="gpt-4o", input="Ben ordered 2 lamps.", text_format=Order)
        print("from the Responses API:", response.output_parsed)

        try:
            client.chat.completions.parse(
                model="gpt-4o", messages=QUESTION, response_format=Order, max_completion_tokens=5
            )
        except LengthFinishReasonError as error:
            print("cut:", error.partial_text)

    print("what is asked for:", json_schema_for(list[str]).schema)
    for fault in lint_schema(Anything):
        print("not sayable:", fault)


if __name__ == "__main__":
    main()
