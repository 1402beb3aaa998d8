"""ALB303: a public name leads to a load balancer that only the VPC can reach."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Impact, Verdict, check, fine, found, saw
from albdoctor.derive.network.clients import public_traces
from albdoctor.derive.request.serving import albs
from albdoctor.facts.dns import HostAnswers
from albdoctor.facts.elb import LoadBalancers
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.route53 import HostedZones, RecordSets
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Create an internet-facing load balancer and point {host} to it: the scheme of {balancer} cannot be changed.",
        ko="인터넷 경계(internet-facing) 로드 밸런서를 새로 만들고 {host} 레코드가 그 로드 밸런서를 가리키게 하세요. {balancer} 로드 밸런서의 체계(scheme)는 바꿀 수 없습니다.",
    ),
    impact=Impact.TRAFFIC,
    side_effects=(
        Text(
            en="A target group belongs to one load balancer: the new one needs target groups of its own, with the same targets.",
            ko="대상 그룹은 로드 밸런서 하나에만 속하므로, 새 로드 밸런서에는 같은 대상을 등록한 새 대상 그룹이 필요합니다.",
        ),
        Text(
            en="Clients inside the VPC that used the private addresses now come in over the internet.",
            ko="프라이빗 IP 주소로 접속하던 VPC 내부 클라이언트도 인터넷을 거쳐 들어오게 됩니다.",
        ),
    ),
    console=(
        Text(
            en="EC2 > Load Balancers > Create load balancer > Application Load Balancer > Scheme: Internet-facing, two public subnets of {vpc}",
            ko="EC2 > 로드 밸런서 > 로드 밸런서 생성 > Application Load Balancer > 체계: 인터넷 경계, {vpc}의 퍼블릭 서브넷 두 개 선택",
        ),
        Text(
            en="Route 53 > Hosted zones > the zone of {host} > Edit record > Alias to the new load balancer",
            ko="Route 53 > 호스팅 영역 > {host} 레코드가 있는 영역 > 레코드 편집 > 새 로드 밸런서에 대한 별칭",
        ),
    ),
    by_hand=Text(
        en="Create an internet-facing Application Load Balancer in public subnets of {vpc}, give it the listeners and the certificate of {balancer} and new target groups, then change the alias record of {host}. If {host} is only for people on a VPN, move the record to a private hosted zone instead.",
        ko="{vpc}의 퍼블릭 서브넷에 인터넷 경계 Application Load Balancer를 만들고 {balancer} 로드 밸런서와 같은 리스너와 인증서,"
        " 새 대상 그룹을 설정한 다음 {host}의 별칭 레코드를 바꾸세요."
        " VPN 사용자만 접속하는 이름이라면 레코드를 프라이빗 호스팅 영역으로 옮기세요.",
    ),
    verify="aws elbv2 describe-load-balancers --region {region} --query 'LoadBalancers[].[LoadBalancerName,Scheme,DNSName]' --output text",
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
    fixes=(FIX,),
    breaks={"https-port"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",),
)
def alb_internal_for_public_domain(
    scan: Scan,
    load_balancers: LoadBalancers,
    hosted_zones: Observed[HostedZones],
    record_sets: Observed[RecordSets],
    host_answers: Observed[HostAnswers],
) -> Iterator[Verdict]:
    """Yield every internal load balancer that public DNS leads to."""
    for balancer in albs(load_balancers):
        if balancer.scheme != "internal":
            yield fine(balancer.ref)
            continue
        traces = public_traces(scan.host, balancer, hosted_zones, record_sets, host_answers)
        if isinstance(traces, Unknown):
            yield traces
        elif not traces:
            yield fine(balancer.ref)
        else:
            yield found(
                balancer.ref,
                saw(f"elasticloadbalancing DescribeLoadBalancers {balancer.load_balancer_name}", "Scheme: internal"),
                *(saw(asked, seen) for asked, seen in traces),
                host=scan.host,
                balancer=balancer.load_balancer_name,
                vpc=balancer.vpc_id,
                region=balancer.region,
            )
