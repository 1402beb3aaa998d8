"""Where the records that prove a name can be published, and which listeners can use the certificate."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from albdoctor.derive.dns.delegation import NO_ADDRESS, parent_names
from albdoctor.derive.dns.held import at
from albdoctor.derive.dns.serving import ServedDomain
from albdoctor.derive.dns.zones import serving_zone
from albdoctor.derive.names import is_under, plain
from albdoctor.derive.needs import derivation
from albdoctor.facts.acm import ValidationRecord
from albdoctor.facts.arn import region_of
from albdoctor.facts.dns import Delegation, ValidationAnswers
from albdoctor.facts.elb import Listener, Listeners
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.route53 import HostedZone, HostedZones, RecordSets, ResourceRecordSet


class CertificatePlaces(Struct, frozen=True, kw_only=True):
    """The account's zones and listeners, as far as they are known: enough to plan a fix, not to judge."""

    hosted_zones: HostedZones
    delegation: Observed[Delegation]
    listeners: Listeners
    validation_answers: Observed[ValidationAnswers]
    served: ServedDomain
    record_sets: RecordSets = ()

    def zone_of(self, name: str) -> HostedZone | None:
        """The public zone of the account that serves a name."""
        return serving_zone(self.hosted_zones, name, self.delegation)

    def servers_of(self, name: str) -> tuple[str, ...] | None:
        """The name servers that the world asks about a name, sorted; None: it could not be seen."""
        if not isinstance(self.delegation, Known):
            return None
        walk = self.delegation.value
        return tuple(sorted(parent_names(self._cut_of(name, walk), walk)))

    def is_asked(self, zone: HostedZone, name: str) -> bool:
        """Whether the world asks this zone about a name, and nobody else, so that what is published in it is seen.

        A name that a deeper zone holds is not asked of this one, whoever holds the deeper zone.
        """
        if not isinstance(self.delegation, Known):
            return False
        walk = self.delegation.value
        found_in = {self._cut_of(name, walk)}
        if isinstance(self.validation_answers, Known):
            found_in |= {one.zone for one in self.validation_answers.value if one.name == name}
        cut = walk.cut(zone.name)
        servers = cut.nameservers if cut else ()
        named = {one.name for one in servers if one.addresses or one.error not in NO_ADDRESS}
        return found_in == {zone.name} and bool(named) and named <= {*zone.name_servers}

    def in_the_way(self, zone_id: str, records: Iterable[ValidationRecord]) -> tuple[ResourceRecordSet, ...]:
        """What else a zone has under the names of CNAMEs: nothing may stand beside one."""
        zone = next((one for one in self.record_sets if one.zone_id == zone_id), None)
        names = dict.fromkeys(plain(one.name) for one in records)
        here = tuple(at(zone, name) for name in names) if zone else ()
        known = (one for each in here if isinstance(each, Known) for one in each.value)
        return tuple(one for one in known if one.type != "CNAME")

    def _cut_of(self, name: str, walk: Delegation) -> str:
        """The deepest zone known to hold a name; the domain where nobody is known to."""
        holding = (cut.zone for cut in walk.cuts if is_under(cut.zone, walk.domain) and is_under(name, cut.zone))
        return max(holding, key=len, default=walk.domain)

    def https_listeners(self, region: str) -> tuple[Listener, ...]:
        """The HTTPS listeners of one Region."""
        https = (one for one in self.listeners if one.protocol == "HTTPS")
        return tuple(one for one in https if region_of(one.listener_arn) == region)


@derivation
def certificate_places(
    hosted_zones: Observed[HostedZones],
    delegation: Observed[Delegation],
    listeners: Observed[Listeners],
    validation_answers: Observed[ValidationAnswers],
    served: ServedDomain,
    record_sets: Observed[RecordSets],
) -> CertificatePlaces:
    """Gather what is known."""
    return CertificatePlaces(
        hosted_zones=hosted_zones.value if isinstance(hosted_zones, Known) else (),
        delegation=delegation,
        listeners=listeners.value if isinstance(listeners, Known) else (),
        validation_answers=validation_answers,
        served=served,
        record_sets=record_sets.value if isinstance(record_sets, Known) else (),
    )
