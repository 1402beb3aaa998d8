"""ALB421 over facts: 404 to the health check."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.fixes.health_check import ROOT_PATH
from albdoctor_checks.target_group.alb421_hc_path_not_found import hc_path_not_found as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import DENIED, NO_PROBE, answer, plain, probed, scene, wrong_code
from tests.support.table import result_of, told

GROUPS = (group(HealthCheckPath="/healthz"),)
MESSAGE = "The health check of target group web-http asks for /healthz and gets 404: i-0abc"


def test_404_whatever_the_host_is_confirmed_and_the_root_is_offered() -> None:
    port = plain(80, answer(404), http_by_name=answer(404), root=answer(200))
    seen = scene(wrong_code(404), target_groups=GROUPS, target_probes=(probed(port),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: {MESSAGE}",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.ResponseCodeMismatch Health checks failed with these codes: [404]",
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 404",
        "  fix[script, none]: Point the health check of web-http at /, which answers 200.",
    ]
    (finding,) = run_one(seen, check).findings
    assert finding.fix is ROOT_PATH
    assert fill_script(ROOT_PATH.script, finding.values) == (
        f"aws elbv2 modify-target-group --region ap-northeast-2 --target-group-arn {GROUP_ARN} --health-check-path /\n"
    )


def test_a_root_that_answers_otherwise_is_not_offered() -> None:
    for root in (None, answer(302)):
        port = plain(80, answer(404), http_by_name=answer(404), root=root)
        seen = scene(wrong_code(404), target_groups=GROUPS, target_probes=(probed(port),))
        assert told(check, seen)[-1].startswith(
            "  fix[by hand, none]: Point the health check of web-http at a path that"
        )


def test_without_an_answer_by_name_it_is_likely() -> None:
    (finding,) = run_one(scene(wrong_code(404), target_groups=GROUPS, target_probes=NO_PROBE), check).findings
    assert finding.certainty == "likely"
    assert len(finding.alternatives) == 1
    assert finding.decide == "curl -i -H 'Host: shop.example' http://127.0.0.1:80/healthz"


def test_a_path_that_exists_by_name_is_the_hosts_matter() -> None:
    port = plain(80, answer(404), http_by_name=answer(200))
    assert result_of(check, scene(wrong_code(404), target_probes=(probed(port),))) is Result.PASSED


def test_other_codes_pass_and_nothing_and_unknown() -> None:
    assert result_of(check, scene(target())) is Result.PASSED
    assert result_of(check, scene(wrong_code(403))) is Result.PASSED
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
