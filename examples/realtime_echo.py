"""Voice echo: what is said into a session comes back as the voice of the model, sound in and sound out.

Here the sound is a tone and goes nowhere; `examples/devices/realtime_microphone.py` has a microphone and a speaker.
"""

from __future__ import annotations

import math
from array import array

from typed_openai import OpenAI
from typed_openai.sockets import Transcript

RATE = 48_000


def main() -> None:
    tone = array("h", [round(9000 * math.sin(number / 8)) for number in range(RATE)]).tobytes()
    transcript = Transcript()
    with OpenAI().realtime.connect(model="gpt-realtime") as connection:
        connection.on("event", transcript.add)
        milliseconds = connection.send_audio(tone, rate=RATE)
        connection.input_audio_buffer.commit()
        connection.response.create()
        heard = sum(len(pcm) for pcm in connection.audio())
        print(f"said {milliseconds} ms, heard {heard} bytes")
    print(transcript)


if __name__ == "__main__":
    main()
