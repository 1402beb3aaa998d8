"""ALB320 over facts: redirects to https on the port of plain http."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.elb import Listener
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb320_listener_redirect_keeps_port import listener_redirect_keeps_port as check
from tests.support.build import LISTENER_80_ARN, balancer, facts, listener, redirect, rule
from tests.support.fixes import script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
KEEPS = redirect(Port="#{port}")
HOST = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}]


def seen(*rules: Any, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": rules,
    }
    return facts(**(base | groups))


def test_a_redirect_that_keeps_port_80_is_found() -> None:
    assert told(check, seen(rule(port=80, Actions=[KEEPS]), rule())) == [
        f"error confirmed listener/{LISTENER_80_ARN}: Load balancer web redirects to"
        " https://shop.example:80/, where its listener does not speak https",
        "  elasticloadbalancing DescribeRules HTTP:80, default rule, for http://shop.example/"
        " -> redirect 301 -> https://shop.example:80/",
        "  fix[script, traffic]: Let rule default of HTTP:80 redirect to HTTPS on port 443.",
    ]


def test_the_script_changes_the_rule_that_redirects() -> None:
    own = rule("3", port=80, Conditions=HOST, Actions=[KEEPS])
    script = script_of(check, seen(rule(port=80), own, rule()), impact="traffic")
    assert script.startswith(f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {own.rule_arn} --actions ")
    assert '"Port": "443"' in script


@pytest.mark.parametrize("others", [(), (listener(443, Protocol="HTTP"),)])
def test_without_an_https_listener_that_comes_first(others: tuple[Listener, ...]) -> None:
    snapshot = seen(rule(port=80, Actions=[KEEPS]), rule(), listeners=(listener(80), *others))
    assert told(check, snapshot)[-1] == (
        "  fix[by hand, none]: Create the HTTPS:443 listener that the redirect leads to."
    )


def test_a_redirect_to_443_passes_and_a_missing_listener_is_another_checks() -> None:
    assert result_of(check, seen(rule(port=80), rule())) is Result.PASSED
    assert result_of(check, seen(rule(port=80), listeners=(listener(80),))) is Result.PASSED
    swapped = (listener(80), listener(443, Protocol="HTTP"))
    assert result_of(check, seen(rule(port=80), rule(), listeners=swapped)) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED


def test_a_redirect_that_keeps_http_and_names_443_is_found() -> None:
    keeps_http = redirect(Protocol="#{protocol}", Port="443")
    assert told(check, seen(rule(port=80, Actions=[keeps_http]), rule()))[0] == (
        f"error confirmed listener/{LISTENER_80_ARN}: Load balancer web redirects to"
        " http://shop.example:443/, where its listener does not speak http"
    )
    script = script_of(check, seen(rule(port=80, Actions=[keeps_http]), rule()), impact="traffic")
    assert '"Protocol": "HTTPS"' in script
