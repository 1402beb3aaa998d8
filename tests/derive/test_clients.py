"""Who may connect to a balancer, and which public traces lead to it, where the checks' own tests do not reach."""

from __future__ import annotations

import json
from typing import Any

from albdoctor.derive.network.clients import Clients, Ingress
from albdoctor.derive.request.own_probes import own_probes
from albdoctor.derive.request.redirect_loops import is_loop, next_url
from albdoctor.derive.request.serving import Alb, ApplicationBalancers
from albdoctor.derive.request.visits import Visit
from albdoctor.derive.routing.actions import written
from albdoctor.facts.elb import Listeners, Rules
from albdoctor.facts.snapshot import Scan
from tests.support.build import GROUP_ARN, NOW, balancer, forward, listener, redirect, rule
from tests.support.build_net import node, permission, security_group
from tests.support.build_web import PARKING, address_probe, exchange, web

SCAN = Scan(domain="shop.example", host="shop.example", registrable="shop.example", taken_at=NOW)
API = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example"]}}]


def test_rules_of_several_groups_add_up() -> None:
    groups = (
        security_group("sg-1", permission(443, 443, "0.0.0.0/1")),
        security_group("sg-2", permission(443, 443, "128.0.0.0/1")),
    )
    ingress = Ingress(security_groups=groups)
    assert ingress.clients(balancer(SecurityGroups=["sg-1", "sg-2"]), 443) is Clients.WORLD
    assert ingress.clients(balancer(SecurityGroups=["sg-1"]), 443) is Clients.SOME


def test_ipv6_is_lacking_only_where_the_balancer_has_it() -> None:
    ingress = Ingress(security_groups=(security_group("sg-alb", permission(443, 443, "::/0")),))
    assert not ingress.lacks_ipv6(balancer(), 80)
    assert ingress.lacks_ipv6(balancer(IpAddressType="dualstack"), 80)
    assert not ingress.lacks_ipv6(balancer(IpAddressType="dualstack"), 443)


def serving(listeners: Listeners, rules: Rules) -> str:
    visit = Visit(scan=SCAN, alb=Alb(balancer=balancer(), listeners=listeners), rules=rules)
    return written(visit.serving_forward) if visit.serving_forward else ""


def test_the_serving_forward_is_the_hosts_or_the_only_one() -> None:
    other = forward(f"{GROUP_ARN}x")
    listeners = (listener(80), listener())
    alone = f"Type=forward,TargetGroupArn={GROUP_ARN}"
    assert serving(listeners, (rule(port=80), rule())) == alone
    own = rule("1", Conditions=API, Actions=[other])
    assert serving(listeners, (rule(port=80), rule(), own)) == alone
    assert serving((listener(80),), (rule(port=80),)) == ""
    unused = rule("1", Conditions=API, Actions=[forward()])
    nothing = rule(Actions=[redirect(Host="old.example")])
    assert serving(listeners, (rule(port=80), nothing, unused)) == ""
    hers = rule("1", port=80, Conditions=[{"Field": "host-header", "Values": ["shop.example"]}], Actions=[forward()])
    behind = rule("2", Conditions=[{"Field": "host-header", "Values": ["*.example"]}], Actions=[forward()])
    first = rule(
        "1", Conditions=[{"Field": "host-header", "Values": ["shop.*"]}], Actions=[redirect(Host="old.example")]
    )
    assert serving(listeners, (rule(port=80), hers, nothing)) == alone
    assert serving(listeners, (rule(port=80), rule(), first, behind)) == alone


def test_weights_and_stickiness_are_of_the_serving_forward() -> None:
    groups = [{"TargetGroupArn": GROUP_ARN, "Weight": 90}, {"TargetGroupArn": f"{GROUP_ARN}x", "Weight": 0}]
    sticky = {"Enabled": True, "DurationSeconds": 300}
    weighted: dict[str, Any] = {"Type": "forward", "Order": 1, "ForwardConfig": {"TargetGroups": groups}}
    listeners = (listener(80), listener())
    assert serving(listeners, (rule(port=80), rule(Actions=[weighted]))) == json.dumps(
        [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    )
    weighted["ForwardConfig"] = {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}
    assert serving(listeners, (rule(port=80), rule(Actions=[weighted]))) == json.dumps(
        [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}}]
    )
    off = forward()
    off["ForwardConfig"]["TargetGroupStickinessConfig"] = {"Enabled": False}
    assert serving(listeners, (rule(port=80), rule(Actions=[off]))) == f"Type=forward,TargetGroupArn={GROUP_ARN}"


def test_what_stands_behind_a_login_is_not_forwarded_to_elsewhere() -> None:
    behind = [{"Type": "authenticate-oidc", "Order": 1}, forward() | {"Order": 2}]
    listeners = (listener(80), listener())
    assert serving(listeners, (rule(port=80), rule(Actions=behind))) == ""
    admin = rule("1", Conditions=API, Actions=behind)
    assert serving(listeners, (rule(port=80), rule(Actions=[redirect(Host="old.example")]), admin)) == ""


def test_probes_of_other_balancers_and_of_other_names_are_left_out() -> None:
    wire = web(address_probe(), address_probe(address=PARKING))
    nodes = (node(), node(PARKING, tail="app/other/1234"))
    seen = own_probes(wire["probes"], wire["host_answers"], ApplicationBalancers((balancer(),)), nodes)
    assert [(own.balancer.load_balancer_name, own.probe.address) for own in seen] == [("web", "198.51.100.10")]


def test_a_location_is_read_as_a_browser_does() -> None:
    base = "https://shop.example/a/b?c=d"
    assert next_url(exchange(base, 302, location="../x")) == "https://shop.example/x"
    assert next_url(exchange(base, 302, location="//www.example:443")) == "https://www.example/"
    assert next_url(exchange(base, 302, location="https://[broken")) == ""
    assert next_url(exchange(base, 200, location="/x")) == ""
    assert not is_loop([])
