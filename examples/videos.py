"""Videos: make one from a prompt, wait for it, save it, and make another from it.

Run it with `python -m examples.videos` (`OPENAI_BASE_URL` of a local server, or of one that has videos; OpenAI closed
them on 2026-09-24).
"""

from __future__ import annotations

from pathlib import Path

from typed_openai import OpenAI
from typed_openai.errors import WaitFailedError


def main() -> None:
    with OpenAI() as client:
        try:
            video = client.videos.create_and_poll(
                prompt="A cat walks over a roof at dawn",
                seconds="4",
                size="1280x720",
                wait={"interval": 0.1, "on_progress": lambda seen: print(seen.status, seen.progress, "%")},
            )
        except WaitFailedError as error:
            raise SystemExit(f"no video: {error}") from error
        target = Path("cat.mp4")
        client.videos.download_content(video.id).write_to_file(target)
        client.videos.download_content(video.id, variant="thumbnail").write_to_file("cat.png")
        print(target, target.stat().st_size > 0, video.seconds, "s,", video.size)
        night = client.videos.remix(video.id, prompt="The same at night")
        longer = client.videos.extend(prompt="It begins to rain", seconds="8", video={"id": video.id})
        mia = client.videos.create_character(name="Mia", video=target)
        print(night.remixed_from_video_id == video.id, longer.seconds, mia.name)
        for each in client.videos.list(limit=10):
            print(each.id, each.status)


if __name__ == "__main__":
    main()
