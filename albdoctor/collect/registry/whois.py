"""Asks WHOIS servers (RFC 3912): a line out, text back until the server closes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from albdoctor.collect.options import ConnectTo
from albdoctor.collect.pace import take_turn
from albdoctor.collect.registry.place import NotPublicError, places_of
from albdoctor.collect.registry.whois_text import THROTTLED, read_whois, referred_server
from albdoctor.collect.tcp import Place
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.registration import Registration
from albdoctor.literals import is_seen

SERVERS = Path(__file__).parent / "data" / "whois_servers.json"
IANA = "whois.iana.org"
"""Knows the WHOIS server of every TLD that has one."""
PORT = 43
SECONDS = 5.0
"""For connecting, asking and reading together."""
FIRST_SECONDS = 2.0
"""For connecting to an address while another is left to try."""
LONGEST = 256 * 1024
"""Bytes of an answer."""
ENGLISH = {"whois.jprs.jp": "{domain}/e"}
"""How a question asks for English field names."""


class WhoisServers(Struct, frozen=True):
    """The bundled list of WHOIS servers by TLD (A-labels)."""

    source: str
    date: str
    servers: dict[str, str]


def whois_servers() -> WhoisServers:
    """Read the bundled list."""
    return msgspec.json.decode(SERVERS.read_bytes(), type=WhoisServers)


async def whois_registration(domain: str, server: str, connect_to: ConnectTo) -> Observed[Registration]:
    """Ask a WHOIS server about a domain; a text that is neither a record nor a clear "no" is a failure."""
    asked = f"WHOIS {server}:{PORT}"
    text = await ask_whois(server, ENGLISH.get(server, "{domain}").format(domain=domain), connect_to)
    if isinstance(text, Unknown):
        return text
    found = read_whois(text.value, domain, f"{server}:{PORT}")
    if found is not None:
        return Known(found)
    gap = Gap.THROTTLED if THROTTLED.search(text.value) else Gap.FAILED
    return Unknown(gap=gap, asked=asked, detail=f"no registration in the answer: {_start(text.value)}")


async def server_of_tld(tld: str, connect_to: ConnectTo) -> Observed[str]:
    """Ask IANA for the WHOIS server of a TLD; empty: it has none."""
    text = await ask_whois(IANA, tld, connect_to)
    return text if isinstance(text, Unknown) else Known(referred_server(text.value))


async def ask_whois(server: str, question: str, connect_to: ConnectTo) -> Observed[str]:
    """Send one question and read the whole answer."""
    asked = f"WHOIS {server}:{PORT}"
    await take_turn("registry", server)
    try:
        async with asyncio.timeout(SECONDS):
            answer = await _exchange(await places_of(connect_to, server, PORT), question)
    except NotPublicError as error:
        return Unknown(gap=Gap.NOT_ASKED, asked=asked, detail=str(error))
    except TimeoutError:
        return Unknown(gap=Gap.UNREACHABLE, asked=asked, detail=f"no answer within {SECONDS:g} s")
    except OSError as error:
        return Unknown(gap=Gap.UNREACHABLE, asked=asked, detail=error.strerror or str(error) or type(error).__name__)
    if len(answer) > LONGEST:
        return Unknown(gap=Gap.FAILED, asked=asked, detail=f"the answer is longer than {LONGEST} bytes")
    if not answer.strip():
        return Unknown(gap=Gap.FAILED, asked=asked, detail="the answer is empty")
    return Known(answer.decode("utf-8", errors="replace"))


async def _open(places: tuple[Place, ...]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for place in places[:-1]:
        with suppress(OSError):  # the next address may do; a timeout is one too
            async with asyncio.timeout(FIRST_SECONDS):
                return await asyncio.open_connection(*place)
    return await asyncio.open_connection(*places[-1])


async def _exchange(places: tuple[Place, ...], question: str) -> bytes:
    reader, writer = await _open(places)
    try:
        writer.write(f"{question}\r\n".encode("ascii"))
        await writer.drain()
        answer = bytearray()
        while len(answer) <= LONGEST and (chunk := await reader.read(65536)):
            answer += chunk
        return bytes(answer)
    finally:
        writer.close()


def _start(text: str) -> str:
    """Give the first words of an answer, printable."""
    words = " ".join("".join(character if is_seen(character) else " " for character in text[:400]).split())
    return words[:120]
