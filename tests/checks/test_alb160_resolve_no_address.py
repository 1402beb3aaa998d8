"""ALB160 over facts: DNS answers for the host and gives no address."""

from __future__ import annotations

import pytest

from albdoctor.checkup.engine import Result
from albdoctor.facts.dns import HostAnswers, ResolverAnswer
from albdoctor.facts.known import Observed, Unknown
from albdoctor_checks.domain.alb160_resolve_no_address import resolve_no_address as check
from tests.support.build import facts
from tests.support.build_dns import answer, denied, host_answers
from tests.support.table import result_of, told

ROUND = "a.example -> b.example -> a.example"
UNASKED = denied("DNS answers of the delegated servers")
FIX = "  fix[by hand, none]: Make shop.example lead to the load balancer where its DNS is served."


def chain(*names: str, rcode: str) -> HostAnswers:
    return HostAnswers(host="shop.example", zone="shop.example", a=(), aaaa=(), chain=names, chain_rcode=rcode)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (host_answers(rcode="NXDOMAIN"), "NXDOMAIN"),
        (host_answers(), "NODATA"),
        (chain("gone.example.net", rcode="NXDOMAIN"), "CNAME gone.example.net: NXDOMAIN"),
        (
            chain("a.example", "b.example", "a.example", rcode=""),
            "CNAME a.example -> b.example -> a.example: no address",
        ),
    ],
)
def test_a_name_without_address_is_found(answers: HostAnswers, why: str) -> None:
    assert told(check, facts(host_answers=answers)) == [
        f"error confirmed domain/shop.example: shop.example has no address: {why}",
        f"  A and AAAA shop.example -> {why}",
        FIX,
    ]


def test_a_name_with_an_address_passes() -> None:
    assert result_of(check, facts(host_answers=host_answers("203.0.113.5"))) is Result.PASSED


@pytest.mark.parametrize("answers", [UNASKED, host_answers(rcode="SERVFAIL"), host_answers(rcode=None)])
def test_no_usable_answer_says_nothing(answers: Observed[HostAnswers]) -> None:
    assert result_of(check, facts(host_answers=answers)) is Result.SKIPPED


def recursive(*addresses: str, rcode: str = "NOERROR") -> ResolverAnswer:
    a = answer(*addresses, server="192.0.2.53", question="shop.example", type_="A", rcode=rcode)
    none = answer(server="192.0.2.53", question="shop.example", type_="AAAA", rcode=rcode)
    return ResolverAnswer(resolver="192.0.2.53", a=a, aaaa=none, ns=none)


@pytest.mark.parametrize("answers", [UNASKED, host_answers(rcode=None)])
def test_where_the_servers_cannot_be_asked_resolvers_say_it(answers: HostAnswers | Unknown) -> None:
    there = facts(host_answers=answers, resolver_answers=(recursive("203.0.113.5"),))
    assert result_of(check, there) is Result.PASSED
    gone = facts(host_answers=answers, resolver_answers=(recursive(rcode="NXDOMAIN"),))
    assert told(check, gone)[0] == "error confirmed domain/shop.example: shop.example has no address: NXDOMAIN"
