"""Hosted zones of a name and its ancestors (Route 53, 2013-04-01)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.calls import absent_when
from albdoctor.collect.aws.complete import read_complete
from albdoctor.collect.gaps import NotAnsweredError, member
from albdoctor.derive.names import ancestors, plain
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.route53 import HostedZone, HostedZones

LIST = "route53:ListHostedZonesByName"
GET = "route53:GetHostedZone"
MOST_ZONES_OF_A_NAME = 100
"""`ListHostedZonesByName` answers at most this many at once."""


def _nothing(_zone_id: str, _name: str) -> None:
    """Nobody listens."""


async def hosted_zones(
    account: Account, host: str, registrable: str, on_listed: Callable[[str, str], None] = _nothing
) -> HostedZones:
    """Every zone, public and private, of the host's name or an ancestor, with its delegation set and VPCs.

    `on_listed` hears of each zone's id and name before its details are asked for.
    """
    names = ancestors(host, registrable)
    listed = await asyncio.gather(*(_zones_named(account, name) for name in names))
    ids = {zone_id: name for name, zone_ids in zip(names, listed, strict=True) for zone_id in zone_ids}
    for zone_id, name in ids.items():
        on_listed(zone_id, name)
    details = await asyncio.gather(*(_zone(account, zone_id) for zone_id in ids))
    return tuple(zone for zone in details if zone is not None)


async def every_zone(account: Account) -> tuple[Mapping[str, Any], ...]:
    """All hosted zones of an account, as Route 53 lists them."""
    region = await account.global_region()
    found: dict[str, Mapping[str, Any]] = {}
    start: dict[str, Any] = {}
    while True:
        answer = await account.call(
            "route53", "ListHostedZonesByName", region, MaxItems=str(MOST_ZONES_OF_A_NAME), **start
        )
        fresh = {_zone_id(zone): zone for zone in member(answer, "HostedZones", LIST) if _zone_id(zone) not in found}
        found |= fresh
        if not _goes_on(answer):
            return tuple(found.values())
        if not fresh:
            detail = "unexpected answer: the list of hosted zones does not end"
            raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=LIST, detail=detail))
        start = {"DNSName": member(answer, "NextDNSName", LIST), "HostedZoneId": answer.get("NextHostedZoneId", "")}


async def know_zones(account: Account, listed: tuple[Mapping[str, Any], ...], names: Iterable[str]) -> None:
    """All zones are listed: which ones have these names need not be asked any more."""
    region = await account.global_region()
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for zone in listed:
        by_name.setdefault(plain(member(zone, "Name", LIST)), []).append(zone)
    for name in names:
        answer = {"HostedZones": by_name.get(name, []), "IsTruncated": False}
        asked = {"MaxItems": str(MOST_ZONES_OF_A_NAME), "DNSName": name}
        account.know("route53", "ListHostedZonesByName", region, answer, **asked)


def names(listed: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """Names of listed zones, private ones too."""
    return tuple(plain(member(zone, "Name", LIST)) for zone in listed)


def public_ids(listed: tuple[Mapping[str, Any], ...]) -> tuple[str, ...]:
    """Ids of the public ones among listed zones."""
    return tuple(_zone_id(zone) for zone in listed if not zone.get("Config", {}).get("PrivateZone"))


async def _zones_named(account: Account, name: str) -> tuple[str, ...]:
    """Ids of the zones of exactly this name: the list is sorted by name, so stop when another one comes."""
    region = await account.global_region()
    found: list[str] = []
    start: dict[str, Any] = {"DNSName": name}
    while True:
        answer = await account.call(
            "route53", "ListHostedZonesByName", region, MaxItems=str(MOST_ZONES_OF_A_NAME), **start
        )
        zones = member(answer, "HostedZones", LIST)
        ours = [zone for zone in zones if plain(member(zone, "Name", LIST)) == name]
        fresh = [_zone_id(zone) for zone in ours if _zone_id(zone) not in found]
        found += fresh
        names_pass = len(ours) < len(zones) or not _goes_on(answer)
        # A server that gives the same page again would keep us here for ever.
        if names_pass or not fresh or plain(member(answer, "NextDNSName", LIST)) != name:
            return tuple(found)
        start = {"DNSName": name, "HostedZoneId": answer.get("NextHostedZoneId", "")}


async def _zone(account: Account, zone_id: str) -> HostedZone | None:
    """One zone; None when it was deleted meanwhile."""
    region = await account.global_region()
    answer = await account.call("route53", "GetHostedZone", region, absent=absent_when("NoSuchHostedZone"), Id=zone_id)
    return _zone_of(answer) if answer else None


def _zone_of(answer: Mapping[str, Any]) -> HostedZone:
    zone = member(answer, "HostedZone", GET)
    config = zone.get("Config", {})
    servers = answer.get("DelegationSet", {}).get("NameServers", ())
    return read_complete(
        {
            "id": _zone_id(zone),
            "name": plain(member(zone, "Name", GET)),
            "private": config.get("PrivateZone", False),
            "name_servers": [plain(server) for server in servers] if not config.get("PrivateZone") else [],
            "vpcs": answer.get("VPCs", []),
            "comment": config.get("Comment", ""),
        },
        HostedZone,
        GET,
    )


def _goes_on(answer: Mapping[str, Any]) -> bool:
    """Whether zones follow; a page that is not full is the last one, also where an emulator does not say so."""
    full = len(member(answer, "HostedZones", LIST)) >= MOST_ZONES_OF_A_NAME
    return bool(member(answer, "IsTruncated", LIST) if full else answer.get("IsTruncated"))


def _zone_id(zone: Mapping[str, Any]) -> str:
    return str(member(zone, "Id", LIST)).removeprefix("/hostedzone/")
