"""Which snapshots of many belong together: those of one request, and those that hold a balancer it leads to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from albdoctor.derive.request.traces import balancers_named, names_of, traces
from albdoctor.facts.snapshot import Facts
from albdoctor.merge.snapshots import held, reach


class Outline(Struct, frozen=True, kw_only=True):
    """What decides about one snapshot: little enough to keep of any number of them."""

    request: tuple[str, str]
    """Host and path."""
    registrable: str
    named: bool
    taken_at: datetime
    reached: frozenset[str]
    """ARNs of balancers that a record, DNS or the user leads to: neither a certificate nor a rule that fits."""
    held: tuple[tuple[str, ...], ...]
    """ARN of each balancer that it describes, and its DNS name where that is known."""
    wanted: frozenset[str]
    """DNS names and ARNs of balancers that the host leads to, as far as the snapshot tells."""


class Job(Struct, frozen=True):
    """Snapshots to merge, by their places among all."""

    shards: tuple[int, ...]
    """Of one request."""
    lenders: tuple[int, ...] = ()
    """Of other requests, with a balancer that this one leads to."""


def outline(facts: Facts) -> Outline:
    """Keep of a snapshot what decides with which others it is merged."""
    return Outline(
        request=(facts.scan.host, facts.scan.path),
        registrable=facts.scan.registrable,
        named=facts.scan.named,
        taken_at=facts.scan.taken_at,
        reached=reach(facts, guessed=False),
        held=tuple(names_of(one) for one in held(facts)),
        wanted=balancers_named(traces(facts)) if facts.scan.named else frozenset(),
    )


def plan(outlines: Iterable[Outline]) -> tuple[Job, ...]:
    """One job for each request, in the order in which they come first.

    A balancer to which no name was known to lead has no job any more when a name of another snapshot leads to it.
    """
    listed = tuple(outlines)
    requests: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(listed):
        requests[one.request].append(place)
    holders = _Holders(listed)
    jobs = tuple(Job(tuple(places), holders.lenders(places)) for places in requests.values())
    taken = {
        arn
        for job in jobs
        if any(listed[place].named for place in job.shards)
        for arns in (
            *(listed[place].reached for place in job.shards),
            *((arn for arn, *_ in listed[place].held) for place in job.lenders),
        )
        for arn in arns
    }
    return tuple(job for job in jobs if not _is_taken([listed[place] for place in job.shards], taken))


class _Holders:
    """Who describes which balancer."""

    def __init__(self, listed: tuple[Outline, ...]) -> None:
        self._listed = listed
        self._of_names: dict[str, list[int]] = defaultdict(list)
        self._nameless: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(listed):
            for name in {name for pair in one.held for name in pair}:
                (self._of_names if one.named else self._nameless)[name].append(place)

    def lenders(self, shards: list[int]) -> tuple[int, ...]:
        """Snapshots of other requests that hold nothing but balancers to which these lead.

        Those of the balancer alone, all of them; where these could not see it, also the nearest that followed a name.
        """
        own = [self._listed[place] for place in shards]
        if not any(one.named for one in own):
            return ()
        here = {name for one in own for pair in one.held for name in pair}
        reached = {arn for one in own for arn in one.reached}
        missing = {name for one in own for name in one.wanted} - here - reached
        lenders = {place for name in missing | reached for place in self._nameless.get(name, ())}
        for name in missing:
            # The certificates of the domain are known only to who scanned a name of it.
            known = [place for place in self._of_names.get(name, ()) if self._fits(place, missing | reached)]
            known.sort(key=self._latest_first)
            near = [place for place in known if self._listed[place].registrable == own[0].registrable]
            lenders |= set(near[:1] or (() if self._nameless.get(name) else known[:1]))
        return tuple(sorted(place for place in lenders - {*shards} if self._fits(place, missing | reached)))

    def _latest_first(self, place: int) -> tuple[float, tuple[str, str]]:
        """Which of several is taken must not hang on the order of files."""
        one = self._listed[place]
        return -one.taken_at.timestamp(), one.request

    def _fits(self, place: int, meant: set[str]) -> bool:
        return all(any(name in meant for name in one) for one in self._listed[place].held)


def _is_taken(shards: list[Outline], taken: set[str]) -> bool:
    arns = {arn for one in shards for arn, *_ in one.held}
    return not any(one.named for one in shards) and bool(arns) and arns <= taken
