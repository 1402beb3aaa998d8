"""The targets as this machine sees them, asked as the load balancer asks: where they admit the world."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec import Struct

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.public import why_not
from albdoctor.collect.tcp import Place, connect, place_of
from albdoctor.collect.web.http import DEFAULT_PORTS, Request, exchange, http_transport
from albdoctor.collect.web.open_ports import Door, doors
from albdoctor.collect.web.tls import handshake
from albdoctor.collect.web.trust import lenient
from albdoctor.facts.ec2 import Instances, NetworkInterfaces, PrefixLists, SecurityGroups
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.wire import TargetPortProbe, TargetProbe, TargetProbes, Tcp

if TYPE_CHECKING:
    import httpx

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
    opened = doors(groups, health, instances, interfaces, security_groups, prefix_lists)
    knocks = {(door, port): _knock(options, door, port) for door in opened for port in door.ports}
    asked = tuple(dict.fromkeys(knocks.values()))  # a target of several groups is asked once
    at_once = asyncio.Semaphore(PORTS_AT_ONCE)
    async with http_transport() as transport:
        seen = await asyncio.gather(*(_probe(transport, knock, at_once) for knock in asked))
    answers = dict(zip(asked, seen, strict=True))
    return Known(tuple(_told(door, tuple(answers[knocks[door, port]] for port in door.ports)) for door in opened))


class _Knock(Struct, frozen=True, kw_only=True):
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


def _knock(options: Options, door: Door, port: int) -> _Knock:
    return _Knock(
        connect_to=options.connect_to,
        public_address=door.public_address,
        private_address=door.private_address,
        port=port,
        path=door.path,
        name=options.host,
    )


async def _probe(transport: httpx.AsyncHTTPTransport, knock: _Knock, at_once: asyncio.Semaphore) -> TargetPortProbe:
    async with at_once:
        if why_not(knock.connect_to, knock.public_address, knock.port):
            return TargetPortProbe(port=knock.port, tcp=Tcp.UNREACHABLE)
        tcp = await connect(knock.port, knock.place)
        if tcp.tcp is not Tcp.OPEN:
            return TargetPortProbe(port=knock.port, tcp=tcp.tcp)
        # One after the other: a server with a single worker would answer only the first of them.
        tls = await handshake(knock.place, None, lenient())
        http = await exchange(transport, knock.request("http", knock.private_address))
        https = await exchange(transport, knock.request("https", knock.private_address)) if tls.completed else None
        by_name, root = None, None
        if tls.completed or http.status is not None:
            scheme = "https" if tls.completed else "http"
            by_name = await exchange(transport, knock.request(scheme, knock.name))
            if knock.path != "/":
                root = await exchange(transport, knock.request(scheme, knock.private_address, "/"))
    return TargetPortProbe(
        port=knock.port, tcp=tcp.tcp, tls=tls, http=http, https=https, http_by_name=by_name, root=root
    )


def _told(door: Door, ports: tuple[TargetPortProbe, ...]) -> TargetProbe:
    return TargetProbe(
        target_group_arn=door.group.target_group_arn,
        target_id=door.target_id,
        target_port=door.target_port,
        private_address=door.private_address,
        public_address=door.public_address,
        ports=ports,
    )
