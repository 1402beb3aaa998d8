"""A snapshot with every field of every struct filled in, each text that says whose it is with a marker of its own."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import msgspec
import msgspec.inspect as mi

from albdoctor.derive.redact_fields import KINDS
from albdoctor.facts.snapshot import Facts
from tests.support.build import NOW

MARK = "mqz"
"""Stands in every marker and in no text of albdoctor's own."""

WORDS = {
    "Rule.priority": "10",
    "TargetGroup.health_check_port": "80",
    "TargetHealth.health_check_port": "80",
    "Matcher.http_code": "200",
    "RedirectConfig.status_code": "HTTP_301",
    "RedirectConfig.port": "443",
    "RedirectConfig.protocol": "HTTPS",
    "FixedResponseConfig.status_code": "404",
    "Record.type": "TXT",
    "ResourceRecordSet.type": "TXT",
    "Condition.field": "host-header",
    "NetworkAclEntry.protocol": "6",
    "IpPermission.ip_protocol": "tcp",
}
FORMS = {
    "name": "www.{mark}.{mark}b.example",
    "host": "www.{mark}.example",
    "domain": "www.{mark}.example",
    "validation": "_{mark}.acm-validations.aws.",
    "arn": "arn:aws:elasticloadbalancing:ap-northeast-2:9876{number:08d}:loadbalancer/app/{mark}/{number:012x}beef",
    "account": "9876{number:08d}",
    "id": "sg-{mark}",
    "zone id": "Z{mark}",
    "alias zone": "Z{mark}",
    "interface": "ELB app/{mark}/{number:012x}beef",
    "url": "https://user{mark}@{mark}.example:8443/{mark}/x?{mark}={mark}#{mark}",
    "path": "/{mark}/x?{mark}=1",
    "ds": "54321 13 2 {number:012x}beef",
    "caa": '0 issue "{mark}.example; accounturi={mark}"',
    "registry": "https://rdap.nic.example/domain/{mark}.example",
    "subject": "CN={mark}.example,O={mark} Inc.,C=KR",
    "digest": "{number:060x}beef",
    "asked": "DNS A {mark}.example",
    "verify": "Hostname mismatch, certificate is not valid for '{mark}.example'.",
    "failure": "unreachable: {mark}",
    "condition": "*.{mark}.example",
}


class Marked:
    """Builds the snapshot."""

    def __init__(self) -> None:
        """Start to count."""
        self._count = itertools.count(1)
        self.secrets: list[str] = [MARK, "beef", "98760000", "54321", "10.77."]

    def facts(self) -> Facts:
        """Every group known, with one item or two."""
        built: Facts = self._of(mi.type_info(Facts), "", "")
        return built

    def _of(self, type_: mi.Type, struct: str, field: str) -> Any:
        match type_:
            case mi.StructType():
                name = type_.cls.__name__.partition("[")[0]
                return type_.cls(**{one.name: self._of(one.type, name, one.name) for one in type_.fields})
            case mi.UnionType():
                return self._of(next(one for one in type_.types if not isinstance(one, mi.NoneType)), struct, field)
            case mi.VarTupleType():
                return tuple(self._of(type_.item_type, struct, field) for _ in range(2))
            case mi.TupleType():
                return ("server", self._text("headers", MARK))
            case mi.StrType():
                return self._string(f"{struct}.{field}")
            case mi.EnumType():
                return next(iter(type_.cls))
            case mi.LiteralType():
                return type_.values[0]
            case mi.BoolType():
                return True
            case mi.IntType():
                return 443
            case mi.FloatType():
                return 1.0
            case mi.DateTimeType():
                return NOW + dt.timedelta(days=1)
            case _:
                raise TypeError(type_)

    def _string(self, place: str) -> str:
        kind = KINDS.get(place)
        return WORDS.get(place, "word") if kind is None else self._text(kind, place)

    def _text(self, kind: str, place: str) -> str:
        number = next(self._count)
        if kind == "address" or place == "Condition.values":
            return f"10.77.{number // 200}.{number % 200 + 20}"
        if place == "Scan.registrable":
            return f"{MARK}.example"
        return FORMS.get(kind, "{mark} text").format(mark=f"{MARK}{number}", number=number)


def complete(facts: Facts) -> bytes:
    """Write a snapshot as a facts file does."""
    return msgspec.json.encode(facts)
