"""Route 53 hosted zones and record sets. Field names mirror the API's (2013-04-01)."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.dns import DnsFacts
from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Kind, Observed, Ref


class ZoneVpc(Struct, frozen=True, kw_only=True):
    """A VPC that a private zone is associated with."""

    VPCRegion: str = ""
    VPCId: str = ""


class HostedZone(Struct, frozen=True, kw_only=True):
    """A hosted zone of the host's own name or of one of its ancestors, with its delegation set."""

    id: str
    """Without `/hostedzone/`."""
    name: str
    """A-labels, lower case, no final dot."""
    private: bool
    name_servers: tuple[str, ...] = ()
    """`DelegationSet.NameServers`, lower case, no final dot; empty for a private zone."""
    vpcs: tuple[ZoneVpc, ...] = ()
    comment: str = ""

    @property
    def ref(self) -> Ref:
        """Name this zone."""
        return Ref(Kind.HOSTED_ZONE, self.id)


HostedZones: TypeAlias = tuple[HostedZone, ...]


class AliasTarget(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Where an alias record leads."""

    hosted_zone_id: str
    d_n_s_name: str = ""
    evaluate_target_health: bool = False

    @property
    def dns_name(self) -> str:
        """The target's name, lower case, without the final dot."""
        return self.d_n_s_name.rstrip(".").lower()


class RecordValue(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One value of a record set."""

    value: str


class ResourceRecordSet(Struct, frozen=True, kw_only=True, rename="pascal"):
    """One record set. `name` is as Route 53 writes it: a final dot, and `*` as an octal escape."""

    name: str
    type: str
    t_t_l: int | None = None
    resource_records: tuple[RecordValue, ...] = ()
    alias_target: AliasTarget | None = None
    set_identifier: str | None = None
    weight: int | None = None
    region: str | None = None
    failover: str | None = None
    health_check_id: str | None = None
    multi_value_answer: bool | None = None

    @property
    def owner(self) -> str:
        """The record's name, lower case, without the final dot, `*` unescaped."""
        return self.name.rstrip(".").lower().replace("\\052", "*")

    @property
    def values(self) -> tuple[str, ...]:
        """The literal values; empty for an alias."""
        return tuple(record.value for record in self.resource_records)

    @property
    def leads_to(self) -> str:
        """The name that an alias or a CNAME leads to, lower case, no final dot; empty: it holds something else."""
        if self.alias_target:
            return self.alias_target.dns_name
        return next((value.rstrip(".").lower() for value in self.values if self.type == "CNAME"), "")


class ZoneRecords(Struct, frozen=True, kw_only=True):
    """All record sets of one zone."""

    zone_id: str
    records: Observed[tuple[ResourceRecordSet, ...]]


RecordSets: TypeAlias = tuple[ZoneRecords, ...]
"""One entry for each of `HostedZones`."""


def record_ref(zone_id: str, owner: str, type_: str) -> Ref:
    """Name a record set: zone/owner/type."""
    return Ref(Kind.RECORD, f"{zone_id}/{owner}/{type_}")


HOSTED_ZONES = Card(
    name="hosted_zones",
    holds=HostedZones,
    actions=("route53:ListHostedZonesByName", "route53:GetHostedZone"),
    of_the_name=True,
    whose=Whose.ACCOUNTS,
    key=("id",),
)
RECORD_SETS = Card(
    name="record_sets",
    holds=RecordSets,
    actions=("route53:ListResourceRecordSets",),
    builds_on=("hosted_zones",),
    of_the_name=True,
    whose=Whose.ACCOUNTS,
    key=("zone_id",),
    partial="records",
    names={"zone_id": "hosted_zones"},
)


class Route53Facts(DnsFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what Route 53 holds."""

    hosted_zones: Observed[HostedZones] = HOSTED_ZONES.not_asked
    record_sets: Observed[RecordSets] = RECORD_SETS.not_asked
