"""TLS settings of a host: the trusted authorities and the client certificate."""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from layerscope.display import display
from layerscope.errors import UsageError
from layerscope.registry.http.lean_httpx import httpx


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """The TLS settings of a host; the authorities are added to the ones of the system."""

    verify: bool = True
    ca_files: tuple[Path, ...] = ()
    client_certificate: tuple[Path, Path] | None = None
    """The PEM files of the certificate and its key."""


def ssl_context(settings: TlsSettings) -> ssl.SSLContext:
    """The context for these settings: TLS 1.2 at least; raises `UsageError` if a file cannot be used."""
    context = _trusting() if settings.verify else httpx.create_ssl_context(verify=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for file in settings.ca_files:
        try:
            context.load_verify_locations(cafile=file)
        except (OSError, ssl.SSLError) as error:
            shown = display(str(file), limit=200)
            raise UsageError(f"`{shown}` cannot be used as a CA file: {_reason(error)}") from error
    if settings.client_certificate:
        certificate, key = settings.client_certificate
        try:
            context.load_cert_chain(certificate, key, password="")
        except (OSError, ssl.SSLError) as error:
            shown = display(str(certificate), limit=200)
            raise UsageError(f"`{shown}` cannot be used as a client certificate: {_reason(error)}") from error
    return context


def certificates_of(host: str, directories: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Path, Path] | None]:
    """The files of a host in `certs.d` directories: authorities `*.crt`, a client certificate `*.cert` and its `*.key`.

    A host has no slash, so it is a safe directory name unless it starts with a dot.
    Raises `UsageError` for a certificate without a key, as Docker does.
    """
    own = [directory / host for directory in directories if not host.startswith(".")]
    authorities = tuple(file for directory in own for file in sorted(directory.glob("*.crt")))
    pairs = [(file, file.with_suffix(".key")) for directory in own for file in sorted(directory.glob("*.cert"))]
    for certificate, key in pairs:
        if not key.exists():
            shown = display(str(certificate), limit=200)
            raise UsageError(
                f"the client certificate `{shown}` has no key: there is no `{display(key.name)}` beside it"
            )
    return authorities, next(iter(pairs), None)


def _trusting() -> ssl.SSLContext:
    """A context with the authorities of the system or SSL_CERT_FILE; if there are none, the ones in httpx."""
    context = ssl.create_default_context()
    if context.cert_store_stats()["x509_ca"]:
        return context
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise UsageError(f"SSL_CERT_FILE or SSL_CERT_DIR cannot be used: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return "it is not valid PEM" if isinstance(error, ssl.SSLError) else error.strerror or "it cannot be read"
