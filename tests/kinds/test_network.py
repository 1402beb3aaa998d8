"""Ways in and out: routes, gateways, security groups, network ACLs, Block Public Access, address families."""

from __future__ import annotations

import pytest

from tests.kinds.names import prefix_list
from tests.kinds.network import (
    acl,
    admits,
    balancer,
    bare_route,
    blocks,
    default_route,
    entry,
    permission,
    subnet,
    treats,
)
from tests.kinds.right import Row, at_risk, broken, complaints, gentle, sound
from tests.kinds.routing import counted, target, targets, without_listener
from tests.kinds.site import GROUP, HTTPS, PUBLIC_C, V6, Raw, every, lacks, of
from tests.kinds.wire import answers, named_ipv6, names, not_probed, port, shut

WORLD4, WORLD6 = "0.0.0.0/0", "::/0"
SILENT = shut("silent")
TOLD_SILENCE = (
    "alb-internet-facing-in-private-subnet",
    "alb-mixed-public-private-subnets",
    "tls-port-closed",
    "@outcome",
)
WAYS = {
    "a firewall endpoint as gateway": {"GatewayId": "vpce-0123456789abcdef0"},
    "a firewall endpoint": {"VpcEndpointId": "vpce-0123456789abcdef0"},
    "an appliance's interface": {"NetworkInterfaceId": "eni-0123456789abcdef0"},
    "a NAT instance": {"NetworkInterfaceId": "eni-0123456789abcdef0", "InstanceId": "i-0123"},
    "a carrier gateway": {"CarrierGatewayId": "cagw-0123"},
    "a local gateway": {"LocalGatewayId": "lgw-0123"},
    "a transit gateway": {"TransitGatewayId": "tgw-0123"},
    "a peering connection": {"VpcPeeringConnectionId": "pcx-0123"},
    "a core network": {"CoreNetworkArn": "arn:aws:networkmanager::1:core-network/x"},
    "a NAT gateway": {"NatGatewayId": "nat-0123"},
    "nowhere (blackhole)": {"GatewayId": "igw-d9aea2d615df2b414", "State": "blackhole"},
}
CDN_LIST = prefix_list("pl-22a6434b", "com.amazonaws.global.cloudfront.origin-facing", "13.224.0.0/14")
V6_ONLY = balancer(IpAddressType="dualstack-without-public-ipv4")
DUAL = balancer(IpAddressType="dualstack")


def v6_routes(raw: Raw) -> None:
    """The public subnets send ::/0 to the internet gateway."""
    of(raw, "route_tables")[1]["Routes"].append(
        {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-d9aea2d615df2b414", "State": "active"}
    )


def v6_acl(raw: Raw) -> None:
    """The ACL lets IPv6 through."""
    for egress in (False, True):
        of(raw, "network_acls")[0]["Entries"].append(
            {"RuleNumber": 101, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, "Ipv6CidrBlock": "::/0"}
        )


def leads_over_ipv6(raw: Raw) -> None:
    """The IPv6 addresses are the load balancer's."""
    arn = of(raw, "load_balancers")[0]["LoadBalancerArn"]
    lead = {"how": "address", "region": "ap-northeast-2", "load_balancer_arn": arn}
    of(raw, "leads").extend(lead | {"name": one} for one in V6)


def without_gateway(raw: Raw) -> None:
    """The internet gateway is attached to no VPC."""
    of(raw, "internet_gateways")[0]["Attachments"] = []


def target_in_a_private_subnet(raw: Raw) -> None:
    """The instance stands in another subnet than the load balancer's nodes."""
    place = {"SubnetId": "subnet-abd99695a8dea7a7f", "PrivateIpAddress": "10.0.11.10"}
    of(raw, "instances")[0] |= place
    address = {"PrivateIpAddress": "10.0.11.10", "Primary": True, "Association": None}
    of(raw, "network_interfaces")[2] |= place | {"PrivateIpAddresses": [address], "Association": None}


V6_NAMES = every(names(*V6), leads_over_ipv6)
V6_NET = every(v6_routes, v6_acl)
V6_SG = admits(permission(80, 80, WORLD6), permission(443, 443, WORLD6))
V4_SG = admits(permission(80, 80, WORLD4), permission(443, 443, WORLD4))
BOTH_SG = admits(permission(80, 80, WORLD4, WORLD6), permission(443, 443, WORLD4, WORLD6))

ROWS: tuple[Row, ...] = (
    *(
        sound(f"default route to {word}, served", bare_route(**way), never="replace-route|create-route|set-subnets")
        for word, way in WAYS.items()
    ),
    sound("no default route, served", default_route(), never="replace-route|create-route|set-subnets"),
    *(
        broken(
            f"default route to {word}, silent",
            bare_route(**way),
            SILENT,
            must=TOLD_SILENCE,
            **({} if word.startswith(("a NAT gateway", "nowhere")) else {"never": "replace-route"}),
        )
        for word, way in WAYS.items()
    ),
    broken("no default route, silent", default_route(), SILENT, must=("alb-internet-facing-in-private-subnet",)),
    broken(
        "NAT gateway, silent, at one of two",
        default_route((PUBLIC_C,), NatGatewayId="nat-0123"),
        shut("silent", at=(1,)),
        must=("alb-mixed-public-private-subnets", "alb-internet-facing-in-private-subnet"),
    ),
    broken(
        "no default route at one of two, silent",
        default_route((PUBLIC_C,)),
        shut("silent", at=(1,)),
        must=("alb-mixed-public-private-subnets", "alb-internet-facing-in-private-subnet"),
    ),
    sound("firewall at one of two, served", default_route((PUBLIC_C,), GatewayId="vpce-0123")),
    broken(
        "firewall at one of two, silent there",
        default_route((PUBLIC_C,), GatewayId="vpce-0123"),
        shut("silent", at=(1,)),
        must=TOLD_SILENCE,
        never="replace-route",
    ),
    broken(
        "internet gateway detached, silent",
        without_gateway,
        SILENT,
        must=("net-igw-missing-or-detached",),
    ),
    sound("internet gateway detached, and the nodes answer", without_gateway),
    # Security groups at the door
    broken(
        "443 not open, silent",
        admits(permission(80, 80, WORLD4)),
        port(443, "silent"),
        must=("alb-sg-blocks-listener-port",),
    ),
    broken("nothing open, silent", admits(), SILENT, must=("alb-sg-blocks-listener-port",)),
    broken(
        "443 open to the VPC only, silent",
        admits(permission(443, 443, "10.0.0.0/16"), permission(80, 80, WORLD4)),
        port(443, "silent"),
        must=("alb-sg-blocks-listener-port",),
    ),
    gentle(
        "80 not open, silent there", admits(permission(443, 443, WORLD4)), port(80, "silent"), verdicts="at-risk sound"
    ),
    *(
        broken(
            f"80 {word}, 443 open, both silent",
            admits(permission(443, 443, WORLD4), *more),
            SILENT,
            must=("tls-port-closed", "net-vpc-block-public-access"),
            untold="alb-sg-blocks-listener-port",
        )
        for word, more in {"shut": (), "for the office": (permission(80, 80, "198.18.5.0/24"),)}.items()
    ),
    broken(
        "80 shut without an HTTPS listener, silent",
        without_listener(HTTPS),
        admits(permission(22, 22, WORLD4)),
        SILENT,
        must=("alb-sg-blocks-listener-port", "listener-https-missing"),
    ),
    *(
        broken(
            f"CloudFront's list admitted on {ports}, the name leads past it",
            CDN_LIST,
            admits(*(permission(one, one, lists=("pl-22a6434b",)) for one in ports)),
            SILENT,
            must=("alb-sg-blocks-listener-port",),
            says="Lead shop.example to the CDN",
            never=r"0\.0\.0\.0/0",
        )
        for ports in ((443,), (80, 443))
    ),
    sound(
        "CloudFront's list admitted, and it answers here",
        CDN_LIST,
        admits(permission(443, 443, lists=("pl-22a6434b",)), permission(80, 80, lists=("pl-22a6434b",))),
    ),
    *(
        at_risk(f"internal, in a public zone, {word}", balancer(Scheme="internal"), *changes)
        for word, changes in {
            "not probed": (not_probed,),
            "private addresses, no way from here": (
                names("10.0.1.200", "10.0.2.200"),
                shut("unreachable", detail="No route to host"),
            ),
        }.items()
    ),
    broken(
        "internal, in a public zone, nothing counted, not probed",
        balancer(Scheme="internal"),
        counted("HTTPCode_Target_2XX_Count", 0, GROUP),
        counted("HTTPCode_Target_2XX_Count", 0),
        not_probed,
        must=("alb-internal-for-public-domain",),
    ),
    broken(
        "internal, in a public zone, silent",
        balancer(Scheme="internal"),
        names("10.0.1.200", "10.0.2.200"),
        SILENT,
        must=("alb-internal-for-public-domain",),
    ),
    sound(
        "443 open in two halves", admits(permission(80, 80, WORLD4), permission(443, 443, "0.0.0.0/1", "128.0.0.0/1"))
    ),
    sound("all ports", admits(permission(0, 65535, WORLD4))),
    # Block Public Access
    *(
        broken(
            f"{mode} in both",
            blocks(mode),
            SILENT,
            must=("net-vpc-block-public-access",),
            never="create-vpc-block-public-access-exclusion|modify-vpc-block-public-access",
        )
        for mode in ("block-bidirectional", "block-ingress")
    ),
    *(
        broken(
            f"{mode} in one of two",
            blocks(mode, PUBLIC_C),
            shut("silent", at=(1,)),
            must=("net-vpc-block-public-access",),
        )
        for mode in ("block-bidirectional", "block-ingress")
    ),
    sound(
        "the load balancer's subnets are excluded",
        blocks("block-bidirectional", "subnet-abd99695a8dea7a7f", "subnet-a6de4166d7c88d65a"),
    ),
    sound("off", blocks("off")),
    broken(
        "off and silent",
        blocks("off"),
        SILENT,
        must=("tls-port-closed", "@outcome"),
        forbid="net-vpc-block-public-access",
    ),
    # Automated Internet Firewall
    broken(
        "outbound-only in both",
        treats("outbound-only"),
        SILENT,
        must=("net-firewall-drops-inbound",),
        never="update-policy|modify-subnet|delete-firewall",
    ),
    broken(
        "outbound-only in one of two",
        treats("outbound-only", PUBLIC_C),
        shut("silent", at=(1,)),
        must=("net-firewall-drops-inbound",),
    ),
    sound("outbound-only in both, and both nodes answer", treats("outbound-only")),
    sound("outbound-only in one of two, whose node answers", treats("outbound-only", PUBLIC_C)),
    *(
        sound(f"{treatment} in both, outbound-only elsewhere", treats(treatment, others="outbound-only"))
        for treatment in ("flexible", "bidirectional", "exclude", "az-unsupported")
    ),
    broken(
        "flexible and silent",
        blocks("off"),
        treats("flexible"),
        SILENT,
        must=("tls-port-closed", "@outcome"),
        forbid="net-firewall-drops-inbound",
    ),
    # ACLs
    *(
        broken(
            f"ACL: {word}",
            acl(*entries, without=without),
            *((port(443, "silent"),) if word.startswith("443") else (SILENT,)),
            must=("net-nacl-client-side",),
        )
        for word, entries, without in (
            ("443 denied first", (entry(50, "deny", (443, 443)),), ()),
            ("443 denied by a range", (entry(60, "deny", (400, 500)),), ()),
            ("443 denied by all TCP but 80", (entry(50, "allow", (80, 80)), entry(60, "deny", (0, 65535))), ()),
            ("everything denied first", (entry(1, "deny", protocol="-1"),), ()),
            ("ephemeral answers denied", (entry(50, "deny", (1024, 65535), egress=True),), ()),
            ("no way out", (), ((100, True),)),
            (
                "only 80 and 443 out",
                (entry(100, "allow", (80, 80), egress=True), entry(110, "allow", (443, 443), egress=True)),
                ((100, True),),
            ),
            (
                "443 only to the VPC",
                (
                    entry(100, "allow", (80, 80)),
                    entry(110, "allow", (443, 443), cidr="10.0.0.0/16"),
                    entry(120, "allow", (1024, 65535)),
                ),
                ((100, False),),
            ),
        )
    ),
    broken(
        "ACL of one of two subnets denies 443",
        acl(entry(50, "deny", (443, 443)), only=(PUBLIC_C,)),
        port(443, "silent", at=(1,)),
        must=("net-nacl-client-side",),
    ),
    *(
        sound(f"ACL: {word}", acl(*entries, without=without))
        for word, entries, without in (
            ("deny after allow", (entry(200, "deny", (443, 443)),), ()),
            (
                "443 allowed before it is denied",
                (entry(40, "allow", (443, 443)), entry(50, "deny", (400, 500)), entry(51, "allow", (80, 80))),
                (),
            ),
            ("one client denied", (entry(50, "deny", (443, 443), cidr="192.0.2.7/32"),), ()),
            ("another port denied", (entry(50, "deny", (22, 22)),), ()),
            ("UDP denied", (entry(50, "deny", (443, 443), protocol="17"),), ()),
            ("IPv6 denied", (entry(50, "deny", (443, 443), cidr=WORLD6),), ()),
            (
                "ports and ephemeral answers only",
                (
                    entry(100, "allow", (80, 80)),
                    entry(110, "allow", (443, 443)),
                    entry(120, "allow", (1024, 65535)),
                    entry(100, "allow", (1024, 65535), egress=True),
                    entry(110, "allow", (80, 80), egress=True),
                ),
                ((100, False), (100, True)),
            ),
        )
    ),
    sound("ACL denies 443 but 200 was seen", acl(entry(50, "deny", (443, 443)))),
    broken(
        "ACL at the targets' side",
        acl(entry(50, "deny", (80, 80)), only=("subnet-abd99695a8dea7a7f",)),
        target_in_a_private_subnet,
        targets(target("unhealthy", "Target.Timeout", "Request timed out")),
        answers(504),
        must=("net-nacl-target-side",),
    ),
    # Address families
    sound("IPv6 only, ::/0 only", V6_ONLY, V6_NAMES, V6_NET, V6_SG, never=r"0\.0\.0\.0/0"),
    sound("IPv6 only, facts of IPv4 probes, ::/0 only", V6_ONLY, V6_SG, never=r"0\.0\.0\.0/0"),
    sound("IPv6 only, no IPv4 route", V6_ONLY, V6_NAMES, default_route(), V6_NET, V6_SG, never=r"0\.0\.0\.0/0"),
    broken(
        "IPv6 only, 0.0.0.0/0 only, silent",
        V6_ONLY,
        V6_NAMES,
        V6_NET,
        V4_SG,
        SILENT,
        must=("alb-sg-blocks-listener-port",),
    ),
    broken(
        "IPv6 only, no IPv6 route, silent",
        V6_ONLY,
        V6_NAMES,
        v6_acl,
        V6_SG,
        SILENT,
        must=("alb-internet-facing-in-private-subnet", "@outcome", "tls-port-closed"),
    ),
    broken(
        "IPv6 only, ACL without IPv6, silent",
        V6_ONLY,
        V6_NAMES,
        v6_routes,
        V6_SG,
        SILENT,
        must=("net-nacl-client-side",),
    ),
    sound(
        "IPv6 only, machine without IPv6",
        V6_ONLY,
        V6_NAMES,
        V6_NET,
        V6_SG,
        shut("unreachable", detail="Network is unreachable"),
        never=r"0\.0\.0\.0/0",
    ),
    sound("dual stack, both open", named_ipv6, V6_NET, BOTH_SG),
    sound("dual stack, no AAAA, 0.0.0.0/0 only", DUAL, V4_SG),
    sound("dual stack, 0.0.0.0/0 only, and IPv6 was served", named_ipv6, V4_SG),
    at_risk(
        "dual stack, 0.0.0.0/0 only, machine without IPv6",
        named_ipv6,
        V6_NET,
        V4_SG,
        shut("unreachable", at=(2, 3), detail="Network is unreachable"),
        must=("alb-ipv6-half-configured",),
    ),
    broken(
        "dual stack, 0.0.0.0/0 only, IPv6 silent",
        named_ipv6,
        V6_NET,
        V4_SG,
        shut("silent", at=(2, 3)),
        must=("alb-ipv6-half-configured",),
    ),
    broken(
        "dual stack, ::/0 only, IPv4 silent",
        named_ipv6,
        V6_NET,
        V6_SG,
        shut("silent", at=(0, 1)),
        must=("alb-sg-blocks-listener-port",),
    ),
    broken(
        "dual stack, no IPv6 route, IPv6 silent",
        named_ipv6,
        v6_acl,
        BOTH_SG,
        shut("silent", at=(2, 3)),
        must=("alb-ipv6-half-configured",),
    ),
    broken(
        "dual stack, ACL without IPv6, IPv6 silent",
        named_ipv6,
        v6_routes,
        BOTH_SG,
        shut("silent", at=(2, 3)),
        must=("alb-ipv6-half-configured",),
    ),
    sound(
        "dual stack, both open, machine without IPv6",
        named_ipv6,
        V6_NET,
        BOTH_SG,
        shut("unreachable", at=(2, 3), detail="Network is unreachable"),
    ),
    # Subnets
    sound(
        "an IPv6-only subnet beside",
        subnet(
            "subnet-v6", CidrBlock="", Ipv6Native=True, AvailabilityZone="ap-northeast-2a", AvailableIpAddressCount=0
        ),
    ),
    sound(
        "a subnet of another VPC",
        subnet(
            "subnet-far",
            CidrBlock="172.31.0.0/20",
            VpcId="vpc-other",
            AvailabilityZone="ap-northeast-2a",
            AvailableIpAddressCount=12,
        ),
    ),
    sound("a subnet without CidrBlock", subnet("subnet-odd", AvailabilityZone="ap-northeast-2a")),
    *(
        sound(f"{group} not seen, served", lacks(group, gap))
        for group in ("subnets", "route_tables", "network_acls", "security_groups", "internet_gateways", "prefix_lists")
        for gap in ("denied", "failed")
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_it_is_judged_right(row: Row) -> None:
    assert complaints(row) == []
