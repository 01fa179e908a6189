"""Pictures: drawn from a prompt, saved in `pictures/`, edited with a mask, varied, and streamed while being drawn.

python -m examples.images
"""

from __future__ import annotations

from pathlib import Path

from typed_openai import OpenAI
from typed_openai.models.images import ImageGenCompletedEvent, ImageGenPartialImageEvent


def main() -> None:
    folder = Path("pictures")
    folder.mkdir(exist_ok=True)
    with OpenAI() as client:
        prompt = "A baby sea otter cooking pasta wearing a hat of some sort"
        response = client.images.generate(prompt=prompt, model="dall-e-2", size="256x256")
        otter = client.images.save(response.images[0], folder / "otter.png")  # fetches the URL that came
        print("drawn:", otter, otter.stat().st_size, "bytes")

        spaniel = client.images.generate(
            prompt="A springer spaniel cooking pasta wearing a hat of some sort",
            model="dall-e-3",
            size="1024x1792",
            quality="standard",
            response_format="b64_json",
        )
        print("saved:", spaniel.images[0].save(folder / "spaniel.png"))

        edited = client.images.edit(
            prompt="A solid red Ruby on a blue background", image=str(otter), mask=otter, model="dall-e-2"
        )
        print("edited:", edited.images[0].url or "as base64")

        both = client.images.edit(
            prompt="Both on one picture", image=[otter, folder / "spaniel.png"], model="gpt-image-1"
        )
        print("from two:", both.usage and both.usage.total_tokens, "tokens")

        variations = client.images.create_variation(image=otter, n=2)
        print("variations:", len(variations.images))

        with client.images.generate(prompt=prompt, model="gpt-image-1", stream=True, partial_images=2) as stream:
            for event in stream:
                if isinstance(event, ImageGenPartialImageEvent):
                    print("sketch:", event.save(folder / f"sketch{event.partial_image_index}.png"))
                elif isinstance(event, ImageGenCompletedEvent):
                    print("finished:", event.save(folder / "finished.png"))


if __name__ == "__main__":
    main()
