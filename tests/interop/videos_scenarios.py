"""What is asked of both servers about videos: files and references, each variant of what is fetched."""

from __future__ import annotations

from tests.interop.scenario import scenario

FILM = ("film.mp4", b"\x00\x00\x00\x18ftypisom\x00\xff\r\n", "video/mp4")
PICTURE = ("cat.png", b"\x89PNG\r\n\x1a\n\x00\xff", "image/png")

VIDEOS = [
    scenario("videos.create", "of a prompt", prompt="A cat"),
    scenario(
        "videos.create",
        "with everything",
        prompt="A cat",
        input_reference=PICTURE,
        model="sora-2-pro",
        seconds="8",
        size="1280x720",
    ),
    scenario(
        "videos.create", "of a picture's address", prompt="A", input_reference={"image_url": "https://x.org/a.png"}
    ),
    scenario("videos.create", "of an uploaded picture", prompt="A", input_reference={"file_id": "file-1"}),
    scenario("videos.retrieve", "by id", "video_1"),
    scenario("videos.list", "all of them"),
    scenario("videos.list", "with every filter", after="video_0", limit=2, order="asc"),
    scenario("videos.delete", "by id", "video_1"),
    scenario("videos.download_content", "by id", "video_1"),
    scenario("videos.download_content", "one picture of it", "video_1", variant="thumbnail"),
    scenario("videos.edit", "of a file", prompt="At night", video=FILM),
    scenario("videos.edit", "by id", prompt="At night", video={"id": "video_1"}),
    scenario("videos.extend", "of a file", prompt="It rains", seconds="4", video=FILM),
    scenario("videos.extend", "by id", prompt="It rains", seconds="12", video={"id": "video_1"}),
    scenario("videos.remix", "by id", "video_1", prompt="A dog"),
    scenario("videos.create_character", "of a file", name="Mia", video=FILM),
    scenario("videos.get_character", "by id", "char_1"),
]
