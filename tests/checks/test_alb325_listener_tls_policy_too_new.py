"""ALB325 over facts: TLS 1.3 alone, and how many handshakes failed."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import SslPolicy
from albdoctor.facts.metrics import Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb325_listener_tls_policy_too_new import listener_tls_policy_too_new as check
from tests.support.build import BALANCER_ARN, LISTENER_443_ARN, balancer, facts, listener
from tests.support.build_dns import denied
from tests.support.table import result_of, told

NAME = "ELBSecurityPolicy-TLS13-1-3-2021-06"


def counted(failed: float, opened: float = 5_000, arn: str = BALANCER_ARN) -> Metrics:
    totals = {"ClientTLSNegotiationErrorCount": failed, "NewConnectionCount": opened}
    values = tuple(Metric(name=name, load_balancer_arn=arn, total=total) for name, total in totals.items())
    return Metrics(hours=3, values=values)


def seen(failed: float = 12, *protocols: str, name: str = NAME, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener(SslPolicy=name)),
        "ssl_policies": (SslPolicy(name=name, ssl_protocols=protocols or ("TLSv1.3",)),),
        "metrics": counted(failed),
    }
    return facts(**(base | groups))


def test_a_few_failed_handshakes_are_information() -> None:
    assert told(check, seen()) == [
        f"info likely listener/{LISTENER_443_ARN}: The HTTPS listener on port 443 accepts TLSv1.3 only (policy {NAME}),"
        " and 12 of 5000 connections failed TLS in the last 3 hours",
        f"  elasticloadbalancing DescribeSSLPolicies {NAME} -> TLSv1.3",
        "  cloudwatch GetMetricData web -> ClientTLSNegotiationErrorCount 12, NewConnectionCount 5000",
        "  fix[by hand, none]: If such clients are to connect, give the listener on port 443 a policy of TLS 1.2 and"
        " 1.3.",
    ]


@pytest.mark.parametrize(("failed", "severity"), [(99, "info"), (100, "warning"), (4_000, "warning")])
def test_many_are_a_warning(failed: float, severity: str) -> None:
    (line, *_) = told(check, seen(failed))
    assert line.startswith(f"{severity} likely ")


def test_a_hundred_of_very_many_are_an_accident() -> None:
    (line, *_) = told(check, seen(metrics=counted(100, 1_000_000)))
    assert line.startswith("info likely ")


@pytest.mark.parametrize(
    ("name", "policy"),
    [
        (NAME, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"),
        ("ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"),
    ],
)
def test_the_policy_that_is_named_keeps_fips(name: str, policy: str) -> None:
    (finding,) = run_one(seen(name=name), check).findings
    assert finding.values["new_policy"] == policy


@pytest.mark.parametrize("protocols", [("TLSv1.2", "TLSv1.3"), ("TLSv1.2",), ("TLSv1", "TLSv1.3")])
def test_a_policy_with_older_versions_passes(protocols: tuple[str, ...]) -> None:
    assert result_of(check, seen(4_000, *protocols)) is Result.PASSED


def test_tls_1_3_alone_is_a_choice_where_nobody_fails() -> None:
    assert result_of(check, seen(0)) is Result.PASSED
    assert result_of(check, seen(metrics=counted(4_000, arn=f"{BALANCER_ARN}x"))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=(listener(80),))) is Result.EMPTY
    assert result_of(check, seen(ssl_policies=(SslPolicy(name="another", ssl_protocols=("TLSv1.3",)),))) is Result.EMPTY
    assert result_of(check, seen(listeners=denied("x:Y"))) is Result.SKIPPED
    assert result_of(check, seen(metrics=denied("cloudwatch:GetMetricData"))) is Result.SKIPPED
