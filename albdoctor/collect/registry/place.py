"""Where a registry's server is: its name comes from outside, and must not lead into this machine's own network."""

from __future__ import annotations

import asyncio
import socket

from albdoctor.collect.options import ConnectTo
from albdoctor.collect.public import special
from albdoctor.collect.tcp import Place

PLACES = 4
"""Addresses of one server that are tried, one after the other."""


class NotPublicError(Exception):
    """A server has no address that may be asked; the message says which it has."""


async def places_of(connect_to: ConnectTo, host: str, port: int) -> tuple[Place, ...]:
    """Look a server's name up and give where to connect, at least one place; public addresses only.

    What `--connect-to` names is the user's own wish, by name or by address. Raises `NotPublicError`, and `OSError`
    for a name that cannot be looked up.
    """
    place = connect_to.at(host, port)
    if place != (host, port):
        return (Place(*place),)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host[:80]!r} is no host name") from error
    return allowed(connect_to, host, port, tuple(dict.fromkeys(str(one[4][0]) for one in found)))


def allowed(connect_to: ConnectTo, host: str, port: int, addresses: tuple[str, ...]) -> tuple[Place, ...]:
    """Choose among a server's addresses; `NotPublicError` where none may be asked."""
    named = tuple(address for address in addresses if connect_to.names(address, port) or not special(address))
    if not named:
        told = " and ".join(f"the {special(address)} address {address}" for address in addresses[:2])
        raise NotPublicError(f"{host} has {told}, which is not asked")
    return tuple(Place(*connect_to.at(address, port)) for address in named[:PLACES])
