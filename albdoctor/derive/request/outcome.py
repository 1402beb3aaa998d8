"""What came of the scanned request at each address of the name: who answered it, or how it failed.

An address that was not tried, or could not be tried from here, is not seen: never served and never failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from ipaddress import ip_address
from typing import Literal, TypeAlias

from msgspec import Struct

from albdoctor.derive.dns.visited import addresses_of, usable
from albdoctor.derive.needs import derivation
from albdoctor.derive.request.functions import NONE, Functions, own_page
from albdoctor.derive.request.redirect_loops import answers, by_balancer, is_loop, leads_away, may_end_with_a_cookie
from albdoctor.derive.targets.speaks import wants_tls
from albdoctor.facts.dns import Answer, HostAnswers, ResolverAnswers
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import AddressProbe, Exchange, Handshake, Probes, Tcp


class Came(StrEnum):
    """What came of the request at one address."""

    SERVED = "served"
    ERROR_STATUS = "error-status"
    REDIRECT_LOOP = "redirect-loop"
    LEADS_ASTRAY = "leads-astray"
    """A redirect leads to another name, and visitors get no page there."""
    NO_ANSWER = "no-answer"
    """The connection opens, TLS is fine, and no answer comes within the probe's patience."""
    RESET = "reset"
    """The connection is closed without an answer."""
    NOT_HTTP = "not-http"
    REFUSED = "refused"
    SILENT = "silent"
    """Nobody answers the connection attempt: something drops it."""
    NOT_TLS = "not-tls"
    """Port 443 speaks plain HTTP."""
    TLS_FAILS = "tls-fails"
    UNTRUSTED = "untrusted"
    """TLS completes with a certificate that browsers refuse."""
    NOT_SEEN = "not-seen"


class By(StrEnum):
    """Who gave the answer."""

    LOAD_BALANCER = "load-balancer"
    APPLICATION = "application"
    OTHER = "other"
    """Something in front of the load balancer, or instead of it: a CDN, a parking page."""
    NOBODY = "nobody"


Served: TypeAlias = Literal["yes", "partly", "no", "not-seen"]


class AtAddress(Struct, frozen=True, kw_only=True):
    """What came of the request at one address."""

    address: str
    came: Came
    by: By = By.NOBODY
    status: int | None = None
    seconds: float = 0.0
    detail: str = ""
    """Why, in the field's words: OpenSSL's reason, what the socket said, why it was not tried."""
    last: Exchange | None = None
    """The last exchange of the request; None: it did not come so far."""
    probed: bool = True
    """False: nobody turned to this address."""

    @property
    def failed(self) -> bool:
        """Whether visitors who come here get no page."""
        return self.came not in (Came.SERVED, Came.NOT_SEEN)


class Requested(Struct, frozen=True, kw_only=True):
    """The scanned request at every address that the name gives."""

    url: str
    at: tuple[AtAddress, ...]
    no_address: str = ""
    """Why there is nobody to ask: "NXDOMAIN", "NODATA", the end of a broken CNAME chain; empty: there are addresses."""
    gap: Unknown | None = None
    """Why the addresses are not known."""
    without_name: bool = False
    """No name is scanned, only a load balancer: there is no request to try."""

    @property
    def seen(self) -> tuple[AtAddress, ...]:
        """The addresses at which the request was tried."""
        return tuple(one for one in self.at if one.came is not Came.NOT_SEEN)

    @property
    def failing(self) -> tuple[AtAddress, ...]:
        """The addresses at which visitors get no page."""
        return tuple(one for one in self.at if one.failed)

    @property
    def served(self) -> Served:
        """yes: at every address that was tried; partly: at some; no: at none; not-seen: nobody could try."""
        if self.no_address:
            return "no"
        if not self.seen:
            return "not-seen"
        if not self.failing:
            return "yes"
        return "no" if len(self.failing) == len(self.seen) else "partly"

    @property
    def served_everywhere(self) -> bool:
        """Whether it was tried, and served, at every address of the name."""
        return self.served == "yes" and self.seen_everywhere

    @property
    def seen_everywhere(self) -> bool:
        """Whether the request was tried at every address of the name."""
        return bool(self.at) and len(self.seen) == len(self.at)


PROBES = "probes of the name's addresses"


@derivation
def requested(
    scan: Scan,
    host_answers: Observed[HostAnswers],
    resolver_answers: Observed[ResolverAnswers],
    probes: Observed[Probes],
    functions: Functions,
) -> Requested:
    """Say what came of the scanned URL at each address that the name gives.

    The delegated servers say which addresses these are; where they cannot be asked, recursive resolvers do.
    """
    if not scan.named:
        return Requested(url=scan.url, at=(), without_name=True)
    addresses = addresses_of(host_answers, resolver_answers)
    if isinstance(addresses, Unknown):
        return Requested(url=scan.url, at=(), gap=addresses)
    if not addresses:
        return Requested(url=scan.url, at=(), no_address=_why_none(host_answers, resolver_answers))
    seen = {one.address: one for one in probes.value.addresses} if isinstance(probes, Known) else {}
    why = probes if isinstance(probes, Unknown) else Unknown(gap=Gap.NOT_ASKED, asked=PROBES, detail="not probed")
    return Requested(url=scan.url, at=tuple(_at(address, seen.get(address), why, functions) for address in addresses))


def _why_none(host_answers: Observed[HostAnswers], resolver_answers: Observed[ResolverAnswers]) -> str:
    asked: list[Answer] = []
    if isinstance(host_answers, Known):
        answers_ = host_answers.value
        if answers_.chain:
            return f"CNAME {' -> '.join(answers_.chain)}: {answers_.chain_rcode or 'no address'}"
        asked += (*answers_.a, *answers_.aaaa)
    if isinstance(resolver_answers, Known) and not any(map(usable, asked)):
        asked += (each.a for each in resolver_answers.value)
    return "NXDOMAIN" if any(one.rcode == "NXDOMAIN" for one in asked) else "NODATA"


def _at(address: str, probe: AddressProbe | None, why: Unknown, functions: Functions) -> AtAddress:
    if probe is None:
        return AtAddress(address=address, came=Came.NOT_SEEN, detail=why.detail or why.gap.value, probed=False)
    match probe.port_443.tcp:
        case Tcp.UNREACHABLE:
            return AtAddress(address=address, came=Came.NOT_SEEN, detail=probe.port_443.detail)
        case Tcp.REFUSED:
            return AtAddress(address=address, came=Came.REFUSED, detail=probe.port_443.detail)
        case Tcp.SILENT:
            return AtAddress(address=address, came=Came.SILENT, detail=probe.port_443.detail)
        case Tcp.OPEN:
            return _over_tls(probe, functions)


def _over_tls(probe: AddressProbe, functions: Functions) -> AtAddress:
    shaken = probe.with_sni
    if shaken is None:
        return AtAddress(address=probe.address, came=Came.NOT_SEEN, detail="no TLS handshake was tried")
    if not shaken.completed:
        return _without_tls(probe, shaken)
    if shaken.verify_code:
        told = f"{shaken.verify_message} (OpenSSL {shaken.verify_code})"
        return AtAddress(address=probe.address, came=Came.UNTRUSTED, detail=told)
    return _answered(probe, functions)


def _without_tls(probe: AddressProbe, shaken: Handshake) -> AtAddress:
    plain = probe.plain_on_443
    if plain is not None and plain.status is not None and not _is_tls_port(shaken, plain):
        return AtAddress(
            address=probe.address, came=Came.NOT_TLS, by=answered_by(plain), status=plain.status, detail=shaken.failure
        )
    return AtAddress(address=probe.address, came=Came.TLS_FAILS, detail=shaken.failure)


ALERT = "ALERT"
"""In OpenSSL's reason where the other side said in TLS why it refuses."""


def _is_tls_port(shaken: Handshake, plain: Exchange) -> bool:
    """Whether the refusal of the handshake, or the answer to plain HTTP, shows that the port speaks TLS after all."""
    return ALERT in shaken.failure or wants_tls(plain)


ENDS = {"timeout": Came.NO_ANSWER, "reset": Came.RESET, "refused": Came.REFUSED}
"""How an exchange without an answer ends, in whole words."""
BEGINS = {"not http": Came.NOT_HTTP, "tls": Came.TLS_FAILS, "unreachable": Came.NOT_SEEN, "failed": Came.NOT_SEEN}
"""The same where more is said after a colon; where this machine has no way, nothing was seen."""


def _ended(failure: str) -> Came | None:
    """How an exchange without an answer ends; None: it was a redirect's, and was not sent."""
    if failure.startswith("not followed"):
        return None
    return ENDS.get(failure) or BEGINS.get(failure.partition(":")[0], Came.RESET)


BLOCKED = "blocked"
"""How an exchange ends that no browser begins, because of its port (https://fetch.spec.whatwg.org/#port-blocking)."""
LATE_ALERT = "tls: "
"""In TLS 1.3 a server that wants a client certificate refuses only when the request is sent."""


def _answered(probe: AddressProbe, functions: Functions) -> AtAddress:
    chain = probe.https
    if not chain:
        return AtAddress(address=probe.address, came=Came.NOT_SEEN, detail="no request was sent")
    seconds = sum(one.milliseconds for one in chain) / 1000
    if (lost := astray(chain, functions)) and not is_challenge(lost):
        detail = f"{lost.url}: {lost.status or lost.failure}"
        return AtAddress(
            address=probe.address,
            came=Came.LEADS_ASTRAY,
            by=answered_by(lost, functions) if lost.status else By.NOBODY,
            status=lost.status,
            seconds=seconds,
            detail=detail,
            last=lost,
        )
    # It may be that of a redirect on this host: what visitors get is what is at its end.
    ended = _ended(chain[-1].failure) if chain[-1].status is None else None
    if ended:
        detail = chain[-1].failure.removeprefix(LATE_ALERT)
        return AtAddress(address=probe.address, came=ended, seconds=seconds, detail=detail, last=chain[-1])
    came = answers(chain)
    if not came:
        return AtAddress(address=probe.address, came=Came.NOT_SEEN, detail=chain[-1].failure)
    last = came[-1]
    if is_challenge(last):
        told = f"{last.status}: {last.header('server')} asks for proof that this is a browser"
        return AtAddress(address=probe.address, came=Came.NOT_SEEN, seconds=seconds, detail=told, last=last)
    kind = Came.ERROR_STATUS if is_error(last, functions) else Came.SERVED
    if is_loop(chain) and not may_end_with_a_cookie(chain):
        kind = Came.REDIRECT_LOOP
    return AtAddress(
        address=probe.address,
        came=kind,
        by=answered_by(last, functions),
        status=last.status,
        seconds=seconds,
        last=last,
    )


def is_blocked(exchange: Exchange) -> bool:
    """Whether browsers do not open the port that a redirect leads to."""
    return exchange.failure.startswith(f"{BLOCKED}:")


def astray(chain: Sequence[Exchange], functions: Functions = NONE) -> Exchange | None:
    """The end of redirects at another name or a blocked port, where visitors get no page; None: they may get one."""
    if not chain or is_loop(chain) or not (is_blocked(chain[-1]) or leads_away(chain)):
        return None
    last = chain[-1]
    lost = is_error(last, functions) if last.status else _ended(last.failure) not in (None, Came.NOT_SEEN)
    return last if lost else None


TURNED_AWAY = (400, 408, 413, 414, 421, 429, 431)
"""Statuses under 500 with which an application turns a plain GET away; 401, 403, 404, 405 and others are its answer."""


def is_error(exchange: Exchange, functions: Functions = NONE) -> bool:
    """Whether a visitor of the address gets an error: one of the load balancer's own, or an application's.

    An application's 404, 401 or 403 is its answer to this path, no fault of the way to it.
    """
    status = exchange.status or 0
    if status < 400:
        return False
    return by_load_balancer(exchange, functions) or status >= 500 or status in TURNED_AWAY or _is_front_door(exchange)


def _is_front_door(exchange: Exchange) -> bool:
    """Whether a CDN itself refuses the request: CloudFront passes an origin's 403 on with the origin's `Server`."""
    server, body = exchange.header("server").lower(), exchange.body_start.lower()
    own = server.startswith("cloudfront") or (server.startswith("cloudflare") and "cloudflare" in body)
    return exchange.status == 403 and own


CHALLENGES = ("just a moment", "challenge-platform", "cf-chl")
"""What the pages hold by which Cloudflare tells browsers from programs: browsers get past them by themselves."""


def is_challenge(exchange: Exchange) -> bool:
    """Whether a CDN asks for proof that it talks to a browser, so that nobody saw what browsers get."""
    asks = any(words in exchange.body_start.lower() for words in CHALLENGES)
    return exchange.status in (403, 429, 503) and by_cdn(exchange) and asks


def answered_by(exchange: Exchange, functions: Functions = NONE) -> By:
    """Who made this answer, as its headers tell, and where a function may have made it, the rules."""
    if by_load_balancer(exchange, functions):
        return By.LOAD_BALANCER
    return By.OTHER if by_cdn(exchange) else By.APPLICATION


CDN_SERVERS = ("cloudfront", "cloudflare", "akamaighost", "fastly", "gws")
"""`Server:` of answers that a CDN makes itself."""


def by_load_balancer(exchange: Exchange, functions: Functions = NONE) -> bool:
    """Whether the load balancer itself made this answer: `Server: awselb/2.0`, or its page where that header is off."""
    bare = not exchange.header("server") and own_page(exchange)
    return bare or (by_balancer(exchange) and not functions.made(exchange))


REFUSED = 403
"""What a load balancer answers itself where a web ACL blocks the request (ELB guide, "Troubleshoot": HTTP 403)."""


def is_refused(exchange: Exchange, functions: Functions = NONE) -> bool:
    """Whether the load balancer itself refused a request: a web ACL did, or a rule with a fixed response of 403."""
    return exchange.status == REFUSED and by_load_balancer(exchange, functions)


def exchanges_of(probes: Probes) -> Iterator[Exchange]:
    """Every request that was sent to the name's addresses."""
    yield from (exchange for one in probes.addresses for exchange in (*one.https, *one.http))


def by_cdn(exchange: Exchange) -> bool:
    """Whether a CDN in front made this answer itself."""
    return exchange.header("server").lower().startswith(CDN_SERVERS)


def of_family(addresses: Iterable[str], version: int) -> Iterator[str]:
    """The addresses of one family, 4 or 6; what is no address is of neither."""
    return (address for address in addresses if version_of(address) == version)


def version_of(address: str) -> int:
    """The IP version of an address; 0: it is none."""
    try:
        return ip_address(address).version
    except ValueError:
        return 0
