"""One question to one server, over real sockets: every way it can end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time

import dns.flags
import dns.message
import dns.rcode
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albdoctor.collect.dns.datagram import TIMEOUT
from albdoctor.collect.dns.questions import root_hints
from albdoctor.collect.dns.wire import Server as Asked
from albdoctor.collect.dns.wire import Wire
from albdoctor.collect.options import ConnectTo
from albdoctor.facts.dns import Answer
from albdoctor.facts.known import Known, Unknown
from tests.support.clocks import SLACK
from tests.support.dns_run import walk
from tests.support.dns_server import Server, answer, serving, zone
from tests.support.dns_tree import AWS, EXAMPLE, ROOT, tree

ADDRESS = "192.0.2.1"
ZONE = zone(
    "shop.example.",
    """
    @ NS NS.Shop.Example.
    @ MX 0 .
    @ MX 10 Mail.shop.example.
    @ TXT "a. B@"
    @ CAA 0 issue "amazon.com"
    @ DS 12345 8 2 ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789
    @ SRV 1 2 443 Web.shop.example.
    """,
)


def ask(server: Server, name: str = "shop.example", type_: str = "NS") -> Answer:
    async def run() -> Answer:
        async with serving({ADDRESS: server}) as connect_to:
            return (await Wire(connect_to).ask(Asked("ns.shop.example", ADDRESS), name, type_)).answer

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("NS", {"ns.shop.example"}),
        ("MX", {"0 .", "10 mail.shop.example"}),
        ("TXT", {'"a. B@"'}),
        ("CAA", {'0 issue "amazon.com"'}),
        ("SOA", {"ns.invalid admin.invalid 1 7200 900 1209600 86400"}),
        ("SRV", {"1 2 443 web.shop.example"}),
    ],
)
def test_data_as_the_facts_have_it(type_: str, data: set[str]) -> None:
    found = ask(Server((ZONE,)), type_=type_)
    assert found.data(type_) == data
    assert (found.server, found.address, found.rcode, found.error) == ("ns.shop.example", ADDRESS, "NOERROR", "")
    assert (found.authoritative, found.recursion_available, found.over_tcp) == (True, False, False)


@pytest.mark.parametrize(
    ("mode", "rcode", "error"),
    [("REFUSED", "REFUSED", ""), ("SERVFAIL", "SERVFAIL", ""), ("truncate", "NOERROR", ""), ("drop", None, "timeout")],
)
def test_ways_to_end(mode: str, rcode: str | None, error: str) -> None:
    found = ask(Server((ZONE,), mode))
    assert (found.rcode, found.error, found.over_tcp) == (rcode, error, mode == "truncate")


def test_an_answer_that_came_while_this_process_had_no_turn_counts() -> None:
    """A machine that is too busy must not make a server look dead, nor ask it again."""
    heard: list[bytes] = []
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)

        def serve() -> None:
            with contextlib.suppress(OSError):  # which closing it raises
                while True:
                    wire, asker = server.recvfrom(512)
                    heard.append(wire)
                    time.sleep(0.2)  # by then the other thread has its turn no more
                    server.sendto(dns.message.make_response(dns.message.from_wire(wire)).to_wire(), asker)

        async def starved() -> Answer:
            place = ((ADDRESS, 53), server.getsockname())
            asking = asyncio.create_task(
                Wire(ConnectTo(places=(place,))).ask(Asked("ns", ADDRESS), "shop.example", "A")
            )
            while not asking.done():
                await asyncio.sleep(0)
                if heard:
                    time.sleep(TIMEOUT)  # noqa: ASYNC251 - nothing else of this process runs
            return asking.result().answer

        answering = threading.Thread(target=serve, daemon=True)
        answering.start()
        found = asyncio.run(starved())
    assert (found.rcode, found.error, len(heard)) == ("NOERROR", "", 1)


def test_nobody_listens() -> None:
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as free:
        free.bind(("127.0.0.1", 0))
        place = free.getsockname()
    connect_to = ConnectTo(places=(((ADDRESS, 53), place),))

    async def run() -> Answer:
        return (await Wire(connect_to).ask(Asked("x", ADDRESS), "shop.example", "A")).answer

    assert asyncio.run(run()).error == "refused"


def test_name_that_is_none() -> None:
    assert ask(Server((ZONE,)), name="a" * 64 + ".example").error.startswith("malformed: ")


def test_server_from_before_edns() -> None:
    def raw(query: dns.message.Message) -> bytes:
        if query.edns < 0:
            return answer(Server((ZONE,)), query).to_wire()
        reply = dns.message.make_response(query)
        reply.use_edns(-1)
        reply.set_rcode(dns.rcode.FORMERR)
        return reply.to_wire()

    assert ask(Server(raw=raw)).rcode == "NOERROR"


def strangers(query: dns.message.Message) -> list[bytes]:
    """Datagrams that come from the server's address and port, and answer another question or none."""
    forged = dns.message.make_response(query)
    forged.set_rcode(dns.rcode.NXDOMAIN)
    forged.id = (query.id + 1) % 65536
    cut = dns.message.make_response(query)
    cut.flags |= dns.flags.TC
    cut.id = (query.id + 2) % 65536
    return [forged.to_wire(), cut.to_wire(), b"", b"\x00", b"\xff" * 600]


def test_a_datagram_with_another_id_before_the_answer_is_no_answer() -> None:
    server = Server((ZONE,), before=strangers)
    found = ask(server)
    assert (found.rcode, found.error, found.over_tcp) == ("NOERROR", "", False)
    assert found.data("NS") == {"ns.shop.example"}
    assert len(server.asked) == 1, "asked once: the first answer that counts was waited for"


def test_only_answers_to_other_questions_are_no_silence() -> None:
    found = ask(Server((ZONE,), "drop", before=strangers))
    assert (found.rcode, found.error) == (None, "malformed: only answers to other questions came")


def test_datagrams_without_end_cost_no_more_than_silence() -> None:
    began = time.monotonic()
    found = ask(Server((ZONE,), "drop", before=lambda query: strangers(query) * 2_000))
    assert found.rcode is None
    assert time.monotonic() - began < 2 * TIMEOUT + SLACK


def test_compression_loop() -> None:
    def raw(query: dns.message.Message) -> bytes:
        # One question whose name points at itself.
        return query.id.to_bytes(2, "big") + bytes.fromhex("8400000100000000 0000 c00c 0002 0001")

    assert ask(Server(raw=raw)).error.startswith("malformed: ")


def test_questions_are_bounded() -> None:
    async def run() -> list[str]:
        async with serving({ADDRESS: Server((ZONE,))}) as connect_to:
            wire = Wire(connect_to, limit=2)
            names = ("shop.example", "a.shop.example", "b.shop.example", "shop.example")
            replies = [await wire.ask(Asked("x", ADDRESS), name, "A") for name in names]
            return [reply.answer.error for reply in replies]

    assert asyncio.run(run()) == ["", "", "not asked: too many questions", ""]


def test_one_caller_out_of_time_does_not_take_the_answer_from_another() -> None:
    async def run() -> str:
        async with serving({ADDRESS: Server((ZONE,))}) as connect_to:
            wire = Wire(connect_to)
            first = asyncio.ensure_future(wire.ask(Asked("x", ADDRESS), "shop.example", "NS"))
            second = asyncio.ensure_future(wire.ask(Asked("x", ADDRESS), "shop.example", "NS"))
            await asyncio.sleep(0)
            first.cancel()
            return (await second).answer.error

    assert asyncio.run(run()) == ""


def test_ipv6_servers_are_asked_where_there_is_a_way() -> None:
    wire = Wire(ConnectTo(places=((("2001:db8::53", 53), ("127.0.0.1", 1)),)))
    assert wire.can_reach(Asked("x", "2001:db8::53"))
    assert wire.can_reach(Asked("x", "192.0.2.1"))
    assert wire.why_not(Asked("x", "fe80::zz")) == "x has the malformed address fe80::zz"


def test_bundled_root_hints() -> None:
    servers = root_hints().servers
    assert len(servers) == 13
    assert all(len(addresses) == 2 for addresses in servers.values())


@settings(max_examples=25, deadline=None)
@given(
    bodies=st.lists(st.binary(max_size=80), min_size=1, max_size=4),
    flags=st.sampled_from([b"\x84\x00", b"\x80\x00", b"\x84\x03", b"\x80\x80"]),
    liar=st.sampled_from([ROOT, EXAMPLE, AWS[0]]),
)
def test_whatever_a_server_sends_the_walk_ends(bodies: list[bytes], flags: bytes, liar: str) -> None:
    count = iter(range(10_000))

    def raw(query: dns.message.Message) -> bytes:
        head, rest = query.to_wire()[:2], query.to_wire()[4:]
        body = bodies[next(count) % len(bodies)]
        return head + flags + (rest[:20] + body if len(body) % 2 else body)

    assert isinstance(walk(tree() | {liar: Server(raw=raw)}), (Known, Unknown))


def test_an_answer_that_is_cut_over_tcp_too_is_none() -> None:
    def raw(query: dns.message.Message) -> bytes:
        made = dns.message.make_response(query)
        made.flags |= dns.flags.TC | dns.flags.AA
        return made.to_wire()

    found = ask(Server(raw=raw), type_="A")
    assert (found.rcode, found.over_tcp, found.error) == (None, True, "malformed: truncated over TCP too")
