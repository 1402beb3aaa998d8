"""Where the records that prove a name can be published, and which listeners can use the certificate."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.derive.dns.zones import is_live, serving_zone
from albdoctor.derive.needs import derivation
from albdoctor.facts.arn import region_of
from albdoctor.facts.dns import Delegation
from albdoctor.facts.elb import Listener, Listeners
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.route53 import HostedZone, HostedZones


class CertificatePlaces(Struct, frozen=True, kw_only=True):
    """The account's zones and listeners, as far as they are known: enough to plan a fix, not to judge."""

    hosted_zones: HostedZones
    delegation: Observed[Delegation]
    listeners: Listeners

    def zone_of(self, name: str) -> HostedZone | None:
        """The public zone of the account that serves a name."""
        return serving_zone(self.hosted_zones, name, self.delegation)

    def is_asked(self, zone: HostedZone) -> bool:
        """Whether the world asks a zone, so that what is published in it is seen."""
        return isinstance(self.delegation, Known) and is_live(zone, self.delegation.value)

    def https_listeners(self, region: str) -> tuple[Listener, ...]:
        """The HTTPS listeners of one Region."""
        https = (one for one in self.listeners if one.protocol == "HTTPS")
        return tuple(one for one in https if region_of(one.listener_arn) == region)


@derivation
def certificate_places(
    hosted_zones: Observed[HostedZones], delegation: Observed[Delegation], listeners: Observed[Listeners]
) -> CertificatePlaces:
    """Gather what is known."""
    return CertificatePlaces(
        hosted_zones=hosted_zones.value if isinstance(hosted_zones, Known) else (),
        delegation=delegation,
        listeners=listeners.value if isinstance(listeners, Known) else (),
    )
