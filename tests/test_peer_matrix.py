"""The matrix of what other tools see: of each row between load balancer and target, a full yes by name.

A full yes: the whole engine tells the fault by its own name, as the cause or right behind a cause that the facts show
too; the same site with the one thing put right does not tell it. The columns were
AWSSupport-TroubleshootELBHealthChecks, VPC Reachability Analyzer, Security Hub, Prowler, Cloud Custodian, alb-lint and
Trusted Advisor.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from albdoctor.checkup import registry
from albdoctor.facts.cluster_tags import CONTROLLER_CLUSTER
from albdoctor.facts.waf import WebAcl
from tests.guards.test_targets import answered_directly
from tests.kinds.names import certificate
from tests.kinds.network import (
    acl,
    admits,
    balancer,
    blocks,
    default_route,
    entry,
    further_route,
    lets_out,
    permission,
    subnet,
)
from tests.kinds.routing import (
    default,
    fixed,
    forward,
    group,
    host,
    path,
    redirect,
    rule,
    target,
    targets,
    the_group,
    without_listener,
)
from tests.kinds.site import (
    BASE,
    GROUP,
    HOST,
    HTTP,
    HTTPS,
    INSTANCE,
    OF_BALANCER,
    OF_TARGETS,
    PUBLIC_A,
    WEB,
    Change,
    Raw,
    every,
    first,
    group_arn,
    judged,
    nothing,
    of,
)
from tests.kinds.test_network import target_in_a_private_subnet
from tests.kinds.test_targets import FAILED, OK, REASONS, TIMEOUT, TLS, no_instances, on, opened
from tests.kinds.wire import answers, exchange, own_page, port, probe, redirects, shut, untrusted
from tests.support.build_clusters import CLUSTER, cluster_tags
from tests.support.build_firewall import firewall, saved
from tests.support.build_owners import UNHEALTHY_TASK, cluster, ecs_task, service, stopped
from tests.support.build_sockets import filtered
from tests.support.build_sockets import on as listening
from tests.support.build_targets import over_tls, plain, refused

NOW = datetime.fromisoformat(BASE["scan"]["taken_at"])
WORLD = "0.0.0.0/0"
ELSEWHERE = target("unhealthy", "Target.Timeout", "Request timed out", id_="192.168.7.10", zone="all")
MISMATCH = ("unhealthy", "Target.ResponseCodeMismatch")


def fails_with(code: int) -> Change:
    """The target answers its health check with a status that does not count."""
    return targets(target(*MISMATCH, f"Health checks failed with these codes: [{code}]"))


def known(group_name: str, *things: Any) -> Change:
    """A group of facts."""

    def make(raw: Raw) -> None:
        raw[group_name] = {"state": "known", "value": [msgspec.to_builtins(one) for one in things]}

    return make


def serves_plain_http(raw: Raw) -> None:
    """What http:// gets at each address."""
    for place in (0, 1):
        one = probe(raw, place)
        one["http"] = [exchange(one["address"], 200, ("server", "nginx"), url=f"http://{HOST}/")]


def scheme(word: str) -> Change:
    """The scheme of the load balancer."""
    return balancer(Scheme=word)


def web_acl(action: str) -> Change:
    """A web ACL without rules, and what it does."""
    arn = "arn:aws:wafv2:ap-northeast-2:123456789012:regional/webacl/shop/1"
    return known("web_acls", WebAcl(load_balancer_arn=WEB, arn=arn, name="shop", default_action=action, rules=()))


def policy(*protocols: str) -> Change:
    """What the TLS policy of the HTTPS listener accepts."""
    name = next(one["SslPolicy"] for one in BASE["listeners"]["value"] if one["ListenerArn"] == HTTPS)
    return known("ssl_policies", {"Name": name, "SslProtocols": list(protocols)})


def unhealthy_lately(*values: float) -> Change:
    """The gauge of unhealthy targets, every five minutes."""
    course = {"since": (NOW - timedelta(minutes=5 * len(values))).astimezone(UTC).isoformat(), "period": 300}

    def make(raw: Raw) -> None:
        of(raw, "metrics")["values"].append(
            {
                "name": "UnHealthyHostCount",
                "load_balancer_arn": WEB,
                "target_group_arn": GROUP,
                "total": sum(values),
                "datapoints": len(values),
                "course": course | {"sums": list(values)},
            }
        )

    return make


def replaced(*reasons: str) -> Change:
    """A service registers the targets; its tasks were stopped for these reasons lately."""
    tasks = tuple(
        ecs_task(
            one,
            str(number),
            startedAt=NOW - timedelta(seconds=600),
            stoppingAt=NOW - timedelta(seconds=525),
            stoppedAt=NOW - timedelta(seconds=515),
        )
        for number, one in enumerate(reasons)
    )
    return every(
        known("auto_scaling_groups"),
        known("ecs_clusters", cluster(service("web", GROUP))),
        known("ecs_tasks", stopped(*tasks)),
    )


def host_firewall(policy: str) -> Change:
    """The host told of its sockets and rules: a policy with SSH let through."""
    rules = firewall(saved("-A INPUT -p tcp --dport 22 -j ACCEPT", policy=policy))
    return known("listening_sockets", filtered(rules, "0.0.0.0:80", id_=INSTANCE))


SECOND = "sg-0c1a57e2"


def in_a_cluster(raw: Raw) -> None:
    """The controller made the load balancer's security group; the target, its node, has two, which admit nobody."""
    groups = of(raw, "security_groups")
    first(groups, GroupId=OF_BALANCER)["Tags"] = [{"Key": CONTROLLER_CLUSTER, "Value": CLUSTER}]
    admits(group=OF_TARGETS)(raw)
    groups.append({**first(groups, GroupId=OF_TARGETS), "GroupId": SECOND})
    for one in of(raw, "network_interfaces"):
        if [each["GroupId"] for each in one["Groups"]] == [OF_TARGETS]:
            one["Groups"].append({"GroupId": SECOND})


class Row(Struct, frozen=True, kw_only=True):
    """One row: the site with the fault, and the same site with the one thing put right."""

    fault: tuple[Change, ...]
    right: tuple[Change, ...] = ()
    severity: str = "error"
    behind: str = ""
    """The cause that the report tells before it, where the facts show that too."""


TLS_FAILS = (TLS, opened(443), targets(on(443, FAILED)), answers(502))
DRAINING = target("draining", *REASONS["draining"][1:], id_="i-0000000000000aaaa")
OTHER_GROUP = (rule(10, [host(HOST)], forward(group_arn("other"))),)
TO_APP = redirect(Protocol="HTTPS", Port="8443")
IN_VAIN = (targets(target(*REASONS["timeout"])), answers(504))
ON_PREMISES = (the_group(TargetType="ip"), targets(ELSEWHERE), no_instances, answers(504))
OF_TARGETS_ALONE = ("subnet-abd99695a8dea7a7f",)
ROWS = {
    # --- balancer
    "alb-sg-blocks-listener-port": Row(
        fault=(admits(permission(80, 80, WORLD)), port(443, "silent")),
        right=(admits(permission(80, 80, WORLD), permission(443, 443, WORLD)), port(443, "silent")),
    ),
    "alb-internet-facing-in-private-subnet": Row(fault=(default_route(), shut("silent")), right=(shut("silent"),)),
    "alb-internal-for-public-domain": Row(
        fault=(scheme("internal"), shut("silent")), right=(scheme("internet-facing"), shut("silent"))
    ),
    "alb-sg-egress-blocks-targets": Row(
        fault=(lets_out(permission(443, 443, WORLD)), *IN_VAIN), right=(lets_out(permission(80, 80, WORLD)), *IN_VAIN)
    ),
    "alb-subnet-ip-exhaustion": Row(
        fault=(subnet(PUBLIC_A, AvailableIpAddressCount=7),),
        right=(subnet(PUBLIC_A, AvailableIpAddressCount=8),),
        severity="warning",
    ),
    "alb-waf-blocks-request": Row(
        fault=(web_acl("Block"), answers(403, body=own_page(403))),
        right=(web_acl("Allow"), answers(403, "nginx")),
    ),
    "listener-https-missing": Row(fault=(without_listener(HTTPS), port(443, "refused")), right=(port(443, "refused"),)),
    "listener-http-not-redirecting": Row(fault=(default(forward(GROUP), HTTP), serves_plain_http), severity="warning"),
    "listener-cert-name-mismatch": Row(
        fault=(
            certificate("old", "old.example", default=True),
            lambda raw: of(raw, "listeners_certificates")[0]["certificates"].pop(0),
            untrusted(62, "Hostname mismatch", names=["old.example"], subject="CN=old.example"),
        ),
        right=(certificate("old", "old.example", default=True),),
        behind="acm-issued-but-not-attached",
    ),
    "listener-tls-policy-weak": Row(
        fault=(policy("TLSv1", "TLSv1.1", "TLSv1.2"),), right=(policy("TLSv1.2", "TLSv1.3"),), severity="info"
    ),
    "listener-redirect-to-missing-listener": Row(
        fault=(default(TO_APP, HTTP),), right=(default(redirect(Protocol="HTTPS", Port="443"), HTTP),)
    ),
    "listener-redirect-loop": Row(
        fault=(
            default(redirect(Protocol="HTTPS", Port="443")),
            redirects(*[(f"https://{HOST}/", 301, f"https://{HOST}:443/")] * 3),
        ),
        right=(default(redirect(Host="www.shop.example")),),
    ),
    "rule-host-not-matched": Row(
        fault=(default(fixed(404)), rule(10, [host("other.example")], forward(GROUP)), answers(404)),
        right=(default(fixed(404)), rule(10, [host(HOST)], forward(GROUP))),
    ),
    "rule-forwards-to-empty-group": Row(
        fault=(group("other", DRAINING), *OTHER_GROUP, answers(503)), right=(group("other", OK), *OTHER_GROUP)
    ),
    "rule-shadowed-by-earlier-rule": Row(
        fault=(
            rule(5, [path("/*")], forward(GROUP)),
            rule(10, [host(HOST), path("/*")], forward(group_arn("other"))),
            group("other", OK),
        ),
        right=(
            rule(10, [path("/*")], forward(GROUP)),
            rule(5, [host(HOST), path("/*")], forward(group_arn("other"))),
            group("other", OK),
        ),
        severity="warning",
    ),
    # --- target group
    "tg-https-target-speaks-http": Row(
        fault=(*TLS_FAILS, answered_directly(plain(443), at=443)),
        right=(*TLS_FAILS, answered_directly(over_tls(443), at=443)),
    ),
    "tg-port-not-served": Row(
        fault=(
            the_group(Port=3000),
            targets(on(3000, FAILED)),
            opened(3000),
            answered_directly(refused(3000), plain(80), at=3000),
            answers(502),
        ),
        right=(
            the_group(Port=3000),
            targets(on(3000, FAILED)),
            opened(3000),
            answered_directly(plain(3000), plain(80), at=3000),
            answers(502),
        ),
    ),
    "tg-no-targets": Row(fault=(targets(), answers(503)), right=(answers(503),)),
    "tg-target-az-not-enabled": Row(
        fault=(targets(target(*REASONS["other AZ"])), answers(503)),
        right=(targets(target(*REASONS["registering"])), answers(503)),
    ),
    "tg-all-unhealthy-fail-open": Row(
        fault=(targets(target(*REASONS["internal"])),),
        right=(targets(OK, target(*REASONS["internal"], id_="i-0000000000000aaaa")),),
        severity="warning",
    ),
    "hc-redirect-not-accepted": Row(fault=(fails_with(302), answers(502)), right=(fails_with(404), answers(502))),
    "hc-path-not-found": Row(fault=(fails_with(404), answers(502)), right=(fails_with(302), answers(502))),
    "hc-host-header-rejected": Row(fault=(fails_with(400), answers(502)), right=(fails_with(503), answers(502))),
    "hc-connection-refused": Row(fault=(targets(FAILED), answers(502)), right=(targets(TIMEOUT), answers(502))),
    "hc-protocol-mismatch": Row(
        fault=(the_group(HealthCheckProtocol="HTTPS"), targets(FAILED), answers(502)),
        right=(the_group(HealthCheckProtocol="HTTP"), targets(FAILED), answers(502)),
    ),
    "hc-port-mismatch": Row(
        fault=(
            the_group(HealthCheckPort="8080"),
            targets({**FAILED, "HealthCheckPort": "8080"}),
            opened(8080),
            answered_directly(plain(80), refused(8080), at=80),
            answers(502),
        ),
        right=(
            the_group(HealthCheckPort="8080"),
            targets({**FAILED, "HealthCheckPort": "8080"}),
            opened(8080),
            answered_directly(plain(80), plain(8080), at=80),
            answers(502),
        ),
    ),
    "hc-flapping": Row(
        fault=(unhealthy_lately(0, 1, 1, 0, 2, 0, 0, 1, 0),), right=(unhealthy_lately(0, 0, 0),), severity="warning"
    ),
    # --- network
    "net-target-sg-blocks-traffic-port": Row(
        fault=(admits(permission(8080, 8080, WORLD), group=OF_TARGETS), *IN_VAIN),
        right=(admits(permission(80, 80, WORLD), group=OF_TARGETS), *IN_VAIN),
    ),
    "net-nacl-target-side": Row(
        fault=(acl(entry(50, "deny", (80, 80)), only=OF_TARGETS_ALONE), target_in_a_private_subnet, *IN_VAIN),
        right=(acl(entry(50, "deny", (22, 22)), only=OF_TARGETS_ALONE), target_in_a_private_subnet, *IN_VAIN),
    ),
    "net-route-to-target-missing": Row(
        fault=ON_PREMISES,
        right=(*ON_PREMISES, further_route(DestinationCidrBlock="192.168.0.0/16", TransitGatewayId="tgw-0abc")),
    ),
    "net-vpc-block-public-access": Row(
        fault=(blocks("block-bidirectional"), shut("silent")), right=(blocks("off"), shut("silent"))
    ),
    "net-host-firewall": Row(fault=(*IN_VAIN, host_firewall("DROP")), right=(*IN_VAIN, host_firewall("ACCEPT"))),
    # --- target
    "target-no-process-on-port": Row(
        fault=(targets(FAILED), answered_directly(refused(80), at=80), answers(502)),
        right=(targets(FAILED), answered_directly(plain(80), at=80), answers(502)),
    ),
    "target-bound-to-loopback": Row(
        fault=(targets(FAILED), known("listening_sockets", listening("127.0.0.1:80", id_=INSTANCE)), answers(502)),
        right=(targets(FAILED), known("listening_sockets", listening("0.0.0.0:80", id_=INSTANCE)), answers(502)),
    ),
    "target-ecs-replacement-loop": Row(
        fault=(targets(FAILED), replaced(*[UNHEALTHY_TASK.replace("web-http", "web")] * 3), answers(502)),
        right=(targets(FAILED), replaced(), answers(502)),
        behind="hc-connection-refused",
    ),
    "target-k8s-binding-not-reconciled": Row(
        fault=(in_a_cluster, known("cluster_tags", *cluster_tags(OF_TARGETS, eks=SECOND, arn=GROUP)), *IN_VAIN),
        right=(in_a_cluster, known("cluster_tags", *cluster_tags(eks=SECOND, arn=GROUP)), *IN_VAIN),
    ),
}
COUNT = 36
"""Of rows of these stages: each has its check."""


@pytest.mark.parametrize("slug", sorted(ROWS))
def test_full_yes(slug: str) -> None:
    row = ROWS[slug]
    findings = judged(*row.fault).findings
    told = next(one for one in findings if one.slug == slug)
    causes = [one.slug for one in findings if one.fingerprint in told.explained_by and one.root_cause]
    assert (told.severity, causes) == (row.severity, [row.behind] if row.behind else [])


@pytest.mark.parametrize("slug", sorted(ROWS))
def test_its_healthy_twin_is_not_accused(slug: str) -> None:
    assert slug not in {one.slug for one in judged(*ROWS[slug].right).findings}


def test_every_row_is_shown() -> None:
    assert ROWS.keys() - {one.slug for one in registry.load()} == set()
    assert len(ROWS) == COUNT


def test_nothing_is_told_of_the_site_itself() -> None:
    assert judged(nothing).findings == ()
