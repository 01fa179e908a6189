"""WebSockets: one engine for realtime, translations, Responses and live. Loaded when somebody connects.

`protocol.py` says what a socket of the API is (data), `protocols.py` which there are. `machine.py` makes events of
messages, `session.py` does everything that has several steps (generators), `drivers.py` performs them over the library
`websockets` in either colour, `connection.py` is what users hold.
"""

from typed_openai.core.lazy_names import Folder

_names = Folder(__name__)
__getattr__, __dir__ = _names.find, _names.listed
