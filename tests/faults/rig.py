"""A lab, and faulty scans of it: several at once, each with its own way to AWS and its own misbehaving servers."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import io
import os
import socket
import time
import traceback
from collections.abc import Coroutine, Generator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from albdoctor.api import collect, judge
from albdoctor.collect.keywords import options_for
from albdoctor.collect.options import Options
from albdoctor.facts.known import Known
from albdoctor.facts.snapshot import Facts
from albdoctor.lab.loop import LOOPBACK, Loop
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.world import World
from albdoctor.policy import Policy
from albdoctor.report import json as as_json
from albdoctor.report import terminal
from albdoctor.report.model import Report
from tests.faults import absurd, names, streams
from tests.faults.aws_proxy import AwsProxy
from tests.faults.fault import DATAGRAM_PORT, Area, Fault
from tests.faults.traps import TRAPPED, Trap

T = TypeVar("T")

TIMEOUT = 8.0
"""Seconds that a faulty scan has."""

WARMING = 6
"""Undisturbed scans that are tried at most."""
PATIENCE = 60.0
"""Seconds for one step of the misbehaving servers."""
OWN_PORT = 22
"""A port of the probed addresses that only a redirect names."""

WORLDS = {
    "healthy": ("healthy", "shop.example"),
    "founding-story": ("founding-story", "shop.example"),
    "healthy-rdap": ("healthy", "albdoctor-shop.com"),
}
"""Scenario and domain of each world; under .com the registration comes by RDAP, under .example by WHOIS."""

Place = tuple[str, int]


@dataclasses.dataclass(frozen=True)
class Seen:
    """What became of one scan."""

    facts: Facts | None
    report: Report | None
    seconds: float
    crash: str = ""
    """The traceback, where there is one."""


@dataclasses.dataclass(frozen=True)
class Targets:
    """Who can be made to misbehave."""

    operations: tuple[str, ...]
    """As "service:operation", those that an undisturbed scan asks for."""
    dns: dict[str, tuple[Place, ...]]
    """Groups of name servers: roots, parents, the zone's, the resolver."""
    web: tuple[Place, ...]
    """Addresses and ports that an undisturbed scan probes."""
    registration: Place


class Patient(Loop):
    """A loop that may take long for what it runs: microburst reads the API models in it, on a busy machine."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the loop and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)


class Rig:
    """One world and what disturbs it; one at a time in a process. Scans may run in several threads, one a slot."""

    def __init__(self, world_name: str, slots: int) -> None:
        """Choose the world, and how many scans run at once."""
        scenario, self.domain = WORLDS[world_name]
        self.name = world_name
        self._plan = dataclasses.replace(find(scenario).plan, domain=self.domain)
        self._slots = slots
        self._stack = ExitStack()
        self._loop = Patient("faults")
        self._proxies: list[AwsProxy] = []
        self.traps = Trap()

    def __enter__(self) -> Self:
        """Build the world."""
        with ExitStack() as stack:
            self.world = stack.enter_context(World())
            build(self.world, self._plan)
            stack.enter_context(self._loop)
            stack.callback(self._close)
            for _ in range(self._slots):
                proxy = AwsProxy(self.world.aws.endpoint)
                self._loop.run(proxy.open())
                self._proxies.append(proxy)
            self._loop.run(self.traps.open())
            stack.enter_context(_environment(self._profiles()))
            self._options = self._undisturbed_options()
            self._stack = stack.pop_all()
        self.baseline = self._undisturbed()
        self.targets = self._targets()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take everything down."""
        self._stack.close()

    def scan(self, slot: int, faults: Sequence[Fault]) -> Seen:
        """Scan once while this misbehaves."""
        proxy = self._proxies[slot]
        with ExitStack() as stack:
            self._loop.run(proxy.misbehave([fault for fault in faults if fault.area is Area.AWS]))
            moved = self._servers(faults, stack)
            honest = self._options.connect_to.places
            places = tuple(
                (meant, moved.get(meant, place))
                for meant, place in (
                    *self._options.connect_to.places,
                    *(((address, OWN_PORT), place) for (address, port), place in honest if port == 80),
                    *((trap, self.traps.place) for trap in TRAPPED),
                )
            )
            options = msgspec.structs.replace(
                self._options,
                profiles=(f"slot-{slot}",),
                connect_to=msgspec.structs.replace(self._options.connect_to, places=places),
            )
            return _scan(options)

    def heard(self) -> tuple[tuple[str, bytes], ...]:
        """What AWS answered in an undisturbed scan: service and operation, body."""
        self.scan(0, ())
        return tuple(self._proxies[0].heard)

    def _undisturbed(self) -> Seen:
        """Scan until everything is warm: the first scans read API models, here and in microburst."""
        for _ in range(WARMING):
            self.world.aws.requests.clear()
            seen = self.scan(0, ())
            if seen.report and not any(check.gaps for check in seen.report.checks):
                return seen
        raise RuntimeError(f"none of {WARMING} undisturbed scans is complete")

    def _servers(self, faults: Sequence[Fault], stack: ExitStack) -> dict[Place, Place]:
        """Open a misbehaving server for each place of the faults."""
        honest = dict(self._options.connect_to.places)
        moved: dict[Place, Place] = {}
        for fault in faults:
            if fault.area is Area.AWS:
                continue
            for where in fault.where:
                address, _, port = where.rpartition(":")
                meant = (address, int(port))
                if meant not in moved:
                    moved[meant] = (LOOPBACK, self._server(fault, meant, honest[meant], stack))
        return moved

    def _server(self, fault: Fault, meant: Place, honest: Place, stack: ExitStack) -> int:
        if meant[1] == DATAGRAM_PORT:
            if fault.kind == names.DEAD:
                return self._closed_port(stack)
            server: names.FaultyServer | streams.FaultyStream = names.FaultyServer(fault, honest)
        elif fault.kind == "tcp-refused":
            return self._closed_port(stack)
        else:
            server = self._stream(fault, meant)
        self._loop.run(server.open())
        stack.callback(lambda: self._loop.run(server.close()))
        return server.port

    def _stream(self, fault: Fault, meant: Place) -> streams.FaultyStream:
        scripts = streams.RDAP | streams.HTTP | streams.TLS | streams.WHOIS
        behind_tls = meant[1] == 443 and fault.kind not in streams.RAW | streams.TLS
        tls = None
        script = scripts.get(fault.kind, streams.fine)
        if fault.kind in absurd.KINDS:
            tls = absurd.context(fault.kind, self._host_of(meant), self.world.folder)
        elif behind_tls:
            tls = self.world.authority.server_context((self._host_of(meant),))
        return streams.FaultyStream(script, lambda number: fault.lot(meant, number), tls)

    def _host_of(self, meant: Place) -> str:
        return meant[0] if meant == self.targets.registration else self.domain

    def _closed_port(self, stack: ExitStack) -> int:
        """A port that is ours and on which nobody listens."""
        held = stack.enter_context(socket.socket())
        held.bind((LOOPBACK, 0))
        port: int = held.getsockname()[1]
        return port

    def _close(self) -> None:
        self._loop.run(self.traps.close())
        for proxy in self._proxies:
            self._loop.run(proxy.close())

    def _profiles(self) -> Path:
        """Write a profile for each slot: only there the endpoint can differ between threads."""
        environment = self.world.environment
        path = self.world.folder / "aws-config"
        lines: list[str] = []
        for number, proxy in enumerate(self._proxies):
            lines += [
                f"[profile slot-{number}]",
                f"endpoint_url = {proxy.endpoint}",
                f"region = {environment['AWS_REGION']}",
                f"aws_access_key_id = {environment['AWS_ACCESS_KEY_ID']}",
                f"aws_secret_access_key = {environment['AWS_SECRET_ACCESS_KEY']}",
            ]
        path.write_text("\n".join(lines))
        return path

    def _undisturbed_options(self) -> Options:
        words = self.world.flags
        flags: dict[str, list[str]] = {}
        for flag, value in zip(words[::2], words[1::2], strict=True):
            flags.setdefault(flag, []).append(value)
        return options_for(
            self.domain,
            timeout=TIMEOUT,
            resolvers=tuple(flags["--resolver"]),
            dns_roots=tuple(flags["--dns-root"]),
            ca_bundle=flags["--ca-bundle"][0],
            connect_to=tuple(flags["--connect-to"]),
        )

    def _targets(self) -> Targets:
        facts = self.baseline.facts
        if facts is None:
            raise RuntimeError(f"the undisturbed scan crashed: {self.baseline.crash}")
        delegation, probes, targets = facts.delegation, facts.probes, facts.target_probes
        assert isinstance(delegation, Known)
        assert isinstance(probes, Known)
        assert isinstance(targets, Known)
        known = {meant for meant, _ in self._options.connect_to.places}
        *above, zone = delegation.value.cuts
        servers = {
            "roots": self._options.dns_roots,
            "parents": tuple((address, 53) for cut in above for ns in cut.nameservers for address in ns.addresses),
            "zone": tuple((address, 53) for ns in zone.nameservers for address in ns.addresses),
            "resolver": self._options.resolvers,
        }
        web = [(probe.address, port) for probe in probes.value.addresses for port in (80, 443)]
        web += [(probe.public_address, each.port) for probe in targets.value for each in probe.ports]
        return Targets(
            operations=tuple(sorted({f"{service}:{operation}" for service, operation in self.world.aws.requests})),
            dns={name: tuple(each for each in group if each in known) for name, group in servers.items()},
            web=tuple(dict.fromkeys(place for place in web if place in known)),
            registration=("rdap.verisign.com", 443) if self.domain.endswith(".com") else ("whois.nic.example", 43),
        )


def _scan(options: Options) -> Seen:
    """Collect, judge and write the report, as the command does."""
    started = time.monotonic()
    try:
        facts = collect(options)
        report = judge(facts, Policy())
        seconds = time.monotonic() - started
        as_json.render((report,))
        terminal.write(report, io.StringIO())
    except Exception:  # noqa: BLE001 - a crash is what we look for
        return Seen(None, None, time.monotonic() - started, traceback.format_exc())
    return Seen(facts, report, seconds)


@contextlib.contextmanager
def _environment(config: Path) -> Generator[None]:
    """Let botocore read our profiles and nothing of the user's."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
