"""The listeners that `https://host` reaches, each with its certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from albdoctor.derive.certificate.coverage import entry_of
from albdoctor.derive.needs import derivation
from albdoctor.facts.elb import Listener, ListenerCertificates, Listeners, ListenersCertificates
from albdoctor.facts.known import Unknown


class HttpsListener(Struct, frozen=True, kw_only=True):
    """An HTTPS:443 listener."""

    listener: Listener
    entry: ListenerCertificates
    """Its default certificate and its SNI list."""


HttpsListeners: TypeAlias = tuple[HttpsListener, ...]


@derivation
def https_listeners(
    listeners: Listeners, listeners_certificates: ListenersCertificates
) -> Iterator[HttpsListener | Unknown]:
    """Give each HTTPS:443 listener its certificates; a gap where they were not read."""
    for listener in listeners:
        if listener.port == 443 and listener.protocol == "HTTPS":
            entry = entry_of(listener, listeners_certificates)
            yield entry if isinstance(entry, Unknown) else HttpsListener(listener=listener, entry=entry)
