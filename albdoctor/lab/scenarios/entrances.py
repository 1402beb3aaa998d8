"""How visitors come in: through a firewall, a Network Load Balancer or CloudFront, or not at all."""

from __future__ import annotations

from albdoctor.checkup import INFO, WARNING
from albdoctor.lab.actors import register_instance
from albdoctor.lab.build import WORLD_6, fixed_response
from albdoctor.lab.cdn import ORIGIN_FACING
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.scenarios.listener import make_the_https_listener
from albdoctor.lab.scenarios.target_group import register_nobody
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

OFFICE = "192.0.2.0/26"


def put_a_firewall_in_front(shop: Shop) -> None:
    """What comes and goes passes a firewall's endpoint."""
    shop.builder.firewall(shop.network)


def let_nothing_out(shop: Shop) -> None:
    """Others visit the site; the network of the machine that scans lets nothing out any more."""
    shop.world.ground.traffic(host=shop.domain)
    shop.world.ground.packets.client_is_shut_in = True
    shop.world.ground.sync()


def scan_from_elsewhere(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Scan from a network that lets packets out."""
    shop.world.ground.packets.client_is_shut_in = False
    shop.world.ground.sync()


def lead_to_an_old_host(shop: Shop) -> None:
    """The name www leads to a host of the provider before, whose domain is gone."""
    shop.builder.record(shop.zone, f"www.{shop.domain}", "CNAME", "shop.old-provider.com")


def keep_a_text_only(shop: Shop) -> None:
    """The name www has a TXT record and nothing else: it exists, and has no address."""
    shop.builder.record(shop.zone, f"www.{shop.domain}", "TXT", '"site-verification=1a2b3c"')


def lead_to_the_balancer(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Put an alias in the place of the CNAME."""
    shop.delete_record(f"www.{shop.domain}", "CNAME")
    shop.builder.alias(shop.zone, f"www.{shop.domain}", shop.balancer)


def serve_over_ipv6_only(shop: Shop) -> None:
    """The load balancer gives up its public IPv4 addresses, and its security group knows IPv6 only."""
    shop.builder.ipv6(shop.network)
    open_to_ipv6(shop)
    shop.client("elbv2").set_ip_address_type(
        LoadBalancerArn=shop.balancer.arn, IpAddressType="dualstack-without-public-ipv4"
    )
    shop.delete_record(shop.domain, "A")
    shop.builder.alias(shop.zone, shop.domain, shop.balancer, type_="AAAA")


def put_a_network_balancer_in_front(shop: Shop) -> None:
    """The name leads to a Network Load Balancer, which passes both ports on to the internal one."""
    edge = shop.builder.network_balancer(shop.network, shop.balancer, (80, 443))
    shop.builder.alias(shop.zone, shop.domain, edge)


def put_cloudfront_in_front(shop: Shop) -> None:
    """The name leads to CloudFront; the load balancer admits nobody else, and on port 443 only."""
    ec2, group = shop.client("ec2"), shop.network.balancer_group
    made = ec2.create_managed_prefix_list(
        PrefixListName="com.amazonaws.global.cloudfront.origin-facing",
        AddressFamily="IPv4",
        MaxEntries=5,
        Entries=[{"Cidr": ORIGIN_FACING}],
    )
    listed = [{"PrefixListId": made["PrefixList"]["PrefixListId"]}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": listed}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    shop.delete_listener(80)
    tls = shop.world.authority.server_context((shop.domain,))
    shop.world.cdn.distribute(shop.balancer.arn, tls)
    shop.builder.alias_to_edge(shop.zone, shop.domain)


ORIGIN_VERIFY, SECRET = "X-Origin-Verify", "9c1f4e7a52"


def want_a_header_of_cloudfront(shop: Shop) -> None:
    """The listener forwards only what CloudFront sends with its header, and answers all else with 403."""
    put_cloudfront_in_front(shop)
    wanted = {"HttpHeaderName": ORIGIN_VERIFY, "Values": [SECRET]}
    shop.builder.rule(
        shop.listeners[443], shop.group, conditions=[{"Field": "http-header", "HttpHeaderConfig": wanted}]
    )
    shop.set_default_action(443, fixed_response(403))
    shop.world.cdn.adds = ((ORIGIN_VERIFY, SECRET),)


def send_the_secret_of_last_year(shop: Shop) -> None:
    """The secret was changed in the rule only."""
    shop.world.cdn.adds = ((ORIGIN_VERIFY, "0b7d33e1c8"),)


def send_the_secret(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Give CloudFront the value that the rule has."""
    shop.world.cdn.adds = ((ORIGIN_VERIFY, SECRET),)


def let_in_the_office_only(shop: Shop) -> None:
    """The listener forwards only what comes from the network of the machine that scans."""
    office = {"Field": "source-ip", "SourceIpConfig": {"Values": [OFFICE]}}
    shop.builder.rule(shop.listeners[443], shop.group, conditions=[office])
    shop.set_default_action(443, fixed_response(403))


def lose_the_origin(shop: Shop) -> None:
    """The listener that CloudFront asks was deleted."""
    shop.delete_listener(443)


def close_the_origin(shop: Shop) -> None:
    """The rule that admits CloudFront was taken out of the security group."""
    shop.revoke(shop.network.balancer_group, 443)


def admit_cloudfront(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Admit what CloudFront asks from, as before."""
    shop.builder.admit(shop.network.balancer_group, (443,), cidr=ORIGIN_FACING)


def serve_over_both(shop: Shop) -> None:
    """The load balancer is dual-stack, both families are in DNS, and the security group knows both."""
    add_ipv6(shop)
    open_to_ipv6(shop)


def add_ipv6(shop: Shop) -> None:
    """The load balancer gets IPv6 addresses and an AAAA record; its security group is left as it was."""
    shop.builder.ipv6(shop.network)
    shop.client("elbv2").set_ip_address_type(LoadBalancerArn=shop.balancer.arn, IpAddressType="dualstack")
    shop.builder.alias(shop.zone, shop.domain, shop.balancer, type_="AAAA")


def open_to_ipv6(shop: Shop) -> None:
    """Admit IPv6 on both ports, as IPv4 is."""
    ports = ({"IpProtocol": "tcp", "FromPort": port, "ToPort": port} for port in (80, 443))
    shop.client("ec2").authorize_security_group_ingress(
        GroupId=shop.network.balancer_group,
        IpPermissions=[port | {"Ipv6Ranges": [{"CidrIpv6": WORLD_6}]} for port in ports],
    )


def admit_ipv6(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Add the rules to the security group that the evidence names."""
    open_to_ipv6(shop)


SCENARIOS = (
    Scenario(
        name="firewall",
        about=Text(
            en="Nothing is wrong: everything that comes and goes passes a firewall's endpoint in front of the load"
            " balancer.",
            ko="문제가 없는 상태입니다. 로드 밸런서로 오가는 모든 트래픽이 앞단의 방화벽 엔드포인트를 거칩니다.",
        ),
        plan=Plan(then=(put_a_firewall_in_front,)),
    ),
    Scenario(
        name="silent",
        about=Text(
            en="Neither port of the load balancer answers, although everything is open and others are served: the"
            " network of the machine that scans drops the packets.",
            ko="모두 열려 있고 다른 방문자는 접속되지만 두 포트 모두 응답하지 않습니다. 점검하는 컴퓨터의 네트워크가"
            " 패킷을 버립니다.",
        ),
        plan=Plan(then=(let_nothing_out,), visited=False),
        expected=(cause("tls-port-closed", LIKELY),),
        repairs={"tls-port-closed": scan_from_elsewhere},
    ),
    Scenario(
        name="no-address",
        about=Text(
            en="The name is a CNAME to a name that does not exist any more: it has no address.",
            ko="이름이 더 이상 존재하지 않는 이름을 가리키는 CNAME이라 주소가 없습니다.",
        ),
        plan=Plan(host="www.shop.example", then=(lead_to_an_old_host,), visited=False),
        expected=(cause("zone-cname-broken"),),
        repairs={"zone-cname-broken": lead_to_the_balancer},
    ),
    Scenario(
        name="no-address-record",
        about=Text(
            en="The name has a TXT record and no A or AAAA record: it exists, and leads nowhere.",
            ko="이름에 TXT 레코드만 있고 A나 AAAA 레코드가 없습니다. 이름은 존재하지만 아무 데도 연결되지 않습니다.",
        ),
        plan=Plan(host="www.shop.example", then=(keep_a_text_only,), visited=False),
        expected=(cause("zone-record-missing"),),
    ),
    Scenario(
        name="network-load-balancer-in-front",
        about=Text(
            en="Nothing is wrong: a Network Load Balancer passes both ports on to the internal load balancer.",
            ko="문제가 없는 상태입니다. Network Load Balancer가 두 포트를 내부 로드 밸런서로 전달합니다.",
        ),
        plan=Plan(internal=True, then=(put_a_network_balancer_in_front,)),
    ),
    Scenario(
        name="no-targets-behind-network-load-balancer",
        about=Text(
            en="The group of the load balancer behind a Network Load Balancer has no registered target.",
            ko="Network Load Balancer 뒤에 있는 로드 밸런서의 대상 그룹에 등록된 대상이 없습니다.",
        ),
        plan=Plan(internal=True, then=(put_a_network_balancer_in_front, register_nobody)),
        expected=(cause("tg-no-targets"), effect("rule-forwards-to-empty-group")),
        repairs={"tg-no-targets": register_instance},
    ),
    Scenario(
        name="cloudfront-in-front",
        about=Text(
            en="Nothing is wrong: the name leads to CloudFront, and the load balancer admits CloudFront only, on port"
            " 443.",
            ko="문제가 없는 상태입니다. 이름은 CloudFront로 연결되고 로드 밸런서는 443 포트에서 CloudFront만"
            " 허용합니다.",
        ),
        plan=Plan(balancer_ports=(), then=(put_cloudfront_in_front,), visited=False),
    ),
    Scenario(
        name="cloudfront-with-its-header",
        about=Text(
            en="Nothing is wrong: the load balancer forwards only what CloudFront sends with a secret header.",
            ko="문제가 없는 상태입니다. 로드 밸런서는 CloudFront가 비밀 헤더를 붙여 보낸 요청만 전달합니다.",
        ),
        plan=Plan(balancer_ports=(), then=(want_a_header_of_cloudfront,), visited=False),
    ),
    Scenario(
        name="cloudfront-without-its-header",
        about=Text(
            en="The secret header that the load balancer wants was changed there, and not in CloudFront: visitors get"
            " 403.",
            ko="로드 밸런서가 요구하는 비밀 헤더 값이 바뀌었지만 CloudFront에는 적용되지 않아 방문자가 403 응답을"
            " 받습니다.",
        ),
        plan=Plan(balancer_ports=(), then=(want_a_header_of_cloudfront, send_the_secret_of_last_year), visited=False),
        expected=(cause("rule-secret-header-or-source-ip-gate", LIKELY),),
        repairs={"rule-secret-header-or-source-ip-gate": send_the_secret},
    ),
    Scenario(
        name="rule-for-the-office",
        about=Text(
            en="The site is served to the office, from where it is scanned; a rule gives everybody else 403.",
            ko="검사하는 사무실에는 정상이지만 규칙이 나머지 모두에게 403으로 응답합니다.",
        ),
        plan=Plan(then=(let_in_the_office_only,)),
        expected=(cause("rule-secret-header-or-source-ip-gate", LIKELY, severity=INFO),),
    ),
    Scenario(
        name="cloudfront-502",
        about=Text(
            en="CloudFront answers 502: the load balancer behind it has no listener on port 443 any more.",
            ko="CloudFront가 502로 응답합니다. 그 뒤의 로드 밸런서에 443 포트 리스너가 더 이상 없습니다.",
        ),
        plan=Plan(balancer_ports=(), then=(put_cloudfront_in_front, lose_the_origin), visited=False),
        expected=(cause("http-request-fails"),),
        repairs={"http-request-fails": make_the_https_listener},
    ),
    Scenario(
        name="cloudfront-504",
        about=Text(
            en="CloudFront answers 504: the security group of the load balancer behind it does not admit it any more.",
            ko="CloudFront가 504로 응답합니다. 그 뒤의 로드 밸런서 보안 그룹이 더 이상 CloudFront를 허용하지 않습니다.",
        ),
        plan=Plan(balancer_ports=(), then=(put_cloudfront_in_front, close_the_origin), visited=False),
        expected=(cause("http-request-fails"),),
        repairs={"http-request-fails": admit_cloudfront},
    ),
    Scenario(
        name="ipv6-only-visitors",
        about=Text(
            en="Nothing is wrong: the load balancer has no public IPv4 address, and its security group admits IPv6"
            " only.",
            ko="문제가 없는 상태입니다. 로드 밸런서에 퍼블릭 IPv4 주소가 없고 보안 그룹이 IPv6만 허용합니다.",
        ),
        plan=Plan(balancer_ports=(), then=(serve_over_ipv6_only,), visited=False),
    ),
    Scenario(
        name="dual-stack",
        about=Text(
            en="Nothing is wrong: the name has IPv4 and IPv6 addresses, and both are admitted.",
            ko="문제가 없는 상태입니다. 이름에 IPv4와 IPv6 주소가 모두 있고 둘 다 허용됩니다.",
        ),
        plan=Plan(then=(serve_over_both,)),
    ),
    Scenario(
        name="ipv6-not-admitted",
        about=Text(
            en="The name has an AAAA record, and the security group of the load balancer admits IPv4 only.",
            ko="이름에 AAAA 레코드가 있지만 로드 밸런서의 보안 그룹이 IPv4만 허용합니다.",
        ),
        plan=Plan(then=(add_ipv6,)),
        expected=(
            cause("alb-ipv6-half-configured"),
            effect("tls-ipv6-broken", LIKELY, severity=WARNING),
            effect("tls-port-closed", severity=WARNING),
        ),
        repairs={"alb-ipv6-half-configured": admit_ipv6},
    ),
)
