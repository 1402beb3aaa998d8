"""The host, resolvers, CAA, validation names and other names, over real sockets."""

from __future__ import annotations

import asyncio
import time

import pytest

from albdoctor.collect.dns.questions import Dns, resolvers_of
from albdoctor.collect.options import Options
from albdoctor.facts.dns import CaaSet, HostAnswers, ResolverAnswers, ServedRecords
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from tests.support.clocks import SLACK
from tests.support.dns_run import known, with_dns
from tests.support.dns_server import Server, zone
from tests.support.dns_tree import (
    ALB_ADDRESSES,
    ALB_NAME,
    ALL_AWS,
    AWS,
    AWS_NAMES,
    EXAMPLE,
    GABIA,
    GABIA_NAME,
    KR,
    ROOT,
    SHOP,
    tree,
)

RESOLVER, OTHER_RESOLVER = "192.0.2.51", "192.0.2.52"


async def _answers(dns: Dns) -> HostAnswers:
    return known(await dns.host_answers(known(await dns.delegation())))


def answers(servers: dict[str, Server], host: str = "shop.example") -> HostAnswers:
    return with_dns(servers, _answers, host)


def test_host_with_addresses() -> None:
    found = answers(tree())
    assert found.zone == "shop.example"
    assert [(a.server, a.address, a.rcode, a.data("A")) for a in found.a] == [
        (AWS_NAMES[0], AWS[0], "NOERROR", frozenset(ALB_ADDRESSES)),
        (AWS_NAMES[1], AWS[1], "NOERROR", frozenset(ALB_ADDRESSES)),
    ]
    assert [(a.rcode, a.records) for a in (*found.aaaa, *found.cname)] == [("NOERROR", ())] * 4
    assert (found.chain, found.chain_rcode, found.addresses) == ((), "", ALB_ADDRESSES)


def test_servers_of_a_mixed_delegation_give_their_own_addresses() -> None:
    servers = tree(example=ALL_AWS + f"shop NS {GABIA_NAME}.\n")
    servers[GABIA].zones += (zone("shop.example.", "@ A 198.51.100.99"),)
    found = answers(servers)
    assert {a.server: a.data("A") for a in found.a}[GABIA_NAME] == {"198.51.100.99"}
    assert found.addresses == ("198.51.100.99", *ALB_ADDRESSES)


def test_cname_is_followed_out_of_the_zone() -> None:
    found = answers(tree(), "www.shop.example")
    assert [a.data("CNAME") for a in found.cname] == [frozenset({ALB_NAME})] * 2
    assert (found.chain, found.chain_rcode, found.addresses) == ((ALB_NAME,), "NOERROR", ALB_ADDRESSES)


def test_cname_to_nowhere() -> None:
    found = answers(tree(), "gone.shop.example")
    assert (found.chain, found.chain_rcode, found.addresses) == (("missing.cloud.net",), "NXDOMAIN", ())


def test_cname_loop_ends() -> None:
    found = answers(tree(), "loop.shop.example")
    assert found.chain == ("pool.shop.example", "loop.shop.example")
    assert found.addresses == ()


def test_endless_cnames_end() -> None:
    servers = tree(shop=SHOP + "".join(f"c{n} CNAME c{n + 1}\n" for n in range(30)))
    found = answers(servers, "c0.shop.example")
    assert found.chain[:2] == ("c1.shop.example", "c2.shop.example")
    assert len(found.chain) <= 9
    assert found.addresses == ()


def test_missing_name_is_nxdomain_at_every_server() -> None:
    found = answers(tree(), "nothing.shop.example")
    assert [a.rcode for a in found.a] == ["NXDOMAIN"] * 2


def test_undelegated_domain_has_the_parents_answer() -> None:
    found = answers(tree(example=""), "www.shop.example")
    assert found.zone == "example"
    assert [(a.address, a.question, a.rcode) for a in found.a] == [(EXAMPLE, "www.shop.example", "NXDOMAIN")]
    assert found.addresses == ()


def test_undelegated_domain_under_two_levels_on_the_same_servers() -> None:
    found = with_dns(tree(), _answers, "www.other.co.kr", "other.co.kr")
    assert found.zone == "co.kr"
    assert [(a.address, a.rcode) for a in found.a] == [(KR, "NXDOMAIN")]


def test_name_under_no_top_level_domain_has_the_roots_answer() -> None:
    found = with_dns(tree(), _answers, "shop.exampel", "shop.exampel")
    assert (found.zone, [a.rcode for a in found.a]) == (".", ["NXDOMAIN"])


def _resolvers(servers: dict[str, Server], *addresses: str) -> Observed[ResolverAnswers]:
    return with_dns(servers, lambda dns: dns.resolver_answers(), resolvers=addresses)


def _resolver(mode: str = "recursive") -> Server:
    return Server((zone("shop.example.", SHOP),), mode)


async def _served(dns: Dns) -> ServedRecords:
    return await dns.served_records(known(await dns.delegation()))


def test_one_server_is_asked_what_else_it_holds() -> None:
    servers = tree()
    mail = '@ MX 10 Mail.shop.example.\n@ TXT "v=spf1 -all"\n_dmarc TXT "v=DMARC1; p=none"'
    for address in AWS:
        servers[address].zones = (zone("shop.example.", f"@ A 198.51.100.7\nwww A 198.51.100.8\n{mail}"),)
    found = with_dns(servers, _served)
    assert found.domain == "shop.example"
    assert len({(one.server, one.address) for one in found.answers}) == 1
    held = [(record.name, record.type, record.data) for one in found.answers for record in one.records]
    assert held == [
        ("shop.example", "A", "198.51.100.7"),
        ("shop.example", "MX", "10 mail.shop.example"),
        ("shop.example", "TXT", '"v=spf1 -all"'),
        ("www.shop.example", "A", "198.51.100.8"),
        ("_dmarc.shop.example", "TXT", '"v=DMARC1; p=none"'),
    ]


def test_where_nobody_answers_for_the_domain_nobody_is_asked() -> None:
    assert with_dns(tree(), _served, "www.other.co.kr", "other.co.kr") == ServedRecords(domain="other.co.kr")


def test_resolvers_are_asked_with_recursion() -> None:
    servers = {RESOLVER: _resolver(), OTHER_RESOLVER: _resolver("drop")}
    first, second = known(_resolvers(servers, RESOLVER, OTHER_RESOLVER))
    assert first.resolver == RESOLVER
    assert first.a.recursion_available
    assert first.a.data("A") == set(ALB_ADDRESSES)
    assert first.ns.data("NS") == set(AWS_NAMES)
    assert first.without_checking is None
    assert (second.a.rcode, second.a.error) == (None, "timeout")


def test_servfail_is_asked_again_without_checking() -> None:
    [found] = known(_resolvers({RESOLVER: _resolver("SERVFAIL")}, RESOLVER))
    assert found.without_checking is not None
    assert found.without_checking.rcode == "SERVFAIL"


def test_not_one_resolver() -> None:
    assert _resolvers({RESOLVER: _resolver("drop")}, RESOLVER) == Unknown(
        gap=Gap.UNREACHABLE, asked="DNS answers of recursive resolvers", detail=f"{RESOLVER}: timeout"
    )


def test_caa_is_climbed_for() -> None:
    names = ("*.shop.example", "www.shop.example", "parked.example")
    found = known(with_dns(tree(), lambda dns: dns.caa_sets(names)))
    amazon = ('0 issue "amazon.com"',)
    assert found == (
        CaaSet(name="*.shop.example", found_at="shop.example", owner="shop.example", records=amazon),
        CaaSet(name="www.shop.example", found_at="shop.example", owner="shop.example", records=amazon),
        CaaSet(name="parked.example"),
    )


def test_caa_of_a_cname_target_counts() -> None:
    servers = tree(shop=SHOP + f"help CNAME desk.{GABIA_NAME.removeprefix('ns.')}.\n")
    servers[GABIA].zones = (zone("gabia.co.kr.", f'@ NS {GABIA_NAME}.\nns A {GABIA}\ndesk CAA 0 issue "x.example"'),)
    [found] = known(with_dns(servers, lambda dns: dns.caa_sets(("help.shop.example",))))
    assert (found.found_at, found.owner) == ("help.shop.example", "desk.gabia.co.kr")
    assert found.records == ('0 issue "x.example"',)


def test_caa_that_cannot_be_had_is_no_absence() -> None:
    servers = tree()
    for address in AWS:
        servers[address].mode = "SERVFAIL"
    servers[EXAMPLE].zones = (zone("example.", f"shop NS in.shop\nin.shop A {AWS[0]}"),)
    [found] = known(with_dns(servers, lambda dns: dns.caa_sets(("shop.example",))))
    assert found == CaaSet(name="shop.example", error="CAA of shop.example: SERVFAIL")


def test_validation_cname_is_asked_of_every_server() -> None:
    wanted = (("_x1.shop.example.", "_y1.acm-validations.aws."), ("_x2.shop.example.", "_y2.acm-validations.aws."))
    first, second = known(with_dns(tree(), lambda dns: dns.validation_answers(wanted)))
    assert (first.name, first.expected, first.zone) == ("_x1.shop.example", "_y1.acm-validations.aws", "shop.example")
    assert [a.data("CNAME") for a in first.answers] == [frozenset({"_y1.acm-validations.aws"})] * 2
    assert [(a.address, a.rcode) for a in second.answers] == [(AWS[0], "NXDOMAIN"), (AWS[1], "NXDOMAIN")]


def test_addresses_of_any_name() -> None:
    async def ask(dns: Dns) -> tuple[Observed[tuple[str, ...]], ...]:
        return await dns.addresses(ALB_NAME.upper() + "."), await dns.addresses("missing.cloud.net")

    assert with_dns(tree(), ask) == (Known(ALB_ADDRESSES), Known(()))


@pytest.mark.parametrize("asked", ["caa", "validation", "addresses"])
def test_nothing_is_known_without_a_root(asked: str) -> None:
    servers = tree()
    servers[ROOT].mode = "drop"

    async def ask(dns: Dns) -> object:
        if asked == "caa":
            return await dns.caa_sets(("shop.example",))
        if asked == "validation":
            return await dns.validation_answers((("_x.shop.example", "_y"),))
        return await dns.addresses("shop.example")

    found = with_dns(servers, ask)
    assert isinstance(found, Unknown)
    assert found.gap is Gap.UNREACHABLE


def test_a_scan_waits_for_its_longest_chain_only() -> None:
    servers = tree()
    delay = 0.2
    for server in servers.values():
        server.delay = delay

    async def everything(dns: Dns) -> float:
        started = time.perf_counter()
        delegation = known(await dns.delegation())
        await dns.host_answers(delegation)
        return time.perf_counter() - started

    # The root, the TLD, the name servers' own TLD twice (root and itself), the domain's servers; the host came along.
    assert with_dns(servers, everything) < 5 * delay + 0.15


def test_each_question_is_sent_once() -> None:
    servers = tree()

    async def everything(dns: Dns) -> int:
        delegation = known(await dns.delegation())
        await dns.host_answers(delegation)
        await dns.caa_sets(("shop.example", "www.shop.example"))
        await dns.validation_answers((("_x1.shop.example", "_y1.acm-validations.aws"),))
        before = dns.questions
        await dns.delegation()
        await dns.host_answers(delegation)
        assert dns.questions == before
        return before

    started = time.perf_counter()
    questions = with_dns(servers, everything, "www.shop.example")
    assert time.perf_counter() - started < SLACK
    asked = [(address, *one) for address, server in servers.items() for one in server.asked]
    assert len(asked) == len(set(asked)) == questions


def test_while_the_walk_is_on_its_way_nobody_above_the_domain_is_asked_for_names_in_it() -> None:
    servers = tree()

    async def everything(dns: Dns) -> None:
        _, caa, proofs = await asyncio.gather(
            dns.delegation(),
            dns.caa_sets(("www.shop.example",)),
            dns.validation_answers((("_x1.shop.example", "_y1.acm-validations.aws"),)),
        )
        assert known(caa)[0].error == ""
        assert known(proofs)[0].zone == "shop.example"

    with_dns(servers, everything)
    assert {name for name, *_ in servers[ROOT].asked if name.endswith("example")} == {"example"}
    assert {name for name, *_ in servers[EXAMPLE].asked} == {"shop.example", "example"}


def test_look_ups_go_on_where_the_walk_leads_nowhere() -> None:
    servers = tree(example="other NS ns.other")

    async def everything(dns: Dns) -> str:
        _, caa = await asyncio.gather(dns.delegation(), dns.caa_sets(("www.shop.example",)))
        return known(caa)[0].error

    assert with_dns(servers, everything) == ""
    assert ("www.shop.example", "CAA", False) in servers[EXAMPLE].asked


def test_what_else_the_domain_holds_is_asked_with_its_delegation() -> None:
    """In the same round as the servers themselves, of the one that is asked for it afterwards."""
    servers = tree()

    async def everything(dns: Dns) -> tuple[int, int]:
        delegation = known(await dns.delegation(records=True))
        before = dns.questions
        await dns.served_records(delegation)
        return before, dns.questions

    before, after = with_dns(servers, everything)
    assert before == after
    assert ("_dmarc.shop.example", "TXT", False) in servers[AWS[0]].asked
    assert not any(name.startswith("_dmarc") for name, *_ in servers[AWS[1]].asked)


def test_resolvers_that_are_asked() -> None:
    def of(domain: str, given: tuple[tuple[str, int], ...] = ()) -> list[str]:
        options = Options(domain=domain, host=domain, registrable=domain, resolvers=given)
        return [server.name for server in resolvers_of(options)]

    assert {"8.8.8.8", "1.1.1.1"} <= set(of("shop.com"))
    assert "168.126.63.1" not in of("shop.com")
    assert "168.126.63.1" in of("shop.kr")
    assert of("shop.kr", (("192.0.2.1", 53), ("192.0.2.2", 5300))) == ["192.0.2.1", "192.0.2.2:5300"]
