"""Which authorities are public, and where a served chain ends."""

from __future__ import annotations

import pytest

from albdoctor.derive.certificate.authorities import is_public
from albdoctor.derive.certificate.served import Shown, Trouble
from albdoctor.facts.wire import Handshake, ServedCertificate
from tests.support.build_tls import AMAZON, PRIVATE, served


def shown(*chain: ServedCertificate, code: int | None = 20) -> Shown:
    return Shown(
        address="203.0.113.5",
        handshake=Handshake(server_name="shop.example", completed=True, verify_code=code, chain=chain),
    )


@pytest.mark.parametrize(
    ("name", "public"),
    [
        (AMAZON, True),
        ("CN=R12,O=Let's Encrypt,C=US", True),
        ("CN=Go Daddy Secure CA - G2,OU=http://certs.godaddy.com/repository/,O=GoDaddy.com\\, Inc.,C=US", True),
        ("O=DigiCert Inc+CN=DigiCert G2", True),
        ("CN=WE1,O=Google Trust Services,C=US", True),
        ("CN=Amazon,OU=Shop", False),
        ("CN=CA,O=Amazonia Travel", False),
        ("CN=O=Amazon", False),
        ("CN=a\\,O=Amazon", False),
        (PRIVATE, False),
        ("", False),
    ],
)
def test_an_authority_is_told_by_its_organisation(name: str, public: bool) -> None:
    assert is_public(name) is public


def test_a_chain_is_followed_by_issuer_and_ends() -> None:
    leaf = served("shop.example", issuer="CN=one")
    one = served(subject="CN=one", issuer="CN=two")
    two = served(subject="CN=two", issuer="CN=one")
    assert shown(leaf, one).end == one
    assert shown(leaf, served(subject="CN=stray")).end == leaf
    assert shown(leaf, two, one).end in (one, two)
    root = served(subject="CN=root", own=True)
    assert shown(served("shop.example", issuer="CN=root"), root).end == root
    assert shown().end is None


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (None, None),
        (0, None),
        (2, Trouble.INCOMPLETE),
        (9, Trouble.DATES),
        (10, Trouble.DATES),
        (18, Trouble.ISSUER),
        (19, Trouble.ISSUER),
        (20, Trouble.INCOMPLETE),
        (21, Trouble.INCOMPLETE),
        (26, Trouble.OTHER),
        (62, Trouble.NAMES),
    ],
)
def test_openssl_s_verdict_is_one_trouble(code: int | None, trouble: Trouble | None) -> None:
    assert shown(served("shop.example"), code=code).trouble is trouble
    assert shown(code=20).trouble is Trouble.ISSUER
