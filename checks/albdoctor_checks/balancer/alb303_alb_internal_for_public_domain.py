"""ALB303: a public name leads to a load balancer that only the VPC can reach."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.network.clients import public_traces
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.serving import ApplicationBalancers, is_open
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, command
from albdoctor_checks.fixes.internet_facing import CREATE_ANOTHER

PRIVATE = Text(
    en="The name is for people in the VPC, on a VPN or on premises only: then nothing is wrong. Try it from there.",
    ko="VPC, VPN 또는 온프레미스 사용자만 쓰는 이름일 수 있습니다. 그렇다면 문제가 아니며, 그곳에서 접속해 확인하세요.",
)


@check(
    id="ALB303",
    slug="alb-internal-for-public-domain",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The public name {host} leads to the internal load balancer {balancer}",
        ko="공개 도메인 {host}의 레코드가 내부(internal) 로드 밸런서 {balancer}에 연결되어 있습니다",
    ),
    why=Text(
        en="An internal load balancer has private addresses only: connections from the internet time out, those from inside the VPC or a VPN work.",
        ko="내부 로드 밸런서에는 프라이빗 IP 주소만 있습니다. VPC나 VPN 안에서는 접속되지만 인터넷에서 오는 연결은 시간 초과됩니다.",
    ),
    fixes=(CREATE_ANOTHER,),
    breaks={"https-port"},
    explains={"resolve-private-address"},
    mends={"resolve-private-address"},
    at_the_door=True,
    words=Text(
        en=(
            "internal load balancer; internal- in the DNS name; scheme internal; "
            "load balancer has private IP; resolves to 10.0.0.0 address; "
            "domain resolves to private IP; only reachable in the VPC; only works on VPN; "
            "change scheme to internet-facing; created internal by mistake; "
            "private ALB for public domain; alb.ingress.kubernetes.io/scheme internal"
        ),
        ko=(
            "내부 로드밸런서; internal 스킴; 내부 ALB; 사설 IP로 응답; ALB가 사설 IP; "
            "VPC 안에서만 접속; VPN에서만 접속됨; internet-facing으로 변경; 스킴 변경; "
            "내부용으로 만듦; 인터넷 경계 아님; 10.0 대역 IP로 나옴"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",),
)
def alb_internal_for_public_domain(
    scan: Scan,
    balancers: ApplicationBalancers,
    hosted_zones: Observed[HostedZones],
    record_sets: Observed[RecordSets],
    host_answers: Observed[HostAnswers],
    scene: Scene,
) -> Iterator[Verdict]:
    """Yield every internal load balancer that public DNS leads to.

    Where nobody could try, and answers were counted, it serves those who reach private addresses.
    """
    used_inside = scene.requested.served == "not-seen" and scene.account_says_so
    for balancer in balancers:
        if is_open(balancer):
            yield fine(balancer.ref)
            continue
        traces = public_traces(scan.host, balancer, hosted_zones, record_sets, host_answers)
        if isinstance(traces, Unknown):
            yield traces
        elif not traces:
            yield fine(balancer.ref)
        else:
            finding = found(
                balancer.ref,
                saw(asked.balancers(balancer), "Scheme: internal"),
                *(saw(*trace) for trace in traces),
                host=scan.host,
                balancer=balancer.load_balancer_name,
                vpc=balancer.vpc_id,
                region=balancer.region,
                severity=WARNING if used_inside else None,
            )
            yield (
                likely(finding, PRIVATE, decide=command("curl -sSI https://{host}/", host=scan.host))
                if used_inside
                else finding
            )
