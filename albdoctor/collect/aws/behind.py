"""From a Network Load Balancer on to the Application Load Balancers that are targets of its groups."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import chain

from albdoctor.collect.aws import elb
from albdoctor.collect.aws.finder import ASKED, Finder
from albdoctor.collect.aws.found import Found
from albdoctor.collect.gaps import observe, value_of
from albdoctor.facts.arn import is_network
from albdoctor.facts.elb import How, Lead, Leads
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.mirror import readable


async def behind(finder: Finder, found: Iterable[Lead]) -> Leads:
    """The balancers behind those that are found; where nobody can be asked, a lead that says why it leads nowhere."""
    arns = dict.fromkeys(arn for lead in found if (arn := lead.load_balancer_arn) and is_network(arn))
    each = await asyncio.gather(*(observe(ASKED, _behind(finder, finder.known(arn))) for arn in arns))
    return tuple(chain.from_iterable(map(_leads, arns, each)))


def _leads(arn: str, seen: Observed[Leads]) -> Leads:
    return seen.value if isinstance(seen, Known) else (Lead(how=How.BEHIND, name=arn, gap=seen),)


async def _behind(finder: Finder, first: Found) -> Leads:
    groups = readable(
        await elb.groups_of_balancer(first),
        lambda group: [group.target_group_arn] if group.target_type == "alb" else [],
    )
    healths = await asyncio.gather(*(elb.health_of(first, arn) for arn in groups))
    targets = [target for health in healths for target in value_of(health.targets)]
    arns = dict.fromkeys(readable(targets, lambda one: [one.target.id]))
    met = await asyncio.gather(*(finder.by_arn(arn) for arn in arns))
    name = first.balancer.load_balancer_arn
    return tuple(
        Lead(how=How.BEHIND, name=name, region=one.region, load_balancer_arn=one.balancer.load_balancer_arn)
        for one in met
        if one
    )
