"""What hangs on a load balancer: listeners, certificates, rules, groups, health (ELBv2, 2015-12-01).

Each public coroutine answers for one `Found` balancer; ask through `Found.part`, so that nothing is asked twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial

import msgspec

from albdoctor.collect.aws.calls import absent_when, chunks
from albdoctor.collect.aws.complete import read_complete
from albdoctor.collect.aws.found import Found
from albdoctor.collect.collectors import collects_part
from albdoctor.collect.gaps import member, observe
from albdoctor.facts.elb import (
    BALANCERS_ATTRIBUTES,
    GROUPS_ATTRIBUTES,
    GROUPS_HEALTH,
    LISTENERS,
    LISTENERS_CERTIFICATES,
    RULES,
    SSL_POLICIES,
    TARGET_GROUPS,
    AttachedCertificate,
    Attribute,
    BalancerAttributes,
    GroupAttributes,
    GroupHealth,
    Listener,
    ListenerCertificates,
    Rule,
    SslPolicy,
    TargetGroup,
    TargetHealth,
)
from albdoctor.facts.elb_actions import Action
from albdoctor.facts.known import Known, UnknownError
from albdoctor.facts.mirror import known_or, readable
from albdoctor.facts.tags import OWNER_TAGS, TagDescription

ENCRYPTED = frozenset({"HTTPS", "TLS"})
MOST_GROUPS_IN_A_QUESTION = 20
MOST_TAGGED_IN_A_QUESTION = 20
NO_GROUP = absent_when("TargetGroupNotFound", "TargetGroupNotFoundException")


@collects_part(BALANCERS_ATTRIBUTES)
async def attributes(found: Found) -> tuple[BalancerAttributes, ...]:
    """Attributes of the balancer."""
    arn = found.balancer.load_balancer_arn
    operation = "DescribeLoadBalancerAttributes"
    answer = await found.account.call("elbv2", operation, found.region, LoadBalancerArn=arn)
    asked = f"elasticloadbalancing:{operation}"
    held = read_complete(member(answer, "Attributes", asked), tuple[Attribute, ...], asked)
    return (BalancerAttributes(load_balancer_arn=arn, attributes=held),)


@collects_part(LISTENERS)
async def listeners(found: Found) -> tuple[Listener, ...]:
    """Every listener of the balancer."""
    arn = found.balancer.load_balancer_arn
    return await found.account.items("elbv2", "DescribeListeners", found.region, Listener, LoadBalancerArn=arn)


@collects_part(LISTENERS_CERTIFICATES)
async def listeners_certificates(found: Found) -> tuple[ListenerCertificates, ...]:
    """Default and SNI certificates of each listener that speaks TLS."""
    every = await found.part(listeners)
    encrypted = [each for each in every if known_or(partial(_is_encrypted, each), otherwise=True)]
    return tuple(await asyncio.gather(*(_certificates(found, each) for each in encrypted)))


@collects_part(RULES)
async def rules(found: Found) -> tuple[Rule, ...]:
    """Rules of every listener, each with the ARN of its listener."""
    lists = await asyncio.gather(*(_rules(found, each) for each in await found.part(listeners)))
    return tuple(rule for each in lists for rule in each)


@collects_part(TARGET_GROUPS)
async def target_groups(found: Found) -> tuple[TargetGroup, ...]:
    """Every group that the balancer forwards to."""
    of_balancer, named = await asyncio.gather(groups_of_balancer(found), _named_groups(found))
    if named is None:
        # AWS lists by balancer exactly the groups that its rules name, so this is complete too.
        return of_balancer
    known = {group.target_group_arn for group in of_balancer}
    missing = tuple(arn for arn in named if arn not in known)
    return (
        *(group for group in of_balancer if group.target_group_arn in named),
        *await _groups_by_arn(found, missing),
    )


@collects_part(GROUPS_ATTRIBUTES)
async def groups_attributes(found: Found) -> tuple[GroupAttributes, ...]:
    """Attributes of every group."""
    return tuple(
        await asyncio.gather(*(attributes_of(found, each.target_group_arn) for each in await found.part(target_groups)))
    )


@collects_part(GROUPS_HEALTH)
async def groups_health(found: Found) -> tuple[GroupHealth, ...]:
    """Health of every target of every group; one group may fail without the others."""
    # The balancer's own list is there before the rules are: the answers are kept, and asked for only once.
    early = asyncio.create_task(_health_of_balancer(found))
    try:
        groups = await found.part(target_groups)
        return tuple(await asyncio.gather(*(health_of(found, group.target_group_arn) for group in groups)))
    finally:
        early.cancel()


@collects_part(SSL_POLICIES)
async def ssl_policies(found: Found) -> tuple[SslPolicy, ...]:
    """The TLS policies that the balancer's listeners name."""
    named = readable(await found.part(listeners), lambda each: [each.ssl_policy])
    names = tuple(dict.fromkeys(name for name in named if name))
    if not names:
        return ()
    return await found.account.items("elbv2", "DescribeSSLPolicies", found.region, SslPolicy, Names=names)


@collects_part(OWNER_TAGS)
async def owner_tags(found: Found) -> tuple[TagDescription, ...]:
    """Tags of the balancer and of every group: listeners and rules belong to whom the balancer belongs to."""
    # The balancer's own list is there before the rules are; what only the rules name is asked for afterwards.
    early = (found.balancer.load_balancer_arn, *(group.target_group_arn for group in await groups_of_balancer(found)))
    told, groups = await asyncio.gather(_tags(found, early), found.part(target_groups))
    named = {group.target_group_arn for group in groups} | {found.balancer.load_balancer_arn}
    more = await _tags(found, tuple(sorted(named.difference(early))))
    return tuple(one for one in (*told, *more) if one.resource_arn in named)


async def _tags(found: Found, arns: tuple[str, ...]) -> tuple[TagDescription, ...]:
    """Ask for the tags of some things; in a run of many scans together with those of other balancers."""
    account, region = found.account, found.region

    async def ask(some: tuple[str, ...]) -> tuple[TagDescription, ...]:
        return await account.items("elbv2", "DescribeTags", region, TagDescription, ResourceArns=some)

    what = (OWNER_TAGS.asked, region)
    return await account.joined(what, arns, ask, lambda tags: (tags.resource_arn,), MOST_TAGGED_IN_A_QUESTION)


def groups_named(actions: Iterable[Action]) -> Iterable[str]:
    """ARNs of the groups that actions forward to."""
    return (group.target_group_arn for action in actions for group in action.groups)


def _is_encrypted(listener: Listener) -> bool:
    return listener.protocol in ENCRYPTED


async def _certificates(found: Found, listener: Listener) -> ListenerCertificates:
    arn = listener.listener_arn
    attached = await found.account.items(
        "elbv2", "DescribeListenerCertificates", found.region, AttachedCertificate, ListenerArn=arn
    )
    return ListenerCertificates(listener_arn=arn, certificates=attached)


async def _rules(found: Found, listener: Listener) -> tuple[Rule, ...]:
    arn = listener.listener_arn
    answered = await found.account.items("elbv2", "DescribeRules", found.region, Rule, ListenerArn=arn)
    return tuple(msgspec.structs.replace(rule, listener_arn=arn) for rule in answered)


async def groups_of_balancer(found: Found) -> tuple[TargetGroup, ...]:
    """Every group that AWS lists by the balancer: none where it only redirects, or answers itself."""
    arn = found.balancer.load_balancer_arn
    return await found.account.items(
        "elbv2", "DescribeTargetGroups", found.region, TargetGroup, absent=NO_GROUP, LoadBalancerArn=arn
    )


async def _named_groups(found: Found) -> tuple[str, ...] | None:
    """The groups that listeners and rules name; None when any of it could not be read."""
    try:
        default = [action for each in await found.part(listeners) for action in each.default_actions]
        ruled = [action for rule in await found.part(rules) for action in rule.actions]
    except UnknownError:
        return None
    return tuple(dict.fromkeys(groups_named([*default, *ruled])))


async def _groups_by_arn(found: Found, arns: tuple[str, ...]) -> tuple[TargetGroup, ...]:
    lists = await asyncio.gather(
        *(
            found.account.items(
                "elbv2", "DescribeTargetGroups", found.region, TargetGroup, absent=NO_GROUP, TargetGroupArns=some
            )
            for some in chunks(arns, MOST_GROUPS_IN_A_QUESTION)
        )
    )
    return tuple(group for each in lists for group in each)


async def attributes_of(found: Found, arn: str) -> GroupAttributes:
    """Attributes of a group."""
    operation = "DescribeTargetGroupAttributes"
    answer = await found.account.call("elbv2", operation, found.region, TargetGroupArn=arn)
    asked = f"elasticloadbalancing:{operation}"
    held = read_complete(member(answer, "Attributes", asked), tuple[Attribute, ...], asked)
    return GroupAttributes(target_group_arn=arn, attributes=held)


async def _health_of_balancer(found: Found) -> None:
    groups = await observe("elasticloadbalancing:DescribeTargetGroups", groups_of_balancer(found))
    if isinstance(groups, Known):
        await asyncio.gather(*(health_of(found, group.target_group_arn) for group in groups.value))


async def health_of(found: Found, arn: str) -> GroupHealth:
    """Health of every target of a group."""
    asked = "elasticloadbalancing:DescribeTargetHealth"
    answer = found.account.items("elbv2", "DescribeTargetHealth", found.region, TargetHealth, TargetGroupArn=arn)
    return GroupHealth(target_group_arn=arn, targets=await observe(asked, answer))
