"""ALB607 over facts: ports that services register, and those that their task definitions publish."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.ecs import EcsCluster, TaskDefinition
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.target.alb607_target_container_port_not_published import (
    target_container_port_not_published as check,
)
from tests.support.build import GROUP_ARN, target
from tests.support.build_owners import CLUSTER_ARN, DEFINITION_ARN, cluster, definition, service
from tests.support.build_targets import DENIED, scene, unhealthy
from tests.support.table import result_of, told

NO_DEFINITION = Unknown(gap=Gap.DENIED, asked="ecs:DescribeTaskDefinition")
RANGE = msgspec.convert(
    {
        "taskDefinitionArn": DEFINITION_ARN,
        "containerDefinitions": [{"name": "app", "portMappings": [{"containerPortRange": "8000-8090"}]}],
    },
    TaskDefinition,
)

UNTOLD = (EcsCluster(cluster_arn=CLUSTER_ARN, services=Unknown(gap=Gap.DENIED, asked="ecs:ListServices")),)


def seen(*definitions: Any, targets: Any = (), of: Any = None, **groups: Any) -> Facts:
    """A service that registers port 8080 of its container `app`, and what its task definition publishes."""
    base: dict[str, Any] = {
        "auto_scaling_groups": (),
        "ecs_clusters": (cluster(of or service()),),
        "task_definitions": definitions,
    }
    made: Facts = scene(*targets, **(base | groups))
    return made


@pytest.mark.parametrize(
    ("published", "line"),
    [
        (definition(app=(80,), proxy=(8080, 9000)), "app:80, proxy:8080, proxy:9000"),
        (definition(web=(8080,)), "web:8080"),
        (definition(app=()), "portMappings: []"),
        (msgspec.structs.replace(RANGE, container_definitions=()), "portMappings: []"),
    ],
)
def test_a_port_that_is_not_published_is_found(published: TaskDefinition, line: str) -> None:
    assert told(check, seen(published, targets=(unhealthy(),))) == [
        f"error confirmed target-group/{GROUP_ARN} [web app 8080]: Amazon ECS service web registers port 8080 of"
        " container app in target group web-http, which its task definition does not publish",
        "  ecs DescribeServices shop/web -> containerName: app, containerPort: 8080",
        f"  ecs DescribeTaskDefinition web:7 -> {line}",
        "  fix[by hand, none]: Make task definition and service web (cluster shop) name the same container and port.",
    ]


@pytest.mark.parametrize("published", [definition(app=(8080,)), definition(proxy=(80,), app=(9000, 8080)), RANGE])
def test_a_port_that_is_published_passes(published: TaskDefinition) -> None:
    assert result_of(check, seen(published, targets=(unhealthy(),))) is Result.PASSED


def test_what_serves_all_the_same_passes() -> None:
    assert result_of(check, seen(definition(app=(80,)), targets=(unhealthy(), target("10.0.9.9")))) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, seen(ecs_clusters=())) is Result.EMPTY
    assert result_of(check, seen()) is Result.EMPTY
    external = service(deploymentController={"type": "EXTERNAL"})  # each task set has a definition of its own
    assert result_of(check, seen(definition(app=(80,)), of=external)) is Result.EMPTY
    assert result_of(check, seen(task_definitions=NO_DEFINITION)) is Result.SKIPPED
    assert result_of(check, seen(ecs_clusters=UNTOLD)) is Result.SKIPPED
    assert result_of(check, seen(definition(app=(80,)), groups_health=DENIED)) is Result.SKIPPED
