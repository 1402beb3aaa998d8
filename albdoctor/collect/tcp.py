"""TCP connection attempts: where the socket is opened, and how the attempt ends."""

from __future__ import annotations

import asyncio
import socket
from time import perf_counter
from typing import NamedTuple

from albdoctor.collect.options import ConnectTo
from albdoctor.collect.pace import take_turn
from albdoctor.facts.wire import PortProbe, Tcp

CONNECT_SECONDS = 3.0
"""A SYN is sent again after 1 s (RFC 6298 section 2.1): three seconds allow for one lost packet."""


class Place(NamedTuple):
    """Where a socket is really opened: an address (or a name given with `--connect-to`) and a port."""

    host: str
    port: int


def place_of(connect_to: ConnectTo, address: str, port: int, name: str = "") -> Place:
    """Find where to connect when a port of an address is meant.

    A rule for the address comes first. Then, as curl does it, a rule for the name that gave the address;
    without a name (targets) only addresses count.
    """
    for host in (address, name):
        place = connect_to.at(host, port)
        if host and place != (host, port):
            return Place(*place)
    return Place(address, port)


async def connect(port: int, place: Place, seconds: float = CONNECT_SECONDS) -> PortProbe:
    """Try to open a connection, and close it at once. Raises nothing."""
    await take_turn("tcp", f"{place.host} {place.port}")
    started = perf_counter()
    tcp, detail = await _attempt(place, seconds)
    return PortProbe(port=port, tcp=tcp, detail=detail, milliseconds=since(started))


def since(started: float) -> float:
    """Milliseconds since a reading of `perf_counter`, to the microsecond."""
    return round((perf_counter() - started) * 1000, 3)


async def _attempt(place: Place, seconds: float) -> tuple[Tcp, str]:
    try:
        async with asyncio.timeout(seconds):
            await _open(place)
    except TimeoutError:  # of the timer, or the kernel's ETIMEDOUT
        return Tcp.SILENT, f"no answer within {seconds:g} s"
    except (ConnectionRefusedError, ConnectionResetError) as error:
        return Tcp.REFUSED, error.strerror or str(error)
    except (OSError, UnicodeError) as error:
        # Every other error (no route, no IPv6, no permission, no descriptor left) is this machine's own.
        return Tcp.UNREACHABLE, str(error)
    return Tcp.OPEN, ""


async def _open(place: Place) -> None:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as opened:
        opened.setblocking(False)
        await asyncio.get_running_loop().sock_connect(opened, tuple(place))
        if opened.getsockname()[:2] == place:
            # On loopback a closed port can be given out as the source port: the socket then talks to itself.
            raise ConnectionRefusedError("nothing listens: the socket connected to itself")
