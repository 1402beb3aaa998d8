"""ALB155 over facts: servers that hold different states of a zone, and answers that differ on purpose."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from albdoctor.checkup.engine import Result
from albdoctor.facts.dns import Answer, Delegation, HostAnswers, Record
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.wire import Tcp
from albdoctor_checks.domain.alb155_resolve_answers_disagree import resolve_answers_disagree as check
from tests.support.build import facts
from tests.support.build_dns import DOMAIN, GABIA, OURS, answer, delegation, denied, probe, probes, zone
from tests.support.table import result_of, told

ONE, OTHER, THIRD = "ns1.one.example", "ns1.other.example", "ns2.one.example"
NEW, OLD = "203.0.113.5", "198.51.100.7"
SERVED = probes(probe(NEW), probe(OLD))
OLD_FAILS = probes(probe(NEW), probe(OLD, Tcp.REFUSED))


def walked(*serials: int, names: tuple[str, ...] = (ONE, OTHER)) -> Delegation:
    """Each server with the serial number of the zone that it holds."""
    plain = delegation(*names, own=names)
    cut = plain.cuts[-1]
    states = (Record(name=DOMAIN, type="SOA", ttl=900, data=f"{ONE} x.example {one} 1 1 1 1") for one in serials)
    children = tuple(replace(one, records=(soa,)) for one, soa in zip(cut.child_answers, states, strict=True))
    return replace(plain, cuts=(plain.cuts[0], replace(cut, child_answers=children)))


def hosts(*answers: Answer) -> HostAnswers:
    every = sorted({data for one in answers for data in one.data("A")})
    return HostAnswers(host=DOMAIN, zone=DOMAIN, a=answers, aaaa=(), addresses=tuple(every))


def says(server: str, *data: str, type_: str = "A", **fields: Any) -> Answer:
    told_ = answer(*data, server=server, **fields)
    return replace(told_, records=tuple(replace(one, type=type_) for one in told_.records))


def seen(answers: HostAnswers, way: Delegation | None = None, **groups: Any) -> Facts:
    base: dict[str, Any] = {"delegation": way or walked(2, 1), "host_answers": answers, "probes": OLD_FAILS}
    return facts(**(base | groups))


DIFFER = hosts(says(ONE, NEW), says(OTHER, OLD))


def test_a_secondary_that_kept_an_old_state_is_found_where_visitors_fail_at_it() -> None:
    assert told(check, seen(DIFFER)) == [
        "error confirmed domain/shop.example: The name servers of shop.example hold different data for shop.example:"
        " 203.0.113.5 (ns1.one.example); 198.51.100.7 (ns1.other.example)",
        "  A shop.example @ns1.one.example -> 203.0.113.5 (SOA ns1.one.example 2)",
        "  A shop.example @ns1.other.example -> 198.51.100.7 (SOA ns1.one.example 1)",
        "  fix[by hand, none]: Make all name servers of shop.example hold the same records.",
    ]


def test_a_server_that_lacks_the_record_is_found() -> None:
    for lacking in (says(OTHER), says(OTHER, rcode="NXDOMAIN")):
        assert "; NODATA (ns1.other.example)" in told(check, seen(hosts(says(ONE, NEW), lacking)))[0]


@pytest.mark.parametrize(
    "healthy",
    [
        seen(DIFFER, walked(1, 1)),
        seen(hosts(says(ONE, NEW), says(OTHER, NEW, OLD))),
        seen(hosts(says(ONE, NEW), says(OTHER, "shop.cdn.example", type_="CNAME"))),
        seen(hosts(says(ONE, NEW), says(OTHER, error="timeout"))),
        seen(hosts(says(ONE, NEW), says(OTHER, rcode="REFUSED", authoritative=False))),
        seen(hosts(says(ONE, NEW), says(OTHER, rcode="SERVFAIL", authoritative=False))),
        seen(DIFFER, walked(2, 1, names=(*OURS[:1], *GABIA[:1])), hosted_zones=(zone(),)),
        seen(DIFFER, delegation(ONE, OTHER)),
        seen(hosts(says(ONE, NEW), says(THIRD, OLD), says(OTHER, OLD)), walked(2, 1, 2, names=(ONE, OTHER, THIRD))),
        seen(hosts(says(ONE), says(OTHER, rcode="NXDOMAIN"))),
    ],
    ids=[
        "one state, by turn or by weight",
        "they share an address",
        "an alias there and a CNAME here",
        "one is silent",
        "one refuses",
        "one fails",
        "the delegation is the fault",
        "no state is known",
        "servers of one state answer by turn",
        "none has an address",
    ],
)
def test_what_is_no_disagreement_passes(healthy: Facts) -> None:
    assert result_of(check, healthy) is Result.PASSED


def test_different_answers_that_all_serve_visitors_are_nothing() -> None:
    assert result_of(check, seen(DIFFER, probes=SERVED)) is Result.EMPTY
    assert result_of(check, seen(DIFFER, probes=probes(probe(NEW, Tcp.SILENT), probe(OLD, Tcp.SILENT)))) is Result.EMPTY
    assert result_of(check, seen(DIFFER, probes=denied("probes"))) is Result.EMPTY


def test_no_answers_are_a_gap() -> None:
    assert result_of(check, facts(delegation=walked(2, 1), host_answers=denied("DNS"))) is Result.SKIPPED
