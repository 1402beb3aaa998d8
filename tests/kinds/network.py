"""The network of the site: routes, groups, ACLs, subnets."""

from __future__ import annotations

from typing import Any

from tests.kinds.site import OF_BALANCER, PUBLIC_A, PUBLIC_C, Change, Raw, first, of


def default_route(subnets: tuple[str, ...] = (), **way: str) -> Change:
    """Where the load balancer's subnets send 0.0.0.0/0; no way: the route is not there; subnets: these alone."""

    def make(raw: Raw) -> None:
        public: Raw = of(raw, "route_tables")[1]
        table: Raw = public
        if subnets:
            table = {
                **public,
                "RouteTableId": "rtb-0other",
                "Routes": [dict(one) for one in public["Routes"]],
                "Associations": [{"Main": False, "SubnetId": one} for one in subnets],
            }
            public["Associations"] = [one for one in public["Associations"] if one["SubnetId"] not in subnets]
            of(raw, "route_tables").append(table)
        route = table["Routes"].pop(1)
        if way:
            table["Routes"].append(route | {"GatewayId": ""} | way)

    return make


def bare_route(**way: str) -> Change:
    """The same as AWS sends it: only the members that it has."""

    def make(raw: Raw) -> None:
        of(raw, "route_tables")[1]["Routes"][1] = {"DestinationCidrBlock": "0.0.0.0/0", "State": "active", **way}

    return make


def further_route(**route: str) -> Change:
    """One more route in the table of the load balancer's subnets."""

    def make(raw: Raw) -> None:
        of(raw, "route_tables")[1]["Routes"].append({"State": "active", **route})

    return make


def permission(
    first_port: int, last_port: int, *cidrs: str, lists: tuple[str, ...] = (), groups: tuple[str, ...] = ()
) -> Raw:
    """One permission of a security group."""
    return {
        "IpProtocol": "tcp",
        "FromPort": first_port,
        "ToPort": last_port,
        "IpRanges": [{"CidrIp": one} for one in cidrs if ":" not in one],
        "Ipv6Ranges": [{"CidrIpv6": one} for one in cidrs if ":" in one],
        "PrefixListIds": [{"PrefixListId": one} for one in lists],
        "UserIdGroupPairs": [{"GroupId": one} for one in groups],
    }


def admits(*permissions: Raw, group: str = OF_BALANCER) -> Change:
    """What a security group lets in."""

    def make(raw: Raw) -> None:
        first(of(raw, "security_groups"), GroupId=group)["IpPermissions"] = list(permissions)

    return make


def lets_out(*permissions: Raw, group: str = OF_BALANCER) -> Change:
    """What a security group lets out."""

    def make(raw: Raw) -> None:
        first(of(raw, "security_groups"), GroupId=group)["IpPermissionsEgress"] = list(permissions)

    return make


def entry(
    number: int,
    action: str,
    ports: tuple[int, int] | None = None,
    *,
    egress: bool = False,
    cidr: str = "0.0.0.0/0",
    protocol: str = "6",
) -> Raw:
    """An entry of a network ACL."""
    told: Raw = {"RuleNumber": number, "Protocol": protocol, "RuleAction": action, "Egress": egress}
    told["Ipv6CidrBlock" if ":" in cidr else "CidrBlock"] = cidr
    return told | ({"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {})


def acl(*entries: Raw, only: tuple[str, ...] = (), without: tuple[tuple[int, bool], ...] = ()) -> Change:
    """More entries in the ACL, or in one of its own for some subnets; without those of (number, egress)."""

    def make(raw: Raw) -> None:
        held: list[Raw] = of(raw, "network_acls")
        own: Raw = held[0]
        if only:
            own = {
                **own,
                "NetworkAclId": "acl-0own",
                "IsDefault": False,
                "Entries": list(own["Entries"]),
                "Associations": [{"SubnetId": one} for one in only],
            }
            held[0]["Associations"] = [one for one in held[0]["Associations"] if one["SubnetId"] not in only]
            held.append(own)
        own["Entries"] = [one for one in own["Entries"] if (one["RuleNumber"], one["Egress"]) not in without] + list(
            entries
        )

    return make


def blocks(mode: str, *subnets: str) -> Change:
    """VPC Block Public Access in some subnets, all of the load balancer's by default; off in the others."""

    def make(raw: Raw) -> None:
        chosen = subnets or (PUBLIC_A, PUBLIC_C)
        for one in of(raw, "subnets"):
            one["BlockPublicAccessStates"] = {"InternetGatewayBlockMode": mode if one["SubnetId"] in chosen else "off"}

    return make


def treats(treatment: str, *subnets: str, others: str = "flexible") -> Change:
    """An Automated Internet Firewall and some subnets, all of the load balancer's by default."""

    def make(raw: Raw) -> None:
        chosen = subnets or (PUBLIC_A, PUBLIC_C)
        for one in of(raw, "subnets"):
            one["NetworkFirewallConnectivityType"] = treatment if one["SubnetId"] in chosen else others

    return make


def subnet(id_: str, **fields: Any) -> Change:
    """One more subnet, or other members of one."""

    def make(raw: Raw) -> None:
        known = {one["SubnetId"]: one for one in of(raw, "subnets")}
        if id_ in known:
            known[id_] |= fields
        else:
            of(raw, "subnets").append({"SubnetId": id_, "VpcId": of(raw, "subnets")[0]["VpcId"], **fields})

    return make


def balancer(**fields: Any) -> Change:
    """Other members of the load balancer."""

    def make(raw: Raw) -> None:
        of(raw, "load_balancers")[0] |= fields

    return make
