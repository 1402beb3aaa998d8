"""ALB425 over facts: timeouts with a blocked way, an open way, and a port that is seen to be open."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor_checks.target_group.alb425_hc_timeout_path_blocked import HOST_FIREWALL
from albdoctor_checks.target_group.alb425_hc_timeout_path_blocked import hc_timeout_path_blocked as check
from tests.support.build import GROUP_ARN, target
from tests.support.build_firewall import firewall, saved
from tests.support.build_net import SG_ALB
from tests.support.build_sockets import NO_RIGHT, NOT_INSPECTED, filtered, silent_host
from tests.support.build_targets import DENIED, NO_PROBE, TIMEOUT, plain, probed, silent, unhealthy
from tests.support.build_ways import behind, eni
from tests.support.table import result_of, told

OPEN, SHUT = firewall(), firewall(saved(policy="DROP"))
SICK = unhealthy(reason=TIMEOUT, description="Request timed out")
MESSAGE = "Health checks of target group web-http get no answer from port 80 within 5 seconds: i-0abc"


def test_blocked_way_is_confirmed() -> None:
    lines = told(check, behind(SICK, ports=(22,)))
    assert lines[:2] == [
        f"error confirmed target-group/{GROUP_ARN}: {MESSAGE}",
        "  elasticloadbalancing DescribeTargetHealth web-http -> i-0abc:80 unhealthy Target.Timeout Request timed out",
    ]
    assert lines[-1].startswith("  fix[by hand, none]: Open the way from the load balancer to port 80 of the targets")
    assert [line.split(" -> ")[0] for line in lines[2:-1]] == ["  target-sg-in sg-web"]


def test_open_way_is_likely() -> None:
    for probes in (NO_PROBE, (), (probed(silent(80)),)):
        (finding,) = run_one(behind(SICK, target_probes=probes), check).findings
        assert finding.certainty == "likely"
        assert len(finding.alternatives) == 3
        assert finding.decide == "curl -m 10 -v http://127.0.0.1:80/"


@pytest.mark.parametrize(
    ("hosts", "suspected"),
    [
        ((filtered(OPEN, "0.0.0.0:80"), filtered(OPEN, "0.0.0.0:80", id_="i-0def")), False),
        ((filtered(OPEN, "0.0.0.0:80"), filtered(SHUT, "0.0.0.0:80", id_="i-0def")), True),
        ((filtered(OPEN, "0.0.0.0:80"), silent_host(id_="i-0def")), True),
        ((filtered(OPEN, "0.0.0.0:80"),), True),
        (NOT_INSPECTED, True),
        (NO_RIGHT, True),
    ],
    ids=["both open", "one drops", "one untold", "one not asked", "not wanted", "denied"],
)
def test_the_hosts_firewall_is_suspected_unless_it_was_seen_to_be_open(hosts: Any, *, suspected: bool) -> None:
    second = unhealthy(id_="i-0def", reason=TIMEOUT, description="Request timed out")
    there = (eni(), eni("i-0def", NetworkInterfaceId="eni-2", private="10.0.9.24"))
    facts = behind(SICK, second, target_probes=NO_PROBE, listening_sockets=hosts, network_interfaces=there)
    (finding,) = run_one(facts, check).findings
    assert (finding.certainty, len(finding.alternatives)) == ("likely", 3 if suspected else 2)
    assert (HOST_FIREWALL in finding.alternatives) is suspected


def test_a_port_that_is_seen_to_be_open_is_not_blocked() -> None:
    assert result_of(check, behind(SICK, target_probes=(probed(plain(80)),))) is Result.PASSED


def test_other_reasons_and_states_pass() -> None:
    for one in (target(), unhealthy(), target(state="initial")):
        assert result_of(check, behind(one, ports=(22,))) is Result.PASSED


def test_unknown_network_is_a_gap_and_nothing_is_empty() -> None:
    assert result_of(check, behind(SICK, security_groups=(SG_ALB,))) is Result.SKIPPED
    assert result_of(check, behind(SICK, network_interfaces=())) is Result.SKIPPED
    assert result_of(check, behind(groups_health=DENIED)) is Result.SKIPPED
    assert result_of(check, behind()) is Result.EMPTY
