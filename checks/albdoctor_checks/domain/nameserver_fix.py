"""The fix that the delegation checks share: give the parent the zone's name servers, at this registrar."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.checkup import CONFIRMED, LIKELY, Evidence, Finding, Fix, Impact, saw
from albdoctor.checkup.finding import Certainty, Severity
from albdoctor.derive.dns.delegation import Delegated
from albdoctor.derive.dns.registrar_table import Registrar
from albdoctor.derive.dns.registrars import default_registrar, registrar_named
from albdoctor.facts.known import Known, Observed
from albdoctor.facts.registration import RegisteredDomains, Registration
from albdoctor.text import Text, Value, same

SUMMARY = Text(
    en="Set the name servers of {domain} to exactly those of hosted zone {zone_id}.",
    ko="{domain} 도메인의 네임서버를 호스팅 영역 {zone_id}의 네임서버로만 설정하세요.",
)
LOST_RECORDS = Text(
    en="Records that exist only at the present name servers (above all MX and TXT for mail) are lost with the change: copy them into the hosted zone first.",
    ko="현재 네임서버에만 있는 레코드(특히 메일용 MX, TXT)는 네임서버를 바꾸면 더 이상 쓰이지 않습니다. 먼저 호스팅 영역에 옮겨 두세요.",
)
CACHED = Text(
    en="Resolvers keep the old name servers for up to 48 hours.",
    ko="리졸버는 이전 네임서버를 최대 48시간까지 캐시합니다.",
)
DS_FIRST = Text(
    en="The parent zone holds a DS record (DNSSEC): remove it at the registrar and wait until its TTL is over before you change the name servers.",
    ko="상위 영역에 DS 레코드(DNSSEC)가 있습니다. 네임서버를 바꾸기 전에 도메인 등록 기관에서 먼저 삭제하고 DS 레코드의 TTL만큼 기다리세요.",
)
TYPE_THESE = Text(
    en="Replace every name server there with these, one in each field:\n{nameserver_lines}",
    ko="기존 네임서버를 모두 지우고 아래 이름을 한 칸에 하나씩 입력하세요.\n{nameserver_lines}",
)
SCRIPT = (
    "aws route53domains update-domain-nameservers --region us-east-1"
    " --domain-name {domain} --nameservers {nameserver_args}"
)
VERIFY = "dig +norecurse +noall +answer +authority NS {domain} @{parent_server}"


class Registry(Struct, frozen=True):
    """What is known about who holds the registration: it decides where the name servers are typed."""

    registration: Observed[Registration]
    registered: Observed[RegisteredDomains]


ON_PURPOSE = Text(
    en="The present name servers lead to the load balancer on purpose: its addresses could not be read to compare.",
    ko="현재 네임서버가 의도적으로 로드 밸런서를 가리키고 있습니다. 로드 밸런서의 주소를 읽을 수 없어 비교하지 못했습니다.",
)
"""What else a domain with other name servers may be, when load balancers may not be described."""


def misdelegated(
    judged: Delegated,
    registry: Registry,
    *more: Evidence,
    severity: Severity | None = None,
    certainty: Certainty = CONFIRMED,
    alternatives: tuple[Text, ...] = (),
    decide: str = "",
    fix: Fix | None = None,
    doubt: str = "",
    **values: Value,
) -> Finding:
    """Report a domain whose parent does not name the zone's servers, with the fix for its registrar.

    `doubt` is the host when it may lead to the load balancer all the same, and nobody could see that.
    """
    if doubt:
        certainty, alternatives = LIKELY, (*alternatives, ON_PURPOSE)
        decide = decide or f"dig +short {doubt}"
    return Finding(
        subject=judged.ref,
        evidence=(*compared(judged), *more),
        values=name_server_values(judged) | values,
        severity=severity,
        certainty=certainty,
        alternatives=alternatives,
        decide=decide,
        fix=fix or name_server_fix(judged, registry),
    )


def name_server_fix(
    judged: Delegated | None = None,
    registry: Registry | None = None,
) -> Fix:
    """Build the fix for whoever holds the registration; without facts, the one that fits every registrar."""
    registration = registry.registration.value if registry and isinstance(registry.registration, Known) else None
    own = registry is not None and isinstance(registry.registered, Known) and bool(registry.registered.value)
    hand = None if own else _by_hand(_registrar(judged, registration), registration)
    return Fix(
        summary=SUMMARY,
        impact=Impact.TRAFFIC,
        side_effects=_side_effects(judged),
        script=SCRIPT if own else "",
        console=(same("Route 53 > Registered domains > {domain} > Actions > Edit name servers"),) if own else (),
        by_hand=hand,
        verify=VERIFY,
    )


def _side_effects(judged: Delegated | None) -> tuple[Text, ...]:
    moves = judged is None or not set(judged.foreign) <= set(judged.unresolvable)
    signed = judged is not None and bool(judged.ds)
    return (*((DS_FIRST,) if signed else ()), *((LOST_RECORDS,) if moves else ()), CACHED)


def _registrar(judged: Delegated | None, registration: Registration | None) -> Registrar | None:
    """Registration data knows best; the name servers' owner is most often the registrar too."""
    if registration and (registration.registrar or registration.registrar_iana_id):
        return registrar_named(registration)
    return default_registrar(judged.names) if judged else None


def _by_hand(registrar: Registrar | None, registration: Registration | None) -> Text:
    if registrar is None:
        named = registration.registrar if registration else ""
        at = f" ({named.replace('{', '').replace('}', '')})" if named else ""
        return Text(
            en=f"Sign in where the domain was bought{at} and open its name server settings. {TYPE_THESE.en}",
            ko=f"도메인을 구입한 곳{at}에 로그인해 네임서버 설정을 여세요. {TYPE_THESE.ko}",
        )
    if not registrar.changeable:
        return Text(
            en=f"{registrar.menu.en}, or delegate a subdomain to these:\n{{nameserver_lines}}\nSee {registrar.page}",
            ko=f"{registrar.menu.ko}. 또는 하위 도메인만 아래 네임서버로 위임하세요.\n{{nameserver_lines}}\n참고: {registrar.page}",
        )
    return Text(
        en=" ".join((f"{registrar.name}: {registrar.menu.en}.", TYPE_THESE.en))
        + "".join(f"\n{catch.en}" for catch in registrar.catches)
        + f"\nSee {registrar.page}",
        ko=" ".join((f"{registrar.name}: {registrar.menu.ko}.", TYPE_THESE.ko))
        + "".join(f"\n{catch.ko}" for catch in registrar.catches)
        + f"\n참고: {registrar.page}",
    )


def name_server_values(judged: Delegated) -> dict[str, Value]:
    """Give the values that the messages and fixes of the delegation checks need."""
    return {
        "domain": judged.domain,
        "zone_id": judged.zone.id,
        "nameservers": judged.zone.name_servers,
        "nameserver_lines": "\n".join(f"  {name}" for name in judged.zone.name_servers),
        "nameserver_args": tuple(f"Name={name}" for name in judged.zone.name_servers),
        "parent_names": judged.names,
        "parent_zone": judged.parent_zone,
        "parent_server": judged.parent_server,
        "foreign": judged.foreign,
        "missing": judged.missing,
    }


def compared(judged: Delegated) -> tuple[Evidence, Evidence]:
    """Show both sides: what the parent names, and what the zone has."""
    rcodes = ", ".join(dict.fromkeys(answer.rcode or "" for answer in judged.parents))
    return (
        saw(
            Text(
                en=f"NS {judged.domain} asked of the servers of {judged.parent_zone} ({len(judged.parents)} answered)",
                ko=f"{judged.parent_zone} 서버에 NS {judged.domain} 질의({len(judged.parents)}대 응답)",
            ),
            ", ".join(judged.names) or f"{rcodes}, NS: []",
        ),
        saw(f"route53 GetHostedZone {judged.zone.id}", f"NameServers: {', '.join(judged.zone.name_servers)}"),
    )


def asked_children(judged: Delegated) -> Evidence:
    """Show what each delegated server says about the zone."""
    return saw(
        Text(
            en=f"SOA {judged.domain} asked of each delegated server",
            ko=f"위임된 서버마다 SOA {judged.domain} 질의",
        ),
        "; ".join(
            f"{answer.server} {answer.rcode or answer.error}{' aa' if answer.authoritative else ''}"
            for answer in judged.children
        )
        or "-",
    )
