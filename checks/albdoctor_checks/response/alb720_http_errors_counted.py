"""ALB720: CloudWatch counts errors that visitors got, although this scan's request may have been served."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.request.counted import Counted, CountedErrors
from albdoctor.derive.request.unanswered import UnansweredRequests
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Find out which requests fail: the load balancer's access log names each one.",
        ko="어떤 요청이 실패하는지 확인하세요. 로드 밸런서 액세스 로그에 요청마다 기록됩니다.",
    ),
    by_hand=Text(
        en="502: the target closed or reset the connection (keep-alive shorter than the idle timeout, crashes, deployments). 503: no target in service. 504: the target took longer than the idle timeout, or did not answer the connection. Target 5XX: the application's own errors. Access logs (error_reason, target_status_code) tell them apart:\n"
        "  aws elbv2 describe-load-balancer-attributes --region {region} --load-balancer-arn {arn} --query 'Attributes[?starts_with(Key,`access_logs`)]'",
        ko="502: 대상이 연결을 끊음(keep-alive 시간이 유휴 제한 시간보다 짧음, 비정상 종료, 배포). 503: 사용할 수 있는 대상 없음. 504: 대상이 유휴 제한 시간보다 오래 걸리거나 연결에 응답하지 않음. 대상 5XX: 애플리케이션 자체 오류. 액세스 로그(error_reason, target_status_code)로 구분할 수 있습니다.\n"
        "  aws elbv2 describe-load-balancer-attributes --region {region} --load-balancer-arn {arn} --query 'Attributes[?starts_with(Key,`access_logs`)]'",
    ),
    verify="aws elbv2 describe-load-balancers --region {region} --load-balancer-arns {arn} --query 'LoadBalancers[0].State.Code' --output text",
)


@check(
    id="ALB720",
    slug="http-errors-counted",
    severity=WARNING,
    since="0.2",
    message=Text(
        en="In the last {hours} hours {errors} of {requests} requests to load balancer {balancer} got an error ({share} %): {kinds}",
        ko="최근 {hours}시간 동안 로드 밸런서 {balancer} 요청 {requests}건 중 {errors}건({share}%)이 오류를 받았습니다: {kinds}",
    ),
    why=Text(
        en="One request of a scan can be lucky. These are everybody's, as CloudWatch counted them; a target's own errors and the load balancer's are told apart.",
        ko="스캔의 요청 한 번은 우연히 성공할 수 있습니다. 이 수치는 CloudWatch가 집계한 모든 방문자의 요청이며, 대상의 오류와 로드 밸런서의 오류를 구분합니다.",
    ),
    fixes=(FIX,),
    shows={"response", "targets", "packets", "connection"},
    last_word=True,
    words=Text(
        en=(
            "error rate; many 5xx in CloudWatch; HTTPCode_ELB_5XX_Count; "
            "HTTPCode_ELB_502_Count alarm; sporadic 502; intermittent 502; some requests fail; "
            "sporadic 5xx; error metrics; 1 percent errors; keep-alive timeout 502; occasional 504; "
            "460"
        ),
        ko=(
            "에러율; CloudWatch 5xx 증가; 간헐적 502; 가끔 502; 일부 요청만 실패; 5xx 지표; "
            "HTTPCode_ELB_5XX_Count; 가끔 504; 간헐적 504; 에러 비율; keep-alive 502"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",),
)
def http_errors_counted(counted_errors: CountedErrors, unanswered: Observed[UnansweredRequests]) -> Iterator[Verdict]:
    """Yield every load balancer whose visitors got many errors in the last hours that nothing else names."""
    known = unanswered.value if isinstance(unanswered, Known) else ()
    named = {one.balancer.ref: one.named for one in known}
    for counted in counted_errors:
        many = counted.many_but(named.get(counted.balancer.ref, 0.0))
        yield _finding(counted) if many else fine(counted.balancer.ref)


def _finding(counted: Counted) -> Verdict:
    balancer = counted.balancer
    kinds = [f"{name} {total:g}" for name, total in counted.errors.items()]
    return found(
        balancer.ref,
        saw(asked.counters(balancer), ", ".join(("RequestCount " + f"{counted.requests:g}", *kinds))),
        balancer=balancer.load_balancer_name,
        arn=balancer.load_balancer_arn,
        region=balancer.region,
        hours=f"{counted.hours:g}",
        errors=f"{counted.failed:g}",
        requests=f"{counted.requests:g}",
        share=f"{counted.share * 100:.1f}",
        kinds=tuple(kinds),
    )
