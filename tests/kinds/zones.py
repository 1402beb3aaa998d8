"""Registration, delegation and records of the site's domain."""

from __future__ import annotations

import copy
from typing import Any

from tests.kinds.names import records
from tests.kinds.site import HOST, Change, Raw, every, of

SOA = {
    "name": HOST,
    "type": "SOA",
    "ttl": 900,
    "data": "ns-132.awsdns-16.com awsdns-hostmaster.amazon.com 1 7200 900 1209600 86400",
}


def cut(raw: Raw) -> Raw:
    """The cut between the registry's zone and the domain's."""
    found: Raw = of(raw, "delegation")["cuts"][1]
    return found


def delegated_to(*servers: str, addresses: tuple[str, ...] = ("198.51.100.77", "198.51.100.78")) -> Change:
    """The parent names other servers, which answer for the zone."""

    def make(raw: Raw) -> None:
        here = cut(raw)
        for answer in here["parent_answers"]:
            answer["authority"] = [{"name": HOST, "type": "NS", "ttl": 172800, "data": one} for one in servers]
        asked = [one["address"] for one in here["parent_answers"]]
        here["nameservers"] = [
            {"name": one, "addresses": [address], "named_by": asked, "error": ""}
            for one, address in zip(servers, addresses * 2, strict=False)
        ]
        child = here["child_answers"][0]
        here["child_answers"] = [
            child | {"server": one["name"], "address": one["addresses"][0]} for one in here["nameservers"]
        ]
        of(raw, "registration")["nameservers"] = list(servers)
        told = of(raw, "host_answers")
        for kind in ("a", "aaaa", "cname"):
            told[kind] = [
                told[kind][0] | {"server": one["name"], "address": one["addresses"][0]} for one in here["nameservers"]
            ]

    return make


def naming_all(raw: Raw) -> None:
    """Each delegated server names all of them in the zone's own NS record."""
    here = cut(raw)
    records_ = [{"name": HOST, "type": "NS", "ttl": 172800, "data": one["name"]} for one in here["nameservers"]]
    here["child_ns"] = [one | {"type": "NS", "records": records_} for one in here["child_answers"]]


def saying(server: str, address: str) -> Change:
    """One of the delegated servers gives another address of the host."""

    def make(raw: Raw) -> None:
        for answer in of(raw, "host_answers")["a"]:
            if answer["server"] == server:
                answer["records"] = [{"name": HOST, "type": "A", "ttl": 300, "data": address}]

    return make


def silent(server: str) -> Change:
    """One of the delegated servers says nothing of the host."""

    def make(raw: Raw) -> None:
        for answer in of(raw, "host_answers")["a"]:
            if answer["server"] == server:
                answer |= {"rcode": None, "records": [], "error": "timeout"}

    return make


def answered_with(*addresses: str) -> Change:
    """The delegated servers give other addresses, at which somebody else is."""

    def make(raw: Raw) -> None:
        told = of(raw, "host_answers")
        told["addresses"] = list(addresses)
        for answer in told["a"]:
            answer["records"] = [{"name": HOST, "type": "A", "ttl": 300, "data": one} for one in addresses]
        probes = of(raw, "probes")["addresses"]
        for one, address in zip(probes, addresses, strict=False):
            one["address"] = address
            for each in (*one["http"], *one["https"]):
                each["address"] = address
        del probes[len(addresses) :]
        raw["leads"]["value"] = [one for one in of(raw, "leads") if one["how"] not in ("address", "cname")]

    return make


def nxdomain(raw: Raw) -> None:
    """The parent does not know the domain."""
    delegation = of(raw, "delegation")
    here = delegation["cuts"].pop()
    soa = {
        "name": "example",
        "type": "SOA",
        "ttl": 900,
        "data": "a.nic.example hostmaster.nic.example 1 7200 900 1209600 86400",
    }
    delegation["last_answers"] = [
        one | {"rcode": "NXDOMAIN", "authoritative": True, "authority": [soa]} for one in here["parent_answers"]
    ]
    raw["host_answers"] = {
        "state": "known",
        "value": of(raw, "host_answers") | {"zone": "example", "addresses": [], "chain": []},
    }
    told = of(raw, "host_answers")
    for kind in ("a", "aaaa", "cname"):
        told[kind] = [one | {"type": kind.upper(), "question": HOST} for one in delegation["last_answers"]]
    raw["leads"]["value"] = [one for one in of(raw, "leads") if one["how"] not in ("address", "cname")]
    of(raw, "probes")["addresses"] = []


def no_address(rcode: str = "NOERROR") -> Change:
    """The zone's servers give no address."""

    def make(raw: Raw) -> None:
        told = of(raw, "host_answers")
        told["addresses"] = []
        for kind in ("a", "aaaa", "cname"):
            for answer in told[kind]:
                answer |= {"records": [], "authority": [SOA], "rcode": rcode}
        raw["leads"]["value"] = [one for one in of(raw, "leads") if one["how"] not in ("address", "cname")]
        of(raw, "probes")["addresses"] = []

    return make


def cname(*chain: str, rcode: str = "NXDOMAIN") -> Change:
    """The host is a CNAME that leads along a chain and ends without an address."""

    def make(raw: Raw) -> None:
        no_address()(raw)
        told = of(raw, "host_answers")
        for kind in ("a", "aaaa", "cname"):
            for answer in told[kind]:
                answer["records"] = [{"name": HOST, "type": "CNAME", "ttl": 300, "data": chain[0]}]
        told |= {"chain": list(chain), "chain_rcode": rcode}
        records(raw)[0] |= {"Type": "CNAME", "TTL": 300, "AliasTarget": None, "ResourceRecords": [{"Value": chain[0]}]}
        raw["leads"]["value"] = [
            {
                "how": "certificate",
                "name": "x",
                "region": "ap-northeast-2",
                "load_balancer_arn": of(raw, "load_balancers")[0]["LoadBalancerArn"],
            }
        ]

    return make


def without_record(raw: Raw) -> None:
    """The zone has no record for the host."""
    records(raw).pop(0)
    no_address()(raw)


def record(name: str, type_: str = "A", **fields: Any) -> Change:
    """One more record in the zone."""

    def make(raw: Raw) -> None:
        alias = {
            "HostedZoneId": "ZWKZPGTI48KDX",
            "DNSName": "dualstack.web-2374443133.ap-northeast-2.elb.amazonaws.com",
            "EvaluateTargetHealth": True,
        }
        records(raw).append({"Name": name, "Type": type_, "AliasTarget": alias} | fields)

    return make


def registered(**fields: Any) -> Change:
    """Other registration data."""

    def make(raw: Raw) -> None:
        of(raw, "registration").update(fields)

    return make


def held_by_account(*statuses: str) -> Change:
    """The account holds the domain: GetDomainDetail."""

    def make(raw: Raw) -> None:
        servers = [{"Name": one} for one in of(raw, "hosted_zones")[0]["name_servers"]]
        raw["registered_domains"] = {
            "state": "known",
            "value": [
                {
                    "DomainName": HOST,
                    "Nameservers": servers,
                    "AutoRenew": True,
                    "RegistrarName": "Amazon Registrar, Inc.",
                    "StatusList": list(statuses),
                }
            ],
        }

    return make


def no_registry(raw: Raw) -> None:
    """No registry server is reached."""
    raw["registration"] = {
        "state": "unknown",
        "gap": "unreachable",
        "asked": "registration data",
        "detail": "RDAP: timeout",
    }


PARKED = every(answered_with("198.51.100.99"))


def subzone(name: str, id_: str = "ZSUB") -> Change:
    """The account has a zone of its own for a name below the domain, with its record; this name was scanned.

    The domain's own zone does not lead to it.
    """

    def make(raw: Raw) -> None:
        raw["scan"] |= {"domain": name, "host": name}
        servers = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net", "ns-3.awsdns-03.org", "ns-4.awsdns-04.co.uk"]
        made = {"id": id_, "name": name, "private": False, "name_servers": servers, "vpcs": [], "comment": ""}
        of(raw, "hosted_zones").append(made)
        own = {"Name": f"{name}.", "Type": "A", "AliasTarget": records(raw)[0]["AliasTarget"]}
        of(raw, "record_sets").append({"zone_id": id_, "records": {"state": "known", "value": [own]}})
        no_address("NXDOMAIN")(raw)
        told = of(raw, "host_answers")
        told["host"] = name
        for kind in ("a", "aaaa", "cname"):
            for answer in told[kind]:
                answer["question"] = name
        of(raw, "probes")["host"] = name

    return make


def private_twin(raw: Raw) -> None:
    """A private zone of the domain answers inside a VPC, with the same records."""
    zone = of(raw, "hosted_zones")[0] | {"id": "ZPRIVATE", "private": True, "name_servers": []}
    zone["vpcs"] = [{"VPCRegion": "ap-northeast-2", "VPCId": "vpc-0a1b2c3d4e5f60718"}]
    of(raw, "hosted_zones").append(zone)
    told = copy.deepcopy(of(raw, "record_sets")[0])
    of(raw, "record_sets").append(told | {"zone_id": "ZPRIVATE"})
