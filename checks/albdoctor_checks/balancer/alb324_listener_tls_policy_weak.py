"""ALB324: the TLS policy of an HTTPS listener accepts TLS 1.0 or 1.1."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.facts.arn import region_of
from albdoctor.facts.elb import Listeners, SslPolicies
from albdoctor.text import Text
from albdoctor_checks.fixes.https_listener import POLICY

OUTDATED = ("SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1")
"""RFC 8996 deprecates TLS 1.0 and 1.1, RFC 7568 and RFC 6176 what was before."""
FIX = Fix(
    summary=Text(
        en="Give the listener on port {port} a policy of TLS 1.2 and 1.3.",
        ko="{port} 포트의 리스너에 TLS 1.2와 1.3만 허용하는 정책을 지정하세요.",
    ),
    side_effects=(
        Text(
            en="Clients that speak nothing newer than TLS 1.1 (browsers before 2014, old embedded devices, Java 7) cannot connect any more.",
            ko="TLS 1.1까지만 지원하는 클라이언트(2014년 이전 브라우저, 오래된 임베디드 장치, Java 7)는 더 이상 접속할 수 없습니다.",
        ),
    ),
    script="aws elbv2 modify-listener --region {region} --listener-arn {listener} --ssl-policy {new_policy}",
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:{port} > Edit > Security policy",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:{port} > 편집 > 보안 정책",
        ),
    ),
    terraform="""\
resource "aws_lb_listener" "https" {
  ssl_policy = {new_policy}
}""",
    verify="aws elbv2 describe-listeners --region {region} --listener-arns {listener} --query 'Listeners[0].SslPolicy'",
)


@check(
    id="ALB324",
    slug="listener-tls-policy-weak",
    severity=INFO,
    since="0.2",
    message=Text(
        en="The HTTPS listener on port {port} accepts {protocols} (policy {policy})",
        ko="{port} 포트의 HTTPS 리스너가 {protocols} 접속을 허용합니다(정책 {policy})",
    ),
    why=Text(
        en="Browsers have not used these versions since 2020, so visitors notice nothing; audits (PCI DSS, Security Hub ELB.17) object. It is the default of the API, CloudFormation and Terraform where no policy is named.",
        ko="브라우저는 2020년부터 이 버전을 쓰지 않으므로 방문자에게는 영향이 없지만, 보안 점검(PCI DSS, Security Hub ELB.17)에서 지적됩니다. API, CloudFormation, Terraform에서 정책을 지정하지 않았을 때의 기본값입니다.",
    ),
    fixes=(FIX,),
    explains={"tls-weak-protocol"},
    mends={"tls-weak-protocol"},
    words=Text(
        en=(
            "weak TLS policy; ELBSecurityPolicy-2016-08; TLS 1.0 enabled; disable TLS 1.0; disable TLS 1.1; "
            "PCI scan TLS; SSL Labs grade B; old TLS version; security policy of the listener; "
            "ELB.17; minimum TLS version"
        ),
        ko=(
            "TLS 1.0 비활성화; TLS 1.1 차단; 취약한 TLS 정책; 리스너 보안 정책; SSL 취약점 점검; "
            "ELBSecurityPolicy-2016-08; TLS 버전 낮음; PCI 점검 TLS"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",),
)
def listener_tls_policy_weak(listeners: Listeners, ssl_policies: SslPolicies) -> Iterator[Verdict]:
    """Yield every HTTPS listener whose policy holds an outdated version, as DescribeSSLPolicies tells it.

    Of one whose policy was not told nothing is said: no visitor depends on it.
    """
    by_name = {one.name: one for one in ssl_policies}
    for listener in (one for one in listeners if one.protocol == "HTTPS"):
        policy = by_name.get(listener.ssl_policy)
        question = asked.ssl_policy(listener.ssl_policy)
        if policy is None:
            continue
        if outdated := tuple(one for one in policy.ssl_protocols if one in OUTDATED):
            yield found(
                listener.ref,
                saw(question, ", ".join(policy.ssl_protocols)),
                port=listener.port,
                protocols=outdated,
                policy=policy.name,
                new_policy=POLICY,
                region=region_of(listener.listener_arn),
                listener=listener.listener_arn,
            )
        else:
            yield fine(listener.ref)
