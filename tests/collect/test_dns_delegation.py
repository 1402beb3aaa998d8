"""The walk from the root over real sockets: what the parents name, and what every named server says."""

from __future__ import annotations

import pytest

from albdoctor.facts.dns import Cut, Delegation
from albdoctor.facts.known import Gap, Unknown
from tests.support.dns_run import known, walk
from tests.support.dns_server import Server, zone
from tests.support.dns_tree import ALL_AWS, AWS, AWS_NAMES, EXAMPLE, GABIA, GABIA_NAME, KR, ROOT, SHOP, tree


def cut_of(delegation: Delegation, domain: str = "shop.example") -> Cut:
    cut = delegation.cut(domain)
    assert cut is not None, [one.zone for one in delegation.cuts]
    return cut


def names(cut: Cut) -> tuple[str, ...]:
    return tuple(sorted(server.name for server in cut.nameservers))


def child_says(cut: Cut) -> dict[str, str | None]:
    return {answer.server: answer.rcode or answer.error for answer in cut.child_answers}


def test_healthy_domain() -> None:
    delegation = known(walk(tree()))
    assert [(cut.zone, cut.parent_zone) for cut in delegation.cuts] == [("example", "."), ("shop.example", "example")]
    cut = cut_of(delegation)
    assert names(cut) == AWS_NAMES
    assert [server.addresses for server in cut.nameservers] == [(AWS[0],), (AWS[1],)]
    assert [server.named_by for server in cut.nameservers] == [(EXAMPLE,), (EXAMPLE,)]
    assert cut.ttl == 300
    assert [(a.address, a.question, a.type, a.rcode) for a in cut.parent_answers] == [
        (EXAMPLE, "shop.example", "NS", "NOERROR")
    ]
    assert [(a.address, a.type, a.rcode, a.authoritative) for a in cut.child_answers] == [
        (AWS[0], "SOA", "NOERROR", True),
        (AWS[1], "SOA", "NOERROR", True),
    ]
    assert cut.child_answers[0].records[0].data == "ns.invalid admin.invalid 1 7200 900 1209600 86400"
    assert (cut.ds, [answer.rcode for answer in cut.ds_answers]) == ((), ["NOERROR"])
    assert delegation.last_answers == ()
    assert [(a.address, a.type, a.data("NS")) for a in cut.child_ns] == [
        (AWS[0], "NS", frozenset(AWS_NAMES)),
        (AWS[1], "NS", frozenset(AWS_NAMES)),
    ]
    assert delegation.cuts[0].child_answers == delegation.cuts[0].child_ns == ()


def test_mixed_delegation_shows_only_at_the_parent() -> None:
    servers = tree(example=ALL_AWS + f"shop NS {GABIA_NAME}.\n")
    cut = cut_of(known(walk(servers)))
    assert names(cut) == tuple(sorted((GABIA_NAME, *AWS_NAMES)))
    assert child_says(cut) == {AWS_NAMES[0]: "NOERROR", AWS_NAMES[1]: "NOERROR", GABIA_NAME: "REFUSED"}


def test_stale_delegation_is_refused_by_every_server() -> None:
    cut = cut_of(known(walk(tree(example=f"shop NS {AWS_NAMES[0]}.\n", shop="").copy() | _without_shop())))
    assert set(child_says(cut).values()) == {"REFUSED"}


def _without_shop() -> dict[str, Server]:
    servers = tree()
    kept: dict[str, Server] = {}
    for address in AWS:
        zones = tuple(one for one in servers[address].zones if str(one.origin) != "shop.example.")
        kept[address] = Server(zones)
    return kept


def test_missing_delegation() -> None:
    delegation = known(walk(tree(example=""), host="www.shop.example"))
    assert [cut.zone for cut in delegation.cuts] == ["example"]
    assert [(a.address, a.question, a.rcode) for a in delegation.last_answers] == [
        (EXAMPLE, "shop.example", "NXDOMAIN")
    ]


def test_top_level_domain_that_does_not_exist() -> None:
    delegation = known(walk(tree(), "shop.exampel", "shop.exampel"))
    assert delegation.cuts == ()
    assert [(a.address, a.question, a.rcode) for a in delegation.last_answers] == [(ROOT, "exampel", "NXDOMAIN")]


def test_partial_delegation() -> None:
    assert names(cut_of(known(walk(tree(example=f"shop NS {AWS_NAMES[0]}.\n"))))) == (AWS_NAMES[0],)


def test_parents_that_disagree() -> None:
    second = "192.0.2.14"
    servers = tree()
    servers[ROOT] = Server(
        (
            zone(
                ".",
                f"example NS a.x.\nexample NS b.x.\na.x A {EXAMPLE}\nb.x A {second}\nnet NS a.net.\na.net A 192.0.2.13",
            ),
        )
    )
    servers[second] = Server((zone("example.", f"shop NS {AWS_NAMES[0]}."),))
    cut = cut_of(known(walk(servers)))
    assert {server.name: set(server.named_by) for server in cut.nameservers} == {
        AWS_NAMES[0]: {EXAMPLE, second},
        AWS_NAMES[1]: {EXAMPLE},
    }


def test_parent_and_child_on_the_same_server() -> None:
    servers = tree()
    servers[EXAMPLE].zones += (zone("shop.example.", "@ NS a.example."),)
    cut = cut_of(known(walk(servers)))
    assert names(cut) == ("a.example",)
    assert cut.parent_zone == "example"
    assert [(a.rcode, a.authoritative) for a in cut.child_answers] == [("NOERROR", True)]


def test_two_levels_of_public_suffix_on_the_same_servers() -> None:
    delegation = known(walk(tree(), "www.shop.co.kr", "shop.co.kr"))
    assert [(cut.zone, cut.parent_zone) for cut in delegation.cuts] == [
        ("kr", "."),
        ("co.kr", "kr"),
        ("shop.co.kr", "co.kr"),
    ]
    assert names(cut_of(delegation, "shop.co.kr")) == AWS_NAMES
    assert [(a.question, a.rcode) for a in delegation.last_answers] == [("www.shop.co.kr", "NOERROR")] * 2


def test_public_suffix_that_is_no_zone_of_its_own() -> None:
    servers = tree()
    servers[KR] = Server((zone("kr.", f"shop.co NS {AWS_NAMES[0]}.\n"),))
    delegation = known(walk(servers, "shop.co.kr", "shop.co.kr"))
    assert [(cut.zone, cut.parent_zone) for cut in delegation.cuts] == [("kr", "."), ("shop.co.kr", "kr")]


def test_delegated_subdomain() -> None:
    servers = tree(shop=SHOP + f"dev NS {GABIA_NAME}.\n")
    servers[GABIA].zones += (zone("dev.shop.example.", "@ A 203.0.113.1\na.b A 203.0.113.1"),)
    delegation = known(walk(servers, "a.b.dev.shop.example"))
    assert [cut.zone for cut in delegation.cuts] == ["example", "shop.example", "dev.shop.example"]
    cut = cut_of(delegation, "dev.shop.example")
    assert {answer.address for answer in cut.parent_answers} == set(AWS)
    assert child_says(cut) == {GABIA_NAME: "NOERROR"}
    assert {answer.question for answer in delegation.last_answers} == {"b.dev.shop.example"}


def test_name_servers_without_an_address() -> None:
    servers = tree(
        example=ALL_AWS + "shop NS ns-1.awsdns-01.net.example.\nshop NS nodata.cloud.net.\nshop NS alias.cloud.net.\n"
    )
    for address in AWS:
        servers[address].zones = (
            zone("cloud.net.", "nodata TXT x\nalias CNAME nodata"),
            *(one for one in servers[address].zones if str(one.origin) != "cloud.net."),
        )
    cut = cut_of(known(walk(servers)))
    assert {server.name: (server.addresses, server.error) for server in cut.nameservers} == {
        AWS_NAMES[0]: ((AWS[0],), ""),
        AWS_NAMES[1]: ((AWS[1],), ""),
        "ns-1.awsdns-01.net.example": ((), "NXDOMAIN"),
        "nodata.cloud.net": ((), "NODATA"),
        "alias.cloud.net": ((), "CNAME"),
    }


def test_a_name_without_ipv6_of_which_the_ipv4_addresses_were_not_heard_is_not_known_to_have_none() -> None:
    servers = tree(example=ALL_AWS + "shop NS quiet.cloud.net.\n")
    for address in AWS:
        servers[address].zones = (
            zone("cloud.net.", "quiet TXT x"),
            *(one for one in servers[address].zones if str(one.origin) != "cloud.net."),
        )
        servers[address].drops = frozenset({("quiet.cloud.net", "A")})
    cut = cut_of(known(walk(servers)))
    assert {one.name: (one.addresses, one.error) for one in cut.nameservers}["quiet.cloud.net"] == ((), "timeout")


def test_name_servers_that_only_resolve_through_each_other() -> None:
    servers = tree(example="shop NS ns.left.example.\nleft NS ns.right.example.\nright NS ns.left.example.\n")
    [server] = cut_of(known(walk(servers))).nameservers
    assert server.addresses == ()
    assert server.error == "no server to ask"


def test_dead_server_is_told_and_stops_nobody() -> None:
    servers = tree()
    servers[AWS[1]].mode = "drop"
    cut = cut_of(known(walk(servers)))
    assert child_says(cut) == {AWS_NAMES[0]: "NOERROR", AWS_NAMES[1]: "timeout"}


@pytest.mark.parametrize("mode", ["garbage", "wrong-id"])
def test_malformed_answers_are_told(mode: str) -> None:
    servers = tree(example=f"shop NS {GABIA_NAME}.\n")
    servers[GABIA].zones += (zone("shop.example.", ""),)
    # Only the answers about the domain are broken, so that the server's own name can still be found.
    cut = cut_of(known(walk(servers | {GABIA: _broken_for("shop.example.", servers[GABIA], mode)})))
    [answer] = cut.child_answers
    assert answer.rcode is None
    assert answer.error.startswith("malformed: ")


def _broken_for(domain: str, sound: Server, mode: str) -> Server:
    from tests.support.dns_server import answer, respond

    def raw(query: object) -> bytes:
        import dns.message

        assert isinstance(query, dns.message.Message)
        if str(query.question[0].name).endswith(domain):
            made = respond(Server(sound.zones, mode), query.to_wire(), over_tcp=False)
            assert made is not None
            return made
        return answer(sound, query).to_wire()

    return Server(raw=raw)


def test_truncated_answers_are_asked_again_over_tcp() -> None:
    servers = tree()
    servers[EXAMPLE].mode = "truncate"
    cut = cut_of(known(walk(servers)))
    assert [(a.over_tcp, a.rcode) for a in cut.parent_answers] == [(True, "NOERROR")]


def test_upward_and_sideward_referrals_lead_nowhere() -> None:
    servers = tree(example=f"shop NS {GABIA_NAME}.\n")
    servers[GABIA].zones += (zone(".", "example NS a.example.\nnet NS a.net.\n"),)
    delegation = known(walk(servers, "www.shop.example"))
    assert [cut.zone for cut in delegation.cuts] == ["example", "shop.example"]
    [answer] = cut_of(delegation).child_answers
    assert not answer.authoritative


def test_no_root_answers() -> None:
    servers = tree()
    servers[ROOT].mode = "drop"
    assert walk(servers) == Unknown(
        gap=Gap.UNREACHABLE, asked="DNS delegation", detail="no server of the root gave a usable answer: timeout"
    )


def test_parent_that_fails_is_no_missing_delegation() -> None:
    servers = tree()
    servers[EXAMPLE].mode = "SERVFAIL"
    assert walk(servers) == Unknown(
        gap=Gap.FAILED, asked="DNS delegation", detail="no server of example gave a usable answer: SERVFAIL"
    )


def test_intercepted_port_53_is_no_root() -> None:
    servers = tree()
    servers[ROOT].mode = "recursive"
    found = walk(servers)
    assert isinstance(found, Unknown)
    assert found.gap is Gap.FAILED
    assert "intercepted" in found.detail


def test_thousands_of_name_servers_are_bounded() -> None:
    servers = tree(example="".join(f"shop NS ns.n{n}.example.\nn{n} NS ns.m{n}.example.\n" for n in range(300)))
    delegation = known(walk(servers))
    assert len(cut_of(delegation).nameservers) == 20
    assert sum(len(server.asked) for server in servers.values()) < 1200


def test_ipv6_addresses_of_name_servers_are_asked_too() -> None:
    both = f"shop NS in.shop\nin.shop A {AWS[0]}\nin.shop AAAA 2001:db8::21\n"
    servers = tree(example=both)
    servers["2001:db8::21"] = Server(servers[AWS[0]].zones)
    cut = cut_of(known(walk(servers)))
    assert [server.addresses for server in cut.nameservers] == [(AWS[0], "2001:db8::21")]
    assert [(a.address, a.rcode) for a in cut.child_answers] == [(AWS[0], "NOERROR"), ("2001:db8::21", "NOERROR")]
