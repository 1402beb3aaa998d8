"""Files of trust anchors: DS and DNSKEY records of the root, and nothing else."""

from __future__ import annotations

import pytest

from albdoctor.collect.dns.anchors import UNREAD, anchors_in
from tests.support.signing import pair

KEY = pair()
DS = KEY.ds(".")


@pytest.mark.parametrize(
    ("text", "anchors"),
    [
        (f". IN DS {DS}\n", (DS,)),
        (f". 172800 IN DS {DS.upper()} ; the root\n\n", (DS,)),
        (f". DNSKEY {KEY.public}", (DS,)),
        (f". DS {DS}\n. 3600 IN DS 20326 8 2 {'AB' * 32}\n", (DS, f"20326 8 2 {'ab' * 32}")),
    ],
    ids=["DS", "capitals and a comment", "DNSKEY", "two"],
)
def test_anchors(text: str, anchors: tuple[str, ...]) -> None:
    assert anchors_in(text) == anchors


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "0 records"),
        ("; nothing", "0 records"),
        (f"example. IN DS {DS}", "example. IN DS"),
        (". IN A 192.0.2.1", ". IN A"),
        (". IN DS 1 8 2 ab", "digest length"),
        ("-----BEGIN CERTIFICATE-----", "unknown rdatatype|malformed"),
        ("$INCLUDE /etc/hostname", "unknown rdatatype|malformed"),
    ],
    ids=["empty", "comment", "another zone", "another type", "short", "PEM", "include"],
)
def test_what_is_no_anchor(text: str, why: str) -> None:
    with pytest.raises(UNREAD, match=why):
        anchors_in(text)
