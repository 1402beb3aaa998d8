"""ALB229 over facts: a handshake that offered nothing newer than TLS 1.1 came about."""

from __future__ import annotations

from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.wire import AddressProbe, Handshake
from albdoctor_checks.certificate.alb229_tls_weak_protocol import tls_weak_protocol
from tests.support.build import facts
from tests.support.build_dns import DOMAIN, denied, host_answers
from tests.support.build_tls import shown, tls
from tests.support.table import result_of, told

ADDRESS = "203.0.113.5"


def offered(protocol: str = "") -> AddressProbe:
    """An address to which outdated versions were offered; empty: it refused."""
    failure = "" if protocol else "TLSV1_ALERT_PROTOCOL_VERSION"
    old = Handshake(server_name=DOMAIN, completed=bool(protocol), protocol=protocol, cipher="AES", failure=failure)
    return replace(shown(), outdated=old)


def test_what_comes_about_is_told_as_information() -> None:
    assert told(tls_weak_protocol, facts(**tls(offered("TLSv1.1")))) == [
        "info confirmed domain/shop.example: shop.example accepts TLSv1.1 from clients, at 203.0.113.5",
        "  TLS 203.0.113.5:443 SNI shop.example -> TLSv1.1 AES",
        "  fix[by hand, none]: Set TLS 1.2 as the lowest version where TLS ends for shop.example.",
    ]


def test_silence() -> None:
    assert result_of(tls_weak_protocol, facts(**tls(offered()))) is Result.PASSED
    # What speaks TLS 1.3 was not tried: nothing is known of it.
    assert result_of(tls_weak_protocol, facts(**tls(shown()))) is Result.EMPTY
    # An address that the name does not give proves nothing about it.
    astray = tls(offered("TLSv1.1"), addresses=("203.0.113.99",))
    assert result_of(tls_weak_protocol, facts(**astray)) is Result.EMPTY


def test_unknown() -> None:
    unseen = facts(host_answers=host_answers(ADDRESS), probes=denied("probes of the name's addresses"))
    assert result_of(tls_weak_protocol, unseen) is Result.SKIPPED
