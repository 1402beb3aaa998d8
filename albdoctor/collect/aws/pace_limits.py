"""How hard an account is asked: so many questions at once and so many a second, for each service in each Region.

A scan shares the API's limits with everything else in the account, deployments and autoscaling among them. botocore's
`adaptive` retries slow a client down further as soon as AWS throttles it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from albdoctor.collect.aws.services import service_of
from albdoctor.collect.pace import Pace


class Lanes:
    """One account's lanes."""

    def __init__(self) -> None:
        """Nobody was asked yet."""
        self._at_once: dict[tuple[str, str], asyncio.Semaphore] = {}
        self._paces: dict[str, Pace] = {}

    def count(self, service: str, region: str) -> None:
        """A question goes out that waits for no turn; those that do come after it."""
        self._pace(service).count(region)

    @asynccontextmanager
    async def turn(self, service: str, region: str) -> AsyncGenerator[None]:
        """Wait for a turn with a service in a Region, and hold it while the question is out."""
        limit = service_of(service).limit
        free = self._at_once.setdefault((service, region), asyncio.Semaphore(limit.at_once))
        async with free:
            await self._pace(service).turn(region)
            yield

    def _pace(self, service: str) -> Pace:
        limit = service_of(service).limit
        return self._paces.setdefault(service, Pace(limit.burst, limit.per_second))
