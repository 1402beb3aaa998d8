"""What the oldest botocore does not know is read all the same: the table beside models that know it; real answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest

from albdoctor.collect.aws.newer import NEWER, Added, Kind, complete
from albdoctor.collect.aws.read_only import reading_session
from tests.support.aws_api import REGION, Reply, serving

Shapes = dict[str, Any]


def shipped(service: str) -> Shapes:
    """The shapes of the installed botocore, nothing added."""
    loader = botocore.session.get_session().get_component("data_loader")
    shapes: Shapes = loader.load_service_model(service, "service-2")["shapes"]
    return shapes


def form(shapes: Shapes, reference: Any, kind: Kind) -> Kind:
    """What a value is on the wire, as far as the table describes it."""
    shape = shapes[reference["shape"]]
    if isinstance(kind, list):
        return [form(shapes, shape["member"], kind[0])] if shape["type"] == "list" else shape["type"]
    if isinstance(kind, str) or shape["type"] != "structure":
        return str(shape["type"])
    return {wire(name, shape["members"][name]): form(shapes, shape["members"][name], kind[name]) for name in kind}


def wire(name: str, reference: Any) -> str:
    """EC2 writes the names of parameters with a capital letter, whatever its model says (botocore/serialize.py)."""
    return str(reference.get("locationName", name))


@pytest.mark.parametrize("added", NEWER, ids=lambda added: f"{added.shape}.{added.member}")
def test_what_is_added_is_what_a_botocore_that_knows_it_has(added: Added) -> None:
    shapes = shipped(added.service)
    members = shapes[added.shape]["members"]
    if added.member not in members:
        pytest.skip("this botocore is one of those that it is added for")
    known = members.pop(added.member)
    complete(added.service, shapes)
    made = members[added.member]
    assert form(shapes, made, added.kind) == form(shapes, known, added.kind)
    if not added.shape.endswith("Request"):
        assert wire(added.member, made) == wire(added.member, known)


def test_nothing_is_added_that_the_oldest_botocore_knows() -> None:
    config = ConfigParser()
    config.read(Path(__file__).parents[2] / "setup.cfg")
    [oldest] = re.findall(r"^botocore >= (\S+)$", config["options"]["install_requires"], re.MULTILINE)
    if botocore.__version__ != oldest:
        pytest.skip("this botocore is not the oldest")
    known = [one for one in NEWER if one.member in shipped(one.service)[one.shape]["members"]]
    assert known == []


def rules() -> Reply:
    claims = "<member><Name>aud</Name><Format>single-string</Format><Values><member>shop</member></Values></member>"
    jwt = (
        f"<JwksEndpoint>https://j</JwksEndpoint><Issuer>https://i</Issuer><AdditionalClaims>{claims}</AdditionalClaims>"
    )
    action = f"<Type>jwt-validation</Type><JwtValidationConfig>{jwt}</JwtValidationConfig>"
    regex = "<HostHeaderConfig><RegexValues><member>^a$</member></RegexValues></HostHeaderConfig>"
    condition = f"<Field>host-header</Field>{regex}"
    rule = f"<Actions><member>{action}</member></Actions><Conditions><member>{condition}</member></Conditions>"
    made = f"<DescribeRulesResult><Rules><member>{rule}</member></Rules></DescribeRulesResult>"
    return Reply(200, f"<DescribeRulesResponse>{made}</DescribeRulesResponse>".encode())


def nat_gateways() -> Reply:
    item = "<item><availabilityMode>regional</availabilityMode></item>"
    made = f"<natGatewaySet>{item}</natGatewaySet>"
    return Reply(200, f"<DescribeNatGatewaysResponse>{made}</DescribeNatGatewaysResponse>".encode())


def subnets() -> Reply:
    states = "<internetGatewayBlockMode>block-ingress</internetGatewayBlockMode>"
    item = f"<item><blockPublicAccessStates>{states}</blockPublicAccessStates></item>"
    made = f"<subnetSet>{item}</subnetSet>"
    return Reply(200, f"<DescribeSubnetsResponse>{made}</DescribeSubnetsResponse>".encode())


def certificate() -> Reply:
    body = {"Certificate": {"ManagedBy": "CLOUDFRONT"}}
    return Reply(200, json.dumps(body).encode(), "application/x-amz-json-1.1")


def services() -> Reply:
    deployment = {"alternateTargetGroupArn": "arn:b", "roleArn": "arn:r"}
    body = {"services": [{"loadBalancers": [{"advancedConfiguration": deployment}]}]}
    return Reply(200, json.dumps(body).encode(), "application/x-amz-json-1.1")


JWT = {
    "JwksEndpoint": "https://j",
    "Issuer": "https://i",
    "AdditionalClaims": [{"Name": "aud", "Format": "single-string", "Values": ["shop"]}],
}


Asked = tuple[Callable[[], Reply], str, Callable[[Any], Any], Any]
ANSWERS: tuple[Asked, ...] = (
    (
        rules,
        "elbv2",
        lambda client: client.describe_rules()["Rules"][0],
        {
            "Actions": [{"Type": "jwt-validation", "JwtValidationConfig": JWT}],
            "Conditions": [{"Field": "host-header", "HostHeaderConfig": {"RegexValues": ["^a$"]}}],
        },
    ),
    (
        nat_gateways,
        "ec2",
        lambda client: client.describe_nat_gateways()["NatGateways"],
        [{"AvailabilityMode": "regional"}],
    ),
    (
        subnets,
        "ec2",
        lambda client: client.describe_subnets()["Subnets"],
        [{"BlockPublicAccessStates": {"InternetGatewayBlockMode": "block-ingress"}}],
    ),
    (
        certificate,
        "acm",
        lambda client: client.describe_certificate(CertificateArn="arn:aws:acm:us-east-1:1:certificate/a")[
            "Certificate"
        ],
        {"ManagedBy": "CLOUDFRONT"},
    ),
    (
        services,
        "ecs",
        lambda client: client.describe_services(services=["web"])["services"][0]["loadBalancers"],
        [{"advancedConfiguration": {"alternateTargetGroupArn": "arn:b", "roleArn": "arn:r"}}],
    ),
)


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda asked: asked[0].__name__)
def test_answers_that_have_them_are_read_whole(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, service, ask, read = asked
    with serving(monkeypatch, lambda _request: answer()):
        assert ask(reading_session("").create_client(service, REGION)) == read
