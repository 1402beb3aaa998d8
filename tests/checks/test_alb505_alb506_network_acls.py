"""ALB505 and ALB506 over facts: network ACLs at both borders, both directions."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import fill_script
from albdoctor_checks.network.alb505_net_nacl_target_side import net_nacl_target_side as target_side
from albdoctor_checks.network.alb506_net_nacl_alb_side_return import net_nacl_alb_side_return as balancer_side
from tests.support.build import GROUP_ARN, target
from tests.support.build_net import acl, entry
from tests.support.build_targets import DENIED, TIMEOUT, unhealthy
from tests.support.build_ways import behind, open_ipv6, over_ipv6
from tests.support.table import result_of, told

SICK = unhealthy(reason=TIMEOUT, description="Request timed out")
OPEN = acl("acl-alb", subnets=("subnet-a", "subnet-c"))


def at_targets(*entries: dict[str, Any]) -> Any:
    return behind(SICK, network_acls=(OPEN, acl("acl-t", *entries, subnets=("subnet-t",))))


def test_request_kept_out_of_the_targets_subnet_is_confirmed() -> None:
    seen = at_targets(entry(100, "allow", "0.0.0.0/0", (443, 443)), entry(100, "allow", egress=True))
    lines = told(target_side, seen)
    assert lines[0] == (
        f"error confirmed target/{GROUP_ARN}#i-0abc:80 [acl-t]: Network ACL acl-t of the targets' subnet blocks"
        " traffic between the load balancer and port 80 of i-0abc"
    )
    assert lines[-1].startswith("  fix[script, none]: Allow the load balancer's requests in")
    assert [line.split(" -> ")[0] for line in lines[1:-1]] == ["  ec2 DescribeNetworkAcls acl-t (acl-target-in)"]
    (finding,) = run_one(seen, target_side).findings
    assert fill_script(target_side.fixes[0].script, finding.values).splitlines()[0] == (
        "for entry in '--ingress 98 From=80,To=80 --cidr-block 10.0.1.0/24'"
        " '--ingress 99 From=80,To=80 --cidr-block 10.0.2.0/24'; do"
    )
    assert result_of(balancer_side, seen) is Result.PASSED


def test_answer_kept_in_the_targets_subnet_is_confirmed() -> None:
    seen = at_targets(entry(100, "allow"), entry(100, "allow", "0.0.0.0/0", (443, 443), egress=True))
    (finding,) = run_one(seen, target_side).findings
    assert finding.values["entries"] == (
        "--egress 98 From=1024,To=65535 --cidr-block 10.0.1.0/24",
        "--egress 99 From=1024,To=65535 --cidr-block 10.0.2.0/24",
    )


def test_balancers_side_is_confirmed_both_ways() -> None:
    closed = acl("acl-alb", entry(100, "allow", "0.0.0.0/0", (443, 443)), subnets=("subnet-a", "subnet-c"))
    seen = behind(SICK, network_acls=(closed, acl("acl-t", subnets=("subnet-t",))))
    assert told(balancer_side, seen)[0].startswith("error confirmed")
    assert told(balancer_side, seen)[-1] == (
        "  fix[script, none]: Allow requests to the targets out, and their answers in, in network ACL acl-alb of the"
        " load balancer's subnets."
    )
    (finding,) = run_one(seen, balancer_side).findings
    assert finding.values["entries"] == (
        "--ingress 1 From=1024,To=65535 --cidr-block 10.0.9.0/24",
        "--egress 1 From=80,To=80 --cidr-block 10.0.9.0/24",
    )
    assert result_of(target_side, seen) is Result.PASSED


def test_no_free_number_is_told() -> None:
    first = (entry(1, "deny", "10.0.0.0/16"), entry(100, "allow"), entry(100, "allow", egress=True))
    near = acl("acl-alb", *first, subnets=("subnet-a", "subnet-c"))
    at_balancer = behind(SICK, network_acls=(near, acl("acl-t", subnets=("subnet-t",))))
    for check, seen, summary in (
        (target_side, at_targets(*first), "Allow the load balancer's requests in, and the answers out, in"),
        (balancer_side, at_balancer, "Allow requests to the targets out, and their answers in, in"),
    ):
        (finding,) = run_one(seen, check).findings
        assert finding.fix is not None
        assert (finding.fix.script, finding.fix.by_hand is not None) == ("", True)
        assert told(check, seen)[-1].startswith(f"  fix[by hand, none]: {summary}")


def test_open_acls_and_healthy_targets_pass() -> None:
    for check in (target_side, balancer_side):
        assert result_of(check, behind(SICK)) is Result.PASSED
        closed = behind(target(), network_acls=(OPEN, acl("acl-t", entry(100, "deny"), subnets=("subnet-t",))))
        assert result_of(check, closed) is Result.PASSED


def test_unknown_acls_and_nothing() -> None:
    denied = Unknown(gap=Gap.DENIED, asked="ec2:DescribeNetworkAcls")
    for check in (target_side, balancer_side):
        assert result_of(check, behind(SICK, network_acls=denied)) is Result.SKIPPED
        assert result_of(check, behind(SICK, network_acls=(OPEN,))) is Result.SKIPPED
        assert result_of(check, behind(groups_health=DENIED)) is Result.SKIPPED
        assert result_of(check, behind()) is Result.EMPTY


def test_over_ipv6_the_entries_name_ranges_of_ipv6() -> None:
    """An instance in an IPv6 group, behind an ACL whose entries are all for IPv4."""
    seen = over_ipv6(
        SICK, network_acls=(open_ipv6("acl-alb", "subnet-a", "subnet-c"), acl("acl-t", subnets=("subnet-t",)))
    )
    (finding,) = run_one(seen, target_side).findings
    assert finding.values["entries"] == (
        "--ingress 98 From=80,To=80 --ipv6-cidr-block 2001:db8:1:1::/64",
        "--ingress 99 From=80,To=80 --ipv6-cidr-block 2001:db8:1:2::/64",
        "--egress 98 From=1024,To=65535 --ipv6-cidr-block 2001:db8:1:1::/64",
        "--egress 99 From=1024,To=65535 --ipv6-cidr-block 2001:db8:1:2::/64",
    )
    assert result_of(balancer_side, seen) is Result.PASSED
    healthy_twin = over_ipv6(SICK)
    assert result_of(target_side, healthy_twin) is result_of(balancer_side, healthy_twin) is Result.PASSED
