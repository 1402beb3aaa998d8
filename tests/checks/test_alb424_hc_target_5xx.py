"""ALB424 over facts: server errors to the health check."""

from __future__ import annotations

from albdoctor.checkup.engine import Result
from albdoctor_checks.target_group.alb424_hc_target_5xx import hc_target_5xx as check
from tests.support.build import GROUP_ARN, target
from tests.support.build_targets import DENIED, NO_PROBE, answer, plain, probed, scene, unhealthy, wrong_code
from tests.support.table import result_of, told


def test_server_error_is_confirmed() -> None:
    seen = scene(wrong_code(503), target_probes=(probed(plain(80, answer(503))),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: The health check of target group web-http gets server"
        " error 503 from /: i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [503]",
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 503",
        "  fix[by hand, none]: Read the application's log for the 503 on / and repair it there.",
    ]
    assert told(check, scene(wrong_code(500), target_probes=NO_PROBE))[0].startswith("error confirmed")


def test_other_answers_pass() -> None:
    for one in (target(), wrong_code(404), unhealthy(), target(state="initial")):
        assert result_of(check, scene(one)) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
