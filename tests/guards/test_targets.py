"""Guards 1, 4, 5 and 7: ports and health of targets, masks over a fault, certificates of targets."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from albdoctor.facts.wire import TargetPortProbe
from tests.guards.told import told
from tests.kinds.routing import counted, default, forward, target, targets, the_group, without_listener
from tests.kinds.site import GROUP, HTTP, HTTPS, INSTANCE, Change, Raw, judged
from tests.kinds.test_targets import FAILED, OK, TIMEOUT, TLS, on, opened
from tests.kinds.wire import answers, port
from tests.support.build_targets import over_tls, plain, probed, refused

NEVER_ANSWERED = counted("HTTPCode_Target_2XX_Count", 0, GROUP)


def answered_directly(*ports: TargetPortProbe, at: int) -> Change:
    """This machine reached the target itself, which is registered on a port."""
    probe = replace(probed(*ports, port=at, id_=INSTANCE), target_group_arn=GROUP)

    def make(raw: Raw) -> None:
        raw["target_probes"] = {"state": "known", "value": [msgspec.to_builtins(probe)]}

    return make


# --- 1: TG port 1 is normal with the load balancer controller; ECS ignores the TG default port ------------------------


@pytest.mark.parametrize("registered", [31080, 8080])
def test_guard_01_group_port_1_of_the_load_balancer_controller_is_no_fault(registered: int) -> None:
    assert told(judged(the_group(Port=1), targets(on(registered, OK)), opened(registered)), info=True) == []


@pytest.mark.parametrize("of_group", [80, 443, 3000])
def test_guard_01_group_port_that_ecs_ignores_is_no_fault(of_group: int) -> None:
    ports = (32771, 32790)
    assert told(judged(the_group(Port=of_group), targets(*(target(port=one) for one in ports))), info=True) == []


def test_guard_01_twin_registered_port_that_nothing_serves_is_told() -> None:
    report = judged(
        the_group(Port=1),
        targets(on(31080, FAILED)),
        opened(31080),
        answered_directly(refused(31080), at=31080),
        answers(502),
    )
    assert told(report) == [
        "error target-no-process-on-port",
        "  error tg-all-unhealthy-fail-open",
        "  error hc-connection-refused",
    ]


# --- 4: all targets unhealthy while the site answers is fail-open; healthy on another port is not to be trusted -------


def test_guard_04_all_unhealthy_while_the_site_answers_is_fail_open_and_a_warning() -> None:
    report = judged(targets(TIMEOUT))
    assert (report.verdict, report.request.served, report.exit_code) == ("at-risk", "yes", 0)
    assert told(report) == ["warning hc-timeout-path-blocked", "  warning tg-all-unhealthy-fail-open"]


def test_guard_04_twin_all_unhealthy_and_visitors_get_an_error_is_an_error() -> None:
    report = judged(targets(TIMEOUT), answers(504))
    assert (report.verdict, report.exit_code) == ("broken", 1)
    assert told(report) == ["error hc-timeout-path-blocked", "  error tg-all-unhealthy-fail-open"]


CHECKED_ELSEWHERE = {
    "port": (the_group(HealthCheckPort="8080"), targets({**OK, "HealthCheckPort": "8080"}), opened(8080)),
    "protocol": (the_group(Protocol="HTTPS", HealthCheckProtocol="HTTP"),),
}


@pytest.mark.parametrize("differs", sorted(CHECKED_ELSEWHERE))
def test_guard_04_healthy_by_a_check_of_another_port_or_protocol_is_not_trusted(differs: str) -> None:
    report = judged(*CHECKED_ELSEWHERE[differs], NEVER_ANSWERED, answers(502))
    cause = {"port": "http-request-fails", "protocol": "tg-https-target-speaks-http"}[differs]
    assert (report.verdict, told(report)) == ("broken", [f"error {cause}"])


@pytest.mark.parametrize("differs", sorted(CHECKED_ELSEWHERE))
def test_guard_04_twin_a_check_of_another_port_or_protocol_is_no_fault_where_visitors_are_served(differs: str) -> None:
    assert told(judged(*CHECKED_ELSEWHERE[differs]), info=True) == []


# --- 5: a wide matcher, or a removed 443 listener, is often a mask left by an earlier attempt -------------------------


def matcher(codes: str) -> Change:
    """The codes that count as healthy."""
    return the_group(Matcher={"HttpCode": codes, "GrpcCode": ""})


@pytest.mark.parametrize("codes", ["200", "200-299", "200-399", "200,301", "200,302"])
def test_guard_05_matcher_of_answers_that_serve_is_no_fault(codes: str) -> None:
    assert told(judged(matcher(codes)), info=True) == []


@pytest.mark.parametrize("codes", ["200-499", "404", "200,401"])
def test_guard_05_matcher_that_masks_errors_is_no_error_by_itself(codes: str) -> None:
    assert told(judged(matcher(codes))) == ["warning hc-matcher-too-wide"]


@pytest.mark.parametrize("codes", ["200-499", "404"])
def test_guard_05_twin_the_fault_behind_the_mask_is_told_first(codes: str) -> None:
    report = judged(matcher(codes), answers(502))
    assert told(report) == ["error http-request-fails", "warning hc-matcher-too-wide"]


def test_guard_05_removed_443_listener_is_told_as_what_visitors_lack() -> None:
    report = judged(without_listener(HTTPS), default(forward(GROUP), HTTP), port(443, "refused"))
    assert told(report) == ["error listener-https-missing", "  error tls-port-closed"]


def test_guard_05_the_fault_that_a_removed_443_listener_hid_is_told_beside_it() -> None:
    bad = ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]")
    report = judged(without_listener(HTTPS), default(forward(GROUP), HTTP), port(443, "refused"), targets(target(*bad)))
    assert told(report)[0] == "error listener-https-missing"
    assert any(line.endswith("hc-target-5xx") for line in told(report, info=True))


# --- 7: the load balancer does not validate a target's certificate ----------------------------------------------------


CERTIFICATES = {"expired": (10, "certificate has expired"), "self-signed": (18, "self-signed certificate")}


def tls_target(kind: str) -> Change:
    """The target's port speaks TLS with a certificate that no browser takes."""
    code, words = CERTIFICATES[kind]
    one = over_tls(443)
    assert one.tls
    return answered_directly(replace(one, tls=replace(one.tls, verify_code=code, verify_message=words)), at=443)


@pytest.mark.parametrize("kind", sorted(CERTIFICATES))
def test_guard_07_certificate_of_a_target_is_no_fault(kind: str) -> None:
    assert told(judged(TLS, opened(443), targets(on(443, OK)), tls_target(kind)), info=True) == []


@pytest.mark.parametrize("kind", sorted(CERTIFICATES))
def test_guard_07_certificate_of_a_target_is_not_named_where_its_checks_fail(kind: str) -> None:
    report = judged(TLS, opened(443), targets(on(443, FAILED)), tls_target(kind), answers(502))
    assert report.verdict == "broken"
    assert [one.check for one in report.findings if "cert" in one.slug or one.check.startswith("ALB2")] == []
    assert [one.slug for one in report.findings if "certificate" in one.message.lower()] == []


def test_guard_07_twin_target_without_tls_in_an_https_group_is_told() -> None:
    report = judged(TLS, opened(443), targets(on(443, FAILED)), answered_directly(plain(443), at=443), answers(502))
    assert told(report)[0] == "error tg-https-target-speaks-http"
