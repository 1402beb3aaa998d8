"""ALB301: the name leads to something that is no Application Load Balancer, or to nothing that can be seen."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.facts.arn import balancer_tail
from albdoctor.facts.elb import How, Leads, LoadBalancers
from albdoctor.facts.known import Gap, Kind, Ref, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text

KINDS = {"net": "Network Load Balancer", "gwy": "Gateway Load Balancer"}
OTHER = Text(en="other load balancer", ko="다른 종류의 로드 밸런서")
FIX = Fix(
    summary=Text(
        en="Scan the Application Load Balancer behind it with --balancer, or take these results as far as they go.",
        ko="그 뒤의 Application Load Balancer를 --balancer로 지정해 다시 스캔하거나, 여기까지의 결과만 참고하세요.",
    ),
    by_hand=Text(
        en="Scan again and name the load balancer that is meant:\n  albdoctor scan --domain {domain} --balancer NAME",
        ko="확인하려는 로드 밸런서를 지정해 다시 스캔하세요.\n  albdoctor scan --domain {domain} --balancer NAME",
    ),
)


@check(
    id="ALB301",
    slug="alb-not-an-alb",
    severity=INFO,
    since="0.1",
    message=Text(
        en="{domain} leads to {name}, a {kind}, not to an Application Load Balancer",
        ko="{domain} 도메인이 Application Load Balancer가 아니라 {kind}({name})에 연결되어 있습니다",
    ),
    why=Text(
        en="albdoctor examines the listeners, rules and targets of Application Load Balancers only, so those of this load balancer were not checked.",
        ko="albdoctor는 Application Load Balancer의 리스너, 규칙, 대상만 점검하므로 이 로드 밸런서는 점검하지 못했습니다.",
    ),
    fixes=(FIX,),
    words=Text(
        en=(
            "not an application load balancer; network load balancer; NLB; classic load balancer; "
            "CloudFront in front; API Gateway domain; Global Accelerator; "
            "domain leads to CloudFront"
        ),
        ko=(
            "NLB; 네트워크 로드 밸런서; 클래식 로드밸런서; CloudFront 뒤 ALB; ALB가 아님; "
            "API Gateway 도메인; Global Accelerator"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/what-is-load-balancing.html",),
)
def alb_not_an_alb(scan: Scan, leads: Leads, load_balancers: LoadBalancers) -> Iterator[Verdict]:
    """Yield every load balancer of another type behind which none was found; without any the rest cannot be judged."""
    for balancer in load_balancers:
        yield fine(balancer.ref)
    followed = {lead.name for lead in leads if lead.how is How.BEHIND}
    others = {arn: lead for lead in leads if (arn := lead.load_balancer_arn) and _kind(arn) and arn not in followed}
    for arn, lead in others.items():
        yield found(
            Ref(Kind.LOAD_BALANCER, arn),
            saw(asked.balancers(), arn),
            domain=scan.host,
            name=lead.name,
            kind=KINDS.get(_kind(arn), OTHER),
        )
    unknown = [lead.gap for lead in leads if lead.gap]
    yield from unknown
    if not (load_balancers or others or unknown):
        yield Unknown(
            gap=Gap.NOT_ASKED,
            asked="load balancer",
            detail="the name leads to none in this account; name it with --balancer, --region or --profile",
        )


def _kind(arn: str) -> str:
    """The type in the ARN (app, net, gwy), empty for an Application Load Balancer."""
    kind = balancer_tail(arn).split("/")[0]
    return "" if kind == "app" else kind
