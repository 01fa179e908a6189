"""What a library that we use writes into its log, without what is secret: `websockets` writes every header at DEBUG.

Loaded by the first socket. Weak spot: whoever gives the library a logger of their own (`websocket_connection_options`)
has all of it there.
"""

from __future__ import annotations

import logging
from typing import Any

from typed_openai.core.known_secrets import HIDDEN, without
from typed_openai.core.redact import is_secret


class CarefulLog(logging.LoggerAdapter[logging.Logger]):
    """The log of a library by its name (`websockets.client`)."""

    def __init__(self, name: str) -> None:
        super().__init__(logging.getLogger(name))

    def log(self, level: int, msg: object, *args: object, **more: Any) -> None:
        """Hand it on, where somebody listens: no header that is called as a credential is, and nothing that is known
        to be one."""
        if not self.isEnabledFor(level):
            return
        if len(args) == 2 and isinstance(args[0], str) and is_secret(args[0]):
            args = args[0], HIDDEN
        super().log(
            level, msg, *(each if isinstance(each, int | float) else without(str(each)) for each in args), **more
        )
