"""A whole scan in which one answer of AWS lacks one member: what does not build on it is known as before."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from albdoctor.collect.actions import OPT_IN
from albdoctor.facts.known import Gap, Known
from albdoctor.facts.mirror import lacks_in
from tests.collect.test_plan import ALL, names, scan, states
from tests.faults.aws_bends import Answer, without
from tests.support.aws_api import Reply, Request, serving
from tests.support.aws_shop import Shop, build, moto_server

# CloudWatch and ACM are asked about balancers too, and have no part in this.
NETWORK = ALL - OPT_IN.keys()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with moto_server() as port:
        yield build(port)


LACKS: tuple[tuple[str, str, int, str, str], ...] = (
    ("DescribeTargetGroups", "TargetGroups.member.ProtocolVersion", 0, "target_groups", "ProtocolVersion"),
    ("DescribeTargetGroups", "TargetGroups.member.VpcId", 0, "target_groups", "VpcId"),
    ("DescribeTargetGroups", "TargetGroups.member.HealthCheckPath", 0, "target_groups", "HealthCheckPath"),
    ("DescribeListeners", "Listeners.member.Port", 0, "listeners", "Port"),
)
