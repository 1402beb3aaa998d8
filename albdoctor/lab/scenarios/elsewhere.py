"""A domain whose DNS is somewhere else: parked, in another account, in a private zone only, at another provider."""

from __future__ import annotations

from albdoctor.checkup import INFO, LIKELY, WARNING
from albdoctor.lab.aws import SECOND_ACCESS_KEY
from albdoctor.lab.aws_acm import validation_record
from albdoctor.lab.nameservers import CLOUDFLARE_CUSTOMER_SERVERS, PARKING_SERVERS
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.lab.zones import Zone
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

DAY = 86400
WWW, API = "www.shop.example", "api.shop.example"
NOT_HERE = cause("zone-not-found", severity=INFO)
LAME = [*CLOUDFLARE_CUSTOMER_SERVERS][-1]


def park(shop: Shop) -> None:
    """The domain was offered for sale once, and the registrar still names the parking service's servers."""
    shop.delegate(*PARKING_SERVERS)


def make_the_zone_in_the_other_account(shop: Shop) -> None:
    """A colleague's account holds a zone of the same name, without records; the registrar names its servers."""
    route53 = shop.world.aws.client("route53", access_key=SECOND_ACCESS_KEY)
    made = route53.create_hosted_zone(Name=shop.domain, CallerReference="other account")
    shop.delegate(*made["DelegationSet"]["NameServers"])


def leave_the_zone_to_the_other_account(shop: Shop) -> None:
    """The domain's only zone is a colleague's, which lacks the name."""
    make_the_zone_in_the_other_account(shop)
    shop.delete_zone()


def write_the_name_in_the_other_account(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - as every repair
    """The colleague makes the record, and those that the certificate is renewed by."""
    route53 = shop.world.aws.client("route53", access_key=SECOND_ACCESS_KEY)
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    alias = {
        "HostedZoneId": shop.balancer.zone_id,
        "DNSName": shop.balancer.dns_name,
        "EvaluateTargetHealth": False,
    }
    record = {"Name": shop.domain, "Type": "A", "AliasTarget": alias}
    proofs = [
        {"Name": each["Name"], "Type": "CNAME", "TTL": 300, "ResourceRecords": [{"Value": each["Value"]}]}
        for each in map(validation_record, (shop.domain, WWW))
    ]
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": each} for each in (record, *proofs)]}
    route53.change_resource_record_sets(HostedZoneId=zone["Id"], ChangeBatch=changes)


def make_the_zone_private(shop: Shop) -> None:
    """The only zone was made for a VPC: it has no name servers that could be entered at the registrar."""
    shop.delete_zone()
    shop.delegate()
    private = shop.builder.zone(shop.domain, private=True, network=shop.network)
    shop.builder.alias(private, shop.domain, shop.balancer)


def write_the_zone_elsewhere(shop: Shop, *, flattened: bool = True) -> Zone:
    """Make the domain's zone at another provider, with a name that leads to the balancer and ACM's records; give it.

    `flattened`: the provider follows the domain's own alias itself, and answers with the addresses at its end.
    """
    servers = tuple(CLOUDFLARE_CUSTOMER_SERVERS)
    zone = Zone(shop.domain)
    zone.add_soa(servers[0], "dns.cloudflare.com", 1800)
    zone.add(shop.domain, "NS", DAY, *(f"{server}." for server in servers))
    zone.add(WWW, "CNAME", 300, shop.balancer.dns_name)
    for proof in map(validation_record, (shop.domain, WWW, API)):
        zone.add(proof["Name"].rstrip("."), "CNAME", 300, proof["Value"].rstrip("."))
    if flattened:
        zone.add(shop.domain, "A", 60, *shop.world.tree.lookup(shop.balancer.dns_name, "A"))
    shop.world.tree.foreign_zones[:] = [zone]
    return zone


def move_dns_away(shop: Shop, *, flattened: bool = True) -> Zone:
    """DNS is at another provider alone; give the zone there."""
    shop.delegate(*CLOUDFLARE_CUSTOMER_SERVERS)
    shop.delete_zone()
    return write_the_zone_elsewhere(shop, flattened=flattened)


def lose_the_zone_on_one_server(shop: Shop) -> None:
    """One of the two servers does not hold the zone any more."""
    move_dns_away(shop)
    shop.world.tree.misbehave(LAME, "refuse")


def stop_one_server(shop: Shop) -> None:
    """One of the two servers is down."""
    move_dns_away(shop)
    shop.world.tree.misbehave(LAME, "drop")


def make_the_domain_a_cname(shop: Shop) -> None:
    """At the other provider the domain itself was made a CNAME to the load balancer."""
    move_dns_away(shop, flattened=False).add(shop.domain, "CNAME", 300, shop.balancer.dns_name)


def flatten_it(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Make the zone anew, with the addresses of the load balancer in the place of the CNAME, as flattening does."""
    write_the_zone_elsewhere(shop)


def add_the_zone_again(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Let the server that refuses hold the zone, as its operator does."""
    shop.world.tree.misbehave(LAME)


def forget_the_name(shop: Shop) -> None:
    """The move left one name out."""
    move_dns_away(shop)


def write_the_name(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Write the CNAME at the provider."""
    (zone,) = shop.world.tree.foreign_zones
    zone.add(API, "CNAME", 300, shop.balancer.dns_name)


SCENARIOS = (
    Scenario(
        name="domain-parked",
        about=Text(
            en="The registrar names the servers of a parking service, so visitors see advertisements.",
            ko="도메인 등록 기관에 파킹 서비스의 네임서버가 입력되어 있어 방문자에게 광고 페이지가 보입니다.",
        ),
        plan=Plan(then=(park,)),
        expected=(cause("registrar-verification-parking"), effect("tls-port-closed")),
    ),
    Scenario(
        name="zone-in-another-account",
        about=Text(
            en="The domain is delegated to an empty hosted zone of another account.",
            ko="도메인이 다른 계정의 빈 호스팅 영역에 위임되어 있습니다.",
        ),
        plan=Plan(then=(make_the_zone_in_the_other_account,)),
        expected=(cause("delegation-to-foreign-account"),),
    ),
    Scenario(
        name="name-missing-in-another-account",
        about=Text(
            en="The domain's only hosted zone is in another account, and has no record of the name.",
            ko="도메인의 호스팅 영역이 다른 계정에만 있고 그곳에 이 이름의 레코드가 없습니다.",
        ),
        plan=Plan(then=(leave_the_zone_to_the_other_account,)),
        expected=(cause("zone-not-found", LIKELY),),
        repairs={"zone-not-found": write_the_name_in_the_other_account},
    ),
    Scenario(
        name="private-zone-only",
        about=Text(
            en="The domain is only in a private hosted zone, which answers inside its VPC.",
            ko="도메인이 VPC 안에서만 응답하는 프라이빗 호스팅 영역에만 있습니다.",
        ),
        plan=Plan(then=(make_the_zone_private,)),
        expected=(cause("zone-private-only"), effect("zone-not-found")),
    ),
    Scenario(
        name="dns-at-another-provider",
        about=Text(
            en="Nothing is wrong: DNS is at another provider alone, and the name is a CNAME to the load balancer.",
            ko="문제가 없는 상태입니다. DNS는 다른 업체에만 있고 이름은 로드 밸런서를 가리키는 CNAME입니다.",
        ),
        plan=Plan(host=WWW, then=(move_dns_away,)),
        expected=(NOT_HERE,),
    ),
    Scenario(
        name="lame-server",
        about=Text(
            en="One of the two servers of another DNS provider does not hold the zone any more.",
            ko="다른 DNS 업체의 네임서버 2개 중 하나가 더 이상 이 영역을 갖고 있지 않습니다.",
        ),
        plan=Plan(host=WWW, then=(lose_the_zone_on_one_server,)),
        expected=(cause("delegation-server-lame", severity=WARNING), NOT_HERE),
        repairs={"delegation-server-lame": add_the_zone_again},
    ),
    Scenario(
        name="cname-at-apex",
        about=Text(
            en="At another DNS provider the domain itself is a CNAME, which hides the records of its zone.",
            ko="다른 DNS 업체에서 루트 도메인에 CNAME을 만들어 영역의 다른 레코드가 가려집니다.",
        ),
        plan=Plan(then=(make_the_domain_a_cname,)),
        expected=(cause("zone-cname-at-apex", severity=WARNING), NOT_HERE),
        repairs={"zone-cname-at-apex": flatten_it},
    ),
    Scenario(
        name="silent-server",
        about=Text(
            en="One of the two servers of another DNS provider does not answer at all.",
            ko="다른 DNS 업체의 네임서버 2개 중 하나에서 아무 응답이 없습니다.",
        ),
        plan=Plan(host=WWW, then=(stop_one_server,)),
        expected=(cause("delegation-server-unreachable", LIKELY, severity=WARNING), NOT_HERE),
        repairs={"delegation-server-unreachable": add_the_zone_again},
    ),
    Scenario(
        name="name-missing-at-another-provider",
        about=Text(
            en="DNS is at another provider alone, and has no record of the name.",
            ko="DNS가 다른 업체에만 있고 그곳에 이 이름의 레코드가 없습니다.",
        ),
        plan=Plan(host=API, certificate_names=("shop.example", WWW, API), then=(forget_the_name,), visited=False),
        expected=(cause("zone-not-found"),),
        repairs={"zone-not-found": write_the_name},
    ),
)
