"""Processes on targets, health checks of them, and direct probes from the internet."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator

import pytest

from albdoctor.lab import apps
from albdoctor.lab.health import matches
from albdoctor.lab.tls import unverified
from tests.lab.ground import RunningLab, Shop, lab

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def running() -> Iterator[RunningLab]:
    with lab() as one:
        yield one


@pytest.fixture(scope="module")
def shop(running: RunningLab) -> Shop:
    return running.shop()


@pytest.fixture
def anew(running: RunningLab, shop: Shop) -> Iterator[Shop]:
    """The shop, on whose machine nothing runs yet."""
    running.ground.hosts.run(shop.machine.id, {})
    yield shop
    running.api.client("elbv2").modify_target_group(
        TargetGroupArn=shop.group,
        HealthCheckProtocol="HTTP",
        HealthCheckPort="traffic-port",
        HealthCheckPath="/",
        Matcher={"HttpCode": "200"},
    )


def get(
    running: RunningLab,
    address: str,
    port: int,
    path: str = "/",
    *,
    tls: bool = False,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Send a request from the internet; give status, headers (names lower case) and body."""
    raw = socket.create_connection(("127.0.0.1", running.internet.port_of(address, port)), timeout=10)
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.sock = unverified().wrap_socket(raw) if tls else raw
        connection.request("GET", path, headers={"Host": address} | (headers or {}))
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.headers.items()}, response.read()
    finally:
        connection.close()
        raw.close()


def checks(running: RunningLab, shop: Shop, **settings: object) -> str:
    """Change the health check and give the target's health."""
    running.api.client("elbv2").modify_target_group(TargetGroupArn=shop.group, **settings)
    return running.health(shop.group)


FAILED = "unhealthy Target.FailedHealthChecks {} Health checks failed"
MISMATCH = "unhealthy Target.ResponseCodeMismatch 80 Health checks failed with these codes: [{}]"


@pytest.mark.parametrize(
    ("service", "health"),
    [
        (apps.plain(), "healthy - 80 -"),
        (apps.plain({"/": 404}), MISMATCH.format(404)),
        (apps.plain({"/": 503}), MISMATCH.format(503)),
        (apps.tls(), MISMATCH.format(400)),
        (apps.tls(answers_plain=False), FAILED.format(80)),
        (apps.redirects_to_https(), MISMATCH.format(301)),
        (apps.redirects_to_login(), MISMATCH.format(302)),
        (apps.rejects_hosts_but("shop.example"), MISMATCH.format(400)),
        (apps.rejects_hosts_but("10.0.1.10"), "healthy - 80 -"),
        (apps.slow(), "unhealthy Target.Timeout 80 Request timed out"),
        (apps.on_loopback_only(), FAILED.format(80)),
        (apps.no_http(), FAILED.format(80)),
    ],
)
def test_health_by_kind_of_process(running: RunningLab, anew: Shop, service: apps.Service, health: str) -> None:
    running.host(anew).start(80, service)
    assert running.health(anew.group) == health


def test_nothing_on_the_port_is_refused(running: RunningLab, anew: Shop) -> None:
    assert running.health(anew.group) == FAILED.format(80)
    with pytest.raises(ConnectionRefusedError):
        get(running, anew.machine.public, 80)


def test_health_check_request_is_the_balancers(running: RunningLab, anew: Shop) -> None:
    service = apps.plain()
    running.host(anew).start(80, service)
    running.host(anew).start(8080, service)
    running.health(anew.group)
    assert checks(running, anew, HealthCheckPort="8080", HealthCheckPath="/up") == "healthy - 8080 -"
    assert [(one.method, one.target, one.host, one.header("user-agent")) for one in service.requests] == [
        ("GET", "/", "10.0.1.10", "ELB-HealthChecker/2.0"),
        ("GET", "/up", "10.0.1.10:8080", "ELB-HealthChecker/2.0"),
    ]


def test_health_check_by_https(running: RunningLab, anew: Shop) -> None:
    running.host(anew).start(80, apps.plain())
    assert checks(running, anew, HealthCheckProtocol="HTTPS") == FAILED.format(80)
    running.host(anew).start(80, apps.tls())
    assert running.health(anew.group) == "healthy - 80 -"


def test_matcher_decides(running: RunningLab, anew: Shop) -> None:
    running.host(anew).start(80, apps.redirects_to_https())
    assert checks(running, anew, Matcher={"HttpCode": "200,301"}) == "healthy - 80 -"
    assert checks(running, anew, Matcher={"HttpCode": "200-299"}) == MISMATCH.format(301)
    assert checks(running, anew, Matcher={"HttpCode": "200-399"}) == "healthy - 80 -"


@pytest.mark.parametrize(
    ("status", "matcher", "fits"),
    [
        (200, "200", True),
        (302, "200,302", True),
        (301, "200,302", False),
        (399, "200-399", True),
        (400, "200-399", False),
    ],
)
def test_matcher(status: int, matcher: str, fits: bool) -> None:
    assert matches(status, matcher) is fits


def test_direct_probe_of_each_protocol(running: RunningLab, anew: Shop) -> None:
    running.host(anew).start(80, apps.plain(body="hello"))
    running.host(anew).start(443, apps.tls(body="secret"))
    address = anew.machine.public
    assert get(running, address, 80)[::2] == (200, b"hello")
    assert get(running, address, 443, tls=True)[::2] == (200, b"secret")
    status, headers, body = get(running, address, 443)
    assert (status, headers["server"]) == (400, "nginx")
    assert b"The plain HTTP request was sent to HTTPS port" in body
    with pytest.raises(ssl.SSLError, match="WRONG_VERSION_NUMBER"):
        get(running, address, 80, tls=True)


def test_redirecting_app_knows_the_client_by_header_only_if_told(running: RunningLab, anew: Shop) -> None:
    running.host(anew).start(80, apps.redirects_unless_forwarded())
    status, headers, _ = get(running, anew.machine.public, 80, "/a?b=c", headers={"Host": "shop.example"})
    assert (status, headers["location"]) == (301, "https://shop.example/a?b=c")
    assert get(running, anew.machine.public, 80, headers={"X-Forwarded-Proto": "https"})[0] == 200


def test_process_can_be_started_changed_and_stopped(running: RunningLab, anew: Shop) -> None:
    host = running.host(anew)
    host.start(80, apps.plain({"/": 500}))
    assert get(running, anew.machine.public, 80)[0] == 500
    host.start(80, apps.plain())
    assert get(running, anew.machine.public, 80)[0] == 200
    host.stop(80)
    with pytest.raises(ConnectionRefusedError):
        get(running, anew.machine.public, 80)


def test_stopped_instance_is_silent_and_unused(running: RunningLab, anew: Shop) -> None:
    running.host(anew).start(80, apps.plain())
    running.build.stop(anew.machine)
    assert running.health(anew.group) == "unused Target.InvalidState 80 Target is in the stopped state"
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", running.internet.port_of(anew.machine.public, 80)), timeout=0.2)
    running.api.client("ec2").start_instances(InstanceIds=[anew.machine.id])
    assert running.health(anew.group) == "healthy - 80 -"
    assert get(running, anew.machine.public, 80)[0] == 200


def test_security_group_lets_time_out_what_it_blocks(running: RunningLab, anew: Shop) -> None:
    running.host(anew).start(80, apps.plain())
    ec2 = running.api.client("ec2")
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_ingress(GroupId=anew.network.target_group, IpPermissions=[permission])
    assert running.health(anew.group) == "unhealthy Target.Timeout 80 Request timed out"
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", running.internet.port_of(anew.machine.public, 80)), timeout=0.2)
    running.build.admit(anew.network.target_group, [80], group=anew.network.balancer_group)
    assert running.health(anew.group) == "healthy - 80 -"
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", running.internet.port_of(anew.machine.public, 80)), timeout=0.2)
    running.build.admit(anew.network.target_group, [80])


def test_group_that_nobody_uses_is_not_checked(running: RunningLab, anew: Shop) -> None:
    spare = running.build.target_group(anew.network, [anew.machine], name="spare")
    assert running.health(spare) == (
        "unused Target.NotInUse 80 Target group is not configured to receive traffic from the load balancer"
    )


def test_target_in_a_zone_that_is_not_enabled_is_unused(running: RunningLab, anew: Shop) -> None:
    subnet = running.build.subnet(anew.network.vpc, "10.0.21.0/24", "b")
    elsewhere = running.build.instance(anew.network, private="10.0.21.10", subnet=subnet)
    running.build.register(anew.group, elsewhere)
    assert running.health(anew.group).endswith(
        "unused Target.NotInUse 80 Target is in an Availability Zone that is not enabled for the load balancer"
    )
    running.api.client("elbv2").deregister_targets(TargetGroupArn=anew.group, Targets=[{"Id": elsewhere.id}])
