"""What ACM needs to renew a certificate by itself: its records, the click in a mail, or a new certificate."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.renewing import Renewal
from albdoctor.derive.certificate.validation import mailbox_domain
from albdoctor.text import Text
from albdoctor_checks.fixes import validation_record
from albdoctor_checks.fixes.plan import Plan

VERIFY = "aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.RenewalSummary"
SUMMARY = Text(
    en="Restore the validation records, and leave them for ever: ACM renews by itself then.",
    ko="검증 레코드를 복구하고 계속 남겨 두세요. 그러면 ACM이 자동으로 갱신합니다.",
)
RESTORE = Fix(
    summary=SUMMARY,
    cautions=validation_record.BY_SCRIPT.cautions,
    script="aws route53 change-resource-record-sets --hosted-zone-id {zone_id[]} --change-batch {change_batch[]}",
    console=(validation_record.CONSOLE,),
    verify=VERIFY,
)
RESTORE_BY_HAND = Fix(summary=SUMMARY, by_hand=validation_record.RECORDS, verify=VERIFY)
MAIL = Fix(
    summary=Text(
        en="Approve the renewal by the link in the mail that ACM sent, or have the names validated by DNS instead.",
        ko="ACM이 보낸 메일의 링크로 갱신을 승인하거나, DNS 검증으로 바꾸세요.",
    ),
    by_hand=Text(
        en="The mail goes to admin@, administrator@, hostmaster@, postmaster@ and webmaster@ of {mail_domain}. To have it sent again:\n"
        "  aws acm resend-validation-email --region {region} --certificate-arn {arn} --domain {mailed} --validation-domain {mail_domain}\n"
        "Certificates that are validated by DNS renew by themselves: request one for the same names and put it on the listener.",
        ko="메일은 {mail_domain} 도메인의 admin@, administrator@, hostmaster@, postmaster@, webmaster@ 주소로 갑니다. 다시 보내려면:\n"
        "  aws acm resend-validation-email --region {region} --certificate-arn {arn} --domain {mailed} --validation-domain {mail_domain}\n"
        "DNS로 검증한 인증서는 자동으로 갱신됩니다. 같은 이름으로 새로 요청해 리스너에 추가하세요.",
    ),
    verify=VERIFY,
)
ANEW = Fix(
    summary=Text(
        en="Take away what ACM names as the reason, or request a new certificate for the same names and put it on the listener.",
        ko="ACM이 알려 준 원인을 없애거나, 같은 이름으로 새 인증서를 요청해 리스너에 추가하세요.",
    ),
    by_hand=Text(
        en="The validation records are in place, and ACM gave up all the same. Its reason is in the output of\n"
        "  aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.RenewalSummary\n"
        "CAA_ERROR: see the CAA records of every name. Else the domain's DNS failed while ACM looked.",
        ko="검증 레코드는 올바르지만 ACM이 갱신에 실패했습니다. 원인은 다음 명령의 결과에 있습니다.\n"
        "  aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.RenewalSummary\n"
        "CAA_ERROR이면 모든 이름의 CAA 레코드를 확인하세요. 아니면 ACM이 조회할 때 도메인의 DNS가 응답하지 않은 것입니다.",
    ),
    verify=VERIFY,
)

EVERY = (RESTORE, RESTORE_BY_HAND, MAIL, ANEW)


def plan(one: Renewal, host: str, places: CertificatePlaces) -> Plan:
    """Say what stands in the way, and take it away: records first, for nothing else can be judged before them."""
    records = tuple(each.record for each in one.lost)
    written = validation_record.plan(one.certificate, records, host, places)
    values = dict(written.values)
    names = ", ".join(each.name for each in one.lost)
    if one.lost:
        values["obstacle"] = Text(
            en=f"its validation record is not public: {names}", ko=f"검증 레코드가 공개되어 있지 않음: {names}"
        )
        return Plan(fix=RESTORE if written.fix is validation_record.BY_SCRIPT else RESTORE_BY_HAND, values=values)
    if one.by_mail:
        values |= {"mailed": one.by_mail[0].domain_name, "mail_domain": mailbox_domain(one.by_mail[0])}
        mailed = ", ".join(each.domain_name for each in one.by_mail)
        values["obstacle"] = Text(
            en=f"nobody opened the link in its mail for {mailed}", ko=f"메일의 승인 링크를 열지 않음: {mailed}"
        )
        return Plan(fix=MAIL, values=values)
    values["obstacle"] = Text(en="RenewalStatus is FAILED", ko="RenewalStatus가 FAILED")
    return Plan(fix=ANEW, values=values)
