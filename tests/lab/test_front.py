"""The balancers' data plane: what a client gets from a node."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from albdoctor.lab import apps
from albdoctor.lab.build import fixed_response, forward, redirect
from albdoctor.lab.http import Request, Response
from tests.lab.ground import RunningLab, Shop, lab
from tests.support.tls import strict_client

pytestmark = pytest.mark.process

NODE = "203.0.113.10"


@pytest.fixture(scope="module")
def running() -> Iterator[RunningLab]:
    with lab() as one:
        yield one


@pytest.fixture(scope="module")
def built(running: RunningLab) -> Shop:
    return running.shop()


@pytest.fixture
def shop(running: RunningLab, built: Shop) -> Iterator[Shop]:
    """The shop, sound, its HTTPS listener forwarding to its group."""
    running.ground.hosts.run(built.machine.id, {80: apps.plain()})
    yield built
    elb = running.api.client("elbv2")
    elb.modify_listener(ListenerArn=built.https, DefaultActions=[forward(built.group)])
    elb.modify_listener(ListenerArn=built.http, DefaultActions=[redirect()])
    for rule in elb.describe_rules(ListenerArn=built.https)["Rules"]:
        if not rule["IsDefault"]:
            elb.delete_rule(RuleArn=rule["RuleArn"])


def echo(request: Request) -> Response:
    """Tell the request that came."""
    told = {"method": request.method, "target": request.target, "body": request.body.decode()}
    return Response(200, json.dumps(told | {name.lower(): value for name, value in request.headers}).encode())


def connect(running: RunningLab, port: int, timeout: float = 10.0) -> socket.socket:
    """Connect to the first node."""
    return socket.create_connection(("127.0.0.1", running.internet.port_of(NODE, port)), timeout)


def ask(
    running: RunningLab,
    path: str = "/",
    *,
    port: int = 443,
    host: str = "shop.example",
    method: str = "GET",
    body: str | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str], str]:
    """Send a request as a client that trusts the lab's authority does; TLS unless the port is 80."""
    raw = connect(running, port)
    connection = http.client.HTTPConnection(host, timeout=10)
    try:
        context = strict_client(running.authority.bundle)
        connection.sock = raw if port == 80 else context.wrap_socket(raw, server_hostname="shop.example")
        connection.request(method, path, body, {"Host": host} | (headers or {}))
        response = connection.getresponse()
        return (
            response.status,
            {name.lower(): value for name, value in response.headers.items()},
            response.read().decode(),
        )
    finally:
        connection.close()
        raw.close()


def metric(running: RunningLab, shop: Shop, name: str) -> float:
    """The sum of a counter of the balancer."""
    dimensions = [{"Name": "LoadBalancer", "Value": shop.balancer.arn.split(":loadbalancer/")[1]}]
    what = {"Namespace": "AWS/ApplicationELB", "MetricName": name, "Dimensions": dimensions}
    now = datetime.now(UTC)
    answer = running.api.client("cloudwatch").get_metric_data(
        StartTime=now - timedelta(hours=3),
        EndTime=now,
        MetricDataQueries=[{"Id": "q", "MetricStat": {"Metric": what, "Period": 3600, "Stat": "Sum"}}],
    )
    return float(sum(answer["MetricDataResults"][0]["Values"]))


def test_request_reaches_the_target_with_forwarded_headers(running: RunningLab, shop: Shop) -> None:
    running.host(shop).start(80, apps.Service(echo))
    status, headers, body = ask(running, "/a?b=c", method="POST", body="x=1", headers={"X-Forwarded-For": "198.18.0.1"})
    assert status == 200
    assert "server" not in headers
    told = json.loads(body)
    assert (told["method"], told["target"], told["body"], told["host"]) == ("POST", "/a?b=c", "x=1", "shop.example")
    assert told["x-forwarded-for"] == "198.18.0.1, 192.0.2.10"
    assert (told["x-forwarded-proto"], told["x-forwarded-port"]) == ("https", "443")


def test_target_on_its_way_out_gets_nothing_new(running: RunningLab, shop: Shop) -> None:
    elb = running.api.state.elb
    elb.drain(shop.group, shop.machine.id)
    (seen,) = running.api.client("elbv2").describe_target_health(TargetGroupArn=shop.group)["TargetHealthDescriptions"]
    assert seen["TargetHealth"]["State"] == "draining"
    assert ask(running)[0] == 503
    elb.drain(shop.group)
    assert ask(running)[0] == 200


def test_only_spared_paths_are_answered_by_a_process_that_hangs_up(running: RunningLab, shop: Shop) -> None:
    running.host(shop).start(80, apps.hangs_up(but=("/health",)))
    assert (ask(running, "/health")[0], ask(running)[0]) == (200, 502)


def test_idle_timeout_of_the_balancer_says_how_long_a_target_may_take(running: RunningLab, shop: Shop) -> None:
    running.host(shop).start(80, apps.slow(1.0, but=("/health",)))
    assert (ask(running, "/health")[0], ask(running)[0]) == (200, 200)
    wait(running, shop, "6")
    assert (ask(running, "/health")[0], ask(running)[0]) == (200, 504)
    wait(running, shop, "60")


def wait(running: RunningLab, shop: Shop, seconds: str) -> None:
    """Set the idle timeout, in seconds of AWS's clock."""
    attributes = [{"Key": "idle_timeout.timeout_seconds", "Value": seconds}]
    running.api.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=shop.balancer.arn, Attributes=attributes
    )


def test_redirect_is_written_as_aws_writes_it(running: RunningLab, shop: Shop) -> None:
    status, headers, body = ask(running, "/a?b=c", port=80)
    assert (status, headers["location"]) == (301, "https://shop.example:443/a?b=c")
    assert headers["server"] == "awselb/2.0"
    assert "<center><h1>301 Moved Permanently</h1></center>" in body
    action = redirect(Host="www.#{host}", Path="/new/#{path}", Query="q=1", StatusCode="HTTP_302", Port="#{port}")
    running.api.client("elbv2").modify_listener(ListenerArn=shop.http, DefaultActions=[action])
    status, headers, _ = ask(running, "/a?b=c", port=80)
    assert (status, headers["location"]) == (302, "https://www.shop.example:80/new/a?q=1")


def test_fixed_response(running: RunningLab, shop: Shop) -> None:
    running.api.client("elbv2").modify_listener(ListenerArn=shop.https, DefaultActions=[fixed_response(404, "no")])
    status, headers, body = ask(running)
    assert (status, headers["server"], body) == (404, "awselb/2.0", "no")


@pytest.mark.parametrize(
    ("conditions", "request_", "fits"),
    [
        ({"hosts": ["SHOP.example"]}, {}, True),
        ({"hosts": ["*.example"]}, {"host": "shop.example:443"}, True),
        ({"hosts": ["www.example"]}, {}, False),
        ({"paths": ["/api/*"]}, {"path": "/api/1?x=/y"}, True),
        ({"paths": ["/API/*"]}, {"path": "/api/1"}, False),
        ({"paths": ["/img?"]}, {"path": "/img1"}, True),
        ({"hosts": ["shop.example"], "paths": ["/api"]}, {"path": "/other"}, False),
        ({"http-request-method": ["POST"]}, {"method": "POST"}, True),
        ({"http-header": ["*mobile*"]}, {"headers": {"User-Agent": "a Mobile b"}}, True),
        ({"source-ip": ["192.0.2.0/24"]}, {}, True),
        ({"source-ip": ["10.0.0.0/8"]}, {}, False),
        ({"query-string": [{"Key": "v", "Value": "1"}]}, {"path": "/?v=1"}, True),
        ({"query-string": [{"Key": "v", "Value": "1"}]}, {"path": "/?v=2"}, False),
    ],
)
def test_conditions(
    running: RunningLab, shop: Shop, conditions: dict[str, list[str]], request_: dict[str, Any], *, fits: bool
) -> None:
    short = {name: values for name, values in conditions.items() if name in ("hosts", "paths")}
    configs = {
        "http-request-method": "HttpRequestMethodConfig",
        "http-header": "HttpHeaderConfig",
        "source-ip": "SourceIpConfig",
        "query-string": "QueryStringConfig",
    }
    long = [
        {
            "Field": name,
            configs[name]: {"Values": values} | ({"HttpHeaderName": "User-Agent"} if name == "http-header" else {}),
        }
        for name, values in conditions.items()
        if name in configs
    ]
    running.build.rule(
        shop.https, fixed_response(418), conditions=long, hosts=short.get("hosts", ()), paths=short.get("paths", ())
    )
    assert (ask(running, **request_)[0] == 418) is fits


def test_lowest_priority_number_wins(running: RunningLab, shop: Shop) -> None:
    running.build.rule(shop.https, fixed_response(410), priority=20, paths=["/*"])
    running.build.rule(shop.https, fixed_response(418), priority=10, paths=["/a"])
    assert [ask(running, path)[0] for path in ("/a", "/b")] == [418, 410]


def test_refused_target_is_502(running: RunningLab, shop: Shop) -> None:
    running.host(shop).stop(80)
    before = metric(running, shop, "TargetConnectionErrorCount")
    status, headers, body = ask(running)
    assert (status, headers["server"]) == (502, "awselb/2.0")
    assert "<center><h1>502 Bad Gateway</h1></center>" in body
    assert metric(running, shop, "TargetConnectionErrorCount") == before + 1
    assert metric(running, shop, "TargetTLSNegotiationErrorCount") == 0


def test_https_group_on_a_plain_port_is_502_and_counts_tls_errors(running: RunningLab, shop: Shop) -> None:
    group = running.build.target_group(shop.network, [(shop.machine, 80)], name="tls", protocol="HTTPS", port=443)
    running.api.client("elbv2").modify_listener(ListenerArn=shop.https, DefaultActions=[forward(group)])
    assert ask(running)[0] == 502
    assert metric(running, shop, "TargetTLSNegotiationErrorCount") == 1
    running.host(shop).start(80, apps.tls(body="by tls"))
    assert ask(running)[::2] == (200, "by tls")


def test_plain_group_on_a_tls_port_passes_the_servers_400(running: RunningLab, shop: Shop) -> None:
    running.host(shop).start(80, apps.tls())
    status, headers, _ = ask(running)
    assert (status, headers["server"]) == (400, "nginx")


@pytest.mark.parametrize(
    ("service", "status"), [(apps.no_http(), 502), (apps.slow(), 504), (apps.tls(answers_plain=False), 502)]
)
def test_unusable_answers(running: RunningLab, shop: Shop, service: apps.Service, status: int) -> None:
    running.host(shop).start(80, service)
    assert ask(running)[0] == status


def test_blocked_target_is_504(running: RunningLab, shop: Shop) -> None:
    ec2 = running.api.client("ec2")
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_ingress(GroupId=shop.network.target_group, IpPermissions=[permission])
    assert ask(running)[0] == 504
    running.build.admit(shop.network.target_group, [80])
    assert ask(running)[0] == 200


def test_empty_and_unused_groups_are_503(running: RunningLab, shop: Shop) -> None:
    empty = running.build.target_group(shop.network, name="empty")
    elb = running.api.client("elbv2")
    elb.modify_listener(ListenerArn=shop.https, DefaultActions=[forward(empty)])
    assert ask(running)[0] == 503
    elb.modify_listener(ListenerArn=shop.https, DefaultActions=[forward(shop.group)])
    running.build.stop(shop.machine)
    assert ask(running)[0] == 503
    running.api.client("ec2").start_instances(InstanceIds=[shop.machine.id])
    assert ask(running)[0] == 200


def test_all_unhealthy_fails_open(running: RunningLab, shop: Shop) -> None:
    running.host(shop).start(80, apps.plain({"/": 404}))
    assert running.health(shop.group).startswith("unhealthy Target.ResponseCodeMismatch")
    assert [ask(running, path)[0] for path in ("/", "/shop")] == [404, 200]


def test_healthy_targets_get_the_requests(running: RunningLab, shop: Shop) -> None:
    second = running.build.instance(shop.network, private="10.0.1.11")
    running.build.register(shop.group, second)
    running.ground.hosts.run(second.id, {80: apps.plain(body="second")})
    running.host(shop).start(80, apps.plain({"/": 404}, body="first"))
    assert {ask(running, "/shop")[2] for _ in range(4)} == {"second"}
    running.host(shop).start(80, apps.plain(body="first"))
    assert {ask(running, "/shop")[2] for _ in range(4)} == {"first", "second"}
    running.api.client("elbv2").deregister_targets(TargetGroupArn=shop.group, Targets=[{"Id": second.id}])


def test_weight_zero_gets_nothing(running: RunningLab, shop: Shop) -> None:
    off = running.build.target_group(shop.network, name="off")
    weighed = forward(off, shop.group)
    weighed["ForwardConfig"]["TargetGroups"][0]["Weight"] = 0
    running.api.client("elbv2").modify_listener(ListenerArn=shop.https, DefaultActions=[weighed])
    assert ask(running)[0] == 200


def served_names(running: RunningLab, server_name: str | None, port: int = 443) -> list[str]:
    """The names on the certificate that a node serves for a name."""
    context = strict_client(running.authority.bundle)
    context.check_hostname = False
    with connect(running, port) as raw, context.wrap_socket(raw, server_hostname=server_name) as secure:
        certificate = secure.getpeercert()
        assert certificate
        names: Any = certificate["subjectAltName"]
        return [value for _, value in names]


def test_certificate_is_chosen_by_name(running: RunningLab, shop: Shop) -> None:
    wildcard = running.build.certificate(["*.shop.example", "other.example"])
    added = [{"CertificateArn": wildcard}]
    running.api.client("elbv2").add_listener_certificates(ListenerArn=shop.https, Certificates=added)
    assert served_names(running, "shop.example") == ["shop.example"]
    assert served_names(running, None) == ["shop.example"]
    assert served_names(running, "www.shop.example") == ["*.shop.example", "other.example"]
    assert served_names(running, "a.b.shop.example") == ["shop.example"]


def test_ports_without_a_listener_refuse_and_new_ones_open(running: RunningLab, shop: Shop) -> None:
    elb = running.api.client("elbv2")
    listener = running.build.listener(shop.balancer, fixed_response(200, "hi"), port=8443, certificate=shop.certificate)
    running.build.admit(shop.network.balancer_group, [8443])
    assert ask(running, port=8443)[::2] == (200, "hi")
    elb.delete_listener(ListenerArn=listener)
    with pytest.raises(ConnectionRefusedError):
        connect(running, 8443)


def test_security_group_silences_the_port(running: RunningLab, shop: Shop) -> None:
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    running.api.client("ec2").revoke_security_group_ingress(
        GroupId=shop.network.balancer_group, IpPermissions=[permission]
    )
    with pytest.raises(TimeoutError):
        connect(running, 443, timeout=0.2)
    assert ask(running, port=80)[0] == 301
    running.build.admit(shop.network.balancer_group, [443])
    assert ask(running)[0] == 200


def test_plain_http_to_the_https_port(running: RunningLab, shop: Shop) -> None:
    with connect(running, 443) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n")
        with http.client.HTTPResponse(raw) as response:
            response.begin()
            assert (response.status, response.getheader("Server")) == (400, "awselb/2.0")
            assert b"The plain HTTP request was sent to HTTPS port" in response.read()
    context = strict_client()
    with connect(running, 80) as raw, pytest.raises(ssl.SSLError, match="WRONG_VERSION_NUMBER"):
        context.wrap_socket(raw, server_hostname="shop.example")
    assert shop


def test_failed_handshakes_are_counted(running: RunningLab, shop: Shop) -> None:
    before = metric(running, shop, "ClientTLSNegotiationErrorCount")
    with connect(running, 443) as raw, pytest.raises(ssl.SSLError):
        strict_client().wrap_socket(raw, server_hostname="shop.example")
    ask(running)
    assert metric(running, shop, "ClientTLSNegotiationErrorCount") == before + 1


def test_garbage_is_400(running: RunningLab, shop: Shop) -> None:
    with connect(running, 80) as raw:
        raw.sendall(b"\x00nonsense\r\n\r\n")
        assert raw.recv(64).startswith(b"HTTP/1.1 400 ")
    assert shop


def test_traffic_moves_counters(running: RunningLab, shop: Shop) -> None:
    before = metric(running, shop, "RequestCount")
    assert running.ground.traffic(2) == [200, 200]
    assert running.ground.traffic(1, tls=False) == [301]
    assert metric(running, shop, "RequestCount") == before + 3
    assert metric(running, shop, "HTTPCode_Target_2XX_Count") >= 2


def test_internal_and_deleted_balancers_are_silent(running: RunningLab, shop: Shop) -> None:
    inside = running.build.balancer(shop.network, name="inside", internal=True)
    running.build.listener(inside, fixed_response(200), port=80)
    addresses = running.api.state.balancer_addresses(inside.dns_name)
    assert addresses
    public = running.build.balancer(shop.network, name="gone")
    running.build.listener(public, fixed_response(200), port=80)
    once = running.api.state.balancer_addresses(public.dns_name)
    assert once
    running.api.client("elbv2").delete_load_balancer(LoadBalancerArn=public.arn)
    for address in (addresses[0], once[0]):
        with pytest.raises(TimeoutError):
            socket.create_connection(("127.0.0.1", running.internet.port_of(address, 80)), timeout=0.2)
