"""Faults of the certificate: not validated, for another name, in another Region."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from albdoctor.checkup import WARNING
from albdoctor.lab.aws_acm import validation_record
from albdoctor.lab.nameservers import EDGE_NAME
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.scenarios.balancer import never_add_https
from albdoctor.lab.scenarios.domain import settle_with_registrar
from albdoctor.lab.scenarios.stories import registrar_resets_name_servers
from albdoctor.lab.scenarios.zone import leave_a_ds_record_behind
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def forget_validation(shop: Shop) -> None:
    """The certificate was requested, its validation records were never entered."""
    _take_certificate_away(shop)
    shop.certificate = shop.builder.certificate((shop.domain,), issued=False)


def type_the_whole_name(shop: Shop) -> None:
    """The console adds the zone's name to what is typed, and ACM's name was pasted as a whole."""
    forget_validation(shop)
    record = validation_record(shop.domain)
    shop.builder.record(shop.zone, f"{record['Name'].rstrip('.')}.{shop.domain}", "CNAME", record["Value"])


def lose_the_final_dot(shop: Shop) -> None:
    """The records came from a zone file in which the value had no final dot."""
    forget_validation(shop)
    record = validation_record(shop.domain)
    shop.builder.record(shop.zone, record["Name"], "CNAME", f"{record['Value']}{shop.domain}")


def paste_another_value(shop: Shop) -> None:
    """Of the list's records the value of another one was pasted."""
    forget_validation(shop)
    record, other = validation_record(shop.domain), validation_record("other.example")
    shop.builder.record(shop.zone, record["Name"], "CNAME", other["Value"])


def enter_a_text(shop: Shop) -> None:
    """Other services prove a domain by TXT: the value was entered as one."""
    forget_validation(shop)
    record = validation_record(shop.domain)
    shop.builder.record(shop.zone, record["Name"], "TXT", f'"{record["Value"]}"')


def rely_on_a_wildcard(shop: Shop) -> None:
    """Every name without a record of its own leads to a CDN, that of the validation record too."""
    forget_validation(shop)
    shop.builder.record(shop.zone, f"*.{shop.domain}", "CNAME", EDGE_NAME)


def let_it_time_out(shop: Shop) -> None:
    """The records were never entered, and 72 hours passed."""
    forget_validation(shop)
    shop.world.aws.time_out(shop.certificate)


def allow_others_only(shop: Shop) -> None:
    """The domain's CAA records name the authority that was used before, when a certificate is requested from ACM."""
    _take_certificate_away(shop)
    shop.builder.record(shop.zone, shop.domain, "CAA", '0 issue "letsencrypt.org"')
    names = (shop.domain, f"www.{shop.domain}")
    shop.builder.validation_records(shop.zone, names)
    shop.certificate = shop.builder.certificate(names, issued=False)


def request_below_an_old_ds_record(shop: Shop) -> None:
    """The domain came from a provider that signed its zone: the DS record is still there, and ACM validates."""
    leave_a_ds_record_behind(shop)
    _take_certificate_away(shop)
    names = (shop.domain, f"www.{shop.domain}")
    shop.builder.validation_records(shop.zone, names)
    shop.certificate = shop.builder.certificate(names, issued=False)


def allow_no_wildcards(shop: Shop) -> None:
    """Amazon may issue, and nobody may for wildcards: one was put on the certificate that serves the site."""
    _caa_for_amazon(shop, '0 issuewild ";"')
    names = (shop.domain, f"*.{shop.domain}")
    shop.set_certificate(shop.builder.certificate(names))


def allow_amazon(shop: Shop) -> None:
    """Amazon may issue, wildcards too; others may issue for mail, and none else."""
    _caa_for_amazon(shop, '0 issuewild "amazontrust.com"', '0 issuemail "digicert.com"')


def tidy_up_records(shop: Shop) -> None:
    """After the certificate was issued its validation records were taken for leftovers."""
    shop.delete_records("CNAME")


def give_up_renewing(shop: Shop) -> None:
    """Nobody noticed: the certificate ends in ten days."""
    tidy_up_records(shop)
    never_renew(shop)
    shop.world.aws.renew_in_vain(shop.certificate, RenewalStatus="PENDING_VALIDATION")


def _caa_for_amazon(shop: Shop, *more: str) -> None:
    shop.builder.record(shop.zone, shop.domain, "CAA", '0 issue "amazon.com"', '0 iodef "mailto:a@b.example"', *more)


def request_in_virginia(shop: Shop) -> None:
    """The certificate was requested in us-east-1, as CloudFront wants it."""
    _take_certificate_away(shop)
    shop.builder.certificate((shop.domain,), region="us-east-1")


def validate_in_vain(shop: Shop) -> None:
    """The validation record is in the hosted zone, but the registrar names its own servers."""
    forget_validation(shop)
    registrar_resets_name_servers(shop)
    shop.builder.validation_records(shop.zone, (shop.domain,))


def wait_where_nobody_looks(shop: Shop) -> None:
    """The validation record is nowhere, and the registrar names its own servers: the hosted zone is not asked."""
    forget_validation(shop)
    registrar_resets_name_servers(shop)


def publish_where_it_is_read(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - as every repair
    """Write the record into the zone that the corrected name servers serve."""
    shop.builder.validation_records(shop.zone, (shop.domain,))


def right_certificate_waits(shop: Shop) -> None:
    """The listener has a certificate for another name, while the right one lies in ACM."""
    shop.builder.validation_records(shop.zone, (shop.domain,))
    shop.builder.certificate((shop.domain,))


def certificate_for_clients_waits(shop: Shop) -> None:
    """The certificate for the domain was requested for clients: no listener takes it."""
    shop.builder.validation_records(shop.zone, (shop.domain,))
    shop.world.aws.make_unfit(shop.builder.certificate((shop.domain,)), CertificateUsage="CLIENT_AUTH_ONLY")


def keep_certificates_for_others(shop: Shop) -> None:
    """Beside the one that is served, the account has one for clients and one whose key is with an ACME client."""
    for kind in ({"CertificateUsage": "CLIENT_AUTH_ONLY"}, {"CertificateKeyPairOrigin": "ACME"}):
        shop.world.aws.make_unfit(shop.builder.certificate((shop.domain,)), **kind)


def never_renew(shop: Shop) -> None:
    """The certificate ends in ten days, and ACM did not renew it."""
    end = datetime.now(UTC) + timedelta(days=10)
    shop.world.aws.issue(shop.certificate, not_before=end - timedelta(days=198), not_after=end)


def renew(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """ACM finds the validation record again and renews."""
    shop.world.aws.issue(shop.certificate)


def _take_certificate_away(shop: Shop) -> None:
    never_add_https(shop)
    shop.client("acm").delete_certificate(CertificateArn=shop.certificate)
    shop.delete_records("CNAME")


PENDING = (
    effect("acm-pending-validation"),
    effect("listener-https-missing"),
    effect("tls-port-closed"),
    effect("http-no-https-redirect", severity=WARNING),
)
"""What follows where a certificate waits."""
SCENARIOS = (
    Scenario(
        name="certificate-pending",
        about=Text(
            en="The certificate waits for a validation record that nobody entered, so there is no HTTPS listener.",
            ko="검증용 레코드가 없어 인증서가 검증 대기 중이고, 그래서 HTTPS 리스너도 없습니다.",
        ),
        plan=Plan(then=(forget_validation,)),
        expected=(
            cause("acm-validation-cname-missing"),
            effect("acm-pending-validation"),
            effect("listener-https-missing"),
            effect("tls-port-closed"),
            effect("http-no-https-redirect", severity=WARNING),
        ),
    ),
    Scenario(
        name="certificate-waits-for-dnssec",
        about=Text(
            en="The validation records are right, and an old DS record keeps ACM from believing them.",
            ko="검증 레코드는 맞지만 이전 DS 레코드 때문에 ACM이 검증하지 못합니다.",
        ),
        plan=Plan(then=(request_below_an_old_ds_record,)),
        expected=(cause("dnssec-ds-without-dnskey"), effect("dnssec-resolver-says-bogus"), *PENDING),
        repairs={"dnssec-ds-without-dnskey": settle_with_registrar},
    ),
    Scenario(
        name="validation-name-doubled",
        about=Text(
            en="The validation record was created with the whole name in a form that appends the domain to it.",
            ko="도메인을 자동으로 붙이는 입력란에 검증 레코드 이름을 통째로 넣어 도메인이 두 번 들어갔습니다.",
        ),
        plan=Plan(then=(type_the_whole_name,)),
        expected=(cause("acm-validation-name-doubled"), *PENDING),
    ),
    Scenario(
        name="validation-target-suffixed",
        about=Text(
            en="The validation record's value had no final dot, and the domain was appended to it.",
            ko="검증 레코드 값 끝에 점이 없어서 값 뒤에 도메인이 붙었습니다.",
        ),
        plan=Plan(then=(lose_the_final_dot,)),
        expected=(cause("acm-validation-target-suffixed"), *PENDING),
    ),
    Scenario(
        name="validation-value-mismatch",
        about=Text(
            en="The validation record has the right name and the value of another record.",
            ko="검증 레코드의 이름은 맞지만 다른 레코드의 값이 들어 있습니다.",
        ),
        plan=Plan(then=(paste_another_value,)),
        expected=(cause("acm-validation-value-mismatch"), *PENDING),
    ),
    Scenario(
        name="validation-as-text",
        about=Text(
            en="The validation record was entered as TXT instead of CNAME.",
            ko="검증 레코드를 CNAME이 아니라 TXT로 등록했습니다.",
        ),
        plan=Plan(then=(enter_a_text,)),
        expected=(cause("acm-validation-cname-hidden"), *PENDING),
    ),
    Scenario(
        name="validation-behind-wildcard",
        about=Text(
            en="The validation record is missing, and a wildcard answers in its place.",
            ko="검증 레코드가 없고 와일드카드 레코드가 대신 응답합니다.",
        ),
        plan=Plan(then=(rely_on_a_wildcard,)),
        expected=(cause("acm-validation-cname-hidden"), *PENDING),
    ),
    Scenario(
        name="certificate-timed-out",
        about=Text(
            en="The request for the certificate timed out after 72 hours; ACM never takes it up again.",
            ko="인증서 요청이 72시간 만에 시간 초과로 끝났습니다. ACM은 끝난 요청을 다시 진행하지 않습니다.",
        ),
        plan=Plan(then=(let_it_time_out,)),
        expected=(
            cause("acm-validation-timed-out"),
            effect("listener-https-missing"),
            effect("tls-port-closed"),
            effect("http-no-https-redirect", severity=WARNING),
        ),
    ),
    Scenario(
        name="caa-forbids-amazon",
        about=Text(
            en="The validation succeeded, yet the request failed: the CAA records name another authority only.",
            ko="검증은 되었지만 도메인의 CAA 레코드에 다른 인증 기관만 있어 요청이 실패했습니다.",
        ),
        plan=Plan(then=(allow_others_only,)),
        expected=(
            cause("acm-caa-forbids"),
            effect("acm-validation-timed-out"),
            effect("listener-https-missing"),
            effect("tls-port-closed"),
            effect("http-no-https-redirect", severity=WARNING),
        ),
    ),
    Scenario(
        name="caa-forbids-wildcard",
        about=Text(
            en="The certificate that serves the site has a wildcard, and issuewild lets nobody renew it.",
            ko="서비스 중인 인증서에 와일드카드가 있는데 issuewild 레코드가 갱신을 금지합니다.",
        ),
        plan=Plan(then=(allow_no_wildcards,)),
        expected=(cause("acm-caa-forbids-wildcard", severity=WARNING),),
    ),
    Scenario(
        name="caa-allows-amazon",
        about=Text(
            en="Nothing is wrong: the CAA records let Amazon issue and renew.",
            ko="문제가 없는 상태입니다. CAA 레코드가 Amazon의 발급과 갱신을 허용합니다.",
        ),
        plan=Plan(then=(allow_amazon,)),
    ),
    Scenario(
        name="validation-record-deleted",
        about=Text(
            en="The site is served, but its validation records were deleted: the certificate cannot be renewed.",
            ko="사이트는 정상이지만 검증 레코드가 삭제되어 인증서를 갱신할 수 없습니다.",
        ),
        plan=Plan(then=(tidy_up_records,)),
        expected=(cause("acm-renewal-at-risk", severity=WARNING),),
    ),
    Scenario(
        name="renewal-failing",
        about=Text(
            en="ACM cannot renew the certificate, whose validation records were deleted, and it ends in ten days.",
            ko="검증 레코드가 삭제되어 ACM이 인증서를 갱신하지 못하고 있으며 10일 뒤 만료됩니다.",
        ),
        plan=Plan(then=(give_up_renewing,)),
        expected=(
            cause("acm-renewal-at-risk", severity=WARNING),
            effect("acm-expired-or-expiring", severity=WARNING),
        ),
        repairs={"acm-expired-or-expiring": renew},
    ),
    Scenario(
        name="certificate-validated-in-vain",
        about=Text(
            en="The certificate's validation record is in the hosted zone, but the registrar uses its"
            " own name servers, so ACM never sees it.",
            ko="인증서 검증용 레코드가 호스팅 영역에 있지만, 도메인 등록 기관의 기본 네임서버를 쓰고"
            " 있어 ACM이 찾지 못합니다.",
        ),
        plan=Plan(then=(validate_in_vain,)),
        expected=(
            cause("registrar-default-nameservers"),
            effect("acm-validation-in-dead-zone"),
            effect("acm-pending-validation"),
            effect("listener-https-missing"),
            effect("tls-port-closed"),
        ),
    ),
    Scenario(
        name="certificate-pending-where-nobody-looks",
        about=Text(
            en="The certificate's validation record is missing, and the hosted zone is not delegated:"
            " written into it, the record would be seen by nobody.",
            ko="인증서 검증용 레코드가 없고 호스팅 영역도 위임되지 않아,"
            " 그 영역에 레코드를 만들어도 조회되지 않습니다.",
        ),
        plan=Plan(then=(wait_where_nobody_looks,)),
        expected=(
            cause("registrar-default-nameservers"),
            cause("acm-validation-cname-missing"),
            effect("acm-pending-validation"),
            effect("listener-https-missing"),
            effect("tls-port-closed"),
        ),
        repairs={"acm-validation-cname-missing": publish_where_it_is_read},
    ),
    Scenario(
        name="certificate-wrong-name",
        about=Text(
            en="The listener's certificate covers www only, and no certificate covers the domain itself.",
            ko="리스너의 인증서는 www만 포함하며, 도메인 자체를 포함하는 인증서가 없습니다.",
        ),
        plan=Plan(certificate_names=("www.shop.example",)),
        expected=(
            cause("acm-name-not-covered"),
            effect("listener-cert-name-mismatch"),
            effect("tls-default-certificate"),
        ),
    ),
    Scenario(
        name="certificate-not-attached",
        about=Text(
            en="The listener serves a certificate for www; the one for the domain is issued but not attached.",
            ko="리스너는 www 인증서를 제공합니다. 도메인 인증서는 발급되었지만 리스너에 추가되지 않았습니다.",
        ),
        plan=Plan(certificate_names=("www.shop.example",), then=(right_certificate_waits,)),
        expected=(
            cause("acm-issued-but-not-attached"),
            effect("listener-cert-name-mismatch"),
            effect("tls-default-certificate"),
        ),
    ),
    Scenario(
        name="certificate-for-clients-only",
        about=Text(
            en="The only certificate for the domain is for client authentication; the listener serves one for www.",
            ko="도메인 인증서가 클라이언트 인증 전용뿐이고, 리스너는 www 인증서를 제공합니다.",
        ),
        plan=Plan(certificate_names=("www.shop.example",), then=(certificate_for_clients_waits,)),
        expected=(
            cause("acm-not-usable-on-load-balancer"),
            effect("listener-cert-name-mismatch"),
            effect("tls-default-certificate"),
        ),
    ),
    Scenario(
        name="certificates-for-others",
        about=Text(
            en="Nothing is wrong: beside the certificate that is served lie one for clients and one of an ACME client.",
            ko="문제가 없는 상태입니다. 서비스 중인 인증서 외에 클라이언트 인증용과 ACME 인증서도 있습니다.",
        ),
        plan=Plan(then=(keep_certificates_for_others,)),
    ),
    Scenario(
        name="certificate-expiring",
        about=Text(
            en="The listener's certificate expires in ten days and was not renewed.",
            ko="리스너의 인증서가 갱신되지 않은 채 10일 뒤에 만료됩니다.",
        ),
        plan=Plan(then=(never_renew,)),
        expected=(cause("acm-expired-or-expiring", severity=WARNING),),
        repairs={"acm-expired-or-expiring": renew},
    ),
    Scenario(
        name="certificate-wrong-region",
        about=Text(
            en="The certificate was issued in us-east-1; the load balancer in Seoul cannot use it.",
            ko="인증서가 us-east-1에서 발급되어 서울 리전의 로드 밸런서에서 쓸 수 없습니다.",
        ),
        plan=Plan(then=(request_in_virginia,)),
        expected=(
            cause("acm-wrong-region"),
            effect("listener-https-missing"),
            effect("tls-port-closed"),
            effect("http-no-https-redirect", severity=WARNING),
        ),
    ),
)
