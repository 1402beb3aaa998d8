"""Guard 11, and the guards whose healthy twin the lab builds over real sockets: the scenario is there."""

from __future__ import annotations

import pytest

from albdoctor.checkup import ERROR, WARNING
from albdoctor.lab import apps
from albdoctor.lab.scenarios import find
from tests.guards.told import told
from tests.kinds.routing import target, targets
from tests.kinds.site import judged
from tests.kinds.wire import answers
from tests.lab.ground import lab

HEALTHY = {
    "guard_04_fail_open_is_no_error": ("all-unhealthy-but-serving", WARNING),
    "guard_05_a_wide_matcher_is_no_error": ("health-check-matcher-too-wide", WARNING),
    "guard_06_http_80_with_a_fixed_response_is_no_fault": ("fixed-page", None),
    "guard_06_private_zone_on_purpose_is_no_fault": ("private-twin", None),
    "guard_06_certificates_of_others_are_no_fault": ("certificates-for-others", None),
}
"""Scenarios that are built and scanned over real sockets, and the worst that they may be told."""
ACCUSED = {
    "guard_04_all_unhealthy_and_not_served": "nothing-on-port",
    "guard_06_name_that_only_a_private_zone_holds": "private-zone-only",
    "guard_06_expired_certificate_that_is_served": "certificate-expired",
    "guard_06_redirect_in_a_circle": "redirect-loop",
    "guard_07_target_without_tls_in_an_https_group": "https-target-group",
    "guard_08_several_faults_at_once": "founding-story",
}
"""And scenarios of the fault beside them, which must be told."""


@pytest.mark.parametrize("guard", sorted(HEALTHY))
def test_the_lab_has_the_healthy_story(guard: str) -> None:
    name, worst = HEALTHY[guard]
    severities = {one.severity for one in find(name).expected}
    assert ERROR not in severities
    assert (WARNING in severities) is (worst is WARNING)


@pytest.mark.parametrize("guard", sorted(ACCUSED))
def test_the_lab_has_the_fault_beside_it(guard: str) -> None:
    assert ERROR in {one.severity for one in find(ACCUSED[guard]).expected}


# --- 11: emulators show targets as healthy that are not; here health is what was really answered ----------------------


def test_guard_11_health_in_the_lab_is_what_the_target_really_answered() -> None:
    with lab() as running:
        shop = running.shop()
        running.host(shop).start(80, apps.plain({"/": 503}))
        assert running.health(shop.group) == (
            "unhealthy Target.ResponseCodeMismatch 80 Health checks failed with these codes: [503]"
        )
        running.host(shop).start(80, apps.plain())
        assert running.health(shop.group) == "healthy - 80 -"


def test_guard_11_health_of_the_api_is_judged_as_it_was_answered() -> None:
    ill = target("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]")
    assert told(judged(targets(ill), answers(503, "nginx")))[0] == "error hc-target-5xx"


def test_guard_11_twin_target_that_an_emulator_calls_healthy_clears_nobody_who_gets_503() -> None:
    report = judged(targets(target()), answers(503, "nginx"))
    assert (report.verdict, told(report)) == ("broken", ["error app-returns-5xx"])
