"""Whole situations: which checks of target groups, network and targets speak, and which finding explains which."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

import albdoctor_checks.network
import albdoctor_checks.target
import albdoctor_checks.target_group
from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import run
from albdoctor.checkup.registry import arrange, checks_of
from albdoctor.derive.topology import topology
from albdoctor_checks.balancer.alb334_rule_weight_sends_to_dead_group import rule_weight_sends_to_dead_group
from tests.support.build import group, target
from tests.support.build_targets import (
    MISMATCH,
    NO_METRICS,
    NO_PROBE,
    TIMEOUT,
    answer,
    https_group,
    instance,
    metrics,
    over_tls,
    plain,
    probed,
    refused,
    silent,
    unhealthy,
    wrong_code,
)
from tests.support.build_ways import behind

PACKAGES = (albdoctor_checks.target_group, albdoctor_checks.network, albdoctor_checks.target)
CHECKS = arrange((*(one for package in PACKAGES for one in checks_of(package)), rule_weight_sends_to_dead_group))
"""Those of these stages, and what one of them explains by name."""
COMPLAINT = answer(400, "The plain HTTP request was sent to HTTPS port")
FOUNDING = (https_group(HealthCheckPort="8080"),)
FOUNDING_PORTS = (refused(443), refused(8080), plain(80))
STOPPED = target(state="unused", reason="Target.InvalidState", description="Target is in the stopped state")
FORCED = plain(80, answer(301, location="https://shop.example/"), http_by_name=answer(301))


def found(*targets: Any, **groups: Any) -> list[str]:
    """Every finding: its certainty, its slug, and what explains it."""
    base: dict[str, Any] = {"ports": (80, 443, 8080), "probes": NO_PROBE, "target_probes": (), "metrics": NO_METRICS}
    facts = behind(*targets, **(base | groups))
    outcomes = run(facts, CHECKS)
    assert not [outcome.crash for outcome in outcomes if outcome.crash]
    related = diagnose(outcomes, topology(facts))
    slugs = {item.fingerprint: item.check.slug for item in related}
    lines: list[str] = []
    for item in related:
        causes = ", ".join(sorted(slugs[cause] for cause in item.explained_by))
        lines.append(f"{item.finding.certainty} {item.check.slug}" + (f" <- {causes}" if causes else ""))
    return lines


def test_founding_story() -> None:
    causes = "hc-port-mismatch, tg-https-target-speaks-http, tg-port-not-served"
    assert found(
        unhealthy(443, check=8080), target_groups=FOUNDING, target_probes=(probed(*FOUNDING_PORTS, port=443),)
    ) == [
        "confirmed tg-https-target-speaks-http",
        "confirmed tg-port-not-served",
        "confirmed hc-port-mismatch",
        f"confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, {causes}",
        f"confirmed hc-connection-refused <- {causes}",
    ]


def test_founding_story_that_nobody_may_probe() -> None:
    sick = unhealthy(443, check=8080)
    assert found(sick, target_groups=FOUNDING, target_probes=NO_PROBE) == [
        "likely hc-connection-refused",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused",
    ]
    counted = metrics(TargetTLSNegotiationErrorCount=361)
    assert found(sick, target_groups=FOUNDING, target_probes=NO_PROBE, metrics=counted) == [
        "likely tg-https-target-speaks-http",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, tg-https-target-speaks-http",
        "likely hc-connection-refused <- tg-https-target-speaks-http",
    ]


def test_https_group_on_port_80_in_front_of_plain_http() -> None:
    groups = (https_group(Port=80),)
    assert found(unhealthy(80), target_groups=groups, target_probes=(probed(plain(80)),)) == [
        "confirmed tg-https-target-speaks-http",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, tg-https-target-speaks-http",
        "confirmed hc-connection-refused <- tg-https-target-speaks-http",
    ]
    assert found(unhealthy(80), target_groups=groups)[0] == "likely tg-https-target-speaks-http"


def test_nothing_on_port_80() -> None:
    assert found(unhealthy(80), target_probes=(probed(refused(80), refused(443), refused(8080)),)) == [
        "confirmed target-no-process-on-port",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, target-no-process-on-port",
        "confirmed hc-connection-refused <- target-no-process-on-port",
    ]
    assert found(unhealthy(80), metrics=metrics(TargetConnectionErrorCount=9)) == [
        "likely target-no-process-on-port",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, target-no-process-on-port",
        "likely hc-connection-refused <- target-no-process-on-port",
    ]


def test_health_check_port_8080() -> None:
    sick, groups = unhealthy(80, check=8080), (group(HealthCheckPort="8080"),)
    assert found(sick, target_groups=groups, target_probes=(probed(plain(80), refused(8080)),)) == [
        "confirmed hc-port-mismatch",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, hc-port-mismatch",
        "confirmed hc-connection-refused <- hc-port-mismatch",
    ]
    assert found(sick, target_groups=groups, metrics=metrics(HTTPCode_Target_2XX_Count=9)) == [
        "likely hc-port-mismatch",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, hc-port-mismatch",
        "likely hc-connection-refused <- hc-port-mismatch",
    ]


def test_tls_only_server_behind_an_http_group() -> None:
    groups = (group(Port=443),)
    probes = (probed(over_tls(443, COMPLAINT, http_by_name=answer(200)), port=443),)
    assert found(wrong_code(400, 443), target_groups=groups, target_probes=probes) == [
        "confirmed tg-http-target-speaks-https",
        "confirmed tg-all-unhealthy-fail-open <- tg-http-target-speaks-https",
    ]
    assert found(wrong_code(400, 443), target_groups=groups) == [
        "likely tg-http-target-speaks-https",
        "confirmed tg-all-unhealthy-fail-open <- tg-http-target-speaks-https",
    ]
    cut = (probed(over_tls(443), port=443),)
    assert found(unhealthy(443), target_groups=groups, target_probes=cut) == [
        "confirmed tg-http-target-speaks-https",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, tg-http-target-speaks-https",
        "confirmed hc-connection-refused <- tg-http-target-speaks-https",
    ]


def test_health_check_protocol() -> None:
    groups = (group(HealthCheckProtocol="HTTPS"),)
    assert found(unhealthy(), target_groups=groups, target_probes=(probed(plain(80)),)) == [
        "confirmed hc-protocol-mismatch",
        "confirmed tg-all-unhealthy-fail-open <- hc-connection-refused, hc-protocol-mismatch",
        "confirmed hc-connection-refused <- hc-protocol-mismatch",
    ]


def test_target_security_group_blocks() -> None:
    sick = unhealthy(reason=TIMEOUT, description="Request timed out")
    assert found(sick, ports=(22,)) == [
        "confirmed net-target-sg-blocks-traffic-port",
        "confirmed tg-all-unhealthy-fail-open <- hc-timeout-path-blocked, net-target-sg-blocks-traffic-port",
        "confirmed hc-timeout-path-blocked <- net-target-sg-blocks-traffic-port",
    ]
    apart = unhealthy(reason=TIMEOUT, description="Request timed out", check=8080)
    assert found(apart, ports=(80,), target_groups=(group(HealthCheckPort="8080"),)) == [
        "confirmed net-target-sg-blocks-hc-port",
        "confirmed tg-all-unhealthy-fail-open <- hc-timeout-path-blocked, net-target-sg-blocks-hc-port",
        "confirmed hc-timeout-path-blocked <- net-target-sg-blocks-hc-port",
    ]
    assert found(sick, target_probes=(probed(silent(80)),)) == [
        "likely hc-timeout-path-blocked",
        "confirmed tg-all-unhealthy-fail-open <- hc-timeout-path-blocked",
    ]


@pytest.mark.parametrize(
    ("code", "port", "cause"),
    [
        (301, FORCED, "confirmed hc-redirect-not-accepted"),
        (302, None, "confirmed hc-redirect-not-accepted"),
        (404, plain(80, answer(404), http_by_name=answer(404)), "confirmed hc-path-not-found"),
        (404, None, "likely hc-path-not-found"),
        (404, plain(80, answer(404), http_by_name=answer(200)), "confirmed hc-host-header-rejected"),
        (400, plain(80, answer(400), http_by_name=answer(200)), "confirmed hc-host-header-rejected"),
        (400, None, "likely hc-host-header-rejected"),
        (403, plain(80, answer(403), http_by_name=answer(200)), "confirmed hc-host-header-rejected"),
        (401, None, "confirmed hc-path-requires-auth"),
        (503, None, "confirmed hc-target-5xx"),
    ],
)
def test_wrong_codes(code: int, port: Any, cause: str) -> None:
    probes = (probed(port),) if port else ()
    slug = cause.split()[1]
    assert found(wrong_code(code), target_probes=probes) == [
        cause,
        f"confirmed tg-all-unhealthy-fail-open <- {slug}",
    ]


def test_slow_answer() -> None:
    late = msgspec.structs.replace(answer(200), milliseconds=7300.0)
    assert found(unhealthy(reason=TIMEOUT), target_probes=(probed(plain(80, late)),)) == [
        "confirmed hc-slow-response",
        "confirmed tg-all-unhealthy-fail-open <- hc-slow-response",
    ]


def test_stopped_instance() -> None:
    assert found(STOPPED, instances=(instance("stopped"),)) == ["confirmed target-instance-not-running"]


def test_a_sound_group_leaves_no_gap_though_nobody_may_probe() -> None:
    quiet: dict[str, Any] = {"probes": NO_PROBE, "target_probes": NO_PROBE, "metrics": NO_METRICS}
    outcomes = run(behind(target(), **quiet), CHECKS)
    assert [outcome.check.slug for outcome in outcomes if outcome.gaps or outcome.findings] == []


def test_sound_and_first_checks() -> None:
    assert found(target(), target_probes=(probed(plain(80)),)) == []
    assert found(target(), target_probes=NO_PROBE) == []
    assert found(target(state="initial", reason="Elb.InitialHealthChecking")) == ["confirmed hc-still-initial"]
    other = unhealthy(80, MISMATCH, "Health checks failed with these codes: [429]", id_="i-0b")
    assert found(target(), other) == []
