"""Faults of TLS as it is served: certificates that browsers refuse, handshakes that fail, addresses that differ."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

from albdoctor.checkup import WARNING
from albdoctor.lab.ca import Bought, self_signed
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.scenarios.certificate import renew
from albdoctor.lab.shop import Shop
from albdoctor.lab.tls import server_context
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def let_it_expire(shop: Shop) -> None:
    """The certificate ended yesterday, and nobody renewed it."""
    shop.world.aws.issue(
        shop.certificate, datetime.now(UTC) - timedelta(days=90), datetime.now(UTC) - timedelta(days=1)
    )


def import_the_whole_chain(shop: Shop) -> None:
    """A certificate that was bought elsewhere was imported as its issuer says."""
    _serve_imported(shop, shop.world.authority.buy(_names(shop)))


def import_and_forget(shop: Shop) -> None:
    """It was imported a year ago, and ends in twelve days."""
    end = datetime.now(UTC) + timedelta(days=12)
    _serve_imported(shop, shop.world.authority.buy(_names(shop), (end - timedelta(days=398), end)))


def import_by_acme(shop: Shop) -> None:
    """An ACME client imports it anew whenever a third of its 47 days is left: next time in two days."""
    end = datetime.now(UTC) + timedelta(days=17)
    _serve_imported(shop, shop.world.authority.buy(_names(shop), (end - timedelta(days=47), end)))


def forget_an_intermediate(shop: Shop) -> None:
    """It was imported with the first of its two intermediates only."""
    bought = shop.world.authority.buy(_names(shop))
    _serve_imported(shop, Bought(bought.certificate, bought.key, bought.chain[:1]))


def sign_it_oneself(shop: Shop) -> None:
    """A self-signed certificate was imported, and ACM has none of its own for the domain."""
    _serve_imported(shop, self_signed(_names(shop)))


def keep_the_stopgap(shop: Shop) -> None:
    """A self-signed stopgap stayed on the listener after ACM had issued the right certificate."""
    shop.set_certificate(shop.import_certificate(self_signed(_names(shop))))


def keep_the_stopgap_in_the_list(shop: Shop) -> None:
    """The stopgap stands in the listener's list, beside the default certificate of another name."""
    shop.set_certificate(shop.builder.certificate((f"static.{shop.domain}",)))
    stopgap = [{"CertificateArn": shop.import_certificate(self_signed(_names(shop)))}]
    shop.client("elbv2").add_listener_certificates(ListenerArn=shop.listeners[443], Certificates=stopgap)


def import_over_it(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Import a certificate under the same ARN, with its whole chain."""
    (held,) = shop.client("elbv2").describe_listener_certificates(ListenerArn=shop.listeners[443])["Certificates"]
    shop.import_certificate(shop.world.authority.buy(_names(shop)), held["CertificateArn"])


def another_server_at_one_address(shop: Shop) -> None:
    """Another server answers at one of the addresses, with a certificate for its own name."""
    shop.world.ground.front.instead[_nodes(shop)[-1]] = shop.world.authority.server_context(("old.example",))


def ask_for_client_certificates(shop: Shop) -> None:
    """TLS asks every client for a certificate."""
    context = server_context(shop.world.authority.certificate_for("", _names(shop)))
    # In TLS 1.3 the client would learn of it only when it has sent its request.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(shop.world.authority.bundle)
    shop.world.ground.front.instead |= dict.fromkeys(_nodes(shop), context)


def verify_clients(shop: Shop) -> None:
    """The listener verifies clients' certificates, which were meant for partners on a name of their own."""
    _authenticate(shop, "verify")
    ask_for_client_certificates(shop)


def pass_certificates_on(shop: Shop) -> None:
    """The listener hands clients' certificates to the application, and lets in who has none."""
    _authenticate(shop, "passthrough")


def verify_nobody(shop: Shop, finding: FindingReport) -> None:
    """Let everybody in again, as the owner of the site meant."""
    _authenticate(shop, "off")
    end_tls_at_the_listener(shop, finding)


TRUST_STORE = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:truststore/partners/0123456789abcdef"


def _authenticate(shop: Shop, mode: str) -> None:
    """Set the listener's mutual authentication, which the emulated API takes from nobody and tells."""
    (listener,) = shop.world.aws.state.elb.describe_listeners(None, [shop.listeners[443]])
    store = {"TrustStoreArn": TRUST_STORE} if mode == "verify" else {}
    vars(listener)["mutual_authentication"] = {"Mode": mode} | store


def end_tls_at_the_listener(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Nobody but the listener ends TLS any more."""
    shop.world.ground.front.instead.clear()


def _names(shop: Shop) -> tuple[str, ...]:
    return (shop.domain, f"www.{shop.domain}")


def _nodes(shop: Shop) -> tuple[str, ...]:
    (balancer,) = shop.world.aws.state.balancers()
    return tuple(sorted(node.public for node in balancer.nodes))


def _serve_imported(shop: Shop, bought: Bought) -> None:
    """Put an imported certificate in the place of ACM's own."""
    shop.set_certificate(shop.import_certificate(bought))
    shop.client("acm").delete_certificate(CertificateArn=shop.certificate)


SCENARIOS = (
    Scenario(
        name="imported-certificate",
        about=Text(
            en="Sound: the listener's certificate was bought elsewhere and imported with its whole chain.",
            ko="정상: 다른 기관에서 발급받은 인증서를 전체 체인과 함께 가져와 리스너에서 사용합니다.",
        ),
        plan=Plan(then=(import_the_whole_chain,)),
    ),
    Scenario(
        name="imported-certificate-ending",
        about=Text(
            en="The imported certificate ends in twelve days, and nobody has imported a new one.",
            ko="가져온 인증서가 12일 뒤 만료되는데 새 인증서를 가져오지 않았습니다.",
        ),
        plan=Plan(then=(import_and_forget,)),
        expected=(
            cause("acm-expired-or-expiring", severity=WARNING),
            effect("acm-imported-cert-no-auto-renewal", severity=WARNING),
        ),
        repairs={"acm-expired-or-expiring": import_over_it},
    ),
    Scenario(
        name="imported-certificate-of-acme",
        about=Text(
            en="Nothing is wrong: an ACME client renews the imported certificate of 47 days and is not yet due.",
            ko="문제가 없는 상태입니다. ACME 클라이언트가 갱신하는 47일짜리 인증서이며 아직 갱신할 때가 아닙니다.",
        ),
        plan=Plan(then=(import_by_acme,)),
    ),
    Scenario(
        name="certificate-expired",
        about=Text(
            en="The listener's certificate expired yesterday, and browsers refuse it.",
            ko="리스너의 인증서가 어제 만료되어 브라우저가 거부합니다.",
        ),
        plan=Plan(then=(let_it_expire,)),
        expected=(cause("acm-expired-or-expiring"), effect("tls-certificate-dates")),
        repairs={"acm-expired-or-expiring": renew},
    ),
    Scenario(
        name="chain-missing",
        about=Text(
            en="An imported certificate is served without the second of its two intermediates.",
            ko="가져온 인증서가 두 번째 중간 인증서 없이 제공됩니다.",
        ),
        plan=Plan(then=(forget_an_intermediate,)),
        expected=(cause("tls-chain-incomplete", LIKELY),),
        repairs={"tls-chain-incomplete": import_over_it},
    ),
    Scenario(
        name="self-signed",
        about=Text(
            en="The listener serves an imported certificate that is self-signed.",
            ko="리스너가 자체 서명한 인증서를 제공합니다.",
        ),
        plan=Plan(then=(sign_it_oneself,)),
        expected=(cause("tls-untrusted-issuer"),),
        repairs={"tls-untrusted-issuer": import_over_it},
    ),
    Scenario(
        name="self-signed-stopgap",
        about=Text(
            en="The listener still serves a self-signed stopgap, while ACM has issued the right certificate.",
            ko="ACM에서 올바른 인증서가 발급되었지만 리스너는 아직 임시로 쓰던 자체 서명 인증서를 제공합니다.",
        ),
        plan=Plan(then=(keep_the_stopgap,)),
        expected=(cause("tls-untrusted-issuer"),),
    ),
    Scenario(
        name="self-signed-in-the-list",
        about=Text(
            en="A self-signed stopgap in the listener's list is served for the domain, not the certificate from ACM.",
            ko="ACM 인증서 대신 리스너의 인증서 목록에 남은 자체 서명 인증서가 이 도메인에 제공됩니다.",
        ),
        plan=Plan(then=(keep_the_stopgap_in_the_list,)),
        expected=(cause("tls-untrusted-issuer"),),
    ),
    Scenario(
        name="another-server-at-one-address",
        about=Text(
            en="At one of the domain's two addresses another server answers, with a certificate for its own name.",
            ko="도메인 주소 두 개 중 하나에서 다른 서버가 자기 이름의 인증서로 응답합니다.",
        ),
        plan=Plan(then=(another_server_at_one_address,)),
        expected=(cause("tls-not-our-certificate"), effect("tls-nodes-differ")),
        repairs={"tls-not-our-certificate": end_tls_at_the_listener},
    ),
    Scenario(
        name="mutual-tls",
        about=Text(
            en="TLS asks for a client certificate, which browsers do not have: the handshake fails.",
            ko="TLS가 브라우저에 없는 클라이언트 인증서를 요구하여 핸드셰이크가 실패합니다.",
        ),
        plan=Plan(then=(ask_for_client_certificates,)),
        expected=(cause("tls-handshake-fails"),),
        repairs={"tls-handshake-fails": end_tls_at_the_listener},
    ),
    Scenario(
        name="client-certificates-passed-through",
        about=Text(
            en="Nothing is wrong: the listener passes clients' certificates on, and lets in browsers, which have none.",
            ko="문제가 없는 상태입니다. 리스너가 클라이언트 인증서를 전달하며 인증서가 없는 브라우저도 접속됩니다.",
        ),
        plan=Plan(then=(pass_certificates_on,)),
    ),
    Scenario(
        name="mutual-authentication",
        about=Text(
            en="The listener verifies clients' certificates, and nobody who comes has one.",
            ko="리스너가 클라이언트 인증서를 확인하지만 접속하는 클라이언트에는 인증서가 없습니다.",
        ),
        plan=Plan(then=(verify_clients,)),
        expected=(cause("listener-mtls-rejects-clients", LIKELY), effect("tls-handshake-fails")),
        repairs={"listener-mtls-rejects-clients": verify_nobody},
    ),
)
