"""What was seen inside the instances behind the balancers, for those who ask for it (`--inspect-hosts`)."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.known import Observed
from albdoctor.facts.values import Address, Id


class ListeningSocket(Struct, frozen=True, kw_only=True):
    """A TCP socket in the state LISTEN."""

    address: Address
    """The local address it is bound to: "0.0.0.0" and "::" are all, "127.0.0.1" and "::1" only the host itself.
    An IPv4 address inside an IPv6 one (::ffff:127.0.0.1) is written as IPv4."""
    port: int


class InstanceSockets(Struct, frozen=True, kw_only=True):
    """The listening sockets of an instance, in its own network namespace: those of a container are not among them."""

    instance_id: Id
    sockets: Observed[tuple[ListeningSocket, ...]]


ListeningSockets: TypeAlias = tuple[InstanceSockets, ...]
"""Running instances that are registered as targets: of each group at most eight, those that are not healthy first."""
