"""What a probe sends to strangers, and how often: every byte of every connection, also to a server that leads on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from albdoctor.collect.options import ConnectTo, Options
from albdoctor.collect.web.addresses import probes
from albdoctor.facts.known import Known, Observed
from tests.support.servers import LOOPBACK
from tests.support.tls import Authority

PAGE = Path(__file__).parents[2] / "SECURITY.md"
HOST = "shop.example"
ADDRESS = "203.0.113.66"
MOST = 50
"""Connections to one address for one name, as SECURITY.md says."""


class Leading:
    """Answers each request with a redirect, always to another URL, and a cookie; counts everything."""

    def __init__(self, scheme: str, *, names: bool) -> None:
        """Lead to longer paths, or to other names of the domain, over HTTPS."""
        self.scheme, self.names = scheme, names
        self.connections = 0
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            path = head.split()[1].decode()
            to = f"https://w{self.connections}.{HOST}/" if self.names else f"{self.scheme}://{HOST}{path}a"
            lines = (
                "HTTP/1.1 302 Found", "Content-Length: 0", "Set-Cookie: session=stolen; Path=/",
                'WWW-Authenticate: Basic realm="x"', f"Location: {to}", "", "",
            )  # fmt: skip
            writer.write("\r\n".join(lines).encode())
            await writer.drain()
            self.bodies.append(await asyncio.wait_for(reader.read(), 5))
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # a handshake or a TCP attempt alone
        finally:
            writer.close()


@pytest.fixture
def secretive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Secrets where HTTP clients look for them."""
    (tmp_path / ".netrc").write_text(f"machine {HOST} login me password hunter2\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://me:hunter2@{LOOPBACK}:1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")


def probed(folder: Path, *, names: bool = False) -> tuple[Leading, Leading, int]:
    """Probe one address whose servers lead on for ever; gives the servers and all connections."""
    plain, secure = Leading("http", names=names), Leading("https", names=names)
    authority = Authority()
    context = authority.issue(HOST, f"*.{HOST}").server_context(folder)

    async def here(_name: str) -> Observed[tuple[str, ...]]:
        return Known((ADDRESS,))

    async def scenario() -> None:
        one = await asyncio.start_server(plain, LOOPBACK, 0)
        other = await asyncio.start_server(secure, LOOPBACK, 0, ssl=context)
        async with one, other:
            ports = {80: one.sockets[0].getsockname()[1], 443: other.sockets[0].getsockname()[1]}
            options = Options(
                domain=HOST,
                host=HOST,
                registrable=HOST,
                ca_bundle=authority.bundle(folder),
                connect_to=ConnectTo(places=tuple(((ADDRESS, port), (LOOPBACK, ports[port])) for port in ports)),
            )
            seen = await probes(options, (ADDRESS,), here)
            assert isinstance(seen, Known)
            assert len(seen.value.addresses[0].https) >= 10

    asyncio.run(scenario())
    # The TCP attempt on 443 ends before there is a TLS connection that could be counted.
    return plain, secure, plain.connections + secure.connections + 1


@pytest.mark.usefixtures("secretive")
def test_probes_carry_no_credentials_no_cookies_and_no_body(tmp_path: Path) -> None:
    plain, secure, _ = probed(tmp_path)
    heads = plain.heads + secure.heads
    assert len(heads) >= 18
    for head in heads:
        names = {line.split(b":")[0].lower() for line in head.split(b"\r\n")[1:] if line}
        assert names == {b"host", b"user-agent", b"accept", b"accept-encoding", b"connection"}
        assert head.startswith(b"GET /")
        assert b"hunter2" not in head
        assert b"stolen" not in head
    assert set(plain.bodies + secure.bodies) == {b""}


@pytest.mark.parametrize("names", [False, True])
def test_one_name_costs_an_address_so_many_connections_and_no_more(tmp_path: Path, *, names: bool) -> None:
    _, _, connections = probed(tmp_path, names=names)
    assert 20 <= connections <= MOST
    assert f"at most {MOST} connections to one address" in " ".join(PAGE.read_text().split())
