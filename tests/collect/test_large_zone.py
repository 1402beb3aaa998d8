"""Large hosted zones: the wanted names are asked for, in as many questions whatever the size; the rest is unknown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from msgspec.structs import replace

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.zone_records import MOST_NAMES, every_record, name_reader, read_on, wanted_records
from albdoctor.derive.dns import wanted
from albdoctor.derive.dns.held import answering, at, exists, unread
from albdoctor.facts.known import Gap, Known, Unknown, needed
from albdoctor.facts.route53 import ResourceRecordSet, ZoneRecords
from tests.support.aws_api import Reply, Request, serving
from tests.support.aws_ask import ask, gap, known
from tests.support.build_dns import record_set, zone
from tests.support.large_zone import LargeZone, as_listed, as_moto_lists

pytestmark = pytest.mark.process

ZONE = zone()
BALANCER = "dualstack.web-1.ap-northeast-2.elb.amazonaws.com"
OWN = (
    record_set("shop.example", "NS", "ns-1.awsdns-01.net."),
    record_set("shop.example", "SOA", "ns-1.awsdns-01.net. x. 1 7200 900 1209600 86400"),
)
HOST = "www.shop.example"
THROTTLED = b"<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"


def tenants(many: int) -> tuple[ResourceRecordSet, ...]:
    """Names of customers, as large zones have them; `-` sorts before the dot."""
    return tuple(record_set(f"tenant-{number:06}.shop.example", "A", "203.0.113.9") for number in range(many))


def reading(host: str = HOST, more: tuple[str, ...] = ()) -> Callable[[Account], Awaitable[ZoneRecords]]:
    """Read a zone as a scan of a host does, then these names."""

    async def read(account: Account) -> ZoneRecords:
        want = partial(wanted.of_host, zone=ZONE.name, host=host)
        held = await wanted_records(account, ZONE.id, ZONE.name, want)
        return await read_on(held, partial(wanted.of_names, names=more), name_reader(account, ZONE))

    return read


def held_of(
    monkeypatch: pytest.MonkeyPatch, large: LargeZone, host: str = HOST, more: tuple[str, ...] = ()
) -> ZoneRecords:
    with serving(monkeypatch, large.answer):
        return known(ask(reading(host, more)))


@pytest.mark.parametrize("many", [400, 4_000, 100_000])
def test_a_huge_zone_costs_as_many_questions_as_a_large_one(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    large = LargeZone((*OWN, *tenants(many), record_set(HOST, "A", alias=BALANCER)))
    held = held_of(monkeypatch, large)
    assert [asked.get("name", "-") for asked in large.asked] == ["-", f"{HOST}."]
    assert [one.leads_to for one in needed(answering(held, ZONE.name, HOST))] == [BALANCER]


def test_a_small_zone_is_one_question_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    small = LargeZone((*OWN, *tenants(298)))
    held = held_of(monkeypatch, small)
    assert (len(small.asked), len(known(held.records)), held.names) == (1, 300, ())
    assert at(held, "x.shop.example") == Known(())


def test_what_was_not_read_is_unknown_and_never_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    held = held_of(monkeypatch, LargeZone((*OWN, *tenants(400), record_set(HOST, "A", alias=BALANCER))))
    assert unread(held) is None
    for name in ("tenant-000001.shop.example", "no.shop.example", "*.shop.example"):
        assert gap(at(held, name)).gap is gap(exists(held, name)).gap is Gap.NOT_ASKED
        assert name in gap(at(held, name)).detail
    assert gap(held.records).gap is Gap.NOT_ASKED  # whoever reads all of it is told that it is not all
    assert exists(held, "shop.example") == Known(True)


WEB = "web.shop.example"
ROUTED = tuple(
    record_set(HOST, type_, "192.0.2.1", SetIdentifier=f"{number:03}", Weight=1)
    for type_ in ("A", "AAAA")
    for number in range(100)
)
CASES: dict[str, tuple[str, tuple[ResourceRecordSet, ...]]] = {
    "its own record": (HOST, (record_set(HOST, "A", alias=BALANCER),)),
    "none": (HOST, ()),
    "none, deep": ("a.b.c.shop.example", ()),
    "the zone itself": ("shop.example", (record_set("shop.example", "A", alias=BALANCER),)),
    "a wildcard": (HOST, (record_set("\\052.shop.example", "A", alias=BALANCER),)),
    "a wildcard far above": ("a.b.c.shop.example", (record_set("\\052.shop.example", "A", alias=BALANCER),)),
    "a name between it and the wildcard": (
        "a.b.c.shop.example",
        (record_set("\\052.shop.example", "A", alias=BALANCER), record_set("x.c.shop.example", "TXT", '"x"')),
    ),
    "only names below it": (
        HOST,
        (record_set("\\052.shop.example", "A", alias=BALANCER), record_set(f"deep.{HOST}", "A", "192.0.2.1")),
    ),
    "neighbours that sort before its dot": (
        HOST,
        (
            record_set("\\052.shop.example", "A", alias=BALANCER),
            *(record_set(f"www-{number:03}.shop.example", "A", "192.0.2.1") for number in range(230)),
            record_set(f"deep.{HOST}", "A", "192.0.2.1"),
        ),
    ),
    "a CNAME in the zone": (HOST, (record_set(HOST, "CNAME", f"{WEB}."), record_set(WEB, "A", alias=BALANCER))),
    "a CNAME to a wildcard": (
        HOST,
        (record_set(HOST, "CNAME", f"{WEB}."), record_set("\\052.shop.example", "A", "::1")),
    ),
    "a CNAME to nothing": (HOST, (record_set(HOST, "CNAME", f"{WEB}."),)),
    "a circle": (HOST, (record_set(HOST, "CNAME", f"{WEB}."), record_set(WEB, "CNAME", f"{HOST}."))),
    "a zone below": (f"a.{HOST}", (record_set(HOST, "NS", "ns.x.test."),)),
    "the name doubled": (HOST, (record_set(f"{HOST}.shop.example", "A", alias=BALANCER),)),
    "200 of one name": (HOST, ROUTED),
}


@pytest.mark.parametrize("order", [as_listed, as_moto_lists])
@pytest.mark.parametrize("case", CASES)
def test_the_wanted_names_tell_what_the_whole_zone_tells(
    monkeypatch: pytest.MonkeyPatch, case: str, order: Callable[[str], str]
) -> None:
    host, records = CASES[case]
    large = LargeZone((*OWN, *tenants(400), *records), order)
    whole = ZoneRecords(zone_id=ZONE.id, records=Known(tuple(large.records)))
    held = held_of(monkeypatch, large, host)
    assert isinstance(held.records, Unknown)
    assert answering(held, ZONE.name, host) == answering(whole, ZONE.name, host)
    assert wanted.of_host(held, ZONE.name, host) == ()
    for one in held.names:
        assert (at(held, one.name), exists(held, one.name)) == (at(whole, one.name), exists(whole, one.name))
    assert len(large.asked) <= 12


def test_names_that_others_compare_with_are_read_then(monkeypatch: pytest.MonkeyPatch) -> None:
    token, mail = "_x.shop.example", "_dmarc.shop.example"
    large = LargeZone((*OWN, *tenants(400), record_set(HOST, "A", "192.0.2.1"), record_set(token, "CNAME", "_y.x.")))
    held = held_of(monkeypatch, large, more=(token, mail))
    assert [one.type for one in needed(at(held, token))] == ["CNAME"]
    assert at(held, mail) == at(held, "*.shop.example") == Known(())
    assert len(large.asked) == 5


def test_a_name_that_gets_no_answer_is_unknown_for_that_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    large = LargeZone((*OWN, *tenants(400), record_set(WEB, "CNAME", f"{HOST}."), record_set(HOST, "A", "192.0.2.1")))

    def behave(request: Request) -> Reply | None:
        return Reply(400, THROTTLED) if "name=www" in request.path else large.answer(request)

    with serving(monkeypatch, behave):
        held = known(ask(reading(WEB)))
    assert gap(at(held, HOST)).gap is gap(answering(held, ZONE.name, HOST)).gap is Gap.THROTTLED
    assert [one.type for one in needed(at(held, WEB))] == ["CNAME"]


def test_whoever_does_not_hear_where_to_begin_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    large = LargeZone((*OWN, *tenants(400)))

    def deaf(request: Request) -> Reply | None:
        return large.answer(replace(request, path="/"))

    with serving(monkeypatch, deaf):
        held = known(ask(reading()))
    assert (gap(at(held, HOST)).gap, gap(at(held, HOST)).detail) == (
        Gap.FAILED,
        f"unexpected answer: a list that is to begin at {HOST} begins at shop.example",
    )


def test_a_name_of_very_many_labels_is_not_asked_for_up_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    host = f"{'a.' * 100}shop.example"
    large = LargeZone((*OWN, *tenants(400), record_set(host, "A", "192.0.2.1")))
    held = held_of(monkeypatch, large, host)
    assert len(large.asked) == len(held.names) == MOST_NAMES
    assert gap(at(held, f"{'a.' * 10}shop.example")).gap is Gap.NOT_ASKED


def test_a_zone_that_a_survey_read_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    large = LargeZone((*OWN, *tenants(400)))

    async def both(account: Account) -> tuple[ZoneRecords, ZoneRecords]:
        return await every_record(account, ZONE.id), await reading()(account)

    with serving(monkeypatch, large.answer):
        first, second = known(ask(both))
    assert (len(large.asked), len(known(first.records))) == (2, 402)
    assert second == first
