"""ALB157 over facts: what public DNS gives, and who reaches it."""

from __future__ import annotations

import pytest

from albdoctor.checkup.engine import Result
from albdoctor_checks.domain.alb157_resolve_private_address import resolve_private_address as check
from tests.support.build import facts
from tests.support.build_dns import denied, host_answers
from tests.support.table import result_of, told


def test_a_private_address_is_told() -> None:
    assert told(check, facts(host_answers=host_answers("10.0.1.10"))) == [
        "error confirmed domain/shop.example: Public DNS gives shop.example addresses that the internet does not"
        " reach: 10.0.1.10",
        "  A and AAAA shop.example -> 10.0.1.10",
        "  fix[by hand, none]: Let shop.example lead to addresses that the internet reaches, unless it is meant for a"
        " private network only.",
    ]


def test_beside_a_public_one_it_is_a_part() -> None:
    lines = told(check, facts(host_answers=host_answers("10.0.1.10", "203.0.113.5")))
    assert lines[0].startswith("warning confirmed ")
    assert lines[0].endswith(": 10.0.1.10")


@pytest.mark.parametrize(
    "address",
    ["0.1.2.3", "127.0.0.1", "169.254.169.254", "100.64.0.1", "172.31.255.254", "192.168.0.1", "::1", "fd00::1"],
)
def test_every_kind_of_address_that_is_no_public_one_is_found(address: str) -> None:
    assert result_of(check, facts(host_answers=host_answers(address))) is Result.FOUND


@pytest.mark.parametrize(
    "address", ["203.0.113.5", "172.32.0.1", "100.128.0.1", "2001:db8::1", "11.0.0.1", "no address"]
)
def test_a_public_address_passes(address: str) -> None:
    assert result_of(check, facts(host_answers=host_answers(address))) is Result.PASSED


def test_no_address_is_nothing_to_judge_and_silence_is_a_gap() -> None:
    assert result_of(check, facts(host_answers=host_answers())) is Result.EMPTY
    assert result_of(check, facts(host_answers=host_answers(rcode=None))) is Result.SKIPPED
    assert result_of(check, facts(host_answers=denied("DNS"))) is Result.SKIPPED
