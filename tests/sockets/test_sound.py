"""Sound in any format becomes what a session takes, in whichever pieces it comes."""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sockets.conftest import Colour
from tests.sockets.servers import serving
from typed_openai.errors import ConfigurationError, RequestValidationError
from typed_openai.sockets.pcm import Converter, Encoding, SoundFormat, format_of
from typed_openai.sockets.sound_sources import Pieces


def tone(rate: int, seconds: float = 0.1, frequency: float = 440.0) -> list[int]:
    return [round(12000 * math.sin(2 * math.pi * frequency * k / rate)) for k in range(int(rate * seconds))]


def pcm16(samples: list[int]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)


def numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 2}h", data))


def converted(data: bytes, source: SoundFormat, target: SoundFormat) -> bytes:
    converter = Converter(source, target)
    return converter.feed(data) + converter.end()


@pytest.mark.parametrize("came", [8000, 11025, 16000, 22050, 44100, 48000])
def test_a_tone_of_any_rate_is_the_same_tone(came: int) -> None:
    found = numbers(converted(pcm16(tone(came)), SoundFormat(came), SoundFormat(24000)))
    wanted = tone(24000)
    assert abs(len(found) - len(wanted)) <= 2
    # a window's average stands in its middle: half a step of the old rate later than the new sample
    error = max(abs(a - b) for a, b in zip(found[20:-20], wanted[20:-20], strict=False))
    assert error < 12000 * 0.12


@given(
    st.binary(max_size=400),
    st.lists(st.integers(1, 50), min_size=1, max_size=30),
    st.sampled_from([(24000, 24000), (48000, 24000), (44100, 24000), (8000, 24000), (16000, 8000), (24000, 16000)]),
    st.sampled_from([(1, 1), (2, 1), (2, 2), (3, 1), (4, 2)]),
)
def test_pieces_become_what_the_whole_becomes(
    data: bytes, sizes: list[int], rates: tuple[int, int], form: tuple[int, int]
) -> None:
    source, target = SoundFormat(rates[0], *form), SoundFormat(rates[1])
    converter, made, at = Converter(source, target), b"", 0
    for size in sizes:
        made += converter.feed(data[at : at + size])
        at += size
    made += converter.feed(data[at:]) + converter.end()
    assert made == converted(data, source, target)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_width_is_what_is_asked_for_and_survives_the_way_back(width: int) -> None:
    samples = [0, 256, -256, 12800, -12800, 32512, -32768]
    made = converted(pcm16(samples), SoundFormat(), SoundFormat(width=width))
    assert len(made) == len(samples) * width
    assert numbers(converted(made, SoundFormat(width=width), SoundFormat())) == samples


def test_channels_are_averaged_and_doubled() -> None:
    stereo = pcm16([100, 200, -100, -300])
    assert numbers(converted(stereo, SoundFormat(channels=2), SoundFormat())) == [150, -200]
    assert numbers(converted(pcm16([7, 8]), SoundFormat(), SoundFormat(channels=2))) == [7, 7, 8, 8]


@pytest.mark.parametrize("encoding", ["pcmu", "pcma"])
def test_telephone_sound_is_as_near_as_eight_bits_allow(encoding: Encoding) -> None:
    narrow = SoundFormat(8000, 1, 1, encoding)
    samples = [*range(-32768, 32768, 97)]
    back = numbers(converted(converted(pcm16(samples), SoundFormat(8000), narrow), narrow, SoundFormat(8000)))
    for before, after in zip(samples, back, strict=True):
        assert abs(before - after) <= max(abs(before) * 0.04, 16), before
    every = bytes(range(256))
    again = converted(converted(every, narrow, SoundFormat(8000)), SoundFormat(8000), narrow)
    same = sum(a == b for a, b in zip(every, again, strict=True))
    assert same >= 255  # the two zeros of one of them are one number


def test_known_bytes_of_g711_are_what_the_standard_says() -> None:
    mu, a = SoundFormat(8000, 1, 1, "pcmu"), SoundFormat(8000, 1, 1, "pcma")
    assert numbers(converted(b"\xff\x00\x80", mu, SoundFormat(8000))) == [0, -32124, 32124]
    assert numbers(converted(b"\xd5\x55\x2a\xaa", a, SoundFormat(8000))) == [8, -8, -32256, 32256]


def test_the_format_of_a_session_is_read_in_both_spellings() -> None:
    assert format_of({"type": "audio/pcmu"}).encoding == "pcmu"
    assert format_of("g711_alaw") == SoundFormat()
    assert format_of({"type": "audio/pcm", "rate": 16000}).rate == 16000
    assert format_of(None) == SoundFormat(24000, 2, 1, "pcm")
    assert format_of(None).milliseconds(48000) == 1000


def wav(rate: int, width: int, channels: int, frames: bytes) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setframerate(rate)
        file.setsampwidth(width)
        file.setnchannels(channels)
        file.writeframes(frames)
    return out.getvalue()


def pieces_of(source: Any, given_in: SoundFormat = SoundFormat(), milliseconds: int = 10) -> list[bytes]:  # noqa: B008
    found: list[bytes] = []
    pieces = Pieces(source, given_in, SoundFormat(), milliseconds, is_async=False)
    while True:
        steps, outcome = pieces.next(), None
        try:
            while True:
                effect = steps.send(outcome)
                outcome = effect.function(*effect.arguments)
        except StopIteration as stop:
            if not stop.value:
                return found
            found.append(stop.value)


@pytest.mark.parametrize("as_what", ["bytes", "path", "name", "file", "stream"])
def test_a_wav_file_says_its_format_itself_wherever_it_comes_from(as_what: str, tmp_path: Path) -> None:
    content = wav(48000, 2, 2, pcm16([value for sample in tone(48000) for value in (sample, sample)]))
    path = tmp_path / "tone.wav"
    path.write_bytes(content)
    with path.open("rb") as opened:
        sources: dict[str, Any] = {"bytes": content, "path": path, "name": str(path), "stream": opened}
        found = pieces_of(sources.get(as_what, io.BytesIO(content)), SoundFormat(8000, 1))
    assert {len(piece) for piece in found[:-1]} == {480}
    assert abs(len(b"".join(found)) - 4800) <= 4


def test_plain_blocks_are_cut_into_pieces_of_equal_length() -> None:
    data = pcm16(tone(24000, 0.05))
    blocks = [data[at : at + 333] for at in range(0, len(data), 333)]
    assert b"".join(pieces_of(blocks)) == data
    assert [len(piece) for piece in pieces_of(iter(blocks))] == [480] * 5
    assert b"".join(pieces_of(bytearray(data))) == data
    assert pieces_of(b"") == []


def test_what_is_no_sound_is_refused() -> None:
    for wrong in (3, object(), ["text"], [1, 2]):
        with pytest.raises(RequestValidationError, match="source"):
            pieces_of(wrong)

    for missing in ("not/there.wav", wav(8000, 2, 1, b"")[:20]):
        with pytest.raises(RequestValidationError, match="source"):
            pieces_of(missing)

    async def later() -> Any:
        yield b""

    with pytest.raises(ConfigurationError, match="AsyncOpenAI"):
        pieces_of(later())


@pytest.mark.parametrize(
    ("name", "value"),
    [("rate", 0), ("rate", -1), ("rate", 1.5), ("rate", True), ("width", 0), ("width", 5), ("channels", 0)],
)
def test_numbers_that_no_sound_has_are_refused_and_not_counted_with(colour: Colour, name: str, value: object) -> None:
    with serving(lambda peer: peer.wait()) as server, colour.opened(colour.realtime(server.url)) as connection:
        with pytest.raises(ConfigurationError, match=f"^{name}: "):
            colour.run(connection.send_audio(b"\0" * 100, **{name: value}))
        with pytest.raises(ConfigurationError, match=f"^{name}: "):
            connection.audio(**{"rate": 8000, name: value})


def test_a_piece_lasts_a_millisecond_at_least() -> None:
    for wrong in (0, -1, 0.5):
        with pytest.raises(ConfigurationError, match="chunk_ms: milliseconds from 1"):
            Pieces(b"", SoundFormat(), SoundFormat(), wrong, False)  # type: ignore[arg-type]  # as a program might


def test_a_file_that_says_it_has_no_samples_a_second_is_refused() -> None:
    said = bytearray(wav(8000, 2, 1, b"\0" * 100))
    said[24:28] = b"\0" * 4
    with pytest.raises(RequestValidationError, match=r"source: a file of sound .* rate: samples a second"):
        pieces_of(bytes(said))
