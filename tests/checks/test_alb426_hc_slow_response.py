"""ALB426 over facts: the port is open and the answer comes too late."""

from __future__ import annotations

import msgspec

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.fixes.health_check import LONGER_TIMEOUT
from albdoctor_checks.target_group.alb426_hc_slow_response import hc_slow_response as check
from tests.support.build import GROUP_ARN, target
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    TIMEOUT,
    answer,
    plain,
    probed,
    refused,
    scene,
    silent,
    unhealthy,
)
from tests.support.table import result_of, told

SICK = unhealthy(reason=TIMEOUT, description="Request timed out")
LATE = msgspec.structs.replace(answer(200), milliseconds=7300.0)


def test_late_answer_is_confirmed_and_the_check_waits_longer() -> None:
    seen = scene(SICK, target_probes=(probed(plain(80, LATE)),))
    assert told(check, seen) == [
        f"warning confirmed target-group/{GROUP_ARN}: Targets of target group web-http accept the health check,"
        " but do not answer / within 5 seconds: i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc:80 unhealthy Target.Timeout Request timed out",
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 200",
        "  time until the answer -> 7.3 s",
        "  fix[script, none]: Make / answer faster, or let the health check of web-http wait longer than 5 seconds.",
    ]
    (finding,) = run_one(seen, check).findings
    assert finding.fix is LONGER_TIMEOUT
    assert fill_script(LONGER_TIMEOUT.script, finding.values) == (
        f"aws elbv2 modify-target-group --region ap-northeast-2 --target-group-arn {GROUP_ARN}"
        " --health-check-timeout-seconds 16 --health-check-interval-seconds 30\n"
    )


def test_no_answer_at_all_is_confirmed_and_for_the_host_to_repair() -> None:
    never = msgspec.structs.replace(answer(None, failure="timeout"), milliseconds=10000.0)
    by_name = plain(80, never, http_by_name=answer(200))
    lines = told(check, scene(SICK, target_probes=(probed(by_name),)))
    assert lines[0].startswith("warning confirmed ")
    assert lines[-1].startswith("  fix[by hand, none]: Make / answer faster")


def test_a_prompt_answer_now_is_likely() -> None:
    (finding,) = run_one(scene(SICK, target_probes=(probed(plain(80)),)), check).findings
    assert finding.certainty == "likely"
    assert len(finding.alternatives) == 2
    assert finding.decide == "curl -m 60 -v http://127.0.0.1:80/"


def test_closed_ports_and_other_reasons_pass() -> None:
    for one, port in ((SICK, silent(80)), (SICK, refused(80)), (unhealthy(), plain(80)), (target(), plain(80, LATE))):
        assert result_of(check, scene(one, target_probes=(probed(port),))) is Result.PASSED


def test_nothing_gaps_and_unknown() -> None:
    assert run_one(scene(SICK, target_probes=NO_PROBE), check).gaps == (NO_PROBE,)
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
