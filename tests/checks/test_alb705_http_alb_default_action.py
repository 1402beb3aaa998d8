"""ALB705 over facts: the default rule's fixed error, seen by a client."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.response.alb705_http_alb_default_action import http_alb_default_action as check
from tests.support.build import balancer, facts, listener, rule
from tests.support.build_web import ALB, PARKING, address_probe, exchange, web
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="probes of the name's addresses")
URL = "https://shop.example/"
DEFAULT = rule(Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}])
ERROR_PAGE = address_probe(https=(exchange(URL, 404, server=ALB),))


def seen(wire: dict[str, Any], **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(),), "rules": (DEFAULT,)}
    return facts(**(base | wire | groups))


def test_the_fixed_answer_of_the_default_rule_is_found() -> None:
    assert told(check, seen(web(ERROR_PAGE))) == [
        "error confirmed domain/shop.example: "
        "https://shop.example answers 404 from the load balancer's default rule, not from the application",
        "  GET https://shop.example/ at 198.51.100.10 -> 404 (server: awselb/2.0)",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/ -> fixed-response 404",
        "  fix[by hand, none]: Add shop.example to a rule of the HTTPS listener, or let the default action forward to"
        " a target group.",
    ]


def test_a_client_that_an_allow_list_turns_away_is_told_to_scan_from_another() -> None:
    gate = rule("5", Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}])
    lines = told(check, seen(web(ERROR_PAGE), rules=(gate, DEFAULT)))
    assert lines[0].startswith("error likely domain/shop.example: ")
    assert lines[-1] == (
        "  fix[by hand, none]: Scan shop.example from a client that the rule admits; nothing needs to change for this"
        " machine."
    )


def test_the_applications_own_404_passes() -> None:
    assert result_of(check, seen(web(ERROR_PAGE), rules=(rule(),))) is Result.PASSED
    assert result_of(check, seen(web(address_probe(https=(exchange(URL, 200),))))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    parking = address_probe(https=(exchange(URL, 404, address=PARKING),), address=PARKING)
    assert result_of(check, seen(web(parking))) is Result.EMPTY
    assert result_of(check, seen(web(address_probe()))) is Result.EMPTY
    assert result_of(check, seen(web() | {"probes": DENIED})) is Result.SKIPPED
