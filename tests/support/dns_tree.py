"""A DNS tree in miniature: root, TLDs, four "Route 53" servers and a registrar's, as the tests' sound case."""

from __future__ import annotations

from tests.support.dns_server import Server, zone

ROOT = "192.0.2.1"
EXAMPLE, KR, NET = "192.0.2.11", "192.0.2.12", "192.0.2.13"
AWS = ("192.0.2.21", "192.0.2.22")
AWS_NAMES = ("ns-1.awsdns-01.net", "ns-2.awsdns-02.net")
GABIA = "192.0.2.31"
GABIA_NAME = "ns.gabia.co.kr"
ALB_NAME = "web-1.elb.cloud.net"
ALB_ADDRESSES = ("203.0.113.10", "203.0.113.20")

ALL_AWS = "".join(f"shop NS {name}.\n" for name in AWS_NAMES)
SHOP = f"""
@ NS {AWS_NAMES[0]}.
@ NS {AWS_NAMES[1]}.
@ A {ALB_ADDRESSES[0]}
@ A {ALB_ADDRESSES[1]}
@ CAA 0 issue "amazon.com"
www CNAME {ALB_NAME}.
_x1 CNAME _y1.acm-validations.aws.
loop CNAME pool
pool CNAME loop
gone CNAME missing.cloud.net.
"""


def tree(example: str = ALL_AWS, shop: str = SHOP) -> dict[str, Server]:
    """Servers by address; `example` holds the delegations in the TLD zone, `shop` the zone shop.example."""
    root = f"""
    example NS a.example.
    a.example A {EXAMPLE}
    kr NS g.dns.kr.
    g.dns.kr A {KR}
    net NS a.net.
    a.net A {NET}
    """
    kr = f"""
    @ NS g.dns.kr.
    g.dns A {KR}
    """
    co_kr = f"""
    @ NS g.dns.kr.
    shop NS {AWS_NAMES[0]}.
    shop NS {AWS_NAMES[1]}.
    gabia NS {GABIA_NAME}.
    ns.gabia A {GABIA}
    """
    named = tuple(zip((1, 2), AWS_NAMES, AWS, strict=True))
    net = [f"awsdns-0{n} NS {name}.\n{name}. A {address}" for n, name, address in named]
    net += ["cloud NS ns.cloud", f"ns.cloud A {AWS[0]}"]
    hosted = (
        zone("shop.example.", shop),
        zone("shop.co.kr.", SHOP),
        zone("cloud.net.", "\n".join(f"{ALB_NAME}. A {address}" for address in ALB_ADDRESSES)),
        *(zone(f"awsdns-0{n}.net.", f"@ NS {name}.\n{name}. A {address}") for n, name, address in named),
    )
    gabia = (zone("gabia.co.kr.", f"@ NS {GABIA_NAME}.\nns A {GABIA}"), zone("parked.example.", "@ A 198.51.100.99"))
    return {
        ROOT: Server((zone(".", root),)),
        EXAMPLE: Server((zone("example.", example + f"\n@ NS a.example.\na A {EXAMPLE}"),)),
        KR: Server((zone("kr.", kr), zone("co.kr.", co_kr))),
        NET: Server((zone("net.", "\n".join(net)),)),
        AWS[0]: Server(hosted),
        AWS[1]: Server(hosted),
        GABIA: Server(gabia),
    }
