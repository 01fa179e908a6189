"""The proxies of the environment, read as httpx reads them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from typed_openai.core.run.proxies import Proxies

PROXY = "http://proxy:3128"
URLS = (
    "http://example.com/",
    "https://example.com/",
    "https://example.com:8443/",
    "https://www.example.com/",
    "http://wwwexample.com/",
    "http://localhost:11434/",
    "http://localhost.example.com/",
    "http://127.0.0.1:8000/",
    "http://10.1.2.3/",
    "http://[::1]:8000/",
    "https://EXAMPLE.com/",
)
NO_PROXY = (
    "",
    "*",
    "example.com",
    ".example.com",
    "EXAMPLE.COM",
    "localhost",
    "127.0.0.1",
    "::1",
    "https://example.com",
    "all://*example.com",
    "https://example.com:8443",
    "localhost, 127.0.0.1 ,.example.com,",
    "com",
)


@pytest.mark.parametrize("exempt", NO_PROXY)
@pytest.mark.parametrize("names", [("HTTP_PROXY",), ("HTTPS_PROXY",), ("ALL_PROXY",), ("HTTP_PROXY", "HTTPS_PROXY")])
def test_a_url_has_the_proxy_that_httpx_gives_it(
    monkeypatch: pytest.MonkeyPatch, exempt: str, names: tuple[str, ...]
) -> None:
    for name in names:
        monkeypatch.setenv(name, PROXY)
    monkeypatch.setenv("NO_PROXY", exempt)
    ours, theirs = Proxies(), httpx.Client()
    for url in map(httpx.URL, URLS):
        transport: Any = theirs._transport_for_url(url)
        expected = PROXY if hasattr(transport._pool, "_proxy_url") or transport._pool._proxy else None
        assert ours.proxy_for(url.scheme, url.host, url.port) == expected, url
    theirs.close()


@pytest.mark.parametrize(
    ("exempt", "host", "expected"),
    [("10.0.0.0/8", "10.1.2.3", None), ("10.0.0.0/8", "11.1.2.3", PROXY), ("fd00::/8", "fd12::1", None)],
)
def test_a_network_needs_no_proxy_which_httpx_does_not_know(exempt: str, host: str, expected: str | None) -> None:
    assert Proxies({"all": PROXY, "no": exempt}).proxy_for("https", host, None) == expected


def test_a_proxy_without_a_scheme_is_an_http_one() -> None:
    assert Proxies({"https": "proxy:8080"}).proxy_for("https", "host", None) == "http://proxy:8080"
