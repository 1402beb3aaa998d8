# ruff: noqa: ANN401 - moto passes on what its own responses parsed, untyped
"""The emulated Route 53: moto's, with delegation sets, SOA and NS record sets as Route 53 makes them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import moto.route53.urls
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.route53.models import FakeZone, Route53Backend

MOST_ZONES = 32
PRIVATE_ZONE_SERVERS = (
    "ns-1536.awsdns-00.co.uk",
    "ns-0.awsdns-00.com",
    "ns-1024.awsdns-00.org",
    "ns-512.awsdns-00.net",
)
SUFFIXES = ("com", "net", "org", "co.uk")


def delegation_set(index: int) -> tuple[str, ...]:
    """The four name servers of the n-th zone: one of each TLD, numbered as Amazon does, different for every zone."""
    steps = ((37, 132), (53, 201), (29, 77), (61, 68))
    places = [(factor * index + first) % 512 for factor, first in steps]
    return tuple(
        f"ns-{512 * group + place}.awsdns-{place // 8:02d}.{SUFFIXES[group]}" for group, place in enumerate(places)
    )


def possible_name_servers() -> tuple[str, ...]:
    """Every name that a delegation set can hold."""
    return tuple(name for index in range(MOST_ZONES) for name in delegation_set(index)) + PRIVATE_ZONE_SERVERS


class LabRoute53(Route53Backend):
    """The account's Route 53."""

    def __init__(self, region_name: str, account_id: str) -> None:
        """Start without zones."""
        super().__init__(region_name, account_id)
        self._made = 0 if account_id == DEFAULT_ACCOUNT_ID else MOST_ZONES // 2

    @property
    def _url_module(self) -> ModuleType:
        return moto.route53.urls

    def create_hosted_zone(self, name: str, private_zone: bool, *args: Any, **kwargs: Any) -> FakeZone:
        """Create a zone with a delegation set of its own; private zones all have the same reserved names."""
        zone = super().create_hosted_zone(name, private_zone, *args, **kwargs)
        servers = PRIVATE_ZONE_SERVERS if private_zone else delegation_set(self._made % MOST_ZONES)
        self._made += 1
        if zone.delegation_set is not None:
            zone.delegation_set.name_servers = list(servers)
        zone.rrsets = []
        absolute = [f"{server}." for server in servers]
        soa = f"{absolute[0]} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
        zone.add_rrset({"Name": zone.name, "Type": "NS", "TTL": 172800, "ResourceRecords": absolute})
        zone.add_rrset({"Name": zone.name, "Type": "SOA", "TTL": 900, "ResourceRecords": [soa]})
        return zone
