"""Faults of what the zone and its parent hold: a DS or AAAA record left behind, a name typed in full."""

from __future__ import annotations

from albdoctor.checkup import INFO, WARNING
from albdoctor.lab.build import redirect
from albdoctor.lab.nameservers import GABIA_SERVERS
from albdoctor.lab.pages import FOREIGN_ADDRESS, FOREIGN_ADDRESS_6
from albdoctor.lab.plan import Plan
from albdoctor.lab.registry import Domain
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.scenarios.domain import settle_with_registrar
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

WWW = "www.shop.example"
PRIVATE_ADDRESS = "10.0.1.10"
KEY_OF_THE_OLD_ZONE = "20326 8 2 e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"


def leave_a_ds_record_behind(shop: Shop) -> None:
    """The domain moved to Route 53 from a provider that signed its zone; the DS record stayed at the registry."""
    moved = Domain(shop.domain, nameservers=shop.zone.name_servers, ds=(KEY_OF_THE_OLD_ZONE,))
    shop.world.registry.register(moved)


def type_the_name_in_full(shop: Shop) -> None:
    """The console adds the zone's name to what is typed, and the name was typed in full."""
    shop.builder.alias(shop.zone, f"{WWW}.{shop.domain}", shop.balancer)


def forget_the_aaaa_record(shop: Shop) -> None:
    """The site moved from another server, whose A record was changed and whose AAAA record was not."""
    shop.world.pages.serve_over_ipv6()
    shop.builder.record(shop.zone, shop.domain, "AAAA", FOREIGN_ADDRESS_6)


def delete_it(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Delete the AAAA record."""
    shop.delete_records("AAAA")


def write_the_private_address_down(shop: Shop) -> None:
    """Somebody wrote the instance's private address into the record."""
    shop.builder.record(shop.zone, WWW, "A", PRIVATE_ADDRESS)


def edit_the_own_ns_record(shop: Shop) -> None:
    """Somebody wanted to keep the registrar's servers, and wrote them into the zone's own NS record."""
    shop.builder.record(shop.zone, shop.domain, "NS", *(f"{server}." for server in GABIA_SERVERS), ttl=172800)


def move_from_another_server(shop: Shop) -> None:
    """The record named another server when a resolver was asked, and was changed to the load balancer since."""
    shop.delete_records("A")
    shop.builder.record(shop.zone, shop.domain, "A", FOREIGN_ADDRESS)
    shop.world.resolver.keep(shop.domain, "A")
    shop.delete_records("A")
    shop.builder.alias(shop.zone, shop.domain, shop.balancer)


def ask_before_the_record_is_there(shop: Shop) -> None:
    """A resolver was asked for the name before its record was created."""
    shop.delete_records("A")
    shop.world.resolver.keep(shop.domain, "A")
    shop.builder.alias(shop.zone, shop.domain, shop.balancer)


def wait(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Let the time pass that resolvers keep an answer."""
    shop.world.resolver.forget()


def leave_the_record_at_the_old_balancer(shop: Shop) -> None:
    """The site moved to a new load balancer; the record names the old one, which serves it still."""
    old = shop.builder.balancer(shop.network, name="web-old")
    shop.builder.listener(old, shop.group, certificate=shop.certificate)
    shop.builder.listener(old, redirect(), port=80)
    shop.builder.alias(shop.zone, shop.domain, old)


def hide_the_name_in_the_vpc(shop: Shop) -> None:
    """A private zone of the same name was made for a database's name, and nothing else was put into it."""
    private = shop.builder.zone(shop.domain, private=True, network=shop.network)
    shop.builder.record(private, f"db.{shop.domain}", "A", PRIVATE_ADDRESS)


def keep_a_twin_in_the_vpc(shop: Shop) -> None:
    """A private zone of the same name holds the site's record too."""
    private = shop.builder.zone(shop.domain, private=True, network=shop.network)
    shop.builder.alias(private, shop.domain, shop.balancer)


def forget_the_domain_itself(shop: Shop) -> None:
    """Only the name with www was given a record."""
    shop.delete_records("A")
    shop.builder.alias(shop.zone, WWW, shop.balancer)


def forget_the_a_record(shop: Shop) -> None:
    """The site moved, and the record of its name with www was forgotten."""
    shop.builder.record(shop.zone, WWW, "A", FOREIGN_ADDRESS)


def move_it(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Put an alias in the place of the address."""
    shop.delete_record(WWW, "A")
    shop.builder.alias(shop.zone, WWW, shop.balancer)


SCENARIOS = (
    Scenario(
        name="private-address",
        about=Text(
            en="The record of www has an instance's private address, which nobody on the internet reaches.",
            ko="www 레코드에 인스턴스의 프라이빗 주소가 입력되어 있어 인터넷에서 접속할 수 없습니다.",
        ),
        plan=Plan(host=WWW, then=(write_the_private_address_down,), visited=False),
        expected=(cause("resolve-private-address"),),
        repairs={"resolve-private-address": move_it},
    ),
    Scenario(
        name="apex-ns-edited",
        about=Text(
            en="The zone's own NS record names the registrar's servers; the registrar names the zone's.",
            ko="호스팅 영역 자체의 NS 레코드에 도메인 등록 기관의 네임서버가 입력되어 있습니다.",
        ),
        plan=Plan(then=(edit_the_own_ns_record,)),
        expected=(cause("zone-apex-ns-edited", severity=WARNING),),
    ),
    Scenario(
        name="record-at-the-old-balancer",
        about=Text(
            en="The site moved to another load balancer, and the record still leads to the one before.",
            ko="사이트를 다른 로드 밸런서로 옮겼지만 레코드는 아직 이전 로드 밸런서를 가리킵니다.",
        ),
        plan=Plan(then=(leave_the_record_at_the_old_balancer,)),
        options=("--balancer", "web"),
        expected=(cause("zone-alias-wrong-lb", severity=WARNING),),
    ),
    Scenario(
        name="private-zone-hides-the-name",
        about=Text(
            en="Visitors are served; inside the VPC a private zone of the same name hides the site.",
            ko="외부 방문자는 정상이지만, VPC 안에서는 같은 이름의 프라이빗 호스팅 영역이 사이트를 가립니다.",
        ),
        plan=Plan(then=(hide_the_name_in_the_vpc,)),
        expected=(cause("zone-private-shadows-public", severity=INFO),),
    ),
    Scenario(
        name="private-twin",
        about=Text(
            en="Nothing is wrong: a private zone of the same name holds the site's record for the VPC.",
            ko="문제가 없는 상태입니다. 같은 이름의 프라이빗 호스팅 영역에도 VPC용 레코드가 있습니다.",
        ),
        plan=Plan(then=(keep_a_twin_in_the_vpc,)),
    ),
    Scenario(
        name="only-with-www",
        about=Text(
            en="The name with www is served, and the domain itself has no address.",
            ko="www를 붙인 이름은 정상이지만 도메인 자체에는 주소가 없습니다.",
        ),
        plan=Plan(host=WWW, then=(forget_the_domain_itself,)),
        expected=(cause("zone-apex-www-pair", severity=INFO),),
    ),
    Scenario(
        name="address-left-behind",
        about=Text(
            en="The record of www still has the address of the server before, which does not speak https.",
            ko="www 레코드에 이전 서버의 주소가 남아 있고 그 서버는 https를 제공하지 않습니다.",
        ),
        plan=Plan(host=WWW, then=(forget_the_a_record,), visited=False),
        expected=(cause("tls-port-closed"),),
        repairs={"tls-port-closed": move_it},
    ),
    Scenario(
        name="aaaa-left-behind",
        about=Text(
            en="The AAAA record still has the address of the server before; the load balancer has IPv4 only.",
            ko="AAAA 레코드에 이전 서버의 주소가 남아 있고, 로드 밸런서는 IPv4만 사용합니다.",
        ),
        plan=Plan(then=(forget_the_aaaa_record,)),
        expected=(
            cause("zone-aaaa-without-dualstack"),
            effect("tls-ipv6-broken", severity=WARNING),
            effect("tls-port-closed", severity=WARNING),
        ),
        repairs={"zone-aaaa-without-dualstack": delete_it},
    ),
    Scenario(
        name="ds-left-behind",
        about=Text(
            en="The registry has a DS record of the DNS provider before; the hosted zone is not signed.",
            ko="레지스트리에 이전 DNS 제공업체의 DS 레코드가 남아 있고, 호스팅 영역은 서명되어 있지 않습니다.",
        ),
        plan=Plan(then=(leave_a_ds_record_behind,)),
        expected=(cause("dnssec-ds-without-dnskey"), effect("dnssec-resolver-says-bogus")),
        repairs={"dnssec-ds-without-dnskey": settle_with_registrar},
    ),
    Scenario(
        name="record-name-doubled",
        about=Text(
            en="The record of www was created as www.shop.example.shop.example.",
            ko="www 레코드가 www.shop.example.shop.example 이름으로 만들어졌습니다.",
        ),
        plan=Plan(host=WWW, then=(type_the_name_in_full,), visited=False),
        expected=(cause("zone-record-name-doubled"), effect("zone-record-missing")),
    ),
    Scenario(
        name="old-answer-cached",
        about=Text(
            en="The record was changed to the load balancer; a resolver still keeps the old server's address.",
            ko="레코드를 로드 밸런서로 바꿨지만 리졸버가 아직 예전 서버의 주소를 캐시하고 있습니다.",
        ),
        plan=Plan(then=(move_from_another_server,)),
        expected=(cause("resolve-propagating", LIKELY, severity=INFO),),
        repairs={"resolve-propagating": wait},
    ),
    Scenario(
        name="missing-record-cached",
        about=Text(
            en="The record is there, and a resolver still keeps that there was none.",
            ko="레코드를 만들었지만 리졸버가 아직 주소가 없다는 응답을 캐시하고 있습니다.",
        ),
        plan=Plan(then=(ask_before_the_record_is_there,)),
        expected=(cause("resolve-negative-cached", severity=WARNING),),
        repairs={"resolve-negative-cached": wait},
    ),
)
