"""Which balancers may be meant when nothing leads to one: those with a certificate or a rule for the host."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from albdoctor.collect.aws import acm, elb
from albdoctor.collect.aws.account import Account, no_region
from albdoctor.collect.aws.finder import Finder
from albdoctor.collect.aws.found import Found
from albdoctor.collect.gaps import NotAnsweredError, observe
from albdoctor.derive.names import covers
from albdoctor.derive.routing.conditions import host_values, wildcard
from albdoctor.facts.elb import How, Lead, Leads, Rule
from albdoctor.facts.known import Known, Unknown

CATCH_ALL = "*?."
"""A host pattern of nothing but these says nothing about the host."""


async def candidates(finder: Finder, host: str, registrable: str, regions: tuple[str, ...]) -> Leads:
    """Application load balancers of the Regions that could serve the host, by certificate or host rule.

    What cannot be read is a gap only when nothing else was found: an inferred balancer is a hint, not a count.
    """
    if not regions:
        raise no_region("elasticloadbalancing:DescribeLoadBalancers")
    answers = await asyncio.gather(
        *(
            observe("candidates", _in_region(finder, account, region, host, registrable))
            for account in finder.accounts
            for region in regions
        )
    )
    found = tuple(lead for answer in answers if isinstance(answer, Known) for lead in answer.value)
    gap = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    if gap and not found:
        raise NotAnsweredError(gap)
    return found


async def _in_region(finder: Finder, account: Account, region: str, host: str, registrable: str) -> Leads:
    balancers, certificates = await asyncio.gather(
        finder.everything(account, region),
        observe("acm:ListCertificates", acm.of_domain(account, region, registrable)),
    )
    arns: frozenset[str] = frozenset()
    if isinstance(certificates, Known):
        arns = frozenset(
            each.certificate_arn for each in certificates.value if any(covers(name, host) for name in each.names)
        )
    each = await asyncio.gather(*(_of_balancer(found, host, arns) for found in balancers))
    leads: list[Lead] = []
    gaps: list[Unknown] = [certificates] if isinstance(certificates, Unknown) else []
    for found, (traces, missing) in zip(balancers, each, strict=True):
        leads += traces
        gaps += missing
        if traces:
            finder.meant(found)
    if gaps and not leads and balancers:
        raise NotAnsweredError(gaps[0])
    return tuple(leads)


async def _of_balancer(found: Found, host: str, arns: frozenset[str]) -> tuple[list[Lead], list[Unknown]]:
    """The traces of one balancer, and what of it could not be read."""
    attached, rules = await asyncio.gather(
        observe("elasticloadbalancing:DescribeListenerCertificates", found.part(elb.listeners_certificates)),
        observe("elasticloadbalancing:DescribeRules", found.part(elb.rules)),
    )
    leads: list[Lead] = []
    gaps = [answer for answer in (attached, rules) if isinstance(answer, Unknown)]
    if isinstance(attached, Known):
        held = (each.certificate_arn for entry in attached.value for each in entry.certificates)
        leads += [_lead(found, How.CERTIFICATE, arn) for arn in dict.fromkeys(held) if arn in arns]
    if isinstance(rules, Known):
        leads += [_lead(found, How.HOST_RULE, rule.rule_arn) for rule in _for_host(rules.value, host)]
    return leads, gaps


def _lead(found: Found, how: How, name: str) -> Lead:
    return Lead(how=how, name=name, region=found.region, load_balancer_arn=found.balancer.load_balancer_arn)


def _for_host(rules: Iterable[Rule], host: str) -> Iterable[Rule]:
    """Rules with a host condition for this host; regular expressions are left to the checks."""
    return (
        rule
        for rule in rules
        if any(
            pattern.strip(CATCH_ALL) and wildcard(pattern.lower(), host)
            for condition in rule.conditions
            if condition.field == "host-header"
            for pattern in host_values(condition)
        )
    )
