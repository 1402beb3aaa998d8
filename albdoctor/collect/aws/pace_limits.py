"""How hard an account is asked: so many questions at once and so many a second, for each service in each Region.

A scan shares the API's limits with everything else in the account, deployments and autoscaling among them. botocore's
`adaptive` retries slow a client down further as soon as AWS throttles it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from msgspec import Struct

from albdoctor.collect.pace import Pace


class Limit(Struct, frozen=True):
    """How hard one service is asked."""

    at_once: int
    burst: int
    """Questions that may go out before `per_second` holds."""
    per_second: float


LIMITS: Mapping[str, Limit] = {
    # "Five requests per second per AWS account" (Route 53 developer guide, Quotas).
    "route53": Limit(at_once=4, burst=5, per_second=5.0),
    "route53domains": Limit(at_once=1, burst=5, per_second=1.0),
    # ListCertificates 8, DescribeCertificate 10 a second (ACM user guide, Quotas).
    "acm": Limit(at_once=4, burst=10, per_second=8.0),
    # Describing with a filter: a bucket of 100 tokens, 20 a second (EC2 developer guide, Request throttling).
    "ec2": Limit(at_once=8, burst=100, per_second=20.0),
    # GetMetricData 50 a second (CloudWatch user guide, Quotas).
    "cloudwatch": Limit(at_once=4, burst=50, per_second=50.0),
    # AWS counts 40 tokens, 10 a second (user guide, Request throttling), and gives some accounts more: which it is,
    # `adaptive` finds out from the first refusals. What EC2, ECS and Auto Scaling ask has buckets of its own.
    "elbv2": Limit(at_once=12, burst=200, per_second=200.0),
}
OTHERS = Limit(at_once=4, burst=20, per_second=10.0)
"""For services that publish no rate."""


class Lanes:
    """One account's lanes."""

    def __init__(self) -> None:
        """Nobody was asked yet."""
        self._at_once: dict[tuple[str, str], asyncio.Semaphore] = {}
        self._paces: dict[str, Pace] = {}

    @asynccontextmanager
    async def turn(self, service: str, region: str) -> AsyncGenerator[None]:
        """Wait for a turn with a service in a Region, and hold it while the question is out."""
        limit = LIMITS.get(service, OTHERS)
        free = self._at_once.setdefault((service, region), asyncio.Semaphore(limit.at_once))
        pace = self._paces.setdefault(service, Pace(limit.burst, limit.per_second))
        async with free:
            await pace.turn(region)
            yield
