"""ALB221 over facts: which addresses accept connections on 443, and how the others fail."""

from __future__ import annotations

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.finding import Severity
from albdoctor.facts.known import Gap
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, Tcp
from albdoctor_checks.certificate.alb221_tls_port_closed import tls_port_closed
from tests.support.build import facts
from tests.support.build_dns import denied, host_answers, probe, probes
from tests.support.table import result_of, told

ONE, TWO, V6 = "203.0.113.5", "203.0.113.6", "2001:db8::5"


def seen(*addresses: AddressProbe, named: tuple[str, ...] | None = None) -> Facts:
    answers = host_answers(*([one.address for one in addresses] if named is None else named))
    return facts(host_answers=answers, probes=probes(*addresses))


def test_every_address_closed_is_an_error() -> None:
    closed = seen(probe(ONE, Tcp.REFUSED), probe(TWO, Tcp.SILENT))
    assert told(tls_port_closed, closed) == [
        "error confirmed domain/shop.example: 2 of 2 addresses of shop.example accept no connection on port 443:"
        " 203.0.113.5, 203.0.113.6",
        "  TCP 203.0.113.5:443 -> connection refused: the address is reachable, but nothing listens on port 443",
        "  TCP 203.0.113.6:443 -> no answer in time: packets are dropped (security group, network ACL,"
        " route, firewall), or nothing is at this address",
        "  fix[by hand, none]: Give the load balancer of shop.example an HTTPS:443 listener, and allow port 443 in"
        " its security groups.",
    ]


def test_some_addresses_closed_is_a_warning() -> None:
    some = seen(probe(ONE), probe(TWO, Tcp.SILENT))
    assert told(tls_port_closed, some)[0] == (
        "warning confirmed domain/shop.example: 1 of 2 addresses of shop.example accept no connection"
        " on port 443: 203.0.113.6"
    )
    (finding,) = run_one(some, tls_port_closed).findings
    assert finding.severity is Severity.WARNING


def test_a_network_without_ipv6_says_nothing_about_the_site() -> None:
    assert result_of(tls_port_closed, seen(probe(ONE), probe(V6, Tcp.UNREACHABLE))) is Result.SKIPPED
    outcome = run_one(seen(probe(ONE, Tcp.REFUSED), probe(V6, Tcp.UNREACHABLE)), tls_port_closed)
    assert outcome.result is Result.FOUND
    assert [gap.asked for gap in outcome.gaps] == ["TCP 2001:db8::5:443"]


def test_addresses_that_nobody_probed_are_a_gap() -> None:
    outcome = run_one(seen(probe(ONE), named=(ONE, TWO, V6)), tls_port_closed)
    assert outcome.result is Result.SKIPPED
    assert [(gap.gap, gap.asked, gap.detail) for gap in outcome.gaps] == [
        (Gap.NOT_ASKED, "TCP shop.example:443", "2 of the 3 addresses of shop.example were not probed")
    ]


def test_silence() -> None:
    assert result_of(tls_port_closed, seen(probe(ONE), probe(TWO))) is Result.PASSED
    extra = seen(probe(ONE), probe("198.51.100.9", Tcp.SILENT), named=(ONE,))
    assert result_of(tls_port_closed, extra) is Result.PASSED
    assert result_of(tls_port_closed, seen(named=())) is Result.EMPTY


def test_unknown_is_not_absent() -> None:
    unprobed = facts(host_answers=host_answers(ONE), probes=denied("probes"))
    assert result_of(tls_port_closed, unprobed) is Result.SKIPPED
    unasked = facts(host_answers=denied("DNS"), probes=probes(probe(ONE)))
    assert result_of(tls_port_closed, unasked) is Result.SKIPPED
