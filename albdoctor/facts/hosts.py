"""What was seen inside the instances behind the balancers, for those who ask for it (`--inspect-hosts`)."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.groups import Card
from albdoctor.facts.host_firewall import HostFirewall
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.facts.values import Address, Id
from albdoctor.facts.wire import WireFacts


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
    firewall: Observed[HostFirewall] = Unknown(gap=Gap.NOT_ASKED, asked="ssm:SendCommand")
    """The host's own firewall: what decides before a packet meets a socket."""


ListeningSockets: TypeAlias = tuple[InstanceSockets, ...]
"""Running instances that are registered as targets: of each group at most eight, those that are not healthy first."""


DECLINED = "the answer was no"
"""Why nobody was asked, where a person was shown the command and did not agree."""

LISTENING_SOCKETS = Card(
    name="listening_sockets",
    holds=ListeningSockets,
    actions=("ssm:SendCommand", "ssm:GetCommandInvocation"),
    builds_on=("instances",),
    opt_in="--inspect-hosts",
    key=("instance_id",),
    partial="sockets",
)


class HostsFacts(WireFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what was seen inside the instances."""

    listening_sockets: Observed[ListeningSockets] = LISTENING_SOCKETS.not_asked
