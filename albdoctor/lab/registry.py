"""The registry of the lab: which domains are registered, with whom, on which name servers."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

NOT_AGAIN = "client transfer prohibited"


@dataclass(frozen=True)
class Registrar:
    """A registrar as registries know it; `iana_id` from the IANA registrar id list."""

    name: str
    iana_id: int
    url: str
    default_nameservers: tuple[str, ...] = ()


CLOUDFLARE = Registrar("Cloudflare, Inc.", 1910, "https://www.cloudflare.com")
AMAZON = Registrar("Amazon Registrar, Inc.", 468, "https://registrar.amazon.com")
GABIA = Registrar("Gabia, Inc.", 244, "http://www.gabia.co.kr", ("ns.gabia.co.kr", "ns1.gabia.co.kr"))


def _years(count: float) -> datetime:
    """A day that many years from today, at midnight UTC."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=round(365 * count))


@dataclass(frozen=True)
class Domain:
    """One registration. Statuses in RDAP wording ("client hold")."""

    name: str
    registrar: Registrar = GABIA
    nameservers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = (NOT_AGAIN,)
    created: datetime = field(default_factory=lambda: _years(-2))
    changed: datetime = field(default_factory=lambda: _years(-0.1))
    expires: datetime = field(default_factory=lambda: _years(1))
    ds: tuple[str, ...] = ()
    """DS records that the registry puts beside the delegation."""
    in_zone: tuple[str, ...] | None = None
    """What the TLD's zone names where it is not what was entered: an older set, or none; None: it is the same."""

    @property
    def tld(self) -> str:
        """The zone that delegates the domain: everything after its first label."""
        return self.name.partition(".")[2]

    @property
    def delegated(self) -> tuple[str, ...]:
        """The servers that the TLD's zone names."""
        return self.nameservers if self.in_zone is None else self.in_zone

    @property
    def published(self) -> bool:
        """Whether the registry puts it into the zone of the TLD (RFC 5731 section 2.3)."""
        return bool(self.delegated) and not {"client hold", "server hold"} & set(self.statuses)


class Registry:
    """All registrations; every server of the lab reads them live. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start without any domain."""
        self._lock = threading.Lock()
        self._domains: dict[str, Domain] = {}

    def register(self, domain: Domain) -> None:
        """Register a domain, or replace its registration."""
        with self._lock:
            self._domains[domain.name] = domain

    def drop(self, name: str) -> None:
        """Delete a registration; a `KeyError` when there is none."""
        with self._lock:
            del self._domains[name]

    def set_nameservers(self, name: str, nameservers: tuple[str, ...]) -> None:
        """Do what a person does in the registrar's panel: type these name servers and save."""
        typed = tuple(server.strip().lower().rstrip(".") for server in nameservers)
        with self._lock:
            before = self._domains[name]
            self._domains[name] = replace(before, nameservers=typed, in_zone=None, changed=datetime.now(UTC))

    def find(self, name: str) -> Domain | None:
        """Find the registration of exactly this domain."""
        with self._lock:
            return self._domains.get(name)

    def all(self) -> tuple[Domain, ...]:
        """List every registration."""
        with self._lock:
            return tuple(self._domains.values())

    def holder_of(self, name: str) -> Domain | None:
        """Find the registration that a name belongs to: its own or that of a domain above it."""
        labels = name.split(".")
        found = (self.find(".".join(labels[start:])) for start in range(len(labels)))
        return next((domain for domain in found if domain is not None), None)

    def under(self, tld: str) -> tuple[Domain, ...]:
        """List the registrations directly under a TLD."""
        with self._lock:
            return tuple(domain for domain in self._domains.values() if domain.tld == tld)

    def nameservers(self) -> frozenset[str]:
        """List every name server that any registration names."""
        with self._lock:
            return frozenset(server for domain in self._domains.values() for server in domain.nameservers)
