"""ALB305 over facts: public and private subnets under one internet-facing load balancer."""

from __future__ import annotations

from albdoctor.checkup.engine import Result
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb305_alb_mixed_public_private_subnets import alb_mixed_public_private_subnets as check
from tests.support.build import BALANCER_ARN, balancer, facts
from tests.support.build_net import SUBNETS, network_facts, route_table, subnet
from tests.support.fixes import script_of
from tests.support.table import result_of, told

NAT = route_table("rtb-private", "nat-1", main=True)
MIXED = (route_table(subnets=("subnet-a",)), NAT)


def seen(**parts: object) -> Facts:
    return facts(load_balancers=(balancer(),), **network_facts(**parts))


def test_a_balancer_with_one_private_subnet_is_found() -> None:
    assert told(check, seen(route_tables=MIXED)) == [
        f"error confirmed load-balancer/{BALANCER_ARN}: Some subnets of internet-facing load balancer web"
        " are private: subnet-c",
        "  ec2 DescribeRouteTables subnet-a -> rtb-public: 0.0.0.0/0 -> igw-1 (active)",
        "  ec2 DescribeRouteTables subnet-c -> rtb-private: 0.0.0.0/0 -> nat-1 (active)",
        "  fix[by hand, brief]: Give web public subnets, one in each of its Availability Zones.",
    ]


def test_the_fix_keeps_the_public_one_and_replaces_the_other() -> None:
    twin = subnet("subnet-pc", "10.0.12.0/24", "c")
    tables = (route_table(subnets=("subnet-a", "subnet-pc")), NAT)
    script = script_of(check, seen(subnets=(*SUBNETS, twin), route_tables=tables), impact="brief")
    assert script.endswith("--subnets subnet-a subnet-pc\n")


def test_or_routes_only_the_private_ones_own_table() -> None:
    tables = (route_table(subnets=("subnet-a",)), route_table("rtb-c", "nat-1", subnets=("subnet-c",)), NAT)
    script = script_of(check, seen(route_tables=tables), impact="brief")
    assert "for table in rtb-c; do\n  aws ec2 replace-route" in script
    assert "rtb-public" not in script


def test_all_public_and_all_private_are_not_mixed() -> None:
    assert result_of(check, seen()) is Result.PASSED
    assert result_of(check, seen(route_tables=(NAT,))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, facts(load_balancers=(), **network_facts())) is Result.EMPTY
    assert result_of(check, seen(route_tables=())) is Result.SKIPPED
