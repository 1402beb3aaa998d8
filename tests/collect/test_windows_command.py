"""The command for Windows: what it may print, as Microsoft documents the cmdlets. It was never run on Windows."""

from __future__ import annotations

import base64
import gzip
import json
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from albdoctor.collect.aws.command import read_told
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.derive.network.host_filter import passage, written
from albdoctor.facts.hosts import InstanceSockets
from albdoctor.facts.known import Known, Unknown

ANY = ["Any"]


def rule(**fields: Any) -> dict[str, Any]:
    """An inbound rule for everything; a test names what differs."""
    return {
        "Action": "Allow",
        "Profile": "Any",
        "Protocol": "TCP",
        "LocalPort": ANY,
        "RemotePort": ANY,
        "LocalAddress": ANY,
        "RemoteAddress": ANY,
        "OfPackage": False,
        "OfProgram": False,
        "OfService": False,
        "OfInterface": False,
        "OfPeer": False,
        **fields,
    }


def profile(name: str = "Public", **fields: str) -> dict[str, str]:
    base = {
        "Name": name,
        "Enabled": "True",
        "DefaultInboundAction": "NotConfigured",
        "AllowInboundRules": "NotConfigured",
    }
    return base | fields


def told(said: object, sockets: str = "0.0.0.0 80\r\n:: 135\r\n") -> InstanceSockets:
    """What is read of the output of an instance that says this."""
    packed = base64.b64encode(gzip.compress(json.dumps(said).encode())).decode()
    return read_told("i-0abc", f"sockets\r\n{sockets}end\r\n{packed}\r\n", windows=True)


def outcome(*rules: dict[str, Any], **fields: str) -> str:
    said = {
        "Networks": ["Public"],
        "Profiles": [profile("Domain"), profile("Private"), profile(**fields)],
        "Rules": rules,
    }
    firewall = told(said).firewall
    assert isinstance(firewall, Known), firewall
    return passage(firewall.value, IPv4Network("10.0.1.0/24"), IPv4Address("10.0.9.23"), 80).outcome


def test_sockets_are_read() -> None:
    sockets = told({}, "0.0.0.0 80\r\nfe80::1%5 8080\r\n::1 3000\r\n").sockets
    assert isinstance(sockets, Known)
    assert [(each.address, each.port) for each in sockets.value] == [
        ("0.0.0.0", 80),  # noqa: S104 - an address that is read
        ("fe80::1", 8080),
        ("::1", 3000),
    ]


@pytest.mark.parametrize(
    "line", ["10.0.9.1 0", "10.0.9.1 65536", "host 80", "10.0.9.1", "10.0.9.1 80 x", "", "\x1b[2J 80"]
)
def test_what_is_no_socket_is_a_gap(line: str) -> None:
    with pytest.raises(NotAnsweredError):
        told({}, f"{line}\r\n")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), "blocked"),
        ((rule(LocalPort=["80"]),), "open"),
        ((rule(LocalPort=["443", "79-81"]),), "open"),
        ((rule(LocalPort=["8080"]),), "blocked"),
        ((rule(Protocol="Any"),), "open"),
        ((rule(Protocol=""),), "unclear"),
        ((rule(LocalPort=["80"], Profile="Domain, Private"),), "blocked"),
        ((rule(LocalPort=["80"], Profile="Private, Public"),), "open"),
        ((rule(LocalPort=["80"], RemoteAddress=["10.0.0.0/255.255.0.0"]),), "open"),
        ((rule(LocalPort=["80"], RemoteAddress=["10.0.1.0-10.0.1.255"]),), "open"),
        ((rule(LocalPort=["80"], RemoteAddress=["10.0.1.0/25"]),), "unclear"),
        ((rule(LocalPort=["80"], RemoteAddress=["192.0.2.0/24", "2001:db8::/32"]),), "blocked"),
        ((rule(LocalPort=["80"], RemoteAddress=["LocalSubnet"]),), "unclear"),
        ((rule(LocalPort=["80"], LocalAddress=["10.0.9.24"]),), "unclear"),
        ((rule(LocalPort=["80"], OfProgram=True),), "unclear"),
        ((rule(LocalPort=["80"], OfService=True),), "unclear"),
        ((rule(LocalPort=["80"], OfInterface=True),), "unclear"),
        ((rule(OfPackage=True),), "blocked"),
        ((rule(LocalPort=["RPC"]), rule(LocalPort=["RPCEPMap"])), "blocked"),
        ((rule(LocalPort=["IPHTTPSIn"]),), "unclear"),
        ((rule(LocalPort=[None], RemoteAddress=[None]),), "unclear"),
        ((rule(LocalPort=["80"]), rule(Action="Block", LocalPort=["80"])), "blocked"),
        ((rule(LocalPort=["80"]), rule(Action="Block", LocalPort=["80"], OfProgram=True)), "unclear"),
        ((rule(LocalPort=["80"], OfPeer=True), rule(Action="Block", LocalPort=["80"])), "unclear"),
        ((rule(LocalPort=["80"], Action="NotConfigured"),), "unclear"),
    ],
)
def test_rules(rules: tuple[dict[str, Any], ...], expected: str) -> None:
    assert outcome(*rules) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Enabled": "False"}, "open"),
        ({"DefaultInboundAction": "Allow"}, "open"),
        ({"DefaultInboundAction": "Block"}, "blocked"),
        ({"AllowInboundRules": "False"}, "blocked"),
    ],
)
def test_profiles(fields: dict[str, str], expected: str) -> None:
    allowing = (rule(),) if fields.get("AllowInboundRules") else ()
    assert outcome(*allowing, **fields) == expected


def test_the_profile_of_the_network_counts() -> None:
    said = {
        "Networks": ["DomainAuthenticated"],
        "Profiles": [profile(), profile("Domain", Enabled="False")],
        "Rules": [],
    }
    firewall = told(said).firewall
    assert isinstance(firewall, Known)
    found = passage(firewall.value, IPv4Network("10.0.1.0/24"), IPv4Address("10.0.9.23"), 80)
    assert found.outcome == "open"
    shut = told({"Networks": ["Public"], "Profiles": [profile()], "Rules": []}).firewall
    assert isinstance(shut, Known)
    stop = passage(shut.value, IPv4Network("10.0.1.0/24"), IPv4Address("10.0.9.23"), 80).stop
    assert stop is not None
    assert written(stop) == "profile Public: policy drop"


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"Networks": [], "Profiles": [profile()], "Rules": []},
        {"Networks": ["Public", "Private"], "Profiles": [profile(), profile("Private")], "Rules": []},
        {"Networks": ["Public"], "Profiles": [], "Rules": []},
        {"Networks": ["Public"], "Profiles": [profile()], "Rules": {}},
        {"Networks": ["Public"], "Profiles": [profile()], "Rules": [{"Action": "Allow"}]},
        {"Networks": ["\u202ePublic"], "Profiles": [profile()], "Rules": []},
    ],
)
def test_what_is_not_whole_is_a_gap_of_the_firewall_alone(said: object) -> None:
    read = told(said)
    assert isinstance(read.sockets, Known)
    assert isinstance(read.firewall, Unknown)
    assert read.firewall.detail.startswith("the host's firewall rules cannot be read: ")


def test_rules_that_were_cut_off_are_a_gap_of_the_firewall_alone() -> None:
    packed = base64.b64encode(gzip.compress(b"{}" * 100)).decode()
    for tail in ("", packed[:20], f"{packed[:20]}--output truncated--"):
        read = read_told("i-0abc", f"sockets\n0.0.0.0 80\nend\n{tail}", windows=True)
        assert isinstance(read.sockets, Known)
        assert isinstance(read.firewall, Unknown)
