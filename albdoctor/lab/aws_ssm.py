"""The emulated Systems Manager: takes the one command that albdoctor knows, and truly runs it over what a host has.

Every running instance is managed unless said otherwise. No other command is run: this is a program on your machine.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeAlias

from albdoctor.lab.state import State
from albdoctor.lab.wire import RefusedError

Address: TypeAlias = tuple[str, int]
Listening: TypeAlias = Callable[[str], Sequence[Address]]
"""Gives the local addresses and ports on which the processes of an instance listen."""

DOCUMENT = "AWS-RunShellScript"
READS_HOST = """\
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "st" || $4 == "0A" {print $2} END {print "end"}'
PATH=$PATH:/usr/sbin:/sbin
{ cat /proc/net/ip_tables_names; echo "== names"
awk 'NR > 1 {print $1, $2, $8}' /proc/net/route; echo "== routes"
awk '$1 == "nf_tables" {print $1}' /proc/modules; echo "== modules"
iptables-save; echo "== iptables $?"
if grep -q . /proc/net/ip_tables_names; then iptables-legacy-save; fi; echo "== legacy $?"
cat /proc/net/ip6_tables_names; echo "== names6"
ip6tables-save; echo "== ip6tables $?"
if grep -q . /proc/net/ip6_tables_names; then ip6tables-legacy-save; fi; echo "== legacy6 $?"
nft -j list ruleset; code=$?; echo; echo "== nft $code"
} 2>/dev/null | gzip -c | base64 | tr -d '\\n'"""
"""Written down a second time on purpose: the lab runs what it knows, not what the tool says."""
PROC = "/proc/"
ROUTES = (
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\neth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n"
)
RULESET = (
    '{"nftables": [{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}]}'
)
"""What nft prints where nothing but iptables has rules; of those it would show a mirror."""
HEADING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
LISTEN, ESTABLISHED = "0A", "01"
MOST_OUTPUT = 24_000
SECONDS = 10
UNFINISHED = ("", "InProgress")
"""What the first looks find: an instance has not heard of the command, then it runs."""


def _no_rules(_instance_id: str) -> str:
    return ""


def _nothing(_instance_id: str) -> Sequence[Address]:
    return ()


class LabSsm:
    """One account's Systems Manager."""

    def __init__(self, state: State) -> None:
        """Stand beside an account; nothing listens on its instances until somebody says what does."""
        self.listening: Listening = _nothing
        self.saved_rules: Callable[[str], str] = _no_rules
        self.unmanaged: set[str] = set()
        """Instances without a role or an agent: they take no command."""
        self._state = state
        self._sent: dict[str, tuple[str, dict[str, Iterator[str]]]] = {}
        self._numbers = itertools.count(1)

    def answer(self, operation: str, body: bytes) -> tuple[list[tuple[str, str]], bytes]:
        """Give headers and body, or raise `RefusedError`; any other operation is a `NotImplementedError`."""
        ways = {"SendCommand": self._send, "GetCommandInvocation": self._invocation}
        if operation not in ways:
            raise NotImplementedError(f"the lab's Systems Manager does not know {operation}")
        content = json.dumps(ways[operation](json.loads(body))).encode()
        return [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(content)))], content

    def _send(self, asked: dict[str, Any]) -> dict[str, Any]:
        ids: list[str] = asked.get("InstanceIds", [])
        if asked["DocumentName"] != DOCUMENT:
            raise RefusedError("InvalidDocument", f"Document with name {asked['DocumentName']} does not exist.")
        invalid = [id_ for id_ in ids if not self._takes_commands(id_)]
        if invalid or not ids:
            words = f"Instances [[{', '.join(invalid)}]] not in a valid state for account {self._state.account}"
            raise RefusedError("InvalidInstanceId", words)
        (command,) = asked["Parameters"]["commands"]
        command_id = f"00000000-0000-4000-8000-{next(self._numbers):012d}"
        self._sent[command_id] = (command, {id_: iter(UNFINISHED) for id_ in ids})
        return {"Command": {"CommandId": command_id, "DocumentName": DOCUMENT, "InstanceIds": ids, "Status": "Pending"}}

    def _takes_commands(self, instance_id: str) -> bool:
        instance = self._state.instance(instance_id)
        return instance is not None and instance.running and instance_id not in self.unmanaged

    def _invocation(self, asked: dict[str, Any]) -> dict[str, Any]:
        command_id, instance_id = asked["CommandId"], asked["InstanceId"]
        command, invocations = self._sent.get(command_id, ("", {}))
        status = next(invocations[instance_id], "Success") if instance_id in invocations else ""
        if not status:
            raise RefusedError("InvocationDoesNotExist", "")
        about = {"CommandId": command_id, "InstanceId": instance_id, "DocumentName": DOCUMENT}
        if status != "Success":
            return about | {"Status": status, "StatusDetails": status, "ResponseCode": -1}
        if command != READS_HOST:
            words = "sh: the lab runs no such command\n"
            return about | _ended("Failed", 127, "", words)
        code, printed, complaint = run(command, self.listening(instance_id), self.saved_rules(instance_id))
        return about | _ended("Failed" if code else "Success", code, printed[:MOST_OUTPUT], complaint)


def _ended(status: str, code: int, printed: str, complaint: str) -> dict[str, Any]:
    return {
        "Status": status,
        "StatusDetails": status,
        "ResponseCode": code,
        "StandardOutputContent": printed,
        "StandardErrorContent": complaint,
    }


def run(command: str, listening: Iterable[Address], rules: str = "") -> tuple[int, str, str]:
    """Run a command over the tables and tools that such a host would have; give exit code, output and errors."""
    with tempfile.TemporaryDirectory(prefix="albdoctor-proc-") as folder:
        net, tools = Path(folder, "net"), Path(folder, "tools")
        for made in (net, tools):
            made.mkdir()
        for name, version in (("tcp", 4), ("tcp6", 6)):
            (net / name).write_text(table(one for one in listening if ip_address(one[0]).version == version))
        (net / "route").write_text(ROUTES)
        for names in ("ip_tables_names", "ip6_tables_names"):
            (net / names).write_text("")
        Path(folder, "modules").write_text("nf_tables 335872 0 - Live 0x0000000000000000\n")
        for name, printed in (("iptables-save", rules), ("ip6tables-save", ""), ("nft", f"{RULESET}\n")):
            (tools / f"{name}.txt").write_text(printed)
            (tools / name).write_text(f"#!/bin/sh\ncat {tools}/{name}.txt\n")
            (tools / name).chmod(0o700)
        done = subprocess.run(  # noqa: S603 - the one command, over files of ours
            ["/bin/sh", "-c", command.replace(PROC, f"{folder}/")],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={"PATH": f"{tools}:{os.environ.get('PATH', os.defpath)}"},
        )
    return done.returncode, done.stdout, done.stderr


def table(listening: Iterable[Address]) -> str:
    """Write /proc/net/tcp as Linux on a little-endian machine does; each server has a client, as they do."""
    rows = [line for place in listening for line in ((place, LISTEN), (place, ESTABLISHED))]
    rows.sort(key=lambda row: row[1] != LISTEN)
    return "\n".join([f"{HEADING:<149}", *(_row(number, *row) for number, row in enumerate(rows)), ""])


def _row(number: int, place: Address, state: str) -> str:
    nobody = "0" * len(_written(place[0]))
    peer = f"{nobody}:0000" if state == LISTEN else f"{nobody[:-8]}0A02000A:C350"
    zeros = "00000000:00000000 00:00000000 00000000"
    row = f"{number:4}: {_written(place[0])}:{place[1]:04X} {peer} {state} {zeros} {0:5} {0:8} {10000 + number} 1"
    return f"{row} 0000000000000000 100 0 0 10 0".ljust(149)


def _written(address: str) -> str:
    packed = ip_address(address).packed
    words = (packed[start : start + 4] for start in range(0, len(packed), 4))
    return "".join(f"{int.from_bytes(word, 'little'):08X}" for word in words)
