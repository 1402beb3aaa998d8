"""ALB314 over facts: nothing on port 80."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill
from albdoctor_checks.balancer.alb314_listener_http_missing import listener_http_missing as check
from albdoctor_checks.fixes.http_listener import BY_HAND
from tests.support.build import BALANCER_ARN, balancer, facts, listener, redirect, rule
from tests.support.build_net import SG_ALB, permission, prefix_list, security_group
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeListeners")
CLOUDFRONT = prefix_list("pl-cf", "192.0.2.0/24", name="com.amazonaws.global.cloudfront.origin-facing")
CREATE = (
    f"aws elbv2 create-listener --region ap-northeast-2 --load-balancer-arn {BALANCER_ARN}"
    " --protocol HTTP --port 80 \\\n"
    "  --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'\n"
)


def seen(**groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(),),
        "rules": (rule(),),
        "security_groups": (SG_ALB,),
        "prefix_lists": (),
    }
    return facts(**(base | groups))


def test_https_alone_is_found() -> None:
    assert told(check, seen()) == [
        f"info confirmed load-balancer/{BALANCER_ARN}: Load balancer web has no listener on port 80",
        "  elasticloadbalancing DescribeListeners web -> HTTPS:443",
        "  fix[script, none]: Create an HTTP:80 listener on web that redirects to HTTPS.",
    ]


@pytest.mark.parametrize(
    ("on_443", "on_80"),
    [
        (("0.0.0.0/0",), ("0.0.0.0/0",)),
        (("0.0.0.0/0",), ("0.0.0.0/0", "::/0")),
        (("pl-cf",), ("pl-cf",)),
        (("203.0.113.0/24", "10.0.0.0/8"), ("10.0.0.0/8", "203.0.113.0/24")),
    ],
)
def test_a_script_makes_the_redirect_where_port_80_admits_whom_443_does(
    on_443: tuple[str, ...], on_80: tuple[str, ...]
) -> None:
    group = security_group("sg-alb", permission(443, 443, *on_443), permission(80, 80, *on_80))
    assert script_of(check, seen(security_groups=(group,)), impact="none") == CREATE


@pytest.mark.parametrize(
    ("groups", "admitted"),
    [
        (("0.0.0.0/0",), "TCP 443: 0.0.0.0/0"),
        (("0.0.0.0/0", "::/0"), "TCP 443: 0.0.0.0/0, TCP 443: ::/0"),
        (("pl-cf",), "TCP 443: pl-cf (com.amazonaws.global.cloudfront.origin-facing)"),
        (("203.0.113.0/24",), "TCP 443: 203.0.113.0/24"),
        ((), "nobody"),
        (None, "security groups that could not be seen"),
    ],
)
def test_nothing_is_opened_by_script(groups: tuple[str, ...] | None, admitted: str) -> None:
    inbound = (permission(443, 443, *groups),) if groups else ()
    known = DENIED if groups is None else (security_group("sg-alb", *inbound),)
    snapshot = seen(security_groups=known, prefix_lists=(CLOUDFRONT,))
    assert script_of(check, snapshot, impact="none") == ""
    (finding,) = run_one(snapshot, check).findings
    assert finding.fix is BY_HAND
    assert BY_HAND.by_hand is not None
    words = fill(BY_HAND.by_hand.en, finding.values)
    assert f"whom they admit today: {admitted}. If" in words
    assert "\n  " + CREATE.replace(" \\\n ", "").strip() in words
    assert words.endswith("--ip-permissions 'IpProtocol=tcp,FromPort=80,ToPort=80,IpRanges=[{CidrIp=RANGE}]'")


def test_while_https_redirects_to_http_a_redirect_back_would_go_round() -> None:
    back = rule(Actions=[redirect(Protocol="HTTP", Port="80")])
    words = by_hand_of(check, seen(rules=(back,)), impact="none")
    assert words.startswith("The HTTPS listener redirects to http today")
    assert script_of(check, seen(rules=(rule(),)), impact="none") == CREATE


RULES_DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
GATE = rule("5", Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}])
AWAY = rule(Actions=[redirect(Host="www.shop.example")])


@pytest.mark.parametrize("rules", [RULES_DENIED, (), (GATE, AWAY)])
def test_while_nobody_knows_whether_it_would_go_round_it_is_by_hand(rules: Any) -> None:
    both = security_group("sg-alb", permission(443, 443, "0.0.0.0/0"), permission(80, 80, "0.0.0.0/0"))
    for group in (both, SG_ALB):
        words = by_hand_of(check, seen(rules=rules, security_groups=(group,)), impact="none")
        assert words.startswith("Some rules of the load balancer could not be seen, or depend on the client")
        assert f" describe-rules --region ap-northeast-2 --listener-arn {listener().listener_arn} " in words
        assert words.endswith("\n  " + CREATE.replace(" \\\n ", "").strip())


def test_a_listener_on_80_passes() -> None:
    assert result_of(check, seen(listeners=(listener(), listener(80)))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY
    assert result_of(check, seen(listeners=DENIED)) is Result.SKIPPED
