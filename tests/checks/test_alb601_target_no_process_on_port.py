"""ALB601 over facts: refused, and nothing else serves."""

from __future__ import annotations

import msgspec

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.target.alb601_target_no_process_on_port import target_no_process_on_port as check
from tests.support.build import GROUP_ARN, group, target
from tests.support.build_targets import (
    DENIED,
    NO_PROBE,
    TIMEOUT,
    https_group,
    metrics,
    plain,
    probed,
    refused,
    scene,
    silent,
    unhealthy,
)
from tests.support.table import result_of, told


def test_refused_port_is_confirmed() -> None:
    assert told(check, scene(unhealthy(), target_probes=(probed(refused(80), refused(443)),))) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80: Port 80 of i-0abc refuses connections",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.FailedHealthChecks Health checks failed",
        "  connection to 203.0.113.20:80 (i-0abc) -> connection refused",
        "  fix[by hand, none]: Start the process that should serve port 80, have it listen on 0.0.0.0, and have it"
        " start at boot.",
    ]


def test_several_targets_are_one_finding_about_the_group() -> None:
    probes = (probed(refused(80)), probed(refused(80), id_="i-0b"))
    (finding,) = run_one(scene(unhealthy(), unhealthy(id_="i-0b"), target_probes=probes), check).findings
    assert str(finding.subject) == f"target-group/{GROUP_ARN}"
    assert finding.values["targets"] == ("i-0abc", "i-0b")


def test_health_on_another_port_does_not_hide_it() -> None:
    groups = (group(Port=3000, HealthCheckPort="8081"),)
    probes = (probed(refused(3000), plain(8081), port=3000),)
    well = msgspec.structs.replace(target(port=3000), health_check_port="8081")
    assert told(check, scene(well, target_groups=groups, target_probes=probes))[0].startswith("error confirmed")
    sick = scene(
        unhealthy(3000, TIMEOUT, check=8081),
        target_groups=groups,
        target_probes=(probed(refused(3000), silent(8081), port=3000),),
    )
    assert told(check, sick)[0].startswith("error confirmed")


def test_connection_errors_make_it_likely_without_a_probe() -> None:
    seen = scene(unhealthy(), target_probes=NO_PROBE, metrics=metrics(TargetConnectionErrorCount=44))
    (finding,) = run_one(seen, check).findings
    assert told(check, seen)[0].startswith("error likely")
    assert told(check, seen)[-2] == "  cloudwatch GetMetricData TargetConnectionErrorCount web-http -> 44 in 3 h"
    assert len(finding.alternatives) == 2
    assert finding.decide == "sudo ss -ltnp 'sport = :80'"
    tls = scene(
        unhealthy(443),
        target_groups=(https_group(),),
        target_probes=NO_PROBE,
        metrics=metrics(TargetConnectionErrorCount=44),
    )
    assert result_of(check, tls) is Result.SKIPPED


def test_a_port_that_serves_or_is_silent_and_healthy_targets_pass() -> None:
    for one, ports in (
        (unhealthy(), (plain(80),)),
        (unhealthy(), (refused(80), plain(8080))),
        (unhealthy(reason=TIMEOUT), (silent(80),)),
        (target(), (refused(80),)),
        (target(state="initial"), (refused(80),)),
    ):
        assert result_of(check, scene(one, target_probes=(probed(*ports),))) is Result.PASSED


def test_nothing_gaps_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
    assert run_one(scene(unhealthy(), target_probes=NO_PROBE), check).gaps == (NO_PROBE,)
