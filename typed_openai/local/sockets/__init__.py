"""WebSockets on the local server: realtime, translations, lanes of responses, live sessions. Imported by an upgrade.

`doors.py` says which path leads to whom, `line.py` is a connection of the library `websockets` (extra `[realtime]`)
with what a fault spoils about it, `talk.py` how events are checked and answered; the rest says what is answered.
"""
