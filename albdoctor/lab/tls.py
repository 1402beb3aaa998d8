"""TLS contexts of the lab: servers that ask clients for nothing, and clients that believe anybody."""

from __future__ import annotations

import ssl
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
