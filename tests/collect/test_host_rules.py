"""What is kept of a host's firewall rules, and what is not; and output that is none."""

from __future__ import annotations

import base64
import gzip
import subprocess

import msgspec
import pytest

from albdoctor.collect.aws.command import COMMAND, read_rules
from albdoctor.collect.aws.host_rules import MOST_BYTES
from albdoctor.facts.known import Known, Unknown
from tests.support.build_firewall import ROUTES, firewall, packed, saved, sections

SET = '{"set": {"family": "inet", "name": "s", "table": "t", "type": "ipv4_addr", "elem": ["198.51.100.77"]}}'


def test_neither_comments_nor_elements_of_sets_nor_chains_that_lead_nowhere_are_kept() -> None:
    told = firewall(
        saved(
            ":loose - [0:0]",
            '-A INPUT -s 10.0.0.0/8 -m comment --comment "let joe in" -j ACCEPT',
            "-A loose -s 198.51.100.78/32 -j DROP",
            "-A OUTPUT -d 198.51.100.79/32 -j DROP",
        ),
        f'{{"nftables": [{SET}]}}',
    )
    text = msgspec.json.encode(told).decode()
    assert "10.0.0.0/8" in text
    for left_out in ("joe", "198.51.100", "loose", "OUTPUT"):
        assert left_out not in text


def test_routes_are_read() -> None:
    assert [(one.interface, one.destination) for one in firewall().routes] == [
        ("eth0", "0.0.0.0/0"),
        ("eth0", "10.0.9.0/24"),
        ("docker0", "172.17.0.0/16"),
    ]


def test_the_command_tells_of_this_machines_firewall() -> None:
    done = subprocess.run(["sh", "-c", COMMAND], capture_output=True, text=True, check=True, timeout=20)
    told = read_rules(done.stdout)
    assert isinstance(told, Known), told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "== names\n",
        sections().replace("== nft 0\n", ""),
        sections().replace("== routes\n", "").replace("== names\n", "== routes\n== names\n"),
        sections(ruleset=""),
        sections(ruleset="{"),
        sections(ruleset="[]"),
        sections(ruleset='{"nftables": 7}'),
        sections(ruleset="[" * 100_000),
        sections(routes=ROUTES.replace("0009000A 00FFFFFF", "0009000A 00FF00FF")),
        sections(routes="eth0 x y\n"),
        sections(saved(":\x1b[2J - [0:0]")),
        "x" * (MOST_BYTES + 1),
    ],
    ids=range(13),
)
def test_what_is_not_whole_is_a_gap(text: str) -> None:
    told = read_rules(packed(text))
    assert isinstance(told, Unknown)
    assert told.detail.startswith("the host's firewall rules cannot be read: ")
    assert len(told.detail) < 200
    assert "\x1b" not in told.detail


@pytest.mark.parametrize("tail", ["", "H4sI", "x", base64.b64encode(gzip.compress(sections().encode())).decode()[:-8]])
def test_what_was_cut_off_is_a_gap(tail: str) -> None:
    assert isinstance(read_rules(f"local_address\nend\n{tail}"), Unknown)
