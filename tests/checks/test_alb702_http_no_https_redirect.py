"""ALB702 over facts: content over plain http, seen at the balancer's own address."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.response.alb702_http_no_https_redirect import http_no_https_redirect as check
from tests.support.build import LISTENER_80_ARN, balancer, facts, forward, listener, redirect, rule
from tests.support.build_web import PARKING, address_probe, exchange, web
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

URL = "http://shop.example/"
PAGE = address_probe(http=(exchange(URL, 200, server="nginx"),))
DENIED = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkInterfaces")
HOST = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}]


def seen(wire: dict[str, Any], **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80, DefaultActions=[forward()]), listener()),
        "rules": (rule(port=80, Actions=[forward()]), rule()),
    }
    return facts(**(base | wire | groups))


def test_content_over_http_is_found() -> None:
    assert told(check, seen(web(PAGE))) == [
        "warning confirmed domain/shop.example: http://shop.example answers 200 with content"
        " instead of redirecting to https",
        "  GET http://shop.example/ at 198.51.100.10 -> 200 (server: nginx)",
        "  fix[script, traffic]: Let the HTTP:80 listener redirect to HTTPS with a 301.",
    ]


def test_the_script_lets_the_rule_that_serves_redirect() -> None:
    action = "'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'"
    assert script_of(check, seen(web(PAGE)), impact="traffic") == (
        f"aws elbv2 modify-listener --region ap-northeast-2 --listener-arn {LISTENER_80_ARN}"
        f" --default-actions {action}\n"
    )
    host_rule = rule("7", port=80, Conditions=HOST, Actions=[forward()])
    assert script_of(check, seen(web(PAGE), rules=(rule(port=80), host_rule, rule())), impact="traffic") == (
        f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {host_rule.rule_arn} --actions {action}\n"
    )
    unseen = by_hand_of(check, seen(web(PAGE), rules=(rule(port=80), host_rule)), impact="traffic")
    assert unseen.startswith("Some rules of the load balancer could not be seen, or depend on the client")
    assert unseen.endswith(
        f"\n  aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {host_rule.rule_arn} --actions {action}"
    )


def test_it_is_by_hand_while_nothing_listens_for_https() -> None:
    assert script_of(check, seen(web(PAGE), listeners=(listener(80),)), impact="traffic") == ""


def test_https_that_leads_to_http_is_mended_first() -> None:
    """The rule that sends https to http, and the one that would send http to https, would make a circle."""
    down = exchange("https://shop.example/", 302, location=URL, server="awselb/2.0")
    both = address_probe(http=PAGE.http, https=(down, *PAGE.http))
    assert told(check, seen(web(both)))[1:] == [
        "  GET http://shop.example/ at 198.51.100.10 -> 200 (server: nginx)",
        "  GET https://shop.example/ at 198.51.100.10 -> 302 -> http://shop.example/ (server: awselb/2.0)",
        "  fix[by hand, traffic]: Let https serve the page itself first; then let HTTP:80 redirect to it.",
    ]
    assert script_of(check, seen(web(both)), impact="traffic") == ""
    rules = (rule(port=80, Actions=[forward()]), rule(Actions=[redirect(Protocol="HTTP", Port="80")]))
    assert by_hand_of(check, seen(web(PAGE), rules=rules), impact="traffic").startswith(
        "Today https redirects to http."
    )


def test_a_redirect_and_an_error_are_no_content() -> None:
    sent = address_probe(http=(exchange(URL, 301, location="https://shop.example/"),))
    assert result_of(check, seen(web(sent))) is Result.PASSED
    assert result_of(check, seen(web(address_probe(http=(exchange(URL, 404),))))) is Result.PASSED


def test_addresses_of_others_and_silence_say_nothing() -> None:
    parking = address_probe(http=(exchange(URL, 200, address=PARKING),), address=PARKING)
    assert result_of(check, seen(web(parking))) is Result.EMPTY
    assert result_of(check, seen(web(PAGE, addresses=(PARKING,)))) is Result.EMPTY
    assert result_of(check, seen(web(address_probe()))) is Result.EMPTY
    assert result_of(check, seen(web(address_probe(http=(exchange(URL, None),))))) is Result.EMPTY


def test_without_the_nodes_nothing_can_be_said() -> None:
    assert result_of(check, seen(web(PAGE) | {"network_interfaces": DENIED})) is Result.SKIPPED
