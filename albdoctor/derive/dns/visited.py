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
        given = (*known.addresses, *sorted(_given(known) - {*known.addresses}))
        if given or _is_told(known):
            return given
    told = _of_resolvers(resolver_answers)
    if told is not None:
        return told
    if isinstance(host_answers, Unknown):
        return host_answers
    return Unknown(gap=Gap.UNREACHABLE, asked=f"DNS A and AAAA {host_answers.value.host}", detail="no server answered")


def answered_to(resolver_answers: Observed[ResolverAnswers]) -> bool:
    """Whether recursive resolvers get an answer for the host: its servers may be shut to this machine alone."""
    known = resolver_answers.value if isinstance(resolver_answers, Known) else ()
    return any(one.a.rcode in SAYING for one in known)


def _given(answers_: HostAnswers) -> set[str]:
    """The host's own addresses, by any of the servers: one that lags behind sends its visitors elsewhere."""
    records = (one for answer in (*answers_.a, *answers_.aaaa) for one in answer.records)
    return {one.data for one in records if one.type in ("A", "AAAA") and one.name == answers_.host}


def goes_round(answers_: HostAnswers) -> bool:
    """Whether the host's CNAMEs lead back to a name that they came from."""
    return answers_.chain[-1:] != () and answers_.chain[-1] in (answers_.host, *answers_.chain[:-1])


def _is_told(answers_: HostAnswers) -> bool:
    """Whether the servers say that there is no address; where a CNAME leads on, those at its end.

    A chain that comes back to a name of its own never gets to an address, whatever its last answer was.
    """
    if answers_.chain:
        ended = answers_.chain_rcode in SAYING and len(answers_.chain) < LONGEST_CHAIN
        return ended or goes_round(answers_)
    return _is_none(answers_.a, answers_.aaaa)


def _is_none(a: Iterable[Answer], aaaa: Iterable[Answer]) -> bool:
    """Whether a name without addresses was seen to have none: silence about one family leaves it open.

    So does a CNAME that nobody followed to its end.
    """
    a, aaaa = tuple(a), tuple(aaaa)
    return any(one.rcode == "NXDOMAIN" and usable(one) for one in (*a, *aaaa)) or all(
        any(usable(one) and not one.data("CNAME") for one in each) for each in (a, aaaa)
    )


def _of_resolvers(resolver_answers: Observed[ResolverAnswers]) -> tuple[str, ...] | None:
    """The addresses that resolvers give; None: none of them gave a usable answer."""
    if isinstance(resolver_answers, Unknown):
        return None
    a, aaaa = [each.a for each in resolver_answers.value], [each.aaaa for each in resolver_answers.value]
    addresses = sorted({address for one in (*a, *aaaa) for address in (*one.data("A"), *one.data("AAAA"))})
    return tuple(addresses) if addresses or _is_none(a, aaaa) else None
