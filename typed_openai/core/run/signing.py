"""Requests that are signed rather than shown a key: what stands in them when they are sent is what the signature is of.

    request.signer = aws_signature("us-east-1")       # or what a function of `api_key=` returned for this attempt

Rules
* It is made last, of the request in the words of httpx: method, URL, headers and the bytes of the body, forms and files
  included. Each attempt has one of its own, with its own time.
* A file that can be rewound is read twice, once for its hash; what cannot is held in memory.
* A signature is of one URL: where a redirect leads, none of its headers go. An `http_client` of the user's own does not
  follow redirects of such requests, nor put its auth in their place.
* In an async client this happens in a thread: the credentials may have to be fetched, the files read.

Weak spot: hooks of an `http_client` that change a signed request break its signature.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.marks import SIGNED

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Request
    from typed_openai.core.setting_types import Signer

EMPTY = sha256().hexdigest()
"""The hash of no body at all."""


def sign(native: Any, request: Request, signer: Signer) -> None:
    """Sign a finished request of httpx. Raises what the signer does: `IdentityError` where nobody says who asks."""
    digest = sha256()
    if request.form is not None and request.form.obstacle() is not None:
        native.read()
        native.headers.pop("transfer-encoding", None)
        native.headers["content-length"] = str(len(native.content))
    for block in native.stream:
        digest.update(block)
    url = native.url
    where = f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}"  # `str` of a URL may hide a part of it
    proof = signer.sign(native.method, where, dict(native.headers), digest.hexdigest())
    native.headers.update(proof.headers)
    native.extensions[SIGNED] = tuple(proof.headers)
    request.secrets = request.secrets.more(proof.secrets)
