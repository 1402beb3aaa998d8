"""Faults of what the zone and its parent hold: a DS or AAAA record left behind, a name typed in full."""

from __future__ import annotations

from albdoctor.checkup import WARNING
from albdoctor.lab.pages import FOREIGN_ADDRESS, FOREIGN_ADDRESS_6
from albdoctor.lab.plan import Plan
from albdoctor.lab.registry import Domain
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.scenarios.domain import settle_with_registrar
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

WWW = "www.shop.example"
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


def forget_the_a_record(shop: Shop) -> None:
    """The site moved, and the record of its name with www was forgotten."""
    shop.builder.record(shop.zone, WWW, "A", FOREIGN_ADDRESS)


def move_it(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Put an alias in the place of the address."""
    shop.delete_record(WWW, "A")
    shop.builder.alias(shop.zone, WWW, shop.balancer)


SCENARIOS = (
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
        expected=(cause("dnssec-ds-without-dnskey"),),
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
)
