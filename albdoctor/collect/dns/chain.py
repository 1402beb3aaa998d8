"""The chain of trust to the host: DNSKEY of each signed zone on the way, and what its keys have signed."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Sequence

from albdoctor.collect.dns.replies import is_said
from albdoctor.collect.dns.walk import Walker
from albdoctor.collect.dns.wire import Server
from albdoctor.facts.dns import Answer, Cut, Delegation, HostAnswers
from albdoctor.facts.dnssec import Chain

VERIFYING = "albdoctor.collect.dns.signed"


async def chain_of(
    walker: Walker, delegation: Delegation, host_answers: HostAnswers | None, anchors: tuple[str, ...]
) -> Chain:
    """Follow the DS records from the top down.

    Asks nothing where none leads to the registrable domain. Without an anchor for the root in use, the first zone with
    a DS record is the top.
    """
    cuts = _signed(delegation, anchored=bool(anchors))
    if not cuts:
        return Chain()
    # A zone whose parent could not say whether it is signed is a top of its own.
    top = [(".", anchors)] if anchors and cuts[0].parent_zone == "." else []
    answers, _ = await asyncio.gather(_keys(walker, delegation, cuts, top), loaded())
    from albdoctor.collect.dns.signed import Verifier

    verifier = Verifier()
    here: list[Cut | None] = [*(None for _ in top), *cuts]
    trusts = [*top, *((cut.zone, cut.ds) for cut in cuts)]
    zones = tuple(
        verifier.zone(zone, ds, keys, _said(cut, child, host_answers))
        for (zone, ds), keys, cut, child in zip(trusts, answers, here, (*here[1:], None), strict=True)
    )
    return Chain(zones=zones, anchored=bool(top))


async def loaded() -> None:
    """Load what verifies: it is heavy, and only for domains that are signed."""
    if VERIFYING not in sys.modules:
        await asyncio.get_running_loop().run_in_executor(None, importlib.import_module, VERIFYING)


async def _keys(
    walker: Walker, delegation: Delegation, cuts: Sequence[Cut], top: Sequence[tuple[str, tuple[str, ...]]]
) -> list[tuple[Answer, ...]]:
    return await asyncio.gather(
        *(_few(walker, zone) for zone, _ in top),
        *(_ask(walker, cut, everyone=_is_watched(cut, delegation)) for cut in cuts),
    )


def _signed(delegation: Delegation, *, anchored: bool) -> tuple[Cut, ...]:
    """The cuts from the first DS record down to the last; none where the registrable domain has no DS record.

    Below a zone that the root's chain leaves unsigned, DS records count for nobody (RFC 4035 section 5.2).
    """
    found: list[Cut] = []
    for cut in delegation.cuts:
        if cut.ds:
            found.append(cut)
        elif any(_is_watched(one, delegation) for one in found):
            break
        elif not any(is_said(answer) for answer in cut.ds_answers):
            found.clear()  # nobody said whether it is signed: the next zone that is begins anew
        elif found or anchored:
            break
    return tuple(found) if any(_is_watched(cut, delegation) for cut in found) else ()


def _is_watched(cut: Cut, delegation: Delegation) -> bool:
    return f".{cut.zone}".endswith(f".{delegation.domain}")


async def _few(walker: Walker, zone: str) -> tuple[Answer, ...]:
    return tuple(reply.answer for reply in await walker.ask_few(walker.closest(zone), zone, "DNSKEY"))


async def _ask(walker: Walker, cut: Cut, *, everyone: bool) -> tuple[Answer, ...]:
    if not everyone:
        return await _few(walker, cut.zone)
    every = (Server(host.name, address) for host in cut.nameservers for address in host.addresses)
    servers = [server for server in every if walker.wire.can_reach(server)]
    return tuple(reply.answer for reply in await walker.wire.ask_all(servers, cut.zone, "DNSKEY"))


def _said(cut: Cut | None, child: Cut | None, host_answers: HostAnswers | None) -> Sequence[Answer]:
    """What a zone's servers said beside its keys: of the zone, of the next zone's DS, and of the host in it."""
    said = [*(cut.child_answers if cut else ()), *(child.ds_answers if child else ())]
    if cut and child is None and host_answers is not None and host_answers.zone == cut.zone:
        said += [*host_answers.a, *host_answers.aaaa, *host_answers.cname]
    return said
