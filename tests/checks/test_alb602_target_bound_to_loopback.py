"""ALB602 over facts: the port is listened on from the host itself only; and what ALB601 makes of the same sockets."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from albdoctor.api import judge
from albdoctor.checkup.engine import Outcome, Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.target.alb601_target_no_process_on_port import target_no_process_on_port as no_process
from albdoctor_checks.target.alb602_target_bound_to_loopback import target_bound_to_loopback as check
from tests.support.build import GROUP_ARN, facts, group, target
from tests.support.build_sockets import NO_RIGHT, NOT_INSPECTED, UNMANAGED, on, silent_host
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
    unhealthy,
    wrong_code,
)
from tests.support.table import result_of, told

HEALTH = (
    "  elasticloadbalancing DescribeTargetHealth web-http"
    " -> i-0abc:80 unhealthy Target.FailedHealthChecks Health checks failed"
)

CHECKED_ELSEWHERE = msgspec.structs.replace(target(), health_check_port="8081")
"""Healthy, by a check that says nothing about the port of requests."""


def inspected(*targets: Any, sockets: Any = (), **groups: Any) -> Any:
    """A snapshot with the sockets of instances; nothing was probed."""
    return scene(*targets, **({"target_probes": NO_PROBE, "listening_sockets": sockets} | groups))


def whole(check_: Any, seen: Any) -> Outcome:
    outcome = run_one(seen, check_)
    assert not outcome.crash, outcome.crash
    return outcome


def test_loopback_is_confirmed_and_the_address_is_told() -> None:
    seen = inspected(unhealthy(), sockets=(on("127.0.0.1:80", "0.0.0.0:22"),))
    assert told(check, seen) == [
        f"error confirmed target/{GROUP_ARN}#i-0abc:80: The process on port 80 of i-0abc listens on 127.0.0.1 only",
        HEALTH,
        "  ssm SendCommand /proc/net/tcp i-0abc -> listens on 127.0.0.1:80",
        "  fix[by hand, brief]: Let the process listen on 0.0.0.0:80, or on the target's private address, and restart"
        " it.",
    ]
    assert whole(no_process, seen).findings == ()


def test_ipv6_loopback_and_both() -> None:
    seen = inspected(unhealthy(), sockets=(on("::1:80", "127.0.0.53:80"),))
    assert told(check, seen)[0].endswith("The process on port 80 of i-0abc listens on 127.0.0.53, ::1 only")
    assert told(check, seen)[-2].endswith(" -> listens on [::1]:80, 127.0.0.53:80")


def test_a_refused_probe_is_told_too_and_alb601_leaves_it_to_alb602() -> None:
    sockets = (on("127.0.0.1:80"),)
    seen = inspected(unhealthy(), sockets=sockets, target_probes=(probed(refused(80)),))
    assert told(check, seen)[-2] == "  connection to 203.0.113.20:80 (i-0abc) -> connection refused"
    assert whole(no_process, seen).findings == ()
    without = inspected(unhealthy(), sockets=NOT_INSPECTED, target_probes=(probed(refused(80)),))
    assert len(whole(no_process, without).findings) == 1


def test_several_targets_are_one_finding_about_the_group() -> None:
    sockets = (on("127.0.0.1:80"), on("127.0.0.1:80", id_="i-0b"), on("0.0.0.0:80", id_="i-0c"))
    seen = inspected(unhealthy(), unhealthy(id_="i-0b"), unhealthy(id_="i-0c"), sockets=sockets)
    (finding,) = whole(check, seen).findings
    assert str(finding.subject) == f"target-group/{GROUP_ARN}"
    assert finding.values["targets"] == ("i-0abc", "i-0b")


def test_one_bound_and_one_without_a_process_are_two_findings() -> None:
    seen = inspected(
        unhealthy(),
        unhealthy(id_="i-0b"),
        sockets=(on("127.0.0.1:80"), on("0.0.0.0:22", id_="i-0b")),
        metrics=metrics(TargetConnectionErrorCount=4),
    )
    assert [finding.values["targets"] for finding in whole(check, seen).findings] == [("i-0abc",)]
    assert [finding.values["targets"] for finding in whole(no_process, seen).findings] == [("i-0b",)]


@pytest.mark.parametrize(
    ("one", "more"),
    [
        (target(state="initial"), {}),
        (unhealthy(reason=TIMEOUT), {}),
        # The check goes elsewhere and says nothing about the port of requests.
        (
            msgspec.structs.replace(target(), health_check_port="8081"),
            {"target_groups": (group(HealthCheckPort="8081"),)},
        ),
        (unhealthy(443), {"target_groups": (https_group(),), "listening_sockets": (on("127.0.0.1:443"),)}),
    ],
)
def test_it_needs_no_failing_health_check(one: Any, more: dict[str, Any]) -> None:
    assert told(check, inspected(one, **({"listening_sockets": (on("127.0.0.1:80"),)} | more)))[0].startswith(
        "error confirmed"
    )


@pytest.mark.parametrize(
    ("one", "more"),
    [
        (unhealthy(), {"listening_sockets": (on("0.0.0.0:80"),)}),
        (unhealthy(), {"listening_sockets": (on("127.0.0.1:80", "10.0.1.23:80"),)}),
        (unhealthy(), {"listening_sockets": (on("127.0.0.1:80", ":::80"),)}),
        (unhealthy(), {"listening_sockets": (on("172.17.0.1:80"),)}),
        (unhealthy(), {"listening_sockets": (on("127.0.0.1:8080", "0.0.0.0:22"),)}),
        (unhealthy(), {"listening_sockets": (on(),)}),
        # An answer came from the port: something hands it on.
        (target(), {}),
        (wrong_code(404), {}),
        (unhealthy(), {"target_probes": (probed(plain(80)),)}),
        # ALB403: another port is the one that is meant.
        (unhealthy(), {"target_probes": (probed(refused(80), plain(8080)),)}),
        (target(state="draining"), {}),
        (target(state="unused", reason="Target.NotInUse"), {}),
    ],
)
def test_reachable_answered_hidden_or_leaving_targets_pass(one: Any, more: dict[str, Any]) -> None:
    seen = inspected(one, **({"listening_sockets": (on("127.0.0.1:80"),)} | more))
    assert result_of(check, seen) is Result.PASSED


def test_without_the_flag_there_is_nothing_at_all() -> None:
    old_file = Unknown(gap=Gap.NOT_ASKED, asked="ssm:SendCommand")
    for nobody_asked in (NOT_INSPECTED, old_file):
        for one in (unhealthy(), target()):
            seen = inspected(one, sockets=nobody_asked)
            assert whole(check, seen) == Outcome(check=check, result=Result.EMPTY)
        assert whole(check, inspected(sockets=nobody_asked, groups_health=DENIED, target_groups=DENIED)).gaps == ()
    (said,) = [one for one in judge(facts()).checks if one.check == "ALB602"]
    assert (said.outcome, said.gaps) == (Result.EMPTY, ())


def test_gaps_are_told() -> None:
    assert whole(check, inspected(unhealthy(), sockets=NO_RIGHT)).gaps == (NO_RIGHT,)
    assert whole(check, inspected(sockets=(), groups_health=DENIED)).gaps == (DENIED,)
    assert whole(check, inspected(sockets=(), target_groups=DENIED)).gaps == (DENIED,)
    no_region = Unknown(gap=Gap.NOT_ASKED, asked="elasticloadbalancing:DescribeLoadBalancers")
    assert whole(check, inspected(unhealthy(), sockets=no_region)).gaps == (no_region,)
    assert whole(check, inspected(unhealthy(), sockets=(silent_host(),))).gaps == (UNMANAGED,)
    (not_among_eight,) = whole(check, inspected(unhealthy(), sockets=(on("0.0.0.0:80", id_="i-0z"),))).gaps
    assert (not_among_eight.gap, not_among_eight.asked) == (Gap.NOT_ASKED, "ssm:SendCommand")


def test_healthy_targets_need_not_be_known_and_groups_of_addresses_are_not_judged() -> None:
    assert result_of(check, inspected(target(), sockets=(silent_host(),))) is Result.PASSED
    addresses = inspected(unhealthy(), sockets=(), target_groups=(group(TargetType="ip"),))
    assert whole(check, addresses) == Outcome(check=check, result=Result.EMPTY)


EMPTY_HOST = (on("0.0.0.0:22", "127.0.0.53:53"),)


def test_nobody_on_the_port_makes_alb601_likely_and_with_the_counter_certain() -> None:
    seen = inspected(unhealthy(), sockets=EMPTY_HOST)
    assert told(no_process, seen) == [
        f"error likely target/{GROUP_ARN}#i-0abc:80: Port 80 of i-0abc refuses connections",
        HEALTH,
        "  ssm SendCommand /proc/net/tcp i-0abc"
        " -> nothing listens on port 80; the host listens on 0.0.0.0:22, 127.0.0.53:53",
        "  fix[by hand, none]: Start the process that should serve port 80, have it listen on 0.0.0.0, and have it"
        " start at boot.",
    ]
    (finding,) = whole(no_process, seen).findings
    assert len(finding.alternatives) == 1
    counted = inspected(unhealthy(), sockets=EMPTY_HOST, metrics=metrics(TargetConnectionErrorCount=4))
    assert told(no_process, counted)[0].startswith("error confirmed")
    assert whole(no_process, counted).findings[0].alternatives == ()
    assert result_of(check, counted) is Result.PASSED


OVER_IPV6: dict[str, Any] = {"target_groups": (group(IpAddressType="ipv6"),)}
COUNTED = metrics(TargetConnectionErrorCount=4)


@pytest.mark.parametrize("places", [("0.0.0.0:80",), ("0.0.0.0:80", "127.0.0.1:80"), ("10.0.9.23:80", "::1:80")])
def test_a_process_of_ipv4_alone_takes_nothing_that_a_group_sends_over_ipv6(places: tuple[str, ...]) -> None:
    seen = inspected(unhealthy(), sockets=(on(*places),), metrics=COUNTED, **OVER_IPV6)
    lines = told(no_process, seen)
    assert lines[0] == f"error confirmed target/{GROUP_ARN}#i-0abc:80: Port 80 of i-0abc refuses connections"
    assert "/proc/net/tcp i-0abc -> listens on " in lines[2]
    assert lines[-1] == (
        "  fix[by hand, brief]: Let the process listen on [::]:80, since web-http sends over IPv6, and restart it."
    )
    uncounted = inspected(unhealthy(), sockets=(on(*places),), **OVER_IPV6)
    assert told(no_process, uncounted)[0].startswith("error likely")
    probed_over_ipv4 = {**OVER_IPV6, "target_probes": (probed(plain(80)),)}
    assert result_of(no_process, inspected(unhealthy(), sockets=(on(*places),), **probed_over_ipv4)) is Result.FOUND
    assert result_of(check, seen) is Result.PASSED
    over_ipv4 = inspected(unhealthy(), sockets=(on(*places),), metrics=COUNTED)
    assert result_of(no_process, over_ipv4) is Result.PASSED


@pytest.mark.parametrize("places", [(":::80",), ("0.0.0.0:80", ":::80"), ("2001:db8:1:9::23:80", "127.0.0.1:80")])
def test_one_of_both_versions_or_of_ipv6_passes(places: tuple[str, ...]) -> None:
    seen = inspected(unhealthy(), sockets=(on(*places),), metrics=COUNTED, **OVER_IPV6)
    assert (result_of(no_process, seen), result_of(check, seen)) == (Result.PASSED, Result.PASSED)


def test_a_process_of_ipv6_alone_takes_nothing_that_comes_over_ipv4() -> None:
    """One that listens on :: may take both."""
    one_address = inspected(unhealthy(), sockets=(on("2001:db8:1:9::23:80"),), metrics=COUNTED)
    assert told(no_process, one_address)[0].startswith("error confirmed")
    both = inspected(unhealthy(), sockets=(on(":::80"),), metrics=COUNTED)
    assert result_of(no_process, both) is Result.PASSED


@pytest.mark.parametrize("check_", [check, no_process])
def test_where_a_group_sends_over_ipv6_the_fix_names_no_address_of_ipv4(check_: Any) -> None:
    sockets = (on("127.0.0.1:80"),) if check_ is check else EMPTY_HOST
    assert "[::]" in told(check_, inspected(unhealthy(), sockets=sockets, **OVER_IPV6))[-1]
    assert "0.0.0.0" in told(check_, inspected(unhealthy(), sockets=sockets))[-1]  # noqa: S104 - no bind


def test_a_host_without_any_socket_is_told() -> None:
    assert told(no_process, inspected(unhealthy(), sockets=(on(),)))[-2].endswith("the host listens on no port")


def test_a_host_with_many_sockets_is_told_in_short() -> None:
    many = on(*(f"0.0.0.0:{port}" for port in range(9000, 9012)))
    assert told(no_process, inspected(unhealthy(), sockets=(many,)))[-2].endswith("0.0.0.0:9007, +4")


def test_with_the_sockets_known_alb601_needs_no_probe() -> None:
    serving = inspected(unhealthy(), sockets=(on("0.0.0.0:80"),), metrics=metrics(TargetConnectionErrorCount=4))
    assert result_of(no_process, serving) is Result.PASSED
    unknown = inspected(unhealthy(), sockets=(silent_host(),))
    assert whole(no_process, unknown).gaps == (NO_PROBE,)
    assert result_of(no_process, inspected(wrong_code(404), sockets=EMPTY_HOST)) is Result.PASSED
    assert result_of(no_process, inspected(unhealthy(reason=TIMEOUT), sockets=EMPTY_HOST)) is Result.PASSED


def test_a_refused_port_that_is_listened_on_is_told_with_both() -> None:
    seen = inspected(unhealthy(), sockets=(on("0.0.0.0:80"),), target_probes=(probed(refused(80)),))
    assert told(no_process, seen)[-2] == "  ssm SendCommand /proc/net/tcp i-0abc -> listens on 0.0.0.0:80"
