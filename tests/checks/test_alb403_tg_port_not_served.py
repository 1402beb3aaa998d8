"""ALB403 over facts: the registered port is refused, another one serves."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.fixes.registered_port import SERVED_PORT_LATER
from albdoctor_checks.target_group.alb403_tg_port_not_served import tg_port_not_served as check
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
    silent,
    unhealthy,
)
from tests.support.table import result_of, told


def test_another_port_that_serves_is_confirmed() -> None:
    seen = scene(unhealthy(3000), target_probes=(probed(refused(3000), plain(80), port=3000),))
    assert told(check, seen) == [
        f"error confirmed target-group/{GROUP_ARN}: Port 3000 of i-0abc in target group web-http refuses"
        " connections, while port 80 answers",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:3000 unhealthy Target.FailedHealthChecks Health checks failed",
        "  connection to 203.0.113.20:3000 (i-0abc) -> connection refused",
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 200",
        "  fix[script, brief]: Register the targets of web-http on port 80, where they answer.",
    ]
    (finding,) = run_one(seen, check).findings
    assert finding.fix is None
    assert fill_script(check.fixes[0].script, finding.values) == (
        f"aws elbv2 deregister-targets --region ap-northeast-2 --target-group-arn {GROUP_ARN}"
        " --targets Id=i-0abc,Port=3000\n"
        f"aws elbv2 register-targets --region ap-northeast-2 --target-group-arn {GROUP_ARN}"
        " --targets Id=i-0abc,Port=80\n"
    )


def test_founding_story_points_to_the_protocol_fix() -> None:
    groups = (https_group(HealthCheckPort="8080"),)
    probes = (probed(refused(443), refused(8080), plain(80), port=443),)
    seen = scene(unhealthy(443, check=8080), target_groups=groups, target_probes=probes)
    (finding,) = run_one(seen, check).findings
    assert told(check, seen)[0].startswith("error confirmed")
    assert told(check, seen)[-1].startswith("  fix[script, brief]: ")
    assert finding.fix is SERVED_PORT_LATER
    assert finding.values["register"] == ("Id=i-0abc,Port=80",)


def test_a_port_that_suits_the_protocol_is_taken_first() -> None:
    probes = (probed(refused(8443), plain(80), over_tls(443), port=8443),)
    seen = scene(unhealthy(8443), target_groups=(https_group(),), target_probes=probes)
    (finding,) = run_one(seen, check).findings
    assert finding.values["served"] == 443
    assert finding.fix is None


def test_a_health_checks_own_port_does_not_serve_the_site() -> None:
    groups = (group(Port=3000, HealthCheckPort="8080"),)
    probes = (probed(refused(3000), plain(8080), port=3000),)
    for one in (target(port=3000), unhealthy(3000, check=8080)):
        seen = scene(unhealthy(3000, check=8080), target_groups=groups, target_probes=probes)
        assert result_of(check, seen) is Result.PASSED, one


def test_open_silent_healthy_and_initial_targets_pass() -> None:
    for one, ports in (
        (unhealthy(), (plain(80), plain(8080))),
        (unhealthy(reason=TIMEOUT), (silent(80), plain(8080))),
        (unhealthy(), (refused(80), refused(443))),
        (target(), (refused(80), plain(8080))),
        (target(state="initial"), (refused(80), plain(8080))),
    ):
        assert result_of(check, scene(one, target_probes=(probed(*ports),))) is Result.PASSED


def test_unprobed_targets_are_a_gap_and_nothing_is_empty() -> None:
    assert run_one(scene(unhealthy(), target_probes=NO_PROBE), check).gaps == (NO_PROBE,)
    assert result_of(check, scene(unhealthy())) is Result.SKIPPED
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
    assert result_of(check, scene()) is Result.EMPTY
