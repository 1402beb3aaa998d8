"""Everything a scan asks DNS: one object, each question once, all of them at the same time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from albdoctor.collect.asked import shared
from albdoctor.collect.dns.chain import chain_of
from albdoctor.collect.dns.delegation import DelegationWalk, served_questions
from albdoctor.collect.dns.replies import gap_of, reason_in, target_in, trouble
from albdoctor.collect.dns.validation import validation_clues
from albdoctor.collect.dns.walk import FEW, Followed, Walker
from albdoctor.collect.dns.wire import NOT_ASKED, Server, Wire
from albdoctor.collect.options import Options
from albdoctor.facts.dns import (
    Answer,
    CaaSet,
    CaaSets,
    Delegation,
    HostAnswers,
    ResolverAnswer,
    ResolverAnswers,
    ServedRecords,
    ValidationAnswer,
    ValidationAnswers,
)
from albdoctor.facts.dnssec import Chain
from albdoctor.facts.known import Gap, Known, Observed, Unknown

ROOT_HINTS = Path(__file__).parent / "data" / "root_hints.json"
ROOT_ANCHORS = ROOT_HINTS.with_name("root_anchors.json")
PUBLIC_RESOLVERS = ("8.8.8.8", "1.1.1.1")
KOREAN_RESOLVERS = ("168.126.63.1",)
"""KT, the biggest provider's."""
KOREAN_SUFFIXES = (".kr", ".xn--3e0b707e")
TARGETS = 4
"""Different CNAME targets of the host that are followed, where its servers disagree."""
CLIMB = 10
"""Labels of a certificate name that are climbed for CAA."""


class RootHints(Struct, frozen=True):
    """The bundled root servers."""

    source: str
    date: str
    servers: dict[str, tuple[str, ...]]


def root_hints() -> RootHints:
    """Read the bundled root hints."""
    return msgspec.json.decode(ROOT_HINTS.read_bytes(), type=RootHints)


class RootAnchors(Struct, frozen=True):
    """The bundled trust anchors: DS records of the root's keys."""

    source: str
    date: str
    anchors: tuple[str, ...]


def root_anchors() -> RootAnchors:
    """Read the bundled trust anchors."""
    return msgspec.json.decode(ROOT_ANCHORS.read_bytes(), type=RootAnchors)


class Dns:
    """The DNS of one scan."""

    def __init__(self, options: Options, wire: Wire | None = None) -> None:
        """Prepare; nothing is sent yet. What was asked over another scan's `wire` is not asked again."""
        self._options = options
        roots = _roots(options)
        named = (Server(address, address, port) for address, port in options.resolvers)
        self._wire = wire.again() if wire else Wire(options.connect_to, on_purpose=(*roots, *named))
        self._walker = Walker(self._wire, roots)
        self._anchors = _anchors(options)
        self._addresses: dict[str, asyncio.Task[Observed[tuple[str, ...]]]] = {}

    @property
    def wire(self) -> Wire:
        """What it asks over, with the replies so far."""
        return self._wire

    @property
    def questions(self) -> int:
        """How many different questions were asked so far."""
        return self._wire.sent

    async def delegation(self, *, keys: bool = False, records: bool = False) -> Observed[Delegation]:
        """Walk from the root to the zone that serves the host.

        Every parent server of the domain and every server it is delegated to are asked themselves. `keys`: the keys of
        a signed domain will be wanted, `records`: what else the domain holds, so they are asked for on the way.
        """
        options = self._options
        own_root = bool(options.dns_roots)
        walk = DelegationWalk(self._walker, options.host, options.registrable, trust_own_root=own_root)
        return await walk.run(keys=keys, records=records, anchored=bool(self._anchors))

    async def chain(self, delegation: Delegation, host_answers: HostAnswers | None) -> Chain:
        """Ask for the keys of each signed zone on the way, and verify what they have signed."""
        return await chain_of(self._walker, delegation, host_answers, self._anchors)

    async def host_answers(self, delegation: Delegation) -> Observed[HostAnswers]:
        """Ask every server of the host's zone for it and follow its CNAMEs; an undelegated name has the parent's.

        Unknown only when none of them may be asked.
        """
        host = self._options.host
        servers = await self._servers_of(delegation)
        ipv4, ipv6, cname = await asyncio.gather(*(self._ask(servers, host, type_) for type_ in ("A", "AAAA", "CNAME")))
        answers = (*ipv4, *ipv6, *cname)
        refused = _refused(delegation, answers)
        if refused:
            return Unknown(gap=Gap.NOT_ASKED, asked="DNS answers of the delegated servers", detail=refused)
        targets = target_in(answers, host)[:TARGETS]
        followed = await asyncio.gather(*(self._walker.follow(target) for target in targets))
        addresses = {
            record.data
            for answer in (*ipv4, *ipv6)
            for record in answer.records
            if record.type in {"A", "AAAA"} and record.name == host
        }
        for one in followed:
            addresses |= one.addresses
        return Known(
            HostAnswers(
                host=host,
                zone=delegation.cuts[-1].zone if delegation.cuts else ".",
                a=ipv4,
                aaaa=ipv6,
                cname=cname,
                chain=_chain(targets, followed, host),
                chain_rcode=followed[0].ending if followed else "",
                addresses=tuple(sorted(addresses)),
            )
        )

    async def served_records(self, delegation: Delegation) -> ServedRecords:
        """Ask one server that answers for the domain what else it holds."""
        domain = delegation.domain
        cut = delegation.cut(domain)
        told = (one for one in (cut.child_answers if cut else ()) if one.authoritative and one.rcode == "NOERROR")
        servers = tuple(Server(one.server, one.address) for one in told)[:1]
        asked = served_questions(domain)
        answers = await asyncio.gather(*(self._ask(servers, name, type_) for name, type_ in asked))
        return ServedRecords(domain=domain, answers=tuple(one for each in answers for one in each))

    async def resolver_answers(self) -> Observed[ResolverAnswers]:
        """Ask the recursive resolvers; one that does not answer is an answer with an error."""
        resolvers = resolvers_of(self._options)
        answers = await asyncio.gather(*(self._ask_resolver(server) for server in resolvers))
        every = [answer for one in answers for answer in (one.a, one.aaaa, one.ns)]
        if all(answer.rcode is None for answer in every):
            asked = "DNS answers of recursive resolvers"
            who = ", ".join(answer.resolver for answer in answers)
            return Unknown(gap=Gap.UNREACHABLE, asked=asked, detail=f"{who}: {trouble(every)}")
        return Known(tuple(answers))

    async def caa_sets(self, names: tuple[str, ...]) -> Observed[CaaSets]:
        """Find the CAA records that govern each certificate name (`*.` names like the name below)."""
        found = tuple(await asyncio.gather(*(self._caa_set(name) for name in dict.fromkeys(names))))
        if found and self._walker.is_lost and all(caa.error for caa in found):
            return Unknown(gap=Gap.UNREACHABLE, asked="DNS CAA records", detail=found[0].error)
        return Known(found)

    async def validation_answers(self, wanted: tuple[tuple[str, str], ...]) -> Observed[ValidationAnswers]:
        """Ask every server of each validation name's zone for its CNAME."""
        found = await asyncio.gather(*(self._validation(name, target) for name, target in dict.fromkeys(wanted)))
        answers = [answer for one in found for answer in one.answers]
        if found and self._walker.is_lost and all(answer.rcode is None for answer in answers):
            asked = "DNS answers for ACM validation names"
            return Unknown(gap=Gap.UNREACHABLE, asked=asked, detail=trouble(answers))
        return Known(tuple(found))

    async def addresses(self, name: str) -> Observed[tuple[str, ...]]:
        """Find the addresses of any other name, by a walk of its own, once; a name without any gives none."""
        return await shared(self.begin_addresses(name))

    def begin_addresses(self, name: str) -> asyncio.Task[Observed[tuple[str, ...]]]:
        """Start to look for the addresses of a name that will be needed."""
        if name not in self._addresses:
            self._addresses[name] = asyncio.create_task(self._find_addresses(name))
        return self._addresses[name]

    async def _find_addresses(self, name: str) -> Observed[tuple[str, ...]]:
        followed = await self._walker.follow(_plain(name))
        if followed.answered:
            return Known(tuple(sorted(followed.addresses)))
        gap = gap_of(followed.answers)
        return Unknown(gap=gap, asked=f"DNS addresses of {name}", detail=reason_in(followed.ending))

    async def _servers_of(self, delegation: Delegation) -> tuple[Server, ...]:
        """Every server of the zone that serves the host; some of the parent's for a name that nobody serves."""
        if not delegation.cuts:
            return await self._walker.few(self._walker.root)
        if delegation.cut(delegation.domain) is None:
            answered = (answer for answer in delegation.last_answers if answer.rcode is not None)
            return tuple(Server(answer.server, answer.address) for answer in answered)[:FEW]
        named = delegation.cuts[-1].nameservers
        every = (Server(host.name, address) for host in named for address in host.addresses)
        return tuple(server for server in every if self._wire.can_reach(server))

    async def _ask(self, servers: tuple[Server, ...], name: str, type_: str) -> tuple[Answer, ...]:
        return tuple(reply.answer for reply in await self._wire.ask_all(servers, name, type_))

    async def _ask_resolver(self, server: Server) -> ResolverAnswer:
        host, domain = self._options.host, self._options.registrable
        asked = ((host, "A"), (host, "AAAA"), (domain, "NS"))
        ipv4, ipv6, ns = await asyncio.gather(
            *(self._wire.ask(server, name, type_, recurse=True) for name, type_ in asked)
        )
        unchecked = None
        if ipv4.answer.rcode == "SERVFAIL":
            unchecked = (await self._wire.ask(server, host, "A", recurse=True, unchecked=True)).answer
        return ResolverAnswer(
            resolver=server.name, a=ipv4.answer, aaaa=ipv6.answer, ns=ns.answer, without_checking=unchecked
        )

    async def _caa_set(self, name: str) -> CaaSet:
        """Climb from a name to the top-level domain; the first non-empty set governs (RFC 8659 section 3)."""
        labels = _plain(name).removeprefix("*.").split(".")
        climbed = [".".join(labels[first:]) for first in range(len(labels))][:CLIMB]
        sets = await asyncio.gather(*(self._caa_at(candidate) for candidate in climbed))
        for candidate, (owner, records, error) in zip(climbed, sets, strict=True):
            if records:
                return CaaSet(name=name, found_at=candidate, owner=owner, records=records)
            if error:
                return CaaSet(name=name, error=error)
        return CaaSet(name=name)

    async def _caa_at(self, name: str) -> tuple[str, tuple[str, ...], str]:
        """The owner of CAA records at one name, over its CNAMEs, and the records; or what went wrong."""
        seen: set[str] = set()
        while name not in seen and len(seen) < CLIMB:
            seen.add(name)
            found = await self._walker.look_up(name, "CAA")
            useful = found.useful
            if not useful:
                return name, (), f"CAA of {name}: {trouble(found.answers)}"
            records = [
                record.data
                for answer in useful
                for record in answer.records
                if record.type == "CAA" and record.name == name
            ]
            if records:
                return name, tuple(dict.fromkeys(records)), ""
            targets = target_in(useful, name)
            if not targets:
                return name, (), ""
            name = targets[0]
        return name, (), f"CAA: the CNAMEs do not end at {name}"

    async def _validation(self, name: str, expected: str) -> ValidationAnswer:
        asked, wanted = _plain(name), _plain(expected)
        # The zone that answers is very likely the domain's own: its servers are all asked at once.
        found = await self._walker.look_up(asked, "CNAME", everyone_in=self._options.registrable)
        servers = await self._walker.every(found.zone)
        answers = await self._ask(servers, asked, "CNAME")
        given = ValidationAnswer(name=asked, expected=wanted, zone=found.zone.name, answers=answers)
        return replace(given, **await validation_clues(self._walker, given))


def _refused(delegation: Delegation, answers: tuple[Answer, ...]) -> str:
    """Why none of a zone's servers was asked; empty: one was, or there is none."""
    if answers:
        return reason_in(trouble(answers)) if gap_of(answers) is Gap.NOT_ASKED else ""
    named = delegation.cuts[-1].nameservers if delegation.cuts else ()
    return next((reason_in(server.error) for server in named if NOT_ASKED in server.error), "")


def _chain(targets: tuple[str, ...], followed: list[Followed], host: str) -> tuple[str, ...]:
    if not followed:
        return ()
    chain = (targets[0], *followed[0].targets)
    # The rest of a loop back to the host itself adds nothing.
    return chain[: chain.index(host) + 1] if host in chain else chain


def _plain(name: str) -> str:
    return name.lower().rstrip(".")


def _roots(options: Options) -> tuple[Server, ...]:
    if options.dns_roots:
        return tuple(Server(address, address, port) for address, port in options.dns_roots)
    return tuple(Server(name, address) for name, addresses in root_hints().servers.items() for address in addresses)


def _anchors(options: Options) -> tuple[str, ...]:
    """DS records of the root's keys; none for a root of one's own whose keys nobody named."""
    if options.trust_anchors or options.dns_roots:
        return options.trust_anchors
    return root_anchors().anchors


def resolvers_of(options: Options) -> tuple[Server, ...]:
    """List the recursive resolvers to ask: those given, else the system's and the well-known public ones."""
    if options.resolvers:
        return tuple(
            Server(address if port == 53 else f"{address}:{port}", address, port) for address, port in options.resolvers
        )
    korean = KOREAN_RESOLVERS if options.registrable.endswith(KOREAN_SUFFIXES) else ()
    return tuple(
        Server(address, address) for address in dict.fromkeys((*_system_resolvers(), *PUBLIC_RESOLVERS, *korean))
    )


def _system_resolvers() -> tuple[str, ...]:
    from dns.resolver import NoResolverConfiguration, Resolver  # loads long; whoever names resolvers needs none

    try:
        found = Resolver(configure=True).nameservers
    except (NoResolverConfiguration, OSError):
        return ()
    # A DNS-over-HTTPS server is not asked on port 53.
    return tuple(server for server in found if isinstance(server, str) and not server.startswith("http"))
