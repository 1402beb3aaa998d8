"""Faults of a domain whose DNS is somewhere else: parked, in another account, in a private zone only."""

from __future__ import annotations

from albdoctor.lab.aws import SECOND_ACCESS_KEY
from albdoctor.lab.nameservers import PARKING_SERVERS
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.text import Text


def park(shop: Shop) -> None:
    """The domain was offered for sale once, and the registrar still names the parking service's servers."""
    shop.delegate(*PARKING_SERVERS)


def make_the_zone_in_the_other_account(shop: Shop) -> None:
    """A colleague's account holds a zone of the same name, without records; the registrar names its servers."""
    route53 = shop.world.aws.client("route53", access_key=SECOND_ACCESS_KEY)
    made = route53.create_hosted_zone(Name=shop.domain, CallerReference="other account")
    shop.delegate(*made["DelegationSet"]["NameServers"])


def make_the_zone_private(shop: Shop) -> None:
    """The only zone was made for a VPC: it has no name servers that could be entered at the registrar."""
    shop.delete_zone()
    shop.delegate()
    private = shop.builder.zone(shop.domain, private=True, network=shop.network)
    shop.builder.alias(private, shop.domain, shop.balancer)


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
        name="private-zone-only",
        about=Text(
            en="The domain is only in a private hosted zone, which answers inside its VPC.",
            ko="도메인이 VPC 안에서만 응답하는 프라이빗 호스팅 영역에만 있습니다.",
        ),
        plan=Plan(then=(make_the_zone_private,)),
        expected=(cause("zone-private-only"), effect("zone-not-found")),
    ),
)
