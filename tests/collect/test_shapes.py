"""Every mirrored struct beside the API's own shape: what AWS adds is noticed, and what is left out is a decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import botocore
import botocore.model
import pytest
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from albdoctor.collect.aws.models import models
from albdoctor.facts import acm, ec2, ecs, elb, registration, route53, scaling, tags
from albdoctor.facts.mirror import Mirror, naming, sent_words

LEFT_OUT = Path(__file__).parent / "left_out.tsv"
"""Service, shape and member of everything that the API has and the facts do not hold; reviewed by hand."""
SHAPES: dict[type[Mirror], tuple[str, str]] = {
    acm.Certificate: ("acm", "CertificateDetail"),
    ecs.EcsService: ("ecs", "Service"),
    ecs.EcsTask: ("ecs", "Task"),
    ecs.TaskDefinition: ("ecs", "TaskDefinition"),
    scaling.AutoScalingGroup: ("autoscaling", "AutoScalingGroup"),
    ec2.NatGateway: ("ec2", "NatGateway"),
    ec2.Instance: ("ec2", "Instance"),
    ec2.InstanceStatus: ("ec2", "InstanceStatus"),
    ec2.InternetGateway: ("ec2", "InternetGateway"),
    ec2.NetworkAcl: ("ec2", "NetworkAcl"),
    ec2.NetworkInterface: ("ec2", "NetworkInterface"),
    ec2.RouteTable: ("ec2", "RouteTable"),
    ec2.SecurityGroup: ("ec2", "SecurityGroup"),
    ec2.Subnet: ("ec2", "Subnet"),
    ec2.Vpc: ("ec2", "Vpc"),
    elb.AttachedCertificate: ("elbv2", "Certificate"),
    elb.Attribute: ("elbv2", "LoadBalancerAttribute"),
    elb.Listener: ("elbv2", "Listener"),
    elb.LoadBalancer: ("elbv2", "LoadBalancer"),
    elb.Rule: ("elbv2", "Rule"),
    elb.SslPolicy: ("elbv2", "SslPolicy"),
    elb.TargetGroup: ("elbv2", "TargetGroup"),
    elb.TargetHealth: ("elbv2", "TargetHealthDescription"),
    tags.TagDescription: ("elbv2", "TagDescription"),
    registration.RegisteredDomain: ("route53domains", "GetDomainDetailResponse"),
    route53.ResourceRecordSet: ("route53", "ResourceRecordSet"),
    route53.ZoneVpc: ("route53", "VPC"),
}
"""Things that answers are lists of; the structures in them follow from their members."""
PUT_TOGETHER = {route53.HostedZone}
"""Structs that a collector makes of several shapes."""
LATER = {"TargetHealth.AdministrativeOverride": elb.AdministrativeOverride}
"""Members, and what they hold, that the lowest botocore does not know yet: with it nobody tells them."""
SAME = {"string": str, "integer": int, "long": int, "boolean": bool, "timestamp": datetime, "list": tuple, "map": dict}

REVIEWED = next(
    line.split()[0].removeprefix("botocore==")
    for line in (Path(__file__).parents[2] / "requirements.lock").read_text().splitlines()
    if line.startswith("botocore==")
)
"""The list is reviewed with the locked botocore. Tests run with others too: a fresh machine takes the newest one, which
may have members since this morning, and the lowest does not have all of them yet."""

Place = tuple[type[Mirror], str, Any]
"""A struct, its service and the API's shape of it."""


def places() -> Iterator[Place]:
    """Every mirrored struct, wherever it lies, with the shape it mirrors there."""
    loader = models("")
    for type_, (service, shape) in SHAPES.items():
        known = botocore.model.ServiceModel(loader.load_service_model(service, "service-2"), service)
        yield from below(type_, service, known.shape_for(shape))


def below(type_: type[Mirror], service: str, shape: Any) -> Iterator[Place]:
    """A struct and those in its members."""
    yield type_, service, shape
    for field in own(type_):
        inner, member = mirror_in(field.type), shape.members.get(field.encode_name)
        if inner is not None and member is not None:
            yield from below(inner, service, member.member if member.type_name == "list" else member)


def own(type_: type[Struct]) -> tuple[FieldInfo, ...]:
    return tuple(field for field in fields(type_) if field.name != "lacks")


def mirror_in(type_: Any) -> type[Mirror] | None:
    if isinstance(type_, type) and issubclass(type_, Mirror):
        return type_
    return next((found for one in get_args(type_) if (found := mirror_in(one))), None)


def plain(type_: Any) -> Any:
    """The type of a value, without what is declared beside it and without None."""
    if get_origin(type_) is Annotated:
        return plain(get_args(type_)[0])
    if get_origin(type_) in (Union, UnionType):
        return plain(next(one for one in get_args(type_) if one is not type(None)))
    return get_origin(type_) or type_


PLACES = tuple(places())


def named(place: Place) -> str:
    return f"{place[0].__name__}-{place[2].name}"


def test_every_mirrored_struct_has_a_shape() -> None:
    every = {one for one in Mirror.__subclasses__() if one.__module__.startswith("albdoctor.facts.")}
    unseen = every - {type_ for type_, _, _ in PLACES}
    assert unseen - ({*LATER.values()} if botocore.__version__ != REVIEWED else set()) == PUT_TOGETHER


@pytest.mark.parametrize("type_", dict.fromkeys(type_ for type_, _, _ in PLACES))
def test_every_member_of_a_struct_is_the_apis_and_of_its_type(type_: type[Mirror]) -> None:
    """A struct may mirror several shapes that are nearly the same."""
    shapes = [shape for mirrored, _, shape in PLACES if mirrored is type_]
    for field in own(type_):
        where = f"{type_.__name__}.{field.encode_name}"
        kinds = {shape.members[field.encode_name].type_name for shape in shapes if field.encode_name in shape.members}
        held = plain(field.type)
        fit = {kind for kind in kinds if (issubclass(held, Mirror) if kind == "structure" else held is SAME[kind])}
        assert fit == kinds, where
        told = bool(kinds) or (where in LATER and botocore.__version__ != REVIEWED)
        assert told is (sent_words(field.type) != "never"), where


@pytest.mark.parametrize("place", PLACES, ids=named)
def test_what_the_api_requires_is_required(place: Place) -> None:
    """Shapes that are also asked with say which members must be there."""
    type_, _, shape = place
    by_name = {field.encode_name: field for field in own(type_)}
    held = [by_name[name] for name in shape.required_members if name in by_name]
    assert [one.name for one in held if not sent_words(one.type) and one.name not in naming(type_)] == []


@pytest.mark.skipif(botocore.__version__ != REVIEWED, reason="the list was reviewed with the locked botocore")
def test_what_is_left_out_is_written_down() -> None:
    apart = {
        (service, shape.name, member)
        for type_, service, shape in PLACES
        for member in shape.members
        if member not in {field.encode_name for field in own(type_)}
    }
    reviewed = [tuple(line.split("\t")) for line in LEFT_OUT.read_text().splitlines()]
    assert reviewed == sorted(set(reviewed))
    new, gone = sorted(apart - {*reviewed}), sorted({*reviewed} - apart)
    assert (new, gone) == ([], []), "AWS added or dropped members: hold them, or list them in left_out.tsv"
