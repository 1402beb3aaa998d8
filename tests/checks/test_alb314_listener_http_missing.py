"""ALB314 over facts: nothing on port 80."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb314_listener_http_missing import listener_http_missing as check
from tests.support.build import BALANCER_ARN, balancer, facts, listener
from tests.support.build_net import SG_ALB, permission, security_group
from tests.support.fixes import script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeListeners")
CREATE = (
    f"aws elbv2 create-listener --region ap-northeast-2 --load-balancer-arn {BALANCER_ARN}"
    " --protocol HTTP --port 80 \\\n"
    "  --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'\n"
)


def seen(**groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(),),
        "security_groups": (SG_ALB,),
        "prefix_lists": (),
    }
    return facts(**(base | groups))


def test_https_alone_is_found() -> None:
    assert told(check, seen()) == [
        f"warning confirmed load-balancer/{BALANCER_ARN}: Load balancer web has no listener on port 80",
        "  elasticloadbalancing DescribeListeners web -> HTTPS:443",
        "  fix[script, none]: Create an HTTP:80 listener on web that redirects to HTTPS.",
    ]


def test_the_script_makes_the_redirect_and_opens_the_port_where_it_is_known_to_be_shut() -> None:
    assert script_of(check, seen(), impact="none") == CREATE
    assert script_of(check, seen(security_groups=DENIED), impact="none") == CREATE
    shut: dict[str, Any] = {"security_groups": (security_group("sg-alb", permission(443, 443, "0.0.0.0/0")),)}
    both = {"load_balancers": (balancer(IpAddressType="dualstack"),)}
    for groups, opens in (
        (shut, "IpRanges=[{CidrIp=0.0.0.0/0}]"),
        (shut | both, "IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]"),
    ):
        assert told(check, seen(**groups)) == told(check, seen())
        assert script_of(check, seen(**groups), impact="none") == (
            "aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id sg-alb \\\n"
            f"  --ip-permissions 'IpProtocol=tcp,FromPort='80',ToPort='80',{opens}'\n{CREATE}"
        )
    assert script_of(check, seen(**both), impact="none") == CREATE


def test_a_listener_on_80_passes() -> None:
    assert result_of(check, seen(listeners=(listener(), listener(80)))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=())) is Result.EMPTY
    assert result_of(check, seen(listeners=DENIED)) is Result.SKIPPED
