"""Registrars: which one holds the domain, and whose default name servers these are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from albdoctor.derive.dns.registrar_table import PARKINGS, REGISTRARS, Parking, Registrar
from albdoctor.derive.names import plain
from albdoctor.derive.needs import derivation
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.registration import RegisteredDomains, Registration

PUBLISHED_WITHIN = timedelta(days=2)
"""A registry publishes within minutes, some within hours: what it has had for longer is no change under way."""


class Holder(Struct, frozen=True, kw_only=True):
    """Who holds the registration of the domain, as far as it is known."""

    registration: Registration | None
    """None: registration data could not be read."""
    in_account: bool
    """Route 53 Domains of the scanned account holds it."""
    holds: tuple[str, ...] = ()
    """The statuses by which it is taken out of DNS, as the registry tells them, else Route 53 Domains."""
    lapsed: tuple[str, ...] = ()
    """Those by which it awaits a restore, or its deletion."""
    locks: tuple[str, ...] = ()
    """Those by which the registry refuses other name servers, whoever asks for them."""
    own_locks: tuple[str, ...] = ()
    """Those by which it refuses them until the registrar, which set them, takes them away (RFC 5731 section 2.3)."""
    entered: tuple[str, ...] = ()
    """The name servers that Route 53 Domains of the account has for it, sorted."""

    @property
    def taken_out(self) -> bool:
        """Whether it is out of DNS whatever its name servers are."""
        return bool(self.holds or self.lapsed)

    def has(self, name_servers: Iterable[str], now: datetime) -> bool:
        """Whether the account, or of late the registry, has just these name servers for it."""
        wanted = tuple(sorted(name_servers))
        known = self.registration
        if known is None or tuple(sorted(known.nameservers)) != wanted:
            return self.entered == wanted
        return known.changed is None or now - known.changed <= PUBLISHED_WITHIN

    @property
    def names_none(self) -> bool:
        """Whether registration data was seen to have no name server: a terse WHOIS answer may leave them out."""
        known = self.registration
        if known is None or not known.registered:
            return self.in_account and not self.entered
        inactive = any(_is_one(one, INACTIVE) for one in known.statuses)
        whole = known.source == "rdap" or known.created is not None or known.expires is not None
        return inactive or (whole and not known.nameservers)

    @property
    def fixed(self) -> Registrar | None:
        """The registrar, where it is one that admits no name servers but its own."""
        registrar = registrar_named(self.registration) if self.registration and not self.in_account else None
        return None if registrar is None or registrar.changeable else registrar


@derivation
def holder(registration: Observed[Registration], registered_domains: Observed[RegisteredDomains]) -> Holder:
    """Tell who holds the registration."""
    own = registered_domains.value if isinstance(registered_domains, Known) else ()
    known = registration.value if isinstance(registration, Known) else None
    told = known.statuses if known else tuple(status for one in own for status in one.status_list)
    holds, lapsed, locks, own_locks = (
        tuple(one for one in told if _is_one(one, of)) for of in (HOLDS, LAPSED, LOCKS, OWN_LOCKS)
    )
    entered = tuple(sorted(plain(server.name) for one in own for server in one.nameservers))
    return Holder(
        registration=known,
        in_account=bool(own),
        holds=holds,
        lapsed=lapsed,
        locks=locks,
        own_locks=own_locks,
        entered=entered,
    )


HOLDS = ("clienthold", "serverhold")
LAPSED = ("redemptionperiod", "pendingdelete", "pendingrestore")
"""Statuses in which no setting of the domain can be changed."""
LOCKS = ("serverupdateprohibited", "pendingtransfer")
OWN_LOCKS = ("clientupdateprohibited",)
INACTIVE = ("inactive",)
"""The registry delegates it to nobody (RFC 5731 section 2.3)."""


def _is_one(status: str, of: tuple[str, ...]) -> bool:
    """Whether a status is one of these, in any of its spellings."""
    return status.lower().replace(" ", "").startswith(of)


def registrar_named(registration: Registration) -> Registrar | None:
    """Find the registrar that holds the domain, by its IANA id, else by its name; None: not in the table."""
    name = registration.registrar.lower()
    by_id = (known for known in REGISTRARS if registration.registrar_iana_id in known.iana_ids)
    by_name = (known for known in REGISTRARS if any(word in name for word in known.words))
    return next(by_id, None) or next(by_name, None)


def default_registrar(nameservers: Iterable[str]) -> Registrar | None:
    """Find the registrar whose default name servers are among these; None: they are nobody's default."""
    names = tuple(nameservers)
    return next((known for known in REGISTRARS if _any_fits(known.nameservers, names)), None)


def parking_of(nameservers: Iterable[str]) -> Parking | None:
    """Find the parking service whose name servers are among these; None: it is none that we know."""
    names = tuple(nameservers)
    return next((known for known in PARKINGS if _any_fits(known.nameservers, names)), None)


def _any_fits(patterns: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return any(_fits(pattern, name) for pattern in patterns for name in names)


def _fits(pattern: str, name: str) -> bool:
    """`*` never crosses a dot, so that `ns*.gabia.co.kr` is not found inside another host's name."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^.]*"), plain(name)) is not None
