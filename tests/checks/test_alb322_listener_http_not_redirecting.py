"""ALB322 over facts: what the HTTP:80 listener does, and what was seen of it."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor import judge
from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Exchange
from albdoctor_checks.balancer.alb322_listener_http_not_redirecting import listener_http_not_redirecting as check
from tests.support.build import LISTENER_80_ARN, balancer, facts, forward, listener, redirect, rule
from tests.support.build_web import address_probe, exchange, web
from tests.support.fixes import by_hand_of, script_of
from tests.support.stories import story
from tests.support.table import result_of, told

HTTP, HTTPS = "http://shop.example/", "https://shop.example/"
DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
UNSEEN = Unknown(gap=Gap.NOT_ASKED, asked="probes of the name's addresses")
FORWARDS = rule(port=80, Actions=[forward()])
GATE = [{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}]
HOST = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}]


def fixed(status: str) -> Rule:
    return rule(port=80, Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status}}])


def seen(*http: Exchange, rules: tuple[Rule, ...] = (FORWARDS, rule()), https: Any = (), **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": rules,
    }
    return facts(**(base | web(address_probe(http=http, https=https)) | groups))


PAGE = exchange(HTTP, 200, server="nginx")
LED_ON = exchange(HTTP, 301, location=HTTPS, server="nginx")


def test_a_page_over_http_is_found() -> None:
    assert told(check, seen(PAGE)) == [
        f"warning confirmed rule/{FORWARDS.rule_arn}: The HTTP:80 listener of web does not redirect shop.example to"
        " https: its rule default does this: forward to web-http",
        "  elasticloadbalancing DescribeRules HTTP:80, default rule, for http://shop.example/ -> forward to web-http",
        "  GET http://shop.example/ at 198.51.100.10 -> 200 (server: nginx)",
        "  fix[script, traffic]: Let the HTTP:80 listener redirect to HTTPS with a 301.",
    ]
    assert script_of(check, seen(PAGE), impact="traffic").startswith(
        f"aws elbv2 modify-listener --region ap-northeast-2 --listener-arn {LISTENER_80_ARN} --default-actions "
    )
    of_host = rule("7", port=80, Conditions=HOST, Actions=[forward()])
    script = script_of(check, seen(PAGE, rules=(rule(port=80), of_host, rule())), impact="traffic")
    assert script.startswith(f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {of_host.rule_arn} --actions ")


@pytest.mark.parametrize("wire", [{"probes": UNSEEN}, {"network_interfaces": DENIED}])
def test_what_nobody_saw_may_be_redirected_by_the_application(wire: dict[str, Any]) -> None:
    first, *_ = told(check, seen(PAGE, **wire))
    assert first.startswith("info likely ")


def test_an_error_over_http_is_no_page() -> None:
    assert told(check, seen(exchange(HTTP, 503)))[0].startswith("info likely ")


def test_a_page_of_the_load_balancer_itself_is_one() -> None:
    assert told(check, seen(PAGE, rules=(fixed("200"), rule())))[0].startswith("warning confirmed ")


def test_https_that_leads_to_http_is_mended_first() -> None:
    down = exchange(HTTPS, 302, location=HTTP, server="nginx")
    assert told(check, seen(PAGE, https=(down, PAGE)))[2:] == [
        "  GET http://shop.example/ at 198.51.100.10 -> 200 (server: nginx)",
        "  GET https://shop.example/ at 198.51.100.10 -> 302 -> http://shop.example/ (server: nginx)",
        "  fix[by hand, traffic]: Let https serve the page itself first; then let HTTP:80 redirect to it.",
    ]
    rules = (FORWARDS, rule(Actions=[redirect(Protocol="HTTP", Port="80")]))
    assert by_hand_of(check, seen(PAGE, rules=rules), impact="traffic").startswith("Today https redirects to http.")


@pytest.mark.parametrize(
    "snapshot",
    [
        seen(LED_ON, rules=(rule(port=80), rule())),
        # the application redirects, by X-Forwarded-Proto
        seen(LED_ON),
        # http is closed on purpose
        seen(exchange(HTTP, 403), rules=(fixed("403"), rule())),
    ],
)
def test_silence(snapshot: Facts) -> None:
    assert result_of(check, snapshot) is Result.PASSED


@pytest.mark.parametrize(
    "listeners",
    [
        (listener(80),),  # there is nothing to redirect to: ALB313
        (listener(),),
        (listener(80, Protocol="HTTPS"), listener()),
        (listener(80), listener(Protocol="HTTP")),
    ],
)
def test_without_both_listeners_there_is_nothing_to_judge(listeners: Any) -> None:
    assert result_of(check, seen(PAGE, listeners=listeners)) is Result.EMPTY


def test_not_known() -> None:
    assert result_of(check, seen(PAGE, rules=DENIED)) is Result.SKIPPED  # type: ignore[arg-type]
    assert result_of(check, seen(PAGE, rules=(rule(),))) is Result.SKIPPED
    gate = rule("1", port=80, Conditions=GATE, Actions=[redirect()])
    assert result_of(check, seen(PAGE, rules=(FORWARDS, gate, rule()))) is Result.SKIPPED


def test_it_is_never_an_error_and_no_matter_behind_a_cdn() -> None:
    plain: dict[str, Any] = {"listeners": (listener(80), listener()), "rules": (FORWARDS, rule())}
    report = judge(story("healthy", **plain))
    assert [one.severity for one in report.findings if one.check == "ALB322"] == ["info"]
    assert check.at_the_door
