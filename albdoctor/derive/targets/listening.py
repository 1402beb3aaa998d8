"""Where the process of a target listens, as its instance told (`--inspect-hosts`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import version_of
from albdoctor.derive.network.host_filter import handed_on, names_its_port
from albdoctor.derive.targets.health_words import FAILED
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.speaks import OPEN
from albdoctor.facts.host_firewall import HostFirewall, Rule
from albdoctor.facts.hosts import ListeningSocket, ListeningSockets
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.text import Text, same

ASKED = "ssm:SendCommand"
MOST_SHOWN = 8
LEAVING = ("unused", "draining", "unhealthy.draining")
"""States in which a target gets no new requests."""


class Sockets(Struct, frozen=True, kw_only=True):
    """Every listening socket of the instances that were asked."""

    by_instance: Mapping[str, Observed[tuple[ListeningSocket, ...]]]
    firewalls: Mapping[str, Observed[HostFirewall]] = {}
    nobody_told: Unknown | None = None
    """Why nothing is known of any instance; None: something is."""

    def of(self, seen: Seen) -> Observed[tuple[ListeningSocket, ...]]:
        """Every listening socket of a target's instance."""
        return self.nobody_told or self.by_instance.get(seen.target.id, self._not_among(seen))

    def firewall_of(self, seen: Seen) -> Observed[HostFirewall]:
        """The rules of the firewall on a target's instance."""
        return self.nobody_told or self.firewalls.get(seen.target.id, self._not_among(seen))

    def handed_on(self, seen: Seen) -> Rule | None:
        """A rule of the host that may hand a target's port on, to a container or another port."""
        firewall = self.firewall_of(seen)
        return handed_on(firewall.value, seen.port, _version(seen)) if isinstance(firewall, Known) else None

    @staticmethod
    def _not_among(seen: Seen) -> Unknown:
        detail = f"{seen.target.id}: not among those that are asked"
        return Unknown(gap=Gap.NOT_ASKED, asked=ASKED, detail=detail)


@derivation
def sockets_of_instances(listening_sockets: Observed[ListeningSockets]) -> Sockets:
    """Sort what the instances told; of two answers of one instance the first counts."""
    if isinstance(listening_sockets, Unknown):
        return Sockets(by_instance={}, nobody_told=listening_sockets)
    told = tuple(reversed(listening_sockets.value))
    return Sockets(
        by_instance={each.instance_id: each.sockets for each in told},
        firewalls={each.instance_id: each.firewall for each in told},
    )


def loopback_only(seen: Seen, sockets: Sockets) -> tuple[str, ...]:
    """The addresses on which a target listens on its port, when nobody but the host itself reaches them; else empty.

    Also empty when an answer came from that port, or a rule of the host hands it on, as containers' ports are.
    """
    heard = sockets.of(seen)
    here = _at(seen.port, heard.value) if isinstance(heard, Known) else ()
    if seen.state in LEAVING or _reached(seen) or not all(map(_is_loopback, here)) or sockets.handed_on(seen):
        return ()
    return tuple(sorted({one.address for one in here}))


def nobody_listens(seen: Seen, sockets: Sockets) -> bool:
    """Whether checks of a target fail as refused connections do, and its instance has no socket on that port.

    None, that is, which takes what the group sends: 0.0.0.0 takes no IPv6, and one address of IPv6 no IPv4.
    Where a rule of the host hands the port on, as for a container, a socket says nothing.
    """
    heard = sockets.of(seen)
    if not isinstance(heard, Known) or _reached(seen) or sockets.handed_on(seen):
        return False
    if any(_takes(one, _version(seen)) for one in _at(seen.port, heard.value)):
        return False
    return seen.failing and seen.reason == FAILED and seen.check_port == seen.port


def of_ipv4_alone(seen: Seen, sockets: Sockets) -> bool:
    """Whether a process listens on a target's port, and on no address that its group, of IPv6, sends to."""
    heard = sockets.of(seen)
    here = _at(seen.port, heard.value) if isinstance(heard, Known) else ()
    return _version(seen) == 6 and bool(here) and not any(_takes(one, 6) for one in here)


def sockets_gap(targets: Iterable[Seen], sockets: Sockets) -> Unknown | None:
    """Why it is not known where a failing one of these targets listens; None: it is known of all of them."""
    heard = (sockets.of(seen) for seen in targets if seen.failing)
    return next((one for one in heard if isinstance(one, Unknown)), None)


def sockets_line(seen: Seen, sockets: Sockets) -> tuple[Text, Text]:
    """How an instance was asked where it listens, and the answer: those of the target's port, else the first of all."""
    heard = sockets.of(seen)
    every = heard.value if isinstance(heard, Known) else ()
    here = _at(seen.port, every)
    listed = _written(here or sorted(every, key=lambda one: (one.port, one.address)))
    question = same(asked.sockets(seen.target.id))
    if here:
        return question, Text(en=f"listens on {listed}", ko=f"수신 주소: {listed}")
    port = seen.port
    if (rule := sockets.handed_on(seen)) and names_its_port(rule):
        to = f"{rule.address or '?'}:{rule.port or port}" if rule.does == "dnat" else f"{rule.port or '?'}"
        return question, Text(
            en=f"nothing listens on port {port}; a rule of the host hands it on to {to}",
            ko=f"{port} 포트에서 수신하는 프로세스 없음, 호스트의 규칙이 {to}(으)로 전달",
        )
    return question, Text(
        en=f"nothing listens on port {port}; the host listens on {listed or 'no port'}",
        ko=f"{port} 포트에서 수신하는 프로세스 없음, 호스트의 수신 주소: {listed or '없음'}",
    )


def _at(port: int, sockets: Iterable[ListeningSocket]) -> tuple[ListeningSocket, ...]:
    return tuple(one for one in sockets if one.port == port)


def _version(seen: Seen) -> int:
    """The version of IP over which a target's group sends."""
    return 6 if seen.group.ip_address_type == "ipv6" else 4


def _takes(socket: ListeningSocket, version: int) -> bool:
    """Whether a socket may take packets of a version; one on :: takes both, unless the process wants it otherwise."""
    return socket.address == "::" or (not _is_loopback(socket) and version_of(socket.address) == version)


def _is_loopback(socket: ListeningSocket) -> bool:
    return socket.address.startswith("127.") or socket.address == "::1"


def _reached(seen: Seen) -> bool:
    """Whether the balancer or a probe got an answer from the target's port; probes go over IPv4."""
    probed = _version(seen) == 4 and seen.speaks(seen.port) in OPEN
    return seen.proven or probed or (bool(seen.codes) and seen.check_port == seen.port)


def _written(sockets: Iterable[ListeningSocket]) -> str:
    each = tuple(dict.fromkeys(_place(one) for one in sockets))
    more = (f"+{len(each) - MOST_SHOWN}",) if len(each) > MOST_SHOWN else ()
    return ", ".join((*each[:MOST_SHOWN], *more))


def _place(socket: ListeningSocket) -> str:
    return f"[{socket.address}]:{socket.port}" if ":" in socket.address else f"{socket.address}:{socket.port}"
