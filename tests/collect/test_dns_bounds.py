"""Hostile delegations cannot make one scan a weapon: how many questions it sends, in total and to one address.

NXNS (https://arxiv.org/abs/2005.09107): a referral names a hundred servers in the victim's zone without addresses,
so that each of them has to be looked up at the victim's own servers.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable

import dns.flags
import dns.message
import dns.name
import dns.rrset
import msgspec
import pytest

from albdoctor.collect.dns.budget import LOOKUPS, QUESTIONS, TO_ONE
from albdoctor.collect.dns.questions import Dns
from albdoctor.collect.dns.records import DATA_CHARACTERS, SECTION_CHARACTERS, records_of
from albdoctor.collect.dns.wire import Server as Asked
from albdoctor.collect.dns.wire import Wire
from albdoctor.facts.dns import Answer
from albdoctor.facts.known import Known
from tests.support.dns_run import with_dns
from tests.support.dns_server import Server, serving, zone
from tests.support.dns_tree import EXAMPLE, NET, tree

VICTIM, EVIL = "192.0.2.66", "192.0.2.99"
HOST = "a.b.c.d.e.f.shop.example"
HUNDRED = range(100)
NAMES = tuple(f"n{n}.shop.example" for n in range(20))


async def whole_dns(dns_: Dns) -> int:
    """Everything that a scan asks DNS."""
    delegation = await dns_.delegation()
    if isinstance(delegation, Known):
        await dns_.host_answers(delegation.value)
    await dns_.caa_sets(NAMES)
    await dns_.validation_answers(tuple((f"_x.{name}", "_y.acm-validations.aws") for name in NAMES))
    await dns_.addresses("alias.evil.net")
    return dns_.questions


def referring(names: Callable[[str], list[str]], glue: str = "") -> Callable[[dns.message.Message], bytes]:
    """Answer every question with a referral for exactly the name that was asked; all servers have one address."""

    def raw(query: dns.message.Message) -> bytes:
        reply = dns.message.make_response(query)
        name = query.question[0].name
        servers = [f"{server}." for server in names(name.to_text(omit_final_dot=True))]
        reply.authority.append(dns.rrset.from_text_list(name, 300, "IN", "NS", servers))
        if glue:
            reply.additional += [dns.rrset.from_text(server, 300, "IN", "A", glue) for server in servers]
        return reply.to_wire(max_size=65535)

    return raw


def fresh(asked: str) -> list[str]:
    """A hundred names in the victim's zone that no other question leads to."""
    return [f"n{n}.{asked.replace('.', '-')}.victim.net" for n in HUNDRED]


def hostile(kind: str, victim: str) -> dict[str, Server]:
    """A tree whose shop.example belongs to an attacker, and whose victim.net does not."""
    servers = tree(example="shop NS ns.shop\nns.shop A " + EVIL)
    net = f"victim NS ns.victim\nns.victim A {VICTIM}\nevil NS ns.evil\nns.evil A {EVIL}"
    servers[NET] = Server((zone("net.", net),))
    servers[VICTIM] = Server((zone("victim.net.", "@ TXT x"),), victim)
    servers[EVIL] = Server(mode="REFUSED")
    match kind:
        case "a hundred names in the victim's zone":
            listed = "".join(f"shop NS n{n}.victim.net.\n" for n in HUNDRED)
            servers[EXAMPLE] = Server((zone("example.", f"{listed}@ NS a.example.\na A {EXAMPLE}"),))
        case "a hundred fresh names at every level":
            servers[EVIL] = Server(raw=referring(fresh))
        case "a hundred zones on the victim's server":
            # Each name server's own zone lies on the victim's server: each look-up ends there.
            servers[EVIL] = Server(raw=_zones_of_the_victim)
        case "the victim as the server of every name":
            servers[EVIL] = Server(raw=referring(lambda asked: [f"ns{n}.{asked}" for n in range(20)], VICTIM))
        case "a chain of aliases into the victim's zone":
            servers[EVIL] = Server(raw=_alias)
        case _:
            # Name servers that only resolve through each other, a hundred deep.
            loop = "".join(f"n{n} NS ns.n{(n + 1) % 100}.shop.example.\n" for n in HUNDRED)
            servers[EVIL] = Server((zone("shop.example.", loop + "f NS ns.n0.shop.example.\n"),))
    return servers


def _zones_of_the_victim(query: dns.message.Message) -> bytes:
    asked = query.question[0].name.to_text(omit_final_dot=True)
    if asked.endswith(".net"):
        return referring(lambda _: [f"ns.{asked}"], VICTIM)(query)
    return referring(lambda name: [f"h{n}.{name.replace('.', '-')}.evil.net" for n in HUNDRED])(query)


def _alias(query: dns.message.Message) -> bytes:
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    name = query.question[0].name
    label = name.labels[0].decode()
    reply.answer.append(dns.rrset.from_text(name, 300, "IN", "CNAME", f"{label}x.victim.net."))
    return reply.to_wire(max_size=65535)


# Silence is waited for: two kinds show what it changes.
CASES = [
    *(
        (kind, "ok")
        for kind in (
            "a hundred names in the victim's zone",
            "a hundred fresh names at every level",
            "a hundred zones on the victim's server",
            "the victim as the server of every name",
            "a chain of aliases into the victim's zone",
            "name servers that wait for each other",
        )
    ),
    ("a hundred zones on the victim's server", "drop"),
    ("the victim as the server of every name", "drop"),
]


@pytest.mark.parametrize(("kind", "victim"), CASES)
def test_hostile_delegations_are_bounded(kind: str, victim: str) -> None:
    servers = hostile(kind, victim)
    questions = with_dns(servers, whole_dns, HOST)
    assert questions <= QUESTIONS == 600
    packets = {address: len(server.asked) for address, server in servers.items()}
    assert max(packets.values()) <= TO_ONE == 100, packets
    assert sum(packets.values()) <= 300, packets


def test_look_ups_of_name_servers_leave_the_domain_its_own_questions() -> None:
    """A zone that names a hundred servers of the victim's zone sends it 40 questions at the most."""
    servers = hostile("a hundred names in the victim's zone", "ok")
    with_dns(servers, lambda dns_: dns_.delegation(), "shop.example")
    assert 0 < len(servers[VICTIM].asked) <= LOOKUPS == 40


def test_one_address_is_asked_so_often_and_no_more() -> None:
    async def run() -> tuple[list[str], int]:
        server = Server((zone("shop.example.", "@ A 203.0.113.1"),))
        async with serving({VICTIM: server}) as connect_to:
            wire, asked = Wire(connect_to), Asked("ns.victim.net", VICTIM)
            names = [f"n{n}.shop.example" for n in range(TO_ONE + 5)]
            replies = await asyncio.gather(*(wire.ask(asked, name, "A") for name in names))
            again = await wire.ask(asked, names[0], "A")
            return [reply.answer.error for reply in (*replies, again)], len(server.asked)

    errors, sent = asyncio.run(run())
    assert sent == TO_ONE
    assert errors[:TO_ONE] == [""] * TO_ONE
    assert errors[TO_ONE:] == ["not asked: too many questions for ns.victim.net"] * 5 + [""]


def test_a_silent_address_is_sent_no_more_packets_than_one_that_answers() -> None:
    async def run() -> int:
        server = Server(mode="drop")
        async with serving({VICTIM: server}) as connect_to:
            wire, asked = Wire(connect_to), Asked("ns.victim.net", VICTIM)
            await asyncio.gather(*(wire.ask(asked, f"n{n}.shop.example", "A") for n in range(TO_ONE)))
            return len(server.asked)

    assert asyncio.run(run()) == TO_ONE


def test_the_scans_of_a_run_together_are_paced() -> None:
    """A run of many scans has a budget for each; the rate to one address is the run's."""

    async def run() -> tuple[float, int]:
        server = Server((zone("shop.example.", "@ A 203.0.113.1"),))
        async with serving({VICTIM: server}) as connect_to:
            first, asked = Wire(connect_to), Asked("ns.victim.net", VICTIM)
            wires = (first, first.again(), first.again())
            started = time.perf_counter()
            await asyncio.gather(
                *(wire.ask(asked, f"n{n}.w{w}.shop.example", "A") for w, wire in enumerate(wires) for n in range(50))
            )
            return time.perf_counter() - started, len(server.asked)

    seconds, sent = asyncio.run(run())
    assert sent == 150
    assert seconds >= 0.45, "100 at once, the other 50 at 100 a second"


def many_types(query: dns.message.Message) -> bytes:
    """Proofs of absence with every type there is, as many as fit into a packet; and values of any length."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    every = " ".join(f"TYPE{number}" for number in range(256, 65536))
    proof = dns.rrset.from_text("n.shop.example.", 300, "IN", "NSEC", f"z.shop.example. {every}")
    for number in range(6):
        reply.authority.append(dns.rrset.from_rdata(dns.name.from_text(f"n{number}.shop.example."), 300, proof[0]))
    for number in range(10):
        reply.answer.append(dns.rrset.from_text(f"t{number}.x.", 300, "IN", "TXT", " ".join(["x" * 250] * 5)))
    return reply.to_wire(max_size=65535)


def test_what_is_kept_of_a_large_answer_is_bounded() -> None:
    """Seven proofs of 8 kB are 0.6 MB of text, and each question may be answered so."""

    async def run() -> Answer:
        async with serving({VICTIM: Server(raw=many_types)}) as connect_to:
            return (await Wire(connect_to).ask(Asked("ns.victim.net", VICTIM), "shop.example", "A")).answer

    answer = asyncio.run(run())
    assert answer.error == ""
    assert [len(record.data) for record in answer.authority] == [DATA_CHARACTERS] * 6
    assert [len(record.data) for record in answer.records] == [DATA_CHARACTERS] * 10
    assert len(msgspec.json.encode(answer)) < 2 * SECTION_CHARACTERS


def test_sections_are_bounded_as_a_whole() -> None:
    values = [f'"{number:03}{"x" * 250}"' for number in range(200)]
    kept = records_of([dns.rrset.from_text("shop.example.", 300, "IN", "TXT", *values)])
    assert len(kept) == SECTION_CHARACTERS // 255


def test_honest_answers_are_kept_whole() -> None:
    """Ten keys of 4,096 bits, as a zone has while its keys change."""
    keys = [f"257 3 8 {base64.b64encode(bytes([number]) * 512).decode()}" for number in range(10)]
    kept = records_of([dns.rrset.from_text("shop.example.", 300, "IN", "DNSKEY", *keys)])
    assert sorted(record.data.replace(" ", "") for record in kept) == sorted(key.replace(" ", "") for key in keys)
