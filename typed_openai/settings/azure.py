"""What is different about Azure: where an operation is, and whose name stands in its path. Pure.

Azure has two APIs. The v1 API (`https://NAME.openai.azure.com/openai/v1/...`) is OpenAI's own: no version in the query,
the deployment's name travels as `model` in the body. The dated API (`/openai/...?api-version=2024-10-21`) routes some
operations by deployment: `/openai/deployments/NAME/chat/completions`.

Rules
* Without `api_version` (or with `"v1"`, `"preview"`, `"latest"`) it is the v1 API, with a date it is the dated one.
* `azure_endpoint` may be whatever somebody pastes: the resource, with `/openai`, with `/openai/v1`, with
  `/openai/deployments/NAME`, or a whole URL with operation and `?api-version=...`; resource, deployment and version are
  taken from it. What stands before `/openai` (a project, a gateway's path) stays.
* `base_url` is read in the same way on Azure's hosts. On others (a gateway) nothing is put before `/deployments` or
  `/v1` that is not there: `https://gateway.corp/llm` becomes `https://gateway.corp/llm/v1/...`.
* Two sources that contradict each other are refused, unless one of them was only the environment.
* The deployment in the path is `azure_deployment`, or the one in the URL, or `model`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from typed_openai.core.setting_types import Capabilities
from typed_openai.errors import ConfigurationError, Fault, RequestValidationError
from typed_openai.providers import OPENAI

ROUTED = frozenset(
    {
        "/audio/speech",
        "/audio/transcriptions",
        "/audio/translations",
        "/chat/completions",
        "/completions",
        "/embeddings",
        "/images/edits",
        "/images/generations",
    }
)
"""What the dated API routes by deployment, when it is a POST."""
HOSTS = (
    ".openai.azure.com",
    ".cognitiveservices.azure.com",
    ".services.ai.azure.com",
    ".api.cognitive.microsoft.com",
    ".openai.azure.us",
    ".cognitiveservices.azure.us",
    ".openai.azure.cn",
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")
_VERSION = re.compile(r"v\d+", re.IGNORECASE)
_UNDATED = ("v1", "preview", "latest")
_USAGE_SINCE = "2024-09-01"
_OPERATIONS = frozenset(
    {"assistants", "audio", "batch", "batches", "chat", "completions", "embeddings", "evals", "files", "fine_tuning"}
    | {"images", "models", "realtime", "responses", "threads", "uploads", "vector_stores", "videos"}
)


class Pasted(NamedTuple):
    """What a URL says. `has_openai`: its path has the segment that all of Azure's operations are below."""

    base: str
    has_openai: bool
    is_v1: bool
    deployment: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Azure:
    """Where a client's operations are. `version` is None for the v1 API; `root` ends before `/v1` or `/deployments`."""

    root: str
    verbatim: bool
    version: str | None
    preview: str | None
    deployment: str | None
    given: str

    @property
    def base_url(self) -> str:
        return self.root if self.version else f"{self.root}/v1"

    @property
    def api_version(self) -> str:
        return self.version or self.preview or "v1"

    @property
    def query(self) -> dict[str, object]:
        sent = self.version or self.preview
        return {"api-version": sent} if sent else {}

    @property
    def capabilities(self) -> Capabilities:
        """Older dated versions refuse to be asked for usage in streams."""
        knows_usage = self.version is None or self.version >= _USAGE_SINCE
        return OPENAI if knows_usage else Capabilities(base64_embeddings=True)

    @property
    def origin(self) -> str:
        """How URLs come about, for the message of a 404."""
        if self.version is None:
            return (
                f"the URL was built from {self.given} for the v1 API: is `model` the name of a deployment? "
                'For the dated API pass api_version="2024-10-21"'
            )
        named = f"deployment {self.deployment!r}" if self.deployment else "the deployment named by `model`"
        return (
            f"the URL was built from {self.given} for api-version {self.version} and {named}: does this resource have "
            "that deployment, and this version the operation?"
        )

    def path(self, operation: str, method: str, path: str, params: object) -> str:
        """The path below `base_url`."""
        if self.version is None or method != "POST" or path not in ROUTED:
            return path
        model = params.get("model") if isinstance(params, Mapping) else getattr(params, "model", None)
        name = self.deployment or model
        if not isinstance(name, str) or not name:
            hint = "Azure routes this by deployment: pass model=, or azure_deployment= to the client"
            raise RequestValidationError(operation, [Fault("model", "the name of a deployment", "nothing", hint)])
        if not name.strip("."):
            hint = "dots climb up the path to another operation"
            raise RequestValidationError(operation, [Fault("model", "the name of a deployment", name, hint)])
        return f"/deployments/{quote(name, safe='')}{path}"


def is_azure(host: str) -> bool:
    """Whether a host is one of Azure's."""
    return host.endswith(HOSTS)


def pasted(url: str) -> Pasted:
    """Take apart a URL; its scheme and host have been checked."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    version = query.pop("api-version", None)
    if query or parts.fragment:
        raise ConfigurationError("the Azure endpoint may have api-version in its query and nothing else")
    segments = [segment for segment in parts.path.split("/") if segment]
    at = segments.index("deployments") if "deployments" in segments else len(segments)
    if "openai" in segments[:at]:
        at = at - segments[:at][::-1].index("openai")
    elif at == len(segments):
        at = next((index for index, segment in enumerate(segments) if _VERSION.fullmatch(segment)), at)
    head, rest = segments[:at], segments[at:]
    is_v1 = bool(rest) and _VERSION.fullmatch(rest[0]) is not None
    by_deployment = rest[:1] == ["deployments"]
    deployment = unquote(rest[1]) if by_deployment and len(rest) > 1 else None
    operation = rest[1:] if is_v1 else rest[2:] if by_deployment else rest
    if (operation and operation[0] not in _OPERATIONS) or (not rest and head[:1] == ["models"]):
        raise ConfigurationError(
            f"/{'/'.join(segments)} is not a path of Azure OpenAI: give the resource "
            f"(https://NAME.openai.azure.com), or "
            "its /openai/v1, or its /openai/deployments/NAME"
        )
    base = "/".join([f"{parts.scheme}://{parts.netloc}", *head])
    return Pasted(base, head[-1:] == ["openai"], is_v1, deployment, version)


def address(
    url: str,
    *,
    verbatim: bool,
    version: str | None,
    deployment: str | None,
    fallback_version: str | None = None,
    fallback_deployment: str | None = None,
) -> Azure:
    """Where operations are, from what was given; the fallbacks give way where the rest contradicts them."""
    found = pasted(url)
    said = version or found.version
    if said is None and not found.is_v1:
        said = fallback_version
    _check_version(said)
    dated = said if said is not None and said not in _UNDATED else None
    if dated and found.is_v1:
        raise ConfigurationError(f"the URL names the v1 API, api_version={said!r} the dated one: leave one of them out")
    name = deployment or found.deployment
    if name and not dated:
        where = "the URL" if found.deployment and not deployment else "azure_deployment"
        raise ConfigurationError(
            f"{where} names the deployment {name!r}, which belongs to the dated API: pass api_version (or set "
            f"OPENAI_API_VERSION) to a date such as 2024-10-21, or leave it out and name it as model={name!r}"
        )
    host = urlsplit(url).hostname or ""
    verbatim = verbatim and not is_azure(host)
    root = found.base if found.has_openai or verbatim else f"{found.base}/openai"
    preview = said if said in ("preview", "latest") else None
    given = f"{found.base}{'' if found.deployment is None else f'/deployments/{found.deployment}'}"
    return Azure(root, verbatim, dated, preview, name or (fallback_deployment if dated else None), given)


def _check_version(version: Any) -> None:
    if version is None or version in _UNDATED or (isinstance(version, str) and _DATE.fullmatch(version)):
        return
    raise ConfigurationError(
        f'api_version must be a date such as "2024-10-21" or "2025-04-01-preview", or "v1", got {version!r}'
    )
