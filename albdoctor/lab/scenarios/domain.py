"""Faults between the registrar and the record: registrar, delegation, hosted zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from albdoctor.checkup import INFO, WARNING
from albdoctor.lab.nameservers import CLOUDFLARE_CUSTOMER_SERVERS, GABIA_SERVERS
from albdoctor.lab.pages import FOREIGN_ADDRESS
from albdoctor.lab.plan import Plan
from albdoctor.lab.registry import CLOUDFLARE, Domain
from albdoctor.lab.route53domains import hold_in_account
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.scenarios.stories import registrar_resets_name_servers
from albdoctor.lab.shop import Shop
from albdoctor.lab.zones import Zone
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def lapse(shop: Shop) -> None:
    """The registration ended and the domain is free again."""
    shop.world.registry.drop(shop.domain)


def put_on_hold(shop: Shop) -> None:
    """The registrar takes the domain out of the TLD's zone until the registrant answers."""
    held = Domain(shop.domain, nameservers=shop.zone.name_servers, statuses=("client hold",))
    shop.world.registry.register(held)


def lock(shop: Shop) -> None:
    """The registrar uses its own name servers, and the registry locked the domain: what is typed is not taken."""
    locked = Domain(shop.domain, nameservers=tuple(GABIA_SERVERS), statuses=("server update prohibited",))
    shop.world.registry.register(locked)


def let_lapse(shop: Shop) -> None:
    """The registration ended, and the registry keeps the domain for a restore."""
    kept = Domain(shop.domain, nameservers=shop.zone.name_servers, statuses=("redemption period", "client hold"))
    shop.world.registry.register(kept)


def nearly_lapse(shop: Shop) -> None:
    """The registration ends in 20 days."""
    soon = datetime.now(UTC) + timedelta(days=20)
    shop.world.registry.register(Domain(shop.domain, nameservers=shop.zone.name_servers, expires=soon))


def settle_with_registrar(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Pay or answer the registrar: the domain is registered for a year, without a hold, with the zone's servers."""
    shop.world.registry.register(Domain(shop.domain, nameservers=shop.zone.name_servers))


def append_the_suffix_twice(shop: Shop) -> None:
    """The last name was typed with .com behind it."""
    *first, last = shop.zone.name_servers
    shop.delegate(*first, f"{last}.com")


def keep_two_of_the_registrars(shop: Shop) -> None:
    """Two of the zone's servers were added, the registrar's two were never removed."""
    shop.delegate(*GABIA_SERVERS, *shop.zone.name_servers[:2])


def name_two_servers_only(shop: Shop) -> None:
    """The form had two fields."""
    shop.delegate(*shop.zone.name_servers[:2])


def name_servers_of_a_deleted_zone(shop: Shop) -> None:
    """The zone was made anew by a tool; the registrar still names the first one's servers."""
    first = shop.builder.zone(shop.domain)
    shop.delegate(*first.name_servers)
    shop.client("route53").delete_hosted_zone(Id=first.id)


def make_the_zone_anew_at_amazon(shop: Shop) -> None:
    """The domain was bought in Route 53; its first zone was deleted, and another made by a tool."""
    first = shop.builder.zone(shop.domain)
    shop.client("route53").delete_hosted_zone(Id=first.id)
    hold_in_account(shop, first.name_servers)


def refuse_to_publish(shop: Shop) -> None:
    """The registry tried the servers when they were entered, before the zone was there, and did not publish them."""
    shop.world.registry.register(Domain(shop.domain, nameservers=shop.zone.name_servers, in_zone=()))


def change_just_now(shop: Shop) -> None:
    """The zone's servers were entered a minute ago, instead of the registrar's."""
    old, now = tuple(GABIA_SERVERS), datetime.now(UTC)
    entered = Domain(shop.domain, nameservers=shop.zone.name_servers, in_zone=old, changed=now)
    shop.world.registry.register(entered)


def name_no_server(shop: Shop) -> None:
    """The domain was bought and nothing was entered."""
    shop.delegate()


def name_servers_of_an_empty_twin(shop: Shop) -> None:
    """A second zone of the same name exists, and the registrar names its servers."""
    twin = shop.builder.zone(shop.domain)
    shop.delegate(*twin.name_servers)


def delete_the_unused_zone(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Delete the zone that nobody asks."""
    shop.delete_zone()


def stay_at_the_old_provider(shop: Shop) -> None:
    """DNS is still at another provider, whose zone points to the old server and holds the domain's mail."""
    zone = Zone(shop.domain)
    servers = tuple(CLOUDFLARE_CUSTOMER_SERVERS)
    zone.add_soa(servers[0], "dns.cloudflare.com", 1800)
    zone.add(shop.domain, "NS", 86400, *(f"{server}." for server in servers))
    zone.add(shop.domain, "A", 300, FOREIGN_ADDRESS)
    zone.add(shop.domain, "MX", 300, "10 mail.example.")
    zone.add(f"_dmarc.{shop.domain}", "TXT", 300, '"v=DMARC1; p=none"')
    shop.world.tree.foreign_zones.append(zone)
    shop.delegate(*servers)


def buy_at_cloudflare(shop: Shop) -> None:
    """DNS is at Cloudflare too: its registrar wants it so."""
    stay_at_the_old_provider(shop)
    servers = tuple(CLOUDFLARE_CUSTOMER_SERVERS)
    shop.world.registry.register(Domain(shop.domain, registrar=CLOUDFLARE, nameservers=servers))


def delete_the_zone(shop: Shop) -> None:
    """Somebody tidied up; the registrar still names the servers of the zone."""
    shop.delete_zone()


def forget_the_record(shop: Shop) -> None:
    """The zone has no record for the domain itself."""
    shop.delete_records("A")


def write_addresses_down(shop: Shop) -> None:
    """Somebody looked up the balancer's addresses and wrote them into an A record."""
    addresses = shop.world.tree.lookup(shop.balancer.dns_name, "A")
    shop.delete_records("A")
    shop.builder.record(shop.zone, shop.domain, "A", *addresses)


def point_at_a_deleted_balancer(shop: Shop) -> None:
    """The balancer was made anew; the alias still names the first one."""
    first = shop.builder.balancer(shop.network, name="web-old")
    shop.builder.alias(shop.zone, shop.domain, first)
    shop.client("elbv2").delete_load_balancer(LoadBalancerArn=first.arn)


SCENARIOS = (
    Scenario(
        name="domain-lapsed",
        about=Text(
            en="The domain is not registered any more.",
            ko="도메인 등록이 만료되어 더 이상 등록되어 있지 않습니다.",
        ),
        plan=Plan(then=(lapse,)),
        expected=(cause("registrar-domain-not-registered"),),
        repairs={"registrar-domain-not-registered": settle_with_registrar},
    ),
    Scenario(
        name="domain-on-hold",
        about=Text(
            en="The registrar holds the domain back (clientHold): it is not in the TLD's zone.",
            ko="도메인 등록 기관이 도메인을 정지(clientHold)하여 최상위 도메인의 영역에서 빠져 있습니다.",
        ),
        plan=Plan(then=(put_on_hold,)),
        expected=(cause("registrar-on-hold"),),
        repairs={"registrar-on-hold": settle_with_registrar},
    ),
    Scenario(
        name="domain-in-redemption",
        about=Text(
            en="The registration ended weeks ago: the registry keeps the domain for a restore only.",
            ko="등록이 몇 주 전에 만료되어 복원만 가능한 상태입니다.",
        ),
        plan=Plan(then=(let_lapse,)),
        expected=(cause("registrar-in-redemption"),),
        repairs={"registrar-in-redemption": settle_with_registrar},
    ),
    Scenario(
        name="domain-expiring",
        about=Text(
            en="The registration of the domain ends in 20 days.",
            ko="도메인 등록이 20일 뒤에 만료됩니다.",
        ),
        plan=Plan(then=(nearly_lapse,)),
        expected=(cause("registrar-expiring", severity=WARNING),),
        repairs={"registrar-expiring": settle_with_registrar},
    ),
    Scenario(
        name="registrar-ns-wrong",
        about=Text(
            en="The registrar uses its own name servers, so the hosted zone is never asked.",
            ko="도메인 등록 기관의 기본 네임서버를 쓰고 있어 호스팅 영역이 조회되지 않습니다.",
        ),
        plan=Plan(then=(registrar_resets_name_servers,)),
        expected=(cause("registrar-default-nameservers"), effect("tls-port-closed")),
    ),
    Scenario(
        name="registrar-locked",
        about=Text(
            en="The registrar uses its own name servers, and the registry refuses every change of the domain.",
            ko="도메인 등록 기관의 기본 네임서버를 쓰고 있는데, 도메인이 잠겨 있어 바꿀 수 없습니다.",
        ),
        plan=Plan(then=(lock,)),
        expected=(
            cause("registrar-default-nameservers"),
            cause("registrar-update-locked", severity=WARNING),
            effect("tls-port-closed"),
        ),
        repairs={"registrar-update-locked": settle_with_registrar},
    ),
    Scenario(
        name="registrar-ns-mixed",
        about=Text(
            en="Two of the registrar's name servers are mixed with two of Route 53's: every other visitor is lost.",
            ko="도메인 등록 기관의 네임서버 2개와 Route 53 네임서버 2개가 섞여 있어 방문자 절반이 접속하지 못합니다.",
        ),
        plan=Plan(then=(keep_two_of_the_registrars,)),
        expected=(cause("delegation-mixed"), effect("tls-port-closed", severity=WARNING)),
    ),
    Scenario(
        name="registrar-ns-two-of-four",
        about=Text(
            en="Only two of the zone's four name servers were entered at the registrar.",
            ko="호스팅 영역의 네임서버 4개 중 2개만 도메인 등록 기관에 입력되어 있습니다.",
        ),
        plan=Plan(then=(name_two_servers_only,)),
        expected=(cause("delegation-partial", severity=WARNING),),
    ),
    Scenario(
        name="registrar-ns-mistyped",
        about=Text(
            en="One of the four name servers was entered with an extra .com at its end.",
            ko="네임서버 4개 중 하나의 끝에 .com이 잘못 붙어 있습니다.",
        ),
        plan=Plan(then=(append_the_suffix_twice,)),
        expected=(cause("delegation-ns-unresolvable", severity=WARNING),),
    ),
    Scenario(
        name="registrar-ns-missing",
        about=Text(
            en="The domain is registered without any name server.",
            ko="도메인에 네임서버가 하나도 등록되어 있지 않습니다.",
        ),
        plan=Plan(then=(name_no_server,)),
        expected=(cause("registrar-no-nameservers"),),
    ),
    Scenario(
        name="registry-publishes-nothing",
        about=Text(
            en="The registry has the zone's name servers and publishes none: they failed its test at first.",
            ko="레지스트리에 네임서버가 입력되어 있지만, 입력 당시 검사를 통과하지 못해 영역에는 올라가지 않았습니다.",
        ),
        plan=Plan(then=(refuse_to_publish,)),
        expected=(cause("delegation-missing"),),
    ),
    Scenario(
        name="registrar-change-not-published",
        about=Text(
            en="The name servers were changed at the registrar, and the registry has not published the change yet.",
            ko="도메인 등록 기관에서 네임서버를 바꿨지만 레지스트리가 아직 반영하지 않았습니다.",
        ),
        plan=Plan(then=(change_just_now,)),
        expected=(cause("registrar-publish-lag"), effect("tls-port-closed")),
        repairs={"registrar-publish-lag": settle_with_registrar},
    ),
    Scenario(
        name="registrar-allows-its-own-servers-only",
        about=Text(
            en="The domain was bought at Cloudflare, which cannot delegate it to the hosted zone.",
            ko="Cloudflare에서 구입한 도메인이라 호스팅 영역으로 위임할 수 없습니다.",
        ),
        plan=Plan(then=(buy_at_cloudflare,)),
        expected=(cause("registrar-fixed-nameservers"), effect("tls-port-closed")),
        repairs={"registrar-fixed-nameservers": settle_with_registrar},
    ),
    Scenario(
        name="route53-domain-names-a-deleted-zone",
        about=Text(
            en="The domain is registered in Route 53 and still names the servers of a deleted hosted zone.",
            ko="Route 53에 등록된 도메인에 삭제된 호스팅 영역의 네임서버가 남아 있습니다.",
        ),
        plan=Plan(domain="example.com", then=(make_the_zone_anew_at_amazon,)),
        expected=(cause("registrar-route53-record-differs"),),
    ),
    Scenario(
        name="stale-hosted-zone",
        about=Text(
            en="The registrar still has the name servers of a deleted hosted zone; the new zone has others.",
            ko="도메인 등록 기관에 삭제된 호스팅 영역의 네임서버가 남아 있습니다. 새 영역의 네임서버는 다릅니다.",
        ),
        plan=Plan(then=(name_servers_of_a_deleted_zone,)),
        expected=(cause("delegation-stale-hosted-zone"),),
    ),
    Scenario(
        name="sibling-zone",
        about=Text(
            en="Two hosted zones have the same name, and the delegated one is empty.",
            ko="이름이 같은 호스팅 영역이 둘 있는데, 실제로 위임된 영역은 비어 있습니다.",
        ),
        plan=Plan(then=(name_servers_of_an_empty_twin,)),
        expected=(
            cause("delegation-points-to-sibling-zone"),
            effect("zone-duplicate-name", severity=INFO),
        ),
        repairs={"zone-duplicate-name": delete_the_unused_zone},
    ),
    Scenario(
        name="other-dns-provider",
        about=Text(
            en="The domain is delegated to another DNS provider, so records in Route 53 have no effect.",
            ko="도메인이 다른 DNS 업체에 위임되어 있어 Route 53의 레코드가 쓰이지 않습니다.",
        ),
        plan=Plan(then=(stay_at_the_old_provider,)),
        expected=(cause("delegation-other-provider"), effect("tls-port-closed")),
    ),
    Scenario(
        name="no-hosted-zone",
        about=Text(
            en="The hosted zone was deleted: the account has none for the domain.",
            ko="호스팅 영역이 삭제되어 계정에 이 도메인의 영역이 없습니다.",
        ),
        plan=Plan(then=(delete_the_zone,)),
        expected=(cause("zone-not-found"),),
    ),
    Scenario(
        name="record-missing",
        about=Text(
            en="The hosted zone has no record for the domain.",
            ko="호스팅 영역에 이 도메인의 레코드가 없습니다.",
        ),
        plan=Plan(then=(forget_the_record,)),
        expected=(cause("zone-record-missing"),),
    ),
    Scenario(
        name="hardcoded-addresses",
        about=Text(
            en="An A record holds the load balancer's present addresses, which AWS will change.",
            ko="A 레코드에 로드 밸런서의 현재 IP 주소가 직접 입력되어 있습니다. 이 주소는 AWS가 바꿉니다.",
        ),
        plan=Plan(then=(write_addresses_down,)),
        expected=(cause("zone-hardcoded-lb-ips", severity=WARNING),),
    ),
    Scenario(
        name="dangling-alias",
        about=Text(
            en="The alias record points to a load balancer that was deleted.",
            ko="별칭 레코드가 삭제된 로드 밸런서를 가리킵니다.",
        ),
        plan=Plan(then=(point_at_a_deleted_balancer,)),
        expected=(cause("zone-alias-dangling"),),
    ),
)
