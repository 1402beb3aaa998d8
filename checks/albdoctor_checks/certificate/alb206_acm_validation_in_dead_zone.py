"""ALB206: the validation CNAME stands in a hosted zone that the world does not ask."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, saw
from albdoctor.derive import asked
from albdoctor.derive.certificate.coverage import PendingCertificates
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.validation import Sought, State, sought, waiting
from albdoctor.derive.dns.zones import is_live
from albdoctor.derive.names import plain
from albdoctor.facts.acm import Certificate
from albdoctor.facts.dns import Delegation, ValidationAnswers
from albdoctor.facts.known import Known, Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes import validation_record
from albdoctor_checks.fixes.plan import Plan


@check(
    id="ALB206",
    slug="acm-validation-in-dead-zone",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The validation CNAME of the certificate for {host} is in hosted zone {zones}, which public DNS never asks",
        ko="{host} 인증서의 검증용 CNAME 레코드가 공개 DNS에서 조회되지 않는 호스팅 영역에 있습니다: {zones}",
    ),
    why=Text(
        en="The console says that the record was created, yet ACM sees only public DNS. This zone is private, or its name servers are not entered at the registrar, so the certificate is not issued.",
        ko="콘솔에는 레코드가 생성되었다고 나오지만 ACM은 공개 DNS만 조회합니다. 이 영역이 프라이빗이거나 도메인 등록 기관에 네임서버가 입력되지 않아 인증서가 발급되지 않습니다.",
    ),
    fixes=(validation_record.DELEGATE, *validation_record.EVERY),
    breaks={"validation"},
    shows={"zone-asked"},
    words=Text(
        en=(
            "validation record in the wrong zone; created records in Route 53 but still pending; "
            "validation CNAME in private zone; ACM says create record but zone not delegated; "
            "validation CNAME in a zone that is not used; record created yet certificate pending"
        ),
        ko=(
            "Route 53에서 레코드 생성했는데 검증 대기 중; 검증 레코드를 다른 영역에 만듦; "
            "위임되지 않은 영역의 검증 레코드; 레코드 생성했는데 보류"
        ),
    ),
    refs=("https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html",),
)
def acm_validation_in_dead_zone(
    scan: Scan,
    pending: PendingCertificates,
    validation_answers: ValidationAnswers,
    hosted_zones: HostedZones,
    record_sets: RecordSets,
    delegation: Delegation,
    places: CertificatePlaces,
) -> Iterator[Verdict]:
    """Yield every pending certificate for the host whose CNAME is only in zones that are not delegated."""
    for certificate in (one.certificate for one in pending if one.needed):
        looked_up = sought(waiting(certificate), validation_answers, Known(hosted_zones), Known(record_sets))
        gaps = tuple(x for one in looked_up for x in (one.state, one.held) if isinstance(x, Unknown))
        dead = tuple(one for one in looked_up if _dead(one, delegation))
        yield from gaps
        if dead:
            plan = validation_record.plan(certificate, tuple(one.record for one in dead), scan.host, places)
            zones = {zone.id for one in dead if isinstance(one.held, tuple) for zone in one.held}
            other = any(zone.id not in zones and is_live(zone, delegation) for zone in hosted_zones)
            fix = plan.fix if other else validation_record.DELEGATE
            yield _only_there(certificate, dead, tuple(sorted(zones)), Plan(fix=fix, values=plan.values))
        elif not gaps:
            yield fine(certificate.ref)


def _dead(one: Sought, delegation: Delegation) -> bool:
    held = one.held if isinstance(one.held, tuple) else ()
    return one.state is State.ABSENT and bool(held) and not any(is_live(zone, delegation) for zone in held)


def _only_there(certificate: Certificate, dead: tuple[Sought, ...], zones: tuple[str, ...], plan: Plan) -> Finding:
    records = (one.record for one in dead)
    question = asked.records(", ".join(zones))
    return Finding(
        subject=certificate.ref,
        evidence=tuple(saw(question, f"{plain(one.name)} {one.type}") for one in records),
        values={**plan.values, "zones": zones},
        fix=plan.fix,
    )
