"""Route 53 change batches as the API takes them: JSON texts for `--change-batch`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from albdoctor.facts.acm import ValidationRecord
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.route53 import HostedZone, ResourceRecordSet


def batch(changes: Iterable[dict[str, Any]]) -> str:
    """Write one change batch: Route 53 applies all of its changes or none."""
    return json.dumps({"Changes": list(changes)}, ensure_ascii=False)


def alias(owner: str, balancer: LoadBalancer, type_: str = "A", *, evaluates: bool = False) -> dict[str, Any]:
    """Make a name lead to a load balancer; whether the answer depends on its health stays as it was."""
    return {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": owner,
            "Type": type_,
            "AliasTarget": {
                "HostedZoneId": balancer.canonical_hosted_zone_id,
                "DNSName": balancer.dns_name,
                "EvaluateTargetHealth": evaluates,
            },
        },
    }


def validation(record: ValidationRecord) -> dict[str, Any]:
    """Publish the CNAME that ACM waits for."""
    return {
        "Action": "UPSERT",
        "ResourceRecordSet": {
            "Name": record.name,
            "Type": record.type,
            "TTL": 300,
            "ResourceRecords": [{"Value": record.value}],
        },
    }


def with_values(record: ResourceRecordSet, *values: str) -> dict[str, Any]:
    """Add values to a record set without a routing policy; those that it has stay."""
    every = dict.fromkeys((*record.values, *values))
    kept = {"Name": record.name, "Type": record.type, "TTL": record.t_t_l or 300}
    return {"Action": "UPSERT", "ResourceRecordSet": kept | {"ResourceRecords": [{"Value": one} for one in every]}}


def delegate(zone: HostedZone) -> dict[str, Any]:
    """Lead from the zone above to a zone's own servers; nothing that is there is replaced."""
    return _led_to(zone, "CREATE", HOUR)


def redelegate(zone: HostedZone, ttl: int) -> dict[str, Any]:
    """Lead there instead of to the servers that the NS record of the zone above names now; `ttl` is its own."""
    return _led_to(zone, "UPSERT", ttl or HOUR)


HOUR = 3600
TWO_DAYS = 172_800
"""Of the NS record that Route 53 puts into a new hosted zone."""


def _led_to(zone: HostedZone, action: str, ttl: int) -> dict[str, Any]:
    servers = [{"Value": f"{name}."} for name in zone.name_servers]
    made = {"Name": zone.name, "Type": "NS", "TTL": ttl, "ResourceRecords": servers}
    return {"Action": action, "ResourceRecordSet": made}


def copy(record: ResourceRecordSet) -> dict[str, Any]:
    """Write a record set of one zone into another; only for records without a routing policy."""
    kept: dict[str, Any] = {"Name": record.name, "Type": record.type}
    if record.alias_target is not None:
        kept["AliasTarget"] = {
            "HostedZoneId": record.alias_target.hosted_zone_id,
            "DNSName": record.alias_target.dns_name,
            "EvaluateTargetHealth": record.alias_target.evaluate_target_health,
        }
    else:
        kept |= {"TTL": record.t_t_l or 300, "ResourceRecords": [{"Value": value} for value in record.values]}
    return {"Action": "UPSERT", "ResourceRecordSet": kept}


def delete(record: ResourceRecordSet) -> dict[str, Any]:
    """Remove a record set: Route 53 wants it written out as it is."""
    return copy(record) | {"Action": "DELETE"}


def to_balancer(records: Iterable[ResourceRecordSet], balancer: LoadBalancer) -> str:
    """Point address records at a load balancer; an AAAA goes where the balancer has no IPv6."""
    dual = balancer.ip_address_type.startswith("dualstack")
    return batch(
        delete(record)
        if record.type == "AAAA" and not dual
        else alias(record.owner, balancer, record.type, evaluates=_evaluates(record))
        for record in records
    )


def _evaluates(record: ResourceRecordSet) -> bool:
    return record.alias_target is not None and record.alias_target.evaluate_target_health is True
