"""What the facts know of the subject of a finding that its code may say too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from albdoctor.facts.arn import Arn, group_name
from albdoctor.facts.known import Kind, Known, Observed, Ref
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.tags import LOGICAL_ID
from albdoctor.iac.block import Thing

T = TypeVar("T")


def thing_of(facts: Facts, ref: Ref) -> Thing | None:
    """The thing that a finding is about; None: no code makes one of its kind."""
    make = MAKERS.get(ref.kind)
    return make(facts, ref.id) if make else None


def _seen(observed: Observed[tuple[T, ...]]) -> tuple[T, ...]:
    return observed.value if isinstance(observed, Known) else ()


def _logical(facts: Facts, arn: str) -> str:
    tags = (tag for one in _seen(facts.owner_tags) if one.resource_arn == arn for tag in one.tags)
    return next((tag.value for tag in tags if tag.key == LOGICAL_ID), "")


def _balancer(facts: Facts, arn: str) -> Thing:
    path = Arn.of(arn).path
    called = path[2] if len(path) > 2 else ""
    return Thing(kind=Kind.LOAD_BALANCER, id=arn, called=called, logical=_logical(facts, arn))


def _group(facts: Facts, arn: str) -> Thing:
    return Thing(kind=Kind.TARGET_GROUP, id=arn, called=group_name(arn), logical=_logical(facts, arn))


def _listener(facts: Facts, arn: str) -> Thing | None:
    one = next((one for one in _seen(facts.listeners) if one.listener_arn == arn), None)
    if one is None:
        return None
    return Thing(kind=Kind.LISTENER, id=arn, port=one.port, of=_balancer(facts, one.load_balancer_arn))


def _rule(facts: Facts, arn: str) -> Thing | None:
    """A rule; the default one is written in its listener."""
    one = next((one for one in _seen(facts.rules) if one.rule_arn == arn), None)
    listener = _listener(facts, one.listener_arn) if one else None
    if one is None or listener is None or one.is_default:
        return listener
    return Thing(kind=Kind.RULE, id=arn, priority=one.priority, of=listener)


def _target(_facts: Facts, id_: str) -> Thing:
    return Thing(kind=Kind.TARGET, id=id_.partition("#")[2].rpartition(":")[0])


def _certificate(facts: Facts, arn: str) -> Thing:
    named = {one.certificate_arn: one.domain_name for one in _seen(facts.certificates)}
    return Thing(kind=Kind.CERTIFICATE, id=arn, called=_unique(named.get(arn, ""), named.values()))


def _zone(facts: Facts, id_: str) -> Thing:
    named = {one.id: one.name.rstrip(".") for one in _seen(facts.hosted_zones)}
    called = _unique(named.get(id_, ""), named.values())
    return Thing(kind=Kind.HOSTED_ZONE, id=id_.rpartition("/")[2], called=called)


def _record(facts: Facts, id_: str) -> Thing:
    zone, owner, type_ = (*id_.rsplit("/", 2), "", "")[:3]
    name = owner.rstrip(".")
    of = _zone(facts, zone)
    return Thing(kind=Kind.RECORD, id=f"{of.id}_{name}_{type_}", called=name, type=type_, of=of)


def _unique(name: str, names: Iterable[str]) -> str:
    """A name that only one thing has."""
    return name if sum(one == name for one in names) == 1 else ""


MAKERS = {
    Kind.LOAD_BALANCER: _balancer,
    Kind.TARGET_GROUP: _group,
    Kind.LISTENER: _listener,
    Kind.RULE: _rule,
    Kind.TARGET: _target,
    Kind.CERTIFICATE: _certificate,
    Kind.HOSTED_ZONE: _zone,
    Kind.RECORD: _record,
}
