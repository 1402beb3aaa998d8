"""Draws the faults of a scan by lot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from tests.faults import absurd, aws_proxy, names, streams
from tests.faults.fault import Area, Fault
from tests.faults.rig import Place, Targets

MOST = 3
"""Faults of one scan."""


def draw(targets: Targets, lot: Random) -> tuple[Fault, ...]:
    """Draw one to three faults; several of one area do not share a place."""
    return tuple(draw_one(targets, lot) for _ in range(lot.randint(1, MOST)))


def draw_one(targets: Targets, lot: Random) -> Fault:
    """Draw an area, then a kind, then a place."""
    area = lot.choices(list(Area), weights=(5, 3, 4, 1))[0]
    ways: Mapping[Area, Callable[[Targets, Random], tuple[str, tuple[str, ...]]]] = {
        Area.AWS: _aws,
        Area.DNS: _dns,
        Area.WEB: _web,
        Area.REGISTRATION: _registration,
    }
    kind, where = ways[area](targets, lot)
    return Fault(area, kind, where, f"{lot.getrandbits(64):x}")


def _aws(targets: Targets, lot: Random) -> tuple[str, tuple[str, ...]]:
    operation = lot.choice(targets.operations)
    service = operation.partition(":")[0]
    where = lot.choices((operation, f"{service}:*", "*:*"), weights=(6, 2, 1))[0]
    return lot.choice(aws_proxy.KINDS), (where,)


def _dns(targets: Targets, lot: Random) -> tuple[str, tuple[str, ...]]:
    group = targets.dns[lot.choice(sorted(targets.dns))]
    places = group if lot.random() < 0.7 else (lot.choice(group),)
    return lot.choice(names.KINDS), _written(places)


def _web(targets: Targets, lot: Random) -> tuple[str, tuple[str, ...]]:
    one = lot.choice(targets.web)
    same_port = tuple(place for place in targets.web if place[1] == one[1])
    kinds = [*streams.RAW, *streams.HTTP, "tcp-refused"]
    if one[1] == 443:
        kinds += [*streams.TLS, *absurd.KINDS]
    return lot.choice(kinds), _written(lot.choice(((one,), same_port)))


def _registration(targets: Targets, lot: Random) -> tuple[str, tuple[str, ...]]:
    whois = targets.registration[1] == 43
    kinds = [*streams.WHOIS] if whois else [*streams.RDAP, *streams.TLS, *absurd.KINDS]
    asked = [targets.registration, ("whois.iana.org", 43)] if whois else [targets.registration]
    return lot.choice([*kinds, "tcp-refused"]), _written((lot.choice(asked),))


def _written(places: tuple[Place, ...]) -> tuple[str, ...]:
    return tuple(f"{address}:{port}" for address, port in places)
