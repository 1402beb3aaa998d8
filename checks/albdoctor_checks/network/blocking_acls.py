"""What the two network ACL checks share: a finding for each ACL in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from albdoctor.checkup import Finding, Fix, Verdict, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.network.acl_repair import AclSide, acl_entries
from albdoctor.derive.network.reach import Network
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.ways import Way, Ways
from albdoctor.facts.ec2 import NetworkAcl
from albdoctor_checks.fixes.group import of_group


def blocking_acls(ways: Ways, network: Network, side: AclSide, renumber: Fix) -> Iterator[Verdict]:
    """Judge the network ACLs on one side of the ways to a group; `renumber` is the fix where no entry fits in."""
    blocked = ways.blocked(*side)
    ids = {blocker.id for way in blocked for blocker in way.blockers}
    for acl in network.network_acls:
        if acl.network_acl_id in ids:
            entries = acl_entries(acl, blocked, network.subnets, side)
            yield _finding(acl, blocked, entries, None if entries else renumber)
    if ways.known and not blocked:
        yield fine(ways.group.ref)


def _finding(acl: NetworkAcl, blocked: Sequence[Way], entries: tuple[str, ...], fix: Fix | None) -> Finding:
    here = [way for way in blocked if any(one.id == acl.network_acl_id for one in way.blockers)]
    seen = dict.fromkeys(one for way in here for one in way.blockers if one.id == acl.network_acl_id)
    targets = list(dict.fromkeys(way.target for way in here))
    return found(
        subject_of(targets),
        *(saw(asked.network_acl(one.id, one.kind), one.saw) for one in seen),
        fix=fix,
        key=acl.network_acl_id,
        fix_values=of_group(targets[0].group),
        acl=acl.network_acl_id,
        port=here[0].port,
        entries=entries,
        targets=target_ids(targets),
    )
