"""What the checks of the targets' security groups share: a finding for each port that is shut, or for their range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from albdoctor.checkup import Finding, Fix, Verdict, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.reach import TARGET_GROUPS
from albdoctor.derive.targets.listed import subject_of, target_ids, target_ports
from albdoctor.derive.targets.registered import Registered
from albdoctor.derive.targets.ways import Way, Ways
from albdoctor.facts.elb import TargetGroup
from albdoctor_checks.fixes.group import of_group
from albdoctor_checks.fixes.target_security_group import (
    ADMIT_BALANCER_IN_SEVERAL,
    ADMIT_HIGH_PORT,
)

DYNAMIC = range(32768, 65536)
"""From which Linux hands out ports by itself."""


def shut_ports(ways: Ways, blocked: Sequence[Way]) -> Iterator[Verdict]:
    """Judge the ways to the ports of a group's targets that stay; these are blocked by the targets' security groups.

    What one kind of rule blocks is no proof that the others are in order: then nothing is said to be fine.
    """
    together: dict[int, list[Way]] = {}
    dynamic = _dynamic(ways)
    for way in blocked:
        if way.port not in dynamic:
            together.setdefault(way.port, []).append(way)
    for port, here in together.items():
        targets = _targets(here)
        guards = _guards(here)
        yield _finding(
            ways.group,
            here,
            key="" if len(targets) == 1 else str(port),
            fix=_fix(guards, may_be_another=_is_handed_out(ways.group, port)),
            port=port,
        )
    if ways.known and not blocked and not ways.blocked("target-sg-other-in", "target-sg-beside-in"):
        yield fine(ways.group.ref)


def open_elsewhere(ways: Ways, blocked: Sequence[Way], several: Fix) -> Iterator[Verdict]:
    """Judge the ways to ports that rules open, but to somebody else or somewhere else, for requests and checks.

    `several` is the fix where more than one security group has to be changed.
    """
    dynamic, together = _dynamic(ways), dict[int, list[Way]]()
    for way in blocked:
        if way.port not in dynamic:
            together.setdefault(way.port, []).append(way)
    for port, here in together.items():
        fix = several if len(_guards(here)) > 1 else None
        yield _finding(ways.group, here, key=str(port), fix=fix, port=port)
    if ways.known and not ways.blocked(*TARGET_GROUPS):
        yield fine(ways.group.ref)


def range_closed(ways: Ways, blocked: Sequence[Way]) -> Iterator[Verdict]:
    """Judge the ways to the ports that hosts handed out, all of a group together: one rule opens them."""
    dynamic = _dynamic(ways)
    here = [way for way in blocked if way.port in dynamic]
    if here:
        targets = _targets(here)
        key = "" if len(targets) == 1 else f"{DYNAMIC[0]}-{DYNAMIC[-1]}"
        yield _finding(ways.group, here, key=key, fix=None, port=target_ports(targets))
    elif dynamic and ways.known:
        yield fine(ways.group.ref)


def _dynamic(ways: Ways) -> set[int]:
    """The ports of a group that hosts handed out, and will hand out others tomorrow; a single one says nothing."""
    handed_out = {way.port for way in ways.tried if _is_handed_out(ways.group, way.port)}
    return handed_out if len(handed_out) > 1 else set()


def _targets(here: Sequence[Way]) -> list[Registered]:
    return list(dict.fromkeys(way.target for way in here))


def _guards(here: Sequence[Way]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(way.endpoint.security_groups[0] for way in here))


def _finding(
    group: TargetGroup, here: Sequence[Way], *, key: str, fix: Fix | None, port: int | str | tuple[str, ...]
) -> Finding:
    """Report the ways that one rule of a security group would open."""
    balancer, targets = here[0].balancer, _targets(here)
    rules = dict.fromkeys((one.id, one.saw) for way in here for one in way.blockers)
    return found(
        subject_of(targets),
        saw(asked.balancers(balancer), f"SecurityGroups: {', '.join(balancer.security_groups)}"),
        *(saw(asked.security_groups(id_), seen) for id_, seen in list(rules)[:3]),
        key=key,
        fix=fix,
        fix_values=of_group(group),
        port=port,
        guards=_guards(here),
        source=balancer.security_groups[0],
        balancer=balancer.load_balancer_name,
        named=tuple(dict.fromkeys(id_ for way in here for one in way.blockers for id_ in one.named)),
        targets=target_ids(targets),
    )


def _fix(guards: tuple[str, ...], *, may_be_another: bool) -> Fix | None:
    if may_be_another:
        return ADMIT_HIGH_PORT
    return ADMIT_BALANCER_IN_SEVERAL if len(guards) > 1 else None


def _is_handed_out(group: TargetGroup, port: int) -> bool:
    """Whether a host may have handed out a port: one of that range, which the group itself does not name."""
    named = (str(group.port), group.health_check_port)
    return group.target_type == "instance" and port in DYNAMIC and str(port) not in named
