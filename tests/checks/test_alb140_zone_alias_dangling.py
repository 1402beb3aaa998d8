"""ALB140 over facts: an alias to a load balancer that is gone."""

from __future__ import annotations

import json
from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Finding
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.elb import How
from albdoctor_checks.domain.alb140_zone_alias_dangling import zone_alias_dangling
from tests.support.build import balancer, facts
from tests.support.build_dns import DOMAIN, OURS, answer, but, delegation, denied, lead, record_set, records, zone
from tests.support.table import result_of, told

OLD = "old-1.ap-northeast-2.elb.amazonaws.com"
GONE = lead(How.ALIAS, None, f"dualstack.{OLD}")


def answers(*addresses: str, server: str = OURS[0]) -> HostAnswers:
    return HostAnswers(host=DOMAIN, zone=DOMAIN, a=(answer(*addresses, server=server),), aaaa=(), addresses=addresses)


BASE: dict[str, Any] = {
    "hosted_zones": (zone(),),
    "record_sets": (records(record_set(alias=f"dualstack.{OLD}")),),
    "leads": (GONE,),
    "load_balancers": (),
    "delegation": delegation(*OURS),
    "host_answers": answers(),
}


def finding(**changed: Any) -> Finding:
    (only,) = run_one(facts(**but(BASE, changed)), zone_alias_dangling).findings
    return only


def test_an_alias_to_nothing_is_found() -> None:
    assert told(zone_alias_dangling, facts(**BASE)) == [
        "error confirmed record/Z1/shop.example/A: The alias record of shop.example points to load balancer"
        f" {OLD}, which does not exist",
        f"  route53 ListResourceRecordSets Z1 shop.example -> AliasTarget: {OLD}",
        f"  elasticloadbalancing DescribeLoadBalancers -> {OLD}: LoadBalancers: []",
        "  A shop.example @ns-1.awsdns-01.com -> NOERROR, A: []",
        "  fix[by hand, traffic]: Make shop.example an alias to its load balancer in hosted zone Z1.",
    ]
    fix = finding().fix
    assert fix is not None
    assert fix.script == ""


def test_the_balancer_that_is_meant_makes_a_script() -> None:
    both = (records(record_set(alias=OLD), record_set(DOMAIN, "AAAA", alias=OLD)),)
    meant: dict[str, Any] = {
        "record_sets": both,
        "leads": (GONE, lead(How.HOST_RULE)),
        "load_balancers": (balancer(),),
    }
    found = finding(**meant)
    assert told(zone_alias_dangling, facts(**but(BASE, meant)))
    assert found.fix is not None
    assert found.fix.script
    changes = json.loads(str(found.values["change_batch"]))["Changes"]
    assert [(one["Action"], one["ResourceRecordSet"]["Type"]) for one in changes] == [
        ("UPSERT", "A"),
        ("DELETE", "AAAA"),
    ]
    assert changes[1]["ResourceRecordSet"]["AliasTarget"]["DNSName"] == OLD
    dual = finding(**but(meant, {"load_balancers": (balancer(IpAddressType="dualstack"),)}))
    assert [one["Action"] for one in json.loads(str(dual.values["change_batch"]))["Changes"]] == ["UPSERT", "UPSERT"]


def test_without_an_answer_of_the_zones_own_servers_it_is_likely() -> None:
    parked = finding(host_answers=answers("203.0.113.9", server="ns.gabia.co.kr"))
    assert parked.certainty == "likely"
    assert parked.decide == f"dig +short {OLD}"
    assert finding(host_answers=denied("DNS")).certainty == "likely"


def test_an_alias_that_answers_exists_in_another_account() -> None:
    assert result_of(zone_alias_dangling, facts(**but(BASE, {"host_answers": answers("203.0.113.9")}))) is Result.PASSED


def test_silence() -> None:
    assert result_of(zone_alias_dangling, facts(**but(BASE, {"leads": (lead(name=OLD),)}))) is Result.PASSED
    literal = (records(record_set(DOMAIN, "A", "203.0.113.9")),)
    assert result_of(zone_alias_dangling, facts(**but(BASE, {"record_sets": literal}))) is Result.EMPTY
    assert result_of(zone_alias_dangling, facts(**but(BASE, {"hosted_zones": (), "record_sets": ()}))) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    for group in ("leads", "hosted_zones", "record_sets"):
        assert result_of(zone_alias_dangling, facts(**but(BASE, {group: denied("x:Y")}))) is Result.SKIPPED
