"""ALB101: nobody holds the domain."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import no_answer_of_parents, parent_answers, parent_names, usable
from albdoctor.facts.dns import Delegation
from albdoctor.facts.known import Kind, Ref
from albdoctor.facts.registration import Registration
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.name_servers import PUT_BACK


@check(
    id="ALB101",
    slug="registrar-domain-not-registered",
    severity=ERROR,
    since="0.1",
    message=Text(en="{domain} is not registered", ko="{domain} 도메인이 등록되어 있지 않습니다"),
    why=Text(
        en="The registry does not know the domain, so no name under it exists and visitors cannot find the site. It is misspelt, was never paid for, or has lapsed.",
        ko="레지스트리에 없는 도메인이므로 그 아래의 모든 이름이 존재하지 않고, 방문자는 사이트를 찾을 수 없습니다. 철자가 틀렸거나 결제되지 않았거나 등록이 만료된 것입니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Register {domain}, or scan the name that you meant.",
                ko="{domain} 도메인을 등록하거나, 원래 의도한 이름으로 다시 스캔하세요.",
            ),
            side_effects=(PUT_BACK,),
            by_hand=Text(
                en="Sign in to your registrar and look whether {domain} is listed and paid for. If it lapsed, ask for a restore today.",
                ko="도메인 등록 기관에 로그인해 {domain} 도메인이 목록에 있고 결제되었는지 확인하세요. 만료되었다면 오늘 바로 복구를 요청하세요.",
            ),
            verify="whois {domain}",
        ),
    ),
    breaks={"record", "zone-asked"},
    words=Text(
        en=(
            "domain is not registered; domain never bought; whois no match; "
            "domain not found at the registry; forgot to buy the domain; typo in domain name"
        ),
        ko=(
            "등록되지 않은 도메인; 도메인을 안 샀음; 도메인 구매 안 함; whois에 없는 도메인; "
            "도메인 오타; 도메인 등록 안 됨"
        ),
    ),
    refs=("https://www.rfc-editor.org/rfc/rfc9083",),
)
def registrar_domain_not_registered(
    scan: Scan, registration: Registration, delegation: Delegation
) -> Iterator[Verdict]:
    """Yield the domain when both the registry and the parent's servers deny it."""
    domain = Ref(Kind.DOMAIN, scan.registrable)
    answers = tuple(answer for answer in parent_answers(scan.registrable, delegation) if usable(answer))
    if registration.registered or parent_names(scan.registrable, delegation):
        yield fine(domain)
    elif not answers:
        yield no_answer_of_parents(scan.registrable)
    else:
        yield found(
            domain,
            saw(asked.registry(registration, scan.registrable), "not found"),
            saw(asked.dns("NS", scan.registrable, answers[0].server), answers[0].rcode or ""),
            domain=scan.registrable,
        )
