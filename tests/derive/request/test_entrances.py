"""To which load balancers the name leads, which of them rest, and what stands in front."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.judgement import Judgement
from albdoctor.derive.needs import wants_of
from albdoctor.derive.request.entrances import Entrances, Front
from albdoctor.facts.elb import How
from albdoctor.facts.snapshot import Facts
from tests.support.build import BALANCER_ARN, REGION, balancer, facts
from tests.support.build_dns import (
    OTHERS,
    OURS,
    delegation,
    host_answers,
    lead,
    probe,
    probes,
    record_set,
    records,
    zone,
)
from tests.support.build_served import ONE, answering, got, served

WEB, STANDBY = (f"{name}-1234567890.{REGION}.elb.amazonaws.com" for name in ("web", "standby"))
STANDBY_ARN = BALANCER_ARN.replace("/web/", "/standby/")
BOTH = (balancer(), balancer(LoadBalancerArn=STANDBY_ARN, LoadBalancerName="standby", DNSName=STANDBY))


def _asked(entrances: Entrances) -> None:
    """Ask for the entrances as a check does."""


def entrances_of(snapshot: Facts) -> Entrances:
    """What the derivation makes of a snapshot."""
    made = Judgement(snapshot).arguments(wants_of(_asked)).values["entrances"]
    assert isinstance(made, Entrances)
    return made


def _seen(*sets: Any, names: tuple[str, ...] = OURS, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": BOTH,
        "leads": (lead(How.ALIAS), lead(How.ALIAS, STANDBY_ARN)),
        "hosted_zones": (zone(),),
        "record_sets": (records(*sets),),
        "delegation": delegation(*names),
    }
    return facts(**(base | groups))


def _alias(to: str, **fields: Any) -> Any:
    return record_set("shop.example", "A", alias=to, **fields)


PRIMARY = _alias(WEB, SetIdentifier="1", Failover="PRIMARY")
SECONDARY = _alias(STANDBY, SetIdentifier="2", Failover="SECONDARY")
FULL, EMPTY = _alias(WEB, SetIdentifier="1", Weight=100), _alias(STANDBY, SetIdentifier="2", Weight=0)
EDGE = f"edge-1234567890.elb.{REGION}.amazonaws.com"
EDGE_ARN = BALANCER_ARN.replace("/app/web/", "/net/edge/")
PASSED_ON = lead(How.BEHIND, name=EDGE_ARN)
TO_EDGE = lead(How.ALIAS, EDGE_ARN, name=f"dualstack.{EDGE}")
AT_EDGE = lead(How.ADDRESS, EDGE_ARN, name=ONE)
LIVE = (lead(How.ADDRESS, name=ONE),)
CASES: dict[str, tuple[Facts, set[str], set[str]]] = {
    "an alias": (_seen(_alias(WEB)), {BALANCER_ARN}, set()),
    "with the prefix that consoles add": (_seen(_alias(f"dualstack.{WEB}")), {BALANCER_ARN}, set()),
    "a CNAME": (_seen(record_set("shop.example", "CNAME", WEB)), {BALANCER_ARN}, set()),
    "a failover secondary rests": (_seen(PRIMARY, SECONDARY), {BALANCER_ARN}, {STANDBY_ARN}),
    "a record of weight 0 rests": (_seen(FULL, EMPTY), {BALANCER_ARN}, {STANDBY_ARN}),
    "two with a weight are both reached": (
        _seen(FULL, _alias(STANDBY, SetIdentifier="2", Weight=1)),
        {BALANCER_ARN, STANDBY_ARN},
        set(),
    ),
    "the secondary took over": (
        _seen(PRIMARY, SECONDARY, leads=(lead(How.ADDRESS, STANDBY_ARN, name=ONE),)),
        {STANDBY_ARN},
        {BALANCER_ARN},
    ),
    "records of a zone that nobody asks mean something, and lead nowhere": (
        _seen(_alias(WEB), names=OTHERS, leads=(lead(How.ALIAS),)),
        {BALANCER_ARN},
        set(),
    ),
    "an option outranks a certificate that fits": (
        _seen(leads=(lead(How.OPTION), lead(How.CERTIFICATE, STANDBY_ARN))),
        {BALANCER_ARN},
        set(),
    ),
    "certificates and rules alone": (
        _seen(leads=(lead(How.CERTIFICATE), lead(How.HOST_RULE, STANDBY_ARN))),
        {BALANCER_ARN, STANDBY_ARN},
        set(),
    ),
    "behind a Network Load Balancer": (_seen(_alias(EDGE), leads=(TO_EDGE, AT_EDGE, PASSED_ON)), {BALANCER_ARN}, set()),
    "behind one that nobody asks for yet": (_seen(_alias(EDGE), leads=(TO_EDGE, PASSED_ON)), {BALANCER_ARN}, set()),
    "behind one to which a secondary record leads": (
        _seen(
            _alias(STANDBY, SetIdentifier="1", Failover="PRIMARY"),
            _alias(EDGE, SetIdentifier="2", Failover="SECONDARY"),
            leads=(lead(How.ADDRESS, STANDBY_ARN, name=ONE), TO_EDGE, PASSED_ON),
        ),
        {STANDBY_ARN},
        {BALANCER_ARN},
    ),
    "a Network Load Balancer with other targets": (_seen(_alias(EDGE), leads=(TO_EDGE, AT_EDGE)), {EDGE_ARN}, set()),
    "one with other targets, and the load balancer that is meant": (
        _seen(_alias(EDGE), leads=(lead(How.OPTION), TO_EDGE, AT_EDGE)),
        {BALANCER_ARN},
        set(),
    ),
    "one of somebody else passes on what is not ours": (
        _seen(
            _alias(WEB),
            leads=(*(lead(How.ALIAS), lead(How.ADDRESS, name=ONE)), lead(How.BEHIND, STANDBY_ARN, EDGE_ARN)),
        ),
        {BALANCER_ARN},
        set(),
    ),
    "a load balancer that is gone": (_seen(leads=(lead(How.ALIAS, None),)), set(), set()),
}


@pytest.mark.parametrize(("snapshot", "reached", "parked"), CASES.values(), ids=CASES)
def test_which_load_balancers(snapshot: Facts, reached: set[str], parked: set[str]) -> None:
    made = entrances_of(snapshot)
    assert (set(made.reached), set(made.parked)) == (reached, parked)


def _chain(*names: str) -> dict[str, Any]:
    return {"host_answers": replace(host_answers(ONE), chain=names), "leads": (lead(How.CERTIFICATE),)}


THROUGH_CLOUDFLARE = answering(replace(got(200), headers=(("cf-ray", "8f1-ICN"),)))
BEHIND: dict[str, Any] = {"leads": (lead(How.CERTIFICATE),), "host_answers": host_answers(ONE)}
FRONTS: dict[str, tuple[Facts, Front, str]] = {
    "the load balancer itself": (_seen(**served()), Front.BALANCER, ""),
    "CloudFront by its CNAME": (_seen(**_chain("d111.cloudfront.net")), Front.CDN, "d111.cloudfront.net"),
    "CloudFront by an alias": (
        _seen(_alias("d111.cloudfront.net"), leads=(lead(How.CERTIFICATE),)),
        Front.CDN,
        "d111.cloudfront.net",
    ),
    "another CDN": (_seen(**_chain("shop.example.cdn.cloudflare.net")), Front.CDN, "shop.example.cdn.cloudflare.net"),
    "Global Accelerator": (
        _seen(**_chain("a1.awsglobalaccelerator.com")),
        Front.ACCELERATOR,
        "a1.awsglobalaccelerator.com",
    ),
    "a CDN by the headers that it adds": (
        _seen(**BEHIND, probes=probes(THROUGH_CLOUDFLARE)),
        Front.CDN,
        "Cloudflare",
    ),
    "such headers where DNS leads to the load balancer are its targets'": (
        _seen(leads=LIVE, host_answers=host_answers(ONE), probes=probes(THROUGH_CLOUDFLARE)),
        Front.BALANCER,
        "",
    ),
    "a Network Load Balancer": (
        _seen(_alias(EDGE), leads=(TO_EDGE, AT_EDGE, PASSED_ON)),
        Front.NETWORK_BALANCER,
        "edge",
    ),
    "a Network Load Balancer beside the load balancer itself": (
        _seen(leads=(*LIVE, AT_EDGE, PASSED_ON)),
        Front.BALANCER,
        "",
    ),
    "nothing is known": (_seen(**BEHIND, probes=probes(probe(ONE))), Front.BALANCER, ""),
}


@pytest.mark.parametrize(("snapshot", "front", "name"), FRONTS.values(), ids=FRONTS)
def test_what_stands_in_front(snapshot: Facts, front: Front, name: str) -> None:
    made = entrances_of(snapshot)
    assert (made.front, made.front_name, made.direct) == (front, name, front is Front.BALANCER)


def test_what_dns_leads_to_is_kept_apart_from_what_is_meant() -> None:
    assert entrances_of(_seen(_alias(WEB))).live == frozenset()
    assert entrances_of(_seen(_alias(WEB), leads=LIVE)).live == {BALANCER_ARN}


def test_what_a_network_balancer_passes_on_the_load_balancer_answers() -> None:
    passed_on = entrances_of(_seen(_alias(EDGE), leads=(TO_EDGE, AT_EDGE, PASSED_ON)))
    assert (set(passed_on.live), passed_on.direct, passed_on.answers) == ({BALANCER_ARN}, False, True)
    through_cdn = entrances_of(_seen(**_chain("d111.cloudfront.net")))
    assert (through_cdn.direct, through_cdn.answers) == (False, False)
    assert entrances_of(_seen(leads=LIVE)).answers


def test_a_primary_is_told_to_have_failed_over_only_while_its_secondary_answers() -> None:
    seen = {name: entrances_of(snapshot).failed_over for name, (snapshot, _, _) in CASES.items()}
    assert {name: arns for name, arns in seen.items() if arns} == {"the secondary took over": {BALANCER_ARN}}
