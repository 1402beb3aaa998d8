"""A hosted zone of any size that answers ListResourceRecordSets as Route 53 does: by name and type, page after page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import msgspec

from albdoctor.facts.route53 import ResourceRecordSet
from tests.support.aws_api import Reply, Request

PAGE = 300
Key = tuple[str, str, str]


def as_listed(name: str) -> str:
    """What Route 53 compares: the labels reversed, with the final dot."""
    return ".".join(reversed(name.rstrip(".").replace("\\052", "*").lower().split("."))) + "."


def as_moto_lists(name: str) -> str:
    """The same without the final dot: so `www-a` comes before `a.www`."""
    return as_listed(name)[:-1]


class LargeZone:
    """Its record sets in order, and the questions about them."""

    def __init__(self, records: Iterable[ResourceRecordSet], order: Any = as_listed) -> None:
        """Sort once: 100,000 of them take a second."""
        self._order = order
        keyed = sorted(((self._key(one), one) for one in records), key=lambda pair: pair[0])
        self._keys: list[Key] = [key for key, _ in keyed]
        self.records: Sequence[ResourceRecordSet] = tuple(one for _, one in keyed)
        """In the order in which they are listed."""
        self.asked: list[Mapping[str, str]] = []
        """The parameters of each question."""

    def answer(self, request: Request) -> Reply | None:
        """Answer a question about record sets; None: it is another."""
        if request.action != "route53:ListResourceRecordSets":
            return None
        asked = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        self.asked.append(asked)
        start, most = 0, min(int(asked.get("maxitems", PAGE)), PAGE)
        if "name" in asked:
            key = (self._order(asked["name"]), asked.get("type", ""), asked.get("identifier", ""))
            start = bisect_left(self._keys, key)
        page = self.records[start : start + most]
        follows = self.records[start + most : start + most + 1]
        body = "".join(map(_xml, page))
        more = "".join(
            f"<NextRecordName>{escape(one.name)}</NextRecordName><NextRecordType>{one.type}</NextRecordType>"
            + (f"<NextRecordIdentifier>{one.set_identifier}</NextRecordIdentifier>" if one.set_identifier else "")
            for one in follows
        )
        whole = f"<IsTruncated>{'true' if follows else 'false'}</IsTruncated>{more}<MaxItems>{most}</MaxItems>"
        sets = f"<ResourceRecordSets>{body}</ResourceRecordSets>{whole}"
        return Reply(200, f"<ListResourceRecordSetsResponse>{sets}</ListResourceRecordSetsResponse>".encode())

    def _key(self, record: ResourceRecordSet) -> Key:
        return (self._order(record.name), record.type, record.set_identifier or "")


def _xml(record: ResourceRecordSet) -> str:
    made = msgspec.to_builtins(record)
    values = "".join(f"<ResourceRecord><Value>{escape(one)}</Value></ResourceRecord>" for one in record.values)
    inner = f"<TTL>{record.t_t_l or 300}</TTL><ResourceRecords>{values}</ResourceRecords>"
    if record.alias_target:
        target = made["AliasTarget"]
        inner = "<AliasTarget>" + "".join(
            f"<{key}>{str(target[key]).lower() if key.startswith('Eval') else escape(target[key])}</{key}>"
            for key in ("HostedZoneId", "DNSName", "EvaluateTargetHealth")
        )
        inner += "</AliasTarget>"
    kept = ((key, made.get(key)) for key in ("SetIdentifier", "Weight", "Region", "Failover", "HealthCheckId"))
    routed = "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in kept if value is not None)
    name = f"<Name>{escape(record.name)}</Name><Type>{record.type}</Type>"
    return f"<ResourceRecordSet>{name}{routed}{inner}</ResourceRecordSet>"
