"""Knot DNS on loopback, a process for each address of a tree: it ends with the test, or minutes later by itself."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.zone

from albdoctor.collect.options import ConnectTo

KNOTD = shutil.which("knotd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
LONGEST = 300
"""Seconds after which a server ends whatever became of the test."""
STARTING = 20.0
CONFIGURATION = """
server:
    listen: 127.0.0.1@{port}
    rundir: {folder}
    pidfile: {folder}/pid
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {folder}
log:
  - target: {folder}/log
    any: warning
policy:
  - id: own
    {policy}
template:
  - id: default
    storage: {folder}
    zonefile-sync: -1
    journal-content: none
    dnssec-policy: own
    dnssec-signing: {signing}
zone:
"""


@contextmanager
def knot(
    zones: Mapping[str, tuple[dns.zone.Zone, ...]], folder: Path, policy: str = "", longest: int = LONGEST
) -> Generator[ConnectTo]:
    """Serve the zones of each address; gives the way to them. `policy`: Knot signs all of them by itself, so."""
    ports = dict(zip(zones, _free_ports(len(zones)), strict=True))
    started: list[subprocess.Popen[bytes]] = []
    try:
        for address, held in zones.items():
            configuration = _written(folder / address, ports[address], held, policy)
            command = ["timeout", "--kill-after=5", str(longest), str(KNOTD), "-c", str(configuration)]
            started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for address, held in zones.items():
            _wait_for(ports[address], str(held[0].origin), folder / address / "log")
        yield ConnectTo(places=tuple(((address, 53), ("127.0.0.1", port)) for address, port in ports.items()))
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def _written(folder: Path, port: int, zones: tuple[dns.zone.Zone, ...], policy: str) -> Path:
    folder.mkdir()
    signing = {"policy": policy or "single-type-signing: on", "signing": "on" if policy else "off"}
    lines = CONFIGURATION.format(port=port, folder=folder, **signing)
    for number, zone in enumerate(zones):
        (folder / f"{number}.zone").write_text(zone.to_text(relativize=False))
        lines += f"  - domain: {zone.origin}\n    file: {number}.zone\n"
    configuration = folder / "knot.conf"
    configuration.write_text(lines)
    return configuration


def _free_ports(count: int) -> list[int]:
    """Ports that are free for UDP and TCP now; all are held until the last is found."""
    held: list[socket.socket] = []
    found: list[int] = []
    while len(found) < count:
        tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        held += [tcp, udp]
        tcp.bind(("127.0.0.1", 0))
        port: int = tcp.getsockname()[1]
        with suppress(OSError):
            udp.bind(("127.0.0.1", port))
            found.append(port)
    for one in held:
        one.close()
    return found


def _wait_for(port: int, zone: str, log: Path) -> None:
    until = time.monotonic() + STARTING
    query = dns.message.make_query(zone, "SOA")
    while time.monotonic() < until:
        with suppress(OSError, dns.exception.DNSException):
            if dns.query.udp(query, "127.0.0.1", timeout=0.5, port=port).answer:
                return
        time.sleep(0.05)
    said = log.read_text() if log.exists() else "nothing"
    raise TimeoutError(f"knotd does not answer for {zone}: {said}")
