"""Azure's paths on the local server: what they ask for, said in OpenAI's own.

`/openai/v1/...` is the v1 API. `/openai/deployments/NAME/...` and the rest of `/openai/...` are the dated one, which
answers nothing without `?api-version=`, and with a 404 that does not say why, as Azure does. Any name is a deployment.
"""

from __future__ import annotations

import re
from dataclasses import replace

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Request
from typed_openai.local.router import PREFIX

_ROOT = "/openai"
_DEPLOYMENT = re.compile(r"/deployments/[^/]+(?=/)")


def as_openai(request: Request) -> Request:
    """The request with the path that OpenAI's own API has for it. 404 for a dated path without its version."""
    start, root, below = request.path.partition(f"{_ROOT}/")
    if start or not root:
        return request
    path = f"/{below}"
    if path.startswith(f"{PREFIX}/"):
        return replace(request, path=path)
    if not request.query_text("api-version"):
        raise ApiError(404, "Resource not found", code="404")
    return replace(request, path=PREFIX + _DEPLOYMENT.sub("", path, count=1))
