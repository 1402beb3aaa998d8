"""An account with hostile members, scanned whole: whose names are scanned, how much is asked, and that it ends."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import pytest
from msgspec import Struct

from albdoctor.collect import pace
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.survey import Survey, survey
from albdoctor.collect.registry.registration import registration
from albdoctor.facts.known import Gap, Known
from tests.collect.test_registration import ask as asking
from tests.support.aws_api import REGION, Reply, Request, denied, serving
from tests.support.aws_ask import ask, known
from tests.support.registry import rdap_server, whois_server

pytestmark = pytest.mark.process

ELB = f"arn:aws:elasticloadbalancing:{REGION}:123456789012:loadbalancer/app"
PAGE = 400
"""DescribeLoadBalancers gives so many at once."""


def balancer_name(number: int) -> str:
    return f"web-{number}.{REGION}.elb.amazonaws.com"


class Hostile(Struct):
    """The answers of an account with many balancers, and one zone with these records."""

    balancers: int
    records: Sequence[tuple[str, str]] = ()
    """Names and what they lead to."""
    region: str = REGION
    """What stands in the ARNs."""
    endless: bool = False

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        operation = request.action.split(":")[1]
        if operation == "DescribeLoadBalancers":
            return self._balancers(request)
        if operation == "DescribeTargetGroups":
            return _reply(operation, "<TargetGroups/>")
        if operation == "ListHostedZonesByName":
            return _zones()
        if operation == "ListResourceRecordSets":
            return self._records()
        return denied(request)

    def _balancers(self, request: Request) -> Reply:
        start = int(parse_qs(request.body.decode()).get("Marker", ["0"])[0])
        members = "".join(map(self._balancer, range(start, min(start + PAGE, self.balancers))))
        ends = start + PAGE >= self.balancers and not self.endless
        marker = "" if ends else f"<NextMarker>{start + PAGE}</NextMarker>"
        return _reply("DescribeLoadBalancers", f"<LoadBalancers>{members}</LoadBalancers>{marker}")

    def _balancer(self, number: int) -> str:
        arn = f"{ELB}/web-{number}/{number:016x}".replace(REGION, self.region)
        return (
            f"<member><LoadBalancerArn>{arn}</LoadBalancerArn><DNSName>{balancer_name(number)}</DNSName>"
            f"<CanonicalHostedZoneId>Z</CanonicalHostedZoneId><CreatedTime>2026-01-01T00:00:00Z</CreatedTime>"
            f"<LoadBalancerName>web-{number}</LoadBalancerName><Scheme>internet-facing</Scheme><VpcId>vpc-1</VpcId>"
            "<State><Code>active</Code></State><Type>application</Type><IpAddressType>ipv4</IpAddressType>"
            "<AvailabilityZones/><SecurityGroups/></member>"
        )

    def _records(self) -> Reply:
        sets = "".join(
            f"<ResourceRecordSet><Name>{escape(name)}</Name><Type>CNAME</Type><TTL>60</TTL><ResourceRecords>"
            f"<ResourceRecord><Value>{escape(value)}</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>"
            for name, value in self.records
        )
        answer = (
            f"<ListResourceRecordSetsResponse><ResourceRecordSets>{sets}</ResourceRecordSets>"
            "<IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>"
        )
        return Reply(200, answer.encode())


def _zones() -> Reply:
    zone = (
        "<HostedZone><Id>/hostedzone/Z1</Id><Name>shop.example.</Name><CallerReference>c</CallerReference>"
        "<Config><PrivateZone>false</PrivateZone></Config></HostedZone>"
    )
    answer = (
        f"<ListHostedZonesByNameResponse><HostedZones>{zone}</HostedZones><IsTruncated>false</IsTruncated>"
        "<MaxItems>100</MaxItems></ListHostedZonesByNameResponse>"
    )
    return Reply(200, answer.encode())


def _reply(operation: str, result: str) -> Reply:
    return Reply(
        200, f"<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>".encode()
    )


def surveyed(
    monkeypatch: pytest.MonkeyPatch, account: Hostile, timeout: float = 20.0, most_pages: int = 500
) -> tuple[Survey, int]:
    """What a survey finds, and how many questions it asked."""

    async def look(one: Account) -> Survey:
        return await survey((one,), (REGION,))

    with serving(monkeypatch, account) as api:
        return known(ask(look, timeout, most_pages=most_pages)), len(api.requests)


NO_NAMES = (
    "https://victim.example/.shop.example.",
    "http://victim.example.",
    "https:\\057\\057victim.example\\057.shop.example.",
    "victim.example:443.",
    "root@victim.example.",
    "victim.example\u3002shop.example.",
    "\uff36ictim.example.",
    " victim.example.",
    "\\033[31m.shop.example.",
    "a\u202eb.shop.example.",
    "\\052.shop.example.",
    "*.shop.example.",
    "169.254.169.254.",
    "[::1].",
    "localhost.",
    "com.",
    "co.kr.",
    ".",
    "_dmarc.shop.example.",
    "a..shop.example.",
    "x" * 64 + ".shop.example.",
    ".".join(["long"] * 60) + ".shop.example.",
    "xn--zzzzzz---.shop.example.",
    f"other-1.{REGION}.elb.amazonaws.com.",
)


def test_a_records_name_is_a_host_name_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [(name, balancer_name(0)) for name in (*NO_NAMES, "www.shop.example.", "my_app.shop.example.")]
    found, _ = surveyed(monkeypatch, Hostile(balancers=1, records=records))
    assert [site.host for site in found.sites] == ["my_app.shop.example", "www.shop.example"]


def test_ten_thousand_balancers_and_names_are_found_in_few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [(f"www-{number}.shop.example.", balancer_name(number // 2)) for number in range(10_000)]
    loops = [(f"loop-{number}.shop.example.", f"loop-{(number + 1) % 50}.shop.example.") for number in range(50)]
    many = [(f"host-{number}.shop.example.", balancer_name(9_999)) for number in range(10_000)]
    started = time.monotonic()
    found, questions = surveyed(monkeypatch, Hostile(balancers=10_000, records=[*records, *loops, *many]), timeout=60.0)
    assert (found.balancers, found.gaps) == (10_000, ())
    assert sum(site.named for site in found.sites) == 20_000
    assert len({site.host for site in found.sites}) == len(found.sites) == 20_000 + 10_000 - 5_001
    assert questions < 40
    assert time.monotonic() - started < 60


def test_a_list_of_balancers_without_an_end_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    found, questions = surveyed(monkeypatch, Hostile(balancers=400, endless=True), most_pages=20)
    assert [gap.gap for gap in found.gaps] == [Gap.FAILED]
    assert "did not end" in found.gaps[0].detail
    assert (found.sites, questions) == ((), 23)


def test_balancers_that_say_that_they_are_elsewhere_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = surveyed(monkeypatch, Hostile(balancers=2, region="eu-west-1"))
    assert sorted(site.host for site in found.sites) == [balancer_name(0), balancer_name(1)]


COUNT = pace.BURST + 15


def test_registries_are_asked_no_faster_than_hosts_are(tmp_path: Path) -> None:
    """Whoever may make zones in an account names domains; a registry's server is nobody's to be flooded."""
    asked: list[str] = []

    async def over_rdap() -> float:
        async with rdap_server({}, ("rdap.verisign.com",), tmp_path, asked) as (place, bundle):
            started = time.monotonic()
            one = [asking(f"d{number}.com", {("rdap.verisign.com", 443): place}, bundle) for number in range(COUNT)]
            answers = await asyncio.gather(*map(registration, one))
            assert all(isinstance(answer, Known) for answer in answers)
            return time.monotonic() - started

    async def over_whois() -> float:
        async with whois_server(b"No match.\r\n", asked) as place:
            started = time.monotonic()
            one = [asking(f"d{number}.kr", {("whois.kr", 43): place}) for number in range(COUNT)]
            await asyncio.gather(*map(registration, one))
            return time.monotonic() - started

    for way in (over_rdap, over_whois):
        asked.clear()
        assert asyncio.run(way()) >= (COUNT - pace.BURST) / pace.PER_SECOND * 0.8
        assert len(asked) == COUNT
        assert all(re.search(r"d\d+\.(com|kr)", one) for one in asked)
