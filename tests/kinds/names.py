"""What the name leads to: records, other load balancers, what stands in front."""

from __future__ import annotations

import copy
import json
from typing import Any

from tests.kinds.routing import Actions, forward
from tests.kinds.site import ADDRESSES, ARN, GROUP, HOST, HTTPS, WEB, Change, Raw, first, group_arn, of

CDN_ADDRESSES = ("13.224.1.10", "13.224.1.11")


def routed(**routing: Any) -> Change:
    """The site's alias record gets a routing policy."""

    def make(raw: Raw) -> None:
        records(raw)[0] |= {"SetIdentifier": "web"} | routing

    return make


def records(raw: Raw) -> list[Raw]:
    """The records of the zone."""
    held: list[Raw] = of(raw, "record_sets")[0]["records"]["value"]
    return held


def second_balancer(name: str, *targets: Raw, address: str = "", **routing: Any) -> Change:
    """A load balancer like the site's, with a group of its own, and the record that leads to it.

    With an address, the name's servers give it too.
    """

    def make(raw: Raw) -> None:
        arn = f"{ARN}:loadbalancer/app/{name}/1111111111111111"
        own = group_arn(f"{name}-http")
        dns = f"{name}-1111111111.ap-northeast-2.elb.amazonaws.com"
        swaps = {WEB: arn, WEB.partition("loadbalancer/")[2]: f"app/{name}/1111111111111111", GROUP: own}
        for group in ("listeners", "rules", "listeners_certificates"):
            raw[group]["value"] += [_swapped(one, swaps) for one in of(raw, group)]
        one = copy.deepcopy(of(raw, "load_balancers")[0])
        of(raw, "load_balancers").append(one | {"LoadBalancerArn": arn, "LoadBalancerName": name, "DNSName": dns})
        of(raw, "target_groups").append(
            copy.deepcopy(of(raw, "target_groups")[0])
            | {"TargetGroupArn": own, "TargetGroupName": f"{name}-http", "LoadBalancerArns": [arn]}
        )
        of(raw, "groups_health").append(
            {"target_group_arn": own, "targets": {"state": "known", "value": list(targets)}}
        )
        record: Raw = copy.deepcopy(records(raw)[0]) | {"Weight": None, "Failover": None, "Region": None}
        record["AliasTarget"]["DNSName"] = f"dualstack.{dns}"
        records(raw).append(record | {"SetIdentifier": name} | routing)
        of(raw, "leads").append(
            {"how": "alias", "name": f"dualstack.{dns}", "region": "ap-northeast-2", "load_balancer_arn": arn}
        )
        if address:
            of(raw, "leads").append(
                {"how": "address", "name": address, "region": "ap-northeast-2", "load_balancer_arn": arn}
            )
            node = copy.deepcopy(of(raw, "network_interfaces")[0])
            node |= {
                "NetworkInterfaceId": f"eni-{name}",
                "Description": f"ELB app/{name}/1111111111111111",
                "Association": {"PublicIp": address},
            }
            node["PrivateIpAddress"] = "10.0.1.222"
            node["PrivateIpAddresses"] = [
                {"PrivateIpAddress": "10.0.1.222", "Primary": True, "Association": {"PublicIp": address}}
            ]
            of(raw, "network_interfaces").append(node)

    return make


def _swapped(thing: Raw, swaps: dict[str, str]) -> Raw:
    text = json.dumps(thing)
    for old, new in swaps.items():
        text = text.replace(old, new)
    made: Raw = json.loads(text)
    return made


def fronted(
    target: str = "d111111abcdef8.cloudfront.net",
    server: str = "CloudFront",
    addresses: tuple[str, ...] = CDN_ADDRESSES,
    *,
    alias: bool = True,
    via: tuple[tuple[str, str], ...] = (),
) -> Change:
    """Something stands in front: the name's addresses are its own, and it passes the site on.

    Empty target: the zone lies at a provider whose proxy answers with its own addresses.
    """

    def make(raw: Raw) -> None:
        told = of(raw, "host_answers")
        told["addresses"] = list(addresses)
        for answer in told["a"]:
            for record, address in zip(answer["records"], addresses, strict=False):
                record["data"] = address
        for one, address in zip(of(raw, "probes")["addresses"], addresses, strict=False):
            one["address"] = address
            for each in (*one["http"], *one["https"]):
                each["address"] = address
                kept = [header for header in each["headers"] if header[0] not in ("server", *(name for name, _ in via))]
                each["headers"] = [*kept, *([["server", server]] if server else []), *map(list, via)]
        raw["leads"]["value"] = [
            {"how": "host-rule", "name": "x", "region": "ap-northeast-2", "load_balancer_arn": WEB}
        ]
        record = records(raw)[0]
        if target and alias:
            record["AliasTarget"] = {"HostedZoneId": "Z2FDTNDATAQYW2", "DNSName": target, "EvaluateTargetHealth": False}
        elif target:
            record |= {"Type": "CNAME", "TTL": 300, "AliasTarget": None, "ResourceRecords": [{"Value": target}]}
            told["chain"] = [target]
        else:
            records(raw).remove(record)

    return make


def network_front(*told: Raw) -> Change:
    """The name leads to a Network Load Balancer, whose group holds the site's load balancer."""

    def make(raw: Raw) -> None:
        arn, dns = f"{ARN}:loadbalancer/net/front/1111111111111111", "front-11.elb.ap-northeast-2.amazonaws.com"
        one = copy.deepcopy(of(raw, "load_balancers")[0]) | {"Type": "network", "SecurityGroups": []}
        of(raw, "load_balancers").append(one | {"LoadBalancerArn": arn, "LoadBalancerName": "front", "DNSName": dns})
        records(raw)[0]["AliasTarget"]["DNSName"] = dns
        lead = {"region": "ap-northeast-2", "load_balancer_arn": arn}
        raw["leads"]["value"] = [
            lead | {"how": "alias", "name": dns},
            *(lead | {"how": "address", "name": one} for one in ADDRESSES),
            lead | {"how": "behind", "name": arn, "load_balancer_arn": WEB},
        ]
        own = copy.deepcopy(of(raw, "target_groups")[0]) | {"Protocol": "TCP", "Port": 443, "TargetType": "alb"}
        own |= {"TargetGroupArn": group_arn("front"), "TargetGroupName": "front", "LoadBalancerArns": [arn]}
        of(raw, "target_groups").append(own)
        health = {"state": "known", "value": list(told)}
        of(raw, "groups_health").append({"target_group_arn": group_arn("front"), "targets": health})
        listener = {"Port": 443, "Protocol": "TCP", "DefaultActions": forward(group_arn("front"))}
        place = {"ListenerArn": f"{ARN}:listener/net/front/1111111111111111/22", "LoadBalancerArn": arn}
        of(raw, "listeners").append(listener | place)
        for interface in of(raw, "network_interfaces")[:2]:
            interface["Association"] = interface["PrivateIpAddresses"][0]["Association"] = None

    return make


def prefix_list(id_: str, name: str, *cidrs: str) -> Change:
    """A managed prefix list."""

    def make(raw: Raw) -> None:
        of(raw, "prefix_lists").append({"id": id_, "name": name, "cidrs": list(cidrs)})

    return make


def http_only(actions: Actions) -> Change:
    """The load balancer has HTTP:80 alone."""

    def make(raw: Raw) -> None:
        for group, key in (
            ("listeners", "ListenerArn"),
            ("rules", "ListenerArn"),
            ("listeners_certificates", "listener_arn"),
        ):
            raw[group]["value"] = [one for one in of(raw, group) if one[key] != HTTPS]
        of(raw, "listeners")[0]["DefaultActions"] = actions
        of(raw, "rules")[0]["Actions"] = actions

    return make


def certificate(name: str, *names: str, attached: bool = False, default: bool = False, **fields: Any) -> Change:
    """One more certificate, on the HTTPS listener or on none."""

    def make(raw: Raw) -> None:
        arn = f"arn:aws:acm:ap-northeast-2:123456789012:certificate/{name}"
        one = copy.deepcopy(of(raw, "certificates")[0])
        one |= {"CertificateArn": arn, "DomainName": names[0], "SubjectAlternativeNames": list(names)}
        one["InUseBy"] = [WEB] if attached else []
        for option, told in zip(one["DomainValidationOptions"], names, strict=False):
            option["DomainName"] = told
        one["DomainValidationOptions"] = one["DomainValidationOptions"][: len(names)]
        of(raw, "certificates").append(one | fields)
        if attached or default:
            held = of(raw, "listeners_certificates")[0]["certificates"]
            if default:
                for each in held:
                    each["IsDefault"] = False
                first(of(raw, "listeners"), ListenerArn=HTTPS)["Certificates"] = [{"CertificateArn": arn}]
            held.append({"CertificateArn": arn, "IsDefault": default})

    return make


def scanned(path: str = "/", host: str = HOST) -> Change:
    """Another URL was scanned."""

    def make(raw: Raw) -> None:
        raw["scan"] |= {"path": path, "host": host}
        for one in of(raw, "probes")["addresses"] if raw["probes"]["state"] == "known" else ():
            for each in (*one["http"], *one["https"]):
                each["url"] = each["url"].replace(f"{HOST}/", f"{host}{path}")
                each["headers"] = [
                    [key, value.replace(f"{HOST}:443/", f"{host}:443{path}")] for key, value in each["headers"]
                ]

    return make


def addresses_of(raw: Raw) -> tuple[str, ...]:
    """The addresses that the name gives."""
    return tuple(of(raw, "host_answers")["addresses"]) or ADDRESSES
