"""ALB133 over facts: an account without a zone for the host."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Certainty, Finding, Severity
from albdoctor.facts.elb import How
from albdoctor_checks.domain.alb133_zone_not_found import zone_not_found
from tests.support.build import balancer, facts
from tests.support.build_dns import GABIA, OTHERS, but, delegation, denied, host_answers, lead, probe, probes, zone
from tests.support.table import result_of, told

AT_GABIA: dict[str, Any] = {"hosted_zones": (), "delegation": delegation(*GABIA), "load_balancers": (balancer(),)}
DELETED: dict[str, Any] = {"hosted_zones": (), "delegation": delegation(*OTHERS, children="REFUSED")}


def finding(**groups: Any) -> Finding:
    (only,) = run_one(facts(**groups), zone_not_found).findings
    return only


def test_a_balancer_without_a_zone_is_found() -> None:
    assert told(zone_not_found, facts(**AT_GABIA)) == [
        "error confirmed domain/shop.example: This account has no public hosted zone for shop.example; its"
        " name servers are ns.gabia.co.kr, ns1.gabia.co.kr",
        "  route53 ListHostedZonesByName shop.example -> HostedZones: []",
        "  NS shop.example -> ns.gabia.co.kr, ns1.gabia.co.kr",
        "  fix[by hand, none]: Point shop.example to the load balancer at the DNS provider that serves shop.example,"
        " or move the domain to Route 53.",
    ]
    fix = finding(**AT_GABIA).fix
    assert fix is not None
    assert fix.script == ""


def test_route53_servers_that_refuse_mean_a_deleted_zone() -> None:
    assert told(zone_not_found, facts(**DELETED)) == [
        "error confirmed domain/shop.example: This account has no public hosted zone for shop.example; its"
        " name servers are ns-11.awsdns-11.com, ns-12.awsdns-12.net, ns-13.awsdns-13.org,"
        " ns-14.awsdns-14.co.uk",
        "  route53 ListHostedZonesByName shop.example -> HostedZones: []",
        "  NS shop.example -> ns-11.awsdns-11.com, ns-12.awsdns-12.net, ns-13.awsdns-13.org, ns-14.awsdns-14.co.uk",
        "  fix[script, none]: Create a hosted zone for shop.example, then enter its four name servers at the"
        " registrar.",
    ]
    fix = finding(**DELETED).fix
    assert fix is not None
    assert fix.script.startswith("aws route53 create-hosted-zone --name {domain}")


def test_route53_servers_that_answer_may_be_another_accounts() -> None:
    elsewhere = finding(hosted_zones=(), delegation=delegation(*OTHERS))
    assert elsewhere.certainty is Certainty.LIKELY
    assert "another account" in elsewhere.alternatives[0].en
    silent = finding(hosted_zones=(), delegation=delegation(*OTHERS, children=None))
    assert silent.certainty is Certainty.LIKELY


def test_dns_elsewhere_by_intent_is_info() -> None:
    assert finding(**AT_GABIA, leads=(lead(How.ADDRESS),)).severity is Severity.INFO
    works: dict[str, Any] = {"leads": (), "host_answers": host_answers("203.0.113.5"), "probes": probes(probe())}
    assert finding(**AT_GABIA, **works).severity is Severity.INFO


def test_a_name_that_leads_here_is_left_where_it_is_served() -> None:
    for servers in (GABIA, OTHERS):
        fix = finding(**AT_GABIA | {"delegation": delegation(*servers)}, leads=(lead(How.ADDRESS),)).fix
        assert fix is not None
        assert fix.summary.en.startswith("Nothing to do for {host}, which leads to the load balancer")
        assert fix.script == "", "an empty zone of one's own would take the name away from the one that works"
    leads: dict[str, Any] = {"leads": (lead(How.ADDRESS),)}
    assert told(zone_not_found, facts(**AT_GABIA, **leads))[-1] == (
        "  fix[by hand, none]: Nothing to do for shop.example, which leads to the load balancer; change its records"
        " where shop.example is served."
    )


def test_a_balancer_that_answers_where_the_name_does_not_lead_is_no_working_name() -> None:
    for addresses in ((), ("198.51.100.7",)):
        seen: dict[str, Any] = {"leads": (), "host_answers": host_answers(*addresses), "probes": probes(probe())}
        assert told(zone_not_found, facts(**DELETED, **seen))[0].startswith("error ")


def test_silence() -> None:
    other = facts(hosted_zones=(zone(),), delegation=delegation(*GABIA), load_balancers=(balancer(),))
    assert result_of(zone_not_found, other) is Result.PASSED
    nobody = facts(hosted_zones=(), delegation=delegation(*GABIA), load_balancers=())
    assert result_of(zone_not_found, nobody) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    unread = denied("route53:ListHostedZonesByName")
    assert result_of(zone_not_found, facts(**but(AT_GABIA, {"hosted_zones": unread}))) is Result.SKIPPED
    blind = denied("elasticloadbalancing:DescribeLoadBalancers")
    assert result_of(zone_not_found, facts(**but(AT_GABIA, {"load_balancers": blind}))) is Result.SKIPPED
