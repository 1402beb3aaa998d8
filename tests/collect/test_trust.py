"""What is believed of a certificate is stated, so that it is the same under every Python, and what browsers believe."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from albdoctor.collect.tcp import Place
from albdoctor.collect.web.tls import verified_handshake
from albdoctor.collect.web.trust import lenient, trusting, unverified, verifying
from albdoctor.facts.wire import Handshake
from tests.support.servers import LOOPBACK, serving, speechless
from tests.support.tls import Authority, strict_client

HOST = "shop.example"


def _shaken(authority: Authority, directory: Path, context: Callable[[Path], ssl.SSLContext]) -> Handshake:
    bundle = Path(authority.bundle(directory))
    tls = authority.issue(HOST).server_context(directory)

    async def scenario() -> Handshake:
        async with serving(speechless, tls) as port:
            return await verified_handshake(Place(LOOPBACK, port), HOST, context(bundle))

    return asyncio.run(scenario())


def _trusting(bundle: Path) -> ssl.SSLContext:
    return trusting(str(bundle))


def _verifying(bundle: Path) -> ssl.SSLContext:
    return verifying(cafile=str(bundle))


@pytest.mark.parametrize("context", [_trusting, _verifying])
def test_what_only_the_strict_refuse_is_believed(context: Callable[[Path], ssl.SSLContext], tmp_path: Path) -> None:
    """An authority of a company's own often lacks key identifiers; no browser minds."""
    assert _shaken(Authority(lax=True), tmp_path, context).verify_code == 0


@pytest.mark.parametrize("lax", [True, False])
def test_the_strict_refuse_only_the_lax(lax: bool, tmp_path: Path) -> None:
    """So the tests' own authority is believed under a Python that is strict by default."""
    assert bool(_shaken(Authority(lax=lax), tmp_path, strict_client).verify_code) is lax


def test_nothing_is_left_to_defaults() -> None:
    made = [trusting(""), verifying(), unverified()]
    assert [context.verify_flags for context in made[:2]] == [ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST] * 2
    assert [context.minimum_version for context in made] == [ssl.TLSVersion.TLSv1_2] * 3
    assert [context.security_level for context in made] == [2, 2, 2]
    ciphers = [cipher["name"] for context in made for cipher in context.get_ciphers()]
    assert [
        name for name in ciphers if name.endswith("-SHA") or "CAMELLIA" in name
    ] == []  # OpenSSL's own list has them
    assert lenient().minimum_version == ssl.TLSVersion.MINIMUM_SUPPORTED
