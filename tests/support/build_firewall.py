"""Builders of what hosts tell of their firewalls, from what their tools really printed."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path
from typing import Any

from albdoctor.collect.aws.command import read_rules
from albdoctor.collect.aws.host_rules import read_firewall
from albdoctor.facts.host_firewall import HostFirewall
from albdoctor.facts.known import Known

PRINTED = Path(__file__).parent.parent / "collect" / "host_rules"
EMPTY_RULESET = '{"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}]}'
ROUTES = "eth0 00000000 00000000\neth0 0009000A 00FFFFFF\ndocker0 000011AC 0000FFFF\n"
"""A host at 10.0.9.0/24 with Docker's network at 172.17.0.0/16, on a little-endian machine."""


def recorded(name: str) -> str:
    """What a tool printed: ufw.iptables-save, firewalld.nft.json, ..."""
    return (PRINTED / name).read_text()


def sections(
    saved: str = "",
    ruleset: str = EMPTY_RULESET,
    *,
    names: str = "",
    routes: str = ROUTES,
    modules: str = "nf_tables\n",
    codes: tuple[str, str] = ("0", "0"),
    legacy: tuple[str, str] = ("", "0"),
    names6: str = "",
    saved6: str = "",
    code6: str = "0",
    legacy6: tuple[str, str] = ("", "0"),
) -> str:
    """The text that the command compresses."""
    save, nft = codes
    return (
        f"{names}== names\n{routes}== routes\n{modules}== modules\n{saved}== iptables {save}\n"
        f"{legacy[0]}== legacy {legacy[1]}\n{names6}== names6\n{saved6}== ip6tables {code6}\n"
        f"{legacy6[0]}== legacy6 {legacy6[1]}\n{ruleset}\n== nft {nft}\n"
    )


def packed(text: str) -> str:
    """What the command prints of it, behind a table without a socket."""
    return f"local_address\nend\n{base64.b64encode(gzip.compress(text.encode())).decode()}"


def firewall(saved: str = "", ruleset: str = EMPTY_RULESET, **sections_: Any) -> HostFirewall:
    """What is read of these rules, through everything that reads them."""
    text = sections(saved, ruleset, **sections_)
    told = read_rules(packed(text))
    assert isinstance(told, Known), told
    assert told.value == read_firewall(text)
    return told.value


def saved(*rules: str, policy: str = "ACCEPT", forward: str = "ACCEPT") -> str:
    """The filter table as iptables-save prints it."""
    heads = f":INPUT {policy} [0:0]\n:FORWARD {forward} [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    return "# (nf_tables)\n*filter\n" + heads + "".join(f"{rule}\n" for rule in rules) + "COMMIT\n"
