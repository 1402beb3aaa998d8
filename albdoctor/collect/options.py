"""What a scan is asked to do: one frozen value, made by the command line or the library call."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.errors import BadOptionError
from albdoctor.facts.numbers import whole
from albdoctor.text import Text

NO_RULE = Text(
    en="--connect-to {rule} is not HOST:PORT:HOST2:PORT2",
    ko="--connect-to {rule}: HOST:PORT:HOST2:PORT2 형식이 아닙니다",
)
NO_PORT = Text(en="{shown}: {text} is no port (1-65535)", ko="{shown}: 포트(1-65535)가 아닙니다: {text}")


class ConnectTo(Struct, frozen=True):
    """Where to open a socket instead, as curl's `--connect-to HOST:PORT:HOST2:PORT2`.

    Holds for every socket the tool opens, DNS included. IPv6 addresses stand in brackets.
    """

    places: tuple[tuple[tuple[str, int], tuple[str, int]], ...] = ()

    def at(self, host: str, port: int) -> tuple[str, int]:
        """Give the place to connect to when host and port are meant; unchanged where no rule fits."""
        wanted = (host.lower().rstrip("."), port)
        return next((place for meant, place in self.places if meant == wanted), (host, port))

    def names(self, host: str, port: int) -> bool:
        """Tell whether a rule is about this host and port, be it one that leads to themselves."""
        wanted = (host.lower().rstrip("."), port)
        return any(meant == wanted for meant, _ in self.places)


def parse_connect_to(rules: tuple[str, ...]) -> ConnectTo:
    """Read HOST:PORT:HOST2:PORT2 rules; a malformed one is a `BadOptionError`."""
    return ConnectTo(places=tuple(_parse_rule(rule) for rule in rules))


def _parse_rule(rule: str) -> tuple[tuple[str, int], tuple[str, int]]:
    if rule.count(":") < 3:
        raise _refuse(rule)
    rest, host2, port2 = _split_last(rule, rule)
    host, port = split_address(rest[:-1], rule) if rest.endswith(":") else ("", 0)
    if not host or not host2:
        raise _refuse(rule)
    return (host.lower().rstrip("."), port), (host2, port2)


def _refuse(rule: str) -> BadOptionError:
    return BadOptionError(NO_RULE, rule=repr(rule))


def _split_last(text: str, rule: str) -> tuple[str, str, int]:
    """Split "...:HOST2:PORT2" into what stands before HOST2, HOST2 and PORT2."""
    head, _, port = text.rpartition(":")
    if head.endswith("]"):
        before, _, host = head[:-1].rpartition("[")
    else:
        before, _, host = head.rpartition(":")
        before += ":"
    return before, host, _port(port, rule)


def split_address(text: str, shown: str, default_port: int | None = None) -> tuple[str, int]:
    """Split ADDR:PORT, [ADDR]:PORT or, with a default port, ADDR alone; else a `BadOptionError`."""
    if default_port is not None and ((text.count(":") > 1 and not text.startswith("[")) or ":" not in text):
        return text, default_port
    host, _, port = text.rpartition(":")
    if text.startswith("[") and text.endswith("]") and default_port is not None:
        return text[1:-1], default_port
    return host.removeprefix("[").removesuffix("]"), _port(port, shown)


def _port(text: str, shown: str) -> int:
    port = whole(text)
    if port and port < 65536:
        return port
    raise BadOptionError(NO_PORT, shown=repr(shown), text=repr(text))


class Options(Struct, frozen=True, kw_only=True):
    """Everything that decides what is asked and how."""

    domain: str
    """As the user meant it, U-labels kept, lower case."""
    host: str
    """A-labels, lower case, no final dot."""
    registrable: str
    path: str = "/"
    named: bool = True
    """False: look at `balancer` alone, no name is known to lead to it; `host` is its own DNS name."""
    balancer: str = ""
    """Name or ARN of the load balancer that is meant, or empty."""
    profiles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    timeout: float = 60.0
    """Seconds for the whole scan."""
    probe: bool = True
    metrics: bool = True
    inspect_hosts: bool = False
    """Read sockets and firewall of instances: the only thing that runs a command there."""
    declined: bool = False
    """Somebody was asked about `inspect_hosts` and said no."""
    resolvers: tuple[tuple[str, int], ...] = ()
    """Recursive resolvers (address, port); empty: the system's and the well-known public ones."""
    dns_roots: tuple[tuple[str, int], ...] = ()
    """Root servers (address, port); empty: the bundled root hints."""
    trust_anchors: tuple[str, ...] = ()
    """DS records of the root's keys, as data; empty: IANA's, or none where `dns_roots` names other servers."""
    ca_bundle: str = ""
    """PEM file of the trusted roots; empty: certifi's."""
    connect_to: ConnectTo = ConnectTo()

    @property
    def switches(self) -> frozenset[str]:
        """The options given that decide about groups of facts."""
        given = {"--no-probe": not self.probe, "--no-metrics": not self.metrics, "--inspect-hosts": self.inspect_hosts}
        return frozenset(option for option, is_given in given.items() if is_given)
