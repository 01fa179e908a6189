"""Which certificates are trusted (`ca_bundle`), and which one a client shows to say who it is (`client_cert`, mTLS).

Rules
* Both are read when the first connection is made. What cannot be used is a `ConfigurationError` that names the file and
  says what is wrong with it; the password of a key is in no message.
* The certificate is shown to the server that a request was made for: not to a proxy, not to the host that a redirect
  leads to, not to a stranger whose URL stands in an answer. `guest` is the context for those.
* OpenSSL is never let ask for a password on the terminal: a key that needs one and has none is refused.
* Without either setting there is one context per process: loading certificates costs more than a request.

Weak spots: a certificate that is replaced on disk is read by the next client, not by this one. A key in a chip or in a
store of the system cannot be named here: that is an `ssl.SSLContext` of an `http_client` of the user's own.
"""

from __future__ import annotations

import functools
import os
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.marks import ANONYMOUS, FIRST_URL
from typed_openai.core.run.native import default_tls
from typed_openai.core.setting_types import is_path
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.setting_types import ClientCert, FilePath

_REFUSALS = ("ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE_", "ALERT_UNSUPPORTED_CERTIFICATE", "ALERT_UNKNOWN_CA")
"""Parts of what OpenSSL calls alerts that can only be about the certificate of the side that gets them."""
_KEY_IS_OF_ANOTHER = "KEY_VALUES_MISMATCH"
_HASHED = re.compile(r"[0-9a-f]{8}\.\d+")
_PKCS12 = b"\x30\x82"
"""How a file begins that holds a key and certificates in the way of PKCS#12 (`.p12`, `.pfx`), or one of them as DER."""


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """One per process, for clients that were told nothing of certificates."""
    return default_tls()


class TLS:
    """How a client speaks TLS."""

    def __init__(self, client_cert: ClientCert | None = None, ca_bundle: FilePath | None = None) -> None:
        self._client_cert = client_cert
        self._ca_bundle = ca_bundle
        self.shows: bool = client_cert is not None
        """Whether there is a certificate to show."""

    @functools.cached_property
    def guest(self) -> ssl.SSLContext:
        """For connections on which nobody is told who asks."""
        return self._trusting()

    @functools.cached_property
    def own(self) -> ssl.SSLContext:
        """For connections to the server that requests are made for."""
        if self._client_cert is None:
            return self.guest
        context = self._trusting(fresh=True)
        _show(context, *parts(self._client_cert))
        return context

    def _trusting(self, fresh: bool = False) -> ssl.SSLContext:
        if self._ca_bundle is not None:
            return _trusting(Path(self._ca_bundle))
        try:
            return default_tls() if fresh else ssl_context()
        except OSError as error:
            raise ConfigurationError(f"no certificates: {error}; check SSL_CERT_FILE and SSL_CERT_DIR") from error

    def is_guest(self, request: Any) -> bool:
        """Whether a request (of httpx) is not for the server that the certificate is for."""
        if not self.shows:
            return False
        first = request.extensions.get(FIRST_URL)
        return ANONYMOUS in request.extensions or (first is not None and place(request.url) != place(first))


def tls_failure(error: ssl.SSLError) -> tuple[str, str, str, bool]:
    """What a failure of TLS is about: kind, cause, hint, and whether trying again is pointless."""
    reason = str(getattr(error, "reason", None) or error)
    if "CERTIFICATE_REQUIRED" in reason:
        return "tls", "the server wants a client certificate", "pass client_cert=(certificate, key)", True
    if any(alert in reason for alert in _REFUSALS):
        hint = "is client_cert one that it knows, and that holds today?"
        return "tls", f"the server refuses the client certificate ({reason})", hint, True
    if "HANDSHAKE_FAILURE" in reason:
        return "tls", f"TLS failed ({reason})", "does the server want a client certificate (client_cert=...)?", False
    return "tls", f"TLS failed ({reason})", "is this an https port?", False


def place(url: Any) -> tuple[str, str, int | None]:
    """Scheme, host and port: what a credential is for."""
    return url.scheme, url.host, url.port


def parts(client_cert: ClientCert) -> tuple[FilePath, FilePath | None, str | None]:
    """The file of the certificate, that of its key (None: the same) and the password of the key (None: it has none)."""
    if isinstance(client_cert, tuple):
        return client_cert[0], client_cert[1], client_cert[2] if len(client_cert) > 2 else None
    return client_cert, None, None


def check_certificates(client_cert: object, ca_bundle: object) -> None:
    """Refuse what names no files."""
    if client_cert is not None and not _names_files(client_cert):
        given = type(client_cert).__name__
        if isinstance(client_cert, tuple):  # not shown: one of them may be a password
            given = f"a tuple of {', '.join(type(each).__name__ for each in client_cert) or 'nothing'}"
        raise ConfigurationError(
            "client_cert must be the path of a file with certificate and key, (certificate, key) or (certificate, key, "
            f"password), got {given}"
        )
    if ca_bundle is not None and not is_path(ca_bundle):
        raise ConfigurationError(
            f"ca_bundle must be the path of a file of certificates, or of a folder, got {type(ca_bundle).__name__}"
        )


def _names_files(client_cert: object) -> bool:
    if not isinstance(client_cert, tuple):
        return is_path(client_cert)
    if len(client_cert) not in (2, 3) or not all(map(is_path, client_cert[:2])):
        return False
    return len(client_cert) == 2 or client_cert[2] is None or isinstance(client_cert[2], str)


def _trusting(bundle: Path) -> ssl.SSLContext:
    """A context that trusts these certificates, and no others."""
    if bundle.is_dir():
        if not any(_HASHED.fullmatch(name) for name in os.listdir(bundle)):
            raise ConfigurationError(
                f"ca_bundle: no certificate in {bundle} is named by its hash, as OpenSSL looks for them: "
                f"openssl rehash {bundle}"
            )
        return ssl.create_default_context(capath=os.fspath(bundle))
    _contents("ca_bundle", bundle)
    try:
        return ssl.create_default_context(cafile=os.fspath(bundle))
    except OSError as error:
        raise ConfigurationError(
            f"ca_bundle: {bundle} has no certificates that can be read ({_reason(error)}): a file with lines "
            "-----BEGIN CERTIFICATE----- (PEM) is expected"
        ) from error


def _show(context: ssl.SSLContext, certificate: FilePath, key: FilePath | None, password: str | None) -> None:
    """Let connections of this context show a certificate."""
    cert_file, key_file = Path(certificate), Path(certificate if key is None else key)
    told = _contents("client_cert", cert_file)
    _expect(b"CERTIFICATE-----", told, cert_file, "certificate")
    key_told = told if key is None else _contents("client_cert", key_file)
    _expect(b"PRIVATE KEY-----", key_told, key_file, "private key")
    asked: list[bool] = []

    def say() -> str:
        asked.append(True)
        return password or ""

    try:
        context.load_cert_chain(cert_file, key_file, say)
    except (OSError, ValueError) as error:
        raise ConfigurationError(_unusable(error, cert_file, key_file, bool(asked), password is not None)) from error


def _unusable(error: Exception, cert_file: Path, key_file: Path, asked: bool, has_password: bool) -> str:
    if _reason(error) == _KEY_IS_OF_ANOTHER:
        return f"client_cert: the key in {key_file} is not that of the certificate in {cert_file}"
    if asked and not has_password:
        return (
            f"client_cert: the key in {key_file} is encrypted: pass client_cert=(certificate, key, password), or set "
            "OPENAI_CLIENT_KEY_PASSWORD"
        )
    if asked:
        return f"client_cert: the password does not open the key in {key_file}"
    return f"client_cert: OpenSSL takes neither {cert_file} nor {key_file} as they are ({_reason(error)})"


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error)


def _contents(setting: str, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{setting}: {file} cannot be read ({error.strerror or error})") from error


def _expect(mark: bytes, contents: bytes, file: Path, what: str) -> None:
    if mark in contents:
        return
    hint = f"a file with a line of -----BEGIN {what.upper()}----- or the like (PEM) is expected"
    if contents.startswith(_PKCS12):
        hint = f"it is not PEM: convert it (openssl pkcs12 -in {file.name} -out client.pem), and name that file"
    raise ConfigurationError(f"client_cert: {file} has no {what}: {hint}")
