"""What one script mends beside its own finding is no step: a group that takes another's place has new ports too."""

from __future__ import annotations

from typing import Any

import pytest

import albdoctor
from albdoctor.facts.elb import TargetHealth
from albdoctor.facts.snapshot import Facts
from albdoctor.policy import Policy
from albdoctor.report.lead import lead
from albdoctor.report.model import Report
from tests.support.build import GROUP_ARN, listener, target
from tests.support.build_owners import tagged
from tests.support.build_targets import (
    https_group,
    metrics,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
)

GROUP = https_group(HealthCheckPort="8080")
PROBE = probed(refused(443), refused(8080), plain(80), port=443)
STEPS = ["tg-https-target-speaks-http"]
ALL = ["tg-https-target-speaks-http", "tg-port-not-served", "hc-port-mismatch"]


def story(*targets: TargetHealth, **more: Any) -> Facts:
    """TLS to a plain server on a port that is not served, and health checks on another one."""
    groups = {"target_groups": (GROUP,), "target_probes": (PROBE,), "listeners": (listener(443),), "metrics": metrics()}
    seen: Facts = scene(unhealthy(443, check=8080), *targets, **(groups | more))
    return seen


def of_the_group(report: Report) -> tuple[list[str], list[str]]:
    """The causes about the target group, and those of them that are steps."""
    causes = [one for one in report.root_causes if one.slug in ALL]
    return [one.slug for one in causes], [one.slug for one in causes if one.step]


def test_the_replacement_mends_the_port_and_the_check_too() -> None:
    report = albdoctor.judge(story())
    assert of_the_group(report) == (ALL, STEPS)
    first, *others = (one for one in report.root_causes if one.slug in ALL)
    assert [(one.vanishes, one.mended_by, one.explained_by) for one in others] == [(True, (first.fingerprint,), ())] * 2
    assert set(others) < set(report.effects_of(first))


def test_causes_and_steps_are_counted_apart() -> None:
    report = albdoctor.judge(story(), Policy(select=("target_group",)))
    assert of_the_group(report) == (ALL, STEPS)
    assert lead(report) == "Fix these 3 causes, in one step."


def test_alone_each_is_a_step() -> None:
    report = albdoctor.judge(story(), Policy(ignore=("ALB401",)))
    assert of_the_group(report) == (ALL[1:], ALL[1:])


def test_where_an_owner_would_take_the_script_back_each_is_a_step() -> None:
    tags = tagged(GROUP_ARN, **{"aws:cloudformation:stack-name": "web"})
    report = albdoctor.judge(story(owner_tags=(tags,)))
    assert not next(one for one in report.findings if one.slug in STEPS).fix.script
    assert of_the_group(report) == (ALL, ALL)


@pytest.mark.parametrize(
    ("targets", "probes", "steps"),
    [
        # The check's own port answers plain HTTP: it is kept, and was no fault.
        ((), (probed(refused(443), plain(8080), plain(80), port=443),), STEPS),
        # Another target was not heard: nobody knows whether it serves where it goes.
        ((unhealthy(443, id_="i-0unheard"),), (PROBE,), ALL),
        # A target that speaks TLS keeps the group as it is.
        ((target("i-0tls", 443),), (PROBE,), ALL),
    ],
)
def test_only_what_the_new_group_does_otherwise_is_mended(targets: Any, probes: Any, steps: list[str]) -> None:
    report = albdoctor.judge(story(*targets, target_probes=probes))
    assert of_the_group(report)[1] == steps
