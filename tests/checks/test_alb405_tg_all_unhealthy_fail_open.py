"""ALB405 over facts: every target unhealthy, with and without a site that answers."""

from __future__ import annotations

from albdoctor.checkup import WARNING
from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.wire import AddressProbe, Exchange, PortProbe, Probes, Tcp
from albdoctor_checks.target_group.alb405_tg_all_unhealthy_fail_open import tg_all_unhealthy_fail_open as check
from tests.support.build import GROUP_ARN, target
from tests.support.build_targets import DENIED, NO_PROBE, scene, unhealthy, wrong_code
from tests.support.table import result_of, told


def through_the_balancer(status: int | None, server: str = "nginx") -> Probes:
    page = Exchange(
        url="https://shop.example/", address="198.51.100.7", port=443, status=status, headers=(("server", server),)
    )
    ports = {port: PortProbe(port=port, tcp=Tcp.OPEN) for port in (80, 443)}
    seen = AddressProbe(address="198.51.100.7", port_80=ports[80], port_443=ports[443], https=(page,))
    return Probes(host="shop.example", addresses=(seen,))


ALL_SICK = scene(unhealthy(), unhealthy(8080), target("i-0old", state="draining"), probes=NO_PROBE)


def test_all_unhealthy_is_an_error() -> None:
    assert told(check, ALL_SICK) == [
        f"error confirmed target-group/{GROUP_ARN}: No target of target group web-http is healthy (2"
        " unhealthy), and the load balancer sends requests to all of them",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:80 unhealthy Target.FailedHealthChecks Health checks failed",
        "  elasticloadbalancing DescribeTargetHealth web-http"
        " -> i-0abc:8080 unhealthy Target.FailedHealthChecks Health checks failed",
        "  fix[by hand, none]: Repair what makes the health checks of web-http fail; the targets then become healthy"
        " by themselves.",
    ]


def test_serving_although_unhealthy_is_a_warning() -> None:
    (finding,) = run_one(scene(wrong_code(302), probes=through_the_balancer(200)), check).findings
    assert finding.severity is WARNING
    assert finding.evidence[-1].asked.en == "GET https://shop.example/"


def test_the_balancers_own_answers_do_not_count_as_serving() -> None:
    for probes in (through_the_balancer(502), through_the_balancer(None), through_the_balancer(301, "awselb/2.0")):
        assert told(check, scene(wrong_code(302), probes=probes))[0].startswith("error ")


def test_one_healthy_or_initial_target_and_other_states_pass() -> None:
    for other in (target("i-0b"), target("i-0b", state="initial"), target(state="unavailable")):
        assert result_of(check, scene(unhealthy(), other, probes=NO_PROBE)) is Result.PASSED
    assert result_of(check, scene(target(state="draining"), target(state="unused"))) is Result.PASSED


def test_a_stopped_target_does_not_count() -> None:
    assert result_of(check, scene(unhealthy(), target("i-0b", state="unused"), probes=NO_PROBE)) is Result.FOUND


def test_nothing_and_unknown() -> None:
    assert result_of(check, scene()) is Result.EMPTY
    assert result_of(check, scene(groups_health=DENIED)) is Result.SKIPPED
