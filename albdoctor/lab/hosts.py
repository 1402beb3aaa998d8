"""The machines behind target groups: real servers on loopback, one for each port on which a process listens."""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from albdoctor.lab.apps import Service
from albdoctor.lab.distance import Distance
from albdoctor.lab.host_rules import HostRules
from albdoctor.lab.http import MOST_HEAD_BYTES, MalformedError, Request, Response, read_request
from albdoctor.lab.loop import Loop
from albdoctor.lab.packets import Packets
from albdoctor.lab.places import Address, Places
from albdoctor.lab.serving import Behaviour, Closed, Connection, Servers, Wanted
from albdoctor.lab.state import Instance, State
from albdoctor.lab.tls import server_context

USUAL_PORTS = (80, 443, 8080)
NGINX_400 = (
    b"<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>\r\n"
    b"<center><h1>400 Bad Request</h1></center>\r\n"
    b"<center>The plain HTTP request was sent to HTTPS port</center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
HTML = ("Content-Type", "text/html")


class Host:
    """One machine and the processes on it; an instance id names it."""

    def __init__(self, hosts: Hosts, instance_id: str, services: Mapping[int, Service]) -> None:
        """Let processes listen on ports."""
        self._hosts = hosts
        self.instance_id = instance_id
        self.services = dict(services)
        self.rules: HostRules | None = None
        """Its own firewall; None: it has none."""

    def start(self, port: int, service: Service) -> None:
        """Start a process on a port, in place of the one there."""
        self.services[port] = service
        self._hosts.sync()

    def filter(self, rules: HostRules | None) -> None:
        """Let its own firewall have these rules."""
        self.rules = rules
        self._hosts.sync()

    def stop(self, port: int) -> None:
        """End the process on a port; without one nothing happens."""
        self.services.pop(port, None)
        self._hosts.sync()


class Hosts:
    """All machines. `inside` holds their private addresses (the balancer's way), `internet` their public ones."""

    def __init__(self, state: State, packets: Packets, loop: Loop, inside: Places, internet: Places) -> None:
        """Stand behind places."""
        self._state = state
        self._packets = packets
        self._inside = Servers(loop, inside, Distance())  # the balancer's nodes stand beside them
        self._internet = Servers(loop, internet)
        self._lock = threading.RLock()
        self._hosts: dict[str, Host] = {}
        self._behaviours: dict[int, tuple[Service, Behaviour]] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="albdoctor-hosts-")
        self._tls = _self_signed(Path(self._folder.name))

    def __enter__(self) -> Self:
        """Start with no machine."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every process."""
        self._inside.close()
        self._internet.close()
        self._folder.cleanup()

    def run(self, instance_id: str, services: Mapping[int, Service]) -> Host:
        """Say what runs on an instance."""
        self._hosts[instance_id] = Host(self, instance_id, services)
        self.sync()
        return self._hosts[instance_id]

    def host(self, instance_id: str) -> Host:
        """The machine of an instance; one on which nothing runs when nobody said otherwise."""
        return self._hosts.setdefault(instance_id, Host(self, instance_id, {}))

    def listening(self, instance_id: str) -> tuple[Address, ...]:
        """The local addresses and ports on which processes of an instance listen, as the machine itself sees them."""
        services = sorted(self.host(instance_id).services.items())
        return tuple(("127.0.0.1" if service.loopback_only else "0.0.0.0", port) for port, service in services)  # noqa: S104 - no bind

    def saved_rules(self, instance_id: str) -> str:
        """What `iptables-save` prints on an instance."""
        rules = self.host(instance_id).rules
        return rules.saved() if rules else ""

    def sync(self) -> None:
        """Open, close and silence places as the account and the processes are now; what is gone falls silent."""
        with self._lock:
            inside, internet = self._all_silent(self._inside), self._all_silent(self._internet)
            for instance in self._state.instances():
                for port in self._ports(instance):
                    wanted = self._wanted(instance, port)
                    inside[instance.interface.address, port] = wanted
                    if instance.interface.public:
                        reached = self._packets.client_to_instance(instance, port)
                        internet[instance.interface.public, port] = wanted if reached else Closed.SILENT
            self._inside.set_all(inside)
            self._internet.set_all(internet)

    @staticmethod
    def _all_silent(servers: Servers) -> dict[Address, Wanted]:
        return dict.fromkeys(servers.known(), Closed.SILENT)

    def _wanted(self, instance: Instance, port: int) -> Wanted:
        if not instance.running:
            return Closed.SILENT
        host = self.host(instance.id)
        if host.rules and not host.rules.admits(port):
            return Closed.SILENT
        service = host.services.get(port)
        if service is None or service.loopback_only:
            return Closed.REFUSED
        return self._behaviour(service)

    def _ports(self, instance: Instance) -> Iterable[int]:
        """The ports anybody may try: the usual ones, those of processes, and those of target groups."""
        ports = {*USUAL_PORTS, *self.host(instance.id).services}
        for group in self._state.groups():
            for id_, port in group.targets:
                if id_ in (instance.id, instance.interface.address):
                    ports |= {port, group.port_checked(port)}
        return sorted(ports)

    def _behaviour(self, service: Service) -> Behaviour:
        """One behaviour for each service, so that a server whose service stays is left alone."""
        known = self._behaviours.get(id(service))
        if known is None:
            known = (service, Behaviour(handle=_handler(service), tls=lambda: self._tls if service.tls else None))
            self._behaviours[id(service)] = known
        return known[1]


def _handler(service: Service) -> Callable[[Connection], Awaitable[bytes]]:
    async def handle(connection: Connection) -> bytes:
        return await _answer(service, connection)

    return handle


async def _answer(service: Service, connection: Connection) -> bytes:
    """What the process sends back; nothing: it closes the connection."""
    if not service.speaks_http or connection.began_tls != connection.tls or service.tls != connection.tls:
        await connection.reader.read(MOST_HEAD_BYTES)  # closing with unread bytes would reset the connection
    if not service.speaks_http:
        banner = await service.respond(Request("", ""))
        return banner.body if banner else b""
    if connection.began_tls and not connection.tls:  # a handshake where plain HTTP is spoken
        return Response(400, b"Bad Request\n").encode()
    if service.tls and not connection.tls:
        return Response(400, NGINX_400, (("Server", "nginx"), HTML)).encode() if service.answers_plain else b""
    try:
        request = await read_request(connection.reader)
    except MalformedError:
        return Response(400, b"Bad Request\n").encode()
    response = await service.respond(request)
    return response.encode(request.method) if response else b""


def _self_signed(folder: Path) -> ssl.SSLContext:
    """A TLS context with a certificate that nobody but itself vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ip-10-0-1-10")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("10.0.1.10"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "host.pem"
    pem.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return server_context(pem)
