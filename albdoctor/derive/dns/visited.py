"""The addresses that visitors of a name get, whoever tells them."""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.facts.dns import Answer, HostAnswers, ResolverAnswers
from albdoctor.facts.known import Gap, Known, Observed, Unknown

SAYING = ("NOERROR", "NXDOMAIN")
"""Answers that say what is there or not."""
LONGEST_CHAIN = 8
"""So many CNAMEs are followed: where the next would lead is not known."""


def usable(answer: Answer) -> bool:
    """Whether an answer says what is there or not; a server that is not in charge says nothing by an empty one."""
    return answer.rcode in SAYING and (answer.authoritative or answer.recursion_available or bool(answer.records))


def addresses_of(
    host_answers: Observed[HostAnswers], resolver_answers: Observed[ResolverAnswers]
) -> tuple[str, ...] | Unknown:
    """The addresses that visitors get; none: it is known that there are none; why they are not known.

    The delegated servers say it; where they cannot be asked (port 53 is closed or intercepted), recursive resolvers do.
    """
    if isinstance(host_answers, Known):
        known = host_answers.value
        if known.addresses or _is_told(known):
            return known.addresses
    told = _of_resolvers(resolver_answers)
    if told is not None:
        return told
    if isinstance(host_answers, Unknown):
        return host_answers
    return Unknown(gap=Gap.UNREACHABLE, asked=f"DNS A and AAAA {host_answers.value.host}", detail="no server answered")


def _is_told(answers_: HostAnswers) -> bool:
    """Whether the servers say that there is no address; where a CNAME leads on, those at its end.

    A chain that comes back to a name of its own never gets to an address, whatever its last answer was.
    """
    names = (answers_.host, *answers_.chain)
    if answers_.chain:
        ended = answers_.chain_rcode in SAYING and len(answers_.chain) < LONGEST_CHAIN
        return ended or len({*names}) < len(names)
    return _is_none(answers_.a, answers_.aaaa)


def _is_none(a: Iterable[Answer], aaaa: Iterable[Answer]) -> bool:
    """Whether a name without addresses was seen to have none: silence about one family leaves it open."""
    a, aaaa = tuple(a), tuple(aaaa)
    return any(one.rcode == "NXDOMAIN" and usable(one) for one in (*a, *aaaa)) or all(any(map(usable, each)) for each in (a, aaaa))


def _of_resolvers(resolver_answers: Observed[ResolverAnswers]) -> tuple[str, ...] | None:
    """The addresses that resolvers give; None: none of them gave a usable answer."""
    if isinstance(resolver_answers, Unknown):
        return None
    a, aaaa = [each.a for each in resolver_answers.value], [each.aaaa for each in resolver_answers.value]
    addresses = sorted({address for one in (*a, *aaaa) for address in (*one.data("A"), *one.data("AAAA"))})
    return tuple(addresses) if addresses or _is_none(a, aaaa) else None
