"""ALB701 over facts: port 80 shut beside a page that https serves is information, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, PortProbe, Tcp
from albdoctor.judging import judge
from albdoctor_checks.response.alb701_http_port80_closed import http_port80_closed as check
from tests.support.build import listener, redirect, rule
from tests.support.build_dns import probe
from tests.support.build_served import ONE, OTHER, answering, got, led_to, shut
from tests.support.stories import story
from tests.support.table import result_of, told

FIX = "  fix[by hand, none]: Leave port 80 shut, or let it redirect to https where old http links matter."


def on_80(tcp: Tcp, at: AddressProbe | None = None, address: str = ONE) -> AddressProbe:
    """The address with this on port 80."""
    return replace(at or probe(address), port_80=PortProbe(port=80, tcp=tcp))


def test_shut_at_one_address_of_two() -> None:
    assert told(check, story("healthy", **led_to(on_80(Tcp.SILENT), probe(OTHER)))) == [
        "info confirmed domain/shop.example: 1 of 2 addresses of shop.example accept no connection on port 80,"
        " while https serves the page there",
        f"  TCP {ONE}:80 -> silent",
        FIX,
    ]


def test_shut_at_both() -> None:
    both = story("healthy", **led_to(on_80(Tcp.REFUSED), on_80(Tcp.REFUSED, address=OTHER)))
    assert told(check, both)[1:] == [f"  TCP {ONE}:80 -> refused", f"  TCP {OTHER}:80 -> refused", FIX]


OPEN = judge(story("healthy", **led_to(probe(ONE))))
"""The same with port 80 open."""


def test_a_missing_listener_explains_it_and_the_verdict_stays() -> None:
    report = judge(story("healthy", **led_to(on_80(Tcp.REFUSED))))
    assert [(one.slug, one.severity, one.root_cause) for one in report.findings] == [
        ("listener-http-missing", "info", True),
        ("http-port80-closed", "info", False),
    ]
    assert (report.verdict, report.exit_code) == (OPEN.verdict, OPEN.exit_code)


def test_by_itself_it_is_no_fault_either() -> None:
    groups: dict[str, Any] = {
        "listeners": Known((listener(80, DefaultActions=[redirect()]), listener())),
        "rules": (rule(port=80, Actions=[redirect()]), rule()),
    }
    report = judge(story("healthy", **(groups | led_to(on_80(Tcp.SILENT)))))
    assert [one.slug for one in report.findings] == ["http-port80-closed"]
    assert (report.verdict, report.exit_code) == (OPEN.verdict, OPEN.exit_code)


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        (story("healthy"), Result.PASSED),
        (story("healthy", **led_to(on_80(Tcp.UNREACHABLE), probe(OTHER))), Result.PASSED),
        (story("healthy", **led_to(on_80(Tcp.UNREACHABLE))), Result.EMPTY),
        (story("healthy", **led_to(on_80(Tcp.REFUSED, shut(Tcp.REFUSED)))), Result.EMPTY),
        (story("healthy", **led_to(on_80(Tcp.REFUSED, answering(got(502, by_balancer=True))))), Result.EMPTY),
        (story("healthy", probes=Unknown(gap=Gap.NOT_ASKED, asked="probes")), Result.SKIPPED),
    ],
    ids=["open", "not reached from here", "nowhere reached", "443 is shut too", "the page fails", "not probed"],
)
def test_where_it_is_open_or_not_the_question(facts: Facts, result: Result) -> None:
    """Where https fails as well, that is told, and port 80 is not."""
    assert (result_of(check, facts), told(check, facts)) == (result, [])
