"""ALB327 over facts: a login for which the load balancer cannot ask the identity provider."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb327_listener_auth_or_jwt_broken import listener_auth_or_jwt_broken as check
from tests.support.build import balancer, facts, forward, listener, rule
from tests.support.build_dns import denied
from tests.support.build_net import permission, security_group
from tests.support.table import result_of, told

TO_TARGETS = (permission(80, 80, "sg-web"),)


def login(kind: str = "authenticate-cognito") -> Any:
    return rule(Actions=[{"Type": kind, "Order": 1}, {**forward(), "Order": 2}])


def seen(*rules: Any, out: tuple[Any, ...] | None = TO_TARGETS, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(),),
        "rules": rules,
        "security_groups": (security_group("sg-alb", outbound=out),),
    }
    return facts(**(base | groups))


def test_a_login_without_a_way_out_is_found() -> None:
    made = login()
    assert told(check, seen(made)) == [
        f"error confirmed rule/{made.rule_arn}: https://shop.example/ needs a login (authenticate-cognito), and load"
        " balancer web has no way out on port 443 to the identity provider",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/"
        " -> forward to web-http",
        "  ec2 DescribeSecurityGroups sg-alb -> sg-alb: tcp/80 to sg-web",
        "  fix[by hand, none]: Allow outbound TCP 443 from sg-alb, the load balancer's security group, to the identity"
        " provider.",
    ]


@pytest.mark.parametrize("kind", ["authenticate-oidc", "jwt-validation"])
def test_another_provider_may_stand_in_the_vpc(kind: str) -> None:
    (finding,) = run_one(seen(login(kind)), check).findings
    assert (finding.certainty, len(finding.alternatives)) == ("likely", 1)


@pytest.mark.parametrize(
    ("out", "result"),
    [
        (None, Result.PASSED),
        ((permission(443, 443, "0.0.0.0/0"),), Result.PASSED),
        ((permission(443, 443, "198.51.100.0/24"),), Result.PASSED),
        ((permission(443, 443, "pl-1"),), Result.PASSED),
        ((permission(443, 443, "::/0"),), Result.PASSED),
        ((permission(443, 443, "10.0.0.0/16"),), Result.FOUND),
        ((permission(80, 80, "0.0.0.0/0"),), Result.FOUND),
        ((), Result.FOUND),
    ],
)
def test_what_leads_out(out: tuple[Any, ...] | None, result: Result) -> None:
    assert result_of(check, seen(login(), out=out)) is result


def test_without_a_login_there_is_nothing_to_say() -> None:
    assert result_of(check, seen(rule())) is Result.EMPTY
    unseen = denied("ec2:DescribeSecurityGroups")
    assert result_of(check, seen(rule(), security_groups=unseen)) is Result.EMPTY
    assert result_of(check, seen(login(), security_groups=unseen)) is Result.SKIPPED
    assert result_of(check, seen(login(), security_groups=())) is Result.SKIPPED
