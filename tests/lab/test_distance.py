"""A lab that is far away: every kind of server answers late to the scan and to nobody else, and all is written down."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import dns.message
import dns.query
import pytest
from botocore.config import Config

from albdoctor.lab.distance import Heard
from albdoctor.lab.nameservers import ROOT_SERVERS
from albdoctor.lab.plan import Plan
from albdoctor.lab.resolver import RESOLVER_ADDRESS
from albdoctor.lab.scanning import scan
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from benchmarks.chain import Chain
from tests.support.tls import strict_client

FAR = 0.2
ROOT = "198.41.0.4"
LONGEST = 6
"""Questions of which each needs the answer to the one before it, in a scan of a sound site."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World() as world:
        build(world, Plan())
        yield world


def place(world: World, meant: str) -> tuple[str, int]:
    """The loopback address of a --connect-to rule."""
    rule = next(word for word in world.flags if word.startswith(f"{meant}:"))
    host, port = rule.removeprefix(f"{meant}:").split(":")
    return host, int(port)


def took(work: Callable[[World], object], world: World) -> float:
    begin = time.monotonic()
    work(world)
    return time.monotonic() - begin


def whois(world: World) -> bytes:
    with socket.create_connection(place(world, "whois.iana.org:43"), 5) as client:
        client.sendall(b"example\r\n")
        return client.makefile("rb").read()


def https(world: World) -> bytes:
    address = world.aws.state.balancers()[0].nodes[0].public
    context = strict_client(world.authority.bundle)
    with (
        socket.create_connection(place(world, f"{address}:443"), 5) as plain,
        context.wrap_socket(plain, server_hostname="shop.example") as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n")
        return client.makefile("rb").read()


def question(world: World) -> dns.message.Message:
    host, port = place(world, f"{ROOT}:53")
    return dns.query.udp(dns.message.make_query("example", "NS", flags=0), host, 5, port)


def of_scan(world: World) -> object:
    session: Any = boto3.Session()
    client = session.client(
        "sts",
        region_name=world.aws.region,
        endpoint_url=world.aws.endpoint,
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=Config(user_agent_extra="albdoctor/test"),
    )
    return client.get_caller_identity()


def test_every_server_is_far_away_from_the_scan(world: World) -> None:
    world.distance.seconds, world.distance.heard = FAR, []
    try:
        for ask in (question, whois, https, of_scan):
            assert took(ask, world) >= FAR
        # Whoever builds the lab stands next to it.
        assert took(lambda world: world.aws.client("ec2").describe_vpcs(), world) < FAR
    finally:
        heard, world.distance.seconds, world.distance.heard = world.distance.heard, 0.0, None
    assert [each.source for each in heard] == ["dns", "registry", "http", "aws"]
    assert [each.question for each in heard][:2] == [f"{ROOT} example. IN NS", "WHOIS example"]
    assert heard[3].question.startswith(f"sts:GetCallerIdentity {world.aws.region} Action=GetCallerIdentity")
    assert all(each.answered - each.arrived >= FAR for each in heard)
    assert heard[2].answer.startswith(b"HTTP/1.1 200")


def heard(source: str, question: str, answer: str, arrived: float) -> Heard:
    return Heard(source, question, arrived, arrived + 1, answer.encode())


def test_a_chain_is_as_long_as_the_answers_make_it_not_as_the_scan_was_slow() -> None:
    balancers = "elasticloadbalancing:DescribeLoadBalancers r Names.member.1=web"
    arn = "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/web/0123456789abcdef"
    asked = [
        heard("aws", "route53:ListHostedZonesByName r /hostedzonesbyname?dnsname=shop.example", "/hostedzone/Z1X", 0),
        heard("aws", "route53:ListResourceRecordSets r /hostedzone/Z1X/rrset", "web-1.r.elb.amazonaws.com web", 2),
        heard("aws", balancers, f"<LoadBalancerArn>{arn}</LoadBalancerArn><VpcId>vpc-0123456789</VpcId>", 4),
        # asked late, though the account was known from the start
        heard("aws", "sts:GetCallerIdentity r ", "1", 6),
        # asked after the listeners, but it needs the balancer only
        heard("aws", f"elasticloadbalancing:DescribeListeners r LoadBalancerArn={arn}", "", 6),
        heard("aws", f"elasticloadbalancing:DescribeTargetGroups r LoadBalancerArn={arn}", "targetgroup/web/00ff", 8),
        heard("aws", "ec2:DescribeSecurityGroups r group-id=sg-0123456789", "sg-0123456789", 10),
    ]  # fmt: skip
    chain = Chain(asked, "shop.example", (ROOT,), ())
    assert chain.length == 4
    assert [step.heard for step in chain.longest()][:3] == asked[:3]
    assert chain.twice() == ()


def test_a_question_that_nothing_explains_is_refused() -> None:
    with pytest.raises(ValueError, match="no answer explains"):
        Chain([heard("aws", "ec2:DescribeInstances r instance-id=i-0123456789", "", 0)], "shop.example", (ROOT,), ())


@pytest.mark.lab
def test_a_sound_scan_asks_nothing_twice_and_its_longest_chain_has_not_grown(world: World) -> None:
    world.distance.heard = []
    try:
        report = scan(world, "shop.example")
    finally:
        heard, world.distance.heard = world.distance.heard, None
    chain = Chain(heard, "shop.example", ROOT_SERVERS.values(), (RESOLVER_ADDRESS,))
    assert (report.verdict, chain.twice()) == ("sound", ())
    assert chain.length <= LONGEST, [step.heard.question for step in chain.longest()]


def test_what_is_asked_twice_is_told() -> None:
    one = heard("aws", "sts:GetCallerIdentity r ", "1", 0)
    assert Chain([one, one], "shop.example", (ROOT,), ()).twice() == ("aws sts:GetCallerIdentity r ",)
