"""Hostile servers cannot make one scan a weapon, nor keep it busy: how many questions it sends, what it keeps."""

from __future__ import annotations

import asyncio
import base64
import time

import dns.flags
import dns.message
import dns.name
import dns.rrset
import msgspec
import pytest

from albdoctor.collect.dns.budget import LOOKUPS, QUESTIONS, TO_ONE
from albdoctor.collect.dns.records import DATA_CHARACTERS, SECTION_CHARACTERS, records_of
from albdoctor.collect.dns.wire import Server as Asked
from albdoctor.collect.dns.wire import Wire
from albdoctor.facts.dns import Answer
from tests.support.dns_hostile import ANSWERS, HOST, REFERRALS, VICTIM, hostile, whole_dns
from tests.support.dns_run import with_dns
from tests.support.dns_server import Server, serving, zone

pytestmark = pytest.mark.process

# Silence is waited for: two kinds show what it changes.
CASES = [
    *((kind, "ok") for kind in (*REFERRALS, *ANSWERS)),
    ("a hundred zones on the victim's server", "drop"),
    ("the victim as the server of every name", "drop"),
]


@pytest.mark.parametrize(("kind", "victim"), CASES)
def test_hostile_servers_are_bounded(kind: str, victim: str) -> None:
    servers = hostile(kind, victim)
    questions = with_dns(servers, whole_dns, HOST)
    assert questions <= QUESTIONS == 600
    for over_tcp in (False, True):
        packets = {address: sum(one[2] is over_tcp for one in server.asked) for address, server in servers.items()}
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
