"""The lab's DNS tree over real sockets, and its walk from the root."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest
from dns.message import Message

from albdoctor.lab.dns import DnsServers, Place
from albdoctor.lab.loop import Loop
from albdoctor.lab.nameservers import EDGE_ADDRESSES, EDGE_NAME, awsdns_address
from albdoctor.lab.registry import GABIA, Domain, Registry
from albdoctor.lab.resolver import Resolver
from albdoctor.lab.tree import PARKING_ADDRESS, HostedZone, RecordSet, Tree
from albdoctor.lab.zones import Zone, data_of

SET = ("ns-421.awsdns-52.com", "ns-932.awsdns-52.net", "ns-1104.awsdns-10.org", "ns-1873.awsdns-42.co.uk")
OTHER_SET = ("ns-11.awsdns-01.com", "ns-611.awsdns-12.net", "ns-1211.awsdns-23.org", "ns-1811.awsdns-34.co.uk")
BALANCER = "web-1.ap-northeast-2.elb.amazonaws.com"
EXAMPLE_TLD = "198.51.100.11"
DS = "20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"
TOKEN = "_t.acm-validations.aws"


@dataclass
class Cloud:
    """Hosted zones and balancers that a test sets."""

    zones: list[HostedZone] = field(default_factory=list[HostedZone])
    balancers: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def hosted_zones(self) -> list[HostedZone]:
        return self.zones

    def balancer_addresses(self, dns_name: str) -> tuple[str, ...] | None:
        return self.balancers.get(dns_name)

    def possible_name_servers(self) -> tuple[str, ...]:
        return OTHER_SET


def shop_zone(*records: RecordSet) -> HostedZone:
    own = RecordSet("shop.example", "NS", 172800, tuple(f"{server}." for server in SET))
    return HostedZone("Z1", "shop.example", SET, records=(own, *records))


ALIAS = RecordSet("shop.example", "A", alias=f"dualstack.{BALANCER}.")


@pytest.fixture
def cloud() -> Cloud:
    return Cloud([shop_zone(ALIAS)], {BALANCER: ("203.0.113.10", "203.0.113.11")})


@pytest.fixture
def tree(cloud: Cloud) -> Tree:
    registry = Registry()
    registry.register(Domain("shop.example", nameservers=SET))
    return Tree(registry, cloud)


@pytest.fixture
def servers(tree: Tree) -> Iterator[DnsServers]:
    with Loop("test-dns") as loop, DnsServers(tree, loop) as servers:
        yield servers


def ask(servers: DnsServers, address: str, name: str, type_: str) -> Message:
    host, port = servers.places[address, 53]
    return dns.query.udp(dns.message.make_query(name, type_, flags=0), host, port=port, timeout=2)


def test_alias_answers_the_addresses_of_the_balancer(tree: Tree) -> None:
    assert tree.lookup("shop.example", "A") == ["203.0.113.10", "203.0.113.11"]
    assert tree.lookup(BALANCER, "A") == ["203.0.113.10", "203.0.113.11"]
    assert tree.resolve("shop.example", "AAAA").rcode == "NOERROR"


def test_record_at_rest_answers_only_where_no_other_does(tree: Tree, cloud: Cloud) -> None:
    awake, resting = RecordSet("rest.shop.example", "A", 60, ("192.0.2.1",)), ("192.0.2.2",)
    spare = RecordSet("rest.shop.example", "A", 60, resting, rests=True)
    for records, answers in (((awake, spare), ["192.0.2.1"]), ((spare, awake), ["192.0.2.1"]), ((spare,), [*resting])):
        cloud.zones = [shop_zone(*records)]
        assert tree.lookup("rest.shop.example", "A") == answers


def test_alias_answers_the_addresses_of_its_own_family(tree: Tree, cloud: Cloud) -> None:
    over_6 = RecordSet("shop.example", "AAAA", alias=f"dualstack.{BALANCER}.")
    cloud.balancers[BALANCER] = ("203.0.113.10", "2001:db8:0:1::c8")
    assert (tree.lookup("shop.example", "A"), tree.lookup("shop.example", "AAAA")) == (["203.0.113.10"], [])
    cloud.zones = [shop_zone(over_6)]
    assert (tree.lookup("shop.example", "A"), tree.lookup("shop.example", "AAAA")) == ([], ["2001:db8:0:1::c8"])
    assert tree.lookup(BALANCER, "AAAA") == ["2001:db8:0:1::c8"]


def test_alias_to_the_edge_of_cloudfront(tree: Tree, cloud: Cloud) -> None:
    cloud.zones = [shop_zone(RecordSet("shop.example", "A", alias=f"{EDGE_NAME}."))]
    assert tree.lookup("shop.example", "A") == tree.lookup(EDGE_NAME, "A") == [*EDGE_ADDRESSES]


def test_alias_to_a_balancer_that_is_gone_has_no_data(tree: Tree, cloud: Cloud) -> None:
    cloud.balancers.clear()
    assert tree.resolve("shop.example", "A").rcode == "NOERROR"
    assert tree.lookup("shop.example", "A") == []
    assert tree.resolve(BALANCER, "A").rcode == "NXDOMAIN"


def test_registrar_servers_park_every_domain_of_theirs(tree: Tree) -> None:
    tree.registry.set_nameservers("shop.example", GABIA.default_nameservers)
    assert tree.lookup("shop.example", "A") == [PARKING_ADDRESS]
    assert tree.lookup("shop.example", "MX") == ["10 mail.gabia.co.kr"]
    assert tree.resolve("nothing.shop.example", "A").rcode == "NXDOMAIN"


def test_change_at_the_registrar_takes_effect_at_once(tree: Tree) -> None:
    tree.registry.set_nameservers("shop.example", GABIA.default_nameservers)
    assert tree.lookup("shop.example", "A") == [PARKING_ADDRESS]
    tree.registry.set_nameservers("shop.example", tuple(f" {server.upper()}. " for server in SET))
    assert tree.lookup("shop.example", "A") == ["203.0.113.10", "203.0.113.11"]


def test_validation_record_in_an_undelegated_zone_is_not_found(tree: Tree, cloud: Cloud) -> None:
    cloud.zones = [shop_zone(RecordSet("_x.shop.example", "CNAME", 300, (f"{TOKEN}.",)))]
    assert tree.resolve_cname("_x.shop.example") == TOKEN
    tree.registry.set_nameservers("shop.example", GABIA.default_nameservers)
    assert tree.resolve_cname("_x.shop.example") is None


def test_servers_of_a_deleted_zone_refuse(tree: Tree) -> None:
    tree.registry.set_nameservers("shop.example", OTHER_SET)
    assert tree.resolve("shop.example", "A").rcode == ""


def test_domain_on_hold_is_not_in_the_zone_of_the_tld(tree: Tree) -> None:
    tree.registry.register(Domain("shop.example", nameservers=SET, statuses=("client hold",)))
    assert tree.resolve("shop.example", "NS").rcode == "NXDOMAIN"


def test_cname_is_followed_out_of_the_zone(tree: Tree, cloud: Cloud) -> None:
    cloud.zones = [shop_zone(RecordSet("www.shop.example", "CNAME", 300, (BALANCER,)))]
    assert tree.lookup("www.shop.example", "A") == ["203.0.113.10", "203.0.113.11"]


def test_wildcard_answers_only_for_names_that_do_not_exist(tree: Tree, cloud: Cloud) -> None:
    wild = RecordSet("\\052.shop.example", "A", 60, ("192.0.2.1",))
    cloud.zones = [shop_zone(wild, RecordSet("a.b.shop.example", "TXT", 60, ('"x"',)))]
    assert tree.lookup("any.shop.example", "A") == ["192.0.2.1"]
    assert tree.lookup("b.shop.example", "A") == [], "an empty non-terminal exists"
    assert tree.lookup("x.b.shop.example", "A") == [], "the closest encloser is b"


def test_foreign_provider_serves_what_people_keep_there(tree: Tree) -> None:
    zone = Zone("shop.example")
    zone.add_soa("lola.ns.cloudflare.com", "dns.cloudflare.com")
    zone.add("shop.example", "A", 300, "192.0.2.90")
    tree.foreign_zones.append(zone)
    tree.registry.set_nameservers("shop.example", ("lola.ns.cloudflare.com", "rob.ns.cloudflare.com"))
    assert tree.lookup("shop.example", "A") == ["192.0.2.90"]


def test_tld_refers_and_has_no_address_of_foreign_name_servers(servers: DnsServers) -> None:
    response = ask(servers, EXAMPLE_TLD, "shop.example", "A")
    assert not response.answer
    assert not response.flags & dns.flags.AA
    assert sorted(data_of(response.authority[0])) == sorted(f"{server}." for server in SET)
    assert response.additional == []


def test_name_server_of_route_53_is_authoritative_for_its_own_zones_only(servers: DnsServers) -> None:
    address = awsdns_address(SET[0])
    soa = ask(servers, address, "shop.example", "SOA")
    assert soa.flags & dns.flags.AA
    assert data_of(soa.answer[0]) == [f"{SET[0]}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"]
    assert ask(servers, address, "other.example", "A").rcode() == dns.rcode.REFUSED
    assert ask(servers, awsdns_address(OTHER_SET[0]), "shop.example", "A").rcode() == dns.rcode.REFUSED


def test_amazon_numbers_its_servers_by_address() -> None:
    assert awsdns_address("ns-1604.awsdns-08.co.uk") == "205.251.198.68"
    assert awsdns_address("ns-1604.awsdns-08.co.uk.com") == ""


def test_second_level_suffix_is_served_by_the_servers_of_the_first(servers: DnsServers) -> None:
    servers.tree.registry.register(Domain("shop.co.kr", nameservers=SET))
    referral = ask(servers, "198.51.100.31", "shop.co.kr", "NS")
    assert str(referral.authority[0].name) == "shop.co.kr."
    no_ds = ask(servers, "198.51.100.31", "shop.co.kr", "DS")
    assert str(no_ds.authority[0].name) == "co.kr.", "the SOA tells the real parent"


def test_misbehaviour(servers: DnsServers) -> None:
    servers.tree.misbehave("a.nic.example", "refuse")
    assert ask(servers, EXAMPLE_TLD, "shop.example", "NS").rcode() == dns.rcode.REFUSED
    servers.tree.misbehave("a.nic.example", "servfail")
    assert ask(servers, EXAMPLE_TLD, "shop.example", "NS").rcode() == dns.rcode.SERVFAIL
    servers.tree.misbehave("a.nic.example", "tc")
    assert ask(servers, EXAMPLE_TLD, "shop.example", "NS").flags & dns.flags.TC
    host, port = servers.places[EXAMPLE_TLD, 53]
    over_tcp = dns.query.tcp(dns.message.make_query("shop.example", "NS"), host, port=port, timeout=2)
    assert len(data_of(over_tcp.authority[0])) == len(SET)


def test_dropped_question_stays_unanswered(servers: DnsServers) -> None:
    servers.tree.misbehave("a.nic.example", "drop")
    host, port = servers.places[EXAMPLE_TLD, 53]
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(dns.message.make_query("shop.example", "NS"), host, port=port, timeout=0.2)
    assert servers.tree.lookup("shop.example", "A"), "the other server of the TLD answers"


def test_malformed_question_gets_formerr(servers: DnsServers) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.sendto(b"\x12\x34\x01\x00\x00\x01", servers.places[EXAMPLE_TLD, 53])
        assert dns.message.from_wire(client.recv(512)).rcode() == dns.rcode.FORMERR


def test_zone_made_meanwhile_gets_servers(servers: DnsServers, cloud: Cloud) -> None:
    made = ("ns-7.awsdns-00.com", "ns-607.awsdns-07.net", "ns-1207.awsdns-07.org", "ns-1807.awsdns-07.co.uk")
    cloud.zones.append(HostedZone("Z2", "new.example", made))
    servers.refresh()
    assert ask(servers, awsdns_address(made[0]), "new.example", "SOA").rcode() == dns.rcode.NOERROR


def test_resolver_recurses_and_fails_on_a_lame_delegation(tree: Tree) -> None:
    with Loop("test-resolver") as loop, Resolver(tree, loop) as resolver:
        good = _recurse(resolver.place, "shop.example")
        assert good.flags & dns.flags.RA
        assert sorted(data_of(good.answer[0])) == ["203.0.113.10", "203.0.113.11"]
        tree.registry.set_nameservers("shop.example", OTHER_SET)
        assert _recurse(resolver.place, "shop.example").rcode() == dns.rcode.SERVFAIL
        assert _recurse(resolver.place, "nobody.example").rcode() == dns.rcode.NXDOMAIN


def test_resolver_refuses_a_zone_that_does_not_fit_its_ds_record_unless_told_not_to_check(tree: Tree) -> None:
    with Loop("test-resolver") as loop, Resolver(tree, loop) as resolver:
        tree.registry.register(Domain("shop.example", nameservers=SET, ds=(DS,)))
        refused = _recurse(resolver.place, "shop.example")
        assert refused.rcode() == dns.rcode.SERVFAIL
        assert [error.code for error in refused.extended_errors()] == [dns.edns.EDECode.DNSKEY_MISSING]
        unchecked = _recurse(resolver.place, "shop.example", flags=dns.flags.RD | dns.flags.CD)
        assert sorted(data_of(unchecked.answer[0])) == ["203.0.113.10", "203.0.113.11"]
        held = _recurse(resolver.place, "shop.example", "DS")
        assert data_of(held.answer[0]) == [DS], "the DS record lies in the zone of the TLD, which is no part of this"
        tree.registry.register(Domain("shop.example", nameservers=SET))
        assert _recurse(resolver.place, "shop.example").rcode() == dns.rcode.NOERROR


def _recurse(place: Place, name: str, type_: str = "A", flags: int = dns.flags.RD) -> Message:
    query = dns.message.make_query(name, type_, flags=flags)
    return dns.query.udp(query, place[0], port=place[1], timeout=2)
