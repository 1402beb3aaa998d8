"""What a load balancer does to requests before a target sees them, and what clients see then."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from albdoctor.facts.ec2 import RouteTable
from albdoctor.facts.elb import How
from albdoctor.facts.metrics import Metrics
from albdoctor.facts.wire import Exchange, PortProbe, Tcp
from tests.causes.area import Area, Cause, Groups, Pair
from tests.support.build import BALANCER_ARN, balancer, forward, listener, redirect, rule
from tests.support.build_dns import OURS, delegation, host_answers, lead, probe, probes, record_set, records, zone
from tests.support.build_net import (
    ALLOW_ALL,
    DUAL_SUBNETS,
    SUBNETS,
    acl,
    blocking,
    entry,
    gateway,
    network_facts,
    node,
    permission,
    route_table,
    security_group,
    treated,
)
from tests.support.build_owners import tagged
from tests.support.build_served import answering
from tests.support.build_tls import TLS_SYMPTOMS, failing, tls
from tests.support.build_web import ALB, HOST, NODE, address_probe, exchange, web

HTTP, HTTPS = f"http://{HOST}/", f"https://{HOST}/"
NAT = route_table("rtb-private", "nat-1", main=True)
PUBLIC_A = route_table(subnets=("subnet-a",))
PUBLIC = route_table(subnets=("subnet-a", "subnet-c"))
LOST_OVER_IPV6 = msgspec.convert(
    {
        "RouteTableId": "rtb-edge",
        "VpcId": "vpc-1",
        "Associations": [{"GatewayId": "igw-1"}],
        "Routes": [
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
            {"DestinationIpv6CidrBlock": "2001:db8:1::/56", "GatewayId": "vpce-1", "State": "blackhole"},
        ],
    },
    RouteTable,
)
DENIES_443 = acl(
    "acl-1",
    entry(50, "deny", ports=(443, 443)),
    *ALLOW_ALL,
    subnets=("subnet-a", "subnet-c", "subnet-t"),
)
BLOCKED = tuple(blocking(one) for one in SUBNETS)
FULL = tuple(replace(one, available_ip_address_count=0) for one in SUBNETS)
OUTBOUND_ONLY = tuple(treated(one) for one in SUBNETS)
NOT_FOUND: dict[str, Any] = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
VERIFYING = listener(MutualAuthentication={"Mode": "verify"})
CLOSED: dict[str, Any] = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}
NO_SERVICE: dict[str, Any] = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "503", "MessageBody": "Backend service does not exist"},
}
INGRESS = (tagged(BALANCER_ARN, **{"ingress.k8s.aws/stack": "shop/web"}),)
WWW = [{"Field": "host-header", "HostHeaderConfig": {"Values": [f"www.{HOST}"]}}]
BELOW = [{"Field": "host-header", "HostHeaderConfig": {"Values": [f"*.{HOST}"]}}]
SECRET = [{"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin-Verify", "Values": ["s"]}}]
LOGIN: list[dict[str, Any]] = [{"Type": "authenticate-cognito", "Order": 1}, {**forward(), "Order": 2}]
SHUT_IN = security_group("sg-alb", permission(443, 443, "0.0.0.0/0"), outbound=(permission(80, 80, "sg-web"),))
API = [
    {"Field": "host-header", "HostHeaderConfig": {"Values": [HOST]}},
    {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}},
]


def listening(*listeners: Any, rules: tuple[Any, ...]) -> Groups:
    """The load balancer has just these listeners and rules."""
    return {"listeners": listeners, "rules": rules}


def refuses(address: str = NODE, tcp: Tcp = Tcp.SILENT) -> Groups:
    """Clients find port 443 closed at the address that DNS gives."""
    return {"host_answers": host_answers(address), "probes": probes(probe(address, tcp))}


def over_ipv4_only() -> Groups:
    """IPv4 serves, and nobody answers over IPv6."""
    four, six = probe("203.0.113.5"), probe("2001:db8::5", Tcp.SILENT)
    return {"host_answers": host_answers(four.address, six.address), "probes": probes(four, six)}


def shut_80() -> Groups:
    """Https serves the page, and nobody answers on port 80."""
    silent = PortProbe(port=80, tcp=Tcp.SILENT)
    return {"host_answers": host_answers(NODE), "probes": probes(replace(probe(NODE), port_80=silent))}


def answers(*https: Exchange, http: tuple[Exchange, ...] = ()) -> Groups:
    """What clients get from a node of the load balancer."""
    return web(address_probe(http=http, https=https))


BALANCER = Area(
    ground={
        "load_balancers": (balancer(),),
        "delegation": delegation(*OURS),
        "hosted_zones": (zone(),),
        "record_sets": (records(record_set(alias=balancer().dns_name)),),
        "network_interfaces": (node(),),
        **network_facts(),
        **listening(listener(80), listener(), rules=(rule(port=80), rule())),
    },
    causes={
        "ALB302": Cause("ALB221", {"load_balancers": (balancer(State={"Code": "provisioning"}),)}),
        "ALB310": Cause("ALB302", {"subnets": FULL}),
        "ALB303": Cause("ALB157 ALB221", {"load_balancers": (balancer(Scheme="internal"),)}),
        "ALB304": Cause("ALB221", {"route_tables": (NAT,)}),
        "ALB305": Cause("ALB221", {"route_tables": (PUBLIC_A, NAT)}),
        "ALB306": Cause(
            "ALB221 ALB701", {"security_groups": (security_group("sg-alb", permission(80, 80, "0.0.0.0/0")),)}
        ),
        "ALB309": Cause("ALB221 ALB231", {"load_balancers": (balancer(IpAddressType="dualstack"),)}),
        "ALB507": Cause("ALB221", {"network_acls": (DENIES_443,)}),
        "ALB510": Cause("ALB221", {"internet_gateways": (gateway(vpc_id="vpc-2"),)}),
        "ALB511": Cause("ALB221", {"subnets": BLOCKED}),
        "ALB515": Cause("ALB221 ALB231", {"subnets": OUTBOUND_ONLY}),
        "ALB313": Cause("ALB221 ALB319 ALB702", listening(listener(80), rules=(rule(port=80),))),
        "ALB314": Cause("ALB701", listening(listener(), rules=(rule(),))),
        "ALB315": Cause(
            "ALB222 ALB313 ALB702",
            listening(
                listener(80, DefaultActions=[forward()]),
                listener(443, Protocol="HTTP"),
                rules=(rule(port=80, Actions=[forward()]),),
            ),
        ),
        "ALB319": Cause("ALB221", listening(listener(80), rules=(rule(port=80),))),
        "ALB321": Cause(
            "ALB704",
            listening(
                listener(80),
                listener(DefaultActions=[redirect(Protocol="HTTP", Port="80")]),
                rules=(rule(port=80), rule(Actions=[redirect(Protocol="HTTP", Port="80")])),
            ),
        ),
        "ALB322": Cause("ALB702", {"rules": (rule(port=80, Actions=[forward()]), rule())}),
        "ALB323": Cause("ALB705", {"rules": (rule(port=80), rule(Actions=[NOT_FOUND]))}),
        "ALB336": Cause("ALB323 ALB705", {"rules": (rule(port=80), rule(Actions=[NO_SERVICE])), "owner_tags": INGRESS}),
        "ALB335": Cause("ALB705", {"rules": (rule(port=80), rule(Actions=[CLOSED]), rule("10", Conditions=SECRET))}),
        "ALB326": Cause("ALB230", {"listeners": (listener(80), VERIFYING), "metrics": Metrics(hours=3, values=())}),
        "ALB327": Cause("ALB709", {"rules": (rule(port=80), rule(Actions=LOGIN)), "security_groups": (SHUT_IN,)}),
        "ALB328": Cause("ALB705", {"rules": (rule(port=80), rule(Actions=[NOT_FOUND]), rule("10", Conditions=WWW))}),
        "ALB329": Cause("ALB705", {"rules": (rule(port=80), rule(Actions=[NOT_FOUND]), rule("10", Conditions=BELOW))}),
        "ALB330": Cause("ALB705", {"rules": (rule(port=80), rule(Actions=[NOT_FOUND]), rule("10", Conditions=API))}),
    },
    symptoms={
        "ALB302": {"load_balancers": (balancer(State={"Code": "active_impaired"}),)},
        "ALB157": {},
        "ALB221": refuses(),
        "ALB231": over_ipv4_only(),
        "ALB222": TLS_SYMPTOMS["ALB222"],
        "ALB230": tls(failing("SSLV3_ALERT_HANDSHAKE_FAILURE", NODE))
        | {"leads": (lead(How.ADDRESS, BALANCER_ARN, name=NODE),)},
        "ALB701": shut_80(),
        "ALB313": {},
        "ALB319": {},
        "ALB323": {},
        "ALB702": answers(http=(exchange(HTTP, 200, server="nginx"),)),
        "ALB704": answers(
            exchange(HTTPS, 301, location=HTTP, server=ALB),
            exchange(HTTP, 301, location=HTTPS, server=ALB),
        ),
        # The load balancer's own 561, its Server header switched off.
        "ALB709": answers(exchange(HTTPS, 561)),
        "ALB705": answers(exchange(HTTPS, 404, server=ALB)),
    },
    both={
        # One of the addresses is the CDN's, which gets what the load balancer gives those who go around it.
        Pair("ALB335", "ALB705"): {
            **web(
                answering(exchange(HTTPS, 503, server=ALB), address="13.224.1.10"),
                answering(exchange(HTTPS, 503, server=ALB), address=NODE),
            ),
            "host_answers": replace(host_answers("13.224.1.10", NODE), chain=("d1.cloudfront.net",)),
            "leads": (lead(How.CERTIFICATE, BALANCER_ARN),),
        },
        Pair("ALB336", "ALB705"): answers(exchange(HTTPS, 503, server=ALB)),
        Pair("ALB309", "ALB221"): refuses("2001:db8::5"),
        Pair("ALB515", "ALB231"): {
            "load_balancers": (balancer(IpAddressType="dualstack"),),
            "subnets": DUAL_SUBNETS,
            "route_tables": (PUBLIC, NAT, LOST_OVER_IPV6),
        },
        Pair("ALB303", "ALB157"): refuses("10.0.1.10"),
        Pair("ALB303", "ALB221"): refuses("10.0.1.10"),
        Pair("ALB306", "ALB701"): {
            "security_groups": (security_group("sg-alb", permission(443, 443, "0.0.0.0/0")),),
            **shut_80(),
        },
        Pair("ALB313", "ALB221"): refuses(tcp=Tcp.REFUSED),
        Pair("ALB319", "ALB221"): refuses(tcp=Tcp.REFUSED),
        Pair("ALB313", "ALB702"): listening(
            listener(80, DefaultActions=[forward()]), rules=(rule(port=80, Actions=[forward()]),)
        ),
        # Swapped the other way: the only listener speaks HTTPS, on port 80.
        Pair("ALB315", "ALB313"): listening(
            listener(80, Protocol="HTTPS"), rules=(rule(port=80, Actions=[forward()]),)
        ),
    },
)
