"""A hosted zone of its own for a part of the domain, and the NS record in the domain's zone that leads to it."""

from __future__ import annotations

from albdoctor.checkup import WARNING
from albdoctor.lab.build import ZoneBuilt
from albdoctor.lab.plan import Change, Plan
from albdoctor.lab.scenario import Scenario, cause
from albdoctor.lab.shop import Shop
from albdoctor.text import Text

DEV = "dev.shop.example"
API = f"api.{DEV}"
NAMES = ("shop.example", "www.shop.example", API)


def make_the_zone(shop: Shop) -> ZoneBuilt:
    """A zone for everything below dev, with the records of its API and of its certificate."""
    zone = shop.builder.zone(DEV)
    shop.builder.alias(zone, API, shop.balancer)
    shop.builder.validation_records(zone, (API,))
    return zone


def lead_to(shop: Shop, *servers: str) -> None:
    """Write the NS record of dev into the domain's zone."""
    shop.builder.record(shop.zone, DEV, "NS", *(f"{server}." for server in servers))


def do_all_of_it(shop: Shop) -> None:
    """The zone, and the record that leads to it."""
    lead_to(shop, *make_the_zone(shop).name_servers)


def forget_the_record(shop: Shop) -> None:
    """Somebody made the zone, and no record leads to it."""
    make_the_zone(shop)


def make_it_again(shop: Shop) -> None:
    """A tool deleted the zone and made it anew; the record still names the first one's servers."""
    first = shop.builder.zone(DEV)
    lead_to(shop, *first.name_servers)
    shop.client("route53").delete_hosted_zone(Id=first.id)
    make_the_zone(shop)


def copy_two_of_four(shop: Shop) -> None:
    """Two of the four names were copied."""
    lead_to(shop, *make_the_zone(shop).name_servers[:2])


def leave_old_servers(shop: Shop) -> None:
    """Servers of a zone that is gone stayed beside the new ones."""
    first = shop.builder.zone(DEV)
    shop.client("route53").delete_hosted_zone(Id=first.id)
    zone = make_the_zone(shop)
    lead_to(shop, *zone.name_servers, *(one for one in first.name_servers if one not in zone.name_servers))


def _plan(change: Change, *, visited: bool = True) -> Plan:
    return Plan(host=API, certificate_names=NAMES, then=(change,), visited=visited)


SCENARIOS = (
    Scenario(
        name="sub-zone",
        about=Text(
            en="Nothing is wrong: a part of the domain has a hosted zone of its own, to which the domain's zone leads.",
            ko="문제가 없는 상태입니다. 도메인 일부에 별도의 호스팅 영역이 있고 상위 영역이 그 영역으로 위임합니다.",
        ),
        plan=_plan(do_all_of_it),
    ),
    Scenario(
        name="sub-zone-not-delegated",
        about=Text(
            en="A part of the domain has a hosted zone of its own, and the domain's zone has no NS record for it.",
            ko="도메인의 일부에 별도의 호스팅 영역을 만들었지만 도메인의 영역에 NS 레코드가 없습니다.",
        ),
        plan=_plan(forget_the_record, visited=False),
        expected=(cause("subdomain-zone-not-delegated"),),
    ),
    Scenario(
        name="sub-zone-made-again",
        about=Text(
            en="The hosted zone of a part of the domain was made anew; the NS record has the servers of the first one.",
            ko="도메인 일부의 호스팅 영역을 다시 만들었는데 NS 레코드에는 예전 영역의 네임서버가 남아 있습니다.",
        ),
        plan=_plan(make_it_again, visited=False),
        expected=(cause("subdomain-delegation-mismatch"),),
    ),
    Scenario(
        name="sub-zone-two-of-four",
        about=Text(
            en="The NS record of a part of the domain has only two of its hosted zone's four name servers.",
            ko="도메인 일부의 NS 레코드에 호스팅 영역의 네임서버 4개 중 2개만 있습니다.",
        ),
        plan=_plan(copy_two_of_four),
        expected=(cause("subdomain-delegation-mismatch", severity=WARNING),),
    ),
    Scenario(
        name="sub-zone-old-servers-beside",
        about=Text(
            en="The NS record of a part of the domain has the servers of a deleted zone beside the right ones.",
            ko="도메인 일부의 NS 레코드에 올바른 네임서버와 함께 삭제된 영역의 네임서버가 남아 있습니다.",
        ),
        plan=_plan(leave_old_servers),
        expected=(cause("subdomain-delegation-mismatch", severity=WARNING),),
    ),
)
