"""What the two security group checks share: a finding for each port that is shut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from albdoctor.checkup import Finding, Fix, Verdict, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.ways import Way, Ways
from albdoctor.facts.elb import TargetGroup
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.target_security_group import ADMIT_BALANCER_IN_SEVERAL, ADMIT_DYNAMIC_PORTS

DYNAMIC = 32768
"""The lowest port that Linux hands out by itself."""


def shut_ports(ways: Ways, blocked: Sequence[Way]) -> Iterator[Verdict]:
    """Judge the ways to the targets of a group, of which these are blocked by the targets' security groups."""
    for port in dict.fromkeys(way.port for way in blocked):
        yield _finding(ways.group, port, [way for way in blocked if way.port == port])
    if ways.known and not blocked:
        yield fine(ways.group.ref)


def _finding(group: TargetGroup, port: int, here: list[Way]) -> Finding:
    balancer = here[0].balancer
    targets = list(dict.fromkeys(way.target for way in here))
    rules = dict.fromkeys((one.id, one.saw) for way in here for one in way.blockers)
    guards = tuple(dict.fromkeys(way.endpoint.security_groups[0] for way in here))
    return found(
        subject_of(targets),
        saw(asked.balancers(balancer), f"SecurityGroups: {', '.join(balancer.security_groups)}"),
        *(saw(asked.security_groups(id_), seen) for id_, seen in list(rules)[:3]),
        key="" if len(targets) == 1 else str(port),
        fix=_fix(group, port, guards),
        fix_values=of_group(group),
        port=port,
        guards=guards,
        source=balancer.security_groups[0],
        targets=target_ids(targets),
    )


def _fix(group: TargetGroup, port: int, guards: tuple[str, ...]) -> Fix | None:
    """A port that the group does not have itself, of the range from which hosts take theirs, is another tomorrow."""
    if group.target_type == "instance" and port >= DYNAMIC and port != group.port:
        return ADMIT_DYNAMIC_PORTS
    return ADMIT_BALANCER_IN_SEVERAL if len(guards) > 1 else None
