"""Merges the snapshots of shards: what several scans saw of one request, as one scan with all their profiles tells it.

Nothing is known after merging that some shard did not know completely: a gap stays a gap unless another shard saw
everything that the one with the gap should have seen. Of two that saw the same, the later counts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from msgspec.structs import replace

from albdoctor.derive.request.traces import Trace, address_leads, dead_ends, leads_of, traces
from albdoctor.facts.acm import CERTIFICATES_ELSEWHERE, ELSEWHERE
from albdoctor.facts.arn import Arn
from albdoctor.facts.elb import LEADS, How, Lead, Leads, LoadBalancers
from albdoctor.facts.files import encode
from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import CARDS, Facts, Identities, Scan
from albdoctor.facts.wire import PROBES, Probes
from albdoctor.merge.groups import put_together, united

T = TypeVar("T")

Scope: TypeAlias = frozenset[Hashable] | None
"""What a shard looked at for a group; None: nobody can say, so that nothing else stands in for it."""
Answers: TypeAlias = list[tuple[Facts, T]]
ORDER = tuple(How)
OF_BALANCERS = (Whose.BALANCERS, Whose.CERTIFICATES)
GUESSES = (How.CERTIFICATE, How.HOST_RULE)
OTHER_DOMAIN = "the scan that saw the load balancer was not for this domain: scan the domain with its profile too"


def merge(shards: tuple[Facts, ...], lenders: tuple[Facts, ...] = ()) -> Facts:
    """Merge snapshots of one request; `lenders` followed others and hold nothing but balancers that this one leads to.

    One snapshot alone is given back as it is, also when it is all that a later scan of the same places left of several.
    In which order they come does not matter: the earliest is the first.
    """
    shards, lenders = _in_order(shards), _in_order(lenders)
    left = _not_superseded(shards)
    return left[0] if len(left) == 1 and not lenders else _Merging(left, lenders).merged()


def _in_order(snapshots: tuple[Facts, ...]) -> tuple[Facts, ...]:
    """Each once, by their times; those of one moment by what they say, not by the file in which they came."""
    if len(snapshots) < 2:
        return snapshots
    each = {encode((one,)): one for one in snapshots}
    return tuple(each[said] for said in sorted(each, key=lambda said: (_taken_at(each[said]), said)))


def reach(facts: Facts, *, guessed: bool = True) -> frozenset[str]:
    """ARNs of the Application Load Balancers that a snapshot's leads reached; `guessed`: by certificate or rule too."""
    leads = facts.leads.value if isinstance(facts.leads, Known) else ()
    arns = (lead.load_balancer_arn for lead in leads if guessed or lead.how not in GUESSES)
    return frozenset(arn for arn in arns if arn and ":loadbalancer/app/" in arn)


def held(facts: Facts) -> LoadBalancers:
    """The balancers that a snapshot describes."""
    return facts.load_balancers.value if isinstance(facts.load_balancers, Known) else ()


class _Merging:
    """One request's snapshots and how far each of them saw."""

    def __init__(self, shards: tuple[Facts, ...], lenders: tuple[Facts, ...]) -> None:
        self.shards = shards
        self.every = (*shards, *lenders)
        self.lenders = lenders
        self._first = next((each for each in shards if each.scan.named), shards[0])
        self._reached = {id(each): reach(each) for each in shards}
        self._reached |= {id(each): frozenset(one.load_balancer_arn for one in held(each)) for each in lenders}

    def merged(self) -> Facts:
        seen = replace(
            self._first,
            scan=self._scan(),
            identities=self._identities(),
            probes=self._probes(),
            **{name: self._last(card) for name, card in CARDS.items() if card.whose is Whose.ANYBODY},
            **{name: self._group(card) for name, card in CARDS.items() if card.is_sum},
        )
        return replace(seen, leads=self._leads(seen))

    def _scan(self) -> Scan:
        scans = [each.scan for each in self.every]
        return replace(
            self._first.scan,
            taken_at=min(scan.taken_at for scan in scans),
            seconds=max(scan.seconds for scan in scans),  # shards run beside each other
            regions=tuple(sorted({region for scan in scans for region in scan.regions})),
        )

    def _identities(self) -> Observed[Identities]:
        gaps = [each.identities for each in self.shards if isinstance(each.identities, Unknown)]
        known = [each.identities.value for each in self.every if isinstance(each.identities, Known)]
        if not known or any(gap.gap is not Gap.NOT_ASKED for gap in gaps):
            return _first(gaps)
        return Known(tuple(dict.fromkeys(identity for value in known for identity in value)))

    def _last(self, card: Card[T]) -> Observed[T]:
        """The last answer about the name; whoever could not get one says nothing."""
        known = [each for each in self.shards if isinstance(each.of(card), Known)]
        return max(known, key=_taken_at).of(card) if known else _first(each.of(card) for each in self.shards)

    def _probes(self) -> Observed[Probes]:
        """Every address that anybody probed: one shard may know addresses of the balancer that the others do not."""
        known = [(each, each.probes.value) for each in self.shards if isinstance(each.probes, Known)]
        if not known:
            return _first(each.probes for each in self.shards)
        values = ((each.scan.taken_at, value.addresses) for each, value in known)
        return Known(Probes(host=known[0][1].host, addresses=united(PROBES, values)))

    def _group(self, card: Card[T]) -> Observed[T]:
        """What all know that had to be asked; unknown when nobody else saw what one of them missed."""
        answers = [(each, self._answer(card, each)) for each in self._asked(card)]
        known = [(each, answer.value) for each, answer in answers if isinstance(answer, Known)]
        gaps = [(each, answer) for each, answer in answers if isinstance(answer, Unknown)]
        seen = frozenset[Hashable]().union(*(self._covers(card, each) for each, _ in known))
        if card.whose is Whose.HOLDER and any(value for _, value in known):
            gaps = []
        missing = [gap for each, gap in gaps if not _within(self._needs(card, each), seen)]
        if missing or not known:
            return _first(missing or [gap for _, gap in gaps] or [each.of(card) for each in self.shards])
        return Known(put_together(card, [(_taken_at(each), value) for each, value in self._needed(card, known)]))

    def _asked(self, card: Card[Any]) -> list[Facts]:
        """Whose answers count: of the things of balancers, only those of whoever reached one."""
        if card.whose in OF_BALANCERS:
            reached = [each for each in self.every if self._reached[id(each)]]
            if reached:
                return reached
        return [each for each in self.shards if not _blind(each, card)]

    def _answer(self, card: Card[T], facts: Facts) -> Observed[T]:
        """What a snapshot says of a group; one of another domain says nothing of the certificates of this one."""
        answer = facts.of(card)
        if self._foreign(facts) and (card.whose is Whose.CERTIFICATES or _unasked(answer)):
            return Unknown(gap=Gap.NOT_ASKED, asked=card.asked, detail=OTHER_DOMAIN)
        return answer

    def _foreign(self, facts: Facts) -> bool:
        return facts.scan.registrable != self._first.scan.registrable

    def _needs(self, card: Card[Any], facts: Facts) -> Scope:
        """What a snapshot would have had to look at."""
        reached = self._reached[id(facts)]
        if card.whose is Whose.BALANCERS and reached:
            return reached
        if card.whose is Whose.CERTIFICATES and reached:
            owners = frozenset(Arn.of(arn).account for arn in reached)
            places = frozenset[Hashable]() if self._foreign(facts) else _product(owners, _regions(card, facts))
            return None if places is None else reached | places
        if card.whose in OF_BALANCERS:
            return _product(_accounts(facts) or frozenset(), _regions(card, facts))
        return _accounts(facts)

    def _covers(self, card: Card[Any], facts: Facts) -> frozenset[Hashable]:
        """What a snapshot that knows a group has surely looked at."""
        scope = self._needs(card, facts)
        if scope is not None:
            return scope
        return self._reached[id(facts)] if card.whose in OF_BALANCERS else frozenset()

    def _needed(self, card: Card[T], known: Answers[T]) -> Answers[T]:
        """Leave out who saw nothing that a later one did not see too: what was deleted meanwhile must not come back."""
        whole = {id(each): not any(map(card.is_partial, card.entries_of(value))) for each, value in known}
        taken: set[int] = set()
        covered: set[Hashable] = set()
        for each, _ in sorted(known, key=lambda one: (whole[id(one[0])], _taken_at(one[0])), reverse=True):
            if not _within(self._needs(card, each), covered):
                taken.add(id(each))
                covered |= self._covers(card, each) if whole[id(each)] else set()
        return [one for one in known if id(one[0]) in taken]

    def _leads(self, seen: Facts) -> Observed[Leads]:
        """Every trace; what one shard could follow to its balancer is reached. Gaps count when none reached any."""
        found = [lead for each in self.shards if isinstance(each.leads, Known) for lead in each.leads.value]
        dead = (trace for each in self.shards for trace in dead_ends(each))
        named: tuple[Trace, ...] = tuple(dict.fromkeys((*dead, *traces(seen))))
        own = {each.scan.host: _addresses(each) for each in self.lenders}
        found += (*leads_of(named, held(seen)), *address_leads(seen, held(seen), own))
        met = {(lead.how, lead.name) for lead in found if lead.load_balancer_arn}
        gap = None if met else self._gap_of_leads()
        if gap is not None:
            return gap
        kept = (lead for lead in found if lead.load_balancer_arn or (lead.how, lead.name) not in met)
        return Known(tuple(sorted(dict.fromkeys(kept), key=_order)))

    def _gap_of_leads(self) -> Unknown | None:
        asked = [each for each in self.shards if not _blind(each, LEADS)]
        known = [each for each in asked if isinstance(each.leads, Known)]
        seen = frozenset[Hashable]().union(*(_places(each) or () for each in known))
        missing = [each.leads for each in asked if each not in known and not _within(_places(each), seen)]
        if missing or not known:
            return _first(missing or [each.leads for each in self.shards])
        return None


def _addresses(facts: Facts) -> frozenset[str]:
    return frozenset(facts.host_answers.value.addresses) if isinstance(facts.host_answers, Known) else frozenset()


def _accounts(facts: Facts) -> Scope:
    if isinstance(facts.identities, Unknown):
        return None
    return frozenset(identity.account for identity in facts.identities.value) or None


def _places(facts: Facts) -> Scope:
    return _product(_accounts(facts) or frozenset(), facts.scan.regions)


def _regions(card: Card[Any], facts: Facts) -> tuple[str, ...]:
    """The Regions that were asked for a group; certificates of one stand in a group of their own."""
    follows = card.whose is Whose.CERTIFICATES and card.name != CERTIFICATES_ELSEWHERE.name
    apart = isinstance(facts.certificates, Known) and isinstance(facts.certificates_elsewhere, Unknown)
    return tuple(region for region in facts.scan.regions if not (follows and apart and region == ELSEWHERE))


def _product(accounts: frozenset[Hashable], regions: tuple[str, ...]) -> Scope:
    """Accounts and Regions; with several of both, what was merged before may not have asked in all of these places."""
    if not accounts or not regions or (len(accounts) > 1 and len(regions) > 1):
        return None
    return frozenset((account, region) for account in accounts for region in regions)


def _not_superseded(shards: tuple[Facts, ...]) -> tuple[Facts, ...]:
    """Without those for which a later one looked at the same places and knows whatever they know."""
    ranks = [(one.scan.taken_at, -number) for number, one in enumerate(shards)]
    views = [(_places(one), _known(one)) for one in shards]
    latest: dict[tuple[Scope, frozenset[str]], tuple[datetime, int]] = {}
    for view, rank in zip(views, ranks, strict=True):
        latest[view] = max(rank, latest.get(view, rank))

    def is_superseded(view: tuple[Scope, frozenset[str]], rank: tuple[datetime, int]) -> bool:
        places, known = view
        return any(
            other > rank and _within(places, theirs or ()) and known <= what for (theirs, what), other in latest.items()
        )

    return tuple(one for one, view, rank in zip(shards, views, ranks, strict=True) if not is_superseded(view, rank))


def _known(facts: Facts) -> frozenset[str]:
    return frozenset(name for name, card in CARDS.items() if isinstance(facts.of(card), Known))


def _taken_at(facts: Facts) -> datetime:
    return facts.scan.taken_at


def _order(lead: Lead) -> int:
    return ORDER.index(lead.how)


def _within(scope: Scope, covered: Iterable[Hashable]) -> bool:
    return scope is not None and scope <= frozenset(covered)


def _unasked(observed: Observed[Any]) -> bool:
    """Whether no check wanted a group; a question that could not be asked has a reason beside it."""
    return isinstance(observed, Unknown) and observed.gap is Gap.NOT_ASKED and not observed.detail


def _blind(facts: Facts, card: Card[Any]) -> bool:
    """Whether a snapshot is nobody's eyes for a group: no check wanted it, and no account is known to be missing."""
    return _unasked(facts.of(card)) and _accounts(facts) is None


def _first(observed: Iterable[Observed[Any]]) -> Unknown:
    """The first gap that is more than a question nobody asked."""
    gaps = [one for one in observed if isinstance(one, Unknown)]
    return next((gap for gap in gaps if gap.gap is not Gap.NOT_ASKED), gaps[0])
