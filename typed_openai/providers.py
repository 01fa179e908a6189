"""Servers that speak the OpenAI protocol, as data: one row each, chosen with one setting.

    client = OpenAI(provider="groq")                                   # the key is in GROQ_API_KEY
    client = OpenAI(provider="ollama", base_url="http://gpu-box:11434")
    client = OpenAI(provider=caching_proxy(ttl=43200))                  # a row with headers of your own
    client = OpenAI(provider=Provider(name="mine", base_url="https://llm.corp/v1", key_variables=("LLM_KEY",)))

A row says where the server is, which environment variable holds its key, which headers it wants, and in what it differs
(`Capabilities`, and `notes` for people). Rules:

* Whatever is given as an argument beside `provider` wins over the row.
* The key of one server is never offered to another: with a provider, `OPENAI_API_KEY`, `OPENAI_ORG_ID`,
  `OPENAI_PROJECT_ID` and `OPENAI_BASE_URL` are not looked at (gateways that forward to OpenAI name `OPENAI_API_KEY`
  themselves), nor are keys and headers with credentials that `configure(...)` set for another server.
* Servers with a dialect of their own check with `validation="warn"`: what they do not share with OpenAI is logged and
  sent as given.
* A row holds names of variables, never a secret.

Weak spot: these are facts about other people's servers, gathered from their documentation in 2026; they change. What
a row gets wrong can be overridden by arguments, or by a `Provider` of your own (`dataclasses.replace`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from typed_openai.core.hosts import is_openai
from typed_openai.core.setting_types import Capabilities
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.setting_types import Validation
    from typed_openai.identity.aws import AWSSignature
    from typed_openai.identity.workload import TokenSource

ProviderName: TypeAlias = Literal[
    "caching_proxy",
    "deepseek",
    "gemini",
    "groq",
    "helicone",
    "llama_cpp",
    "lm_studio",
    "mistral",
    "moonshot",
    "ollama",
    "openrouter",
    "qwen",
    "together",
    "velvet",
    "vllm",
    "xai",
]


OPENAI = Capabilities(base64_embeddings=True, stream_usage=True)
"""OpenAI's own service, and gateways that forward to it."""
UNKNOWN = Capabilities()
"""A server of which nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Provider:
    """One server: address, key, headers, capabilities. Holds no secret."""

    name: str
    base_url: str
    key_variables: tuple[str, ...] = ()
    """Environment variables that may hold the key; the first that is set is used."""
    identity: Callable[[], Callable[[], Any]] | None = field(default=None, compare=False)
    """Makes what gives a token, or signs requests, where no key is found (`typed_openai.identity`)."""
    needs_key: bool = True
    """False: requests go out without a key when none is found."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sent with every request."""
    secret_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Required headers with a credential of their own: `{"Helicone-Auth": "Bearer {HELICONE_API_KEY}"}`; the variable
    in braces is read from the environment, unless `default_headers` brings the header."""
    api_version: str | Literal[False] | None = None
    """As the setting `api_version`: `False` appends no version to the base URL."""
    capabilities: Capabilities = UNKNOWN
    validation: Validation = "warn"
    vendor_fields: tuple[str, ...] = ()
    """Members of requests (`prefix`), and kinds of parts (`video_url`), that this server documents and OpenAI has none
    of: they pass, at any depth."""
    prices: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    """What this server takes, in US dollars for a million tokens: model → (read, generated[, read from the cache]);
    `*` is any other model. They go before those of genai-prices."""
    notes: tuple[str, ...] = ()
    """Known deviations, for people."""

    def settings(self) -> dict[str, Any]:
        """What choosing this server sets, the environment included."""
        found: dict[str, Any] = {
            "base_url": self.base_url,
            "api_version": self.api_version,
            "api_key": next((key for name in self.key_variables if (key := _variable(name))), None),
            "validation": self.validation,
            "default_headers": {**self.headers, **self._secrets()},
        }
        if found["api_key"] is None and self.identity is not None:
            found["api_key"] = self.identity()
        if found["api_key"] is None and not self.needs_key:
            found["api_key"] = False
        return {name: value for name, value in found.items() if value is not None}

    def _secrets(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for header, template in self.secret_headers.items():
            before, name, after = _template(template)
            value = _variable(name)
            if value is not None:
                found[header] = f"{before}{value}{after}"
        return found

    def missing(self, headers: Collection[str]) -> str | None:
        """What this server needs besides its key and these headers (in lower case) lack."""
        for header, template in self.secret_headers.items():
            if header.lower() not in headers:
                name = _template(template)[1]
                return f'{header}: set the environment variable {name} or pass default_headers={{"{header}": ...}}'
        return None

    @property
    def variables(self) -> str:
        """The environment variables for its key, for messages."""
        return " or ".join(self.key_variables)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""

    def __repr__(self) -> str:
        return f"Provider(name={self.name!r}, base_url={self.base_url!r})"

    def sending(self, headers: Mapping[str, str | None]) -> Provider:
        """The same server with more headers; those with None are left out."""
        more = {name: value for name, value in headers.items() if value is not None}
        return replace(self, headers={**self.headers, **more})


def _template(template: str) -> tuple[str, str, str]:
    before, _, rest = template.partition("{")
    name, _, after = rest.partition("}")
    return before, name, after


def _variable(name: str) -> str | None:
    return os.environ.get(name, "").strip() or None


def _hosted(
    name: str,
    base_url: str,
    *key_variables: str,
    stream_usage: bool,
    notes: tuple[str, ...],
    vendor_fields: tuple[str, ...] = (),
) -> Provider:
    """A service with a key of its own and a dialect of its own."""
    return Provider(
        name=name,
        base_url=base_url,
        key_variables=key_variables,
        capabilities=Capabilities(stream_usage=stream_usage),
        vendor_fields=vendor_fields,
        notes=notes,
    )


def _own(
    name: str, base_url: str, *key_variables: str, notes: tuple[str, ...], vendor_fields: tuple[str, ...] = ()
) -> Provider:
    """A server that people run themselves, most often without a key."""
    return Provider(
        name=name,
        base_url=base_url,
        key_variables=key_variables,
        needs_key=False,
        capabilities=Capabilities(stream_usage=True),
        vendor_fields=vendor_fields,
        notes=notes,
    )


def _gateway(
    name: str,
    base_url: str,
    *,
    headers: Mapping[str, str] | None = None,
    secret_headers: Mapping[str, str] | None = None,
    api_version: Literal[False] | None = None,
    notes: tuple[str, ...],
) -> Provider:
    """Something before OpenAI's own service: the key and the dialect are OpenAI's."""
    return Provider(
        name=name,
        base_url=base_url,
        key_variables=("OPENAI_API_KEY",),
        headers=headers or {},
        secret_headers=secret_headers or {},
        api_version=api_version,
        capabilities=OPENAI,
        validation="strict",
        notes=notes,
    )


_ROWS = (
    _gateway(
        "caching_proxy",
        "http://localhost:8787/proxy",
        api_version=False,
        notes=(
            "github.com/6/openai-caching-proxy-worker: caches POST requests with a JSON body, by key and body",
            "everything else (GET, uploads, a TTL of 0) is answered with its health check, not forwarded",
        ),
    ),
    _gateway(
        "helicone",
        "https://oai.helicone.ai/v1",
        headers={"helicone-stream-force-format": "true"},
        secret_headers={"Helicone-Auth": "Bearer {HELICONE_API_KEY}"},
        notes=(
            "older host: https://oai.hconeai.com",
            "its newer gateway takes the Helicone key alone: "
            'base_url="https://ai-gateway.helicone.ai", api_key=HELICONE_API_KEY',
        ),
    ),
    _gateway(
        "velvet",
        "https://gateway.usevelvet.com/api/openai/v1",
        secret_headers={"velvet-auth": "{VELVET_API_KEY}"},
        notes=("metadata travels in velvet-metadata-* headers, caching is asked for with velvet-cache-enabled",),
    ),
    _hosted(
        "deepseek",
        "https://api.deepseek.com/v1",
        "DEEPSEEK_API_KEY",
        stream_usage=True,
        vendor_fields=("prefix",),
        notes=("no embeddings", "sends empty lines or comments while a request waits"),
    ),
    _hosted(
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_API_KEY",
        "GOOGLE_API_KEY",
        stream_usage=True,
        notes=("errors come as a list with one object",),
    ),
    _hosted(
        "groq",
        "https://api.groq.com/openai/v1",
        "GROQ_API_KEY",
        stream_usage=True,
        notes=(
            "400 for logprobs, top_logprobs, logit_bias, messages[].name and n other than 1",
            "transcriptions neither as vtt nor as srt",
            "no embeddings",
        ),
    ),
    _hosted(
        "mistral",
        "https://api.mistral.ai/v1",
        "MISTRAL_API_KEY",
        stream_usage=False,
        vendor_fields=("prefix",),
        notes=(
            "422 for every parameter it does not know (max_completion_tokens: use max_tokens)",
            "usage comes at the end of a stream without being asked for",
        ),
    ),
    _hosted(
        "moonshot",
        "https://api.moonshot.ai/v1",
        "MOONSHOT_API_KEY",
        stream_usage=True,
        vendor_fields=("partial", "video_url"),
        notes=("in China: https://api.moonshot.cn/v1", "usage of a stream is also in its last choice", "no embeddings"),
    ),
    _hosted(
        "openrouter",
        "https://openrouter.ai/api/v1",
        "OPENROUTER_API_KEY",
        stream_usage=False,
        vendor_fields=("cache_control", "video_url"),
        notes=(
            "usage is in every stream, asked for or not",
            "comments (': OPENROUTER PROCESSING') before the first event",
            "names your application when HTTP-Referer and X-Title are sent",
        ),
    ),
    _hosted(
        "qwen",
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        "DASHSCOPE_API_KEY",
        stream_usage=True,
        vendor_fields=("cache_control", "partial", "video_url"),
        notes=("in China: https://dashscope.aliyuncs.com/compatible-mode/v1",),
    ),
    _hosted(
        "together",
        "https://api.together.ai/v1",
        "TOGETHER_API_KEY",
        stream_usage=False,
        vendor_fields=("video_url",),
        notes=("older host: https://api.together.xyz/v1",),
    ),
    _hosted(
        "xai",
        "https://api.x.ai/v1",
        "XAI_API_KEY",
        stream_usage=False,
        notes=("no embeddings",),
    ),
    _own(
        "llama_cpp",
        "http://localhost:8080/v1",
        "LLAMA_API_KEY",
        notes=("serves the one model it was started with, whatever `model` says",),
    ),
    _own("lm_studio", "http://localhost:1234/v1", notes=("embeddings take text, not tokens",)),
    _own("ollama", "http://localhost:11434/v1", "OLLAMA_API_KEY", notes=("a key is ignored, but by its cloud",)),
    _own(
        "vllm",
        "http://localhost:8000/v1",
        "VLLM_API_KEY",
        vendor_fields=("video_url",),
        notes=("errors may be an object of their own",),
    ),
)
PROVIDERS: Mapping[str, Provider] = {row.name: row for row in _ROWS}
"""All rows, by name."""


_UNVERSIONED_HOSTS = (
    "api.githubcopilot.com",
    "api.perplexity.ai",
    "models.github.ai",
    "models.inference.ai.azure.com",
)
"""Hosts whose operations stand below what one gives, without a version between."""
_UNVERSIONED_PATHS = (
    ("", "/serving-endpoints"),  # Databricks, whatever its domain
    (".services.ai.azure.com", "/models"),
    (".cognitiveservices.azure.com", "/models"),
    ("", "/api"),  # Open WebUI, wherever somebody runs it
)
"""The same by the end of a host and the whole path."""


def takes_version(base_url: str) -> bool:
    """Whether operations of this server stand below a version (`/v1`), as most do; False where it is known that not."""
    parts = urlsplit(base_url)
    host, path = parts.hostname or "", parts.path.rstrip("/")
    if host in _UNVERSIONED_HOSTS:
        return False
    if any(row.host == host and "." in host and urlsplit(row.base_url).path.startswith(f"{path}/v") for row in _ROWS):
        return True  # a known server, whose version was left out
    return not any(host.endswith(end) and path == known for end, known in _UNVERSIONED_PATHS)


def find(name: object) -> Provider:
    """The provider of that name, or the one that was given; raises `ConfigurationError` for anything else."""
    if isinstance(name, Provider):
        return name
    row = PROVIDERS.get(name) if isinstance(name, str) else None
    if row is None:
        from typed_openai.core.request.faults import meant

        hint = meant(name, list(PROVIDERS), f"known are {', '.join(sorted(PROVIDERS))}")
        raise ConfigurationError(f"provider must be a name or a Provider, got {name!r}: {hint}")
    return row


def capabilities_of(host: str) -> Capabilities:
    """What is known of a server by its name alone."""
    if is_openai(host) or host.endswith(".openai.azure.com"):
        return OPENAI
    return next((row.capabilities for row in _ROWS if row.host == host and "." in host), UNKNOWN)


def caching_proxy(base_url: str | None = None, *, ttl: int | None = None, refresh: bool = False) -> Provider:
    """openai-caching-proxy-worker, which keeps OpenAI's answers to repeated requests.

    `base_url` is where yours runs (with the path `/proxy`); `ttl` is how many seconds answers are kept (default: for
    ever), `refresh=True` asks OpenAI again and replaces what is kept.
    """
    if ttl is not None and (type(ttl) is not int or ttl < 1):
        raise ConfigurationError(f"ttl must be a whole number of seconds above 0, got {ttl!r}")
    row = PROVIDERS["caching_proxy"]
    known = row if base_url is None else replace(row, base_url=base_url)
    headers = {"X-Proxy-TTL": None if ttl is None else str(ttl), "X-Proxy-Refresh": "true" if refresh else None}
    return known.sending(headers)


def helicone(*, cache: bool = False, properties: Mapping[str, str] | None = None) -> Provider:
    """Helicone before OpenAI, with its cache on, and with properties by which requests are found in its dashboard."""
    named = {f"Helicone-Property-{name}": value for name, value in (properties or {}).items()}
    return PROVIDERS["helicone"].sending({"Helicone-Cache-Enabled": "true" if cache else None, **named})


def velvet(*, cache: bool = False, metadata: Mapping[str, str] | None = None) -> Provider:
    """Velvet before OpenAI, with its cache on, and with metadata that is stored beside each request."""
    named = {f"velvet-metadata-{name}": value for name, value in (metadata or {}).items()}
    return PROVIDERS["velvet"].sending({"velvet-cache-enabled": "true" if cache else None, **named})


Region: TypeAlias = Literal["ae", "au", "eu", "in", "jp", "us"]
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")


def _part(name: str, value: object) -> str:
    """A part of an address, which changes no other part of it."""
    if not isinstance(value, str) or not _PART.fullmatch(value) or ".." in value:
        raise ConfigurationError(f"{name}: letters, digits, '-', '_', '.' and ':', got {value!r}")
    return value


def residency(region: Region) -> Provider:
    """OpenAI's own service in a region, where data stays: `ae`, `au`, `eu`, `in`, `jp`, `us`.

    The key is in `OPENAI_API_KEY`; the project has to be one of that region. Raises `ConfigurationError`.
    """
    if region not in get_args(Region):
        raise ConfigurationError(f"region: one of {', '.join(get_args(Region))}, got {region!r}")
    notes = ("the project has to be one of this region",)
    return _gateway(f"openai_{region}", f"https://{region}.api.openai.com/v1", notes=notes)


def cloudflare(account: str, gateway: str, *, compat: bool = False, authenticated: bool = False) -> Provider:
    """Cloudflare's AI Gateway before OpenAI; with `compat=True` before any maker, whom `model` names (`groq/...`).

    authenticated: the gateway wants a token of its own, which is in `CF_AIG_TOKEN`. Raises `ConfigurationError`.
    """
    made_of = f"{_part('account', account)}/{_part('gateway', gateway)}/{'compat' if compat else 'openai'}"
    token = {"cf-aig-authorization": "Bearer {CF_AIG_TOKEN}"} if authenticated else {}
    notes = ("compat has chat only; the key is that of the maker, or one that the gateway keeps (api_key=False)",)
    url = f"https://gateway.ai.cloudflare.com/v1/{made_of}"
    row = _gateway("cloudflare", url, secret_headers=token, api_version=False, notes=notes)
    return replace(row, capabilities=UNKNOWN, validation="warn", key_variables=()) if compat else row


def bedrock(region: str, *, runtime: bool = False, profile: str | None = None) -> Provider:
    """Amazon Bedrock in a region, with a key of Bedrock, which is in `AWS_BEARER_TOKEN_BEDROCK`; where there is none,
    requests are signed with the credentials that botocore finds (extra `[aws]`, `identity/aws.py`).

    runtime: the older address (`bedrock-runtime`, chat only). profile: of `~/.aws/config`, whose credentials sign; then
    no key is looked for. Raises `ConfigurationError`.
    """
    place = _part("region", region)
    host = f"bedrock-runtime.{place}.amazonaws.com" if runtime else f"bedrock-mantle.{place}.api.aws"
    notes = ("a key of Bedrock, or credentials of AWS, which sign each request",)
    url, variables = f"https://{host}/openai/v1", ("AWS_BEARER_TOKEN_BEDROCK",) if profile is None else ()
    signing = partial(_signing, place, "bedrock" if runtime else "bedrock-mantle", profile)
    return replace(_hosted("bedrock", url, *variables, stream_usage=True, notes=notes), identity=signing)


def _signing(region: str, service: str, profile: str | None) -> AWSSignature:
    from typed_openai.identity.aws import aws_signature

    return aws_signature(region, service, profile=profile)


def vertex(project: str, location: str = "global") -> Provider:
    """Models on Google's Vertex AI, with an access token of Google as the key.

    Without `api_key=` (a token, or a function that gives one: they last an hour) it is that of the application default
    credentials (extra `[google]`, `identity/google.py`). Raises `ConfigurationError`.
    """
    place = _part("location", location)
    host = "aiplatform.googleapis.com" if place == "global" else f"{place}-aiplatform.googleapis.com"
    url = f"https://{host}/v1/projects/{_part('project', project)}/locations/{place}/endpoints/openapi"
    notes = ("`model` names the maker too (google/gemini-2.5-flash)", "no key of Gemini: an access token of Google")
    made = _hosted("vertex", url, stream_usage=True, notes=notes)
    return replace(made, api_version=False, identity=_google_token)


def _google_token() -> TokenSource:
    from typed_openai.identity.google import google_access_token

    return google_access_token()
