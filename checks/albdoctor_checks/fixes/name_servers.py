"""Give the parent the zone's name servers, at whoever holds the registration."""

from __future__ import annotations

from msgspec import Struct

from albdoctor.checkup import Caution, Fix, Impact
from albdoctor.derive.dns.delegation import Delegated
from albdoctor.derive.dns.registrar_table import Registrar
from albdoctor.derive.dns.registrars import Holder, default_registrar, registrar_named
from albdoctor.facts.registration import Registration
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

SUMMARY = Text(
    en="Set the name servers of {domain} to exactly those of {zone_named}.",
    ko="{domain} 도메인의 네임서버를 {zone_named}의 네임서버로만 설정하세요.",
)
STAY = Text(
    en="Create the records of {domain} at {registrar_name}, or transfer the domain to a registrar that allows the name servers of {zone_named}.",
    ko="{registrar_name}에 {domain} 레코드를 만들거나, {zone_named}의 네임서버를 쓸 수 있는 등록 기관으로 도메인을 이전하세요.",
)
LOST_RECORDS = Text(
    en="Records that exist only at the present name servers (above all MX and TXT for mail) are lost with the change: copy them into the hosted zone first.",
    ko="현재 네임서버에만 있는 레코드(특히 메일용 MX, TXT)는 네임서버를 바꾸면 더 이상 쓰이지 않습니다. 먼저 호스팅 영역에 옮겨 두세요.",
)
THESE_ARE_LOST = Text(
    en="These records of the present name servers are not in {zone_named}, and perhaps there are others (mail: MX, TXT). Create there what you still need before the change:\n- {lost[]}",
    ko="현재 네임서버에는 있고 {zone_named}에는 없는 레코드입니다(메일용 MX, TXT 등 더 있을 수 있음). 계속 쓸 것은 네임서버를 바꾸기 전에 먼저 만드세요.\n- {lost[]}",
)
THESE_MAY_BE_LOST = Text(
    en="The present name servers also hold these records. Hosted zone {zone_id} is large and these names were not looked up in it: see whether it has them before you change the name servers:\n- {unread[]}",
    ko="현재 네임서버에는 아래 레코드도 있습니다. 호스팅 영역 {zone_id}에 레코드가 많아 이 이름은 찾아보지 않았으니, 네임서버를 바꾸기 전에 호스팅 영역에도 있는지 확인하세요.\n- {unread[]}",
)
CACHED = Text(
    en="Resolvers keep the present answer for up to {kept}.",
    ko="리졸버는 현재 응답을 최대 {kept} 동안 캐시합니다.",
)
DS_FIRST = Text(
    en="The parent zone holds a DS record (DNSSEC): remove it at the registrar and wait until its TTL is over before you change the name servers.",
    ko="상위 영역에 DS 레코드(DNSSEC)가 있습니다. 네임서버를 바꾸기 전에 도메인 등록 기관에서 먼저 삭제하고 DS 레코드의 TTL만큼 기다리세요.",
)
TYPE_THESE = Text(
    en="Replace every name server there with these:\n  {nameservers[]}",
    ko="기존 네임서버를 모두 지우고 아래 이름을 한 칸에 하나씩 입력하세요.\n  {nameservers[]}",
)
SCRIPT = (
    "aws route53domains update-domain-nameservers --region us-east-1"
    " --domain-name {domain} --nameservers {nameserver_args}"
)
VERIFY = "dig +norecurse +noall +answer +authority NS {domain} @{parent_server}"
SOMEWHERE = Text(
    en=f"Sign in {{where_bought}} and open its name server settings. {TYPE_THESE.en}",
    ko=f"{{where_bought}}에 로그인해 네임서버 설정을 여세요. {TYPE_THESE.ko}",
)
AT_REGISTRAR = Text(
    en=f"{{registrar_name}}: {{menu}}. {TYPE_THESE.en}\n{{notes[]}}\nSee {{page}}",
    ko=f"{{registrar_name}}: {{menu}}. {TYPE_THESE.ko}\n{{notes[]}}\n참고: {{page}}",
)
NOT_CHANGEABLE = Text(
    en="{menu}, or delegate a subdomain to these:\n  {nameservers[]}\nSee {page}",
    ko="{menu}. 또는 하위 도메인만 아래 네임서버로 위임하세요.\n  {nameservers[]}\n참고: {page}",
)


BY_OWN_WORD = Text(
    en=f"{{where}}. {TYPE_THESE.en}",
    ko=f"{{where}}. {TYPE_THESE.ko}",
)
LOOK_UP = Text(
    en="{where}. Which name servers belong there, the account that holds the hosted zone tells; they change when a zone is created again:\n"
    "  aws route53 list-hosted-zones-by-name --dns-name {domain} --max-items 1 --query 'HostedZones[].[Id,Name]' --output text\n"
    "  aws route53 get-hosted-zone --id ZONE_ID --query DelegationSet.NameServers --output text\n"
    "Enter exactly these, one in each field. If {domain} has no hosted zone any more, create one first, or enter the name servers of the DNS provider that holds its records.",
    ko="{where}. 입력할 네임서버는 호스팅 영역이 있는 계정에서 확인합니다. 영역을 다시 만들면 네임서버도 바뀝니다.\n"
    "  aws route53 list-hosted-zones-by-name --dns-name {domain} --max-items 1 --query 'HostedZones[].[Id,Name]' --output text\n"
    "  aws route53 get-hosted-zone --id ZONE_ID --query DelegationSet.NameServers --output text\n"
    "출력된 이름만 한 칸에 하나씩 입력하세요. {domain} 호스팅 영역이 더 이상 없다면 먼저 만들거나, 레코드를 가진 DNS 제공업체의 네임서버를 입력하세요.",
)


class Fixes(Struct, frozen=True, kw_only=True):
    """One fix for each kind of holder."""

    somewhere: Fix
    """The registrar is not in the table, or nobody knows it."""
    at_registrar: Fix
    not_changeable: Fix
    """The registrar admits no name servers but its own."""
    in_account: Fix
    """The domain is registered in Route 53 Domains of the account."""
    by_own_word: Fix
    """The account's zones are not seen; the zone's servers tell their names themselves."""
    look_up: Fix
    """Nor do these."""

    @property
    def every(self) -> tuple[Fix, ...]:
        """All of them, to be declared by a check."""
        return (
            self.somewhere,
            self.at_registrar,
            self.not_changeable,
            self.in_account,
            self.by_own_word,
            self.look_up,
        )


PUT_BACK = Text(
    en="Once a domain is registered again or restored, a registrar may put its own name servers back (Gabia does): compare them with those of the hosted zone then.",
    ko="도메인을 다시 등록하거나 복구하면 네임서버가 등록 기관의 기본값으로 돌아갈 수 있습니다(가비아가 그렇습니다). 끝난 뒤 네임서버가 호스팅 영역의 것과 같은지 확인하세요.",
)
"""A side effect of getting a domain back."""


def _fix(
    side_effects: tuple[Text, ...], script: str = "", console: tuple[Text, ...] = (), by_hand: Text | None = None
) -> Fix:
    return Fix(
        summary=SUMMARY,
        impact=Impact.TRAFFIC,
        cautions=(
            Caution(where="ds", text=DS_FIRST),
            Caution(where="lost", text=THESE_ARE_LOST, says=LOST_RECORDS),
            Caution(where="unread", text=THESE_MAY_BE_LOST),
        ),
        side_effects=side_effects,
        script=script,
        console=console,
        by_hand=by_hand,
        verify=VERIFY,
    )


def _fixes(*side_effects: Text) -> Fixes:
    console = Text(
        en="Route 53 > Registered domains > {domain} > Actions > Edit name servers",
        ko="Route 53 > 등록된 도메인 > {domain} > 작업 > 이름 서버 편집",
    )
    return Fixes(
        somewhere=_fix(side_effects, by_hand=SOMEWHERE),
        at_registrar=_fix(side_effects, by_hand=AT_REGISTRAR),
        not_changeable=Fix(summary=STAY, impact=Impact.TRAFFIC, by_hand=NOT_CHANGEABLE, verify="dig +short {domain}"),
        in_account=_fix(side_effects, script=SCRIPT, console=(console,)),
        by_own_word=_fix(side_effects, by_hand=BY_OWN_WORD),
        look_up=_fix(side_effects, by_hand=LOOK_UP),
    )


MOVE = _fixes(LOST_RECORDS, CACHED)
"""Servers that answer for the domain now are replaced."""
COMPLETE = _fixes(CACHED)
"""No other server answers for the domain: none is named, or names that do not exist."""


def plan(domain: Delegated, holder: Holder) -> Plan:
    """Choose by what is there now and by who holds the registration."""
    fixes = COMPLETE if set(domain.foreign) <= set(domain.unresolvable) else MOVE
    registrar = _registrar(domain, holder.registration)
    if not domain.held:
        fix = fixes.by_own_word if domain.zone.name_servers else fixes.look_up
        return Plan(fix=fix, values={"where": _where(domain, holder)})
    if holder.in_account:
        return Plan(fix=fixes.in_account, values={})
    if registrar is None:
        return Plan(fix=fixes.somewhere, values={"where_bought": _where_bought(holder.registration)})
    fix = fixes.at_registrar if registrar.changeable else fixes.not_changeable
    return Plan(fix=fix, values=_panel(registrar))


def _registrar(domain: Delegated, registration: Registration | None) -> Registrar | None:
    """Registration data knows best; the name servers' owner is most often the registrar too, or its reseller."""
    by_names = default_registrar(domain.names)
    if registration and (registration.registrar or registration.registrar_iana_id):
        named = registrar_named(registration)
        sold_by_other = named and named.resells and by_names and not by_names.iana_ids
        return by_names if sold_by_other else named
    return by_names


def _where(domain: Delegated, holder: Holder) -> Text:
    """Where the delegation is written down: a record of the zone above, or the registrar's panel."""
    if domain.below and domain.above:
        zone = f"{domain.above.id} ({domain.above.name})"
        return Text(
            en=f"Open the NS record of {domain.domain} in hosted zone {zone}",
            ko=f"호스팅 영역 {zone}에서 {domain.domain} NS 레코드를 여세요",
        )
    if domain.below:
        return Text(
            en=f"Open the NS record of {domain.domain} where the zone {domain.parent_zone} is served",
            ko=f"{domain.parent_zone} 영역을 운영하는 곳에서 {domain.domain} NS 레코드를 여세요",
        )
    if holder.in_account:
        menu = f"Route 53 > Registered domains > {domain.domain} > Actions > Edit name servers"
        return Text(en=menu, ko=menu)
    registrar = _registrar(domain, holder.registration)
    if registrar:
        return Text(en=f"{registrar.name}: {registrar.menu.en}", ko=f"{registrar.name}: {registrar.menu.ko}")
    bought = _where_bought(holder.registration)
    return Text(
        en=f"Sign in {bought.en} and open its name server settings",
        ko=f"{bought.ko}에 로그인해 네임서버 설정을 여세요",
    )


def _where_bought(registration: Registration | None) -> Text:
    told = (registration.registrar, registration.registrar_url) if registration else ()
    named = ", ".join(one for one in told if one).replace("{", "").replace("}", "")
    at = f" ({named})" if named else ""
    return Text(en=f"where the domain was bought{at}", ko=f"도메인을 구입한 곳{at}")


def _panel(registrar: Registrar) -> dict[str, Value]:
    return {
        "registrar_name": registrar.name,
        "menu": registrar.menu,
        "notes": registrar.catches,
        "page": registrar.page,
    }
