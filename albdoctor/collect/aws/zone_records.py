"""The record sets of a hosted zone: of a small one all, in one question; of a large one the names that are wanted.

Route 53 lists by name with the labels reversed, and a list may begin at any name: what lies at and below a name stands
together there (API reference, ListResourceRecordSets). So a zone of 100,000 record sets costs some questions more than
one of ten, not 333 pages, of which an account may ask five a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import takewhile

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.calls import Page
from albdoctor.collect.gaps import NotAnsweredError, observe
from albdoctor.derive.names import is_under
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import RECORD_SETS, HostedZone, NamedRecords, ResourceRecordSet, ZoneRecords

ASKED = RECORD_SETS.asked
OPERATION = "ListResourceRecordSets"
OF_A_NAME = 100
"""Record sets of one answer about a name: as many as one name and type can have (Route 53 developer guide, Quotas)."""
MOST_PAGES = 5
"""Answers about one name."""
MOST_NAMES = 50
"""Names of one zone that are asked for; those beyond stay unknown."""
TOO_LARGE = Unknown(gap=Gap.NOT_ASKED, asked=ASKED, detail="the zone is large: only the names that matter were read")

Wanted = Callable[[ZoneRecords], Iterable[str]]
"""Which names are wanted beside those that were read."""
Reader = Callable[[str], Awaitable[NamedRecords]]
"""Asks for one name; raises the gap where there is no answer."""


async def every_record(account: Account, zone_id: str) -> ZoneRecords:
    """All record sets of one zone, however many pages they are; this zone may fail without the others."""
    region = await account.global_region()
    answer = account.items("route53", OPERATION, region, ResourceRecordSet, HostedZoneId=zone_id)
    return ZoneRecords(zone_id=zone_id, records=await observe(ASKED, answer))


async def wanted_records(account: Account, zone_id: str, zone: str, wanted: Wanted) -> ZoneRecords:
    """The record sets of one zone, or of a large one those of the wanted names; it may fail without the others.

    A zone of which all is asked already, by a survey, is read as a whole however large it is.
    """
    region = await account.global_region()
    if account.has_asked("route53", OPERATION, region, ResourceRecordSet, HostedZoneId=zone_id):
        return await every_record(account, zone_id)
    first = await observe(
        ASKED, account.page("route53", OPERATION, region, ResourceRecordSet, {"HostedZoneId": zone_id})
    )
    if isinstance(first, Unknown):
        return ZoneRecords(zone_id=zone_id, records=first)
    if not first.value.following:
        return ZoneRecords(zone_id=zone_id, records=Known(first.value.items))
    begun = ZoneRecords(zone_id=zone_id, records=TOO_LARGE, names=_apex(first.value, zone))
    return await _read_on(begun, wanted, partial(_named, account, zone_id, zone))


def name_reader(account: Account, zone: HostedZone) -> Reader:
    """What asks for the names of a zone, one by one."""
    return partial(_named, account, zone.id, zone.name)


async def read_on(held: ZoneRecords, wanted: Wanted, read: Reader) -> ZoneRecords:
    """Read the names that are wanted and not read yet, and those that are wanted for what these told, and so on.

    A zone that was read as a whole, or not at all, stays as it is.
    """
    return await _read_on(held, wanted, read) if held.names else held


async def _read_on(held: ZoneRecords, wanted: Wanted, read: Reader) -> ZoneRecords:
    tried = {one.name for one in held.names}
    while fresh := [name for name in dict.fromkeys(wanted(held)) if name not in tried][: MOST_NAMES - len(tried)]:
        tried.update(fresh)
        answers = await asyncio.gather(*(observe(ASKED, read(name)) for name in fresh))
        told = tuple(answer.value for answer in answers if isinstance(answer, Known))
        failed = next((answer for answer in answers if isinstance(answer, Unknown)), None)
        held = ZoneRecords(zone_id=held.zone_id, records=failed or held.records, names=(*held.names, *told))
    return held


def _apex(first: Page[ResourceRecordSet], zone: str) -> tuple[NamedRecords, ...]:
    """The zone's own name stands first in it, so that the first page has told all of it."""
    own = tuple(takewhile(lambda record: record.owner == zone, first.items))
    whole = 0 < len(own) < len(first.items)
    return (NamedRecords(name=zone, exists=True, records=own),) if whole else ()


async def _named(account: Account, zone_id: str, zone: str, name: str) -> NamedRecords:
    """What a zone holds of one name."""
    region = await account.global_region()
    start: Mapping[str, str] = {"StartRecordName": f"{name}."}
    seen: list[ResourceRecordSet] = []
    for _ in range(MOST_PAGES):
        where = {"HostedZoneId": zone_id, "MaxItems": str(OF_A_NAME), **start}
        page = await account.page("route53", OPERATION, region, ResourceRecordSet, where, gently=True)
        _begins_there(page.items, name, zone)
        seen += page.items
        if told := _told(seen, name, ended=not page.following):
            return told
        start = {f"Start{key.removeprefix('Next')}": value for key, value in page.following.items()}
    detail = f"the list of {name} did not end after {MOST_PAGES} pages"
    raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail))


def _told(seen: Sequence[ResourceRecordSet], name: str, *, ended: bool) -> NamedRecords | None:
    """What a list that begins at a name says of it; None: it must be read on.

    Route 53 compares names with their final dot, so that all below a name follows it at once. Whoever compares them
    without it has `www-a` between `www` and `a.www`: such neighbours say nothing of what is below.
    """
    own = tuple(record for record in seen if record.owner == name)
    exists = any(is_under(record.owner, name) for record in seen)
    last = seen[-1].owner if seen else name
    beyond = ended or not _reversed(last).startswith(_reversed(name))
    if not beyond and not (exists and last != name):
        return None
    return NamedRecords(name=name, exists=exists, records=own)


def _begins_there(items: Sequence[ResourceRecordSet], name: str, zone: str) -> None:
    """Refuse an answer of somebody who does not hear where the list is to begin: it begins with the zone itself."""
    if name != zone and items and items[0].owner == zone:
        detail = f"unexpected answer: a list that is to begin at {name} begins at {zone}"
        raise NotAnsweredError(Unknown(gap=Gap.FAILED, asked=ASKED, detail=detail))


def _reversed(name: str) -> str:
    return ".".join(reversed(name.split(".")))
