"""ALB418 over facts: TLS checks of a plain port, plain checks of a TLS port."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb418_hc_protocol_mismatch import hc_protocol_mismatch as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    answer,
    https_group,
    over_tls,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
    wrong_code,
)
from tests.support.table import result_of, told

TLS_CHECK = (group(HealthCheckProtocol="HTTPS"),)
PLAIN_CHECK = (https_group(HealthCheckProtocol="HTTP"),)


def test_tls_check_of_a_plain_port_is_confirmed() -> None:
    seen = scene(unhealthy(), target_groups=TLS_CHECK, target_probes=(probed(plain(80)),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: Health checks of target group web-http use HTTPS, but"
        " port 80 of the targets speaks HTTP: i-0abc",
        "  elasticloadbalancing DescribeTargetGroups web-http"
        " -> Protocol: HTTP, HealthCheckProtocol: HTTPS, HealthCheckPort: traffic-port",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.FailedHealthChecks Health checks failed",
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 200",
        "  fix[script, none]: Set the health check protocol of web-http to HTTP.",
    ]
    (finding,) = run_one(seen, check).findings
    assert fill_script(check.fixes[0].script, finding.values) == (
        f"aws elbv2 modify-target-group --region ap-northeast-2 --target-group-arn {GROUP_ARN}"
        " --health-check-protocol HTTP\n"
    )


def test_plain_check_of_a_tls_port_is_confirmed_on_its_own_port_too() -> None:
    complaint = answer(400, "The plain HTTP request was sent to HTTPS port")
    probes = (probed(over_tls(443, complaint), port=443),)
    seen = scene(wrong_code(400, 443), target_groups=PLAIN_CHECK, target_probes=probes)
    assert told(check, seen)[0].startswith("error confirmed")
    apart = (https_group(HealthCheckPort="80"),)
    probes = (probed(over_tls(443), plain(80), port=443),)
    seen = scene(unhealthy(443, check=80), target_groups=apart, target_probes=probes)
    assert told(check, seen)[0].startswith("error confirmed")


def test_disagreeing_protocols_are_likely_without_a_probe() -> None:
    for one, groups in ((unhealthy(), TLS_CHECK), (unhealthy(443), PLAIN_CHECK), (wrong_code(400, 443), PLAIN_CHECK)):
        (finding,) = run_one(scene(one, target_groups=groups, target_probes=NO_PROBE), check).findings
        assert finding.certainty == "likely"
        assert len(finding.alternatives) == 2
    assert finding.decide == "curl -vk https://127.0.0.1:443/"


def test_the_groups_own_wrong_protocol_is_not_the_checks_fault() -> None:
    wrong_group = scene(unhealthy(443), target_groups=(https_group(),), target_probes=(probed(plain(443), port=443),))
    founding = scene(
        unhealthy(443, check=80),
        target_groups=(https_group(HealthCheckPort="80"),),
        target_probes=(probed(refused(443), plain(80), port=443),),
    )
    for seen in (wrong_group, founding):
        assert result_of(check, seen) is Result.PASSED


def test_only_differing_or_refused_is_no_mismatch() -> None:
    assert result_of(check, scene(target(port=443), target_groups=PLAIN_CHECK)) is Result.PASSED
    seen = scene(unhealthy(), target_groups=TLS_CHECK, target_probes=(probed(refused(80)),))
    assert result_of(check, seen) is Result.PASSED
    assert result_of(check, scene(wrong_code(404, 443), target_groups=PLAIN_CHECK)) is Result.PASSED


def test_nothing_gaps_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
    assert run_one(scene(unhealthy(), target_probes=NO_PROBE), check).gaps == (NO_PROBE,)
