"""ALB141 over facts: where the host's records lead, beside the load balancer that the user named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import How, Lead
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.domain.alb141_zone_alias_wrong_lb import zone_alias_wrong_lb as check
from tests.support.build import BALANCER_ARN, ELB, balancer, facts
from tests.support.build_dns import DOMAIN, GABIA, OTHERS, OURS, delegation, denied, lead, record_set, records, zone
from tests.support.fixes import script_of
from tests.support.table import result_of, told

OLD_ARN = f"{ELB}:loadbalancer/app/old/50dc6c495c0c9189"
NLB_ARN = f"{ELB}:loadbalancer/net/edge/50dc6c495c0c9190"
OLD = "old-1.ap-northeast-2.elb.amazonaws.com"
NEW = balancer()
BEFORE = balancer(LoadBalancerArn=OLD_ARN, LoadBalancerName="old", DNSName=OLD)
MEANT = lead(How.OPTION, name="web")
ALIAS = record_set(alias=f"dualstack.{OLD}")


def to_old(arn: str | None = OLD_ARN, name: str = f"dualstack.{OLD}") -> Lead:
    return lead(How.ALIAS, arn, name)


def seen(*sets: Any, leads: Any = None, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "hosted_zones": (zone(),),
        "record_sets": (records(*(sets or (ALIAS,))),),
        "delegation": delegation(*OURS),
        "leads": leads or (MEANT, to_old()),
        "load_balancers": (NEW, BEFORE),
    }
    return facts(**(base | groups))


def test_a_record_that_names_the_balancer_before_is_told() -> None:
    assert told(check, seen()) == [
        "error confirmed domain/shop.example: The record of shop.example leads to load balancer old, not to web, which"
        " is meant",
        f"  route53 ListResourceRecordSets Z1 shop.example A -> dualstack.{OLD}",
        f"  elasticloadbalancing DescribeLoadBalancers web -> {NEW.dns_name}",
        "  fix[script, traffic]: Make shop.example an alias to its load balancer in hosted zone Z1.",
    ]


def test_the_script_points_the_same_record_at_the_one_that_is_meant() -> None:
    script = script_of(check, seen(), impact="traffic")
    (change,) = json.loads(script.partition("--change-batch '")[2].rstrip("'\n"))["Changes"]
    assert change["Action"] == "UPSERT"
    assert (change["ResourceRecordSet"]["Name"], change["ResourceRecordSet"]["Type"]) == (DOMAIN, "A")
    assert change["ResourceRecordSet"]["AliasTarget"]["DNSName"] == NEW.dns_name


@pytest.mark.parametrize(
    "record",
    [
        record_set(f"*.{DOMAIN}", alias=OLD),
        record_set(f"www.{DOMAIN}", "CNAME", OLD),
        record_set(f"www.{DOMAIN}", alias=OLD, SetIdentifier="a", Weight=1),
    ],
    ids=["a wildcard's", "a CNAME", "one of a weighted set"],
)
def test_a_record_on_which_others_hang_is_left_to_its_owner(record: Any) -> None:
    facts_ = seen(record, host=f"www.{DOMAIN}", leads=(MEANT, to_old(name=OLD)))
    assert told(check, facts_)[-1].startswith("  fix[by hand, traffic]: ")


@pytest.mark.parametrize(
    "facts_",
    [
        seen(record_set(alias=NEW.dns_name), leads=(MEANT, lead(name=NEW.dns_name))),
        seen(
            record_set(alias=OLD, SetIdentifier="a", Weight=0),
            record_set(alias=NEW.dns_name, SetIdentifier="b", Weight=1),
            leads=(MEANT, to_old(name=OLD), lead(name=NEW.dns_name)),
        ),
        seen(leads=(MEANT, to_old(NLB_ARN))),
        seen(leads=(MEANT, to_old(None))),
        seen(record_set(alias="d1.cloudfront.net")),
        seen(record_set(DOMAIN, "A", "203.0.113.9")),
    ],
    ids=[
        "it leads there",
        "a part of it leads there",
        "a Network Load Balancer",
        "one that is gone",
        "a CDN",
        "addresses",
    ],
)
def test_what_leads_there_or_may_passes(facts_: Facts) -> None:
    assert result_of(check, facts_) is Result.PASSED


def test_without_the_users_word_nobody_knows_which_one_is_meant() -> None:
    assert result_of(check, seen(leads=(lead(How.CERTIFICATE), to_old()))) is Result.EMPTY
    internal = (balancer(Scheme="internal"), BEFORE)
    assert result_of(check, seen(load_balancers=internal)) is Result.EMPTY, "something in front is meant to be met"


def test_a_zone_that_nobody_asks_says_nothing() -> None:
    for servers in (GABIA, OTHERS):
        assert result_of(check, seen(delegation=delegation(*servers))) is Result.EMPTY


def test_not_known() -> None:
    for group in ("hosted_zones", "record_sets", "delegation", "leads", "load_balancers"):
        assert result_of(check, seen(**{group: denied("x")})) is Result.SKIPPED
    assert MEANT.load_balancer_arn == BALANCER_ARN
