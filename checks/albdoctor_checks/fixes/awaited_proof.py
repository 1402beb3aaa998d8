"""What a pending certificate waits for: CNAME records, the link in a mail, or records that ACM has still to name."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.derive.certificate.places import CertificatePlaces
from albdoctor.derive.certificate.validation import mailbox_domain, mailed, waiting
from albdoctor.facts.acm import Certificate
from albdoctor.text import Text
from albdoctor_checks.fixes import validation_record
from albdoctor_checks.fixes.plan import Plan

OPEN_THE_LINK = Fix(
    summary=Text(
        en="Open the link in the mail that ACM sent, or request the certificate anew with DNS validation.",
        ko="ACM이 보낸 메일의 링크를 열어 승인하거나, DNS 검증으로 인증서를 다시 요청하세요.",
    ),
    by_hand=Text(
        en="The mail goes to admin@, administrator@, hostmaster@, postmaster@ and webmaster@ of {mail_domain}; where that domain receives no mail nobody can get it. To have it sent again, within 72 hours of the request:\n"
        "  aws acm resend-validation-email --region {region} --certificate-arn {arn} --domain {mailed} --validation-domain {mail_domain}\n"
        "With DNS validation no mail is needed, now and at each renewal; this requests such a certificate, and a scan after it names its records:\n"
        "  aws acm request-certificate --region {region} --validation-method DNS --domain-name {domain_name} --subject-alternative-names {every_name}",
        ko="메일은 {mail_domain} 도메인의 admin@, administrator@, hostmaster@, postmaster@, webmaster@ 주소로 갑니다. 메일을 받지 않는 도메인이라면 아무도 받을 수 없습니다. 요청 후 72시간 안에는 다시 보낼 수 있습니다.\n"
        "  aws acm resend-validation-email --region {region} --certificate-arn {arn} --domain {mailed} --validation-domain {mail_domain}\n"
        "DNS 검증은 지금도, 갱신할 때도 메일이 필요 없습니다. 다음 명령으로 요청한 뒤 다시 검사하면 필요한 레코드를 알려 드립니다.\n"
        "  aws acm request-certificate --region {region} --validation-method DNS --domain-name {domain_name} --subject-alternative-names {every_name}",
    ),
    verify=validation_record.VERIFY,
)
"""https://docs.aws.amazon.com/acm/latest/userguide/email-validation.html"""

LOOK_AGAIN = Fix(
    summary=Text(
        en="Wait a minute and scan again: ACM has named no record yet that it waits for.",
        ko="1분쯤 뒤에 다시 검사하세요. ACM이 필요한 레코드를 아직 알려 주지 않았습니다.",
    ),
    by_hand=Text(
        en="ACM names the records some seconds after the request, and issues some time after the last one was found. This shows what it waits for:\n"
        "  aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.DomainValidationOptions",
        ko="ACM은 요청 후 몇 초 뒤에 레코드를 알려 주고, 마지막 레코드를 찾은 뒤 조금 지나 발급합니다. 무엇을 기다리는지는 다음 명령으로 확인합니다.\n"
        "  aws acm describe-certificate --region {region} --certificate-arn {arn} --query Certificate.DomainValidationOptions",
    ),
    verify=validation_record.VERIFY,
)

EVERY = (*validation_record.EVERY, OPEN_THE_LINK, LOOK_AGAIN)


def plan(certificate: Certificate, host: str, places: CertificatePlaces) -> Plan:
    """Say what ACM waits for, and give it: records first, for they alone can be written here."""
    records, mails = waiting(certificate), mailed(certificate)
    written = validation_record.plan(certificate, records, host, places)
    values = dict(written.values)
    if records:
        names = ", ".join(record.name.rstrip(".") for record in records)
        values["obstacle"] = Text(en=f"ACM does not find {names}", ko=f"ACM이 찾지 못한 레코드: {names}")
        return Plan(fix=written.fix, values=values)
    if mails:
        names = ", ".join(one.domain_name for one in mails)
        values["obstacle"] = Text(
            en=f"nobody opened the link in its mail for {names}", ko=f"메일의 승인 링크를 열지 않음: {names}"
        )
        values |= {"mailed": mails[0].domain_name, "mail_domain": mailbox_domain(mails[0])}
        values |= {"domain_name": certificate.domain_name, "every_name": certificate.names}
        return Plan(fix=OPEN_THE_LINK, values=values)
    values["obstacle"] = Text(
        en="ACM has named no record yet that it waits for", ko="ACM이 필요한 레코드를 아직 알려 주지 않음"
    )
    return Plan(fix=LOOK_AGAIN, values=values)
