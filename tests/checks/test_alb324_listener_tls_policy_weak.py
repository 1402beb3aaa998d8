"""ALB324 over facts: a listener whose policy accepts outdated versions of TLS."""

from __future__ import annotations

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import SslPolicy
from albdoctor_checks.balancer.alb324_listener_tls_policy_weak import listener_tls_policy_weak
from tests.support.build import LISTENER_443_ARN, facts, listener
from tests.support.build_dns import denied
from tests.support.table import result_of, told

NAME = "ELBSecurityPolicy-2016-08"
LISTENERS = (listener(80), listener(SslPolicy=NAME))


def _policy(*protocols: str, name: str = NAME) -> SslPolicy:
    return SslPolicy(name=name, ssl_protocols=protocols)


def test_a_policy_with_outdated_versions_is_told_as_information() -> None:
    snapshot = facts(listeners=LISTENERS, ssl_policies=(_policy("TLSv1", "TLSv1.1", "TLSv1.2"),))
    assert told(listener_tls_policy_weak, snapshot) == [
        f"info confirmed listener/{LISTENER_443_ARN}: The HTTPS listener on port 443 accepts TLSv1, TLSv1.1"
        " (policy ELBSecurityPolicy-2016-08)",
        "  elasticloadbalancing DescribeSSLPolicies ELBSecurityPolicy-2016-08 -> TLSv1, TLSv1.1, TLSv1.2",
        "  fix[script, none]: Give the listener on port 443 a policy of TLS 1.2 and 1.3.",
    ]


@pytest.mark.parametrize("protocols", [("TLSv1.2",), ("TLSv1.2", "TLSv1.3"), ("TLSv1.3",), ("TLSv1.4",)])
def test_what_a_policy_is_called_is_no_matter(protocols: tuple[str, ...]) -> None:
    assert (
        result_of(listener_tls_policy_weak, facts(listeners=LISTENERS, ssl_policies=(_policy(*protocols),)))
        is Result.PASSED
    )


def test_without_an_https_listener_there_is_nothing_to_judge() -> None:
    assert result_of(listener_tls_policy_weak, facts(listeners=(listener(80),), ssl_policies=())) is Result.EMPTY


def test_what_only_helps_is_no_gap_and_a_policy_that_was_not_read_is_not_called_good() -> None:
    outcome = run_one(facts(listeners=LISTENERS, ssl_policies=denied("x:Y")), listener_tls_policy_weak)
    assert (outcome.result, outcome.gaps) == (Result.SKIPPED, ())
    unread = facts(listeners=LISTENERS, ssl_policies=(_policy("TLSv1.3", name="another"),))
    assert result_of(listener_tls_policy_weak, unread) is Result.EMPTY
    assert result_of(listener_tls_policy_weak, facts(listeners=denied("x:Y"))) is Result.SKIPPED
