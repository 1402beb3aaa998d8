"""Builders of targets: health in several states, direct probes, counters, instances."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from albdoctor.facts.ec2 import Instance, InstanceStatus
from albdoctor.facts.elb import GroupHealth, TargetHealth
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.metrics import Course, Metric, Metrics
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Exchange, Handshake, TargetPortProbe, TargetProbe, Tcp
from tests.support.build import BALANCER_ARN, GROUP_ARN, REGION, facts, forward, group, listener, redirect, rule, target

PUBLIC = "203.0.113.20"
PRIVATE = "10.0.1.23"
FAILED = "Target.FailedHealthChecks"
MISMATCH = "Target.ResponseCodeMismatch"
TIMEOUT = "Target.Timeout"
NO_PROBE = Unknown(gap=Gap.NOT_ASKED, asked="probes of the targets")
NO_METRICS = Unknown(gap=Gap.DENIED, asked="cloudwatch:GetMetricData")
DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTargetHealth")


def health(*targets: TargetHealth, group_arn: str = GROUP_ARN) -> tuple[GroupHealth, ...]:
    """Health of one group."""
    return (GroupHealth(target_group_arn=group_arn, targets=Known(targets)),)


def unhealthy(
    port: int = 80, reason: str = FAILED, description: str = "Health checks failed", check: int = 0, id_: str = "i-0abc"
) -> TargetHealth:
    """An unhealthy target; `check` is the port of its health check, by default its own port."""
    sick = target(id_, port, "unhealthy", reason, description)
    return msgspec.structs.replace(sick, health_check_port=str(check or port))


def placed(one: TargetHealth, zone: str = f"{REGION}a") -> TargetHealth:
    """The same target, with the Availability Zone that it was registered in."""
    return replace(one, target=replace(one.target, availability_zone=zone))


def wrong_code(code: int, port: int = 80, **fields: Any) -> TargetHealth:
    """A target that answers its health check with a code that does not count."""
    return unhealthy(port, MISMATCH, f"Health checks failed with these codes: [{code}]", **fields)


def answer(
    status: int | None = 200, body: str = "", location: str = "", failure: str = "", port: int = 80, path: str = "/"
) -> Exchange:
    """An HTTP answer of a target."""
    headers = (("location", location),) if location else ()
    return Exchange(
        url=f"http://{PRIVATE}{path}",
        address=PUBLIC,
        port=port,
        status=status,
        headers=headers,
        body_start=body,
        failure=failure,
    )


def plain(port: int, http: Exchange | None = None, **fields: Any) -> TargetPortProbe:
    """A port that speaks plain HTTP."""
    tls = Handshake(server_name=None, completed=False, failure="WRONG_VERSION_NUMBER")
    return TargetPortProbe(port=port, tcp=Tcp.OPEN, tls=tls, http=http or answer(port=port), **fields)


def over_tls(port: int, http: Exchange | None = None, **fields: Any) -> TargetPortProbe:
    """A port that speaks TLS; plain HTTP is cut off unless an answer to it is given."""
    tls = Handshake(server_name=None, completed=True, protocol="TLSv1.3")
    silent = answer(None, failure="reset", port=port)
    return TargetPortProbe(port=port, tcp=Tcp.OPEN, tls=tls, http=http or silent, **fields)


def refused(port: int) -> TargetPortProbe:
    """A port where nothing listens."""
    return TargetPortProbe(port=port, tcp=Tcp.REFUSED)


def silent(port: int) -> TargetPortProbe:
    """A port that something drops packets to."""
    return TargetPortProbe(port=port, tcp=Tcp.SILENT)


def probed(*ports: TargetPortProbe, port: int = 80, id_: str = "i-0abc") -> TargetProbe:
    """A target that was probed at its public address; `port` is the one it is registered on."""
    return TargetProbe(
        target_group_arn=GROUP_ARN,
        target_id=id_,
        target_port=port,
        private_address=PRIVATE,
        public_address=PUBLIC,
        ports=ports,
    )


def metrics(**totals: float) -> Metrics:
    """Counters of the group over three hours."""
    values = (
        Metric(name=name, load_balancer_arn=BALANCER_ARN, target_group_arn=GROUP_ARN, total=total, datapoints=1)
        for name, total in totals.items()
    )
    return Metrics(hours=3.0, values=tuple(values))


def with_courses(seen: Facts) -> Facts:
    """The same with a course of every counter that is not zero, as CloudWatch tells it: all of it five minutes ago."""
    assert isinstance(seen.metrics, Known)
    since = seen.scan.taken_at - timedelta(minutes=10)
    values = tuple(
        replace(one, course=Course(since=since, period=300, sums=(0.0, one.total))) if one.total else one
        for one in seen.metrics.value.values
    )
    return replace(seen, metrics=Known(replace(seen.metrics.value, values=values)))


def instance(state: str = "running", id_: str = "i-0abc", **fields: Any) -> Instance:
    """An instance that is a target."""
    base: dict[str, Any] = {
        "InstanceId": id_,
        "State": {"Name": state},
        "SubnetId": "subnet-t",
        "VpcId": "vpc-1",
        "PrivateIpAddress": PRIVATE,
        "SecurityGroups": [{"GroupId": "sg-web"}],
    }
    return msgspec.convert(base | fields, Instance)


def impaired(*checks: str, id_: str = "i-0abc") -> InstanceStatus:
    """The status checks of an instance, of which these fail; none named: the instance's own."""
    failing = checks or ("InstanceStatus",)
    told = {
        name: {"Status": "impaired" if name in failing else "ok"}
        for name in ("SystemStatus", "InstanceStatus", "AttachedEbsStatus")
    }
    return msgspec.convert({"InstanceId": id_, **told}, InstanceStatus)


def https_group(**fields: Any) -> Any:
    """An HTTPS:443 group, checked over HTTPS on the same port."""
    base = {"TargetGroupName": "web-https", "Protocol": "HTTPS", "Port": 443, "HealthCheckProtocol": "HTTPS"}
    return group(**(base | fields))


def scene(*targets: TargetHealth, **groups: Any) -> Any:
    """A snapshot of one group with these targets, behind a listener and a rule; nothing was probed or counted."""
    base: dict[str, Any] = {
        "target_groups": (group(),),
        "groups_health": health(*targets),
        "listeners": (listener(443), listener(80, DefaultActions=[redirect()])),
        "rules": (rule(), rule("10", Actions=[forward()])),
        "target_probes": (),
        "metrics": NO_METRICS,
    }
    return facts(**(base | groups))
