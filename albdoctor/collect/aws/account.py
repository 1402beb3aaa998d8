"""Sessions, clients and calls: every question is asked once, in a bounded thread pool, before one deadline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.collect.asked import Asked, shared
from albdoctor.collect.aws.batches import Together
from albdoctor.collect.aws.calls import Absent, Limits, Page, Question, chunks, never_absent
from albdoctor.collect.aws.pace_limits import Lanes
from albdoctor.collect.aws.pool import DaemonPool
from albdoctor.collect.aws.read_only import reading_session
from albdoctor.collect.aws.services import EC2, Told, service_of
from albdoctor.collect.gaps import NotAnsweredError, gap_of, observe, out_of_time, value_of
from albdoctor.collect.tally import count
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.facts.partitions import partition_of
from albdoctor.version import VERSION

T = TypeVar("T")

THREADS = 16
ATTEMPTS = 3
"""How often a read is sent at most, where the network or AWS fails in between."""
ASKED_REGIONS: ContextVar[set[str] | None] = ContextVar("ASKED_REGIONS", default=None)
"""Regions that the current scan asks; its questions add to it, whoever asked them first."""


class Asking(Struct, frozen=True, kw_only=True):
    """What all accounts of one run share."""

    pool: DaemonPool
    limits: Callable[[], Limits]
    """When to give up a question that is asked now."""
    timeout: float
    """Seconds that the whole scan has, for the timeouts of single connections."""
    told: Callable[[str], None]
    """Gets a line for each question that is sent."""
    many: bool = False
    """Many scans in one run: the accounts are asked gently, and similar questions together."""
    inspect_hosts: bool = False
    """The one command may be sent to instances."""
    organization: bool = False
    """Accounts and Regions may be listed."""


class Account:
    """One profile's eyes: its session, its clients, and its answers, each asked once."""

    def __init__(self, profile: str, asking: Asking, sign_in: Callable[[], Any] | None = None) -> None:
        """Do nothing yet; `profile` is empty for the default credentials, `sign_in` gives others than its own."""
        self.profile = profile
        self._asking = asking
        self._sign_in = sign_in
        self._session: Any = None
        self._no_credentials = False
        # botocore sessions may not make two clients at once; and who asks first gets the first one.
        self._makers = DaemonPool(1, "albdoctor-clients")
        self._clients: dict[tuple[str, str, int], asyncio.Task[Observed[Any]]] = {}
        self._answers: Asked[Observed[Any]] = Asked()
        self._lanes = Lanes()
        self._together: dict[tuple[str, str, str], Together] = {}
        self._region: asyncio.Task[Observed[str]] | None = None

    @property
    def timeout(self) -> float:
        """Seconds that a scan has."""
        return self._asking.timeout

    def __repr__(self) -> str:
        """Name the profile."""
        return f"Account({self.profile or 'default'})"

    async def region(self) -> str:
        """The session's own Region, or empty; a broken profile is told by the first question, not here."""
        if self._region is None:
            finding = self._outcome("the AWS profile", self._find_region, self._makers)
            self._region = asyncio.create_task(finding)
        region = await shared(self._region)
        return region.value if isinstance(region, Known) else ""

    async def global_region(self) -> str:
        """Where the partition of the session's Region answers for global services."""
        return partition_of(await self.region()).home

    def warm(self, service: str, region: str) -> None:
        """Start to make a client that will be needed, off the critical path."""
        self._client_task(service, region)

    async def signed_in(self) -> Observed[None]:
        """Get credentials, or say why there are none: STS's words where a role could not be assumed."""
        return await self._outcome("sts:AssumeRole", self._get_credentials, self._makers)

    def rest(self) -> None:
        """Let go of session and clients, the most of an account's memory; answers and credentials stay.

        Nothing may be under way. Whoever asks again has them made anew.
        """
        self._clients.clear()
        self._session = None
        self._makers.shutdown()
        self._makers = DaemonPool(1, "albdoctor-clients")

    def close(self) -> None:
        """Stop waiting for answers that nobody reads any more."""
        self._answers.close()
        for task in self._clients.values():
            task.cancel()
        self._makers.shutdown()

    async def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - botocore is untyped
        """The one client of a service in a Region: for what its model knows."""
        return value_of(await shared(self._client_task(service, region)))

    async def call(
        self, service: str, operation: str, region: str, *, absent: Absent = never_absent, **parameters: object
    ) -> Mapping[str, Any]:
        """Ask one question; the answer is empty when the error means absence.

        Any other failure, and the deadline, is a `NotAnsweredError` that names the IAM action.
        """
        question = Question(service=service, operation=operation, region=region, parameters=parameters, absent=absent)
        answer: Mapping[str, Any] = await self._once(question)
        return answer

    async def items(
        self,
        service: str,
        operation: str,
        region: str,
        type_: type[T],
        *,
        absent: Absent = never_absent,
        **parameters: object,
    ) -> tuple[T, ...]:
        """Ask for all pages of a list and map its items to facts; fails as `call` does."""
        question = Question(
            service=service, operation=operation, region=region, parameters=parameters, absent=absent, items=type_
        )
        items: tuple[T, ...] = await self._once(question)
        return items

    async def page(
        self,
        service: str,
        operation: str,
        region: str,
        type_: type[T],
        parameters: Mapping[str, object],
        *,
        gently: bool = False,
    ) -> Page[T]:
        """Ask for one page of a list and map its items to facts; fails as `call` does.

        `gently`: it is one of many of its kind, and waits for its turn.
        """
        question = Question(
            service=service,
            operation=operation,
            region=region,
            parameters=parameters,
            items=type_,
            one_page=True,
            gently=gently,
        )
        page: Page[T] = await self._once(question)
        return page

    def has_asked(self, service: str, operation: str, region: str, type_: type[Any], **parameters: object) -> bool:
        """Whether all pages of a list were asked for already: asking again costs nothing."""
        question = Question(service=service, operation=operation, region=region, parameters=parameters, items=type_)
        return question.key in self._answers

    async def those(
        self, operation: str, region: str, type_: type[T], filter_: str, values: tuple[str, ...]
    ) -> tuple[T, ...]:
        """Ask EC2 for all things whose field has one of the values; fails as `call` does."""
        parameters = {"Filters": [{"Name": filter_, "Values": values}]}
        question = Question(service="ec2", operation=operation, region=region, parameters=parameters, items=type_)
        told = EC2.joined.get((operation, filter_)) if self._asking.many else None
        if told is None or any("*" in value for value in values):
            items: tuple[T, ...] = await self._once(question)
            return items

        async def ask(some: tuple[str, ...]) -> tuple[T, ...]:
            joined = replace(question, parameters={"Filters": [{"Name": filter_, "Values": some}]})
            return cast("tuple[T, ...]", value_of(await self._ask(joined)))

        _note(question)
        one = self._together.setdefault((operation, filter_, region), Together(ask, told))
        joined = await self._answers.answer(question.key, lambda: observe(question.action, one.those(values)))
        return cast("tuple[T, ...]", value_of(joined))

    async def joined(
        self,
        what: tuple[str, str],
        values: tuple[Any, ...],
        ask: Callable[[tuple[Any, ...]], Awaitable[tuple[T, ...]]],
        told: Told,
        most: int,
    ) -> tuple[T, ...]:
        """Ask about some values, at most so many in a question; in a run of many scans together with the others.

        `what` names the question and its Region, `told` says by which of the values a thing was found.
        """
        if self._asking.many:
            one = self._together.setdefault((*what, ""), Together(ask, told, most))
            return cast("tuple[T, ...]", await one.those(values))
        lists = await asyncio.gather(*(ask(some) for some in chunks(values, most)))
        return tuple(thing for each in lists for thing in each)

    def know(self, service: str, operation: str, region: str, answer: object, items: Any = None, **of: object) -> None:  # noqa: ANN401 - a type
        """A wider question answered this one already: it will not be asked."""
        question = Question(service=service, operation=operation, region=region, parameters=of, items=items)
        self._answers.know(question.key, Known(answer))

    async def again(
        self,
        service: str,
        operation: str,
        region: str,
        *,
        after: float,
        absent: Absent = never_absent,
        **parameters: object,
    ) -> Mapping[str, Any]:
        """Ask anew, after so many seconds, a question whose answer changes; otherwise as `call`."""
        question = Question(service=service, operation=operation, region=region, parameters=parameters, absent=absent)
        try:
            async with asyncio.timeout_at(self._asking.limits().ends_at):
                await asyncio.sleep(after)
        except TimeoutError:
            raise NotAnsweredError(out_of_time(question.action)) from None
        answer: Mapping[str, Any] = value_of(await self._ask(question))
        return answer

    async def _once(self, question: Question) -> Any:  # noqa: ANN401 - an API answer
        _note(question)
        return value_of(await self._answers.answer(question.key, partial(self._ask, question)))

    async def _ask(self, question: Question) -> Observed[Any]:
        asking = self._asking
        attempts = 1 if question.operation in service_of(question.service).once else ATTEMPTS
        client = await shared(self._client_task(question.service, question.region, attempts))
        if isinstance(client, Unknown):
            return Unknown(gap=client.gap, asked=question.action, detail=client.detail)
        count(question.action)
        asking.told(f"{question.action} {question.region}")
        if not asking.many and not question.gently:
            self._lanes.count(question.service, question.region)
            return await self._outcome(question.action, partial(question.ask, client.value, asking.limits()))
        async with self._lanes.turn(question.service, question.region):
            return await self._outcome(question.action, partial(question.ask, client.value, asking.limits()))

    async def _outcome(self, asked: str, work: Callable[[], T], pool: DaemonPool | None = None) -> Observed[T]:
        """Do blocking work in a pool; its failure, or the deadline, is the outcome."""
        loop = asyncio.get_running_loop()

        def quietly() -> Observed[T]:
            try:
                return Known(work())
            except Exception as error:  # noqa: BLE001 - every failure of a question is a gap
                return gap_of(error, asked, self.profile)

        try:
            async with asyncio.timeout_at(self._asking.limits().ends_at):
                return await loop.run_in_executor(pool or self._asking.pool, quietly)
        except TimeoutError:
            return out_of_time(asked)

    def _client_task(self, service: str, region: str, attempts: int = ATTEMPTS) -> asyncio.Task[Observed[Any]]:
        key = (service, region, attempts)
        if key not in self._clients:
            make = partial(self._make_client, *key)
            self._clients[key] = asyncio.create_task(self._outcome(f"{service} client", make, self._makers))
        return self._clients[key]

    def _own_session(self) -> Any:  # noqa: ANN401 - botocore is untyped
        """The one session that asks: its clients can only read. Call it in the thread of `_makers`."""
        if self._session is None:
            self._session = reading_session(
                self.profile,
                seconds=self._asking.timeout,
                inspect_hosts=self._asking.inspect_hosts,
                organization=self._asking.organization,
                sign_in=self._sign_in,
            )
        return self._session

    def _get_credentials(self) -> None:
        from botocore.exceptions import NoCredentialsError

        if self._own_session().get_credentials() is None:
            raise NoCredentialsError

    def _find_region(self) -> str:
        return str(self._own_session().get_config_variable("region") or "")

    def _make_client(self, service: str, region: str, attempts: int) -> Any:  # noqa: ANN401 - botocore is untyped
        from botocore.config import Config
        from botocore.exceptions import NoCredentialsError

        timeout = self._asking.timeout
        config = Config(
            user_agent_extra=f"albdoctor/{VERSION}",
            # Three attempts of a dead endpoint should end before the scan does.
            connect_timeout=min(max(timeout / 8, 0.5), 4.0),
            read_timeout=min(max(timeout / 5, 1.0), 12.0),
            max_pool_connections=THREADS,
            # `adaptive` slows the client down when AWS throttles it: one scan is over before that helps.
            retries={"mode": "adaptive" if self._asking.many else "standard", "total_max_attempts": attempts},
        )
        session = self._own_session()
        self._no_credentials = self._no_credentials or session.get_credentials() is None
        if self._no_credentials:
            # botocore would look for them again, on the network too, for every client.
            raise NoCredentialsError
        return session.create_client(service, region_name=region, config=config)


def _note(question: Question) -> None:
    regions = ASKED_REGIONS.get()
    if regions is not None and service_of(question.service).regional:
        regions.add(question.region)


def no_region(asked: str) -> NotAnsweredError:
    """Nobody said in which Region to ask."""
    return NotAnsweredError(
        Unknown(gap=Gap.NOT_ASKED, asked=asked, detail="no AWS Region is known: pass --region or set AWS_REGION")
    )
