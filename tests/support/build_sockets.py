"""Builders of what instances told about their listening sockets."""

from __future__ import annotations

from albdoctor.facts.host_firewall import HostFirewall
from albdoctor.facts.hosts import InstanceSockets, ListeningSocket
from albdoctor.facts.known import Gap, Known, Unknown

NOT_INSPECTED = Unknown(gap=Gap.NOT_ASKED, asked="ssm:SendCommand", detail="--inspect-hosts")
NO_RIGHT = Unknown(gap=Gap.DENIED, asked="ssm:SendCommand")
UNMANAGED = Unknown(gap=Gap.FAILED, asked="ssm:SendCommand", detail="it is not managed by Systems Manager")


def on(*places: str, id_: str = "i-0abc") -> InstanceSockets:
    """An instance that listens on these places: "127.0.0.1:80", "::1:80"."""
    sockets = (place.rpartition(":") for place in places)
    return InstanceSockets(
        instance_id=id_,
        sockets=Known(tuple(ListeningSocket(address=address, port=int(port)) for address, _, port in sockets)),
    )


def filtered(firewall: HostFirewall, *places: str, id_: str = "i-0abc") -> InstanceSockets:
    """An instance with a firewall of its own."""
    return InstanceSockets(instance_id=id_, sockets=on(*places).sockets, firewall=Known(firewall))


def silent_host(gap: Unknown = UNMANAGED, id_: str = "i-0abc") -> InstanceSockets:
    """An instance of which nothing is known."""
    return InstanceSockets(instance_id=id_, sockets=gap, firewall=gap)
