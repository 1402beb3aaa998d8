"""What DNS servers answered. Names are lower case, A-labels, without the final dot; the root is "."."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Observed
from albdoctor.facts.registration import RegistrationFacts
from albdoctor.facts.values import CaaData, DnsName, DsData, Failure, Host, RecordData, Word

INTERCEPTED = "port 53 is intercepted on the way from here: what answers for a root server is a resolver"
"""Why nothing is known of the delegation where the walk met a resolver at the root."""


class Record(Struct, frozen=True, kw_only=True):
    """One resource record as served (RFC 1035 section 3.2)."""

    name: DnsName
    type: Word
    ttl: int
    """Seconds."""
    data: RecordData
    """Presentation format; a name in it has no final dot and is lower case."""


class Answer(Struct, frozen=True, kw_only=True):
    """What one server said to one question: the unit of DNS evidence."""

    server: DnsName
    """Name of the server, or its address where it has none (resolvers)."""
    address: DnsName
    question: DnsName
    type: Word
    rcode: Word | None = None
    """NOERROR, NXDOMAIN, REFUSED, SERVFAIL, ...; None: no usable answer came, see `error`."""
    authoritative: bool = False
    recursion_available: bool = False
    authenticated: bool = False
    """The AD flag: a resolver has validated it (RFC 4035 section 3.2.3)."""
    records: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    over_tcp: bool = False
    milliseconds: float = 0.0
    error: Failure = ""
    """"timeout", "refused", "unreachable", "malformed: ...", "not asked: ..." (nothing was sent, and why); empty
    when an answer came."""
    extended_errors: tuple[int, ...] = ()
    """Extended DNS Error codes (RFC 8914)."""

    def data(self, type_: str) -> frozenset[str]:
        """Collect the data of the answer section's records of one type."""
        return frozenset(record.data for record in self.records if record.type == type_)


class NameServer(Struct, frozen=True, kw_only=True):
    """A delegated name server and the parent servers that named it."""

    name: DnsName
    addresses: tuple[DnsName, ...]
    """IPv4 and IPv6; empty: see `error`."""
    named_by: tuple[DnsName, ...]
    """Addresses of the parent servers whose referral holds this name."""
    error: Failure = ""
    """Why there is no address. "NXDOMAIN", "NODATA", "CNAME": the name has none (a CNAME is not allowed here,
    RFC 2181 section 10.3); "not asked" (cuts above the domain); else what went wrong ("timeout", "REFUSED",
    "not asked: ...")."""


class Cut(Struct, frozen=True, kw_only=True):
    """One zone cut, seen from the parent's servers and from its own (RFC 9499)."""

    zone: DnsName
    parent_zone: DnsName
    parent_answers: tuple[Answer, ...]
    """NS of the zone asked of the parent zone's servers."""
    nameservers: tuple[NameServer, ...]
    ttl: int = 0
    """Seconds of the NS records in the referral."""
    ds: tuple[DsData, ...] = ()
    """DS records at the parent; empty means "none" only where one of `ds_answers` has an rcode of NOERROR."""
    ds_answers: tuple[Answer, ...] = ()
    """DS of the zone asked of some of the parent zone's servers."""
    child_answers: tuple[Answer, ...] = ()
    """SOA of the zone asked of every address of every delegated server. Empty above the scanned domain."""
    child_ns: tuple[Answer, ...] = ()
    """NS of the zone asked of the same: the set that the zone itself names, which resolvers prefer to the parent's
    (RFC 2181 section 5.4.1)."""


class Delegation(Struct, frozen=True, kw_only=True):
    """The walk from the root to the deepest zone that holds the host (RFC 1034 section 5.3.3)."""

    domain: DnsName
    """The registrable domain of the host: one label under a public suffix."""
    cuts: tuple[Cut, ...]
    """From the first zone under the root downwards; the last is the zone that serves the host, or, when
    the domain is not delegated, its parent."""
    last_answers: tuple[Answer, ...] = ()
    """What the servers of the last cut said when asked for NS of the next name down: NXDOMAIN tells
    that the domain is not delegated."""

    def cut(self, zone: str) -> Cut | None:
        """Find the cut of a zone; None when the parent does not delegate it."""
        return next((cut for cut in self.cuts if cut.zone == zone), None)


class HostAnswers(Struct, frozen=True, kw_only=True):
    """The host asked of every address of every server of the zone that serves it."""

    host: Host
    zone: DnsName
    """The zone the servers were delegated for; its parent's when the domain is not delegated."""
    a: tuple[Answer, ...]
    aaaa: tuple[Answer, ...]
    cname: tuple[Answer, ...] = ()
    chain: tuple[DnsName, ...] = ()
    """CNAME targets in the order they were followed, out of the zone too, at most 8; a loop ends with the name
    it came back to. Where servers give different targets, the chain of the first."""
    chain_rcode: Failure = ""
    """The rcode at the end of the chain, or what went wrong there ("timeout"); empty without a chain."""
    addresses: tuple[DnsName, ...] = ()
    """Every address that any server gave, at the end of the chain; sorted."""


class ServedRecords(Struct, frozen=True, kw_only=True):
    """What else one of the domain's present servers holds: lost when the domain moves to servers without it."""

    domain: DnsName
    answers: tuple[Answer, ...] = ()
    """A, AAAA, MX, TXT and CAA of the domain, A of `www` and TXT of `_dmarc`, all of one server; empty: no server
    answers for the domain. Nobody can list the other names from outside."""


class ResolverAnswer(Struct, frozen=True, kw_only=True):
    """What one recursive resolver says about the host and its domain."""

    resolver: DnsName
    a: Answer
    aaaa: Answer
    ns: Answer
    without_checking: Answer | None = None
    """A with CD=1 (RFC 4035 section 3.2.2), asked after a SERVFAIL: NOERROR here means bogus DNSSEC."""


ResolverAnswers: TypeAlias = tuple[ResolverAnswer, ...]


class CaaSet(Struct, frozen=True, kw_only=True):
    """The CAA records that govern one certificate name (RFC 8659 section 3: climb until found)."""

    name: DnsName
    found_at: DnsName = ""
    """The name whose set governs: the certificate's name, or one above it."""
    owner: DnsName = ""
    """Who has the records: `found_at`, or the end of its CNAMEs; above the end nobody climbs."""
    records: tuple[CaaData, ...] = ()
    """Presentation format: `0 issue "amazon.com"`; empty: no CAA up to the top-level domain."""
    error: Failure = ""


CaaSets: TypeAlias = tuple[CaaSet, ...]


class ValidationAnswer(Struct, frozen=True, kw_only=True):
    """An ACM validation name asked of every server of the zone that serves it."""

    name: DnsName
    expected: DnsName
    """The CNAME target that ACM waits for."""
    zone: DnsName
    answers: tuple[Answer, ...]
    doubled: tuple[Answer, ...] = ()
    """CNAME of the name with its zone written once more behind it, as panels that append the domain make it of a whole
    name; asked where no server has the name's own CNAME."""
    others: tuple[Answer, ...] = ()
    """A, AAAA and TXT of the name, asked where it exists without a CNAME."""
    wildcard: tuple[Answer, ...] = ()
    """The same of `*` beside the name, and its CNAME; asked where the name has other data or another CNAME."""
    chain: tuple[DnsName, ...] = ()
    """CNAME targets in the order they were followed, out of the zone too, where the first is not the expected one."""
    chain_error: Failure = ""
    """What went wrong where the chain could not be followed to its end ("timeout")."""


ValidationAnswers: TypeAlias = tuple[ValidationAnswer, ...]


DELEGATION = Card(
    name="delegation",
    holds=Delegation,
    question="DNS delegation",
    of_the_name=True,
    whose=Whose.ANYBODY,
)
HOST_ANSWERS = Card(
    name="host_answers",
    holds=HostAnswers,
    question="DNS answers of the delegated servers",
    builds_on=("delegation",),
    of_the_name=True,
    whose=Whose.ANYBODY,
)
SERVED_RECORDS = Card(
    name="served_records",
    holds=ServedRecords,
    question="DNS records of the domain",
    builds_on=("delegation",),
    of_the_name=True,
    whose=Whose.ANYBODY,
)
RESOLVER_ANSWERS = Card(
    name="resolver_answers",
    holds=ResolverAnswers,
    question="DNS answers of recursive resolvers",
    of_the_name=True,
    whose=Whose.ANYBODY,
)
# Asked for the names of the certificates, so that they are complete where those are.
CAA_SETS = Card(
    name="caa_sets",
    holds=CaaSets,
    question="DNS CAA records",
    builds_on=("certificates",),
    of_the_name=True,
    whose=Whose.CERTIFICATES,
    key=("name",),
)
VALIDATION_ANSWERS = Card(
    name="validation_answers",
    holds=ValidationAnswers,
    question="DNS answers for ACM validation names",
    builds_on=("certificates",),
    of_the_name=True,
    whose=Whose.CERTIFICATES,
    key=("name", "expected"),
)


class DnsFacts(RegistrationFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what DNS servers answered."""

    delegation: Observed[Delegation] = DELEGATION.not_asked
    host_answers: Observed[HostAnswers] = HOST_ANSWERS.not_asked
    served_records: Observed[ServedRecords] = SERVED_RECORDS.not_asked
    resolver_answers: Observed[ResolverAnswers] = RESOLVER_ANSWERS.not_asked
    caa_sets: Observed[CaaSets] = CAA_SETS.not_asked
    validation_answers: Observed[ValidationAnswers] = VALIDATION_ANSWERS.not_asked
