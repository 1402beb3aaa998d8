"""Which certificate a listener serves: chosen by the name that the client sends (SNI, RFC 6066 section 3)."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeAlias

from cryptography import x509

from albdoctor.lab.tls import NEWEST, OLD, accept_old, server_context

CertificateFor: TypeAlias = Callable[[str], tuple[str, str]]
"""Gives the files of an ACM certificate: the chain and the key, both PEM."""


class Certificates:
    """TLS contexts of certificates, each loaded once."""

    def __init__(self, certificate_for: CertificateFor) -> None:
        """Take files from the lab's certificate authority."""
        self._certificate_for = certificate_for
        self._loaded: dict[tuple[tuple[str, str], frozenset[str]], ssl.SSLContext] = {}

    def context(self, arns: Sequence[str], protocols: Collection[str] = ()) -> ssl.SSLContext:
        """A context for a new connection that starts with the default certificate; without one every handshake fails.

        `protocols` are those of the listener's policy; empty: what servers offer today.
        """
        if not arns:
            return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        default, *_ = listed = [self._certificate_for(arn) for arn in arns]
        context = _server_context(default, protocols)

        def choose(connection: ssl.SSLObject, name: str | None, _first: ssl.SSLContext) -> None:
            fitting = next((files for files in listed if name and covers(_names(files[0]), name)), default)
            connection.context = self._load(fitting, frozenset(protocols))

        context.sni_callback = choose
        return context

    def _load(self, files: tuple[str, str], protocols: frozenset[str]) -> ssl.SSLContext:
        if (files, protocols) not in self._loaded:
            self._loaded[files, protocols] = _server_context(files, protocols)
        return self._loaded[files, protocols]


def covers(names: Sequence[str], host: str) -> bool:
    """Whether one of a certificate's names is the host, or a wildcard for its first label (RFC 9525 section 6.3)."""
    wanted = host.lower().rstrip(".")
    return any(name == wanted or (name.startswith("*.") and name[2:] == wanted.partition(".")[2]) for name in names)


def _names(chain: str) -> list[str]:
    leaf = x509.load_pem_x509_certificates(Path(chain).read_bytes())[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [name.lower() for name in names.get_values_for_type(x509.DNSName)]


def _server_context(files: tuple[str, str], protocols: Collection[str]) -> ssl.SSLContext:
    context = server_context(*files)
    if OLD in protocols:
        accept_old(context, newest=NEWEST in protocols)
    context.set_alpn_protocols(["http/1.1"])
    return context
