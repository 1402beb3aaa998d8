"""A snapshot with every field of every struct filled in, each text that says whose it is with a marker of its own."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import msgspec
import msgspec.inspect as mi

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
    "LoadBalancer.type": "application",
    "LoadBalancer.scheme": "internet-facing",
    "TargetGroup.protocol": "HTTPS",
    "TargetGroup.health_check_protocol": "HTTPS",
    "TargetGroup.target_type": "instance",
    "TargetGroup.protocol_version": "HTTP1",
    "Listener.protocol": "HTTPS",
    "Action.type": "forward",
    "Health.state": "unhealthy",
    "Health.reason": "Target.FailedHealthChecks",
    "InstanceState.name": "running",
    "Certificate.status": "PENDING_VALIDATION",
    "Answer.rcode": "NOERROR",
    "NetworkAclEntry.protocol": "6",
    "IpPermission.ip_protocol": "tcp",
}
ELB = "arn:aws:elasticloadbalancing:ap-northeast-2:987600000000"
SAME = {
    "registrable": f"{MARK}.example",
    "zone": f"{MARK}.example",
    "HostedZone.name": f"{MARK}.example",
    "domain": f"www.{MARK}.example",
    "host": f"www.{MARK}.example",
    "question": f"www.{MARK}.example",
    "ResourceRecordSet.name": f"www.{MARK}.example.",
    "load_balancer_arn": f"{ELB}:loadbalancer/app/{MARK}/00000000000abeef",
    "load_balancer_arns": f"{ELB}:loadbalancer/app/{MARK}/00000000000abeef",
    "listener_arn": f"{ELB}:listener/app/{MARK}/00000000000abeef/00000000000bbeef",
    "rule_arn": f"{ELB}:listener-rule/app/{MARK}/00000000000abeef/00000000000bbeef/00000000000cbeef",
    "target_group_arn": f"{ELB}:targetgroup/{MARK}-tg/00000000000dbeef",
    "certificate_arn": f"arn:aws:acm:ap-northeast-2:987600000000:certificate/{MARK}-beef",
    "vpc_id": f"vpc-{MARK}",
    "subnet_id": f"subnet-{MARK}",
    "instance_id": f"i-{MARK}",
    "Target.id": f"i-{MARK}",
    "target_id": f"i-{MARK}",
    "group_id": f"sg-{MARK}",
    "security_groups": f"sg-{MARK}",
    "HostedZone.id": f"Z{MARK}",
    "zone_id": f"Z{MARK}",
}
"""Things that several groups of facts name; by field, or by struct and field."""
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
        self.secrets: list[str] = [MARK, "beef", "9876000", "54321", "10.77."]

    def facts(self) -> Facts:
        """Every group known, with one item each."""
        built: Facts = self._of(mi.type_info(Facts), "", "")
        return built

    def _of(self, type_: mi.Type, struct: str, field: str) -> Any:
        match type_:
            case mi.Metadata():
                extra: dict[str, Any] = type_.extra or {}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - a bare dict
                kind = extra.get("redact")
                return (
                    self._of(type_.type, struct, field)
                    if kind is None
                    else self._marked(type_.type, kind, struct, field)
                )
            case mi.StructType():
                name = type_.cls.__name__.partition("[")[0]
                fields = (one for one in type_.fields if one.name != "lacks")  # nothing is missing
                return type_.cls(**{one.name: self._of(one.type, name, one.name) for one in fields})
            case mi.UnionType():
                return self._of(next(one for one in type_.types if not isinstance(one, mi.NoneType)), struct, field)
            case mi.VarTupleType():
                return (self._of(type_.item_type, struct, field),)
            case mi.StrType():
                return WORDS.get(f"{struct}.{field}", "word")
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

    def _marked(self, type_: mi.Type, kind: str, struct: str, field: str) -> Any:
        if isinstance(type_, mi.StrType):
            return self._text(kind, f"{struct}.{field}")
        if isinstance(type_, mi.DictType):
            return {self._text(kind, MARK): self._text(kind, MARK), "prompt": self._text(kind, MARK)}
        return (("server", self._text(kind, MARK)),)

    def _text(self, kind: str, place: str) -> str:
        number = next(self._count)
        if kind == "address" or place == "Condition.values":
            return f"10.77.{number // 200}.{number % 200 + 20}"
        field = place.partition(".")[2]
        shared = SAME.get(field) or SAME.get(place)
        if shared:
            return shared
        return FORMS.get(kind, "{mark} text").format(mark=f"{MARK}{number}", number=number)


def complete(facts: Facts) -> bytes:
    """Write a snapshot as a facts file does."""
    return msgspec.json.encode(facts)
