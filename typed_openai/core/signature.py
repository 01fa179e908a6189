"""The signature that an operation shows at run time: `inspect.signature`, `help`, IPython. Equal to the generated stub.

Path parameters come first, then the parameters by name, then the options that every call takes. Nothing here runs
during a call.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typed_openai.config import TimeoutLike

if TYPE_CHECKING:
    from typed_openai.core.endpoint import Endpoint

OPTION_TYPES: dict[str, Any] = {
    "extra_headers": Mapping[str, str | None] | None,
    "extra_query": Mapping[str, object] | None,
    "extra_body": Mapping[str, object] | None,
    "timeout": float | TimeoutLike | None,
    "deadline": float | None,
    "idempotency_key": str | None,
}


@functools.cache
def signature_of(endpoint: Endpoint) -> inspect.Signature:
    """The signature of a bound operation."""
    Parameter = inspect.Parameter
    parameters = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, annotation=str) for name in endpoint.path_names]
    for name, info in endpoint.params.__pydantic_fields__.items() if endpoint.params is not None else ():
        if name == "stream" and endpoint.events is not None:
            continue
        default = Parameter.empty if info.is_required() else None
        parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=info.annotation))
    for name, annotation in OPTION_TYPES.items():
        if name != "idempotency_key" or endpoint.method == "POST":
            parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation))
    returns = endpoint.events.sync if endpoint.events is not None else endpoint.result
    return inspect.Signature(parameters, return_annotation=returns)
