"""What a balancer does with requests for the host: its listeners, its journeys, the group that serves, its probes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from albdoctor.derive.once import once
from albdoctor.derive.routing.routes import Hop, journey, rules_of
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.ec2 import NetworkInterfaces
from albdoctor.facts.elb import Action, Listener, Listeners, LoadBalancer, LoadBalancers, Rules
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import AddressProbe, Probes


def albs(balancers: LoadBalancers) -> LoadBalancers:
    """The Application Load Balancers among them."""
    return tuple(balancer for balancer in balancers if balancer.type == "application")


def open_albs(balancers: LoadBalancers) -> LoadBalancers:
    """The internet-facing Application Load Balancers among them."""
    return tuple(balancer for balancer in albs(balancers) if balancer.scheme != "internal")


def region_of(arn: str) -> str:
    """Region of a thing, from its ARN."""
    return arn.split(":", 4)[3] if arn.count(":") > 3 else ""


def listeners_of(balancer: LoadBalancer, listeners: Listeners) -> Listeners:
    """The listeners of one balancer, by port."""
    return _by_balancer(listeners).get(balancer.load_balancer_arn, ())


@once
def _by_balancer(listeners: Listeners) -> Mapping[str, Listeners]:
    own: dict[str, list[Listener]] = defaultdict(list)
    for listener in sorted(listeners, key=lambda one: one.port):
        own[listener.load_balancer_arn].append(listener)
    return {arn: tuple(here) for arn, here in own.items()}


def listener_on(balancer: LoadBalancer, listeners: Listeners, port: int) -> Listener | None:
    """The listener of a balancer on a port, whatever it speaks."""
    return next((one for one in listeners_of(balancer, listeners) if one.port == port), None)


def https_listener(balancer: LoadBalancer, listeners: Listeners) -> Listener | None:
    """The listener that `https://host` without a port reaches."""
    listener = listener_on(balancer, listeners, 443)
    return listener if listener and listener.protocol == "HTTPS" else None


@once
def journeys(scan: Scan, balancer: LoadBalancer, listeners: Listeners, rules: Rules) -> tuple[tuple[Hop, ...], ...]:
    """The journeys of the scanned URL through a balancer, over https and over http."""
    own = listeners_of(balancer, listeners)
    return tuple(journey(f"{protocol}://{scan.host}{scan.path}", own, rules) for protocol in ("https", "http"))


def serving_group(scan: Scan, balancer: LoadBalancer, listeners: Listeners, rules: Rules) -> str | None:
    """ARN of the group that serves the host today, or the only one that the balancer forwards to; None: unclear."""
    for hops in journeys(scan, balancer, listeners, rules):
        outcome = hops[-1].outcome
        if outcome is not None and outcome.groups:
            return max(outcome.groups, key=lambda group: group.weight or 0).target_group_arn
    own = listeners_of(balancer, listeners)
    actions = [action for listener in own for rule in rules_of(listener, rules) for action in rule.actions]
    actions += [action for listener in own for action in listener.default_actions]
    arns = _group_arns(actions)
    return arns[0] if len(arns) == 1 else None


def _group_arns(actions: list[Action]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(group.target_group_arn for action in actions for group in action.groups))


def own_probes(
    probes: Probes, answers: HostAnswers, balancers: LoadBalancers, interfaces: NetworkInterfaces
) -> tuple[tuple[LoadBalancer, AddressProbe], ...]:
    """The probes of addresses that the host's own DNS gives and that belong to a node of a balancer, with that one.

    Only these say something about the balancer: with a broken delegation the name leads to a parking page.
    """
    by_node = {f"ELB {balancer.tail}": balancer for balancer in albs(balancers)}
    owner = {one.public_ip: by_node[one.description] for one in interfaces if one.description in by_node}
    given = set(answers.addresses) - {""}
    return tuple((owner[one.address], one) for one in probes.addresses if one.address in given & owner.keys())
