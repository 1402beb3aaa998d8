"""ALB109: the registration is locked, so that the name servers which it needs are not accepted."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, INFO, LIKELY, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.derive.request.arrival import Arrival, HttpsAnswer
from albdoctor.text import Text

NO_MOVE = (Fit.SOUND, Fit.PUBLISHING)
"""Delegations that need no other name servers, or have them already."""
WRONG = (Fit.MISSING, Fit.MIXED, Fit.MISTYPED)
"""Those that nobody means; of the others, the ones by which visitors reach the site may stay."""
LIFTED = Text(
    en="The registrar takes its own lock away for the moment when name servers are saved in its panel, as several do.",
    ko="패널에서 네임서버를 저장할 때 등록 기관이 자체 잠금을 스스로 잠시 풀어 줍니다. 그런 등록 기관이 여럿 있습니다.",
)
OF_THE_REGISTRAR = Fix(
    summary=Text(
        en="If the registrar does not take the new name servers, lift its lock on changes first.",
        ko="등록 기관에서 새 네임서버가 저장되지 않으면 먼저 변경 잠금을 해제하세요.",
    ),
    by_hand=Text(
        en="Look in the panel of {registrar} for a domain lock, a change lock or a protection of {domain}, switch it off, save the name servers, and switch it on again.",
        ko="{registrar} 패널에서 {domain} 도메인의 잠금(도메인 락, 변경 잠금, 정보 보호)을 찾아 해제하고 네임서버를 저장한 다음 다시 켜세요.",
    ),
    verify="whois {domain}",
)
OF_THE_REGISTRY = Fix(
    summary=Text(
        en="Have the lock lifted, or let the transfer end, before the name servers are changed.",
        ko="네임서버를 바꾸기 전에 잠금을 해제하거나 기관 이전이 끝날 때까지 기다리세요.",
    ),
    by_hand=Text(
        en="A lock of the registry (serverUpdateProhibited) is lifted only at the registrar's request: ask the support of {registrar} why {domain} is locked, and to have it lifted. A transfer (pendingTransfer) ends by itself within some days, or in the panel where it is confirmed or refused.",
        ko="레지스트리 잠금(serverUpdateProhibited)은 등록 기관이 요청해야 풀리므로, {registrar} 고객센터에 {domain} 도메인이 잠긴 이유를 묻고 해제를 요청하세요. 기관 이전(pendingTransfer)은 며칠 안에 저절로 끝나거나, 패널에서 승인 또는 거절하면 끝납니다.",
    ),
    verify="whois {domain}",
    before_others=True,
)


@check(
    id="ALB109",
    slug="registrar-update-locked",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="{domain} needs other name servers, and its registration is locked against changes: {statuses}",
        ko="{domain} 도메인의 네임서버를 바꿔야 하는데 등록 정보가 변경되지 않도록 잠겨 있습니다: {statuses}",
    ),
    why=Text(
        en="While the registry holds this status it refuses every change of the domain, name servers included: they are typed and saved in the panel, and nothing happens.",
        ko="이 상태에서는 레지스트리가 네임서버를 포함한 모든 변경을 거부합니다. 패널에서 입력하고 저장해도 아무것도 바뀌지 않습니다.",
    ),
    fixes=(OF_THE_REGISTRY, OF_THE_REGISTRAR),
    words=Text(
        en=(
            "name servers cannot be saved; saving name servers does nothing; domain lock; registrar lock; "
            "clientUpdateProhibited; serverUpdateProhibited; pendingTransfer; name server change refused"
        ),
        ko=(
            "네임서버가 저장되지 않음; 네임서버 변경이 안 됨; 도메인 잠금; 도메인 락; "
            "clientUpdateProhibited 상태; serverUpdateProhibited 상태; 기관 이전 중 네임서버 변경"
        ),
    ),
    refs=("https://www.rfc-editor.org/rfc/rfc5731#section-2.3",),
)
def registrar_update_locked(
    domains: DelegatedDomains, holder: Holder, arrival: Arrival, https: HttpsAnswer
) -> Iterator[Verdict]:
    """Yield a locked domain whose name servers have to be changed; what the registrar may lift by itself is likely."""
    serves = arrival.at_balancer or https.fronted or https.served
    for domain in domains:
        statuses = holder.locks or holder.own_locks
        settled = domain.fit in NO_MOVE or (serves and domain.fit not in WRONG)
        if settled or not statuses or holder.taken_out or holder.fixed:
            yield from (fine(domain.ref),) if holder.registration or holder.in_account else ()
            continue
        known = holder.registration
        yield found(
            domain.ref,
            saw(asked.registry(known, domain.domain) if known else asked.held(domain.domain), ", ".join(statuses)),
            fix=OF_THE_REGISTRY if holder.locks else OF_THE_REGISTRAR,
            severity=None if holder.locks else INFO,
            certainty=CONFIRMED if holder.locks else LIKELY,
            alternatives=() if holder.locks else (LIFTED,),
            domain=domain.domain,
            statuses=statuses,
            registrar=(known.registrar if known else "Route 53 Domains") or "-",
        )
