"""Facts without saying whose: what can be judged stays, and judging gives the same; who it is about does not.

The same original always becomes the same replacement, different originals stay different, over all snapshots
that are redacted together. No secret and no clock is in it: the same facts give the same redacted facts.
Replacements are counters and shapes, so that nobody can compute the originals from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar, cast, get_args

from msgspec import Struct
from msgspec.structs import fields, replace

from albdoctor.derive.names import is_under
from albdoctor.facts.dns import Delegation, Record
from albdoctor.facts.elb import Condition
from albdoctor.facts.known import Known
from albdoctor.facts.mirror import metas, slot
from albdoctor.facts.route53 import AliasTarget, ResourceRecordSet
from albdoctor.facts.snapshot import Facts, Scan
from albdoctor.redact.addresses import Addresses
from albdoctor.redact.names import Names, Numbers
from albdoctor.redact.records import Records
from albdoctor.redact.things import Things
from albdoctor.redact.web import Web
from albdoctor.redact.words import Words

S = TypeVar("S", bound=Struct)
Trail: TypeAlias = tuple[tuple[Struct, str], ...]
"""The structs around a value and the fields that lead to it, outermost first."""
Replace: TypeAlias = Callable[[str, Trail], str]


def redact(facts: Facts) -> Facts:
    """Replace every name, address, id, account and free text of one snapshot."""
    return redact_all((facts,))[0]


def redact_all(snapshots: tuple[Facts, ...]) -> tuple[Facts, ...]:
    """Replace them in several snapshots alike: one original has one replacement in all of them."""
    redactor = Redactor()
    for facts in snapshots:
        redactor.learn(facts)
    for facts in snapshots:
        redactor.walk(facts, ())  # meets every address, host and path, before any is compared with a pattern
    redactor.settle()
    return tuple(redactor.walk(facts, ()) for facts in snapshots)


class Redactor:
    """The maps of one run and the walk over the facts."""

    def __init__(self) -> None:
        """Start with nothing met."""
        self._numbers = numbers = Numbers()
        self._addresses = Addresses()
        self._names = names = Names(numbers, self._addresses)
        self._things = things = Things(numbers, names, self._addresses)
        self._web = web = Web(numbers, names)
        self._words = words = Words(numbers, names, things, web)
        self._records = records = Records(numbers, names, self._addresses)
        self._by_kind: dict[str, Replace] = {
            "domain": self._domain,
            "value": self._value,
            "record": lambda text, trail: records.data(_around(trail, Record, "type"), text),
            "alias zone": lambda text, trail: things.alias_zone(text, _around(trail, AliasTarget, "d_n_s_name")),
            "condition": self._condition,
            "regex": self._regex,
            "prefix list": lambda text, _: text if text.startswith("com.amazonaws.") else numbers.text("list", text),
        }
        alone: dict[str, Callable[[str], str]] = {
            "host": web.host,
            "name": names.of,
            "address": lambda text: self._addresses.of(text) or numbers.text("address", text),
            "account": things.account,
            "arn": lambda text: things.arn(text) if text else "",
            "group pattern": things.group_pattern,
            "id": things.id,
            "ids": lambda text: ",".join(map(things.id, text.split(","))),
            "owner": lambda text: numbers.text("name", text),
            "message": words.message,
            "thing": things.any,
            "zone id": things.zone,
            "balancer": names.balancer,
            "group": things.group,
            "interface": things.interface,
            "ds": records.ds,
            "key tag": records.key_tag,
            "validation": names.of,
            "caa": records.caa,
            "registry": words.server,
            "setting": words.setting,
            "header name": words.header_name,
            "query pattern": web.query_pattern,
            "query": web.query,
            "path": web.path,
            "url": web.url,
            "content type": web.content_type,
            "body": words.body,
            "subject": web.subject,
            "digest": lambda text: f"{numbers.of('sha256', text):064x}" if text else "",
            "asked": words.asked,
            "detail": words.detail,
            "failure": words.failure,
            "verify": words.verify,
            "health": words.health,
            "tag": words.tag,
        }
        for plain_text in ("security group", "comment", "identifier", "text"):
            alone[plain_text] = partial(numbers.text, plain_text.replace(" ", "-"))
        self._by_kind |= {kind: _without_trail(function) for kind, function in alone.items()}

    def settle(self) -> None:
        """Everything was met once: what follows is final."""
        self._addresses.learning = False

    def learn(self, facts: Facts) -> None:
        """Take in what decides over names: the domain's suffix, and the servers of the zones above it."""
        self._names.learn_domain(facts.scan.registrable)
        if isinstance(facts.delegation, Known):
            self._keep_public_servers(facts.delegation.value, facts.scan.registrable)

    def _keep_public_servers(self, delegation: Delegation, registrable: str) -> None:
        for cut in delegation.cuts:
            if cut.zone != registrable and is_under(registrable, cut.zone):
                self._names.keep(server.name for server in cut.nameservers)
                for address in (one for server in cut.nameservers for one in (*server.addresses, *server.named_by)):
                    self._addresses.keep(address)
            if cut.parent_zone != registrable and is_under(registrable, cut.parent_zone):
                self._names.keep(answer.server for answer in cut.parent_answers)
                for answer in (*cut.parent_answers, *cut.ds_answers):
                    self._addresses.keep(answer.address)

    def walk(self, value: S, trail: Trail) -> S:
        """Give a struct with everything in it replaced."""
        changed: dict[str, Any] = {}
        for field in value.__struct_fields__:
            old = slot(value, field)
            new = self._of(old, (*trail, (value, field)))
            if new is not old:
                changed[field] = new
        return replace(value, **changed) if changed else value

    def _of(self, value: object, trail: Trail) -> object:
        if isinstance(value, Struct):
            return self.walk(value, trail)
        owner, field = trail[-1]
        kind = _kinds(type(owner)).get(field)
        if kind == "headers":
            return self._web.headers(cast("tuple[tuple[str, str], ...]", value))
        if kind == "parameters":
            return self._web.parameters(cast("dict[str, str]", value))
        if isinstance(value, tuple):
            return tuple(self._of(item, trail) for item in cast("tuple[object, ...]", value))
        if isinstance(value, str) and not isinstance(value, Enum) and kind is not None:
            return self._by_kind[kind](value, trail)
        return value

    def _domain(self, _text: str, trail: Trail) -> str:
        """The domain as the user wrote it, U-labels kept, is the host in another script."""
        return self._web.host(_around(trail, Scan, "host"))

    def _value(self, text: str, trail: Trail) -> str:
        return self._records.data(_around(trail, ResourceRecordSet, "type"), text)

    def _condition(self, text: str, trail: Trail) -> str:
        """A value of a rule's condition; the field around it says what it is compared with."""
        field = _condition_field(trail)
        if field == "host-header":
            return self._web.host_pattern(text)
        if field == "path-pattern":
            return self._web.path_pattern(text)
        if field == "http-request-method":
            return self._words.method(text)
        if field == "source-ip":
            return self._addresses.of(text) or self._numbers.text("address", text)
        return self._numbers.text("text", text)

    def _regex(self, text: str, trail: Trail) -> str:
        field = _condition_field(trail)
        if field == "host-header":
            return self._web.host_regex(text)
        return self._web.path_regex(text) if field == "path-pattern" else self._numbers.text("text", text)


def _without_trail(function: Callable[[str], str]) -> Replace:
    """For the kinds that need not know what is around the value."""
    return lambda text, _: function(text)


def _condition_field(trail: Trail) -> str:
    """What a value is compared with: `host_header_config` says host-header, `Condition.field` where it stands bare."""
    if isinstance(trail[-1][0], Condition):
        return _around(trail, Condition, "field")
    return trail[-2][1].removesuffix("_config").replace("_", "-")


def _around(trail: Trail, type_: type[Struct], field: str) -> str:
    """A text of the nearest struct of a type around a value."""
    return str(next(slot(owner, field) for owner, _ in reversed(trail) if isinstance(owner, type_)))


@cache
def _kinds(type_: type[Struct]) -> Mapping[str, str]:
    """How the fields of a struct are replaced: their types say it (`albdoctor/facts/values.py`)."""
    named = ((field.name, _redacted_as(field.type)) for field in fields(type_))
    return {name: kind for name, kind in named if kind}


def _redacted_as(type_: Any) -> str:  # noqa: ANN401 - any type expression
    """What a type says, on the outside or within: of `tuple[Arn, ...]` or `Id | None`."""
    own = (str(meta.extra["redact"]) for meta in metas(type_) if meta.extra and "redact" in meta.extra)
    return next((kind for kind in (*own, *map(_redacted_as, get_args(type_))) if kind), "")
