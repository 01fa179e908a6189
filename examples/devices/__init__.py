"""Examples that need devices: a microphone and a speaker (`pip install 'typed-openai[realtime,sounddevice]'`)."""
