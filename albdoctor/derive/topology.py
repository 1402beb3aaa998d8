"""Which thing lies on the path of which: registrar, zone, record, certificate, balancer, ... target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from albdoctor.derive.dns.held import at
from albdoctor.derive.names import balancer_name, covers, is_under
from albdoctor.facts.acm import Certificate
from albdoctor.facts.elb import Listener, ListenerCertificates, Rule, TargetHealth, target_ref
from albdoctor.facts.elb_actions import Action
from albdoctor.facts.known import Kind, Known, Observed, Ref
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.route53 import led_to, record_ref
from albdoctor.facts.snapshot import Facts

T = TypeVar("T")


class Topology:
    """The things of a snapshot and the edges along which a request travels."""

    def __init__(self, edges: Iterable[tuple[Ref, Ref]]) -> None:
        """Build it from (upstream, downstream) pairs."""
        self._down: dict[Ref, set[Ref]] = defaultdict(set)
        for upstream, downstream in edges:
            self._down[upstream].add(downstream)

    def below(self, ref: Ref) -> set[Ref]:
        """Everything that a request reaches after this thing."""
        seen: set[Ref] = set()
        waiting = [ref]
        while waiting:
            new = self._down.get(waiting.pop(), set[Ref]()) - seen
            seen |= new
            waiting.extend(new)
        return seen

    def on_one_path(self, things: Iterable[Ref]) -> Mapping[Ref, set[Ref]]:
        """For each of these things, itself and those of them that some request passes as well as it."""
        every = set(things)
        together = {thing: {thing} for thing in every}
        for thing in every:
            for other in self.below(thing) & every:
                together[thing].add(other)
                together[other].add(thing)
        return together


def topology(facts: Facts) -> Topology:
    """Draw the paths of a snapshot; what is not known has no edges."""
    return Topology(_edges(facts))


def _edges(facts: Facts) -> Iterator[tuple[Ref, Ref]]:
    cuts = facts.delegation.value.cuts if isinstance(facts.delegation, Known) else ()
    between = (cut.zone for cut in cuts if is_under(cut.zone, facts.scan.registrable))
    names = (facts.scan.registrable, *between, facts.scan.host)
    # The host comes last, also where it is a zone of its own.
    domains = dict.fromkeys(Ref(Kind.DOMAIN, name) for name in names if name != facts.scan.host)
    domains |= {Ref(Kind.DOMAIN, facts.scan.host): None}
    host = list(domains)[-1]
    yield from ((domain, host) for domain in domains if domain != host)
    for zone in items(facts.hosted_zones):
        yield host, zone.ref
    # A certificate for the host stands before its balancers whether it is on a listener yet or not. All of them meet
    # in one node: an edge from each certificate to each balancer would be very many.
    covered = Ref(Kind.CERTIFICATE, f"any for {host.id}")
    for certificate in every_certificate(facts):
        yield host, certificate.ref
        if any(covers(name, host.id) for name in readable([certificate], lambda one: one.names)):
            yield certificate.ref, covered
    yield from ((covered, balancer.ref) for balancer in items(facts.load_balancers))
    yield from _record_edges(facts)
    yield from _balancer_edges(facts, host)


def _record_edges(facts: Facts) -> Iterator[tuple[Ref, Ref]]:
    names = tuple(readable(items(facts.load_balancers), lambda one: [(one.dns_name, one.ref)]))
    for zone in items(facts.record_sets):
        for record in items(at(zone, facts.scan.host)):
            ref = record_ref(zone.zone_id, record.owner, record.type)
            yield Ref(Kind.HOSTED_ZONE, zone.zone_id), ref
            target = balancer_name(known_or(partial(led_to, record), otherwise=""))
            yield from ((ref, balancer) for name, balancer in names if name == target)


def _balancer_edges(facts: Facts, host: Ref) -> Iterator[tuple[Ref, Ref]]:
    for balancer in items(facts.load_balancers):
        yield host, balancer.ref
    yield from readable(items(facts.listeners), _above_listener)
    yield from readable(items(facts.listeners_certificates), _above_certificates)
    yield from readable(items(facts.rules), _around_rule)
    for health in items(facts.groups_health):
        yield from readable(items(health.targets), partial(_above_target, health.target_group_arn))


def _above_listener(listener: Listener) -> Iterator[tuple[Ref, Ref]]:
    yield Ref(Kind.LOAD_BALANCER, listener.load_balancer_arn), listener.ref


def _above_certificates(attached: ListenerCertificates) -> Iterator[tuple[Ref, Ref]]:
    for arn in readable(attached.certificates, lambda one: [one.certificate_arn]):
        yield Ref(Kind.CERTIFICATE, arn), Ref(Kind.LISTENER, attached.listener_arn)


def _around_rule(rule: Rule) -> Iterator[tuple[Ref, Ref]]:
    yield Ref(Kind.LISTENER, rule.listener_arn), rule.ref
    for arn in groups_named(rule.actions):
        yield rule.ref, Ref(Kind.TARGET_GROUP, arn)


def _above_target(group_arn: str, described: TargetHealth) -> Iterator[tuple[Ref, Ref]]:
    yield Ref(Kind.TARGET_GROUP, group_arn), target_ref(group_arn, described.target)


def groups_named(actions: Iterable[Action]) -> Iterator[str]:
    """ARNs of the target groups that actions name: only for drawing, never for judging."""
    groups = readable(actions, lambda action: action.groups)
    return readable(groups, lambda group: [group.target_group_arn])


def every_certificate(facts: Facts) -> tuple[Certificate, ...]:
    """The certificates of all Regions that are known: only for drawing, never for judging."""
    elsewhere = facts.certificates_elsewhere
    every = (*items(facts.certificates), *(elsewhere.value if isinstance(elsewhere, Known) else ()))
    return tuple({one.certificate_arn: one for one in every}.values())


def items(observed: Observed[tuple[T, ...]]) -> tuple[T, ...]:
    """The items of a group, none when it is unknown: only for drawing, never for judging."""
    return observed.value if isinstance(observed, Known) else ()
