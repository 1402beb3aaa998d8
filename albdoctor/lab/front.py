"""The load balancers' data plane: a place for each node and listener port, following the account live."""

from __future__ import annotations

import asyncio
import itertools
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from albdoctor.lab import rules
from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_elb import LAMBDA, Health, protocols_of
from albdoctor.lab.forwarding import ANSWER_SECONDS, Outcome, exchange, failed, unreachable
from albdoctor.lab.health import HealthChecker
from albdoctor.lab.http import MOST_HEAD_BYTES, MalformedError, Request, Response, read_request
from albdoctor.lab.loop import Loop
from albdoctor.lab.packets import CLIENT, CLIENT_6, Packets
from albdoctor.lab.places import Address, Places
from albdoctor.lab.serving import Behaviour, Closed, Connection, Servers, Wanted
from albdoctor.lab.sni import CertificateFor, Certificates
from albdoctor.lab.state import DEFAULT_IDLE_TIMEOUT, Balancer, Group, Interface, Listener, State

USUAL_PORTS = (80, 443)
TITLE_400 = b"<title>400 Bad Request</title>"
TITLE_PLAIN = b"<title>400 The plain HTTP request was sent to HTTPS port</title>"


class Front:
    """What clients in the internet meet at the balancers' nodes."""

    def __init__(
        self,
        api: AwsApi,
        packets: Packets,
        checker: HealthChecker,
        loop: Loop,
        inside: Places,
        internet: Places,
        certificate_for: CertificateFor,
    ) -> None:
        """Stand in front of an account's targets."""
        self._api = api
        self._state: State = api.state
        self._packets = packets
        self._checker = checker
        self._inside = inside
        self._servers = Servers(loop, internet)
        self._certificates = Certificates(certificate_for)
        self.instead: dict[str, ssl.SSLContext] = {}
        """Public addresses of nodes at which somebody else ends TLS, and how."""
        self._behaviours: dict[tuple[str, str], Behaviour] = {}
        self._turn = itertools.count()
        self._lock = threading.RLock()
        self._threads = ThreadPoolExecutor(8, "lab-front")

    def __enter__(self) -> Self:
        """Open the places of what the account has."""
        self.sync()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every node."""
        self._servers.close()
        self._threads.shutdown(cancel_futures=True)

    def sync(self) -> None:
        """Open, close and silence places as the account is now; what is gone falls silent."""
        with self._lock:
            wanted: dict[Address, Wanted] = dict.fromkeys(self._servers.known(), Closed.SILENT)
            for balancer in self._state.balancers():
                for node in balancer.nodes:
                    wanted |= self._node(balancer, node)
            self._servers.set_all(wanted)

    def _node(self, balancer: Balancer, node: Interface) -> dict[Address, Wanted]:
        """What the places of one node are, at each of its addresses."""
        wanted: dict[Address, Wanted] = {}
        for address in balancer.addresses_of(node):
            wanted |= self._at(address, balancer, node)
        return wanted

    def _at(self, address: str, balancer: Balancer, node: Interface) -> dict[Address, Wanted]:
        """What the places of one address are; an internal balancer has no way from the internet."""
        client = CLIENT_6 if ":" in address else CLIENT
        listeners = {listener.port: listener for listener in balancer.listeners}
        known = {port for other, port in self._servers.known() if other == address}
        wanted: dict[Address, Wanted] = {}
        for port in {*USUAL_PORTS, *listeners, *known}:
            if balancer.internal or not self._packets.client_to_node(node, port, client):
                wanted[address, port] = Closed.SILENT
            elif port in listeners:
                wanted[address, port] = self._served(balancer, listeners[port], node)
            else:
                wanted[address, port] = Closed.REFUSED
        return wanted

    def _served(self, balancer: Balancer, listener: Listener, node: Interface) -> Wanted:
        """What a listener does with a connection; that of a Network Load Balancer passes it on to another balancer."""
        if not balancer.network:
            return self._behaviour(listener, node)
        group = self._state.group(rules.group_of(listener.rules[-1].actions[-1]))
        for arn, port in group.targets if group and group.type == "alb" else ():
            behind = self._state.balancer(arn)
            for inner in behind.listeners if behind else ():
                if behind and inner.port == port and self._packets.node_to_node(node, behind.nodes[0], port):
                    return self._behaviour(inner, behind.nodes[0])
        return Closed.SILENT

    def _behaviour(self, listener: Listener, node: Interface) -> Behaviour:
        """One behaviour for each listener and node; what it does is read from the account at each connection."""
        key = (listener.arn, node.address)
        if key not in self._behaviours:
            balancer, arn = listener.balancer, listener.arn

            async def handle(connection: Connection) -> bytes:
                return await self._answer(balancer, arn, node, connection)

            self._behaviours[key] = Behaviour(
                handle=handle,
                tls=lambda: self.instead.get(node.public) or self._tls(balancer, arn),
                tls_failed=lambda: self._api.count("ClientTLSNegotiationErrorCount", balancer),
            )
        return self._behaviours[key]

    def _listener(self, balancer_arn: str, arn: str) -> Listener | None:
        balancer = self._state.balancer(balancer_arn)
        return next((one for one in balancer.listeners if one.arn == arn), None) if balancer else None

    def _tls(self, balancer: str, arn: str) -> ssl.SSLContext | None:
        listener = self._listener(balancer, arn)
        if listener is None or listener.protocol != "HTTPS":
            return None
        return self._certificates.context(listener.certificates, protocols_of(listener.ssl_policy))

    # --- one request -----------------------------------------------------------------------------------------

    async def _answer(self, balancer: str, arn: str, node: Interface, connection: Connection) -> bytes:
        listener = self._listener(balancer, arn)
        if listener is None:
            return b""
        if connection.began_tls != connection.tls or (listener.protocol == "HTTPS") != connection.tls:
            await connection.reader.read(MOST_HEAD_BYTES)  # closing with unread bytes would reset the connection
            page = rules.own_answer(400)
            plain = not connection.began_tls
            body = page.body.replace(TITLE_400, TITLE_PLAIN) if plain else page.body
            return Response(400, body, page.headers).encode()
        try:
            request = await read_request(connection.reader)
        except MalformedError:
            return rules.own_answer(400).encode()
        return (await self._counted(listener, node, request)).encode(request.method)

    async def fetch(self, balancer_arn: str, port: int, request: Request, client: str) -> Response | Closed:
        """Ask a balancer over https from an address, as a CDN does; or what its port is like from there."""
        balancer = self._state.balancer(balancer_arn)
        if balancer is None or not self._packets.client_to_node(balancer.nodes[0], port, client):
            return Closed.SILENT
        listener = next((one for one in balancer.listeners if one.port == port and one.protocol == "HTTPS"), None)
        return await self._counted(listener, balancer.nodes[0], request) if listener else Closed.REFUSED

    async def _counted(self, listener: Listener, node: Interface, request: Request) -> Response:
        """The answer to one request; CloudWatch's counters move."""
        self._api.count("RequestCount", listener.balancer)
        outcome, group = await self._act(listener, node, request)
        for metric in outcome.metrics:
            self._api.count(metric, listener.balancer, group)
        return outcome.response

    async def _act(self, listener: Listener, node: Interface, request: Request) -> tuple[Outcome, str | None]:
        """Do what the matching rule says, if no web ACL refuses; gives also the group that was meant, if any."""
        if self._state.refuses(listener.balancer):
            return Outcome(rules.own_answer(403), ("HTTPCode_ELB_4XX_Count",)), None
        action: dict[str, Any] = rules.chosen_rule(listener, request, CLIENT).actions[-1]
        if action["Type"] == "redirect":
            response = rules.redirect(action["RedirectConfig"], request, listener)
            return Outcome(response, ("HTTP_Redirect_Count", "HTTPCode_ELB_3XX_Count")), None
        if action["Type"] == "fixed-response":
            return Outcome(rules.fixed(action["FixedResponseConfig"]), ("HTTP_Fixed_Response_Count",)), None
        arn = rules.group_of(action)
        group = self._state.group(arn)
        if group and group.version != "HTTP1":  # the lab's listeners and clients speak HTTP/1.1
            return Outcome(rules.own_answer(464), ("HTTPCode_ELB_4XX_Count",)), arn
        return (await self._forward(listener, node, group, request) if group else failed(503)), arn

    async def _forward(self, listener: Listener, node: Interface, group: Group, request: Request) -> Outcome:
        targets = await self._usable(group, node)
        if not targets:
            return failed(503)
        target_id, port = targets[next(self._turn) % len(targets)]
        if group.type == LAMBDA:
            return self._api.functions.invoke(target_id, group.arn)
        instance = self._state.target(target_id)
        if instance is None or not self._packets.node_to_instance(node, instance, port):
            return await unreachable()
        loopback_port = self._inside.port_of(instance.interface.address, port)
        return await exchange(
            _forwarded(request, listener),
            loopback_port,
            tls=group.protocol == "HTTPS",
            patience=self._patience(listener.balancer),
        )

    def _patience(self, balancer_arn: str) -> float:
        """The seconds that the idle timeout of a balancer is here."""
        balancer = self._state.balancer(balancer_arn)
        return ANSWER_SECONDS * balancer.idle_timeout / DEFAULT_IDLE_TIMEOUT if balancer else ANSWER_SECONDS

    async def _usable(self, group: Group, node: Interface) -> list[tuple[str, int]]:
        """The healthy targets; when there is none, all that are in use (fail-open): a lone one gets every request."""
        used = [(id_, port) for id_, port in group.targets if self._checker.unused(group, id_) is None]
        if group.crosses_zones:
            used = [one for one in used if one[0] not in self._state.elb.shifted]
        else:
            used = [one for one in used if (at := self._state.target(one[0])) and at.interface.zone == node.zone]
        if len(used) < 2:
            return used
        loop = asyncio.get_running_loop()
        checks = (loop.run_in_executor(self._threads, self._checker.check, group.arn, *target) for target in used)
        found: list[Health] = await asyncio.gather(*checks)
        healthy = [target for target, health in zip(used, found, strict=True) if health.state == "healthy"]
        return healthy or used


def _forwarded(request: Request, listener: Listener) -> Request:
    """The request as a target gets it: Host as it was, X-Forwarded-* added."""
    kept = [(name, value) for name, value in request.headers if not _replaced(name)]
    before = request.header("x-forwarded-for")
    added = [
        ("X-Forwarded-For", f"{before}, {CLIENT}" if before else CLIENT),
        ("X-Forwarded-Proto", listener.protocol.lower()),
        ("X-Forwarded-Port", str(listener.port)),
        ("Connection", "close"),
    ]
    return Request(request.method, request.target, (*kept, *added), request.body)


def _replaced(name: str) -> bool:
    return name.lower() in ("connection", "keep-alive", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port")
