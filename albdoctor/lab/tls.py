"""TLS contexts of the lab: servers that ask clients for nothing, and clients that believe anybody."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path


def server_context(chain: str | Path, key: str | Path | None = None) -> ssl.SSLContext:
    """Serve the certificates of a PEM file; the key stands in the same file, or in one of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def unverified() -> ssl.SSLContext:
    """Take any certificate: neither a load balancer's nodes nor the lab's own visitors verify one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


OLD, NEWEST = "TLSv1.1", "TLSv1.3"
"""As the API names versions."""


def accept_old(context: ssl.SSLContext, *, newest: bool) -> None:
    """Let a server accept TLS 1.0 and 1.1 with their ciphers too; without `newest` nothing above 1.2."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that they are old is what the lab shows
        context.minimum_version = ssl.TLSVersion.TLSv1
    if not newest:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ALL:@SECLEVEL=0")
