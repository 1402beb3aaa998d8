"""Builders of DNS, registration, certificate and probe facts: each gives a plain, sound thing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from albdoctor.facts.acm import Certificate
from albdoctor.facts.dns import Answer, Cut, Delegation, HostAnswers, NameServer, Record, ValidationAnswer
from albdoctor.facts.elb import AttachedCertificate, How, Lead, ListenerCertificates
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.registration import NamedServer, RegisteredDomain, Registration
from albdoctor.facts.route53 import HostedZone, ResourceRecordSet, ZoneRecords
from albdoctor.facts.wire import AddressProbe, Exchange, Handshake, PortProbe, Probes, ServedCertificate, Tcp
from tests.support.build import ACCOUNT, BALANCER_ARN, LISTENER_443_ARN, NOW, REGION

DOMAIN = "shop.example"
OURS = ("ns-1.awsdns-01.com", "ns-2.awsdns-02.net", "ns-3.awsdns-03.org", "ns-4.awsdns-04.co.uk")
OTHERS = ("ns-11.awsdns-11.com", "ns-12.awsdns-12.net", "ns-13.awsdns-13.org", "ns-14.awsdns-14.co.uk")
GABIA = ("ns.gabia.co.kr", "ns1.gabia.co.kr")
CERTIFICATE_ARN = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/43c50a82"


def answer(
    *data: str,
    question: str = DOMAIN,
    type_: str = "A",
    rcode: str | None = "NOERROR",
    server: str = "a.ns.example",
    address: str = "192.0.2.1",
    error: str = "",
    authoritative: bool = True,
) -> Answer:
    """One server's answer, with one record for each piece of data."""
    records = tuple(Record(name=question, type=type_, ttl=300, data=one) for one in data)
    return Answer(
        server=server,
        address=address,
        question=question,
        type=type_,
        rcode=None if error else rcode,
        records=records,
        error=error,
        authoritative=authoritative and not error,
    )


def delegation(
    *names: str,
    domain: str = DOMAIN,
    children: str | None = "NOERROR",
    unresolvable: tuple[str, ...] = (),
    missing: str | None = "NXDOMAIN",
    ds: tuple[str, ...] = (),
    own: tuple[str, ...] = (),
) -> Delegation:
    """The parent names these servers; all of them answer the SOA with one rcode (None: they time out).

    `own`: the servers that the zone itself names, by the word of those of them that the parent names too.

    Without names the parent answers with the rcode `missing` (None: it times out).
    """
    above = Cut(zone="example", parent_zone=".", parent_answers=(), nameservers=())
    if not names:
        last = answer(question=domain, type_="NS", rcode=missing, error="" if missing else "timeout")
        return Delegation(domain=domain, cuts=(above,), last_answers=(last,))
    servers = tuple(
        NameServer(name=name, addresses=() if name in unresolvable else ("198.51.100.1",), named_by=("192.0.2.1",))
        for name in names
    )
    cut = Cut(
        zone=domain,
        parent_zone="example",
        parent_answers=(answer(question=domain, type_="NS", authoritative=False),),
        nameservers=servers,
        ttl=172800,
        ds=ds,
        child_answers=tuple(
            answer(
                question=domain,
                type_="SOA",
                server=name,
                rcode=children,
                error="" if children else "timeout",
                authoritative=children == "NOERROR",
            )
            for name in names
            if name not in unresolvable
        ),
        child_ns=tuple(
            answer(*own, question=domain, type_="NS", server=name)
            for name in names
            if name in own and name not in unresolvable
        ),
    )
    return Delegation(domain=domain, cuts=(above, cut))


def zone(id_: str = "Z1", name: str = DOMAIN, names: tuple[str, ...] = OURS, *, private: bool = False) -> HostedZone:
    """A public hosted zone on Route 53's four servers."""
    return HostedZone(id=id_, name=name, private=private, name_servers=() if private else names)


def record_set(name: str = DOMAIN, type_: str = "A", *values: str, alias: str = "", **fields: Any) -> ResourceRecordSet:
    """A record set, as the API writes it: an alias to a load balancer, or literal values."""
    base: dict[str, Any] = {"Name": f"{name}.", "Type": type_}
    if alias:
        base["AliasTarget"] = {"HostedZoneId": "ZWKZPGTI48KDX", "DNSName": f"{alias}.", "EvaluateTargetHealth": False}
    else:
        base |= {"TTL": 300, "ResourceRecords": [{"Value": value} for value in values]}
    return msgspec.convert(base | fields, ResourceRecordSet)


def records(*sets: ResourceRecordSet, zone_id: str = "Z1", name: str = DOMAIN) -> ZoneRecords:
    """All record sets of a zone: its SOA and NS, and these."""
    own = (record_set(name, "SOA", "ns-1.awsdns-01.com. x. 1 7200 900 1209600 86400"), record_set(name, "NS", *OURS))
    return ZoneRecords(zone_id=zone_id, records=Known((*own, *sets)))


def host_answers(*addresses: str, host: str = DOMAIN, rcode: str | None = "NOERROR") -> HostAnswers:
    """What the servers of the host's zone say about it."""
    error = "" if rcode else "timeout"
    a = answer(*addresses, question=host, rcode=rcode, error=error)
    aaaa = answer(question=host, type_="AAAA", rcode=rcode, error=error)
    return HostAnswers(host=host, zone=DOMAIN, a=(a,), aaaa=(aaaa,), addresses=tuple(sorted(addresses)))


def registration(**fields: Any) -> Registration:
    """A domain at Gabia."""
    base: dict[str, Any] = {
        "domain": DOMAIN,
        "source": "whois",
        "server": "whois.nic.example:43",
        "registered": True,
        "registrar": "Gabia, Inc.",
        "registrar_iana_id": 244,
    }
    return Registration(**(base | fields))


def route53_domain(**fields: Any) -> RegisteredDomain:
    """The domain registered in Route 53 Domains."""
    base: dict[str, Any] = {"domain_name": DOMAIN, "nameservers": (NamedServer(name=OTHERS[0]),), "auto_renew": True}
    return RegisteredDomain(**(base | fields))


def lead(how: How = How.ALIAS, arn: str | None = BALANCER_ARN, name: str = "") -> Lead:
    """A trace from the name to the load balancer."""
    return Lead(
        how=how, name=name or f"web-1234567890.{REGION}.elb.amazonaws.com", region=REGION, load_balancer_arn=arn
    )


def certificate(*names: str, arn: str = CERTIFICATE_ARN, status: str = "ISSUED", **fields: Any) -> Certificate:
    """A certificate for the domain, validated by DNS."""
    on_it = names or (DOMAIN,)
    base: dict[str, Any] = {
        "CertificateArn": arn,
        "DomainName": on_it[0],
        "SubjectAlternativeNames": list(on_it),
        "Status": status,
        "Type": "AMAZON_ISSUED",
        "NotAfter": NOW + timedelta(days=150),
        "DomainValidationOptions": [
            {
                "DomainName": name,
                "ValidationStatus": "SUCCESS" if status == "ISSUED" else "PENDING_VALIDATION",
                "ValidationMethod": "DNS",
                "ResourceRecord": {
                    "Name": f"_abc.{name.removeprefix('*.')}.",
                    "Type": "CNAME",
                    "Value": "_def.acm-validations.aws.",
                },
            }
            for name in on_it
        ],
    }
    return msgspec.convert(base | fields, Certificate)


def on_listener(*arns: str, listener_arn: str = LISTENER_443_ARN) -> ListenerCertificates:
    """The certificates of the HTTPS listener, the first as its default."""
    attached = tuple(AttachedCertificate(certificate_arn=arn, is_default=not i) for i, arn in enumerate(arns))
    return ListenerCertificates(listener_arn=listener_arn, certificates=attached)


def validation_answer(*data: str, rcode: str | None = "NXDOMAIN", name: str = f"_abc.{DOMAIN}") -> ValidationAnswer:
    """The validation name, asked of one server of its zone."""
    got = answer(
        *data,
        question=name,
        type_="CNAME",
        rcode="NOERROR" if data else rcode,
        error="" if data or rcode else "timeout",
    )
    return ValidationAnswer(name=name, expected="_def.acm-validations.aws", zone=DOMAIN, answers=(got,))


def probe(
    address: str = "203.0.113.5",
    tcp: Tcp = Tcp.OPEN,
    *,
    verified: bool = True,
    status: int = 200,
    names: tuple[str, ...] = (DOMAIN,),
) -> AddressProbe:
    """One address: port 80 open, port 443 as given, with a certificate for these names."""
    is_open = tcp is Tcp.OPEN
    end = NOW + timedelta(days=150)
    leaf = ServedCertificate(sha256="00", subject=names[0], issuer="Amazon", names=names, not_before=NOW, not_after=end)
    done = Handshake(server_name=DOMAIN, completed=True, verify_code=0 if verified else 20, chain=(leaf,))
    page = Exchange(url=f"https://{DOMAIN}/", address=address, port=443, status=status)
    return AddressProbe(
        address=address,
        port_80=PortProbe(port=80, tcp=Tcp.OPEN),
        port_443=PortProbe(port=443, tcp=tcp),
        with_sni=done if is_open else None,
        https=(page,) if is_open else (),
    )


def probes(*addresses: AddressProbe) -> Probes:
    """What the host's addresses do."""
    return Probes(host=DOMAIN, addresses=addresses)


def denied(action: str) -> Unknown:
    """A group that the credentials may not read."""
    return Unknown(gap=Gap.DENIED, asked=action)


def but(base: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """The groups of a snapshot with some changed."""
    return base | changed
