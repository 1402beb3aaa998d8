"""Checks that share a signal explain nothing of each other while their subjects lie on different paths."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.registry import load
from albdoctor.derive.topology import Topology
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from tests.causes.area import Pair, Situation
from tests.causes.judged import judged, silent, unexplained
from tests.causes.table import SITUATIONS, edges
from tests.causes.target import ADMITTED, STOPPED, TIMED_OUT
from tests.support.build import BALANCER_ARN, GROUP_ARN, balancer, facts, group, listener, rule
from tests.support.build_dns import CERTIFICATE_ARN, OURS, certificate, delegation, records, validation_answer, zone
from tests.support.build_net import permission, security_group
from tests.support.build_targets import health, instance, plain, probed, refused, unhealthy
from tests.support.build_ways import behind, eni

API_ARN = BALANCER_ARN.replace("/web/50dc", "/api/60ec")
API_GROUP_ARN = GROUP_ARN.replace("web-http", "api-http")
SECOND_ARN = f"{CERTIFICATE_ARN}-2"
API = balancer(LoadBalancerArn=API_ARN, LoadBalancerName="api", SecurityGroups=["sg-api"])
API_TARGET = unhealthy(id_="i-0api")
WWW = "www.shop.example"


def beside(*of_web: Any, of_api: tuple[Any, ...] = (API_TARGET,), web: Any = None, **groups: Any) -> Facts:
    """Two load balancers, `web` and `api`, each with a target group of its own."""
    api = group(TargetGroupArn=API_GROUP_ARN, TargetGroupName="api-http", LoadBalancerArns=[API_ARN])
    base: dict[str, Any] = {
        "load_balancers": (balancer(), API),
        "target_groups": (web or group(), api),
        "groups_health": (*health(*of_web), GroupHealth(target_group_arn=API_GROUP_ARN, targets=Known(of_api))),
    }
    snapshot: Facts = behind(**(base | groups))
    return snapshot


def no_way_out_of_web() -> Facts:
    """Nothing leaves the security group of `web`; the targets of `api` are silent for a reason of their own."""
    guards = (
        security_group("sg-alb", outbound=()),
        security_group("sg-api"),
        security_group("sg-web", ADMITTED, permission(80, 80, "sg-api")),
    )
    silent_too = unhealthy(reason="Target.Timeout", id_="i-0api")
    enis = (eni(), eni("i-0api"))
    return beside(TIMED_OUT, of_api=(silent_too,), security_groups=guards, network_interfaces=enis)


def two_certificates() -> Facts:
    """One waits for a record that is nowhere, one for ACM to look at the record that is there."""
    return facts(
        host=WWW,
        certificates=(
            certificate(WWW, status="PENDING_VALIDATION"),
            certificate("*.shop.example", arn=SECOND_ARN, status="PENDING_VALIDATION"),
        ),
        validation_answers=(validation_answer(name=f"_abc.{WWW}"), validation_answer("_def.acm-validations.aws.")),
        hosted_zones=(zone(),),
        record_sets=(records(),),
        delegation=delegation(*OURS),
    )


APART: dict[str, tuple[Pair, Facts, str]] = {
    "certificate": (Pair("ALB202", "ALB201"), two_certificates(), f"certificate/{SECOND_ARN}"),
    "load balancer": (Pair("ALB308", "ALB425"), no_way_out_of_web(), f"target-group/{API_GROUP_ARN}"),
    "listener": (
        Pair("ALB315", "ALB313"),
        facts(load_balancers=(balancer(), API), listeners=(listener(443, Protocol="HTTP"),), rules=()),
        f"load-balancer/{API_ARN}",
    ),
    "rule": (
        Pair("ALB404", "ALB333"),
        beside(STOPPED, of_api=(), instances=(instance("stopped"),), rules=(rule(port=80), rule())),
        f"rule/{rule().rule_arn}",
    ),
    "target group": (
        Pair("ALB419", "ALB417"),
        beside(
            unhealthy(check=8080),
            web=group(HealthCheckPort="8080"),
            target_probes=(probed(plain(80), refused(8080)),),
        ),
        f"target-group/{API_GROUP_ARN}",
    ),
    "target": (
        Pair("ALB601", "ALB417"),
        beside(unhealthy(), target_probes=(probed(refused(80)),)),
        f"target-group/{API_GROUP_ARN}",
    ),
}
"""By kind of subject: an edge, facts in which both checks find, and the symptom that has nothing to do with the cause.

Domain and hosted zone are not among them: everything of a scan lies below its one domain. See the test below.
"""


@pytest.mark.parametrize("kind", APART)
def test_a_cause_elsewhere_explains_nothing(kind: str) -> None:
    pair, snapshot, apart = APART[kind]
    outcomes = judged(snapshot, load())
    assert pair in edges(load())
    assert silent(pair, outcomes) == []
    assert unexplained(pair, snapshot, outcomes) == [apart]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda one: str(one.pair))
def test_without_a_path_a_finding_explains_only_what_is_about_the_same_thing(situation: Situation) -> None:
    pair = situation.pair
    both = [check for check in load() if check.id in (pair.cause, pair.symptom)]
    related = diagnose(judged(situation.facts, both), Topology(()))
    of = {item.fingerprint: item.finding.subject for item in related}
    assert {item.check.id for item in related} == {pair.cause, pair.symptom}
    for item in related:
        assert {of[cause] for cause in item.explained_by} <= {item.finding.subject}
