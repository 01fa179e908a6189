"""WebSockets: one engine for realtime, translations, Responses and live. Imported when somebody connects.

`protocol.py` says what a socket of the API is (data), `protocols.py` which there are. `machine.py` makes events of
messages, `session.py` does everything that has several steps (generators), `drivers.py` performs them over the library
`websockets` in either colour, `connection.py` is what users hold.
"""
