"""A balancer with many instances behind it, and Systems Manager in front of them, as answers of an API."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from msgspec import Struct

from tests.support.aws_api import Reply, Request, denied
from tests.support.aws_xml import group_xml
from tests.support.build import ELB

JSON = "application/x-amz-json-1.1"
PRINTED = "local_address\n0100007F:0050\nlocal_address\nend\n"


class Host(Struct, frozen=True, kw_only=True):
    """An instance, and what becomes of a command on it."""

    health: str = "unhealthy"
    state: str = "running"
    platform: str = ""
    refuses: str = ""
    """The error with which SendCommand refuses it."""
    answers: tuple[Mapping[str, Any] | str, ...] = ({"Status": "Success", "StandardOutputContent": PRINTED},)
    """What GetCommandInvocation answers, one after the other, the last one for good; a word is an error's code."""


def refusal(code: str, message: str = "") -> Reply:
    """An error of a service that speaks JSON."""
    return Reply(400, json.dumps({"__type": code, "message": message}).encode(), JSON)


class Fleet:
    """Answers as AWS would for these groups of hosts; whatever else is asked is denied."""

    def __init__(self, *groups: Mapping[str, Host], target_type: str = "instance") -> None:
        """Take the hosts of each group, by instance id."""
        self.groups = {f"{ELB}:targetgroup/g{number}/{number:016x}": hosts for number, hosts in enumerate(groups)}
        self.hosts = {id_: host for hosts in groups for id_, host in hosts.items()}
        self.target_type = target_type
        self.sent: list[dict[str, Any]] = []
        """Parameters of every SendCommand, in the order in which they came."""
        self.looks: Counter[str] = Counter()
        """How often the outcome was asked for, by instance."""

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        ways = {
            "elasticloadbalancing:DescribeTargetGroups": self._target_groups,
            "elasticloadbalancing:DescribeTargetHealth": self._health,
            "ec2:DescribeInstances": self._instances,
            "ssm:SendCommand": self._send,
            "ssm:GetCommandInvocation": self._invocation,
        }
        return ways.get(request.action, denied)(request)

    def _target_groups(self, _request: Request) -> Reply:
        members = "".join(group_xml(arn, self.target_type) for arn in self.groups)
        return _elb("DescribeTargetGroups", f"<TargetGroups>{members}</TargetGroups>")

    def _health(self, request: Request) -> Reply:
        (arn,) = parse_qs(request.body.decode())["TargetGroupArn"]
        members = "".join(
            f"<member><Target><Id>{id_}</Id><Port>80</Port></Target>"
            f"<TargetHealth><State>{host.health}</State><Reason>Target.Timeout</Reason></TargetHealth></member>"
            for id_, host in self.groups[arn].items()
        )
        return _elb("DescribeTargetHealth", f"<TargetHealthDescriptions>{members}</TargetHealthDescriptions>")

    def _instances(self, _request: Request) -> Reply:
        items = "".join(
            f"<item><instanceId>{id_}</instanceId><instanceState><name>{host.state}</name></instanceState>"
            "<vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><groupSet/>"
            + (f"<platform>{host.platform}</platform></item>" if host.platform else "</item>")
            for id_, host in self.hosts.items()
        )
        held = f"<reservationSet><item><instancesSet>{items}</instancesSet></item></reservationSet>"
        return Reply(200, f"<DescribeInstancesResponse>{held}</DescribeInstancesResponse>".encode())

    def _send(self, request: Request) -> Reply:
        asked = json.loads(request.body)
        self.sent.append(asked)
        for id_ in asked["InstanceIds"]:
            if self.hosts[id_].refuses:
                return refusal(self.hosts[id_].refuses, f"Instances [[{id_}]] not in a valid state for account")
        return Reply(200, json.dumps({"Command": {"CommandId": f"{len(self.sent):036d}"}}).encode(), JSON)

    def _invocation(self, request: Request) -> Reply:
        id_ = json.loads(request.body)["InstanceId"]
        answers = self.hosts[id_].answers
        answer = answers[min(self.looks[id_], len(answers) - 1)]
        self.looks[id_] += 1
        return refusal(answer) if isinstance(answer, str) else Reply(200, json.dumps(answer).encode(), JSON)


def _elb(operation: str, result: str) -> Reply:
    return Reply(
        200, f"<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>".encode()
    )
