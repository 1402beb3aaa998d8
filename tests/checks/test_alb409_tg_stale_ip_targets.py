"""ALB409 over facts: addresses of tasks and pods that are gone, and those that only look so."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill_script
from albdoctor_checks.target_group.alb409_tg_stale_ip_targets import DEREGISTER, REGISTER_ANEW
from albdoctor_checks.target_group.alb409_tg_stale_ip_targets import tg_stale_ip_targets as check
from tests.support.build import GROUP_ARN, REGION, group, target
from tests.support.build_net import SUBNETS, interface
from tests.support.build_owners import cluster, service
from tests.support.build_targets import DENIED, TIMEOUT, placed, scene, unhealthy
from tests.support.table import result_of, told

GONE = placed(unhealthy(8080, TIMEOUT, "Request timed out", id_="10.0.9.77"))
LIVING = target("10.0.9.9", 8080)
OF_TASKS = service(networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-t"]}})
NO_INTERFACES = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkInterfaces")


def seen(*targets: Any, of: Any = OF_TASKS, **groups: Any) -> Facts:
    """A group of addresses, one of which an interface has."""
    base: dict[str, Any] = {
        "auto_scaling_groups": (),
        "ecs_clusters": (cluster(of),) if of else (),
        "target_groups": (group(TargetType="ip"),),
        "network_interfaces": (interface(private="10.0.9.9"),),
        "subnets": SUBNETS,
    }
    made: Facts = scene(*targets, **(base | groups))
    return made


def test_the_address_of_a_task_that_is_gone_is_deregistered() -> None:
    facts = seen(LIVING, GONE)
    assert told(check, facts) == [
        f"error confirmed target/{GROUP_ARN}#10.0.9.77:8080: Target group web-http has addresses registered that no"
        " network interface has any more: 10.0.9.77",
        "  elasticloadbalancing DescribeTargetHealth web-http -> 10.0.9.77:8080 unhealthy Target.Timeout"
        " Request timed out",
        "  ec2 DescribeNetworkInterfaces -> none has 10.0.9.77",
        "  fix[script, none]: Deregister the addresses that no task has: 10.0.9.77.",
    ]
    (finding,) = run_one(facts, check).findings
    assert fill_script(DEREGISTER.script, finding.values) == (
        f"aws elbv2 deregister-targets --region {REGION} --target-group-arn {GROUP_ARN} --targets"
        " Id=10.0.9.77,Port=8080\n"
    )


@pytest.mark.parametrize("targets", [(GONE,), (GONE, target("10.0.9.9", 8080, "draining"))])
def test_where_nothing_else_is_registered_the_living_come_first(targets: Any) -> None:
    (finding,) = run_one(seen(*targets), check).findings
    assert (finding.fix, finding.certainty) == (REGISTER_ANEW, "confirmed")


@pytest.mark.parametrize("of", [None, service()])
def test_where_no_service_with_such_tasks_fills_the_group_it_is_likely(of: Any) -> None:
    facts = seen(LIVING, GONE, of=of)
    assert told(check, facts)[0].startswith(f"error likely target/{GROUP_ARN}#10.0.9.77:8080: ")
    assert told(check, facts)[-1] == (
        "  fix[by hand, none]: Let what runs the servers register them in web-http again, then deregister 10.0.9.77."
    )
    (finding,) = run_one(facts, check).findings
    assert len(finding.alternatives) == 1
    assert finding.decide == ("kubectl get pods --all-namespaces --output wide --field-selector status.podIP=10.0.9.77")


@pytest.mark.parametrize(
    "one",
    [
        placed(target("10.0.9.77", 8080)),  # a pod whose address is part of a prefix
        placed(unhealthy(8080, id_="10.0.9.9")),
        placed(unhealthy(8080, id_="10.0.9.77"), "all"),  # on premises
        placed(unhealthy(8080, id_="2001:db8::1")),
        placed(target("10.0.9.77", 8080, "draining")),  # it was replaced a moment ago
        placed(unhealthy(8080, id_="10.99.0.77")),  # of no subnet: another check's
    ],
)
def test_addresses_that_somebody_has_or_may_have_pass(one: Any) -> None:
    assert result_of(check, seen(LIVING, one)) is Result.PASSED


def test_nothing_and_unknown() -> None:
    assert result_of(check, seen()) is Result.EMPTY
    assert result_of(check, seen(unhealthy(), target_groups=(group(),))) is Result.EMPTY
    assert result_of(check, seen(GONE, network_interfaces=NO_INTERFACES)) is Result.SKIPPED
    assert result_of(check, seen(LIVING, network_interfaces=NO_INTERFACES)) is Result.PASSED
    assert result_of(check, seen(groups_health=DENIED)) is Result.SKIPPED
