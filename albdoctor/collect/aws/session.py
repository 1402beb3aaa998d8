"""Sessions, clients and calls: every question is asked once, in a bounded thread pool, before one deadline."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from types import GenericAlias
from typing import Any, TypeAlias, TypeVar, cast

import msgspec
from msgspec import Struct

from albdoctor import __version__
from albdoctor.collect.aws.pool import DaemonPool
from albdoctor.collect.gaps import NotAnsweredError, error_of, gap_of, member, out_of_time, read, value_of
from albdoctor.facts.known import Gap, Known, Observed, Unknown

T = TypeVar("T")

Absent: TypeAlias = Callable[[str, str], bool]
"""Whether an error code and message mean that the thing which was asked for does not exist."""

THREADS = 16
MOST_PAGES = 500
IAM_PREFIX = {"elbv2": "elasticloadbalancing"}
"""Where a service's actions are not named after its client."""
GLOBAL_REGION = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
"""The Region in which each partition answers for its global services (Route 53)."""
REGIONAL = frozenset({"acm", "cloudwatch", "ec2", "elbv2"})


def never_absent(_code: str, _message: str) -> bool:
    """No error means absence: the usual case."""
    return False


def absent_when(*codes: str) -> Absent:
    """These error codes mean that the thing does not exist."""
    return lambda code, _message: code in codes


class Deadline(Struct, frozen=True):
    """The end of the whole scan, on the clock of `time.monotonic` (the event loop's clock too)."""

    at: float

    @staticmethod
    def after(seconds: float) -> Deadline:
        """That many seconds from now."""
        return Deadline(time.monotonic() + seconds)

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.at


class Asking(Struct, frozen=True, kw_only=True):
    """What all accounts of one scan share."""

    pool: DaemonPool
    deadline: Deadline
    timeout: float
    told: Callable[[str], None]
    """Gets a line for each question that is sent."""
    regions: set[str]
    """Regions that were asked so far; the calls add to it."""


class Account:
    """One profile's eyes: its session, its clients, and its answers, each asked once."""

    def __init__(self, profile: str, asking: Asking) -> None:
        """Do nothing yet; `profile` is empty for the default credentials."""
        self.profile = profile
        self._asking = asking
        self._session: Any = None
        # botocore sessions may not make two clients at once.
        self._making = threading.Lock()
        self._clients: dict[tuple[str, str], asyncio.Task[Observed[Any]]] = {}
        self._answers: dict[bytes, asyncio.Task[Observed[Any]]] = {}
        self._region: asyncio.Task[Observed[str]] | None = None

    def __repr__(self) -> str:
        """Name the profile."""
        return f"Account({self.profile or 'default'})"

    async def region(self) -> str:
        """The session's own Region, or empty; a broken profile is told by the first question, not here."""
        if self._region is None:
            self._region = asyncio.create_task(self._outcome("the AWS profile", self._find_region))
        region = await asyncio.shield(self._region)
        return region.value if isinstance(region, Known) else ""

    async def global_region(self) -> str:
        """Where the partition of the session's Region answers for global services."""
        return GLOBAL_REGION[partition_of(await self.region())]

    def warm(self, service: str, region: str) -> None:
        """Start to make a client that will be needed, off the critical path."""
        self._client_task(service, region)

    def close(self) -> None:
        """Stop waiting for answers that nobody reads any more."""
        for task in (*self._answers.values(), *self._clients.values()):
            task.cancel()

    async def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - botocore is untyped
        """The one client of a service in a Region: for what its model knows."""
        return value_of(await asyncio.shield(self._client_task(service, region)))

    async def call(
        self, service: str, operation: str, region: str, *, absent: Absent = never_absent, **parameters: object
    ) -> Mapping[str, Any]:
        """Ask one question; the answer is empty when the error means absence.

        Any other failure, and the deadline, is a `NotAnsweredError` that names the IAM action.
        """
        answer: Mapping[str, Any] = await self._once(_call, service, operation, region, absent, parameters)
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
        found = await self._once(_all_pages, service, operation, region, absent, parameters)
        of_type = cast("type[tuple[T, ...]]", GenericAlias(tuple, (type_, ...)))
        return read(found, of_type, action(service, operation))

    async def _once(
        self,
        ask: Callable[..., Any],
        service: str,
        operation: str,
        region: str,
        absent: Absent,
        parameters: Mapping[str, object],
    ) -> Any:  # noqa: ANN401 - an API answer
        key = msgspec.json.encode([ask.__name__, service, operation, region, parameters], order="deterministic")
        task = self._answers.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(ask, service, operation, region, absent, parameters))
            self._answers[key] = task
        # Shielded: somebody who stops waiting must not take the answer from the others.
        return value_of(await asyncio.shield(task))

    async def _ask(
        self,
        ask: Callable[..., Any],
        service: str,
        operation: str,
        region: str,
        absent: Absent,
        parameters: Mapping[str, object],
    ) -> Observed[Any]:
        asked = action(service, operation)
        client = await asyncio.shield(self._client_task(service, region))
        if isinstance(client, Unknown):
            return Unknown(gap=client.gap, asked=asked, detail=client.detail)
        if service in REGIONAL:
            self._asking.regions.add(region)
        self._asking.told(f"{asked} {region}")
        return await self._outcome(
            asked, partial(ask, client.value, operation, dict(parameters), self._asking.deadline, absent)
        )

    async def _outcome(self, asked: str, work: Callable[[], T]) -> Observed[T]:
        """Do blocking work in the pool; its failure, or the deadline, is the outcome."""
        loop = asyncio.get_running_loop()

        def quietly() -> Observed[T]:
            try:
                return Known(work())
            except Exception as error:  # noqa: BLE001 - every failure of a question is a gap
                return gap_of(error, asked)

        try:
            async with asyncio.timeout_at(self._asking.deadline.at):
                return await loop.run_in_executor(self._asking.pool, quietly)
        except TimeoutError:
            return out_of_time(asked)

    def _client_task(self, service: str, region: str) -> asyncio.Task[Observed[Any]]:
        key = (service, region)
        if key not in self._clients:
            make = partial(self._make_client, service, region)
            self._clients[key] = asyncio.create_task(self._outcome(f"{service} client", make))
        return self._clients[key]

    def _own_session(self) -> Any:  # noqa: ANN401 - botocore is untyped
        """The one botocore session; call it with `_making` held."""
        if self._session is None:
            import botocore.session

            session: Any = botocore.session.Session(profile=self.profile or None)
            session.set_config_variable("metadata_service_timeout", 1)
            session.set_config_variable("metadata_service_num_attempts", 1)
            session.register_component("data_loader", _models(session.get_config_variable("data_path") or ""))
            # Facts hold UTC; botocore would give this machine's zone.
            session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_utc)
            self._session = session
        return self._session

    def _find_region(self) -> str:
        # As the AWS CLI: AWS_REGION first, then what botocore knows (AWS_DEFAULT_REGION, the profile).
        with self._making:
            session = self._own_session()
            return os.environ.get("AWS_REGION") or str(session.get_config_variable("region") or "")

    def _make_client(self, service: str, region: str) -> Any:  # noqa: ANN401 - botocore is untyped
        from botocore.config import Config

        timeout = self._asking.timeout
        config = Config(
            user_agent_extra=f"albdoctor/{__version__}",
            # Three attempts of a dead endpoint should end before the scan does.
            connect_timeout=min(max(timeout / 8, 0.5), 4.0),
            read_timeout=min(max(timeout / 5, 1.0), 12.0),
            max_pool_connections=THREADS,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        with self._making:
            return self._own_session().create_client(service, region_name=region, config=config)


@cache
def _models(data_path: str) -> Any:  # noqa: ANN401 - botocore is untyped
    """The API models, read from disk once for all profiles and scans of the process."""
    from botocore.loaders import create_loader

    return create_loader(data_path or None)


def _utc(value: Any) -> datetime:  # noqa: ANN401 - text or a number, as the protocol has it
    from botocore.utils import parse_timestamp

    moment: datetime = parse_timestamp(value)
    return moment.astimezone(UTC)


def action(service: str, operation: str) -> str:
    """Name the IAM action of an operation."""
    return f"{IAM_PREFIX.get(service, service)}:{operation}"


def partition_of(region: str) -> str:
    """The partition that a Region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def no_region(asked: str) -> NotAnsweredError:
    """Nobody said in which Region to ask."""
    return NotAnsweredError(
        Unknown(gap=Gap.NOT_ASKED, asked=asked, detail="no AWS Region is known: pass --region or set AWS_REGION")
    )


def chunks(values: tuple[str, ...], size: int) -> tuple[tuple[str, ...], ...]:
    """Cut a long list of ids for the API's limit per question."""
    return tuple(values[start : start + size] for start in range(0, len(values), size))


def _call(client: Any, operation: str, parameters: dict[str, object], _deadline: Deadline, absent: Absent) -> Any:  # noqa: ANN401 - botocore is untyped
    """Ask one question in a worker thread; an answer without content when the error means absence."""
    from botocore import xform_name

    try:
        return getattr(client, xform_name(operation))(**parameters)
    except Exception as error:
        if absent(*error_of(error)):
            return cast("dict[str, Any]", {})
        raise


def _all_pages(client: Any, operation: str, parameters: dict[str, object], deadline: Deadline, absent: Absent) -> Any:  # noqa: ANN401 - botocore is untyped
    """Read every page in a worker thread; botocore refuses a page token that comes twice in a row."""
    from botocore import xform_name

    name = xform_name(operation)
    asked = action(client.meta.service_model.service_name, operation)
    found: list[Any] = []
    try:
        if not client.can_paginate(name):
            return _only_list(getattr(client, name)(**parameters), asked)
        paginator = client.get_paginator(name)
        key = paginator.result_keys[0].expression
        for number, page in enumerate(paginator.paginate(**parameters), start=1):
            found.extend(member(page, key, asked))
            _go_on(number, deadline)
    except Exception as error:
        if absent(*error_of(error)):
            return found
        raise
    return found


def _go_on(pages: int, deadline: Deadline) -> None:
    """Stop a list that nobody waits for any more, or that does not end."""
    if deadline.passed:
        raise RuntimeError("the scan's deadline has passed")
    if pages >= MOST_PAGES:
        raise RuntimeError(f"the list did not end after {MOST_PAGES} pages")


def _only_list(answer: Mapping[str, object], asked: str) -> object:
    """The one list of an answer that has no pages (DescribeTargetHealth)."""
    lists: list[object] = [value for value in answer.values() if isinstance(value, list)]
    return lists[0] if lists else member({}, "list", asked)
