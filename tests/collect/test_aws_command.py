"""The one command: run for real on this machine, and every output that it may or may not have."""

from __future__ import annotations

import re
import socket
import subprocess
from contextlib import ExitStack
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albdoctor.collect.aws.command import COMMAND, MOST_OUTPUT, read_sockets
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts.hosts import ListeningSocket
from albdoctor.facts.known import Gap

HEAD = "local_address"
ALL = ListeningSocket(address="0.0.0.0", port=80)  # noqa: S104 - an address that is read


def run() -> str:
    """What the command prints here, by the shell and in the way of the SSM agent."""
    done = subprocess.run(["sh", "-c", COMMAND], capture_output=True, text=True, check=True, timeout=20)
    assert done.stderr == ""
    return done.stdout


def listen(stack: ExitStack, family: int, address: str) -> ListeningSocket:
    one = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
    one.bind((address, 0))
    one.listen()
    seen = ip_address(address)
    plain = getattr(seen, "ipv4_mapped", None) or seen
    return ListeningSocket(address=str(plain), port=one.getsockname()[1])


def test_the_command_tells_what_listens_here_and_nothing_else() -> None:
    with ExitStack() as stack:
        addresses = ("127.0.0.1", "127.0.0.53", "0.0.0.0")  # noqa: S104 - bound for a moment
        listening = {listen(stack, socket.AF_INET, address) for address in addresses}
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        client = stack.enter_context(socket.create_connection(server.getsockname()))
        stack.enter_context(server.accept()[0])
        bound = stack.enter_context(socket.socket())
        bound.bind(("127.0.0.1", 0))
        printed = run()
        seen = set(read_sockets(printed))
        listening.add(ListeningSocket(address="127.0.0.1", port=server.getsockname()[1]))
        quiet = {client.getsockname()[1], bound.getsockname()[1]}
    assert seen >= listening
    assert quiet & {one.port for one in seen} == set()
    assert [
        line
        for line in printed.splitlines()
        if not re.fullmatch("local_address|end|[0-9A-F]+:[0-9A-F]{4}|H4sI[A-Za-z0-9+/]+=*", line)
    ] == []


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_the_command_tells_ipv6_too() -> None:
    with ExitStack() as stack:
        try:
            listening = {listen(stack, socket.AF_INET6, address) for address in ("::1", "::", "::ffff:127.0.0.1")}
        except OSError as error:
            pytest.skip(f"no IPv6 here: {error}")
        assert set(read_sockets(run())) >= listening


@pytest.mark.parametrize(
    ("printed", "sockets"),
    [
        (f"{HEAD}\nend\n", []),
        (f"{HEAD}\n{HEAD}\nend\n", []),
        (f"{HEAD}\n00000000:0050\nend\n", ["0.0.0.0:80"]),
        (f"{HEAD}\n00000000:0050\n00000000:0050\nend", ["0.0.0.0:80"]),
        (f"{HEAD}\n0100007F:0BB8\n3500007F:0035\nend\n", ["127.0.0.1:3000", "127.0.0.53:53"]),
        (f"{HEAD}\n1701000A:FFFF\nend\n", ["10.0.1.23:65535"]),
        (f"{HEAD}\n{HEAD}\n{'0' * 32}:01BB\nend\n", [":::443"]),
        (f"{HEAD}\n{HEAD}\n{'0' * 24}01000000:1F90\nend\n", ["::1:8080"]),
        (f"{HEAD}\n{HEAD}\n0000000000000000FFFF00000100007F:0050\nend\n", ["127.0.0.1:80"]),
        (f"{HEAD}\n{HEAD}\nB80D01200000000000000000010000FF:0050\nend\n", ["2001:db8::ff00:1:80"]),
    ],
)
def test_what_it_prints_is_read(printed: str, sockets: list[str]) -> None:
    assert [f"{one.address}:{one.port}" for one in read_sockets(printed)] == sockets


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "end\n",
        f"{HEAD}\n",
        f"{HEAD}\n00000000:0050\n",
        f"{HEAD}\n00000000:00\nend\n",
        f"{HEAD}\n0000000:0050\nend\n",
        f"{HEAD}\n00000000:0050 0A\nend\n",
        f"{HEAD}\n00000000:0050\nen",
        f"00000000:0050\n{HEAD}\nend\n",
        f"{HEAD}\nend\nend\n",
        f"{HEAD}\n00000000:0050\n--output truncated--\nend\n",
        f"{HEAD}\n{'00000000:0050' * 2000}",
        "Last login: Sun Nov 22\nlocal_address\nend\n",
        f"{HEAD}\n٠٠٠٠٠٠٠٠:٠٠٥٠\nend\n",
    ],
)
def test_what_is_not_whole_is_a_gap(printed: str) -> None:
    with pytest.raises(NotAnsweredError) as refused:
        read_sockets(printed)
    assert (refused.value.unknown.gap, refused.value.unknown.asked) == (Gap.FAILED, "ssm:GetCommandInvocation")
    assert refused.value.unknown.detail.startswith("the command's output cannot be read: ")
    assert len(refused.value.unknown.detail) < 200


def as_printed(address: str, port: int) -> str:
    """As the kernel of a little-endian machine prints it."""
    packed = ip_address(address).packed
    words = (packed[start : start + 4] for start in range(0, len(packed), 4))
    return "".join(f"{int.from_bytes(word, 'little'):08X}" for word in words) + f":{port:04X}"


PLACES = st.tuples(st.ip_addresses().map(str), st.integers(1, 65535))


@given(st.lists(PLACES, max_size=50, unique=True))
def test_whatever_listens_comes_back(places: list[tuple[str, int]]) -> None:
    printed = "\n".join([HEAD, *(as_printed(*place) for place in places), HEAD, "end", ""])
    assert len(printed) < MOST_OUTPUT
    expected = [(str(getattr(ip_address(address), "ipv4_mapped", None) or address), port) for address, port in places]
    assert [(one.address, one.port) for one in read_sockets(printed)] == list(dict.fromkeys(expected))


@given(st.lists(PLACES, max_size=50), st.data())
def test_whatever_is_cut_off_is_a_gap(places: list[tuple[str, int]], data: st.DataObject) -> None:
    printed = "\n".join([HEAD, *(as_printed(*place) for place in places), "end"])
    cut = data.draw(st.integers(0, len(printed) - 1))
    with pytest.raises(NotAnsweredError):
        read_sockets(printed[:cut])


@given(st.text(max_size=300))
def test_anything_is_sockets_or_a_gap(printed: str) -> None:
    try:
        assert all(0 <= one.port <= 65535 and ip_address(one.address) for one in read_sockets(printed))
    except NotAnsweredError as error:
        assert error.unknown.gap is Gap.FAILED  # noqa: PT017 - either way is right
