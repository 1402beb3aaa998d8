"""The targets as this machine sees them, asked as the load balancer asks: where they admit the world."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec import Struct

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.public import why_not
from albdoctor.collect.tcp import Place, connect, place_of
from albdoctor.collect.web.http import DEFAULT_PORTS, Request, exchange, http_transport
from albdoctor.collect.web.open_ports import OpenTarget, open_targets
from albdoctor.collect.web.tls import handshake
from albdoctor.collect.web.trust import lenient
from albdoctor.facts.ec2 import Instances, NetworkInterfaces, PrefixLists, SecurityGroups
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.wire import Exchange, TargetPortProbe, TargetProbe, TargetProbes, Tcp

if TYPE_CHECKING:
    from albdoctor.collect.web.http_library import httpx

HEALTH_CHECKER = "ELB-HealthChecker/2.0"
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html"""
PORTS_AT_ONCE = 64


async def target_probes(
    options: Options,
    groups: TargetGroups,
    health: GroupsHealth,
    instances: Instances,
    interfaces: NetworkInterfaces,
    security_groups: SecurityGroups,
    prefix_lists: PrefixLists,
) -> Observed[TargetProbes]:
    """Send each reachable target its health check, at its public address, on the ports that are open to the world.

    Always `Known`: a target that may not be probed does not appear, and one that cannot be reached says so.
    """
    opened = open_targets(groups, health, instances, interfaces, security_groups, prefix_lists)
    asks = {(target, port): _ask(options, target, port) for target in opened for port in target.ports}
    asked = tuple(dict.fromkeys(asks.values()))  # a target of several groups is asked once
    at_once = asyncio.Semaphore(PORTS_AT_ONCE)
    async with http_transport() as transport:
        seen = await asyncio.gather(*(_probe(transport, ask, at_once) for ask in asked))
    answers = dict(zip(asked, seen, strict=True))
    return Known(tuple(_told(target, tuple(answers[asks[target, port]] for port in target.ports)) for target in opened))


class _Ask(Struct, frozen=True, kw_only=True):
    """One port of one target, and what is asked there."""

    connect_to: ConnectTo
    public_address: str
    private_address: str
    port: int
    path: str
    name: str

    @property
    def place(self) -> Place:
        """Where the socket is opened: rules for the scanned name are not for its targets."""
        return place_of(self.connect_to, self.public_address, self.port)

    def request(self, scheme: str, host: str, path: str = "") -> Request:
        """Write the health check's request for a Host; another path asks for that instead."""
        netloc = host if self.port == DEFAULT_PORTS[scheme] else f"{host}:{self.port}"
        return Request(
            url=f"{scheme}://{netloc}{path or self.path}",
            address=self.public_address,
            port=self.port,
            place=self.place,
            host=netloc,
            server_name=self.public_address,  # an address: no SNI, as the load balancer sends none to targets
            user_agent=HEALTH_CHECKER,
        )


def _ask(options: Options, target: OpenTarget, port: int) -> _Ask:
    return _Ask(
        connect_to=options.connect_to,
        public_address=target.public_address,
        private_address=target.private_address,
        port=port,
        path=target.path,
        name=options.host,
    )


async def _probe(transport: httpx.AsyncHTTPTransport, ask: _Ask, at_once: asyncio.Semaphore) -> TargetPortProbe:
    async with at_once:
        if why_not(ask.connect_to, ask.public_address, ask.port):
            return TargetPortProbe(port=ask.port, tcp=Tcp.UNREACHABLE)
        tcp = await connect(ask.port, ask.place)
        if tcp.tcp is not Tcp.OPEN:
            return TargetPortProbe(port=ask.port, tcp=tcp.tcp)
        # One after the other: a server with a single worker would answer only the first of them.
        tls = await handshake(ask.place, None, lenient())
        http = await exchange(transport, ask.request("http", ask.private_address))
        https = await exchange(transport, ask.request("https", ask.private_address)) if tls.completed else None
        by_name, root = None, None
        if tls.completed or http.status is not None:
            scheme = "https" if tls.completed else "http"
            by_name = await exchange(transport, ask.request(scheme, ask.name))
            if ask.path != "/" and _failed(http, https):
                root = await exchange(transport, ask.request(scheme, ask.private_address, "/"))
    return TargetPortProbe(port=ask.port, tcp=tcp.tcp, tls=tls, http=http, https=https, http_by_name=by_name, root=root)


def _failed(*answers: Exchange | None) -> bool:
    """Another path is worth asking for where the health check's own is answered with an error."""
    return any(answer is not None and answer.status is not None and answer.status >= 400 for answer in answers)


def _told(target: OpenTarget, ports: tuple[TargetPortProbe, ...]) -> TargetProbe:
    return TargetProbe(
        target_group_arn=target.group.target_group_arn,
        target_id=target.target_id,
        target_port=target.target_port,
        private_address=target.private_address,
        public_address=target.public_address,
        ports=ports,
    )
