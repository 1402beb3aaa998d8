"""Faults of what a listener does with a request: redirects that lead nowhere, a default action that is an error."""

from __future__ import annotations

from albdoctor.checkup import INFO, WARNING
from albdoctor.lab.build import fixed_response, forward, redirect
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def forget_the_https_listener(shop: Shop) -> None:
    """The HTTP listener redirects to https, and nothing listens there."""
    shop.delete_listener(443)


def make_the_https_listener(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Make the listener with the certificate and the group that the owner knows."""
    shop.listeners[443] = shop.builder.listener(shop.balancer, shop.group, certificate=shop.certificate)


def keep_the_default_policy(shop: Shop) -> None:
    """The listener was made by an API, which takes a policy of 2016 where none is named."""
    shop.client("elbv2").modify_listener(ListenerArn=shop.listeners[443], SslPolicy="ELBSecurityPolicy-2016-08")


def accept_tls_1_3_alone(shop: Shop) -> None:
    """The listener got the newest policy, with which a partner's old servers cannot connect any more."""
    shop.client("elbv2").modify_listener(
        ListenerArn=shop.listeners[443], SslPolicy="ELBSecurityPolicy-TLS13-1-3-2021-06"
    )
    shop.world.aws.count("NewConnectionCount", shop.balancer.arn, value=2_000)
    shop.world.aws.count("ClientTLSNegotiationErrorCount", shop.balancer.arn, value=600)


def accept_tls_1_2_too(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Give the listener the policy that the finding names."""
    policy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    shop.client("elbv2").modify_listener(ListenerArn=shop.listeners[443], SslPolicy=policy)


def lose_the_certificate(shop: Shop) -> None:
    """The listener's certificate is gone, as no API call leaves a listener: it was deleted where AWS did not notice."""
    (listener,) = shop.world.aws.state.elb.describe_listeners(None, [shop.listeners[443]])
    listener.certificates = []


def keep_the_port(shop: Shop) -> None:
    """The redirect changes the protocol only."""
    shop.set_default_action(80, redirect(Port="#{port}"))


def close_for_maintenance(shop: Shop) -> None:
    """The page of last night's maintenance was never taken away."""
    shop.set_default_action(443, fixed_response(503, "maintenance"))


def forward_again(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Let the default action forward to the group that the owner knows."""
    shop.set_default_action(443, forward(shop.group))


SCENARIOS = (
    Scenario(
        name="tls-policy-of-2016",
        about=Text(
            en="The site is served; the listener has the API's default TLS policy, which accepts TLS 1.0 and 1.1.",
            ko="사이트는 정상이며, 리스너에 API 기본 TLS 정책이 지정되어 TLS 1.0과 1.1도 허용합니다.",
        ),
        plan=Plan(then=(keep_the_default_policy,)),
        expected=(cause("listener-tls-policy-weak", severity=INFO), effect("tls-weak-protocol", severity=INFO)),
    ),
    Scenario(
        name="tls-1-3-alone",
        about=Text(
            en="Browsers are served; the listener accepts TLS 1.3 alone, and a third of all connections fails.",
            ko="브라우저는 정상이지만 리스너가 TLS 1.3만 허용하여 전체 연결의 3분의 1이 실패합니다.",
        ),
        plan=Plan(then=(accept_tls_1_3_alone,)),
        expected=(cause("listener-tls-policy-too-new", LIKELY, severity=WARNING),),
        repairs={"listener-tls-policy-too-new": accept_tls_1_2_too},
    ),
    Scenario(
        name="https-listener-without-certificate",
        about=Text(
            en="The HTTPS listener has no certificate: every TLS handshake fails.",
            ko="HTTPS 리스너에 인증서가 없어 모든 TLS 핸드셰이크가 실패합니다.",
        ),
        plan=Plan(then=(lose_the_certificate,), visited=False),
        expected=(cause("listener-https-without-certificate"), effect("tls-handshake-fails")),
    ),
    Scenario(
        name="redirect-to-nowhere",
        about=Text(
            en="The HTTP listener redirects to https, but the load balancer has no listener on port 443.",
            ko="HTTP 리스너가 https로 리디렉션하지만 로드 밸런서에 443 포트 리스너가 없습니다.",
        ),
        plan=Plan(then=(forget_the_https_listener,), visited=False),
        expected=(
            cause("listener-https-missing"),
            effect("listener-redirect-to-missing-listener"),
            effect("tls-port-closed"),
        ),
        repairs={"listener-https-missing": make_the_https_listener},
    ),
    Scenario(
        name="redirect-keeps-port",
        about=Text(
            en="The HTTP listener redirects to https on its own port, 80.",
            ko="HTTP 리스너가 자신의 포트인 80에서 https로 접속하도록 리디렉션합니다.",
        ),
        plan=Plan(then=(keep_the_port,)),
        expected=(cause("listener-redirect-keeps-port"),),
    ),
    Scenario(
        name="default-action-error",
        about=Text(
            en="The HTTPS listener answers everything with a maintenance page (503).",
            ko="HTTPS 리스너가 모든 요청에 점검 페이지(503)로 응답합니다.",
        ),
        plan=Plan(then=(close_for_maintenance,)),
        expected=(cause("listener-default-action-is-error"), effect("http-alb-default-action")),
        repairs={"listener-default-action-is-error": forward_again},
    ),
)
