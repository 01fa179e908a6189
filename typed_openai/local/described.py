"""What the API's description says of a request, by the package's own models of its parameters.

The readers of this server check what they need to answer; `check_described` then refuses what they never look at and
the service refuses all the same (`user=123`, `verbosity="x"`, a part of an unknown kind, a member of a message that
does not exist), so that the checks of the client and the answers of the server agree.

Weak spots: members of the body itself that nobody knows pass, so that `extra_body` can be tried out here, and so do
those that other servers are known to take (`cache_control`); the service refuses them. The models are loaded by the
first request, since nothing else of this server needs them.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typed_openai.local.errors import ApiError

if TYPE_CHECKING:
    from typed_openai.errors import Fault


def check_described(model: str, members: Mapping[str, object]) -> None:
    """Refuse a body that is not what a model describes, which is named by its place below `typed_openai.models`.

    Raises `ApiError` 400 with the first member that is wrong.
    """
    from pydantic import ValidationError

    from typed_openai.core.request.foreign import as_data
    from typed_openai.core.request.refusals import ELSEWHERE_TAKEN, faults

    module, _, name = model.rpartition(".")
    described: Any = getattr(importlib.import_module(f"typed_openai.models.{module}"), name)
    given = {member: as_data(value) for member, value in members.items() if value is not None}
    try:
        described.__pydantic_validator__.validate_python(given)
    except ValidationError as error:
        for fault in faults(error, given, described, ELSEWHERE_TAKEN):
            if not (_is_unknown(fault) and fault.path in given):
                raise ApiError(400, f"{fault}.", param=fault.path, code=_code(fault)) from None


def _is_unknown(fault: Fault) -> bool:
    return fault.allowed.startswith("no such parameter")


def _code(fault: Fault) -> str:
    if _is_unknown(fault):
        return "unknown_parameter"
    return "invalid_value" if "one of" in fault.allowed else "invalid_type"
