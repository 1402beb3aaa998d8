"""Recursive resolvers that refuse the host because it does not validate, told from those that get no answer."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.derive.needs import derivation
from albdoctor.facts.dns import Delegation, ResolverAnswer, ResolverAnswers
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.snapshot import Scan

BOGUS = frozenset(range(6, 13))
"""Extended DNS errors of validation (RFC 8914 section 4): bogus, expired, not yet valid, DNSKEY missing, RRSIGs
missing, no zone key bit set, NSEC missing."""
TIMES = frozenset({7, 8})
"""Signature expired, signature not yet valid."""
LAME = frozenset({22, 23})
"""No reachable authority, network error: with checking disabled the answer may come out of the cache."""


class Refused(Struct, frozen=True, kw_only=True):
    """A resolver that answers SERVFAIL, and answers when it need not validate."""

    resolver: str
    host: str
    codes: tuple[int, ...]
    without_checking: str

    @property
    def says_why(self) -> bool:
        """Whether it says itself that validation failed."""
        return not BOGUS.isdisjoint(self.codes)


class Refusals(Struct, frozen=True, kw_only=True):
    """What resolvers say of the host, as far as they answer."""

    refused: tuple[Refused, ...] = ()
    answered: tuple[str, ...] = ()
    """Resolvers that answer, whether they validate or not."""

    @property
    def by_time(self) -> bool:
        """Whether a resolver says that a signature has expired or is not valid yet, by its own clock."""
        return any(not TIMES.isdisjoint(one.codes) for one in self.refused)


@derivation
def refusals(scan: Scan, delegation: Observed[Delegation], resolver_answers: Observed[ResolverAnswers]) -> Refusals:
    """Tell bogus from lame (RFC 4035 section 3.2.2): a domain nobody signed is bogus only where a resolver says so.

    Resolvers are witnesses: where none could be asked, there is no witness, and nothing is missing.
    """
    cut = delegation.value.cut(scan.registrable) if isinstance(delegation, Known) else None
    signed = isinstance(delegation, Unknown) or (cut is not None and bool(cut.ds))
    known = resolver_answers.value if isinstance(resolver_answers, Known) else ()
    refused = tuple(one for one in map(_refused, known) if one and (signed or one.says_why))
    answered = tuple(one.resolver for one in known if one.a.rcode in ("NOERROR", "NXDOMAIN"))
    return Refusals(refused=refused, answered=answered)


def _refused(one: ResolverAnswer) -> Refused | None:
    unchecked = one.without_checking
    if one.a.rcode != "SERVFAIL" or unchecked is None or unchecked.rcode not in ("NOERROR", "NXDOMAIN"):
        return None
    codes = tuple(dict.fromkeys((*one.a.extended_errors, *one.aaaa.extended_errors)))
    found = Refused(resolver=one.resolver, host=one.a.question, codes=codes, without_checking=unchecked.rcode)
    return None if not found.says_why and not LAME.isdisjoint(codes) else found
