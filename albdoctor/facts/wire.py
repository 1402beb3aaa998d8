"""What this machine saw when it connected: TCP, TLS and HTTP, per address."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Observed
from albdoctor.facts.metrics import MetricsFacts
from albdoctor.facts.values import (
    Address,
    ArnText,
    Body,
    Digest,
    DnsName,
    Failure,
    Headers,
    Host,
    Moment,
    Subject,
    Thing,
    Url,
    VerifyMessage,
    Word,
)


class Tcp(StrEnum):
    """How a TCP connection attempt ended."""

    OPEN = "open"
    REFUSED = "refused"
    """RST at once: the way is open, nothing listens (or a firewall rejects)."""
    SILENT = "silent"
    """No answer within the timeout: a security group, ACL, route or firewall drops."""
    UNREACHABLE = "unreachable"
    """This machine has no way there: says nothing about the other side."""


class ServedCertificate(Struct, frozen=True, kw_only=True):
    """A certificate as served, in the served order."""

    sha256: Digest
    """Hex, lower case, of the DER bytes."""
    subject: Subject
    issuer: Subject
    names: tuple[DnsName, ...]
    """DNS names of the subject alternative name extension, lower case (RFC 9110 section 4.3.4)."""
    not_before: Moment
    not_after: Moment
    self_signed: bool = False


class Handshake(Struct, frozen=True, kw_only=True):
    """One TLS handshake (RFC 8446)."""

    server_name: Host | None
    """The SNI sent; None: none was sent."""
    completed: bool
    """The handshake ended well, whether or not the certificate could be verified."""
    failure: Failure = ""
    """Why it did not complete: OpenSSL's reason (WRONG_VERSION_NUMBER, ...), "timeout", "reset", "refused",
    "unreachable: ...", "server name: ..."."""
    verify_code: int | None = None
    """OpenSSL's X509_V code against the trusted roots and the name; 0: verified; None: not tried."""
    verify_message: VerifyMessage = ""
    protocol: Word = ""
    cipher: Word = ""
    alpn: Word = ""
    chain: tuple[ServedCertificate, ...] = ()


class PageLink(Struct, frozen=True, kw_only=True):
    """An absolute address that an HTML page names, without path and query."""

    tag: Word
    """The element that names it, lower case: a, area, form, iframe, img, link, script, source."""
    origin: Url
    """Scheme, host and port, as they are written: "http://10.0.1.5:8080"."""


class Exchange(Struct, frozen=True, kw_only=True):
    """One HTTP request and what came back (RFC 9110)."""

    url: Url
    address: Address
    port: int
    status: int | None = None
    """None: no HTTP answer, see `failure`."""
    headers: Headers = ()
    """Names lower case; server, location, content-type, strict-transport-security, via, cf-ray, x-amz-cf-id,
    x-powered-by only."""
    body_start: Body = ""
    """The first 512 characters."""
    links: tuple[PageLink, ...] = ()
    """Of the first 64 KB of an HTML page: each absolute http or https address once, at most sixteen."""
    failure: Failure = ""
    """"timeout", "refused", "reset" (also: closed without an answer), "unreachable: ...", "not http: ...",
    "tls: ..." with OpenSSL's reason, "failed: ..."; "not followed: another host", "... scheme", "... malformed",
    "... too long", "... not public", "... seen before", "... seen before, after a cookie was set",
    "... more than 10 requests" for a redirect; "no address" where the name that a redirect leads to has none;
    "body: ..." beside a status when the body broke off; empty when an answer came."""
    milliseconds: float = 0.0

    def header(self, name: str) -> str:
        """One header's value, or empty."""
        return next((value for key, value in self.headers if key == name), "")


class PortProbe(Struct, frozen=True, kw_only=True):
    """What one port of one address does."""

    port: int
    tcp: Tcp
    detail: Failure = ""
    milliseconds: float = 0.0


class AddressProbe(Struct, frozen=True, kw_only=True):
    """One address of the name's answer."""

    address: Address
    port_80: PortProbe
    port_443: PortProbe
    with_sni: Handshake | None = None
    """None: port 443 is not open."""
    without_sni: Handshake | None = None
    outdated: Handshake | None = None
    """Offered nothing newer than TLS 1.1, only where TLS 1.2 was negotiated: what speaks 1.3 is left in peace."""
    http: tuple[Exchange, ...] = ()
    """From http://host/path, redirects followed by hand, each hop once; empty: port 80 is not open.
    A redirect that is not followed is the last hop, without a status: `failure` says why."""
    https: tuple[Exchange, ...] = ()
    """From https://host/path; empty: port 443 is not open or speaks no TLS."""
    plain_on_443: Exchange | None = None
    """Plain HTTP sent to 443, only after TLS failed there."""


class Probes(Struct, frozen=True, kw_only=True):
    """Addresses of the name, probed; one that is in DNS and not in here was not probed."""

    host: Host
    addresses: tuple[AddressProbe, ...]


class TargetPortProbe(Struct, frozen=True, kw_only=True):
    """One port of a target, reached directly because its own security groups admit the world."""

    port: int
    tcp: Tcp
    tls: Handshake | None = None
    """None: the port is not open."""
    http: Exchange | None = None
    """The health check's own request over plain HTTP: path, `Host:` the private address."""
    https: Exchange | None = None
    """The same over TLS, when TLS completes."""
    http_by_name: Exchange | None = None
    """The same path over what the port speaks, with `Host:` the scanned name."""
    root: Exchange | None = None
    """`/` as the health check would ask for it; None: not asked, as the health check's path is `/` itself or serves."""

    @property
    def speaks_tls(self) -> bool:
        """A TLS handshake completes."""
        return self.tls is not None and self.tls.completed


class TargetProbe(Struct, frozen=True, kw_only=True):
    """A registered target, probed at its public address."""

    target_group_arn: ArnText
    target_id: Thing
    target_port: int
    private_address: Address
    public_address: Address
    ports: tuple[TargetPortProbe, ...]
    """Traffic port, health check port, and 80, 443, 8080 where the security groups admit the world."""

    def at(self, port: int) -> TargetPortProbe | None:
        """Give what was seen on a port; None: that port was not probed."""
        return next((probe for probe in self.ports if probe.port == port), None)


TargetProbes: TypeAlias = tuple[TargetProbe, ...]
"""Targets that may be probed, at most eight of each group; another that is missing admits nobody directly."""


PROBES = Card(
    name="probes",
    holds=Probes,
    question="probes of the name's addresses",
    builds_on=("host_answers", "load_balancers", "resolver_answers"),
    opt_out="--no-probe",
    of_the_name=True,
    over_http=True,
    whose=Whose.OWN_RULES,
    entries="addresses",
    key=("address",),
)
TARGET_PROBES = Card(
    name="target_probes",
    holds=TargetProbes,
    question="probes of the targets",
    builds_on=("instances", "prefix_lists"),
    opt_out="--no-probe",
    over_http=True,
    key=("target_group_arn", "target_id", "target_port", "public_address"),
    names={"target_group_arn": "target_groups"},
)


class WireFacts(MetricsFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what this machine saw."""

    probes: Observed[Probes] = PROBES.not_asked
    target_probes: Observed[TargetProbes] = TARGET_PROBES.not_asked
