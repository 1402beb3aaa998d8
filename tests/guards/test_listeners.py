"""Guards 6, 8 and 10: what is hygiene, several faults at once, one vantage point."""

from __future__ import annotations

import pytest

from albdoctor.report.model import Report
from tests.guards.test_names import elsewhere, zone
from tests.guards.told import told
from tests.kinds.names import certificate
from tests.kinds.network import admits, permission
from tests.kinds.routing import default, fixed, forward, host, redirect, rule, target, targets, without_listener
from tests.kinds.site import GROUP, HOST, HTTP, HTTPS, OF_TARGETS, Change, judged
from tests.kinds.wire import answers, port, redirects, shut, untrusted

ENDED = "2026-10-01T00:00:00Z"
OFFICE = "198.51.100.0/24"

# --- 6: HTTP:80 that redirects or answers itself, unused expired certificates, private twins on purpose: info at most -


@pytest.mark.parametrize("status", ["HTTP_301", "HTTP_302"])
def test_guard_06_http_80_that_redirects_is_no_fault(status: str) -> None:
    assert told(judged(default(redirect(Protocol="HTTPS", Port="443", StatusCode=status), HTTP)), info=True) == []


@pytest.mark.parametrize("status", [200, 403, 404])
def test_guard_06_http_80_with_a_fixed_response_is_no_fault(status: int) -> None:
    assert told(judged(default(fixed(status), HTTP))) == []


def test_guard_06_http_80_that_is_not_there_is_no_fault() -> None:
    assert told(judged(without_listener(HTTP), port(80, "refused"))) == []


def test_guard_06_twin_http_80_that_redirects_in_a_circle_is_told() -> None:
    report = judged(default(redirect(Protocol="HTTP", Port="80"), HTTP))
    assert told(report) == ["error listener-redirect-loop"]


def test_guard_06_twin_https_that_redirects_to_itself_is_told() -> None:
    url = f"https://{HOST}/"
    report = judged(
        default(redirect(Protocol="HTTPS", Port="443")), redirects(*[(url, 301, f"https://{HOST}:443/")] * 3)
    )
    assert told(report)[0] == "error listener-redirect-loop"


def test_guard_06_expired_certificate_that_nothing_uses_is_no_fault() -> None:
    assert told(judged(certificate("old", HOST, Status="EXPIRED", NotAfter=ENDED))) == []


def test_guard_06_twin_expired_certificate_that_is_served_is_told() -> None:
    report = judged(untrusted(10, "certificate has expired", not_after=ENDED))
    assert told(report) == ["error tls-certificate-dates"]


def test_guard_06_private_zone_of_the_same_name_on_purpose_is_no_fault() -> None:
    assert told(judged(zone(HOST, elsewhere(), private=True))) == []


# --- 8: several faults at once: findings in the order of the request, and which one hides the next --------------------


def steps(report: Report) -> list[tuple[int | None, str]]:
    """The steps of the report: what is to be done, in order."""
    return [(one.step, one.slug) for one in report.findings if one.step is not None]


NOT_OPEN = admits(permission(80, 80, "0.0.0.0/0"))
NO_RULE = (default(fixed(404)), rule(10, [host("other.example")], forward(GROUP)))
ILL = targets(target("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [404]"))
SHUT_OUT = admits(permission(8080, 8080, "10.0.0.0/16"), group=OF_TARGETS)
TIMEOUT = targets(target("unhealthy", "Target.Timeout", "Request timed out"))


def test_guard_08_security_group_then_listener_are_two_steps_of_one_report() -> None:
    report = judged(NOT_OPEN, without_listener(HTTPS), port(443, "silent"))
    assert told(report)[0] == "error listener-https-missing"
    (missing,) = (one for one in report.findings if one.slug == "listener-https-missing")
    assert "authorize-security-group-ingress" in missing.fix.by_hand, "the closed port that it hides is told with it"
    (open_,) = (
        one
        for one in judged(without_listener(HTTPS), port(443, "refused")).findings
        if one.slug == "listener-https-missing"
    )
    assert "authorize-security-group-ingress" not in open_.fix.by_hand


def test_guard_08_region_of_the_certificate_then_rule_are_told_in_the_order_of_the_request() -> None:
    report = judged(untrusted(62, "Hostname mismatch", names=["old.example"], subject="CN=old.example"), *NO_RULE)
    slugs = [slug for _, slug in steps(report)]
    assert slugs.index("tls-not-our-certificate") < slugs.index("rule-host-not-matched")


def test_guard_08_entrance_then_targets_are_told_in_the_order_of_the_request() -> None:
    report = judged(NOT_OPEN, port(443, "silent"), SHUT_OUT, TIMEOUT)
    assert steps(report) == [(1, "alb-sg-blocks-listener-port"), (2, "net-target-sg-blocks-traffic-port")]
    hidden = [one.slug for one in report.findings if one.vanishes]
    assert hidden == ["tls-port-closed", "tg-all-unhealthy-fail-open", "hc-timeout-path-blocked"]


@pytest.mark.parametrize(
    ("alone", "slug"),
    [
        ((NOT_OPEN, port(443, "silent")), "alb-sg-blocks-listener-port"),
        ((SHUT_OUT, TIMEOUT, answers(504)), "net-target-sg-blocks-traffic-port"),
    ],
)
def test_guard_08_twin_each_fault_alone_is_one_step(alone: tuple[Change, ...], slug: str) -> None:
    assert steps(judged(*alone)) == [(1, slug)]


# --- 10: a scan from one vantage point cannot see allow-lists for others ----------------------------------------------


def test_guard_10_allow_list_for_others_is_a_suspicion_and_nothing_opens_it_to_the_world() -> None:
    report = judged(admits(permission(80, 443, OFFICE)), shut("silent"))
    for one in report.findings:
        if one.slug == "alb-sg-blocks-listener-port":
            assert (one.severity, one.certainty) == ("warning" if "port 443" in one.message else "info", "likely")
            assert any("on purpose" in words for words in one.alternatives)
            assert any(OFFICE in seen.saw for seen in one.evidence)
        assert "0.0.0.0/0" not in one.fix.script


def test_guard_10_allow_list_for_others_is_no_error_where_this_machine_is_served() -> None:
    report = judged(admits(permission(80, 443, OFFICE)))
    assert (report.verdict, report.exit_code) == ("at-risk", 0)
    assert [one.severity for one in report.findings] == ["warning", "info"]


def test_guard_10_twin_security_group_that_lets_nobody_in_is_an_error() -> None:
    report = judged(admits(), shut("silent"))
    assert told(report)[0] == "error alb-sg-blocks-listener-port"
