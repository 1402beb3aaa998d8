"""ALB422 over facts: 401 and 403 to the health check."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.target_group.alb422_hc_path_requires_auth import hc_path_requires_auth as check
from tests.support.build import GROUP_ARN, target
from tests.support.build_targets import DENIED, NO_PROBE, answer, plain, probed, scene, wrong_code
from tests.support.table import result_of, told


def test_401_is_confirmed_without_a_probe() -> None:
    assert told(check, scene(wrong_code(401), target_probes=NO_PROBE)) == [
        f"error confirmed target-group/{GROUP_ARN}: The health check of target group web-http is refused with 401 at /",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [401]",
        "  fix[by hand, none]: Give web-http a health check path that needs no login.",
    ]


def test_403_is_confirmed_when_the_name_is_turned_away_too() -> None:
    port = plain(80, answer(403), http_by_name=answer(403))
    seen = scene(wrong_code(403), target_probes=(probed(port),))
    assert told(check, seen)[0].startswith("error confirmed")
    assert told(check, seen)[2] == (
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 403"
    )


def test_403_is_likely_without_a_probe() -> None:
    (finding,) = run_one(scene(wrong_code(403), target_probes=NO_PROBE), check).findings
    assert finding.certainty == "likely"
    assert len(finding.alternatives) == 1
    assert finding.decide == "curl -i -H 'Host: shop.example' http://127.0.0.1:80/"


def test_a_host_that_is_let_in_by_name_and_other_codes_pass() -> None:
    port = plain(80, answer(403), http_by_name=answer(200))
    assert result_of(check, scene(wrong_code(403), target_probes=(probed(port),))) is Result.PASSED
    assert result_of(check, scene(wrong_code(404))) is Result.PASSED
    assert result_of(check, scene(target())) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
