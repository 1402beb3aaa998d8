"""Where processes listen on the instances and what their firewalls say, by one command through Systems Manager.

Only with `--inspect-hosts`. The guard lets no other command through, whoever asks (SSM, 2014-11-06).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from albdoctor.collect.aws import ec2, elb
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.calls import absent_when, chunks
from albdoctor.collect.aws.command import ASKED, FIXED, FIXED_WINDOWS, INSTANCE, MOST_INSTANCES, read_told
from albdoctor.collect.aws.found import Found
from albdoctor.collect.gaps import NotAnsweredError, observe, one_line, read, value_of
from albdoctor.facts.ec2 import Instance
from albdoctor.facts.hosts import InstanceSockets, ListeningSockets
from albdoctor.facts.known import Gap, Unknown

SENDS = "ssm:SendCommand"
TARGETS_PER_GROUP = 8
"""A command costs a host something, and a fault that all targets share is seen on a few."""
PAUSES = (0.3, 0.5, 0.7, *(1.0,) * 18)
"""Seconds before each look at what a command printed, 20 in all: it takes an agent that is there two or three."""
PAUSES_WINDOWS = (1.0, *(2.0,) * 19)
"""The same where it takes PowerShell ten or more."""
UNFINISHED = frozenset({"Pending", "InProgress", "Delayed", "Cancelling"})
NOT_MANAGED = "it is not managed by Systems Manager, its agent is not online, or it runs another system"
NO_ID = "not an id of an EC2 instance"


class Sent(Struct, frozen=True, kw_only=True, rename="pascal"):
    """A command that was accepted."""

    command_id: str


class Invocation(Struct, frozen=True, kw_only=True, rename="pascal"):
    """What became of a command on one instance."""

    command_id: str = ""
    instance_id: str = ""
    status: str
    status_details: str = ""
    response_code: int = 0
    standard_output_content: str = ""
    standard_error_content: str = ""


class Platform(Struct, frozen=True, kw_only=True):
    """A command, and how long its end is waited for."""

    windows: bool
    fixed: Mapping[str, Any]
    pauses: tuple[float, ...]


PLATFORMS = (
    Platform(windows=False, fixed=FIXED, pauses=PAUSES),
    Platform(windows=True, fixed=FIXED_WINDOWS, pauses=PAUSES_WINDOWS),
)


async def listening_sockets(balancers: Iterable[Found]) -> ListeningSockets:
    """Read sockets and rules of each balancer's running instances, each once, by one command a Region and platform.

    Of every group of instances at most eight are asked, targets that are not healthy first. Nothing is sent to an
    instance that EC2 does not describe as running. Which run Windows EC2 says (`Platform`).
    """
    listed = tuple(balancers)
    places: dict[tuple[Account, str], dict[str, Instance]] = {}
    for found, instances in zip(listed, await asyncio.gather(*map(_chosen, listed)), strict=True):
        places.setdefault((found.account, found.region), {}).update(instances)
    answers = await asyncio.gather(
        *(_in_region(account, region, tuple(instances.values())) for (account, region), instances in places.items())
    )
    return tuple(each for answer in answers for each in answer)


async def _chosen(found: Found) -> dict[str, Instance]:
    """The instances of a balancer that are asked."""
    groups, health, instances = await asyncio.gather(
        found.part(elb.target_groups), found.part(elb.groups_health), found.part(ec2.instances)
    )
    running = {each.instance_id: each for each in instances if each.state.name == "running"}
    of_instances = {group.target_group_arn for group in groups if group.target_type == "instance"}
    chosen: dict[str, Instance] = {}
    for each in health:
        targets = value_of(each.targets) if each.target_group_arn in of_instances else ()
        worst_first = sorted(targets, key=lambda one: one.target_health.state == "healthy")
        ids = dict.fromkeys(one.target.id for one in worst_first if one.target.id in running)
        chosen |= {id_: running[id_] for id_ in tuple(ids)[:TARGETS_PER_GROUP]}
    return chosen


async def _in_region(account: Account, region: str, instances: tuple[Instance, ...]) -> ListeningSockets:
    """Ask Linux and Windows instances, each with the command of their own."""
    fit = [each for each in instances if INSTANCE.fullmatch(each.instance_id)]
    odd = (each.instance_id for each in instances if each not in fit)  # one bad id would be refused for all
    runs: list[Awaitable[ListeningSockets]] = []
    for platform in PLATFORMS:
        ids = tuple(each.instance_id for each in fit if (each.platform == "windows") is platform.windows)
        runs += (_run(account, region, platform, some) for some in chunks(ids, MOST_INSTANCES))
    others = (_unknown(id_, Unknown(gap=Gap.NOT_ASKED, asked=SENDS, detail=NO_ID)) for id_ in odd)
    return (*(each for answer in await asyncio.gather(*runs) for each in answer), *others)


async def _run(account: Account, region: str, platform: Platform, ids: tuple[str, ...]) -> ListeningSockets:
    """Send the command to some instances; one that cannot take it would keep it from all, so that each is asked alone.

    A refusal for want of a right, and any other failure, is everybody's gap.
    """
    unfit = absent_when("InvalidInstanceId", "UnsupportedPlatformType")
    answer = await account.call("ssm", "SendCommand", region, absent=unfit, **platform.fixed, InstanceIds=list(ids))
    if answer:
        sent = read(answer.get("Command"), Sent, SENDS)
        return tuple(await asyncio.gather(*(_read(account, region, platform, sent.command_id, id_) for id_ in ids)))
    if len(ids) == 1:
        return (_unknown(ids[0], Unknown(gap=Gap.FAILED, asked=SENDS, detail=NOT_MANAGED)),)
    alone = await asyncio.gather(*(_run(account, region, platform, (id_,)) for id_ in ids))
    return tuple(each for one in alone for each in one)


def _unknown(instance_id: str, gap: Unknown) -> InstanceSockets:
    return InstanceSockets(instance_id=instance_id, sockets=gap, firewall=gap)


async def _read(
    account: Account, region: str, platform: Platform, command_id: str, instance_id: str
) -> InstanceSockets:
    told = await observe(ASKED, _printed(account, region, platform, command_id, instance_id))
    return _unknown(instance_id, told) if isinstance(told, Unknown) else told.value


async def _printed(
    account: Account, region: str, platform: Platform, command_id: str, instance_id: str
) -> InstanceSockets:
    """Wait for the command's end on one instance, and read what it printed."""
    not_yet = absent_when("InvocationDoesNotExist")  # the instance has not heard of the command
    status = "Pending"
    for pause in platform.pauses:
        answer = await account.again(
            "ssm",
            "GetCommandInvocation",
            region,
            after=pause,
            absent=not_yet,
            CommandId=command_id,
            InstanceId=instance_id,
        )
        if answer:
            invocation = read(answer, Invocation, ASKED)
            _is_of(invocation, command_id, instance_id)
            if invocation.status not in UNFINISHED:
                return read_told(instance_id, _output(invocation), windows=platform.windows)
            status = invocation.status
    detail = f"the command did not end within {sum(platform.pauses):.0f} s: {status}"
    raise NotAnsweredError(Unknown(gap=Gap.OUT_OF_TIME, asked=ASKED, detail=detail))


def _is_of(invocation: Invocation, command_id: str, instance_id: str) -> None:
    """Refuse the outcome of another command, or on another instance."""
    if (invocation.command_id or command_id, invocation.instance_id or instance_id) != (command_id, instance_id):
        detail = "unexpected answer: it is about another command or instance"
        raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail))


def _output(invocation: Invocation) -> str:
    if invocation.status == "Success" and invocation.response_code == 0:
        return invocation.standard_output_content
    words = f"{invocation.status_details or invocation.status}, exit code {invocation.response_code}"
    detail = one_line(f"the command failed: {words}: {invocation.standard_error_content}".rstrip(": "))
    raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail))
