"""What the two security group checks share: a finding for each port that is shut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from albdoctor.checkup import Finding, Fix, Verdict, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.listed import subject_of, target_ids, target_ports
from albdoctor.derive.targets.ways import Way, Ways
from albdoctor.facts.elb import TargetGroup
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.target_security_group import (
    ADMIT_BALANCER_IN_SEVERAL,
    ADMIT_DYNAMIC_PORTS,
    ADMIT_HIGH_PORT,
)

DYNAMIC = range(32768, 65536)
"""From which Linux hands out ports by itself."""


def shut_ports(ways: Ways, blocked: Sequence[Way]) -> Iterator[Verdict]:
    """Judge the ways to the targets of a group, of which these are blocked by the targets' security groups."""
    together: dict[str, list[Way]] = {}
    high = {way.port for way in ways.tried if _is_handed_out(ways.group, way.port)}
    dynamic = high if len(high) > 1 else set[int]()
    for way in blocked:
        ports = f"{DYNAMIC[0]}-{DYNAMIC[-1]}" if way.port in dynamic else str(way.port)
        together.setdefault(ports, []).append(way)
    for ports, here in together.items():
        yield _finding(ways.group, ports, here)
    if ways.known and not blocked:
        yield fine(ways.group.ref)


def _finding(group: TargetGroup, ports: str, here: list[Way]) -> Finding:
    """Report the ways that one rule of a security group would open."""
    balancer, port = here[0].balancer, here[0].port
    targets = list(dict.fromkeys(way.target for way in here))
    rules = dict.fromkeys((one.id, one.saw) for way in here for one in way.blockers)
    guards = tuple(dict.fromkeys(way.endpoint.security_groups[0] for way in here))
    alone = ports == str(port)
    return found(
        subject_of(targets),
        saw(asked.balancers(balancer), f"SecurityGroups: {', '.join(balancer.security_groups)}"),
        *(saw(asked.security_groups(id_), seen) for id_, seen in list(rules)[:3]),
        key="" if len(targets) == 1 else ports,
        fix=_fix(guards, may_be_another=_is_handed_out(group, port)) if alone else ADMIT_DYNAMIC_PORTS,
        fix_values=of_group(group),
        port=port if alone else target_ports(targets),
        guards=guards,
        source=balancer.security_groups[0],
        targets=target_ids(targets),
    )


def _fix(guards: tuple[str, ...], *, may_be_another: bool) -> Fix | None:
    if may_be_another:
        return ADMIT_HIGH_PORT
    return ADMIT_BALANCER_IN_SEVERAL if len(guards) > 1 else None


def _is_handed_out(group: TargetGroup, port: int) -> bool:
    """Whether a host may have handed out a port: one of that range, which the group itself does not name.

    Several such ports in a group are handed out, and will be others tomorrow; a single one says nothing.
    """
    named = (str(group.port), group.health_check_port)
    return group.target_type == "instance" and port in DYNAMIC and str(port) not in named
