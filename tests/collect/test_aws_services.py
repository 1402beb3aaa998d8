"""What is peculiar to a service: lists that stop by name, key types, registrations, counters, login pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from msgspec import Struct

from albdoctor.collect.aws import acm, elb, metrics, route53
from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.found import Found
from albdoctor.collect.aws.route53domains import registered_domains
from albdoctor.facts.known import Gap
from albdoctor.facts.metrics import Course, Metric
from albdoctor.facts.registration import RegisteredDomains
from tests.support.aws_api import REGION, Reply, Request, denied, serving
from tests.support.aws_ask import ask, gap, known
from tests.support.aws_xml import group_xml
from tests.support.build import BALANCER_ARN, GROUP_ARN, balancer

JSON = "application/x-amz-json-1.1"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def as_json(**body: Any) -> Reply:
    return Reply(200, json.dumps(body).encode(), JSON)


def zone_xml(zone_id: str, name: str, private: bool = False) -> str:
    config = f"<Config><PrivateZone>{str(private).lower()}</PrivateZone></Config>"
    named = f"<Id>/hostedzone/{zone_id}</Id><Name>{name}.</Name><CallerReference>1</CallerReference>"
    return f"<HostedZone>{named}{config}</HostedZone>"


def listed(*zones: str, following: str = "") -> Reply:
    more = (
        f"<NextDNSName>shop.example.</NextDNSName><NextHostedZoneId>{following}</NextHostedZoneId>" if following else ""
    )
    body = f"<HostedZones>{''.join(zones)}</HostedZones><IsTruncated>{'true' if more else 'false'}</IsTruncated>{more}"
    return Reply(
        200, f"<ListHostedZonesByNameResponse>{body}<MaxItems>100</MaxItems></ListHostedZonesByNameResponse>".encode()
    )


def detail(zone_id: str, private: bool) -> Reply:
    servers = (
        ""
        if private
        else "<DelegationSet><NameServers><NameServer>NS-1.awsdns-01.NET.</NameServer></NameServers></DelegationSet>"
    )
    vpcs = "<VPCs><VPC><VPCRegion>ap-northeast-2</VPCRegion><VPCId>vpc-1</VPCId></VPC></VPCs>" if private else ""
    body = f"{zone_xml(zone_id, 'shop.example', private)}{servers}{vpcs}"
    return Reply(200, f"<GetHostedZoneResponse>{body}</GetHostedZoneResponse>".encode())


def zones_api(first: Callable[[str], Reply]) -> Callable[[Request], Reply]:
    def answer(request: Request) -> Reply:
        if request.action == "route53:ListHostedZonesByName":
            return first(request.path)
        found = re.search(r"hostedzone/(\w+)", request.path)
        zone_id = found[1] if found else ""
        if zone_id == "GONE":
            return Reply(404, b"<ErrorResponse><Error><Code>NoSuchHostedZone</Code></Error></ErrorResponse>")
        return detail(zone_id, zone_id.startswith("P"))

    return answer


def test_zones_of_one_name_on_several_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    def pages(path: str) -> Reply:
        if "hostedzoneid=P2" in path:
            return listed(zone_xml("P2", "shop.example", True), zone_xml("X", "other.example"))
        return listed(zone_xml("Z1", "shop.example"), zone_xml("GONE", "shop.example"), following="P2")

    with serving(monkeypatch, zones_api(pages)) as api:
        zones = known(ask(lambda account: route53.hosted_zones(account, "shop.example", "shop.example")))
        assert api.actions.count("route53:ListHostedZonesByName") == 2
    assert [(zone.id, zone.name, zone.private, zone.name_servers) for zone in zones] == [
        ("Z1", "shop.example", False, ("ns-1.awsdns-01.net",)),
        ("P2", "shop.example", True, ()),
    ]
    assert zones[1].vpcs[0].VPCId == "vpc-1"


def test_a_zone_list_that_repeats_itself_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    again = listed(zone_xml("Z1", "shop.example"), following="Z1")
    with serving(monkeypatch, zones_api(lambda _path: again)) as api:
        assert len(known(ask(lambda account: route53.hosted_zones(account, "shop.example", "shop.example")))) == 1
        assert api.actions.count("route53:ListHostedZonesByName") == 2


@pytest.mark.parametrize("lost", ["Name", "Id"])
def test_a_listed_zone_without_name_or_id_is_a_gap(monkeypatch: pytest.MonkeyPatch, lost: str) -> None:
    zone = re.sub(f"<{lost}>.*</{lost}>", "", zone_xml("Z1", "shop.example"))
    with serving(monkeypatch, zones_api(lambda _name: listed(zone))):
        why = gap(ask(lambda account: route53.hosted_zones(account, "shop.example", "shop.example")))
    assert (why.gap, why.detail) == (Gap.FAILED, f"unexpected answer: no {lost}")


def test_every_ancestor_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, zones_api(lambda _path: listed())) as api:
        assert known(ask(lambda account: route53.hosted_zones(account, "a.b.shop.example", "shop.example"))) == ()
        asked = sorted(re.findall(r"dnsname=([^&\s]+)", " ".join(request.path for request in api.requests)))
    assert asked == ["a.b.shop.example", "b.shop.example", "shop.example"]


def test_certificates_of_every_key_type_and_only_near_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    def arn(name: str) -> str:
        return f"arn:aws:acm:{REGION}:123456789012:certificate/{name}"

    summaries: list[dict[str, Any]] = [
        {"CertificateArn": arn("near"), "DomainName": "www.shop.example", "SubjectAlternativeNameSummaries": []},
        {"CertificateArn": arn("far"), "DomainName": "far.test", "SubjectAlternativeNameSummaries": ["www.far.test"]},
        {"CertificateArn": arn("untold"), "DomainName": "far.test"},
        {
            "CertificateArn": arn("many"),
            "DomainName": "far.test",
            "SubjectAlternativeNameSummaries": ["far.test"],
            "HasAdditionalSubjectAlternativeNames": True,
        },
    ]
    names = {"near": ["www.shop.example"], "untold": ["far.test"], "many": ["far.test", "*.SHOP.example"]}

    def answer(request: Request) -> Reply:
        if request.action == "acm:ListCertificates":
            return as_json(CertificateSummaryList=summaries)
        wanted = json.loads(request.body)["CertificateArn"]
        held = names[wanted.rsplit("/", 1)[1]]
        told = {"CertificateArn": wanted, "DomainName": held[0], "SubjectAlternativeNames": held, "InUseBy": []}
        return as_json(Certificate=told | {"Status": "PENDING_VALIDATION", "Type": "AMAZON_ISSUED"})

    with serving(monkeypatch, answer) as api:
        found = known(ask(lambda account: acm.of_domain(account, REGION, "shop.example")))
        filters = json.loads(api.requests[0].body)
        assert api.actions.count("acm:DescribeCertificate") == 3
    assert [each.certificate_arn for each in found] == [arn("near"), arn("many")]
    assert {"RSA_2048", "RSA_4096", "EC_prime256v1", "EC_secp384r1"} <= set(filters["Includes"]["keyTypes"])


@pytest.mark.parametrize("answered", ["alone", "all again", "unheard of"])
def test_certificates_of_the_newer_roots_are_asked_for_beside_the_others(
    monkeypatch: pytest.MonkeyPatch, answered: str
) -> None:
    """ACM hides them unless they are asked for, and then lists them alone; an emulator may not know the filter."""
    old, new = (f"arn:aws:acm:{REGION}:123456789012:certificate/{name}" for name in ("old", "new"))
    told: dict[str, Any] = {"DomainName": "shop.example", "SubjectAlternativeNameSummaries": ["shop.example"]}
    shown: dict[str, Any] = {
        "DomainName": "shop.example",
        "SubjectAlternativeNames": ["shop.example"],
        "InUseBy": [],
        "Status": "PENDING_VALIDATION",
        "Type": "AMAZON_ISSUED",
    }

    def answer(request: Request) -> Reply:
        body = json.loads(request.body)
        if request.action != "acm:ListCertificates":
            return as_json(Certificate=shown | {"CertificateArn": body["CertificateArn"]})
        of_roots = "RootHierarchyTypes" in body
        if of_roots and answered == "unheard of":
            return Reply(400, b'{"__type":"ValidationException","message":"no"}', JSON)
        return as_json(
            CertificateSummaryList=[told | {"CertificateArn": new if of_roots and answered == "alone" else old}]
        )

    with serving(monkeypatch, answer) as api:
        found = known(ask(lambda account: acm.of_domain(account, REGION, "shop.example")))
        bodies = [json.loads(one.body) for one in api.requests if one.action == "acm:ListCertificates"]
        assert api.actions.count("acm:DescribeCertificate") == (2 if answered == "alone" and knows_roots() else 1)
    asked_roots = [body["RootHierarchyTypes"] for body in bodies if "RootHierarchyTypes" in body]
    assert len(bodies) == 1 + len(asked_roots)
    assert all({"N2_AMAZON_MANAGED"} <= set(roots) for roots in asked_roots)
    assert len(asked_roots) == int(knows_roots())
    names = {each.certificate_arn for each in found}
    assert names == ({old, new} if answered == "alone" and knows_roots() else {old})


def knows_roots() -> bool:
    """Whether the installed botocore can ask for them: the lowest that we admit cannot."""
    model: Any = botocore.session.get_session().get_service_model("acm")
    return "RootHierarchyTypes" in model.operation_model("ListCertificates").input_shape.members


def test_deleted_and_iam_certificates_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Reply(400, b'{"__type":"ResourceNotFoundException","message":"no"}', JSON)
    arns = (f"arn:aws:acm:{REGION}:1:certificate/x", "arn:aws:iam::1:server-certificate/old")
    with serving(monkeypatch, lambda _request: gone) as api:
        assert known(ask(lambda account: acm.described_all(account, arns))) == ()
        assert api.actions == ["acm:DescribeCertificate"]


def domains(account: Account) -> Any:
    return registered_domains(account, "shop.example")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("InvalidInput", "Domain shop.example not found in 123456789012 account"),
        ("InvalidInput", "Domain is not associated with this account"),
        ("UnsupportedTLD", ".example is not supported"),
    ],
)
def test_a_domain_that_is_not_held(monkeypatch: pytest.MonkeyPatch, code: str, message: str) -> None:
    body = json.dumps({"__type": code, "message": message}).encode()
    with serving(monkeypatch, lambda _request: Reply(400, body, JSON)) as api:
        assert known(ask(domains)) == ()
        assert api.requests[0].region == "us-east-1"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(400, b'{"__type":"InvalidInput","message":"Errors: [Domain name is malformed]"}', JSON), Gap.FAILED),
        (Reply(404, b"<html>no such service</html>", "text/html"), Gap.FAILED),
        (Reply(200, b"<html>login</html>", "text/html"), Gap.FAILED),
        (Reply(400, b'{"__type":"AccessDeniedException","message":"no"}', JSON), Gap.DENIED),
    ],
)
def test_a_domain_of_which_nothing_is_known(monkeypatch: pytest.MonkeyPatch, reply: Reply, why: Gap) -> None:
    with serving(monkeypatch, lambda _request: reply):
        unknown = gap(ask(domains))
    assert (unknown.gap, unknown.asked) == (why, "route53domains:GetDomainDetail")


def test_a_domain_that_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    body = as_json(DomainName="shop.example", Nameservers=[{"Name": "ns-1.awsdns-01.net"}], ExpirationDate=1796083200)
    with serving(monkeypatch, lambda _request: body):
        held: RegisteredDomains = known(ask(domains))
    assert [server.name for server in held[0].nameservers] == ["ns-1.awsdns-01.net"]
    assert held[0].expiration_date == datetime(2026, 12, 1, tzinfo=UTC)


def test_the_service_is_missing_in_other_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, denied) as api:
        monkeypatch.setenv("AWS_REGION", "cn-north-1")
        assert gap(ask(domains)).gap is Gap.NOT_ASKED
        assert api.requests == []


def groups_xml(listed: str = f"<TargetGroups>{group_xml(GROUP_ARN)}</TargetGroups>") -> Reply:
    groups = f"<DescribeTargetGroupsResult>{listed}</DescribeTargetGroupsResult>"
    return Reply(200, f"<DescribeTargetGroupsResponse>{groups}</DescribeTargetGroupsResponse>".encode())


NONE = "<TargetGroups/>"
NOT_FOUND = "<Error><Code>TargetGroupNotFound</Code><Message>One or more target groups not found</Message></Error>"


@pytest.mark.parametrize(
    "reply", [groups_xml(NONE), Reply(400, f"<ErrorResponse>{NOT_FOUND}</ErrorResponse>".encode())]
)
def test_a_balancer_without_any_group_has_none(monkeypatch: pytest.MonkeyPatch, reply: Reply) -> None:
    """It redirects, or answers itself; AWS may say so by an error."""
    with serving(monkeypatch, lambda _request: reply):
        assert known(ask(lambda account: elb.groups_of_balancer(Found(account, balancer())))) == ()


def series(id_: str, *values: float) -> dict[str, Any]:
    """One metric's data as CloudWatch tells it."""
    stamps = [1_790_000_000 + 300 * number for number in range(len(values))]
    return {"Id": id_, "Timestamps": stamps, "Values": list(values), "StatusCode": "Complete"}


def xml(value: Any) -> str:
    """As an older botocore reads it, which asks CloudWatch in the query protocol."""
    if isinstance(value, dict):
        members: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - an answer
        return "".join(f"<{name}>{xml(one)}</{name}>" for name, one in members.items())
    if isinstance(value, list):
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType] - an answer
        return "".join(f"<member>{xml(one)}</member>" for one in items)
    return str(value)


def counted(monkeypatch: pytest.MonkeyPatch, answer: Callable[[list[str]], list[dict[str, Any]]]) -> Any:
    """The metrics of a balancer whose CloudWatch answers series by id."""

    def behave(request: Request) -> Reply:
        if request.action == "cloudwatch:GetMetricData":
            if asked := re.findall(r"MetricDataQueries\.member\.\d+\.Id=(\w+)", request.body.decode()):
                results = f"<MetricDataResults>{xml(answer(asked))}</MetricDataResults>"
                made = f"<GetMetricDataResult>{results}</GetMetricDataResult>"
                return Reply(200, f"<GetMetricDataResponse>{made}</GetMetricDataResponse>".encode())
            ids = [query["Id"] for query in json.loads(request.body)["MetricDataQueries"]]
            return as_json(MetricDataResults=answer(ids))
        return groups_xml() if request.action.endswith("DescribeTargetGroups") else denied(request)

    with serving(monkeypatch, behave):
        return ask(lambda account: metrics.metrics(Found(account, balancer()), NOW))


def test_counters_are_summed_over_pages_and_none_is_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(ids: list[str]) -> list[dict[str, Any]]:
        begun = series(ids[0], 1.0, 2.0) | {"StatusCode": "PartialData"}
        return [begun, series(ids[0], 4.0), *(series(id_) for id_ in ids[1:])]

    found = known(counted(monkeypatch, answer))
    course = Course(since=datetime.fromtimestamp(1_790_000_000, UTC), period=300, sums=(5.0, 2.0))
    assert found[0] == Metric(
        name="RequestCount", load_balancer_arn=BALANCER_ARN, total=7.0, datapoints=3, course=course
    )
    assert {each.name for each in found if each.target_group_arn == GROUP_ARN} == set(metrics.OF_GROUP)
    assert all((each.total, each.datapoints, each.course) == (0.0, 0, None) for each in found[1:])


@pytest.mark.parametrize(
    ("minutes", "sums"),
    [
        ((25, 10, 5), (3.0, 2.0, 0.0, 0.0, 1.0)),
        ((0,), (1.0,)),
        ((0, 287 * 5), (1.0, *[0.0] * 286, 2.0)),
        ((0, 288 * 5), None),
        ((0, 10**6), None),
    ],
)
def test_the_course_of_a_counter_has_a_place_for_every_period(
    minutes: tuple[int, ...], sums: tuple[float, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CloudWatch tells the newest first, and nothing of a period in which nothing happened; a course has an end."""
    values = [float(number) for number in range(1, len(minutes) + 1)]
    stamps = {"Timestamps": [1_790_000_000 + 60 * each for each in minutes]}
    found = known(counted(monkeypatch, lambda ids: [series(id_, *values) | stamps for id_ in ids]))
    assert {each.total for each in found} == {sum(values)}
    assert {each.course.sums if each.course else None for each in found} == {sums}


@pytest.mark.parametrize(
    ("bent", "gap_", "detail"),
    [
        ({"StatusCode": "Forbidden"}, Gap.DENIED, "Forbidden"),
        ({"StatusCode": "InternalError"}, Gap.FAILED, "InternalError"),
        ({"StatusCode": "BrandNew"}, Gap.FAILED, "BrandNew"),
        ({"StatusCode": "PartialData"}, Gap.FAILED, "RequestCount: PartialData, and no further page"),
        ({"Values": [1.0]}, Gap.FAILED, "RequestCount: 1 values for 0 timestamps"),
        ({"Id": "m999"}, Gap.FAILED, "RequestCount: no answer"),
    ],
)
def test_a_counter_that_fails_or_lacks_something_is_not_zero(
    monkeypatch: pytest.MonkeyPatch, bent: dict[str, Any], gap_: Gap, detail: str
) -> None:
    unknown = gap(counted(monkeypatch, lambda ids: [series(ids[0]) | bent, *(series(id_) for id_ in ids[1:])]))
    assert (unknown.gap, unknown.asked, unknown.detail) == (gap_, "cloudwatch:GetMetricData", detail)


@pytest.mark.parametrize("operation", ["DescribeInstances", "DescribeNetworkInterfaces", "DescribeSecurityGroups"])
def test_what_a_service_manages_is_asked_for_though_it_may_be_hidden(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Reply(200, f"<{operation}Response></{operation}Response>".encode())
    with serving(monkeypatch, lambda _request: empty) as api:
        ask(lambda account: account.those(operation, REGION, Struct, "vpc-id", ("vpc-1",)))
    assert api.requests
    hidden = operation != "DescribeSecurityGroups"
    assert {b"IncludeManagedResources=true" in request.body for request in api.requests} == {hidden}
