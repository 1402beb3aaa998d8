"""ALB417 over facts: FailedHealthChecks, heard by a probe or not."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.target_group.alb417_hc_connection_refused import hc_connection_refused as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    TIMEOUT,
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


def test_refused_port_is_confirmed() -> None:
    groups = (https_group(HealthCheckPort="8080"),)
    probes = (probed(refused(443), refused(8080), plain(80), port=443),)
    seen = scene(unhealthy(443, check=8080), target_groups=groups, target_probes=probes)
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: Health checks of target group web-https (HTTPS, port"
        " 8080) end without an HTTP answer: i-0abc",
        "  elasticloadbalancing DescribeTargetHealth web-https"
        " -> i-0abc:443 unhealthy Target.FailedHealthChecks Health checks failed",
        "  connection to 203.0.113.20:8080 (i-0abc) -> connection refused",
        "  fix[by hand, none]: Make port 8080 of the targets answer HTTPS, or point the health check at the port and"
        " protocol that do.",
    ]


def test_protocols_that_do_not_fit_are_confirmed() -> None:
    tls_check = scene(
        unhealthy(), target_groups=(group(HealthCheckProtocol="HTTPS"),), target_probes=(probed(plain(80)),)
    )
    plain_check = scene(unhealthy(), target_probes=(probed(over_tls(80)),))
    for seen in (tls_check, plain_check):
        assert told(check, seen)[0].startswith("error confirmed")


def test_without_a_probe_it_is_likely() -> None:
    for probes in (NO_PROBE, (), (probed(plain(80)),)):
        (finding,) = run_one(scene(unhealthy(), target_probes=probes), check).findings
        assert finding.certainty == "likely"
        assert len(finding.alternatives) == 3
        assert finding.decide == "sudo ss -ltnp 'sport = :80'; curl -vk http://127.0.0.1:80/"


def test_other_reasons_and_states_pass() -> None:
    for one in (
        target(),
        unhealthy(reason=TIMEOUT),
        wrong_code(404),
        target(state="initial"),
        target(state="draining"),
    ):
        assert result_of(check, scene(one, target_probes=(probed(refused(80)),))) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
