"""ALB114: the parent still names the Route 53 servers of a hosted zone that is gone."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Verdict, check, fine
from albdoctor.derive.dns.delegation import Fit
from albdoctor.derive.dns.domains import DelegatedDomains
from albdoctor.derive.dns.registrars import Holder
from albdoctor.text import Text
from albdoctor_checks.domain.misdelegated import asked_children, misdelegated
from albdoctor_checks.fixes import name_servers


@check(
    id="ALB114",
    slug="delegation-stale-hosted-zone",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="{domain} is delegated to the name servers of a deleted Route 53 hosted zone, which refuse it ({parent_names}), not to those of {zone_named}",
        ko="{domain} 도메인이 {zone_named}의 네임서버가 아니라, 삭제된 호스팅 영역의 응답을 거부하는 네임서버({parent_names})에 위임되어 있습니다",
    ),
    why=Text(
        en="A hosted zone that is created again gets other name servers, and the registrar, or the zone above, keeps the old ones until you change them. Until then every lookup fails with SERVFAIL, and somebody else may take the domain over.",
        ko="호스팅 영역을 다시 만들면 네임서버가 바뀌지만 도메인 등록 기관이나 상위 영역에는 예전 네임서버가 그대로 남습니다. 바꾸기 전까지 모든 조회가 SERVFAIL로 실패하고, 다른 사람이 도메인을 가로챌 위험도 있습니다.",
    ),
    fixes=name_servers.MOVE.every,
    breaks={"zone-asked"},
    words=Text(
        en=(
            "re-created hosted zone, new NS; recreated hosted zone; "
            "deleted and created hosted zone again; hosted zone name servers changed; SERVFAIL; "
            "old name servers of deleted hosted zone; query refused by Route 53; "
            "terraform destroyed hosted zone; NS changed after recreate; "
            "domain takeover of hosted zone"
        ),
        ko=(
            "호스팅 영역 재생성; 호스팅 영역을 지웠다가 다시 만듦; 호스팅 영역 삭제 후 생성; "
            "네임서버가 바뀜; SERVFAIL; 이전 호스팅 영역의 네임서버; NS 값이 새로 바뀜; "
            "호스팅 영역 다시 생성"
        ),
    ),
    refs=("https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html",),
)
def delegation_stale_hosted_zone(domains: DelegatedDomains, holder: Holder) -> Iterator[Verdict]:
    """Yield the domain when its parent names only Route 53 servers, none of its zone's, and all refuse it."""
    for domain in domains:
        stale = domain.fit is Fit.STALE
        if stale and domain.held and holder.entered == domain.names:
            continue  # ALB111 tells it of the account's own domain
        yield misdelegated(domain, holder, asked_children(domain)) if stale else fine(domain.ref)
