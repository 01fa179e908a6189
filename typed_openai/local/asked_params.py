"""What a recorded request asks, in the package's own terms: which operation, with which typed parameters.

The operation is the one whose route the path takes, the parameters are read as the server itself reads them
(`declared.py`): query, body and form together, files as bytes. Members of the body that nobody knows are left out of
the parameters; they stand in `request.json()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from typed_openai.local.azure import as_openai
from typed_openai.local.declared import checked, declaration, files_of
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Request
from typed_openai.local.router import Router

if TYPE_CHECKING:
    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.models.base import Params


def operation_of(request: Request, router: Router) -> tuple[Endpoint | None, Mapping[str, str]]:
    """The declaration that a request is for and what its path says; None for a path that nobody declared."""
    try:
        route, named = router.find(request.method, as_openai(request).path)
    except ApiError:
        return None, {}
    return declaration(route.method, route.pattern), named


def params_of(request: Request, router: Router) -> Params | None:
    """The typed parameters of a request; None where its operation takes none. Raises `RequestValidationError` for what
    is wrong with them."""
    from pydantic import ValidationError

    from typed_openai.core.request.refusals import faults
    from typed_openai.errors import Fault, RequestValidationError
    from typed_openai.models.base import NULL

    declared, _ = operation_of(request, router)
    if declared is None or declared.params is None:
        return None
    try:
        read = checked(request, declared)
    except ApiError as refusal:
        fault = Fault(refusal.param or "(body)", "what the operation takes", "", refusal.message)
        raise RequestValidationError(declared.title, [fault]) from refusal
    members = {name: NULL if value is None else value for name, value in read.known.items()}
    members |= files_of(read, declared)
    try:
        found: Params = declared.params.model_validate(members)
    except ValidationError as error:
        raise RequestValidationError(declared.title, faults(error, members, declared.params)) from error
    return found
