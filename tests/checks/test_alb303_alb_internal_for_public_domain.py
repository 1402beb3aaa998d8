"""ALB303 over facts: a public name in front of an internal load balancer."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import AliasTarget, HostedZone, ResourceRecordSet, ZoneRecords
from albdoctor_checks.balancer.alb303_alb_internal_for_public_domain import alb_internal_for_public_domain as check
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.table import result_of, told

INTERNAL = balancer(Scheme="internal")
DENIED = Unknown(gap=Gap.DENIED, asked="route53:ListHostedZonesByName")
RECORD = ResourceRecordSet(
    name="shop.example.",
    type="A",
    alias_target=AliasTarget(hosted_zone_id="Z1", d_n_s_name=f"dualstack.{INTERNAL.dns_name}."),
)


def dns(*, private: bool = False, chain: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "hosted_zones": (HostedZone(id="Z9", name="shop.example", private=private),),
        "record_sets": (ZoneRecords(zone_id="Z9", records=Known((RECORD,))),),
        "host_answers": HostAnswers(host="shop.example", zone="shop.example", a=(), aaaa=(), chain=chain),
    }


def test_a_public_record_that_leads_to_an_internal_balancer_is_found() -> None:
    assert told(check, facts(load_balancers=(INTERNAL,), **dns())) == [
        f"error confirmed load-balancer/{BALANCER_ARN}: The public name shop.example leads to the internal"
        " load balancer web",
        "  elasticloadbalancing DescribeLoadBalancers web -> Scheme: internal",
        f"  route53 ListResourceRecordSets Z9 -> shop.example A -> {INTERNAL.dns_name}",
        "  fix[by hand, traffic]: Create an internet-facing load balancer and point shop.example to it: the scheme of"
        " web cannot be changed.",
    ]


def test_a_public_cname_is_enough_without_route_53() -> None:
    seen: dict[str, Any] = dns(chain=(INTERNAL.dns_name,)) | {"hosted_zones": DENIED, "record_sets": DENIED}
    assert told(check, facts(load_balancers=(INTERNAL,), **seen))[-2] == (
        f"  DNS shop.example -> CNAME {INTERNAL.dns_name}"
    )


def test_a_private_zone_may_lead_to_an_internal_balancer() -> None:
    assert result_of(check, facts(load_balancers=(INTERNAL,), **dns(private=True))) is Result.PASSED


def test_an_internet_facing_balancer_passes() -> None:
    assert result_of(check, facts(load_balancers=(balancer(),), **dns())) is Result.PASSED


def test_no_balancer_is_nothing_to_judge() -> None:
    assert result_of(check, facts(load_balancers=(), **dns())) is Result.EMPTY


def test_records_that_could_not_be_read_are_not_absent() -> None:
    seen: dict[str, Any] = dns() | {"hosted_zones": DENIED}
    assert result_of(check, facts(load_balancers=(INTERNAL,), **seen)) is Result.SKIPPED
    unread = Unknown(gap=Gap.DENIED, asked="route53:ListResourceRecordSets")
    seen = dns() | {"record_sets": (ZoneRecords(zone_id="Z9", records=unread),)}
    assert result_of(check, facts(load_balancers=(INTERNAL,), **seen)) is Result.SKIPPED
    private: dict[str, Any] = dns(private=True) | {"record_sets": (ZoneRecords(zone_id="Z9", records=unread),)}
    assert result_of(check, facts(load_balancers=(INTERNAL,), **private)) is Result.PASSED
