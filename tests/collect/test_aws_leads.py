"""From names to balancers: what a DNS name tells, which records lead on, which balancer is meant when none does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.candidates import candidates
from albdoctor.collect.aws.finder import BalancerName, Finder, parse_name
from albdoctor.collect.aws.found import Found
from albdoctor.collect.aws.leads import Sources, alias_names, leads
from albdoctor.collect.gaps import NotAnsweredError
from albdoctor.collect.options import Options
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.elb import How, Lead, Leads
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.route53 import AliasTarget, HostedZone, RecordValue, ResourceRecordSet, ZoneRecords
from tests.support.aws_api import REGION, Reply, Request, denied, serving
from tests.support.aws_ask import ask, gap, known
from tests.support.aws_shop import Shop, build, client, moto_server

ALB = f"web-1234.{REGION}.elb.amazonaws.com"
ZONE = HostedZone(id="Z1", name="shop.example", private=False)
PRIVATE = HostedZone(id="Z2", name="shop.example", private=True)
NO_DNS = Unknown(gap=Gap.UNREACHABLE, asked="DNS delegation")


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with moto_server() as port:
        yield build(port)


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        (f"dualstack.{ALB.upper()}.", BalancerName(ALB, "web", REGION)),
        (
            f"internal-my-app-99.{REGION}.elb.amazonaws.com",
            BalancerName(f"internal-my-app-99.{REGION}.elb.amazonaws.com", "my-app", REGION),
        ),
        (
            "web-1.cn-north-1.elb.amazonaws.com.cn",
            BalancerName("web-1.cn-north-1.elb.amazonaws.com.cn", "web", "cn-north-1"),
        ),
        (f"net-5f3a.elb.{REGION}.amazonaws.com", BalancerName(f"net-5f3a.elb.{REGION}.amazonaws.com", "net", REGION)),
        ("d111.cloudfront.net", None),
        ("elb.amazonaws.com", None),
        ("shop.example", None),
    ],
)
def test_what_a_name_tells(name: str, parsed: BalancerName | None) -> None:
    assert parse_name(name) == parsed


def alias(owner: str, target: str, type_: str = "A") -> ResourceRecordSet:
    return ResourceRecordSet(
        name=f"{owner}.", type=type_, alias_target=AliasTarget(hosted_zone_id="Z", d_n_s_name=f"{target}.")
    )


def values(owner: str, type_: str, *data: str) -> ResourceRecordSet:
    return ResourceRecordSet(
        name=f"{owner}.", type=type_, resource_records=tuple(RecordValue(value=each) for each in data)
    )


def led(host: str, *records: ResourceRecordSet, zones: tuple[HostedZone, ...] = (ZONE,)) -> tuple[tuple[How, str], ...]:
    return alias_names(host, zones, tuple(ZoneRecords(zone_id=zone.id, records=Known(records)) for zone in zones))


def test_records_that_lead_to_a_balancer() -> None:
    assert led("shop.example", alias("shop.example", f"dualstack.{ALB}"), values("shop.example", "MX", "10 mail.")) == (
        (How.ALIAS, f"dualstack.{ALB}"),
    )
    assert led("www.shop.example", values("www.shop.example", "CNAME", f"{ALB}.")) == ((How.RECORD, ALB),)
    assert led("shop.example", values("shop.example", "A", "203.0.113.7")) == ()


def test_a_wildcard_leads_only_where_no_record_exists() -> None:
    wildcard = alias("\\052.shop.example", ALB)
    assert led("www.shop.example", wildcard) == ((How.ALIAS, ALB),)
    assert led("www.shop.example", wildcard, values("www.shop.example", "TXT", '"x"')) == ()


def test_aliases_within_the_zone_are_followed_and_circles_end() -> None:
    assert led("www.shop.example", alias("www.shop.example", "shop.example"), alias("shop.example", ALB)) == (
        (How.ALIAS, ALB),
    )
    assert (
        led("a.shop.example", alias("a.shop.example", "b.shop.example"), alias("b.shop.example", "a.shop.example"))
        == ()
    )


def test_a_private_zone_counts_only_without_a_public_one() -> None:
    record = alias("shop.example", ALB)
    assert led("shop.example", record, zones=(PRIVATE,)) == ((How.ALIAS, ALB),)
    records = (ZoneRecords(zone_id="Z1", records=Known(())), ZoneRecords(zone_id="Z2", records=Known((record,))))
    assert alias_names("shop.example", (ZONE, PRIVATE), records) == ()


def traced(
    account: Account,
    *,
    records: tuple[ResourceRecordSet, ...] = (),
    answers: HostAnswers | Unknown = NO_DNS,
    balancer: str = "",
    regions: tuple[str, ...] = (REGION,),
    seen: list[Found] | None = None,
    theirs: tuple[str, ...] = (),
) -> asyncio.Task[Leads]:
    """Read the traces with these records and live answers."""
    options = Options(domain="shop.example", host="shop.example", registrable="shop.example", balancer=balancer)
    finder = Finder((account,), (seen if seen is not None else []).append)

    async def zones() -> tuple[HostedZone, ...]:
        return (ZONE,)

    async def record_sets() -> tuple[ZoneRecords, ...]:
        return (ZoneRecords(zone_id="Z1", records=Known(records)),)

    async def host_answers() -> HostAnswers:
        if isinstance(answers, Unknown):
            raise NotAnsweredError(answers)
        return answers

    async def in_regions() -> tuple[str, ...]:
        return regions

    async def addresses(name: str) -> tuple[str, ...]:
        return theirs if name.startswith("web-") else ()

    async def guessed() -> Leads:
        return await candidates(finder, options.host, options.registrable, regions)

    sources = Sources(
        zones=zones,
        records=record_sets,
        host_answers=host_answers,
        addresses=addresses,
        regions=in_regions,
        candidates=guessed,
    )
    return asyncio.ensure_future(leads(options, finder, sources))


def host(*addresses: str, chain: tuple[str, ...] = ()) -> HostAnswers:
    return HostAnswers(host="shop.example", zone="shop.example", a=(), aaaa=(), addresses=addresses, chain=chain)


def test_alias_and_live_answer_lead_to_one_balancer(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    seen: list[Found] = []
    name = shop.balancer_name
    node = next(
        each["PrivateIpAddress"]
        for each in client(shop.port, "ec2").describe_network_interfaces()["NetworkInterfaces"]
        if each["Description"].startswith("ELB ")
    )
    with serving(monkeypatch, moto_port=shop.port) as api:
        found = known(
            ask(
                lambda account: traced(
                    account, records=(alias("shop.example", name),), answers=host(node, chain=(name,)), seen=seen
                )
            )
        )
        assert found == tuple(
            Lead(how=how, name=said, region=REGION, load_balancer_arn=shop.balancer_arn)
            for how, said in ((How.ALIAS, name), (How.CNAME, name), (How.ADDRESS, node))
        )
        assert {each.balancer.load_balancer_arn for each in seen} == {shop.balancer_arn}
        # The narrow question, once, however many traces there are.
        assert api.actions == ["ec2:DescribeNetworkInterfaces", "elasticloadbalancing:DescribeLoadBalancers"]
        assert b"Names.member.1=web" in next(each.body for each in api.requests if "elastic" in each.action)


def test_addresses_match_without_the_permission_to_list_interfaces(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    records, answers = (alias("shop.example", shop.balancer_name),), host("203.0.113.10", "203.0.113.11")

    def behave(request: Request) -> Reply | None:
        return denied(request) if request.action.startswith("ec2:") else None

    with serving(monkeypatch, behave, shop.port):
        found = known(ask(partial(traced, records=records, answers=answers, theirs=("203.0.113.10",))))
        assert [(lead.how, lead.name) for lead in found] == [
            (How.ALIAS, shop.balancer_name),
            (How.ADDRESS, "203.0.113.10"),
        ]
        assert found[1].load_balancer_arn == shop.balancer_arn
        elsewhere = known(ask(partial(traced, records=records, answers=answers, theirs=("203.0.113.99",))))
        assert [lead.how for lead in elsewhere] == [How.ALIAS]


def test_a_dangling_alias_still_finds_the_balancer_that_is_meant(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    gone = f"old-1.{REGION}.elb.amazonaws.com"
    with serving(monkeypatch, moto_port=shop.port):
        found = known(ask(lambda account: traced(account, records=(alias("shop.example", gone),), answers=host())))
    assert found[0] == Lead(how=How.ALIAS, name=gone, region=REGION, load_balancer_arn=None)
    assert [(lead.how, lead.load_balancer_arn) for lead in found[1:]] == [
        (How.CERTIFICATE, shop.balancer_arn),
        (How.HOST_RULE, shop.balancer_arn),
    ]
    assert found[1].name == shop.certificate_arn


def test_the_option_is_always_followed(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    with serving(monkeypatch, moto_port=shop.port):
        for meant in ("web", shop.balancer_arn):
            found = known(ask(partial(traced, balancer=meant)))
            assert found == (Lead(how=How.OPTION, name=meant, region=REGION, load_balancer_arn=shop.balancer_arn),)
        unknown = gap(ask(partial(traced, balancer="arn:aws:s3:::bucket", regions=())))
        assert unknown.detail == "'arn:aws:s3:::bucket' is no load balancer's ARN"
        missing = known(ask(lambda account: traced(account, balancer="wrong", answers=host())))
        assert missing[0] == Lead(how=How.OPTION, name="wrong", region=REGION, load_balancer_arn=None)


def test_no_trace_and_a_source_without_answer_is_not_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = "<DescribeLoadBalancersResult><LoadBalancers/></DescribeLoadBalancersResult>"
    empty = f"<DescribeLoadBalancersResponse>{listed}</DescribeLoadBalancersResponse>".encode()
    no_nodes = b"<DescribeNetworkInterfacesResponse><networkInterfaceSet/></DescribeNetworkInterfacesResponse>"
    no_certificates = Reply(200, b'{"CertificateSummaryList":[]}', "application/x-amz-json-1.1")

    def nothing(request: Request) -> Reply:
        if request.action.startswith("acm"):
            return no_certificates
        return Reply(200, no_nodes if request.action.startswith("ec2") else empty)

    with serving(monkeypatch, nothing):
        assert known(ask(lambda account: traced(account, answers=host()))) == ()
        assert gap(ask(lambda account: traced(account))) == NO_DNS


def test_denied_balancers_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, denied):
        unknown = gap(ask(lambda account: traced(account, records=(alias("shop.example", ALB),), answers=host())))
        assert (unknown.gap, unknown.asked) == (Gap.DENIED, "elasticloadbalancing:DescribeLoadBalancers")


def test_without_a_region_only_names_lead(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    name = shop.balancer_name
    with serving(monkeypatch, moto_port=shop.port):
        found = known(ask(lambda account: traced(account, records=(alias("shop.example", name),), regions=())))
        assert [lead.how for lead in found] == [How.ALIAS]
        unknown = gap(ask(lambda account: traced(account, answers=host(), regions=())))
        assert (unknown.gap, unknown.detail) == (
            Gap.NOT_ASKED,
            "no AWS Region is known: pass --region or set AWS_REGION",
        )
