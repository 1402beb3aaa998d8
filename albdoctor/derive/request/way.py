"""The way of the scanned URL: listener, rule, groups with their share; and the place of every other thing beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.derive.certificate.coverage import covering
from albdoctor.derive.names import is_under
from albdoctor.derive.needs import derivation
from albdoctor.derive.request.entrances import Entrances
from albdoctor.derive.request.place import Place
from albdoctor.derive.request.serving import listeners_of
from albdoctor.derive.routing.conditions import Request, condition_holds, request_of
from albdoctor.derive.routing.overlap import of_host, path_patterns, takes_whole_host
from albdoctor.derive.routing.routes import Hop, journey, rules_of
from albdoctor.facts.acm import Certificates
from albdoctor.facts.elb import Listener, Listeners, ListenersCertificates, LoadBalancers, Rule, Rules, TargetGroups
from albdoctor.facts.elb_actions import TargetGroupTuple
from albdoctor.facts.known import Kind, Known, Observed, Ref, Unknown
from albdoctor.facts.snapshot import Scan

RANK = {place: rank for rank, place in enumerate(Place)}
WEB_PORTS = (80, 443)
"""Ports to which browsers connect; a listener on another one that no redirect leads to is for tests."""


BEHIND = (Kind.LOAD_BALANCER, Kind.LISTENER, Kind.RULE, Kind.TARGET_GROUP)
"""Kinds of things that are on some way."""


def _group_of(target: Ref) -> Ref:
    return Ref(Kind.TARGET_GROUP, target.id.partition("#")[0])


class Way(Struct, frozen=True, kw_only=True):
    """The places of everything behind the name, and the shares of the groups that serve the URL."""

    places: Mapping[Ref, Place]
    shares: Mapping[str, float]
    """Of the scanned URL's requests, by group ARN: 0 to 1; every group of a way that is not certain has all of it."""
    doubtful: frozenset[Ref] = frozenset()
    """Rules that depend on the client, and groups that requests get through such a rule alone."""
    certain: bool = True
    """False: a rule that depends on the client (source address, headers) may take the request first."""
    complete: bool = True
    """False: some of what decides about places is not known: whatever has no place may be on the way."""
    last: Hop | None = None
    """Where the load balancer's own rules lead https:// in the end; None: not known, or several load balancers."""
    hops: tuple[tuple[Hop, ...], ...] = ()
    """What https:// and what http:// come to at the load balancer, at the first of several; empty: not known."""
    other_paths: tuple[str, ...] = ()
    """Path patterns of the host's other rules that forward: where a site may be that has nothing at this path."""
    other_requests: bool = False
    """Whether other rules of the host forward what is asked for otherwise: on another path, by another method."""

    def without_doubt(self) -> Way:
        """The way of a request that was served: what depends on the client is another way of the same host.

        It is not where a rule that depends on the client is the only one that forwards: it has served.
        """
        places = {ref: Place.SAME_HOST if ref in self.doubtful else place for ref, place in self.places.items()}
        sure = {arn: share for arn, share in self.shares.items() if Ref(Kind.TARGET_GROUP, arn) not in self.doubtful}
        return replace(self, places=places, shares=sure) if sure else self

    def of(self, ref: Ref) -> Place:
        """The place of a thing; one of which nothing is known may be on the way: unknown is never harmless."""
        if ref in self.places:
            return self.places[ref]
        if ref.kind is Kind.TARGET:
            return self.of(_group_of(ref))
        return Place.NONE if ref.kind in BEHIND and self.complete else Place.ON_THE_WAY

    def may_be_elsewhere(self, ref: Ref) -> bool:
        """Whether a thing may be beside the way: nobody saw where it stands, or only some clients get there."""
        if ref.kind is Kind.TARGET:
            return self.may_be_elsewhere(_group_of(ref))
        return ref in self.doubtful or (ref.kind in BEHIND and ref not in self.places)


@derivation
def way(
    scan: Scan,
    entrances: Observed[Entrances],
    load_balancers: Observed[LoadBalancers],
    listeners: Observed[Listeners],
    rules: Observed[Rules],
    target_groups: Observed[TargetGroups],
    certificates: Observed[Certificates],
    listeners_certificates: Observed[ListenersCertificates],
) -> Way:
    """Place everything that is known; what is not known keeps its place on the way."""
    if isinstance(entrances, Unknown) or isinstance(listeners, Unknown) or isinstance(rules, Unknown):
        return Way(places={}, shares={}, complete=False)
    balancers = load_balancers.value if isinstance(load_balancers, Known) else ()
    placed = _Places()
    shares: dict[str, float] = {}
    walks: list[_Walk] = []
    for balancer in balancers:
        own = listeners_of(balancer, listeners.value)
        place = _place_of(balancer.load_balancer_arn, entrances.value, scan)
        placed.put(balancer.ref, place)
        if place is Place.ON_THE_WAY:
            walk = _Walk(scan=scan, listeners=own, rules=rules.value)
            walk.place(placed)
            walks.append(walk)
            for arn, share in walk.shares().items():
                shares[arn] = max(shares.get(arn, 0.0), share)
        else:
            _all_in(place, own, rules.value, placed)
    for group in target_groups.value if isinstance(target_groups, Known) else ():
        placed.put(group.ref, Place.NONE)
    _place_certificates(scan, placed, certificates, listeners_certificates)
    return Way(
        places=placed.of,
        shares=shares,
        doubtful=frozenset(ref for walk in walks for ref in walk.doubtful()) - _sure(walks),
        certain=all(walk.certain for walk in walks),
        last=walks[0].hops[0][-1] if len(walks) == 1 else None,
        hops=walks[0].hops if walks else (),
        other_paths=tuple(dict.fromkeys(path for walk in walks for path in walk.other_paths())),
        other_requests=any(walk.other_requests for walk in walks),
    )


def _sure(walks: Iterable[_Walk]) -> frozenset[Ref]:
    """The groups that requests of every client may get."""
    last = (hops[-1].effect for walk in walks for hops in walk.hops)
    groups = (group for effect in last if effect for group in effect.groups)
    return frozenset(Ref(Kind.TARGET_GROUP, group.target_group_arn) for group in groups)


class _Places:
    """Collects places; the nearest to the way stays."""

    def __init__(self) -> None:
        self.of: dict[Ref, Place] = {}

    def put(self, ref: Ref, place: Place) -> None:
        """Give a thing a place, unless it has a nearer one."""
        if RANK[place] < RANK[self.of.get(ref, Place.NONE)] or ref not in self.of:
            self.of[ref] = place


def _place_of(arn: str, entrances: Entrances, scan: Scan) -> Place:
    if arn in entrances.reached or not scan.named:
        return Place.ON_THE_WAY
    return Place.PARKED if arn in entrances.parked else Place.NONE


class _Walk(Struct, frozen=True, kw_only=True):
    """The ways through one load balancer."""

    scan: Scan
    listeners: Listeners
    rules: Rules

    @property
    def hops(self) -> tuple[tuple[Hop, ...], ...]:
        """What https:// and http:// come to."""
        urls = (f"{protocol}://{self.scan.host}{self.scan.path}" for protocol in ("https", "http"))
        return tuple(journey(url, self.listeners, self.rules) for url in urls)

    @property
    def certain(self) -> bool:
        """Whether no rule on the https way depends on the client."""
        return all(hop.route is None or hop.route.certain for hop in self.hops[0])

    def doubtful(self) -> Iterator[Ref]:
        """The rules that may take a request before the one that does, and their groups."""
        for rule in (rule for hops in self.hops for hop in hops if hop.route for rule in hop.route.doubtful):
            yield rule.ref
            yield from (Ref(Kind.TARGET_GROUP, group.target_group_arn) for group in forwarded(rule))

    def place(self, placed: _Places) -> None:
        """Place listeners, rules and groups."""
        request = request_of(self.scan.url)
        passed = [hop for hops in self.hops for hop in hops]
        for listener in self.listeners:
            on = listener.port in WEB_PORTS or any(hop.listener == listener for hop in passed)
            place = Place.ON_THE_WAY if on else Place.PARKED
            placed.put(listener.ref, place)
            for rule in rules_of(listener, self.rules):
                self._place_rule(rule, place, request, passed, placed)

    def _place_rule(self, rule: Rule, place: Place, request: Request, passed: list[Hop], placed: _Places) -> None:
        taken = any(hop.route and rule in (hop.route.rule, *hop.route.doubtful) for hop in passed)
        if place is Place.ON_THE_WAY and not taken and self.scan.named:
            place = Place.SAME_HOST if of_host(rule, request) else Place.OTHER_HOST
        placed.put(rule.ref, place)
        for group in forwarded(rule):
            placed.put(Ref(Kind.TARGET_GROUP, group.target_group_arn), Place.PARKED if group.weight == 0 else place)

    def other_paths(self) -> Iterator[str]:
        """The path patterns under which rules of the host forward, other than the one that takes the URL."""
        for rule in self._beside():
            yield from (path for one in rule.conditions if one.field == "path-pattern" for path in path_patterns(one))

    @property
    def other_requests(self) -> bool:
        """Whether a rule of the host forwards what differs in more than the host."""
        request = request_of(self.scan.url)
        conditions = (one for rule in self._beside() for one in rule.conditions if one.field != "host-header")
        return any(condition_holds(one, request) is False for one in conditions)

    def _beside(self) -> Iterator[Rule]:
        """The rules of the host that forward, other than the one that takes the URL; none is met behind a catch-all."""
        request, last = request_of(self.scan.url), self.hops[0][-1]
        for rule in rules_of(last.listener, self.rules) if last.listener else ():
            taken = last.route is not None and rule == last.route.rule
            if taken and takes_whole_host(rule, request):
                return
            if not taken and of_host(rule, request) and any(group.weight != 0 for group in forwarded(rule)):
                yield rule

    def shares(self) -> dict[str, float]:
        """The share of the scanned URL's requests that each group gets; of http:// where https:// leads to none."""
        for hops in self.hops:
            last = hops[-1]
            if last.route is None:
                continue
            doubtful = [group for rule in last.route.doubtful for group in forwarded(rule)]
            served = last.effect.groups if last.effect else ()
            if served or doubtful:
                total = sum(_weight(group) for group in served) or 1
                certain = {group.target_group_arn: _weight(group) / total for group in served}
                return {group.target_group_arn: 1.0 for group in doubtful} | certain
        return {}


def _weight(group: TargetGroupTuple) -> int:
    return 1 if group.weight is None else group.weight


def forwarded(rule: Rule) -> Iterator[TargetGroupTuple]:
    """The groups that a rule names, those of weight 0 too."""
    for action in rule.actions:
        yield from action.groups


def _all_in(place: Place, listeners: Iterable[Listener], rules: Rules, placed: _Places) -> None:
    """Everything behind a load balancer that is off the way stands where the load balancer does."""
    for listener in listeners:
        placed.put(listener.ref, place)
        for rule in rules_of(listener, rules):
            placed.put(rule.ref, place)
            for group in forwarded(rule):
                placed.put(Ref(Kind.TARGET_GROUP, group.target_group_arn), place)


def _place_certificates(
    scan: Scan,
    placed: _Places,
    certificates: Observed[Certificates],
    listeners_certificates: Observed[ListenersCertificates],
) -> None:
    """A certificate of the host is on the way, attached or not; a listener's default one too; others are others'."""
    if isinstance(certificates, Unknown) or isinstance(listeners_certificates, Unknown):
        return
    own = {one.certificate_arn for one in covering(certificates.value, scan.host)}
    on = [one for one in listeners_certificates.value if placed.of.get(_listener(one.listener_arn)) is Place.ON_THE_WAY]
    default = {one.certificate_arn for entry in on for one in entry.certificates if one.is_default}
    for certificate in certificates.value:
        near = certificate.certificate_arn in own | default
        related = any(is_under(name.removeprefix("*."), scan.registrable) for name in certificate.names)
        other = Place.OTHER_HOST if related else Place.NONE
        placed.put(certificate.ref, Place.ON_THE_WAY if near else other)


def _listener(arn: str) -> Ref:
    return Ref(Kind.LISTENER, arn)
