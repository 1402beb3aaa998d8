"""ALB313 over facts: no HTTPS listener, and the script that makes one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.acm import Certificate
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill
from albdoctor_checks.balancer.alb313_listener_https_missing import listener_https_missing as check
from tests.support.build import BALANCER_ARN, GROUP_ARN, balancer, facts, forward, listener, rule
from tests.support.build_net import SG_ALB, permission, prefix_list, security_group
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

CERTIFICATE_ARN = "arn:aws:acm:ap-northeast-2:123456789012:certificate/1111"
ISSUED = Certificate(certificate_arn=CERTIFICATE_ARN, domain_name="shop.example", status="ISSUED")
PENDING = Certificate(certificate_arn=CERTIFICATE_ARN, domain_name="shop.example", status="PENDING_VALIDATION")
DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeListeners")
HTTP = listener(80, DefaultActions=[forward()])


def seen(**groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (HTTP,),
        "rules": (rule(port=80, Actions=[forward()]),),
        "certificates": (ISSUED,),
        "security_groups": (SG_ALB,),
        "prefix_lists": (),
    }
    return facts(**(base | groups))


def test_a_balancer_without_https_is_found() -> None:
    assert told(check, seen()) == [
        f"error confirmed load-balancer/{BALANCER_ARN}: Load balancer web has no HTTPS listener on port 443",
        "  elasticloadbalancing DescribeListeners web -> HTTP:80",
        "  fix[script, none]: Create an HTTPS:443 listener on web with the issued certificate, forwarding to the"
        " target group that serves today.",
    ]
    assert told(check, seen(listeners=(), rules=()))[1].endswith("-> Listeners: []")


def test_the_script_forwards_to_the_group_that_serves_today() -> None:
    assert script_of(check, seen(), impact="none") == (
        f"aws elbv2 create-listener --region ap-northeast-2 --load-balancer-arn {BALANCER_ARN}"
        " --protocol HTTPS --port 443 \\\n"
        f"  --certificates CertificateArn={CERTIFICATE_ARN}"
        " --ssl-policy ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 \\\n"
        f"  --default-actions Type=forward,TargetGroupArn={GROUP_ARN}\n"
    )


BOTH = (security_group("sg-alb", permission(80, 80, "0.0.0.0/0", "::/0")),)
SHUT = (security_group("sg-alb", permission(80, 80, "0.0.0.0/0")),)


@pytest.mark.parametrize(
    ("groups", "type_", "opens"),
    [
        (SHUT, "ipv4", "IpRanges=[{CidrIp=0.0.0.0/0}]"),
        (SHUT, "dualstack", "IpRanges=[{CidrIp=0.0.0.0/0}]"),
        (BOTH, "dualstack-without-public-ipv4", "Ipv6Ranges=[{CidrIpv6=::/0}]"),
        (BOTH, "dualstack", "IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]"),
        ((SG_ALB,), "dualstack", ""),
        (DENIED, "ipv4", ""),
    ],
)
def test_the_script_opens_port_443_where_nobody_may_connect(groups: Any, type_: str, opens: str) -> None:
    snapshot = seen(security_groups=groups, load_balancers=(balancer(IpAddressType=type_),))
    assert told(check, snapshot) == told(check, seen())
    opening = (
        "aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id sg-alb \\\n"
        f"  --ip-permissions 'IpProtocol=tcp,FromPort='443',ToPort='443',{opens}'\n"
    )
    wanted = (opening if opens else "") + script_of(check, seen(), impact="none")
    assert script_of(check, snapshot, impact="none") == wanted
    (finding,) = run_one(snapshot, check).findings
    effects = [fill(one.en, finding.values) for one in (finding.fix or check.fixes[0]).side_effects]
    world = "Everybody on the internet can then connect to TCP 443, also on whatever else uses sg-alb."
    assert (world in effects) is bool(opens)


@pytest.mark.parametrize(
    ("inbound", "type_", "admits"),
    [
        ((), "ipv4", "IpRanges=[{CidrIp=0.0.0.0/0}]'\nIt admits 0.0.0.0/0"),
        ((), "dualstack", ",Ipv6Ranges=[{CidrIpv6=::/0}]'\nIt admits 0.0.0.0/0, ::/0"),
        (("203.0.113.0/24",), "ipv4", "admit today: TCP 80: 203.0.113.0/24. That may be on purpose"),
        (("pl-cf",), "ipv4", "admit today: TCP 80: pl-cf (com.amazonaws.global.cloudfront.origin-facing). That"),
    ],
)
def test_it_is_by_hand_where_no_port_is_open_to_everybody(inbound: tuple[str, ...], type_: str, admits: str) -> None:
    """The listener's command is ready to paste, and says whom its port would admit."""
    group = security_group("sg-alb", *((permission(80, 80, *inbound),) if inbound else ()))
    lists = (prefix_list("pl-cf", "192.0.2.0/24", name="com.amazonaws.global.cloudfront.origin-facing"),)
    snapshot = seen(security_groups=(group,), prefix_lists=lists, load_balancers=(balancer(IpAddressType=type_),))
    words = by_hand_of(check, snapshot, impact="none")
    create = script_of(check, seen(), impact="none").replace(" \\\n ", "").strip()
    head, _, action = create.rpartition(" ")
    assert words.startswith(f"Create the listener with the certificate:\n  {head} '{action}'\n")
    assert admits in words


def test_weights_are_kept() -> None:
    actions = [forward(GROUP_ARN, f"{GROUP_ARN}x")]
    weighted = seen(listeners=(listener(80, DefaultActions=actions),), rules=(rule(port=80, Actions=actions),))
    groups = [{"TargetGroupArn": arn, "Weight": 1} for arn in (GROUP_ARN, f"{GROUP_ARN}x")]
    written = json.dumps([{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}])
    assert script_of(check, weighted, impact="none").endswith(f"  --default-actions '{written}'\n")
    (finding,) = run_one(weighted, check).findings
    assert finding.fix is not None
    assert finding.fix.terraform == finding.fix.cloudformation == ""


def test_it_is_by_hand_while_certificate_or_group_is_not_clear() -> None:
    assert script_of(check, seen(certificates=(PENDING,)), impact="none") == ""
    assert script_of(check, seen(certificates=DENIED), impact="none") == ""
    assert script_of(check, seen(listeners=(listener(80),), rules=(rule(port=80),)), impact="none") == ""


@pytest.mark.parametrize(
    ("inbound", "admits"),
    [
        (("0.0.0.0/0",), "admit today: TCP 80: 0.0.0.0/0."),
        (("203.0.113.0/24",), "admit today: TCP 80: 203.0.113.0/24."),
        ((), "No public address is admitted on any listener port"),
    ],
)
def test_the_port_that_is_shut_too_is_told_with_it(inbound: tuple[str, ...], admits: str) -> None:
    """A certificate comes first, then the listener; that nobody could connect to it would be the next scan's news."""
    group = security_group("sg-alb", *((permission(80, 80, *inbound),) if inbound else ()))
    words = by_hand_of(check, seen(certificates=(PENDING,), security_groups=(group,)), impact="none")
    assert words.startswith("No issued certificate")
    assert "authorize-security-group-ingress" in words
    assert admits in words
    assert "authorize-security-group-ingress" not in by_hand_of(check, seen(certificates=(PENDING,)), impact="none")


def test_a_listener_on_443_passes_whatever_it_speaks() -> None:
    assert result_of(check, seen(listeners=(HTTP, listener()))) is Result.PASSED
    assert result_of(check, seen(listeners=(listener(443, Protocol="HTTP"),))) is Result.PASSED


def test_no_balancer_is_nothing_to_judge() -> None:
    assert result_of(check, seen(load_balancers=())) is Result.EMPTY
    assert result_of(check, seen(load_balancers=(balancer(Type="network"),))) is Result.EMPTY


def test_denied_listeners_are_not_missing() -> None:
    assert result_of(check, seen(listeners=DENIED)) is Result.SKIPPED
