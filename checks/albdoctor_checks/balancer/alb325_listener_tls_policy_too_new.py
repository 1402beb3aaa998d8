"""ALB325: the TLS policy of an HTTPS listener accepts TLS 1.3 alone, and handshakes of clients fail."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, WARNING, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.counted import MANY, SHARE
from albdoctor.derive.request.serving import Albs
from albdoctor.facts.elb import SslPolicies
from albdoctor.facts.metrics import Metrics
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes.https_listener import POLICY

UP_TO_1_2 = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1", "TLSv1.2"})
FAILED, OPENED = "ClientTLSNegotiationErrorCount", "NewConnectionCount"
FIPS, FIPS_POLICY = "-FIPS-", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"
LOGS = (
    "aws elbv2 describe-load-balancer-attributes --region {region} --load-balancer-arn {balancer}"
    " --query \"Attributes[?starts_with(Key, 'connection_logs.')].[Key,Value]\" --output text"
)
"""Whether connection logs are kept, and where: they name the clients that fail."""
FIX = Fix(
    summary=Text(
        en="If such clients are to connect, give the listener on port {port} a policy of TLS 1.2 and 1.3.",
        ko="이런 클라이언트도 접속해야 한다면 {port} 포트의 리스너에 TLS 1.2와 1.3을 허용하는 정책을 지정하세요.",
    ),
    console=(
        Text(
            en="EC2 > Load Balancers > Listeners and rules > HTTPS:{port} > Edit > Security policy",
            ko="EC2 > 로드 밸런서 > 리스너 및 규칙 > HTTPS:{port} > 편집 > 보안 정책",
        ),
    ),
    by_hand=Text(
        en="TLS 1.3 alone is a choice that somebody made: keep it where every client is known to speak it. Connection logs of the load balancer (the bucket in connection_logs.s3.bucket, where they are enabled) say which clients fail, and with which version. To accept TLS 1.2 as well:\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --ssl-policy {new_policy}",
        ko="TLS 1.3만 허용하는 것은 누군가의 선택입니다. 모든 클라이언트가 지원한다면 그대로 두세요. 어떤 클라이언트가 어떤 버전으로 실패하는지는 로드 밸런서의 연결 로그(켜져 있다면 connection_logs.s3.bucket 버킷)에 남습니다. TLS 1.2도 허용하려면 다음 명령을 실행하세요.\n"
        "  aws elbv2 modify-listener --region {region} --listener-arn {listener} --ssl-policy {new_policy}",
    ),
    verify="curl -sSI --tlsv1.2 --tls-max 1.2 {url}",
)
SCANNERS = Text(
    en="These are no clients of the site: scanners that try old versions, and plain HTTP sent to the port, are counted too.",
    ko="사이트의 클라이언트가 아닙니다. 예전 버전을 시험하는 스캐너와 이 포트로 보낸 평문 HTTP도 함께 집계됩니다.",
)


@check(
    id="ALB325",
    slug="listener-tls-policy-too-new",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="The HTTPS listener on port {port} accepts {protocols} only (policy {policy}), and {failed} of {opened} connections failed TLS in the last {hours} hours",
        ko="{port} 포트의 HTTPS 리스너가 {protocols} 접속만 허용하며(정책 {policy}) 지난 {hours}시간 동안 연결 {opened}개 중 {failed}개가 TLS에서 실패했습니다",
    ),
    why=Text(
        en="Browsers of today speak TLS 1.3. Older clients do not and cannot connect: Java 8 before 8u261, Windows' own TLS before Windows 11 and Server 2022, OpenSSL 1.0.2, Android before 10, Safari before 12.1.",
        ko="요즘 브라우저는 TLS 1.3을 지원합니다. 8u261 이전의 Java 8, Windows 11과 Windows Server 2022 이전의 Windows 자체 TLS, OpenSSL 1.0.2, Android 10 이전, Safari 12.1 이전은 지원하지 않아 접속할 수 없습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "TLS 1.3 only; security policy too strict; old clients cannot connect; ClientTLSNegotiationErrorCount; "
            "Java 8 handshake failure; Windows Server 2016 cannot connect; webhook fails with TLS error; "
            "ELBSecurityPolicy-TLS13-1-3-2021-06; some clients get a handshake failure"
        ),
        ko=(
            "TLS 1.3만 허용; 보안 정책이 너무 엄격함; 구형 클라이언트 접속 불가; Java 8 핸드셰이크 실패; "
            "일부 클라이언트만 TLS 오류; 웹훅 TLS 오류; 윈도우 서버 2016 접속 안됨"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html",
    ),
)
def listener_tls_policy_too_new(
    scan: Scan, albs: Albs, ssl_policies: SslPolicies, metrics: Metrics
) -> Iterator[Verdict]:
    """Yield the listener on 443 whose policy accepts nothing before TLS 1.3, where handshakes were counted to fail.

    It is information unless they are too many for an accident. Of a policy that was not told nothing is said.
    """
    by_name = {one.name: one for one in ssl_policies}
    for alb in albs:
        listener = alb.https_listener
        policy = by_name.get(listener.ssl_policy) if listener else None
        if listener is None or policy is None or not policy.ssl_protocols:
            continue
        totals = {
            one.name: one.total for one in metrics.values if one.load_balancer_arn == alb.balancer.load_balancer_arn
        }
        failed, opened = totals.get(FAILED, 0.0), totals.get(OPENED, 0.0)
        if UP_TO_1_2 & {*policy.ssl_protocols} or not failed:
            yield fine(listener.ref)
            continue
        many = failed >= MANY and failed >= SHARE * opened
        url = f"https://{scan.host}/"
        finding = found(
            listener.ref,
            saw(asked.ssl_policy(policy.name), ", ".join(policy.ssl_protocols)),
            saw(asked.counters(alb.balancer), f"{FAILED} {failed:g}, {OPENED} {opened:g}"),
            severity=None if many else INFO,
            some=True,
            port=listener.port,
            protocols=policy.ssl_protocols,
            policy=policy.name,
            new_policy=FIPS_POLICY if FIPS in policy.name else POLICY,
            failed=f"{failed:g}",
            opened=f"{max(opened, failed):g}",
            hours=f"{metrics.hours:g}",
            region=listener.region,
            listener=listener.listener_arn,
            url=url,
        )
        of = alb.balancer
        yield likely(finding, SCANNERS, decide=command(LOGS, region=of.region, balancer=of.load_balancer_arn))
