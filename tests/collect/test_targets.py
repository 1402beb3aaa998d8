"""Targets probed directly: which ports may be asked at all, and what they answer."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import Any

import msgspec
import pytest

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.web.open_ports import OpenTarget, open_targets
from albdoctor.collect.web.targets import target_probes
from albdoctor.facts.ec2 import Instance, NetworkInterface, PrefixList, SecurityGroup
from albdoctor.facts.elb import GroupHealth, TargetGroup, TargetHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.wire import TargetPortProbe, TargetProbe, Tcp
from tests.support.build import GROUP_ARN, group, target
from tests.support.servers import LOOPBACK, Handler, answering, closed_port, closing, dripping, http, serving
from tests.support.tls import Authority

HOST = "shop.example"
PUBLIC = "203.0.113.20"
PRIVATE = "10.0.1.20"
OTHER_ARN = GROUP_ARN.replace("web-http", "other")


def instance(id_: str = "i-0abc", **fields: Any) -> Instance:
    base: dict[str, Any] = {
        "InstanceId": id_,
        "State": {"Name": "running"},
        "PrivateIpAddress": PRIVATE,
        "PublicIpAddress": PUBLIC,
        "SecurityGroups": [{"GroupId": "sg-web"}],
    }
    return msgspec.convert(base | fields, Instance)


def interface(device: int = 0, private: str = PRIVATE, public: str = PUBLIC, **fields: Any) -> NetworkInterface:
    base: dict[str, Any] = {
        "NetworkInterfaceId": f"eni-{device}",
        "PrivateIpAddress": private,
        "Association": {"PublicIp": public},
        "Attachment": {"DeviceIndex": device, "InstanceId": "i-0abc"},
        "Groups": [{"GroupId": "sg-web"}],
    }
    return msgspec.convert(base | fields, NetworkInterface)


def permission(first: int | None, last: int | None, *sources: str, protocol: str = "tcp") -> dict[str, Any]:
    return {
        "IpProtocol": protocol,
        "FromPort": first,
        "ToPort": last,
        "IpRanges": [{"CidrIp": source} for source in sources],
    }


def security_group(*permissions: dict[str, Any], id_: str = "sg-web") -> SecurityGroup:
    return msgspec.convert({"GroupId": id_, "IpPermissions": permissions}, SecurityGroup)


WORLD_80 = permission(80, 80, "0.0.0.0/0")


def opened(
    *permissions: dict[str, Any],
    groups: tuple[TargetGroup, ...] = (group(),),
    targets: tuple[TargetHealth, ...] = (target(),),
    instances: tuple[Instance, ...] = (instance(),),
    interfaces: tuple[NetworkInterface, ...] = (interface(),),
    lists: tuple[PrefixList, ...] = (),
    others: tuple[SecurityGroup, ...] = (),
) -> tuple[OpenTarget, ...]:
    health = tuple(GroupHealth(target_group_arn=one.target_group_arn, targets=Known(targets)) for one in groups)
    return open_targets(groups, health, instances, interfaces, (security_group(*permissions), *others), lists)


def ports(*permissions: dict[str, Any], **rest: Any) -> list[tuple[int, ...]]:
    return [target.ports for target in opened(*permissions, **rest)]


@pytest.mark.parametrize(
    ("permissions", "found"),
    [
        pytest.param([], [], id="no permission"),
        pytest.param([WORLD_80], [(80,)], id="one port"),
        pytest.param([permission(None, None, "0.0.0.0/0", protocol="-1")], [(80, 443, 8080)], id="all protocols"),
        pytest.param([permission(0, 65535, "0.0.0.0/0", protocol="6")], [(80, 443, 8080)], id="TCP by number"),
        pytest.param([permission(400, 9000, "10.0.0.0/8", "0.0.0.0/0")], [(443, 8080)], id="a range"),
        pytest.param([WORLD_80, permission(443, 443, "0.0.0.0/0")], [(80, 443)], id="union of permissions"),
        pytest.param([permission(0, 65535, "10.0.0.0/8", "0.0.0.0/1")], [], id="not the whole world"),
        pytest.param([permission(80, 80, "0.0.0.0/0", protocol="udp")], [], id="UDP"),
        pytest.param([WORLD_80, permission(443, 443, "0.0.0.0/0", protocol="new")], [], id="a protocol nobody knows"),
        pytest.param([permission(None, None, "0.0.0.0/0")], [], id="TCP without ports"),
        pytest.param([permission(80, 80) | {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}], [], id="IPv6 only"),
        pytest.param([permission(80, 80) | {"UserIdGroupPairs": [{"GroupId": "sg-alb"}]}], [], id="the balancer only"),
    ],
)
def test_only_what_the_world_may_reach_is_asked(
    permissions: list[dict[str, Any]], found: list[tuple[int, ...]]
) -> None:
    assert ports(*permissions) == found


def test_world_through_a_prefix_list() -> None:
    listed = permission(80, 80) | {"PrefixListIds": [{"PrefixListId": "pl-1"}]}
    assert ports(listed, lists=(PrefixList(id="pl-1", cidrs=("0.0.0.0/0",)),)) == [(80,)]
    assert ports(listed, lists=(PrefixList(id="pl-1", cidrs=("198.51.100.0/24",)),)) == []
    assert ports(listed) == []


def test_union_over_the_target_s_own_groups_only() -> None:
    second = security_group(permission(443, 443, "0.0.0.0/0"), id_="sg-two")
    assert ports(WORLD_80, others=(second,)) == [(80,)]
    both = interface(Groups=[{"GroupId": "sg-web"}, {"GroupId": "sg-two"}])
    assert ports(WORLD_80, others=(second,), interfaces=(both,)) == [(80, 443)]
    assert ports(WORLD_80, interfaces=(interface(Groups=[{"GroupId": "sg-not-seen"}]),)) == []


def test_candidates_are_traffic_port_health_check_port_and_usual_ports() -> None:
    everything = permission(0, 65535, "0.0.0.0/0")
    assert ports(everything, targets=(target(port=3000),)) == [(3000, 80, 443, 8080)]
    checked = msgspec.structs.replace(target(port=3000), health_check_port="9000")
    assert ports(everything, targets=(checked,)) == [(3000, 9000, 80, 443, 8080)]
    silent = msgspec.structs.replace(target(port=3000), health_check_port="")
    assert ports(everything, groups=(group(HealthCheckPort="9001"),), targets=(silent,)) == [
        (3000, 9001, 80, 443, 8080)
    ]
    assert ports(everything, targets=(silent,)) == [(3000, 80, 443, 8080)]


def test_where_an_instance_is_reached() -> None:
    secondary = interface(1, "10.0.9.9", "203.0.113.99", Groups=[{"GroupId": "sg-none"}])
    (primary,) = opened(WORLD_80, interfaces=(secondary, interface()))
    assert (primary.private_address, primary.public_address) == (PRIVATE, PUBLIC)
    (described,) = opened(WORLD_80, interfaces=())
    assert (described.private_address, described.public_address) == (PRIVATE, PUBLIC)
    assert opened(WORLD_80, interfaces=(interface(Association=None),), instances=(instance(PublicIpAddress=""),)) == ()
    assert opened(WORLD_80, interfaces=(), instances=()) == ()


def test_where_an_ip_target_is_reached() -> None:
    addresses = [
        {"PrivateIpAddress": PRIVATE, "Primary": True, "Association": {"PublicIp": PUBLIC}},
        {"PrivateIpAddress": "10.0.1.21", "Association": {"PublicIp": "203.0.113.21"}},
        {"PrivateIpAddress": "10.0.1.22"},
    ]
    several = (interface(PrivateIpAddresses=addresses),)
    by_ip = (group(TargetType="ip"),)
    wanted = tuple(target(address) for address in (PRIVATE, "10.0.1.21", "10.0.1.22", "10.0.1.23"))
    found = opened(WORLD_80, groups=by_ip, targets=wanted, interfaces=several, instances=())
    assert [(target.target_id, target.public_address) for target in found] == [
        (PRIVATE, PUBLIC),
        ("10.0.1.21", "203.0.113.21"),
    ]


def test_functions_and_unknown_health_have_no_door() -> None:
    assert opened(WORLD_80, groups=(group(TargetType="lambda"),)) == ()
    denied = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetHealth")
    health = (GroupHealth(target_group_arn=GROUP_ARN, targets=denied),)
    assert open_targets((group(),), health, (instance(),), (interface(),), (security_group(WORLD_80),), ()) == ()


def test_at_most_eight_targets_of_a_group() -> None:
    crowd = tuple(target(f"i-{number}") for number in range(20))
    there = tuple(instance(f"i-{number}") for number in range(20))
    assert len(opened(WORLD_80, targets=crowd, instances=there, interfaces=())) == 8


# Answers


def probed(
    served: dict[int, tuple[Handler, ssl.SSLContext | None]],
    *permissions: dict[str, Any],
    groups: tuple[TargetGroup, ...] = (group(HealthCheckPath="/health"),),
) -> tuple[TargetProbe, ...]:
    """Serve ports of the target on loopback, point the others at closed ports, and probe."""
    strays: list[str] = []

    async def scenario() -> tuple[TargetProbe, ...]:
        async with contextlib.AsyncExitStack() as stack:
            places = {port: closed_port() for port in (80, 443, 8080)}
            for port, (handler, tls) in served.items():
                places[port] = await stack.enter_async_context(serving(handler, tls))
            rules = [((PUBLIC, port), (LOOPBACK, place)) for port, place in places.items()]
            trap = await stack.enter_async_context(serving(_noting(strays)))  # rules for the name are not for targets
            rules += [((HOST, port), (LOOPBACK, trap)) for port in (80, 443, 8080, 9000)]
            options = Options(domain=HOST, host=HOST, registrable=HOST, connect_to=ConnectTo(places=tuple(rules)))
            health = tuple(
                GroupHealth(target_group_arn=one.target_group_arn, targets=Known((target(),))) for one in groups
            )
            guards = (security_group(*permissions),)
            seen = await target_probes(options, groups, health, (instance(),), (interface(),), guards, ())
        assert isinstance(seen, Known)
        return seen.value

    seen = asyncio.run(scenario())
    assert strays == []
    return seen


def _noting(visits: list[str]) -> Handler:
    async def handler(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(str(writer.get_extra_info("peername")))

    return handler


def one_port(seen: tuple[TargetProbe, ...], port: int) -> TargetPortProbe:
    (probe,) = seen
    found = probe.at(port)
    assert found is not None
    return found


def test_founding_story_target() -> None:
    """Plain HTTP on 80, nothing on 443 and 8080."""
    asked: list[bytes] = []
    three = tuple(permission(port, port, "0.0.0.0/0") for port in (80, 443, 8080))
    seen = probed({80: (_plain(asked), None)}, *three)
    assert [(probe.port, probe.tcp) for probe in seen[0].ports] == [
        (80, Tcp.OPEN),
        (443, Tcp.REFUSED),
        (8080, Tcp.REFUSED),
    ]
    assert (seen[0].private_address, seen[0].public_address, seen[0].target_port) == (PRIVATE, PUBLIC, 80)
    served = one_port(seen, 80)
    assert served.tls is not None
    assert (served.tls.server_name, served.tls.completed) == (None, False)
    assert (served.speaks_tls, served.https) == (False, None)
    assert served.http is not None
    assert (served.http.url, served.http.address, served.http.status) == (f"http://{PRIVATE}/health", PUBLIC, 200)
    assert served.http_by_name is not None
    assert served.http_by_name.url == f"http://{HOST}/health"
    assert [request.splitlines()[:3] for request in asked] == [
        [f"GET {path} HTTP/1.1".encode(), f"Host: {host}".encode(), b"User-Agent: ELB-HealthChecker/2.0"]
        for path, host in (("/health", PRIVATE), ("/health", HOST))
    ]
    assert served.root is None
    assert msgspec.json.decode(msgspec.json.encode(seen), type=tuple[TargetProbe, ...]) == seen
    refused = one_port(seen, 443)
    assert (refused.tls, refused.http, refused.https, refused.http_by_name) == (None, None, None, None)


@pytest.mark.parametrize(("status", "path"), [(404, "/health"), (500, "/health"), (404, "/"), (301, "/health")])
def test_the_root_is_asked_where_the_health_checks_path_fails(status: int, path: str) -> None:
    server = _plain([], http("", f"{status} Reason"))
    served = one_port(probed({80: (server, None)}, WORLD_80, groups=(group(HealthCheckPath=path),)), 80)
    assert served.http is not None
    assert served.http.status == status
    assert (served.root is not None) is (status >= 400 and path != "/")
    assert served.root is None or served.root.url == f"http://{PRIVATE}/"


def _plain(asked: list[bytes], answer: bytes = http("ok")) -> Handler:
    """A plain server that reads a line, as most do: a ClientHello makes it answer 400."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = await reader.readuntil(b"\n")
        if start.startswith(b"GET "):
            asked.append(start + await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
        else:
            writer.write(http("", "400 Bad Request"))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return handler


def test_target_that_speaks_tls(tmp_path: Path) -> None:
    names: list[str | None] = []
    tls = Authority().issue("internal.example", self_signed=True).server_context(tmp_path)
    tls.sni_callback = lambda _session, name, _context: names.append(name)
    asked: list[bytes] = []
    seen = probed({8080: (answering(http("", "404 Not Found"), asked), tls)}, permission(8080, 8080, "0.0.0.0/0"))
    port = one_port(seen, 8080)
    assert port.speaks_tls
    assert port.tls is not None
    assert [certificate.names for certificate in port.tls.chain] == [("internal.example",)]
    assert port.http is not None
    assert (port.http.status, bool(port.http.failure)) == (None, True)
    assert port.https is not None
    assert (port.https.url, port.https.status) == (f"https://{PRIVATE}:8080/health", 404)
    assert port.http_by_name is not None
    assert port.http_by_name.url == f"https://{HOST}:8080/health"
    assert port.root is not None
    assert port.root.url == f"https://{PRIVATE}:8080/"
    assert [request.splitlines()[1] for request in asked] == [
        f"Host: {host}:8080".encode() for host in (PRIVATE, HOST, PRIVATE)
    ]
    assert set(names) == {None}


def test_redirects_of_targets_are_not_followed() -> None:
    answer = http("", "301 Moved Permanently", Location=f"https://{HOST}/")
    port = one_port(probed({80: (dripping(answer, b""), None)}, WORLD_80), 80)
    assert port.http is not None
    assert (port.http.status, port.http.header("location")) == (301, f"https://{HOST}/")


def test_port_that_speaks_neither() -> None:
    port = one_port(probed({80: (closing, None)}, WORLD_80), 80)
    assert port.tls is not None
    assert port.http is not None
    assert (port.tcp, port.tls.completed, port.http.failure) == (Tcp.OPEN, False, "reset")
    assert (port.https, port.http_by_name) == (None, None)


def test_target_of_two_groups_is_asked_once() -> None:
    asked: list[bytes] = []
    same = {"HealthCheckPath": "/health"}
    two = (group(**same), group(TargetGroupArn=OTHER_ARN, **same))
    seen = probed({80: (_plain(asked), None)}, WORLD_80, groups=two)
    assert [probe.target_group_arn for probe in seen] == [GROUP_ARN, OTHER_ARN]
    assert seen[0].ports == seen[1].ports
    assert len(asked) == 2


def test_nothing_is_sent_where_nothing_is_open() -> None:
    visits: list[str] = []
    assert probed({80: (_noting(visits), None)}, permission(80, 80, "10.0.0.0/8")) == ()
    assert visits == []
