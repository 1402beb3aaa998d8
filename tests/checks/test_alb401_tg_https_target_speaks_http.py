"""ALB401 over facts: TLS towards plain HTTP, proven by probes, suspected from counters and reasons."""

from __future__ import annotations

from albdoctor.checkup import LIKELY
from albdoctor.checkup.engine import Result, run_one
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb401_tg_https_target_speaks_http import INCOMPATIBLE, NOTHING_THERE
from albdoctor_checks.target_group.alb401_tg_https_target_speaks_http import tg_https_target_speaks_http as check
from tests.support.build import GROUP_ARN, LISTENER_443_ARN, group, rule, target
from tests.support.build_targets import (
    DENIED,
    MISMATCH,
    NO_PROBE,
    TIMEOUT,
    answer,
    health,
    https_group,
    metrics,
    over_tls,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
)
from tests.support.table import result_of, told

GROUPS = (https_group(),)
SENDS_TLS = (
    f"target-group/{GROUP_ARN}: Target group web-https sends TLS (port 443) to targets that speak plain HTTP: i-0abc",
    "  elasticloadbalancing DescribeTargetGroups web-https -> Protocol: HTTPS, Port: 443",
    "  elasticloadbalancing DescribeTargetHealth web-https"
    " -> i-0abc:443 unhealthy Target.FailedHealthChecks Health checks failed",
)


def test_plain_http_on_the_registered_port_is_confirmed() -> None:
    seen = scene(unhealthy(443), target_groups=GROUPS, target_probes=(probed(plain(443), port=443),))
    assert told(check, seen) == [
        f"error confirmed {SENDS_TLS[0]}",
        SENDS_TLS[1],
        "  connection to 203.0.113.20:443 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 200",
        SENDS_TLS[2],
        "  fix[script, traffic]: Move the targets of web-https to a new HTTP target group on port 443; TLS ends at"
        " the load balancer.",
    ]


def test_founding_story_is_confirmed_and_moves_the_targets_to_port_80() -> None:
    groups = (https_group(HealthCheckPort="8080"),)
    probes = (probed(refused(443), refused(8080), plain(80), port=443),)
    seen = scene(unhealthy(443, check=8080), target_groups=groups, target_probes=probes)
    assert told(check, seen) == [
        f"error confirmed {SENDS_TLS[0]}",
        SENDS_TLS[1],
        "  connection to 203.0.113.20:443 (i-0abc) -> connection refused",
        "  connection to 203.0.113.20:80 (i-0abc) -> TLS fails: WRONG_VERSION_NUMBER; plain HTTP: 200",
        SENDS_TLS[2],
        "  fix[script, traffic]: Move the targets of web-https to a new HTTP target group on port 80; TLS ends at the"
        " load balancer.",
    ]
    (finding,) = run_one(seen, check).findings
    script = fill_script(check.fixes[0].script, finding.values)
    assert "for name in web-http web-http-2 " in script
    assert "--protocol HTTP --protocol-version HTTP1 --port 80 --vpc-id vpc-1 --target-type instance" in script
    assert "--targets Id=i-0abc,Port=80 || undo\n" in script
    assert f"\nmove_listener {LISTENER_443_ARN}\n" in script
    assert f"\nmove_rule {rule('10').rule_arn}\n" in script


def test_tls_error_counter_makes_it_likely_without_a_probe() -> None:
    counted = metrics(TargetTLSNegotiationErrorCount=361)
    for reason in ("Target.FailedHealthChecks", TIMEOUT):
        seen = scene(unhealthy(443, reason), target_groups=GROUPS, target_probes=NO_PROBE, metrics=counted)
        (finding,) = run_one(seen, check).findings
        assert told(check, seen)[0] == f"error likely {SENDS_TLS[0]}"
        assert told(check, seen)[-2] == (
            "  cloudwatch GetMetricData TargetTLSNegotiationErrorCount web-https -> 361 in 3 h"
        )
        assert [other.en.split(",")[0] for other in finding.alternatives] == ["The target speaks TLS"]
        assert finding.decide == "sudo ss -ltnp 'sport = :443'; curl -v http://127.0.0.1:443/"


def test_nothing_but_failed_checks_makes_it_likely_with_more_alternatives() -> None:
    seen = scene(unhealthy(443), target_groups=GROUPS, target_probes=NO_PROBE)
    (finding,) = run_one(seen, check).findings
    assert told(check, seen) == [
        f"error likely {SENDS_TLS[0]}",
        *SENDS_TLS[1:],
        "  fix[script, traffic]: Move the targets of web-https to a new HTTP target group on port 80; TLS ends at the"
        " load balancer.",
    ]
    assert len(finding.alternatives) == 2
    assert finding.values["new_port"] == 80


def test_healthy_over_plain_http_while_tls_errors_are_counted_is_likely() -> None:
    groups = (https_group(HealthCheckProtocol="HTTP"),)
    counted = metrics(TargetTLSNegotiationErrorCount=12)
    assert (
        told(check, scene(target(port=443), target_groups=groups, metrics=counted))[0] == f"error likely {SENDS_TLS[0]}"
    )
    assert result_of(check, scene(target(port=443), target_groups=groups)) is Result.PASSED


def test_other_traces_fit_better_than_a_suspicion() -> None:
    answering = metrics(HTTPCode_Target_2XX_Count=9)
    both = metrics(TargetConnectionErrorCount=3, HTTPCode_Target_2XX_Count=9)
    for counters in (answering, both):
        seen = scene(unhealthy(443), target_groups=GROUPS, metrics=counters)
        assert result_of(check, seen) is Result.SKIPPED
    refusing = metrics(TargetConnectionErrorCount=9)
    assert result_of(check, scene(unhealthy(8080), target_groups=GROUPS, metrics=refusing)) is Result.SKIPPED


def test_connections_refused_on_the_port_of_tls_fit_a_server_that_speaks_http_on_another() -> None:
    seen = scene(unhealthy(443), target_groups=GROUPS, metrics=metrics(TargetConnectionErrorCount=9))
    (finding,) = run_one(seen, check).findings
    assert (finding.certainty, finding.alternatives) == (LIKELY, (NOTHING_THERE, INCOMPATIBLE))


def test_an_override_of_the_check_port_is_another_way() -> None:
    override = scene(unhealthy(443, check=8080), target_groups=(https_group(HealthCheckPort="8080"),))
    assert result_of(check, override) is Result.SKIPPED


def test_port_80_that_only_redirects_to_https_proves_nothing() -> None:
    forces = plain(80, answer(301, location="https://shop.example/"))
    seen = scene(unhealthy(443), target_groups=GROUPS, target_probes=(probed(refused(443), forces, port=443),))
    assert result_of(check, seen) is Result.PASSED


def test_tls_on_another_port_and_a_complaint_about_plain_http_are_tls() -> None:
    both = (probed(refused(443), plain(80), over_tls(8443), port=443),)
    assert result_of(check, scene(unhealthy(443), target_groups=GROUPS, target_probes=both)) is Result.PASSED
    old = plain(443, answer(400, "<center>The plain HTTP request was sent to HTTPS port</center>"))
    seen = scene(unhealthy(443), target_groups=GROUPS, target_probes=(probed(old, port=443),))
    assert result_of(check, seen) is Result.PASSED


def test_mixed_group_is_not_replaced() -> None:
    targets = (target("i-0tls", 443), unhealthy(443))
    seen = scene(*targets, target_groups=GROUPS, target_probes=(probed(plain(443), port=443),))
    (finding,) = run_one(seen, check).findings
    assert told(check, seen)[0] == f"error confirmed {SENDS_TLS[0]}"
    assert told(check, seen)[-1] == (
        "  fix[by hand, none]: Make i-0abc serve TLS like the other targets of web-https, or deregister them."
    )
    assert finding.fix is not None
    assert finding.fix.script == ""


def test_unheard_targets_follow_the_heard_one_on_the_same_port() -> None:
    targets = (unhealthy(8443, id_="i-0other"), unhealthy(443, id_="i-0unheard"), unhealthy(443))
    seen = scene(*targets, target_groups=GROUPS, target_probes=(probed(refused(443), plain(8080), port=443),))
    (finding,) = run_one(seen, check).findings
    assert finding.values["new_port"] == 8080
    assert finding.values["register"] == ("Id=i-0abc,Port=8080", "Id=i-0other,Port=8443", "Id=i-0unheard,Port=8080")


def test_many_targets_are_one_finding_and_a_taken_name_is_not_reused() -> None:
    targets = [unhealthy(443, id_=f"i-{number}") for number in range(5)]
    probes = tuple(probed(plain(443), port=443, id_=f"i-{number}") for number in range(5))
    both = (*health(*targets), *health(target(), group_arn="arn:x:other"))
    groups = (https_group(), group(TargetGroupArn="arn:x:other"))
    outcome = run_one(scene(target_groups=groups, groups_health=both, target_probes=probes), check)
    (finding,) = outcome.findings
    assert finding.values["targets"] == ("i-0", "i-1", "i-2", "+2")
    assert finding.values["new_name"] == "web-http-2"


def test_healthy_initial_and_code_mismatches_pass() -> None:
    for one in (
        target(port=443),
        target(port=443, state="initial", reason="Elb.InitialHealthChecking"),
        unhealthy(443, MISMATCH, "Health checks failed with these codes: [404]"),
    ):
        assert result_of(check, scene(one, target_groups=GROUPS, target_probes=NO_PROBE)) is Result.PASSED
    assert result_of(check, scene(target(port=443), target_groups=GROUPS)) is Result.PASSED


def test_http_groups_and_nothing_at_all_and_unknown_health() -> None:
    assert result_of(check, scene(unhealthy())) is Result.PASSED
    assert result_of(check, scene(target_groups=GROUPS)) is Result.EMPTY
    assert result_of(check, scene(target_groups=(), groups_health=())) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
    timeout = scene(unhealthy(443, TIMEOUT), target_groups=GROUPS, target_probes=NO_PROBE)
    assert run_one(timeout, check).gaps == (NO_PROBE,)
