"""ALB420 over facts: redirects as answers to the health check."""

from __future__ import annotations

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.fixes.health_check import REDIRECT_COUNTS
from albdoctor_checks.target_group.alb420_hc_redirect_not_accepted import hc_redirect_not_accepted as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import DENIED, NO_PROBE, answer, plain, probed, scene, unhealthy, wrong_code
from tests.support.table import result_of, told

MESSAGE = "The health check of target group web-http gets a redirect (301) from /, but only 200 counts as healthy"


def test_forced_https_is_found_and_its_code_is_added() -> None:
    forced = plain(80, answer(301, location="https://shop.example/"))
    seen = scene(wrong_code(301), target_probes=(probed(forced),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: {MESSAGE}",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [301]",
        "  connection to 203.0.113.20:80 (i-0abc)"
        " -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 301 to https://shop.example/",
        "  fix[script, none]: Count 301 as healthy for web-http: this redirect only forces https, the server itself"
        " is well.",
    ]
    (finding,) = run_one(seen, check).findings
    assert finding.fix is REDIRECT_COUNTS
    assert fill_script(REDIRECT_COUNTS.script, finding.values) == (
        f"aws elbv2 modify-target-group --region ap-northeast-2 --target-group-arn {GROUP_ARN}"
        """ --matcher '{"HttpCode": "200,301"}'\n"""
    )


@pytest.mark.parametrize("location", ["/login", "https://shop.example/login", "http://10.0.1.23/app/"])
def test_a_redirect_elsewhere_wants_another_path(location: str) -> None:
    seen = scene(wrong_code(302), target_probes=(probed(plain(80, answer(302, location=location))),))
    assert told(check, seen)[-1] == (
        "  fix[by hand, none]: Choose a health check path of web-http that answers 200 itself."
    )


def test_it_is_found_without_a_probe() -> None:
    assert told(check, scene(wrong_code(301), target_probes=NO_PROBE))[0] == (
        f"error confirmed target-group/{GROUP_ARN}: {MESSAGE}"
    )


def test_several_codes_in_one_description() -> None:
    mixed = unhealthy(80, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503, 302]")
    (finding,) = run_one(scene(mixed, target_groups=(group(Matcher={"HttpCode": "200-299"}),)), check).findings
    assert finding.values["codes"] == "200-299,302"


def test_other_codes_and_healthy_targets_pass() -> None:
    for one in (target(), wrong_code(404), unhealthy(), target(state="initial")):
        assert result_of(check, scene(one, target_probes=NO_PROBE)) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
