"""ALB306 over facts: whom the balancer's security groups let in."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Listener
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill, fill_script
from albdoctor_checks.balancer.alb306_alb_sg_blocks_listener_port import alb_sg_blocks_listener_port as check
from tests.support.build import LISTENER_80_ARN, LISTENER_443_ARN, balancer, facts, listener
from tests.support.build_net import permission, prefix_list, security_group
from tests.support.table import result_of, told

CLOUDFRONT = prefix_list("pl-cf", "192.0.2.0/24", name="com.amazonaws.global.cloudfront.origin-facing")
CLOUDFRONT_6 = prefix_list("pl-cf6", "2001:db8::/32", name="com.amazonaws.global.ipv6.cloudfront.origin-facing")
OFFICE = prefix_list("pl-office", "203.0.113.0/24", name="office")


HTTP = permission(80, 80, "0.0.0.0/0")
HTTP_BOTH = permission(80, 80, "0.0.0.0/0", "::/0")


def seen(*inbound: dict[str, Any], port: int = 443, more: tuple[Listener, ...] = (), **fields: Any) -> Facts:
    return facts(
        load_balancers=(balancer(**fields),),
        listeners=(listener(443, Port=port), *more),
        security_groups=(security_group("sg-alb", *inbound),),
        prefix_lists=(CLOUDFRONT, CLOUDFRONT_6, OFFICE),
    )


def test_a_listener_whose_port_nobody_opened_is_found() -> None:
    assert told(check, seen(HTTP, more=(listener(80),))) == [
        f"error confirmed listener/{LISTENER_443_ARN}: The security groups of load balancer web do not allow"
        " listener port 443 from the internet",
        "  ec2 DescribeSecurityGroups sg-alb -> sg-alb: tcp/80 from 0.0.0.0/0",
        "  fix[script, none]: Allow TCP 443 from 0.0.0.0/0 in security group sg-alb of the load balancer.",
    ]


@pytest.mark.parametrize(
    ("inbound", "port", "verdict"),
    [
        ((permission(443, 443, "0.0.0.0/0"),), 443, ""),
        ((permission(None, None, "0.0.0.0/0"),), 443, ""),
        ((permission(443, 443, "pl-cf"),), 443, ""),
        ((permission(443, 443, "203.0.113.0/24"),), 443, "likely warning"),
        ((permission(443, 443, "pl-office"),), 443, "likely warning"),
        ((permission(443, 443, "10.0.0.0/8"),), 443, "confirmed error"),
        ((permission(443, 443, "sg-alb"),), 443, "confirmed error"),
        ((permission(443, 443, "::/0"),), 443, "confirmed error"),
        ((), 443, "confirmed error"),
        ((), 8443, "confirmed info"),
    ],
)
def test_who_is_let_in(inbound: tuple[dict[str, Any], ...], port: int, verdict: str) -> None:
    findings = run_one(seen(*inbound, port=port), check).findings
    assert " ".join(f"{one.certainty} {one.severity or check.severity}" for one in findings) == verdict


@pytest.mark.parametrize(
    ("type_", "inbound", "opens"),
    [
        ("ipv4", HTTP, "IpRanges=[{CidrIp=0.0.0.0/0}]"),
        ("dualstack", HTTP_BOTH, "IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]"),
        ("dualstack", HTTP, "IpRanges=[{CidrIp=0.0.0.0/0}]"),
        ("dualstack-without-public-ipv4", HTTP_BOTH, "Ipv6Ranges=[{CidrIpv6=::/0}]"),
        ("dualstack", permission(80, 80, "::/0"), ""),
        ("dualstack-without-public-ipv4", HTTP, ""),
        ("ipv4", permission(8080, 8080, "0.0.0.0/0"), ""),
        ("ipv4", permission(80, 80, "pl-cf"), ""),
        ("ipv4", permission(80, 80, "203.0.113.0/24"), ""),
        ("dualstack-without-public-ipv4", permission(80, 80, "2001:db8::/48"), ""),
    ],
)
def test_it_opens_to_everybody_what_another_listener_port_opens(
    type_: str, inbound: dict[str, Any], opens: str
) -> None:
    command = (
        "aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id sg-alb \\\n"
        f"  --ip-permissions 'IpProtocol=tcp,FromPort='443',ToPort='443',{opens}'\n"
    )
    snapshot = seen(inbound, more=(listener(80),), IpAddressType=type_)
    (finding,) = [one for one in run_one(snapshot, check).findings if one.subject.id == LISTENER_443_ARN]
    fix = finding.fix or check.fixes[0]
    assert fill_script(fix.script, finding.values) == (command if opens else "")
    assert bool(fix.by_hand) is not bool(opens)
    assert ("0.0.0.0/0" in fix.terraform, "::/0" in fix.terraform) == ("0.0.0.0/0" in opens, "::/0" in opens)


def by_hand(snapshot: Facts, *, port: int = 443) -> str:
    findings = [one for one in run_one(snapshot, check).findings if one.values["port"] == port]
    words = [fill(one.fix.by_hand.en, one.values) for one in findings if one.fix and one.fix.by_hand]
    return "\n".join(words)


def test_a_fresh_group_that_admits_nobody_gives_a_command_ready_to_paste() -> None:
    words = (
        "No public address is admitted on any listener port of the load balancer today. If the site is for everybody on"
        " the internet:\n"
        "  aws ec2 authorize-security-group-ingress --region ap-northeast-2 --group-id sg-alb"
        " --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,{ranges}'\n"
        "It admits {who}, also to whatever else uses sg-alb."
        " If the site is for some only, put their range in the place of each."
    )
    for type_, ranges, who in (
        ("ipv4", "IpRanges=[{CidrIp=0.0.0.0/0}]", "0.0.0.0/0"),
        ("dualstack", "IpRanges=[{CidrIp=0.0.0.0/0}],Ipv6Ranges=[{CidrIpv6=::/0}]", "0.0.0.0/0, ::/0"),
        ("dualstack-without-public-ipv4", "Ipv6Ranges=[{CidrIpv6=::/0}]", "::/0"),
    ):
        snapshot = seen(IpAddressType=type_, more=(listener(80),))
        assert by_hand(snapshot) == words.replace("{ranges}", ranges).replace("{who}", who)


@pytest.mark.parametrize("type_", ["ipv4", "dualstack"])
def test_where_some_are_admitted_nothing_opens_to_all(type_: str) -> None:
    office = permission(443, 443, "203.0.113.0/24")
    assert told(check, seen(office, IpAddressType=type_)) == [
        f"warning likely listener/{LISTENER_443_ARN}: The security groups of load balancer web do not allow"
        " listener port 443 from the internet",
        "  ec2 DescribeSecurityGroups sg-alb -> sg-alb: tcp/443 from 203.0.113.0/24",
        "  fix[by hand, none]: Decide who may connect to TCP 443, and add those addresses to security group sg-alb.",
    ]
    assert by_hand(seen(office, IpAddressType=type_)).startswith(
        "Whom the security groups of the load balancer admit today: TCP 443: 203.0.113.0/24. That may be on purpose"
    )


def test_what_a_cdn_reaches_is_shut_to_others_on_purpose() -> None:
    """Its other port is told as likely meant, and nothing is printed that opens it."""
    for type_, list_, name in (
        ("ipv4", "pl-cf", "com.amazonaws.global.cloudfront.origin-facing"),
        ("dualstack-without-public-ipv4", "pl-cf6", "com.amazonaws.global.ipv6.cloudfront.origin-facing"),
    ):
        snapshot = seen(permission(443, 443, list_), more=(listener(80),), IpAddressType=type_)
        assert [line for line in told(check, snapshot) if not line.startswith("  ec2")] == [
            f"info likely listener/{LISTENER_80_ARN}: The security groups of load balancer web do not allow"
            " listener port 80 from the internet",
            "  fix[by hand, none]: Decide who may connect to TCP 80, and add those addresses to security group sg-alb.",
        ]
        assert f"admit today: TCP 443: {list_} ({name}). That" in by_hand(snapshot, port=80)


def test_another_port_than_the_webs_is_not_opened_because_the_web_is() -> None:
    snapshot = seen(permission(443, 443, "0.0.0.0/0"), more=(listener(8443, Protocol="HTTPS"),))
    assert "admit today: TCP 443: 0.0.0.0/0. That" in by_hand(snapshot, port=8443)


@pytest.mark.parametrize(
    ("sources", "verdict"),
    [
        (("::/0",), ""),
        (("pl-cf6",), ""),
        (("2001:db8::/48",), "likely warning"),
        (("pl-office",), "likely warning"),
        (("0.0.0.0/0",), "confirmed error"),
        (("sg-alb",), "confirmed error"),
    ],
)
def test_where_clients_have_ipv6_only_ipv6_is_judged(sources: tuple[str, ...], verdict: str) -> None:
    snapshot = seen(permission(443, 443, *sources), IpAddressType="dualstack-without-public-ipv4")
    findings = run_one(snapshot, check).findings
    assert " ".join(f"{one.certainty} {one.severity or check.severity}" for one in findings) == verdict


def test_internal_balancers_and_balancers_without_listeners_are_nothing_to_judge() -> None:
    assert result_of(check, seen(Scheme="internal")) is Result.EMPTY
    nothing = facts(load_balancers=(balancer(),), listeners=(), security_groups=(), prefix_lists=())
    assert result_of(check, nothing) is Result.EMPTY


def test_groups_and_lists_that_are_not_described_are_not_closed() -> None:
    assert result_of(check, seen(permission(443, 443, "pl-other"))) is Result.SKIPPED
    assert result_of(check, seen(SecurityGroups=["sg-gone"])) is Result.SKIPPED
    six: dict[str, Any] = {"IpAddressType": "dualstack-without-public-ipv4"}
    assert result_of(check, seen(permission(443, 443, "pl-other"), **six)) is Result.SKIPPED
    assert result_of(check, seen(SecurityGroups=["sg-gone"], **six)) is Result.SKIPPED
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")
    skipped = facts(load_balancers=(balancer(),), listeners=(listener(),), security_groups=denied, prefix_lists=())
    assert result_of(check, skipped) is Result.SKIPPED
