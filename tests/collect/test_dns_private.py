"""Name servers with addresses that are not public are told and never asked, whoever names them."""

from __future__ import annotations

import asyncio

import pytest

from albdoctor.collect.dns.questions import Dns
from albdoctor.collect.dns.wire import Server as Asked
from albdoctor.collect.dns.wire import Wire
from albdoctor.collect.options import ConnectTo, Options
from albdoctor.derive.dns.delegation import Delegated, Fit, delegated
from albdoctor.facts.dns import Answer, CaaSets, Delegation, HostAnswers, ValidationAnswers
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from tests.support.build_dns import zone as hosted_zone
from tests.support.dns_run import known, walk, with_dns
from tests.support.dns_server import Server, serving, zone
from tests.support.dns_tree import ALL_AWS, AWS, AWS_NAMES, NET, ROOT, tree
from tests.support.sockets import sockets_opened

PRIVATE = (
    "10.0.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - never bound
    "224.0.0.1",
    "::1",
    "fd00::53",
    "fe80::53",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
)


def glue(address: str, name: str = "ns.shop") -> str:
    return f"shop NS {name}\n{name} {'AAAA' if ':' in address else 'A'} {address}\n"


IPV6_PROBE = ("2001:503:ba3e::2:30", 53)
"""Connected to and never sent to: whether this machine has IPv6 at all."""


def only_loopback(places: set[tuple[str, int]]) -> bool:
    """Whether every socket belongs to the tree (none of its servers has port 53)."""
    return all(host == "127.0.0.1" and port != 53 for host, port in places - {IPV6_PROBE})


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_name_server_is_told_and_not_asked(address: str) -> None:
    servers = tree(example=glue(address))
    with sockets_opened() as places:
        found = with_dns(servers, _host_answers)
    delegation, answers = found
    cut = known(delegation).cut("shop.example")
    assert cut is not None
    [server] = cut.nameservers
    assert (server.name, server.addresses, server.error) == ("ns.shop.example", (address,), "")
    [answer] = cut.child_answers
    assert answer.rcode is None
    assert answer.error.startswith("not asked: ns.shop.example has the ")
    assert answer.error.endswith(f" address {address}")
    assert answers == Unknown(
        gap=Gap.NOT_ASKED,
        asked="DNS answers of the delegated servers",
        detail=answer.error.removeprefix("not asked: "),
    )
    assert only_loopback(places)


async def _host_answers(dns: Dns) -> tuple[Observed[Delegation], Observed[HostAnswers]]:
    delegation = await dns.delegation()
    return delegation, await dns.host_answers(known(delegation))


def test_no_packet_reaches_a_service_of_this_machine() -> None:
    server = Server((zone("shop.example.", "@ A 203.0.113.1"),))

    async def ask() -> tuple[Answer, Answer]:
        async with serving({"192.0.2.1": server}) as connect_to:
            port = connect_to.places[0][1][1]
            ns = Asked("ns.evil.example", "127.0.0.1", port)
            refused = await Wire(ConnectTo()).ask(ns, "shop.example", "A")
            allowed = await Wire(ConnectTo(), on_purpose=(ns,)).ask(ns, "shop.example", "A")
            return refused.answer, allowed.answer

    refused, allowed = asyncio.run(ask())
    assert refused.error == "not asked: ns.evil.example has the loopback address 127.0.0.1"
    assert refused.milliseconds == 0
    assert allowed.rcode == "NOERROR"
    assert server.asked == [("shop.example", "A", False)], "only the server that was named on purpose was asked"


def test_a_name_server_that_resolves_to_a_private_address_is_not_asked() -> None:
    """No glue: the name is looked up, and only then it shows where it leads."""
    servers = tree(example="shop NS evil.cloud.net.\n")
    for address in AWS:
        servers[address].zones = (
            zone("cloud.net.", "evil A 10.0.0.1"),
            *(one for one in servers[address].zones if str(one.origin) != "cloud.net."),
        )
    with sockets_opened() as places:
        delegation, answers = with_dns(servers, _host_answers)
    cut = known(delegation).cut("shop.example")
    assert cut is not None
    assert [server.addresses for server in cut.nameservers] == [("10.0.0.1",)]
    assert isinstance(answers, Unknown)
    assert answers.detail == "evil.cloud.net has the private address 10.0.0.1"
    assert only_loopback(places)


def test_of_two_addresses_the_public_one_is_asked() -> None:
    """The private one sorts first, and there are more of them than servers are picked."""
    private = "".join(f"ns.shop A 10.0.0.{n}\n" for n in range(1, 6))
    servers = tree(example=f"shop NS ns.shop\n{private}ns.shop A {AWS[0]}\n")
    with sockets_opened() as places:
        delegation, answers = with_dns(servers, _host_answers, "www.shop.example")
    cut = known(delegation).cut("shop.example")
    assert cut is not None
    assert {answer.address: answer.rcode for answer in cut.child_answers} == {AWS[0]: "NOERROR"} | {
        f"10.0.0.{n}": None for n in range(1, 6)
    }
    assert known(answers).addresses == ("203.0.113.10", "203.0.113.20")
    assert only_loopback(places)


def test_private_servers_in_front_do_not_hide_the_public_ones() -> None:
    """Of a zone only some servers are asked; the refused ones must not use the places up."""
    bad = "".join(f"shop NS a{n}.shop\na{n}.shop A 10.0.0.{n}\n" for n in range(1, 6))
    servers = tree(example=bad + ALL_AWS)
    wanted = (("_x1.shop.example", "_y1.acm-validations.aws"),)

    async def ask(dns: Dns) -> ValidationAnswers:
        return known(await dns.validation_answers(wanted))

    [found] = with_dns(servers, ask)
    assert {answer.address for answer in found.answers if answer.rcode == "NOERROR"} == set(AWS)


def test_a_private_parent_is_a_gap_and_no_missing_delegation() -> None:
    servers = tree()
    servers[ROOT] = Server((zone(".", "example NS a.example.\na.example A 10.0.0.7"),))
    with sockets_opened() as places:
        found = walk(servers)
    assert found == Unknown(
        gap=Gap.NOT_ASKED,
        asked="DNS delegation",
        detail="no server of example may be asked: a.example has the private address 10.0.0.7",
    )
    assert only_loopback(places)


def test_a_name_server_behind_a_private_one_is_not_called_nonexistent() -> None:
    """The servers of cloud.net are private: whether the name server has an address, nobody saw."""
    servers = tree(example="shop NS ns.cloud.net.\n")
    servers[NET] = Server((zone("net.", "cloud NS a.cloud\na.cloud A 192.168.0.1"),))
    delegation, answers = with_dns(servers, _host_answers)
    cut = known(delegation).cut("shop.example")
    assert cut is not None
    [server] = cut.nameservers
    assert server.addresses == ()
    assert server.error == "not asked: a.cloud.net has the private address 192.168.0.1"
    assert answers == Unknown(
        gap=Gap.NOT_ASKED,
        asked="DNS answers of the delegated servers",
        detail="a.cloud.net has the private address 192.168.0.1",
    )


def test_names_of_a_zone_behind_private_servers_are_gaps() -> None:
    async def ask(dns: Dns) -> tuple[Observed[tuple[str, ...]], Observed[CaaSets], Observed[ValidationAnswers]]:
        return (
            await dns.addresses("shop.example"),
            await dns.caa_sets(("shop.example",)),
            await dns.validation_answers((("_x1.shop.example", "_y1"),)),
        )

    addresses, caa, validation = with_dns(tree(example=glue("10.0.0.1")), ask)
    detail = "ns.shop.example has the private address 10.0.0.1"
    assert addresses == Unknown(gap=Gap.NOT_ASKED, asked="DNS addresses of shop.example", detail=detail)
    assert [one.error for one in known(caa)] == [f"CAA of shop.example: not asked: {detail}"]
    assert [[answer.error for answer in one.answers] for one in known(validation)] == [[f"not asked: {detail}"]]


@pytest.mark.parametrize("rule", ["elsewhere", "itself"])
def test_what_connect_to_names_is_asked(rule: str) -> None:
    wire = Wire(ConnectTo(places=((("10.0.0.1", 53), ("127.0.0.1", 1) if rule == "elsewhere" else ("10.0.0.1", 53)),)))
    assert wire.why_not(Asked("ns.shop.example", "10.0.0.1")) == ""
    assert wire.why_not(Asked("ns.shop.example", "10.0.0.1", 54)) != ""
    assert wire.why_not(Asked("ns.shop.example", "10.0.0.2")) != ""


def test_own_roots_and_resolvers_may_be_private() -> None:
    """Both are the user's words. That a zone of strangers names the same address is of no help to them."""
    root = Server((zone(".", "example NS a.example.\na.example A 127.0.0.1"),), "ok")
    resolver = Server((zone("shop.example.", "@ A 203.0.113.1"),), "recursive")

    async def run() -> tuple[Observed[Delegation], object]:
        async with serving({"192.0.2.1": root, "192.0.2.2": resolver}) as places:
            (_, own_root), (_, own_resolver) = places.places
            options = Options(
                domain="shop.example",
                host="shop.example",
                registrable="shop.example",
                dns_roots=(own_root,),
                resolvers=(own_resolver,),
            )
            return await Dns(options).delegation(), await Dns(options).resolver_answers()

    delegation, resolvers = asyncio.run(run())
    assert isinstance(delegation, Unknown)
    assert delegation.detail == "no server of example may be asked: a.example has the loopback address 127.0.0.1"
    assert root.asked
    assert isinstance(resolvers, Known)
    assert resolver.asked


def judged(servers: dict[str, Server]) -> Delegated | Unknown | None:
    zones = (hosted_zone("Z1", "shop.example", AWS_NAMES),)
    return delegated("shop.example", known(walk(servers)), zones)


def test_a_delegation_to_private_servers_is_not_called_sound() -> None:
    """The parent's names are the zone's, and nobody could see whether its servers hold it."""
    assert _fit(judged(tree())) is Fit.SOUND
    servers = tree()
    servers[NET] = Server(
        (zone("net.", f"awsdns-01 NS {AWS_NAMES[0]}.\n{AWS_NAMES[0]}. A 10.0.0.1\n{_second_of_aws()}"),)
    )
    assert judged(servers) == Unknown(
        gap=Gap.NOT_ASKED,
        asked="DNS SOA shop.example of the delegated servers",
        detail=f"{AWS_NAMES[0]} has the private address 10.0.0.1",
    )


def test_a_private_address_beside_a_public_one_leaves_the_delegation_sound() -> None:
    servers = tree()
    both = f"{AWS_NAMES[0]}. A 10.0.0.1\n{AWS_NAMES[0]}. A {AWS[0]}\n"
    servers[NET] = Server((zone("net.", f"awsdns-01 NS {AWS_NAMES[0]}.\n{both}{_second_of_aws()}"),))
    assert _fit(judged(servers)) is Fit.SOUND


def _second_of_aws() -> str:
    return f"awsdns-02 NS {AWS_NAMES[1]}.\n{AWS_NAMES[1]}. A {AWS[1]}"


def _fit(found: Delegated | Unknown | None) -> Fit | None:
    return found.fit if isinstance(found, Delegated) else None


def test_private_servers_are_no_proof_of_a_deleted_zone() -> None:
    """Route 53's names that are not this zone's: stale only when their servers themselves refuse."""
    servers = tree()
    servers[NET] = Server(
        (
            zone(
                "net.",
                "".join(
                    f"awsdns-0{n} NS {name}.\n{name}. A 10.0.0.{n}\n" for n, name in zip((1, 2), AWS_NAMES, strict=True)
                ),
            ),
        )
    )
    zones = (hosted_zone("Z1", "shop.example", ("ns-9.awsdns-09.org",)),)
    found = delegated("shop.example", known(walk(servers)), zones)
    assert found == Unknown(
        gap=Gap.NOT_ASKED,
        asked="DNS SOA shop.example of the delegated servers",
        detail=f"{AWS_NAMES[0]} has the private address 10.0.0.1",
    )
