"""ALB112: the domain is registered, but its parent names no name server for it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.text import Text, command
from albdoctor_checks.domain.misdelegated import misdelegated
from albdoctor_checks.fixes import name_servers

NOT_REGISTERED = Text(
    en="The domain is not registered, or its registration lapsed.",
    ko="도메인이 등록되지 않았거나 등록이 만료되었습니다.",
)
ON_HOLD = Text(
    en="The registrar or the registry holds the domain back (clientHold, serverHold).",
    ko="도메인 등록 기관이나 레지스트리가 도메인을 정지했습니다(clientHold, serverHold).",
)


@check(
    id="ALB112",
    slug="delegation-missing",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} has no name servers in its parent zone, {parent_zone}",
        ko="상위 영역 {parent_zone}에 {domain} 도메인의 네임서버가 등록되어 있지 않습니다",
    ),
    why=Text(
        en="Nobody can find the hosted zone: every name under {domain} answers NXDOMAIN, and ACM cannot validate the certificate.",
        ko="호스팅 영역을 찾을 방법이 없습니다. {domain} 아래의 모든 이름이 NXDOMAIN으로 응답하고, ACM 인증서 검증도 되지 않습니다.",
    ),
    fixes=name_servers.COMPLETE.every,
    breaks={"zone-asked"},
    words=Text(
        en=(
            "domain not delegated; no name servers set; no NS record at the registrar; "
            "domain has no NS; bought domain in Route 53 but not resolving; "
            "new domain does not resolve; name servers empty; delegation missing"
        ),
        ko=(
            "네임서버가 등록되지 않음; 네임서버 없음; 위임 안 됨; 상위 영역에 NS 없음; "
            "도메인을 샀는데 조회가 안 됨; 네임서버 미등록"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html",),
)
def delegation_missing(domains: DelegatedDomains, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when its parent delegates it to nobody and the registry does not deny the registration."""
    sure = holder.registration is not None
    for domain in domains:
        if domain.fit is not Fit.MISSING:
            yield fine(domain.ref)
        elif holder.taken_out or holder.names_none:
            continue  # they come back with the hold's end or a restore; or ALB105 tells that none was entered
        elif holder.registration is None or holder.registration.registered:
            yield misdelegated(
                domain,
                holder,
                certainty=CONFIRMED if sure else LIKELY,
                alternatives=() if sure else (NOT_REGISTERED, ON_HOLD),
                decide="" if sure else command("whois {domain}", domain=domain.domain),
            )
