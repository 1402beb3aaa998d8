"""Targets, their health and what speaks on their port."""

from __future__ import annotations

import pytest

from tests.kinds.network import further_route, lets_out, permission
from tests.kinds.right import Row, at_risk, broken, complaints, gentle, sound
from tests.kinds.routing import (
    counted,
    default,
    fixed,
    forward,
    group,
    instance,
    path,
    rule,
    target,
    targets,
    the_group,
)
from tests.kinds.site import GROUP, INSTANCE, OF_TARGETS, PUBLIC_C, Change, Raw, every, group_arn, lacks, nothing, of
from tests.kinds.wire import answers, ends, not_probed, own_page

A, B = "i-0000000000000aaaa", "i-0000000000000bbbb"
OK = target()
OKA = target(id_=A)
REASONS = {
    "timeout": ("unhealthy", "Target.Timeout", "Request timed out"),
    "503": ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]"),
    "302": ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [302]"),
    "404": ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [404]"),
    "401": ("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [401]"),
    "failed": ("unhealthy", "Target.FailedHealthChecks", "Health checks failed"),
    "internal": ("unhealthy", "Elb.InternalError", "Health checks failed due to an internal error"),
    "initial": ("initial", "Elb.InitialHealthChecking", "Initial health checks in progress"),
    "registering": ("initial", "Elb.RegistrationInProgress", "Target registration is in progress"),
    "draining": ("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "stopped": ("unused", "Target.InvalidState", "Target is in the stopped state"),
    "other AZ": (
        "unused",
        "Target.NotInUse",
        "Target is in an Availability Zone that is not enabled for the load balancer",
    ),
    "terminated": ("unused", "Target.InvalidState", "Target is in the terminated state"),
}
QUIET = ("draining",)
STATE = {"stopped": "stopped", "terminated": "terminated"}
TIMEOUT = target("unhealthy", "Target.Timeout", "Request timed out")
FAILED = target("unhealthy", "Target.FailedHealthChecks", "Health checks failed")
TLS = the_group(Protocol="HTTPS", Port=443, HealthCheckProtocol="HTTPS")
MISTAKE = ("tg-https-target-speaks-http",)


def on(port: int, one: Raw, id_: str = INSTANCE) -> Raw:
    """The same target on another port."""
    return {**one, "Target": one["Target"] | {"Port": port, "Id": id_}, "HealthCheckPort": str(port)}


def no_instances(raw: Raw) -> None:
    """The targets are no instances."""
    raw["instances"]["value"] = []


def opened(port: int) -> Change:
    """The targets' security group admits the load balancer on a port."""

    def make(raw: Raw) -> None:
        permissions = next(one for one in of(raw, "security_groups") if one["GroupId"] == OF_TARGETS)["IpPermissions"]
        permissions.append(permissions[0] | {"FromPort": port, "ToPort": port})

    return make


def one_state(word: str, id_: str) -> Change:
    return instance(id_, 5, STATE[word]) if word in STATE else nothing


A_FUNCTION: Raw = {
    "Target": {"Id": "arn:aws:lambda:ap-northeast-2:123456789012:function:shop", "AvailabilityZone": "all"},
    "TargetHealth": {
        "State": "unavailable",
        "Reason": "Target.HealthCheckDisabled",
        "Description": "Health checks are not enabled for this target group",
    },
}
a_function = (
    the_group(TargetType="lambda", Protocol="", Port=None, VpcId="", HealthCheckEnabled=False),
    targets(A_FUNCTION),
)
"""A load balancer sends the answers of functions with its own `Server`."""

ROWS: tuple[Row, ...] = (
    *(
        (gentle if word in (*QUIET, "initial", "registering") else at_risk)(
            f"one of two {word}", targets(OK, target(*told, id_=A)), one_state(word, A)
        )
        for word, told in REASONS.items()
    ),
    *(
        (gentle if word in (*QUIET, "initial", "registering") else at_risk)(
            f"two of three {word}",
            targets(OK, target(*told, id_=A), target(*told, id_=B)),
            one_state(word, A),
            one_state(word, B),
        )
        for word, told in REASONS.items()
    ),
    *(
        (gentle if word in (*QUIET, "initial", "registering") else at_risk)(
            f"one of two in another zone {word}",
            instance(A, 5, "running", PUBLIC_C),
            targets(OK, target(*told, id_=A)),
            one_state(word, A),
        )
        for word, told in REASONS.items()
    ),
    *(
        gentle(
            f"{word} of three stopped, which target health alone says{', instances denied' if unseen_ else ''}",
            targets(OK, *(target(*REASONS["stopped"], id_=one) for one in ill), *(target(id_=one) for one in well)),
            *unseen_,
            verdicts="at-risk",
            exits=(0, 3) if unseen_ else (0,),
        )
        for word, ill, well in (("one", (A,), (B,)), ("two", (A, B), ()))
        for unseen_ in ((), (lacks("instances"),))
    ),
    # All of them
    *(
        gentle(
            f"all {word}, seen 200 (fail-open)",
            targets(target(*told), target(*told, id_=A), target(*told, id_=B)),
            verdicts="at-risk",
        )
        for word, told in REASONS.items()
        if told[0] == "unhealthy"
    ),
    *(
        broken(
            f"all {word}, 502 at one of two",
            targets(target(*told)),
            answers(502, at=(1,)),
            must=("@outcome", "tg-all-unhealthy-fail-open", *(MUST.get(word, ()))),
        )
        for MUST in (
            {
                "timeout": ("hc-timeout-path-blocked", "hc-slow-response"),
                "503": ("hc-target-5xx",),
                "404": ("hc-path-not-found",),
                "302": ("hc-redirect-not-accepted",),
                "401": ("hc-path-requires-auth",),
                "failed": ("hc-connection-refused", "tg-port-not-served"),
            },
        )
        for word, told in REASONS.items()
        if told[0] == "unhealthy"
    ),
    *(
        broken(
            f"all {word}, 503",
            targets(target(*told)),
            answers(503),
            must=(
                "rule-forwards-to-empty-group",
                "tg-no-targets",
                "tg-not-in-use",
                "target-instance-not-running",
                "tg-target-az-not-enabled",
            ),
        )
        for word, told in REASONS.items()
        if told[0] == "unused"
    ),
    broken(
        "the only instance is stopped",
        targets(target(*REASONS["stopped"])),
        instance(INSTANCE, 0, "stopped"),
        answers(503),
        must=("target-instance-not-running",),
    ),
    broken(
        "all three stopped",
        targets(*(target(*REASONS["stopped"], id_=one) for one in (INSTANCE, A, B))),
        *(instance(one, 5, "stopped") for one in (INSTANCE, A, B)),
        answers(503),
        must=("target-instance-not-running",),
    ),
    broken(
        "all draining, 503",
        targets(target(*REASONS["draining"])),
        answers(503),
        must=("@outcome", "rule-forwards-to-empty-group", "tg-no-targets", "tg-not-in-use"),
    ),
    gentle("all draining, 200", targets(target(*REASONS["draining"])), verdicts="at-risk sound"),
    gentle("all initial, 200", targets(target(*REASONS["initial"])), verdicts="at-risk sound"),
    broken(
        "all initial, 503", targets(target(*REASONS["initial"])), answers(503), must=("@outcome", "hc-still-initial")
    ),
    broken("no target, 503", targets(), answers(503), must=("rule-forwards-to-empty-group", "tg-no-targets")),
    broken(
        "one of three ill, and 502 at one of two",
        targets(OK, OKA, target(*REASONS["503"], id_=B)),
        answers(502, at=(0,)),
        must=("@outcome",),
    ),
    # The founding mistake
    *(
        broken(
            f"HTTPS group on {port}, {kind} targets, {word}",
            the_group(Protocol="HTTPS", Port=port, HealthCheckProtocol=check, TargetType=kind),
            targets(on(port, one, "10.0.1.10" if kind == "ip" else INSTANCE)),
            opened(port),
            counted(counter, 30, GROUP),
            answers(502),
            must=MISTAKE,
        )
        for port, check in ((443, "HTTPS"), (8443, "HTTPS"), (80, "HTTPS"))
        for kind in ("instance", "ip")
        for word, one in {"timeout": TIMEOUT, "failed": FAILED}.items()
        for counter in ("TargetTLSNegotiationErrorCount",)
    ),
    broken(
        "HTTPS group on 80, nothing counted",
        counted("HTTPCode_Target_2XX_Count", 0, GROUP),
        the_group(Protocol="HTTPS", HealthCheckProtocol="HTTPS"),
        targets(FAILED),
        answers(502),
        must=MISTAKE,
    ),
    broken(
        "HTTPS group on 80, health check over HTTP healthy",
        the_group(Protocol="HTTPS"),
        counted("TargetTLSNegotiationErrorCount", 55, GROUP),
        answers(502),
        must=MISTAKE,
    ),
    broken(
        "HTTPS group on 80, no metrics",
        lacks("metrics", "not-asked", detail="--no-metrics"),
        the_group(Protocol="HTTPS", HealthCheckProtocol="HTTPS"),
        targets(FAILED),
        answers(502),
        must=MISTAKE,
    ),
    broken(
        "HTTPS group on 443, connections counted as failed",
        TLS,
        targets(on(443, FAILED)),
        opened(443),
        counted("TargetConnectionErrorCount", 30, GROUP),
        answers(502),
        must=(*MISTAKE, "tg-port-not-served"),
    ),
    broken(
        "HTTPS group on 443, not probed",
        TLS,
        targets(on(443, FAILED)),
        opened(443),
        counted("TargetTLSNegotiationErrorCount", 30, GROUP),
        not_probed,
        must=MISTAKE,
    ),
    sound(
        "HTTPS group whose targets are healthy",
        the_group(Protocol="HTTPS", HealthCheckProtocol="HTTPS", Port=443),
        targets(on(443, OK)),
        opened(443),
    ),
    sound(
        "HTTPS group of ip targets",
        the_group(Protocol="HTTPS", HealthCheckProtocol="HTTPS", Port=8443, TargetType="ip"),
        targets(on(8443, OK, "10.0.1.10")),
        opened(8443),
    ),
    sound(
        "HTTPS group, health check over HTTP", the_group(Protocol="HTTPS", Port=443), targets(on(443, OK)), opened(443)
    ),
    broken(
        "HTTP group, TLS-only server answers 400",
        targets(target("unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [400]")),
        answers(
            400,
            "nginx",
            body="<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>",
        ),
        must=("tg-http-target-speaks-https",),
    ),
    broken(
        "HTTP group on 443, its targets fail",
        the_group(Port=443),
        targets(on(443, target("unhealthy", "Target.FailedHealthChecks", "Health checks failed"))),
        opened(443),
        answers(502),
        must=(
            "tg-http-target-speaks-https",
            "hc-protocol-mismatch",
            "tg-port-not-served",
            "hc-connection-refused",
            "@outcome",
        ),
    ),
    # Kinds of targets
    sound(
        "ip target outside the VPC",
        the_group(TargetType="ip"),
        targets(target(id_="192.168.7.9", zone="all")),
        no_instances,
    ),
    sound(
        "ip target in a peered VPC",
        the_group(TargetType="ip"),
        targets(target(id_="172.31.4.4", zone="all")),
        no_instances,
    ),
    sound(
        "ip targets are pods",
        the_group(TargetType="ip"),
        targets(target(id_="10.0.11.77", zone="ap-northeast-2a"), target(id_="10.0.12.78", zone="ap-northeast-2c")),
        no_instances,
    ),
    sound(
        "pods of a second range",
        the_group(TargetType="ip"),
        targets(target(id_="100.64.3.77", zone="ap-northeast-2a")),
        no_instances,
    ),
    sound(
        "IPv6 targets",
        the_group(TargetType="ip", IpAddressType="ipv6"),
        targets(target(id_="2001:db8:1::7", zone="ap-northeast-2a")),
        no_instances,
    ),
    at_risk(
        "ip target outside the VPC, one of two ill",
        the_group(TargetType="ip"),
        targets(
            target(id_="192.168.7.9", zone="all"),
            target("unhealthy", "Target.Timeout", "Request timed out", id_="192.168.7.10", zone="all"),
        ),
        no_instances,
    ),
    broken(
        "ip target outside the VPC, ill",
        the_group(TargetType="ip"),
        targets(target("unhealthy", "Target.Timeout", "Request timed out", id_="192.168.7.10", zone="all")),
        no_instances,
        answers(504),
        must=("@outcome", "net-route-to-target-missing"),
    ),
    broken(
        "ip target outside the VPC, ill, with a route there",
        the_group(TargetType="ip"),
        targets(target("unhealthy", "Target.Timeout", "Request timed out", id_="192.168.7.10", zone="all")),
        no_instances,
        further_route(DestinationCidrBlock="192.168.0.0/16", TransitGatewayId="tgw-0abc"),
        answers(504),
        must=("@outcome", "hc-timeout-path-blocked", "tg-all-unhealthy-fail-open", "hc-slow-response"),
    ),
    broken(
        "ip target outside the VPC, ill, with a route to what is gone",
        the_group(TargetType="ip"),
        targets(target("unhealthy", "Target.Timeout", "Request timed out", id_="192.168.7.10", zone="all")),
        no_instances,
        further_route(DestinationCidrBlock="192.168.0.0/16", VpcPeeringConnectionId="pcx-0abc", State="blackhole"),
        answers(504),
        must=("@outcome", "net-route-detoured-or-blackhole"),
    ),
    sound(
        "ip target outside the VPC, well, though no route is seen",
        the_group(TargetType="ip"),
        targets(target("healthy", id_="192.168.7.10", zone="all")),
        no_instances,
        further_route(DestinationCidrBlock="10.0.0.0/8", VpcPeeringConnectionId="pcx-0abc", State="blackhole"),
    ),
    at_risk(
        "one of three tasks is gone, its address still registered",
        the_group(TargetType="ip"),
        targets(
            target(id_="10.0.11.77", zone="ap-northeast-2a"),
            target(id_="10.0.12.78", zone="ap-northeast-2c"),
            target("unhealthy", "Target.Timeout", "Request timed out", id_="10.0.12.79", zone="ap-northeast-2c"),
        ),
        no_instances,
        must=("tg-stale-ip-targets",),
    ),
    at_risk(
        "the only address is nobody's, and 200 was seen",
        the_group(TargetType="ip", Port=3000),
        targets(
            target(
                "unhealthy", "Target.Timeout", "Request timed out", id_="10.0.11.7", port=3000, zone="ap-northeast-2a"
            )
        ),
        no_instances,
        must=("tg-stale-ip-targets",),
    ),
    sound(
        "Lambda",
        *a_function,
    ),
    at_risk(
        "Lambda that fails its health check, 200 seen",
        the_group(TargetType="lambda", Protocol="", Port=None, VpcId="", HealthCheckEnabled=True),
        targets(
            {
                "Target": {"Id": "arn:aws:lambda:ap-northeast-2:123456789012:function:shop", "AvailabilityZone": "all"},
                "TargetHealth": {
                    "State": "unhealthy",
                    "Reason": "Target.ResponseCodeMismatch",
                    "Description": "Health checks failed with these codes: [502]",
                },
            }
        ),
        says="some targets are out of service",
    ),
    broken(
        "Lambda, 502",
        *a_function,
        answers(502),
        must=("@outcome",),
        says="The Lambda function fails",
        unsaid=":None",
    ),
    *(
        sound(f"Lambda, {status} of the function's own", *a_function, answers(status, body="{}"))
        for status in (200, 201, 204, 401, 403, 404, 405)
    ),
    sound("Lambda, a page of the function's own", *a_function, answers(404, body="<h1>404 Not Found</h1>")),
    broken("Lambda, 500 of the function's own", *a_function, answers(500, body="{}"), must=("app-returns-5xx",)),
    broken("Lambda, 400 of the function's own", *a_function, answers(400, body="{}"), must=("@outcome",)),
    *(
        broken(
            f"Lambda, the balancer's {status}", *a_function, answers(status, body=own_page(status)), must=("@outcome",)
        )
        for status in (403, 404, 500, 502, 503, 504)
    ),
    at_risk(
        "Lambda for another path, and the balancer's fixed 404",
        group("api", A_FUNCTION, TargetType="lambda", Protocol="", Port=None, VpcId="", HealthCheckEnabled=False),
        rule(5, [path("/api/*")], forward(group_arn("api"))),
        default(fixed(404, body="{}")),
        answers(404, body="{}"),
        must=("listener-default-action-is-error",),
    ),
    broken(
        "a fixed 403 where no function is", default(fixed(403, body="{}")), answers(403, body="{}"), must=("@outcome",)
    ),
    sound(
        "gRPC",
        the_group(
            ProtocolVersion="GRPC", HealthCheckPath="/AWS.ALB/healthcheck", Matcher={"HttpCode": "", "GrpcCode": "12"}
        ),
    ),
    sound("HTTP/2 group", the_group(ProtocolVersion="HTTP2")),
    # This machine speaks HTTP/1.1, which such a group never takes: nobody saw what its clients get.
    at_risk(
        "gRPC, 464",
        the_group(
            ProtocolVersion="GRPC", HealthCheckPath="/AWS.ALB/healthcheck", Matcher={"HttpCode": "", "GrpcCode": "12"}
        ),
        answers(464),
        must=("tg-protocol-version-mismatch",),
    ),
    at_risk("HTTP/2, 464", the_group(ProtocolVersion="HTTP2"), answers(464), must=("tg-protocol-version-mismatch",)),
    broken(
        "HTTP/2, nobody healthy, 464",
        the_group(ProtocolVersion="HTTP2"),
        targets(target("unhealthy", "Target.FailedHealthChecks")),
        answers(464),
        must=("@outcome", "tg-protocol-version-mismatch"),
    ),
    # ECS bridge mode
    *(
        broken(
            f"dynamic ports {ports}, shut",
            the_group(Port=80),
            targets(*(target("unhealthy", "Target.Timeout", "Request timed out", port=port) for port in ports)),
            answers(504),
            must=("net-dynamic-port-range-closed",),
            never=rf"\b({'|'.join(map(str, ports))})\b",
        )
        for ports in ((32771, 32790), (33001, 40000, 60999))
    ),
    sound(
        "dynamic ports, open",
        targets(*(target(port=port) for port in (32771, 32790))),
        every(*(opened(port) for port in (32771, 32790))),
    ),
    sound("dynamic ports, healthy", targets(*(target(port=port) for port in (32771, 32790)))),
    gentle(
        "dynamic ports, one of two shut",
        targets(target(port=32771), target("unhealthy", "Target.Timeout", "Request timed out", port=32790)),
        verdicts="at-risk",
        never=r"\b32790\b",
    ),
    broken(
        "one high port, shut: whether a host hands it out is not said",
        the_group(Port=80),
        targets(target("unhealthy", "Target.Timeout", "Request timed out", port=49153)),
        answers(504),
        must=("net-target-sg-blocks-traffic-port",),
        never="32768",
    ),
    broken(
        "one fixed port, shut",
        targets(target("unhealthy", "Target.Timeout", "Request timed out", port=8080)),
        the_group(Port=8080),
        answers(504),
        must=("net-target-sg-blocks-traffic-port",),
    ),
    # The load balancer's own way out
    broken(
        "nothing gets out of the load balancer",
        lets_out(permission(443, 443, "0.0.0.0/0")),
        targets(TIMEOUT),
        answers(504),
        must=("alb-sg-egress-blocks-targets",),
    ),
    # The application
    broken("healthy targets, no answer", ends("timeout"), must=("@outcome",)),
    broken(
        "healthy targets, 504 after the idle timeout",
        answers(504, ms=60020.0),
        must=("@outcome", "app-slower-than-idle-timeout"),
    ),
    gentle(
        "target health denied, served",
        lacks("groups_health", asked="elasticloadbalancing:DescribeTargetHealth"),
        verdicts="unknown sound",
        exits=(0, 3),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_judged_right(row: Row) -> None:
    assert complaints(row) == []
