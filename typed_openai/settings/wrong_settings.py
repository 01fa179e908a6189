"""A setting that is not one: what it is called here, by one table and by likeness. Loaded when somebody passes such a
name.

The tables have what settings are called in the official package (of today and before 1.0), in the Ruby gem, in the
environment and in LangChain. Every name that they send somebody to exists: `tests/test_wrong_names.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection

OLD_SETTINGS = {
    "api_base": "base_url",
    "access_token": "api_key",
    "uri_base": "base_url",
    "admin_token": "admin_api_key",
    "admin_key": "admin_api_key",
    "openai_admin_key": "admin_api_key",
    "organization_id": "organization",
    "request_timeout": "timeout",
    "extra_headers": "default_headers",
    "headers": "default_headers",
    "extra_query": "default_query",
    "api_key_path": "api_key",
    "key": "api_key",
    "token": "api_key",
    "openai_api_key": "api_key",
    "openai_api_base": "base_url",
    "openai_organization": "organization",
    "host": "base_url",
    "url": "base_url",
    "endpoint": "base_url",
    "retries": "max_retries",
    "azure_deployment_name": "azure_deployment",
    "deployment": "azure_deployment",
    "deployment_id": "azure_deployment",
    "engine": "azure_deployment",
    "log": "log_errors",
    "debug": "log_errors",
    "_strict_response_validation": "strict_responses",
}
"""Settings under their names of before 1.0, of the Ruby gem, of the environment, of LangChain."""


PROXY = "the environment (HTTPS_PROXY), or http_client=httpx.Client(proxy=...)"


ELSEWHERE = {
    "proxies": PROXY,
    "proxy": PROXY,
    "connection_pool_limits": "http_client=httpx.Client(limits=...)",
    "limits": "http_client=httpx.Client(limits=...)",
    "verify": "ca_bundle=..., the environment (SSL_CERT_FILE), or http_client=httpx.Client(verify=...)",
    "verify_ssl_certs": "ca_bundle=..., or http_client=httpx.Client(verify=...)",
    "ca_bundle_path": "ca_bundle=..., or the environment (OPENAI_CA_BUNDLE, SSL_CERT_FILE)",
    "cert": "client_cert=...",
    "auth": "http_client=httpx.Client(auth=...)",
    "session": "http_client=httpx.Client(...)",
    "requestssession": "http_client=httpx.Client(...)",
    "aiosession": "http_client=httpx.AsyncClient(...)",
    "model": "a parameter of each call: client.chat.completions.create(model=...)",
    "temperature": "a parameter of each call: client.chat.completions.create(temperature=...)",
    "workload_identity": "api_key=a function that returns the token",
    "data_residency": "base_url=...",
    "websocket_base_url": "base_url=...: client.with_options(base_url=...).realtime.connect(...)",
    "_enforce_credentials": "api_key=False for a server that needs none",
}
"""What is not a setting here, and what does the same."""


def near(name: str, names: Collection[str], before: str = "") -> str:
    """`did you mean ...?`, or nothing."""
    from difflib import get_close_matches

    for likely in get_close_matches(name.lower(), [each.lower() for each in names], 1, 0.65):
        return f"did you mean {before}{next(each for each in names if each.lower() == likely)}?"
    return ""


def no_setting(where: str, name: str, names: Collection[str]) -> TypeError:
    """The error for a keyword argument that `OpenAI(...)`, `with_options` or `configure` does not have."""
    if name in ELSEWHERE:
        return TypeError(f"{where}() has no setting {name!r}: {ELSEWHERE[name]}")
    meant = OLD_SETTINGS.get(name)
    hint = f"did you mean {meant!r}?" if meant in names else _near_quoted(name, names)
    return TypeError(f"{where}() has no setting {name!r}{': ' + hint if hint else '; it takes ' + ', '.join(names)}")


def _near_quoted(name: str, names: Collection[str]) -> str:
    return re.sub(r"mean (\w+)", r"mean '\1'", near(name, names))
