"""The tree of `dns_pass` on its own addresses and port 53, in a network namespace: there other tools can follow it too.

    unshare --map-root-user --net --mount python benchmarks/dns_beside.py [DNSVIZ]

Nothing in it reaches any other network. Each tool is a whole process, the shortest of some counts: albdoctor's pass as
in `dns_pass`; `dig +trace` (a question at a time, no chain of trust checked, one server a zone); `dnsviz probe` where
its program is named. The last line is a JSON object: seconds by tool.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "checks")]

from albdoctor.collect.options import ConnectTo, Options  # noqa: E402 - after the path
from albdoctor.lab.dns import DNS_PORT, DnsServers, Listener  # noqa: E402 - after the path
from albdoctor.lab.loop import Loop  # noqa: E402 - after the path
from albdoctor.lab.resolver import RESOLVER_ADDRESS, Resolver  # noqa: E402 - after the path
from albdoctor.lab.tree import Tree  # noqa: E402 - after the path
from benchmarks.dns_asked import DOMAIN  # noqa: E402 - after the path
from benchmarks.dns_pass import DELAY, options_of, sound_tree  # noqa: E402 - after the path

TIMES = 3
PATIENCE = 120
"""Seconds that one run of a tool may take."""


class AtHome(Listener):
    """A server on its own address."""

    async def open(self, address: str = "", port: int = DNS_PORT) -> None:
        """Bind its name, which is an address, and port 53."""
        await super().open(address or self._name, port)


class ServersAtHome(DnsServers):
    """The servers of the tree, each on its own address."""

    async def _open(self, addresses: set[str]) -> None:
        for address in sorted(addresses):
            listener = AtHome(self._responder(address), address, self._loop.distance, self._conduct(address))
            await listener.open()
            self._listeners[address] = listener


class ResolverAtHome(Resolver):
    """The resolver on its own address."""

    def __init__(self, tree: Tree, loop: Loop) -> None:
        """Prepare."""
        super().__init__(tree, loop)
        self._listener = AtHome(self._respond, RESOLVER_ADDRESS, loop.distance)


@contextmanager
def served() -> Generator[Options]:
    """Give the namespace the tree's addresses and names, and serve; gives how a scan finds it."""
    tree = sound_tree()
    addresses = (*tree.addresses(), RESOLVER_ADDRESS)
    _run("ip", "link", "set", "lo", "up")
    for address in addresses:
        _run("ip", "address", "add", f"{address}/32", "dev", "lo")
    loop = Loop("beside")
    loop.distance.seconds = DELAY
    with TemporaryDirectory() as folder, loop, ServersAtHome(tree, loop) as servers, ResolverAtHome(tree, loop):
        # dig asks the system for the addresses of the name servers that it follows.
        hosts = Path(folder) / "hosts"
        hosts.write_text("".join(f"{address} {name}\n" for address, name in tree.addresses().items()))
        _run("mount", "--bind", str(hosts), "/etc/hosts")
        # That a place leads to itself says that it is meant: these addresses are no real servers'.
        itself = ConnectTo(places=tuple(((one, DNS_PORT), (one, DNS_PORT)) for one in addresses))
        yield options_of(tree, servers.roots, itself)
        _run("umount", "/etc/hosts")


def _run(program: str, *arguments: str) -> None:
    subprocess.run([shutil.which(program) or program, *arguments], check=True)


def commands(options: Options, dnsviz: str) -> dict[str, list[str]]:
    """What is run, by the tool's name."""
    root = options.dns_roots[0][0]
    told = {"albdoctor": [sys.executable, str(Path(__file__).with_name("dns_asked.py"))]}
    if shutil.which("dig"):
        told["dig +trace"] = ["dig", f"@{root}", "+trace", "-4", DOMAIN, "A"]
    if dnsviz:
        hints = ",".join(f"root{at}.={address}" for at, (address, _) in enumerate(options.dns_roots))
        told["dnsviz"] = [dnsviz, "probe", "-4", "-A", "-t", "16", "-a", ".", "-x", f".:{hints}", DOMAIN]
    return told


def seconds_of(command: list[str], given: str) -> float:
    """Seconds of a whole process that gets a text; a failure is a crash."""
    begin = time.perf_counter()
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=PATIENCE, check=False)
    took = time.perf_counter() - begin
    if done.returncode or (command[0] == "dig" and "203.0.113.10" not in done.stdout):
        raise SystemExit(f"{command}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return took


def main() -> int:
    """Serve, and run the tools."""
    with served() as options:
        given = msgspec.json.encode(options).decode()
        told = {
            name: round(min(seconds_of(command, given) for _ in range(TIMES)), 3)
            for name, command in commands(options, *sys.argv[1:2] or [""]).items()
        }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
