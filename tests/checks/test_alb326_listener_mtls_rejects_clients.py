"""ALB326 over facts: a listener that verifies clients, who was refused, and who was counted."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor import api
from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.metrics import Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb326_listener_mtls_rejects_clients import listener_mtls_rejects_clients as check
from tests.support.build import BALANCER_ARN, LISTENER_443_ARN, balancer, facts, listener, rule
from tests.support.build_served import answering, got, led_to, served, shaking
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeListeners")
STORE = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:truststore/partners/73e2d6bc24d8a067"
LATE = led_to(answering(got(None, failure="tls: TLSV13_ALERT_CERTIFICATE_REQUIRED")))
EARLY = led_to(shaking("SSLV3_ALERT_HANDSHAKE_FAILURE"))


def verifying(mode: str = "verify") -> Any:
    return listener(MutualAuthentication={"Mode": mode, "TrustStoreArn": STORE if mode == "verify" else ""})


def counted(total: float) -> Metrics:
    answers = Metric(name="HTTPCode_Target_2XX_Count", load_balancer_arn=BALANCER_ARN, total=total)
    return Metrics(hours=3, values=(answers,))


def seen(*listeners: Any, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": listeners or (verifying(),),
        "rules": (rule(),),
        "metrics": counted(0),
    }
    return facts(**(base | groups))


def test_whoever_has_no_certificate_is_refused_and_nobody_was_served() -> None:
    assert told(check, seen(**EARLY)) == [
        f"error likely listener/{LISTENER_443_ARN}: The HTTPS listener on port 443 refuses clients without a"
        " certificate of their own (mutual authentication: verify), as browsers are",
        "  elasticloadbalancing DescribeListeners web -> HTTPS:443: MutualAuthentication verify",
        "  GET https://shop.example/ at 203.0.113.5 -> the TLS handshake fails (SSLV3_ALERT_HANDSHAKE_FAILURE)",
        "  fix[by hand, none]: Try with a client that has a certificate; if browsers are meant to come, switch"
        " mutual authentication off at the listener on port 443.",
    ]


def test_in_tls_1_3_the_refusal_comes_late() -> None:
    (line, _, came, _) = told(check, seen(**LATE))
    assert line.startswith("error likely ")
    assert came.endswith("the TLS handshake fails (TLSV13_ALERT_CERTIFICATE_REQUIRED)")


@pytest.mark.parametrize("metrics", [counted(41), Unknown(gap=Gap.DENIED, asked="cloudwatch:GetMetricData")])
def test_clients_with_a_certificate_may_be_served(metrics: Any) -> None:
    """An API for partners: this machine is none of them, and what it got says nothing of theirs."""
    snapshot = seen(**EARLY, metrics=metrics)
    (line, *_) = told(check, snapshot)
    assert line.startswith("info likely ")
    report = api.judge(snapshot)
    assert not any(one.severity != "info" for one in report.findings if one.check in ("ALB230", "ALB326", "ALB719"))
    assert report.verdict != "sound"


@pytest.mark.parametrize(
    "wire",
    [
        {},
        led_to(shaking("TLSV1_ALERT_PROTOCOL_VERSION")),  # another reason
        led_to(shaking("timeout")),
        led_to(answering(got(502, by_balancer=True))),  # it came so far
    ],
)
def test_where_no_refusal_was_seen_it_is_information(wire: dict[str, Any]) -> None:
    (line, *_) = told(check, seen(**wire))
    assert line.startswith("info likely ")


def test_who_is_served_is_not_refused() -> None:
    assert result_of(check, seen(**served())) is Result.PASSED


@pytest.mark.parametrize("mode", ["off", "passthrough"])
def test_other_modes_let_everybody_in(mode: str) -> None:
    assert result_of(check, seen(verifying(mode), **EARLY)) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listener(80))) is Result.EMPTY
    assert result_of(check, seen(listener(), **EARLY)) is Result.EMPTY
    assert result_of(check, seen(listeners=DENIED)) is Result.SKIPPED
