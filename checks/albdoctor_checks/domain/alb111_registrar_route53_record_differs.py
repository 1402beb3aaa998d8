"""ALB111: the account's own registration of the domain names the servers of a hosted zone that is gone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.registration import RegisteredDomains
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import asked_children, misdelegated
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB111",
    slug="registrar-route53-record-differs",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{domain} is registered in Route 53 with name servers that refuse it ({parent_names}), not with those of {zone_named}",
        ko="Route 53에 등록된 {domain} 도메인의 네임서버({parent_names})가 {zone_named}의 네임서버와 다르고 응답을 거부합니다",
    ),
    why=Text(
        en="The registration keeps the name servers of the hosted zone that came with it. A zone that is created again, by a stack or by hand, gets others, and nothing carries them over. Until then every lookup fails with SERVFAIL.",
        ko="도메인 등록 정보에는 처음 만들어진 호스팅 영역의 네임서버가 남아 있습니다. 스택이나 사람이 영역을 다시 만들면 네임서버가 바뀌지만 등록 정보는 자동으로 바뀌지 않습니다. 그동안 모든 조회가 SERVFAIL로 실패합니다.",
    ),
    fixes=(name_servers.MOVE.in_account, name_servers.COMPLETE.in_account),
    breaks={"zone-asked"},
    words=Text(
        en=(
            "Route 53 registered domain name servers differ from hosted zone; recreated hosted zone; "
            "Terraform created a second hosted zone; domain bought in Route 53 stopped working; "
            "registered domain and hosted zone name servers do not match; update-domain-nameservers; "
            "CDK destroyed and recreated the hosted zone"
        ),
        ko=(
            "Route 53에서 산 도메인 네임서버 불일치; 호스팅 영역을 다시 만듦; 테라폼으로 호스팅 영역 재생성; "
            "등록된 도메인과 호스팅 영역의 네임서버가 다름; Route 53 도메인이 갑자기 안됨"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html",),
)
def registrar_route53_record_differs(
    domains: DelegatedDomains, holder: Holder, registered_domains: Observed[RegisteredDomains]
) -> Iterator[Verdict]:
    """Yield the domain that the account registered with servers which refuse it, while it has a zone on others."""
    for domain in domains:
        if domain.fit is Fit.STALE and domain.held and holder.entered == domain.names:
            named = saw(asked.held(domain.domain), f"Nameservers: {', '.join(holder.entered)}")
            yield misdelegated(domain, holder, named, asked_children(domain))
        elif domain.fit is Fit.STALE and isinstance(registered_domains, Unknown):
            yield registered_domains
        else:
            yield fine(domain.ref)
