"""Route 53 hosted zones and record sets. Field names mirror the API's (2013-04-01)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeAlias

from msgspec import Struct

from albdoctor.facts.dnssec import DnssecFacts
from albdoctor.facts.groups import Card, Whose
from albdoctor.facts.known import Kind, Observed, Ref
from albdoctor.facts.mirror import Mirror, missing
from albdoctor.facts.values import (
    AliasZoneId,
    Comment,
    DnsName,
    Id,
    Identifier,
    Place,
    RecordSetValue,
    Sent,
    Word,
    ZoneId,
)


class ZoneVpc(Mirror, frozen=True, kw_only=True, rename=None):
    """A VPC that a private zone is associated with."""

    VPCRegion: Sent[Place] = ""
    VPCId: Sent[Id] = ""


class HostedZone(Mirror, frozen=True, kw_only=True, rename=None):
    """A hosted zone of the host's own name or of one of its ancestors, with its delegation set."""

    id: ZoneId
    """Without `/hostedzone/`."""
    name: DnsName
    """A-labels, lower case, no final dot."""
    private: bool
    name_servers: tuple[DnsName, ...] = ()
    """`DelegationSet.NameServers`, lower case, no final dot; empty for a private zone."""
    vpcs: tuple[ZoneVpc, ...] = ()
    comment: Comment = ""

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """A public zone has its servers (`DelegationSet.NameServers`)."""
        del sent
        return () if self.private or self.name_servers else ("name_servers",)

    @property
    def ref(self) -> Ref:
        """Name this zone."""
        return Ref(Kind.HOSTED_ZONE, self.id)


HostedZones: TypeAlias = tuple[HostedZone, ...]


class AliasTarget(Mirror, frozen=True, kw_only=True):
    """Where an alias record leads."""

    hosted_zone_id: Sent[AliasZoneId]
    d_n_s_name: Sent[DnsName] = ""
    evaluate_target_health: Sent[bool] = False

    @property
    def dns_name(self) -> str:
        """The target's name, lower case, without the final dot."""
        return self.d_n_s_name.rstrip(".").lower()


class RecordValue(Mirror, frozen=True, kw_only=True):
    """One value of a record set."""

    value: Sent[RecordSetValue]


ROUTING = frozenset(
    (
        "Weight",
        "Region",
        "GeoLocation",
        "Failover",
        "MultiValueAnswer",
        "CidrRoutingConfig",
        "GeoProximityLocation",
    )
)
"""What tells record sets of one name and type apart; each comes with a `SetIdentifier`."""


class ResourceRecordSet(Mirror, frozen=True, kw_only=True):
    """One record set. `name` is as Route 53 writes it: a final dot, and `*` as an octal escape."""

    name: DnsName
    type: Word
    t_t_l: int | None = None
    resource_records: tuple[RecordValue, ...] = ()
    alias_target: AliasTarget | None = None
    set_identifier: Identifier | None = None
    weight: int | None = None
    region: Place | None = None
    failover: Word | None = None
    health_check_id: Id | None = None
    multi_value_answer: bool | None = None

    def left_out(self, sent: Collection[str]) -> Iterable[str]:
        """Routing policies and identifiers come together; a record is an alias, or has values and a TTL."""
        routed = bool(ROUTING & {*sent})
        if routed and "SetIdentifier" not in sent:
            yield "SetIdentifier"
        if "SetIdentifier" in sent and not routed:
            yield from ("Weight", "Region", "Failover", "MultiValueAnswer")
        if not {"AliasTarget", "ResourceRecords"} & {*sent}:
            yield from ("AliasTarget", "ResourceRecords")
        if "AliasTarget" not in sent:
            yield from missing(sent, "TTL")

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


def led_to(record: ResourceRecordSet) -> str:
    """The name that a record set leads to, as a function: for readers that cope with what is missing."""
    return record.leads_to


class NamedRecords(Struct, frozen=True, kw_only=True):
    """What a zone holds of one name that was asked for by itself."""

    name: DnsName
    """Lower case, no final dot, `*` unescaped."""
    exists: bool
    """It holds a record, or lies above a name that does."""
    records: tuple[ResourceRecordSet, ...] = ()
    """All record sets of exactly this name."""


# omit_defaults: a zone that was read as a whole is written as before there were others.
class ZoneRecords(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The record sets of one zone: all of them, or those of some names of a zone that is too large to be read.

    Readers ask `albdoctor.derive.dns.held`, which knows both: what was not read is unknown, never absent.
    """

    zone_id: ZoneId
    records: Observed[tuple[ResourceRecordSet, ...]]
    """All of them; where only `names` were asked for, the gap is "not asked", or why one of them has no answer."""
    names: tuple[NamedRecords, ...] = ()
    """Of a large zone: each name that was asked for and answered."""


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
    instead="names",
    names={"zone_id": "hosted_zones"},
)


class Route53Facts(DnssecFacts, frozen=True, kw_only=True):
    """Adds to a snapshot what Route 53 holds."""

    hosted_zones: Observed[HostedZones] = HOSTED_ZONES.not_asked
    record_sets: Observed[RecordSets] = RECORD_SETS.not_asked
