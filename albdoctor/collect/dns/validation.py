"""What is in DNS in place of an ACM validation record: asked only where the record itself is not there."""

from __future__ import annotations

import asyncio
from typing import Any

from albdoctor.collect.dns.replies import is_below, target_in, trouble
from albdoctor.collect.dns.walk import HOPS, Walker
from albdoctor.facts.dns import Answer, ValidationAnswer

OTHER_TYPES = ("A", "AAAA", "TXT")
"""What stands in the place of the CNAME: a proxied or flattened record is shown as addresses; some enter a TXT."""


async def validation_clues(walker: Walker, given: ValidationAnswer) -> dict[str, Any]:
    """The fields of a `ValidationAnswer` beside its answers; none where a server has the expected CNAME, or no word."""
    told = tuple(answer for answer in given.answers if answer.rcode in ("NOERROR", "NXDOMAIN"))
    targets = target_in(told, given.name)
    if not told or any(given.expected in answer.data("CNAME") for answer in told):
        return {}
    if targets:
        (chain, error), wildcard = await asyncio.gather(
            _chain(walker, targets[0], given.expected), _ask(walker, _wildcard(given.name), "CNAME")
        )
        return {"chain": chain, "chain_error": error, "wildcard": wildcard}
    return await _without_cname(walker, given, exists=any(answer.rcode == "NOERROR" for answer in told))


async def _without_cname(walker: Walker, given: ValidationAnswer, *, exists: bool) -> dict[str, Any]:
    """Where no server has a CNAME: the doubled name, and what else the name has."""
    twice = f"{given.name}.{given.zone}"
    inside = given.zone != "." and is_below(given.name, given.zone) and len(twice) < 254
    doubled = await _ask(walker, twice, "CNAME") if inside else ()
    if not exists:
        return {"doubled": doubled}
    beside = _wildcard(given.name)
    asked = ((name, type_) for name in (given.name, beside) for type_ in OTHER_TYPES)
    answers = await asyncio.gather(*(_ask(walker, name, type_) for name, type_ in asked))
    flat = [answer for each in answers for answer in each]
    return {
        "doubled": doubled,
        "others": tuple(answer for answer in flat if answer.question == given.name),
        "wildcard": tuple(answer for answer in flat if answer.question == beside),
    }


async def _ask(walker: Walker, name: str, type_: str) -> tuple[Answer, ...]:
    """Ask some of the servers that hold a name."""
    return (await walker.look_up(name, type_)).answers


async def _chain(walker: Walker, target: str, expected: str) -> tuple[tuple[str, ...], str]:
    """Follow CNAMEs from a target to the expected one or their end; and what went wrong where that was not seen."""
    chain = [target]
    while chain[-1] != expected and len(chain) < HOPS:
        found = await walker.look_up(chain[-1], "CNAME")
        if not found.useful:
            return tuple(chain), trouble(found.answers)
        following = target_in(found.useful, chain[-1])
        if not following or following[0] in chain:
            break
        chain.append(following[0])
    return tuple(chain), ""


def _wildcard(name: str) -> str:
    """The wildcard beside a name: a server answers a question for it from the one that would answer for the name."""
    return f"*.{name.partition('.')[2]}"
