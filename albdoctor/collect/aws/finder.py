"""Finds load balancers by what a trace tells of them: a DNS name, an interface's description, a name or an ARN."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from msgspec import Struct

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.calls import Absent, absent_when
from albdoctor.collect.aws.found import Found
from albdoctor.collect.gaps import NotAnsweredError, observe
from albdoctor.derive.names import balancer_name
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Unknown
from albdoctor.facts.mirror import known_or
from albdoctor.facts.partitions import SUFFIXES, is_region

ASKED = "elasticloadbalancing:DescribeLoadBalancers"
NOT_FOUND: Absent = absent_when("LoadBalancerNotFound", "LoadBalancerNotFoundException")
ENDING = "|".join(map(re.escape, SUFFIXES))
APPLICATION_NAME = re.compile(
    rf"(?:internal-)?(?P<name>.+)-[^-.]+\.(?P<region>[a-z0-9-]+)\.elb\.(?P<suffix>{ENDING})", re.ASCII
)
NETWORK_NAME = re.compile(rf"(?P<name>.+)-[^-.]+\.elb\.(?P<region>[a-z0-9-]+)\.(?P<suffix>{ENDING})", re.ASCII)


class BalancerName(Struct, frozen=True):
    """What the DNS name of a load balancer tells (application: NAME-ID.REGION.elb.amazonaws.com)."""

    dns_name: str
    """Lower case, without `dualstack.`."""
    name: str
    region: str


def parse_name(name: str) -> BalancerName | None:
    """Read the DNS name of a load balancer; None: Elastic Load Balancing gives out no such name."""
    dns_name = balancer_name(name)
    match = APPLICATION_NAME.fullmatch(dns_name) or NETWORK_NAME.fullmatch(dns_name)
    if not match or not is_region(match["region"], match["suffix"]):
        return None  # x-1.s3.elb.amazonaws.com would be asked for at s3
    return BalancerName(dns_name, match["name"], match["region"])


def is_application(balancer: LoadBalancer) -> bool:
    """Whether it is an Application Load Balancer; one that does not tell may be."""
    return known_or(lambda: balancer.type == "application", otherwise=True)


class Finder:
    """Looks for balancers under every profile; each balancer is one `Found`, however many traces lead to it."""

    def __init__(self, accounts: tuple[Account, ...], seen: Callable[[Found], None]) -> None:
        """Tell `seen` of every balancer as soon as a trace leads to it."""
        self.accounts = accounts
        self._seen = seen
        self._found: dict[str, Found] = {}

    def found(self, account: Account, balancer: LoadBalancer) -> Found:
        """Keep a balancer that somebody may need: its parts are asked only once."""
        return self._found.setdefault(balancer.load_balancer_arn, Found(account, balancer))

    def known(self, arn: str) -> Found:
        """A balancer that was found before."""
        return self._found[arn]

    def meant(self, found: Found) -> Found:
        """A trace leads here: begin with everything that will be asked of it."""
        self._seen(found)
        return found

    async def by_dns_name(self, wanted: BalancerName) -> Found | None:
        """Find the balancer of a DNS name; None: no profile's account has it in that Region."""
        return await self._first(lambda account: self._by_dns_name(account, wanted))

    async def by_tail(self, region: str, tail: str) -> Found | None:
        """Find the balancer of an interface's description: app/NAME/ID."""
        name = tail.split("/")[1]
        return await self._first(lambda account: self._by_name(account, region, name, lambda each: each.tail == tail))

    async def by_name(self, region: str, name: str) -> Found | None:
        """Find the balancer of a name: it is unique within an account and Region."""
        return await self._first(lambda account: self._by_name(account, region, name, lambda _: True))

    async def by_arn(self, arn: str) -> Found | None:
        """Find the balancer of an ARN, in the Region that the ARN names."""
        return await self._first(lambda account: self._by_arn(account, arn))

    async def everything(self, account: Account, region: str) -> tuple[Found, ...]:
        """Every application load balancer of a Region that one profile sees."""
        return tuple(each for each in await self._all(account, region) if is_application(each.balancer))

    async def _first(self, look: Callable[[Account], Awaitable[Found | None]]) -> Found | None:
        """One profile that has it is enough; that nobody has it must be said by all."""
        answers = await asyncio.gather(*(observe(ASKED, look(account)) for account in self.accounts))
        for answer in answers:
            if not isinstance(answer, Unknown) and answer.value is not None:
                return self.meant(answer.value)
        for answer in answers:
            if isinstance(answer, Unknown):
                raise NotAnsweredError(answer)
        return None

    async def _by_dns_name(self, account: Account, wanted: BalancerName) -> Found | None:
        def is_it(balancer: LoadBalancer) -> bool:
            return balancer.dns_name == wanted.dns_name

        # The name filter is the narrow question; a name that it does not know may still be told otherwise.
        found = await self._by_name(account, wanted.region, wanted.name, is_it)
        return found or next((each for each in await self._all(account, wanted.region) if is_it(each.balancer)), None)

    async def _by_name(
        self, account: Account, region: str, name: str, is_it: Callable[[LoadBalancer], bool]
    ) -> Found | None:
        answer = await account.items(
            "elbv2", "DescribeLoadBalancers", region, LoadBalancer, absent=NOT_FOUND, Names=(name,)
        )
        return next((self.found(account, balancer) for balancer in answer if is_it(balancer)), None)

    async def _by_arn(self, account: Account, arn: str) -> Found | None:
        region = arn.split(":")[3]
        answer = await account.items(
            "elbv2", "DescribeLoadBalancers", region, LoadBalancer, absent=NOT_FOUND, LoadBalancerArns=(arn,)
        )
        return self.found(account, answer[0]) if answer else None

    async def _all(self, account: Account, region: str) -> tuple[Found, ...]:
        answer = await account.items("elbv2", "DescribeLoadBalancers", region, LoadBalancer)
        return tuple(self.found(account, balancer) for balancer in answer)
