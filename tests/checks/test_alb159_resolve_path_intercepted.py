"""ALB159 over facts: a resolver where a root server was asked."""

from __future__ import annotations

from albdoctor.checkup.engine import Result
from albdoctor.facts.dns import INTERCEPTED
from albdoctor.facts.known import Gap, Unknown
from albdoctor_checks.domain.alb159_resolve_path_intercepted import resolve_path_intercepted as check
from tests.support.build import facts
from tests.support.build_dns import OURS, delegation
from tests.support.table import result_of, told


def test_a_resolver_in_place_of_the_root_is_told() -> None:
    met = Unknown(gap=Gap.FAILED, asked="DNS delegation", detail=INTERCEPTED)
    assert told(check, facts(delegation=met)) == [
        "info confirmed domain/shop.example: A resolver answers in place of the DNS root servers, so that nothing is"
        " known of the name servers of shop.example",
        "  NS example asked of the root servers -> the answer of a resolver",
        "  fix[by hand, none]: Scan shop.example from a network that lets DNS through, AWS CloudShell for example.",
    ]


def test_a_walk_that_got_somewhere_passes_and_a_closed_port_is_a_gap() -> None:
    assert result_of(check, facts(delegation=delegation(*OURS))) is Result.PASSED
    assert result_of(check, facts(delegation=delegation())) is Result.PASSED
    shut = Unknown(gap=Gap.UNREACHABLE, asked="DNS delegation", detail="timeout")
    assert result_of(check, facts(delegation=shut)) is Result.SKIPPED
