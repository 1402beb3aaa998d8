"""Whether the account itself holds the domain's registration (Route 53 Domains, 2014-05-15)."""

from __future__ import annotations

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.complete import read_complete
from albdoctor.collect.aws.services import ROUTE53DOMAINS
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.partitions import partition_of
from albdoctor.facts.registration import RegisteredDomain, RegisteredDomains

ASKED = "route53domains:GetDomainDetail"
NOT_HELD = ("not found in", "not associated with", "isn't registered in", "is not registered in", "does not belong to")


async def registered_domains(account: Account, registrable: str) -> RegisteredDomains:
    """The domain, when this account holds its registration; empty only when the service says that it does not."""
    region = ROUTE53DOMAINS.answers_in.get(partition_of(await account.region()).name)
    if region is None:
        detail = "Route 53 Domains does not exist in this partition"
        raise NotAnsweredError(Unknown(gap=Gap.NOT_ASKED, asked=ASKED, detail=detail))
    answer = await account.call("route53domains", "GetDomainDetail", region, absent=_not_held, DomainName=registrable)
    return (read_complete(answer, RegisteredDomain, ASKED),) if answer else ()


def _not_held(code: str, message: str) -> bool:
    """Tell "not in this account" from every other error: a TLD that Route 53 does not sell cannot be held either.

    The service has no code of its own for it; it answers InvalidInput, "Domain NAME not found in ACCOUNT account."
    """
    if code == "UnsupportedTLD":
        return True
    words = message.lower()
    return code == "InvalidInput" and "account" in words and any(hint in words for hint in NOT_HELD)
