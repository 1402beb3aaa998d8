"""A domain that the account holds in Route 53 Domains: moto's registration, in step with the lab's registry."""

from __future__ import annotations

from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.route53domains.models import route53domains_backends
from moto.route53domains.validators import NameServer

from albdoctor.lab.registry import AMAZON, Domain
from albdoctor.lab.shop import Shop

REGION = "us-east-1"
WHO = {
    "FirstName": "Hong",
    "LastName": "Gildong",
    "ContactType": "PERSON",
    "AddressLine1": "1 Sejong-daero",
    "City": "Seoul",
    "CountryCode": "KR",
    "ZipCode": "04524",
    "PhoneNumber": "+82.212345678",
    "Email": "hong@shop.example",
}


def hold_in_account(shop: Shop, name_servers: tuple[str, ...]) -> None:
    """Register the shop's domain in the account, with these name servers; what is changed there, the registry has."""
    zones = {one["Id"] for one in shop.client("route53").list_hosted_zones()["HostedZones"]}
    shop.world.aws.client("route53domains", REGION).register_domain(
        DomainName=shop.domain, DurationInYears=2, AdminContact=WHO, RegistrantContact=WHO, TechContact=WHO
    )
    for zone in shop.client("route53").list_hosted_zones()["HostedZones"]:
        if zone["Id"] not in zones:  # the zone that comes with a registration: the story says which one there is
            shop.client("route53").delete_hosted_zone(Id=zone["Id"])
    (backend,) = (one for one in route53domains_backends[DEFAULT_ACCOUNT_ID].values() if _holds(one, shop.domain))
    backend.get_domain(shop.domain).nameservers = [NameServer.validate(name) for name in name_servers]
    shop.world.registry.register(Domain(shop.domain, registrar=AMAZON, nameservers=name_servers))

    def publish() -> None:
        """Give the registry what the account has now."""
        names = tuple(one.name for one in backend.get_domain(shop.domain).nameservers)
        held = shop.world.registry.find(shop.domain)
        if held is not None and held.nameservers != names:
            shop.world.registry.set_nameservers(shop.domain, names)

    shop.world.aws.on_change.insert(0, publish)


def _holds(backend: Any, domain: str) -> bool:  # noqa: ANN401 - moto's backends are made at run time
    return any(one.domain_name == domain for one in backend.list_domains()[0])
