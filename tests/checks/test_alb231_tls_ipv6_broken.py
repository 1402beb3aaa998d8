"""ALB231 over facts: https comes about over IPv4 and not over IPv6."""

from __future__ import annotations

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import AddressProbe, Tcp
from albdoctor_checks.certificate.alb231_tls_ipv6_broken import tls_ipv6_broken
from tests.support.build import facts
from tests.support.build_dns import denied, probe
from tests.support.build_tls import failing, plain, served, shown, tls
from tests.support.table import result_of, told

FOUR, SIX, SIX_TOO = "203.0.113.5", "2001:db8::5", "2001:db8::6"
MESSAGE = "domain/shop.example: https://shop.example works over IPv4 and not over IPv6: 2001:db8::5"
FIX = (
    "  fix[by hand, none]: Make 2001:db8::5 serve https as the IPv4 addresses do, or delete the AAAA record of"
    " shop.example."
)


def _at(*probes: AddressProbe) -> Facts:
    return facts(**tls(*probes))


def test_a_refused_port_is_confirmed() -> None:
    assert told(tls_ipv6_broken, _at(probe(FOUR), probe(SIX, Tcp.REFUSED))) == [
        f"warning confirmed {MESSAGE}",
        "  TCP 2001:db8::5:443 -> refused",
        "  TCP 203.0.113.5:443 -> served",
        FIX,
    ]


def test_silence_may_be_this_machines_own() -> None:
    assert told(tls_ipv6_broken, _at(probe(FOUR), probe(SIX, Tcp.SILENT))) == [
        f"warning likely {MESSAGE}",
        "  TCP 2001:db8::5:443 -> silent",
        "  TCP 203.0.113.5:443 -> served",
        FIX,
    ]


@pytest.mark.parametrize(
    "six",
    [
        failing("WRONG_VERSION_NUMBER", SIX, plain=plain(SIX)),
        failing("SSLV3_ALERT_HANDSHAKE_FAILURE", SIX),
    ],
)
def test_a_handshake_that_fails_is_confirmed(six: AddressProbe) -> None:
    first, *_, last = told(tls_ipv6_broken, _at(probe(FOUR), six))
    assert (first, last) == (f"warning confirmed {MESSAGE}", FIX)


HEALTHY: dict[str, tuple[AddressProbe, ...]] = {
    "both families serve": (probe(FOUR), probe(SIX)),
    "one of two addresses of IPv6 serves": (probe(FOUR), probe(SIX), probe(SIX_TOO, Tcp.REFUSED)),
    "nothing serves": (probe(FOUR, Tcp.REFUSED), probe(SIX, Tcp.REFUSED)),
    "another certificate over IPv6, which is told as that": (
        probe(FOUR),
        shown(served("other.test"), code=62, address=SIX),
    ),
}


@pytest.mark.parametrize("case", HEALTHY)
def test_silence(case: str) -> None:
    assert result_of(tls_ipv6_broken, _at(*HEALTHY[case])) is Result.PASSED


def test_with_one_family_there_is_nothing_to_compare() -> None:
    assert result_of(tls_ipv6_broken, _at(probe(FOUR))) is Result.EMPTY
    assert result_of(tls_ipv6_broken, _at(probe(SIX, Tcp.REFUSED))) is Result.EMPTY
    # This machine has no IPv6: nothing was seen of these addresses.
    assert result_of(tls_ipv6_broken, _at(probe(FOUR), probe(SIX, Tcp.UNREACHABLE))) is Result.EMPTY
    assert result_of(tls_ipv6_broken, facts(probes=denied("x"), host_answers=denied("y"))) is Result.EMPTY
