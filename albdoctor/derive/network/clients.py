"""Which clients a balancer's security groups let in on a port, and which public traces lead to it. IPv4."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from ipaddress import IPv4Network

from msgspec import Struct

from albdoctor.derive import asked
from albdoctor.derive.dns.held import at, held_in
from albdoctor.derive.names import balancer_name
from albdoctor.derive.needs import derivation
from albdoctor.derive.network.blocks import WORLD, is_within, missing, network
from albdoctor.derive.network.security_groups import Side, concerns, described, groups_admit, rules_seen, sources
from albdoctor.derive.request.lines import Line
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.ec2 import IpPermission, PrefixLists, SecurityGroups
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets

IPV6_ONLY = "dualstack-without-public-ipv4"
"""Address type of a load balancer whose clients come over IPv6 only."""
CLOUDFRONT_LISTS = (
    "com.amazonaws.global.cloudfront.origin-facing",
    "com.amazonaws.global.ipv6.cloudfront.origin-facing",
)
"""Names of the managed prefix lists of CloudFront's own addresses, IPv4 and IPv6."""

NOT_PUBLIC = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""RFC 1918 and RFC 6598."""


class Clients(StrEnum):
    """Who may connect."""

    WORLD = "world"
    CDN = "cdn"
    """CloudFront's addresses, not the world: on purpose."""
    SOME = "some"
    """Some public addresses: perhaps on purpose."""
    NOBODY = "nobody"
    """No public address."""


class Ingress(Struct, frozen=True, kw_only=True):
    """The security groups of the snapshot, asked whom they let in from the internet."""

    security_groups: SecurityGroups
    prefix_lists: PrefixLists = ()

    def clients(self, balancer: LoadBalancer, port: int) -> Clients | Unknown:
        """Who may connect to a port of a balancer from the internet, as its security groups say."""
        if balancer.ip_address_type == IPV6_ONLY:
            return self._ipv6_clients(balancer, port)
        groups, lists = self.security_groups, self.prefix_lists
        decision = groups_admit(groups, lists, balancer.security_groups, "in", port, Side(addresses=WORLD))
        if isinstance(decision, Unknown):
            return decision
        if decision:
            return Clients.WORLD
        rules = list(self._rules(balancer, port))
        named = {one.prefix_list_id for rule in rules for one in rule.prefix_list_ids}
        if any(one.id in named and one.name in CLOUDFRONT_LISTS for one in lists):
            return Clients.CDN
        ranges = [network(one.cidr_ip) for rule in rules for one in rule.ip_ranges]
        public = [one for one in ranges if not any(is_within(one, private) for private in NOT_PUBLIC)]
        return Clients.SOME if public or named else Clients.NOBODY

    def _ipv6_clients(self, balancer: LoadBalancer, port: int) -> Clients | Unknown:
        """The same where clients have IPv6 addresses only."""
        rules = list(self._rules(balancer, port))
        ranges = {one.cidr_ipv6 for rule in rules for one in rule.ipv6_ranges}
        if "::/0" in ranges:
            return Clients.WORLD
        known = {one.id: one.name for one in self.prefix_lists}
        named = {one.prefix_list_id for rule in rules for one in rule.prefix_list_ids}
        lost = [id_ for id_ in balancer.security_groups if not described(self.security_groups, (id_,))]
        if lost or not named <= {*known}:
            asked_of = "ec2:DescribeSecurityGroups" if lost else "ec2:GetManagedPrefixListEntries"
            return missing(asked_of, (lost or sorted(named - {*known}))[0])
        if any(known[id_] in CLOUDFRONT_LISTS for id_ in named):
            return Clients.CDN
        return Clients.SOME if ranges or named else Clients.NOBODY

    def lacks_ipv6(self, balancer: LoadBalancer, port: int) -> bool:
        """Whether the balancer has IPv6 addresses and no described rule lets ::/0 in on the port."""
        ranges = {one.cidr_ipv6 for rule in self._rules(balancer, port) for one in rule.ipv6_ranges}
        return balancer.ip_address_type.startswith("dualstack") and "::/0" not in ranges

    def admits_ipv6_world(self, balancer: LoadBalancer, port: int) -> bool:
        """Whether a described rule lets ::/0 in on the port of a balancer that has IPv6 addresses."""
        return balancer.ip_address_type.startswith("dualstack") and not self.lacks_ipv6(balancer, port)

    def sees_all(self, balancer: LoadBalancer) -> bool:
        """Whether every security group of a balancer is described."""
        return len(described(self.security_groups, balancer.security_groups)) == len(balancer.security_groups)

    def admitted(self, balancer: LoadBalancer, port: int) -> tuple[str, ...]:
        """Whom the described rules let in on a port: ranges, security groups, and prefix lists with their names."""
        names = {one.id: one.name for one in self.prefix_lists if one.name}
        found = dict.fromkeys(source for rule in self._rules(balancer, port) for source in sources(rule))
        return tuple(f"{one} ({names[one]})" if one in names else one for one in found)

    def rules_seen(self, balancer: LoadBalancer) -> str:
        """Write the rules of a balancer's security groups down in one line."""
        return rules_seen(described(self.security_groups, balancer.security_groups), "in")

    def _rules(self, balancer: LoadBalancer, port: int) -> Iterator[IpPermission]:
        for group in described(self.security_groups, balancer.security_groups):
            yield from (rule for rule in group.ip_permissions if concerns(rule, port))


@derivation
def ingress(security_groups: SecurityGroups, prefix_lists: PrefixLists) -> Ingress:
    """Put together what says who may connect."""
    return Ingress(security_groups=security_groups, prefix_lists=prefix_lists)


def public_traces(
    host: str,
    balancer: LoadBalancer,
    zones: Observed[HostedZones],
    records: Observed[RecordSets],
    answers: Observed[HostAnswers],
) -> tuple[Line, ...] | Unknown:
    """What leads the public to a balancer, as evidence: records in public zones, and DNS answers.

    Unknown when no trace is seen and not all of the sources could be read.
    """
    traces = (*_record_traces(host, balancer, zones, records), *_answer_traces(balancer, answers))
    if traces:
        return traces
    gaps = (one for one in (zones, records, answers) if isinstance(one, Unknown))
    return next(gaps, None) or _unread_zone(host, zones, records) or ()


def _unread_zone(host: str, zones: Observed[HostedZones], records: Observed[RecordSets]) -> Unknown | None:
    """Why the host's records in a public zone were not read, if so: they may lead anywhere."""
    if isinstance(zones, Unknown) or isinstance(records, Unknown):
        return None
    read = (at(held_in(records.value, zone), host) for zone in zones.value if not zone.private)
    return next((one for one in read if isinstance(one, Unknown)), None)


def _record_traces(
    host: str, balancer: LoadBalancer, zones: Observed[HostedZones], records: Observed[RecordSets]
) -> Iterator[Line]:
    if isinstance(zones, Unknown) or isinstance(records, Unknown):
        return
    public = {zone.id for zone in zones.value if not zone.private}
    for zone in records.value:
        here = at(zone, host)
        for record in here.value if zone.zone_id in public and isinstance(here, Known) else ():
            if balancer_name(record.leads_to) == balancer.dns_name:
                yield asked.records(zone.zone_id), f"{host} {record.type} -> {balancer.dns_name}"


def _answer_traces(balancer: LoadBalancer, answers: Observed[HostAnswers]) -> Iterator[Line]:
    if isinstance(answers, Known) and balancer.dns_name in map(balancer_name, answers.value.chain):
        yield asked.answers(answers.value.host), f"CNAME {' -> '.join(answers.value.chain)}"
