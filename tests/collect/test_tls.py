"""TLS handshakes with real servers: verdicts, chains, reasons, and peers that misbehave."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC
from pathlib import Path
from time import perf_counter

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.collect.tcp import Place
from albdoctor.collect.web.served_certificates import parse_certificate
from albdoctor.collect.web.tls import handshake, verified_handshake
from albdoctor.collect.web.trust import lenient, of_any_name, trusting, unverified
from albdoctor.facts.wire import Handshake
from tests.support.clocks import SLACK
from tests.support.servers import (
    LOOPBACK,
    Handler,
    answering,
    closed_port,
    closing,
    dripping,
    flooding,
    resetting,
    serving,
    silent_port,
    speechless,
)
from tests.support.tls import Authority, Issued

HOST = "shop.example"
AUTHORITY = Authority()
GOOD = AUTHORITY.issue("Shop.Example", "www.shop.example")


def meet(
    handler: Handler, shake: Callable[[Place], Awaitable[Handshake]], tls: ssl.SSLContext | None = None
) -> Handshake:
    async def scenario() -> Handshake:
        async with serving(handler, tls) as port:
            return await shake(Place(LOOPBACK, port))

    return asyncio.run(scenario())


def verified(issued: Issued, directory: Path, *, chain: bool = True) -> Handshake:
    trusted = trusting(AUTHORITY.bundle(directory))
    tls = issued.server_context(directory, chain=chain)
    return meet(speechless, lambda place: verified_handshake(place, HOST, trusted), tls)


def test_good_server(tmp_path: Path) -> None:
    seen = verified(GOOD, tmp_path)
    assert (seen.server_name, seen.completed, seen.failure) == (HOST, True, "")
    assert (seen.verify_code, seen.verify_message) == (0, "")
    assert (seen.protocol, seen.alpn) == ("TLSv1.3", "http/1.1")
    assert seen.cipher.startswith("TLS_")
    leaf, intermediate = seen.chain
    assert leaf.sha256 == hashlib.sha256(GOOD.der).hexdigest()
    assert (leaf.subject, leaf.issuer) == ("CN=Shop.Example", "CN=albdoctor test root intermediate")
    assert leaf.names == ("shop.example", "www.shop.example")
    assert leaf.not_before == GOOD.certificate.not_valid_before_utc
    assert leaf.not_before.tzinfo is UTC
    assert intermediate.subject == leaf.issuer
    assert not leaf.self_signed
    assert not intermediate.self_signed


@pytest.mark.parametrize(
    ("issued", "chain", "code", "served"),
    [
        pytest.param(AUTHORITY.issue(HOST, days_ago=90, days_left=-1), True, 10, 2, id="expired"),
        pytest.param(AUTHORITY.issue(HOST, days_ago=-2), True, 9, 2, id="not yet valid"),
        pytest.param(AUTHORITY.issue("other.example"), True, 62, 2, id="another name"),
        pytest.param(GOOD, False, 20, 1, id="intermediate missing"),
        pytest.param(AUTHORITY.issue(HOST, self_signed=True), True, 18, 1, id="self-signed"),
        pytest.param(Authority("private root").issue(HOST), True, 20, 2, id="private root, not sent"),
    ],
)
def test_refused_certificate_is_seen_whole(issued: Issued, chain: bool, code: int, served: int, tmp_path: Path) -> None:
    seen = verified(issued, tmp_path, chain=chain)
    assert (seen.completed, seen.failure, seen.verify_code, len(seen.chain)) == (True, "", code, served)
    assert seen.verify_message
    assert seen.chain[0].sha256 == hashlib.sha256(issued.der).hexdigest()


@pytest.mark.parametrize(
    ("issued", "chain", "code"),
    [
        pytest.param(AUTHORITY.issue("*.shop.example"), True, 0, id="covered by a wildcard"),
        pytest.param(AUTHORITY.issue("shop.example"), True, 62, id="not covered"),
        pytest.param(AUTHORITY.issue("*.shop.example", days_ago=90, days_left=-1), True, 10, id="expired"),
        pytest.param(AUTHORITY.issue("*.shop.example"), False, 20, id="intermediate missing"),
    ],
)
def test_a_wildcard_covers_a_name_with_an_underscore_as_in_browsers(
    issued: Issued, chain: bool, code: int, tmp_path: Path
) -> None:
    """OpenSSL compares the name, and its `*` stands for no underscore."""
    bundle = AUTHORITY.bundle(tmp_path)
    tls = issued.server_context(tmp_path, chain=chain)

    def shake(place: Place) -> Awaitable[Handshake]:
        return verified_handshake(place, "my_app.shop.example", trusting(bundle), of_any_name(bundle))

    seen = meet(speechless, shake, tls)
    assert (seen.completed, seen.verify_code, seen.failure) == (True, code, "")
    assert seen.chain[0].sha256 == hashlib.sha256(issued.der).hexdigest()


def test_private_root_that_is_sent(tmp_path: Path) -> None:
    private = Authority("private root")
    leaf = private.issue(HOST)
    whole = Issued(leaf.certificate, leaf.key, (*leaf.above, private.root.certificate))
    seen = verified(whole, tmp_path)
    assert seen.verify_code == 19
    assert [one.self_signed for one in seen.chain] == [False, False, True]


def test_without_sni_the_default_certificate_is_served(tmp_path: Path) -> None:
    default = AUTHORITY.issue("default.example").server_context(tmp_path)
    named = GOOD.server_context(tmp_path)
    asked: list[str | None] = []

    def choose(session: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        asked.append(name)
        if name == HOST:
            session.context = named

    default.sni_callback = choose
    without = meet(speechless, lambda place: handshake(place, None, unverified()), default)
    with_name = meet(speechless, lambda place: handshake(place, HOST, unverified()), default)
    assert asked == [None, HOST]
    assert (without.server_name, without.verify_code) == (None, None)
    assert without.chain[0].names == ("default.example",)
    assert with_name.chain[0].names == ("shop.example", "www.shop.example")


@pytest.mark.parametrize(
    ("handler", "failure"),
    [
        pytest.param(answering(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "timeout", id="plain HTTP that waits for a line"),
        pytest.param(dripping(b"HTTP/1.1 400 Bad Request\r\n\r\n", b""), "WRONG_VERSION_NUMBER", id="plain HTTP"),
        pytest.param(dripping(b"220 mail.example ESMTP\r\n", b""), "WRONG_VERSION_NUMBER", id="SMTP"),
        pytest.param(dripping(b"\x15\x03\x03\x00\x02\x02\x28", b""), "SSLV3_ALERT_HANDSHAKE_FAILURE", id="alert"),
        pytest.param(dripping(b"\x15\x03\x03\x00\x02\x02\x70", b""), "TLSV1_UNRECOGNIZED_NAME", id="unknown name"),
        pytest.param(resetting, "reset", id="RST"),
        pytest.param(closing, "UNEXPECTED_EOF_WHILE_READING", id="FIN"),
        pytest.param(speechless, "timeout", id="silence"),
        pytest.param(dripping(b"\x16\x03\x03\x40\x00\x02\x00\xff\xff", b"\x00"), "timeout", id="slow-loris"),
    ],
)
def test_reason_of_a_failure(handler: Handler, failure: str) -> None:
    started = perf_counter()
    seconds = 0.4 if failure == "timeout" else 5.0
    seen = meet(handler, lambda place: handshake(place, HOST, unverified(), seconds))
    assert perf_counter() - started < SLACK
    assert seen == Handshake(server_name=HOST, completed=False, failure=failure)


def test_flood_ends_within_the_timeout() -> None:
    record = b"\x16\x03\x03\x40\x00" + b"\x02\xff\xff\xff" + b"\x00" * 0x3FFC
    started = perf_counter()
    seen = meet(flooding(record, record), lambda place: handshake(place, HOST, unverified(), 0.5))
    assert not seen.completed
    assert seen.failure
    assert perf_counter() - started < SLACK


def test_nobody_there() -> None:
    refused = asyncio.run(handshake(Place(LOOPBACK, closed_port()), HOST, unverified()))
    assert refused.failure == "refused"
    with silent_port() as port:
        silent = asyncio.run(handshake(Place(LOOPBACK, port), HOST, unverified(), 0.2))
    assert silent.failure == "timeout"
    nowhere = asyncio.run(handshake(Place("127.255.255.255", 443), HOST, unverified()))
    assert nowhere.failure.startswith("unreachable: ")


@pytest.mark.parametrize("name", ["a" * 70 + ".example", ".example", "\u0000.example"])
def test_name_that_cannot_be_sent(name: str, tmp_path: Path) -> None:
    seen = meet(speechless, lambda place: handshake(place, name, unverified(), 0.5), GOOD.server_context(tmp_path))
    assert not seen.completed
    assert seen.failure


def test_old_target_completes_only_leniently(tmp_path: Path) -> None:
    old = GOOD.server_context(tmp_path)
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    target = meet(speechless, lambda place: handshake(place, None, lenient()), old)
    assert (target.completed, target.protocol) == (True, "TLSv1.1")
    browser = meet(speechless, lambda place: handshake(place, HOST, unverified()), old)
    assert not browser.completed
    assert browser.failure


def test_huge_chain_does_not_hang_or_crash(tmp_path: Path) -> None:
    many = Issued(GOOD.certificate, GOOD.key, (AUTHORITY.intermediate.certificate,) * 400)
    seen = meet(speechless, lambda place: handshake(place, HOST, unverified()), many.server_context(tmp_path))
    assert (seen.completed, seen.failure) == (False, "EXCESSIVE_MESSAGE_SIZE")


def test_certificate_with_thousands_of_names(tmp_path: Path) -> None:
    crowd = AUTHORITY.issue(*(f"n{number}.shop.example" for number in range(3000)))
    seen = meet(speechless, lambda place: handshake(place, HOST, unverified()), crowd.server_context(tmp_path))
    assert len(seen.chain[0].names) == 3000


def test_missing_bundle_raises_what_the_caller_expects(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate in here\n")
    for path in (empty, tmp_path / "missing.pem"):
        with pytest.raises(OSError):  # noqa: PT011 - of two kinds, both with the system's own words
            trusting(str(path))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate(der: bytes) -> None:
    assert parse_certificate(der) is None


@given(st.integers(0, len(GOOD.der) - 1), st.binary(min_size=1, max_size=4))
def test_damaged_certificate_never_raises(at: int, damage: bytes) -> None:
    damaged = GOOD.der[:at] + damage + GOOD.der[at + len(damage) :]
    seen = parse_certificate(damaged)
    assert seen is None or seen.sha256 == hashlib.sha256(damaged).hexdigest()


def test_absurd_serial_number_warns_nobody() -> None:
    serial = GOOD.certificate.serial_number.to_bytes(20, "big").lstrip(b"\0")
    negative = GOOD.der.replace(serial, b"\x81" + serial[1:], 1)
    assert negative != GOOD.der
    with pytest.warns(UserWarning, match="serial"):
        x509.load_der_x509_certificate(negative)
    seen = parse_certificate(negative)
    assert seen is not None
    assert seen.names == ("shop.example", "www.shop.example")
