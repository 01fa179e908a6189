"""Files that aimock keeps: uploaded in every way, listed over pages, read back, deleted."""

from __future__ import annotations

import io
import pathlib

import pytest

from tests.interop.colours import Session
from tests.interop.files_scenarios import EXAMPLE
from typed_openai import NotFoundError

pytestmark = pytest.mark.interop

CONTENT = b"\x00\xff\r\n--content \xe2\x80\xa8"


async def test_a_file_is_uploaded_in_every_way_and_read_back(aimock: Session, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "näme.bin"
    path.write_bytes(CONTENT)
    files = aimock.client.files
    for given, name in [
        (path, "näme.bin"),
        (str(path), "näme.bin"),
        (io.BytesIO(CONTENT), "upload"),
        (('a "quoted" name.bin', CONTENT), 'a "quoted" name.bin'),
    ]:
        file = await aimock.run(files.create(file=given, purpose="user_data"))
        assert list(file.issues) == []
        assert (file.bytes, file.filename.replace("%22", '"'), file.purpose) == (len(CONTENT), name, "user_data")
        assert (await aimock.run(files.content(file.id))).read() == CONTENT
        assert (await aimock.run(files.retrieve(file.id))).filename == file.filename
        assert (await aimock.run(files.wait_for_processing(file.id))).status == "processed"


async def test_lines_are_checked_before_and_text_is_read_as_text(aimock: Session) -> None:
    file = await aimock.run(aimock.client.files.create(file=("train.jsonl", EXAMPLE), purpose="fine-tune"))
    assert await aimock.run(aimock.client.files.retrieve_content(file.id)) == EXAMPLE.decode()


async def test_a_list_goes_over_all_pages_and_a_deleted_file_is_gone(aimock: Session) -> None:
    files = aimock.client.files
    made = [await aimock.run(files.create(file=("a.txt", b"x"), purpose="vision")) for _ in range(3)]
    listed = [file.id async for file in aimock.each(await aimock.run(files.list(purpose="vision", limit=2)))]
    assert {file.id for file in made} <= set(listed)
    assert (await aimock.run(files.delete(made[0].id))).deleted is True
    with pytest.raises(NotFoundError):
        await aimock.run(files.retrieve(made[0].id))
