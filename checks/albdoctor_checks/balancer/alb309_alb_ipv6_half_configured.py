"""ALB309: the name gives IPv6 addresses, and clients with IPv6 are kept from the load balancer."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.network.ipv6_doors import Ipv6Doors
from albdoctor.derive.request.outcome import Came, Requested, of_family
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Let IPv6 in to {balancer} on port 443 as IPv4 is, or take its IPv6 addresses out of DNS.",
        ko="{balancer} 로드 밸런서의 443 포트에 IPv6도 IPv4처럼 허용하거나, DNS에서 IPv6 주소를 빼세요.",
    ),
    by_hand=Text(
        en="Of these, whichever the evidence names: a rule for ::/0 on 443 in the security group, a route of the subnets for ::/0 to the internet gateway, entries of the network ACL for ::/0 (443 in, 1024-65535 out). It opens to IPv6 what is open to IPv4 already:\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,Ipv6Ranges=[{CidrIpv6=::/0}]'\n"
        "Or go back to IPv4: remove the AAAA record first, then\n"
        "  aws elbv2 set-ip-address-type --region {region} --load-balancer-arn {arn} --ip-address-type ipv4",
        ko="근거에 나온 것에 따라 보안 그룹에 443 포트의 ::/0 규칙, 서브넷 라우팅 테이블에 인터넷 게이트웨이로 가는 ::/0 경로, 네트워크 ACL에 ::/0 항목(인바운드 443, 아웃바운드 1024-65535)을 추가하세요. 이미 IPv4에 열린 것을 IPv6에도 여는 것입니다.\n"
        "  aws ec2 authorize-security-group-ingress --region {region} --group-id {group_id} --ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,Ipv6Ranges=[{CidrIpv6=::/0}]'\n"
        "IPv4로 되돌리려면 AAAA 레코드를 먼저 삭제한 뒤 다음을 실행하세요.\n"
        "  aws elbv2 set-ip-address-type --region {region} --load-balancer-arn {arn} --ip-address-type ipv4",
    ),
    verify="curl -6 -sSI --max-time 10 {url}",
)


@check(
    id="ALB309",
    slug="alb-ipv6-half-configured",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Load balancer {balancer} has IPv6 addresses in DNS ({addresses}), but IPv6 is kept from its port 443",
        ko="로드 밸런서 {balancer}의 IPv6 주소가 DNS에 있지만({addresses}) 443 포트에 IPv6로 접속할 수 없습니다",
    ),
    why=Text(
        en="Security group rules, network ACL entries and routes for 0.0.0.0/0 say nothing about IPv6. Visitors with IPv6 wait, or fall back to IPv4 where their program can.",
        ko="0.0.0.0/0에 대한 보안 그룹 규칙, 네트워크 ACL 항목, 라우팅은 IPv6에 적용되지 않습니다. IPv6 방문자는 기다리거나, 프로그램이 지원하면 IPv4로 다시 접속합니다.",
    ),
    fixes=(FIX,),
    breaks={"https-port", "ipv6"},
    at_the_door=True,
    words=Text(
        en=(
            "IPv6 clients time out; dualstack; IPv6 not working; ::/0 rule missing; "
            "IPv6 security group rule; IPv6 route missing; AAAA but no ::/0; "
            "mobile users cannot connect IPv6; dual-stack load balancer IPv6 broken; "
            "happy eyeballs slow; egress only internet gateway"
        ),
        ko=(
            "IPv6 접속 불가; 듀얼스택; dualstack; IPv6 안됨; IPv6 보안 그룹 규칙; ::/0 규칙 없음; "
            "IPv6 라우팅; 모바일에서만 접속 안됨; IPv6 타임아웃; IPv6만 안 열림"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html",),
)
def alb_ipv6_half_configured(doors: Ipv6Doors, requested: Requested) -> Iterator[Verdict]:
    """Yield every dual-stack load balancer that only IPv4 clients get to, though the name gives IPv6 addresses."""
    six = {*of_family((one.address for one in requested.at), 6)}
    came = {one.came for one in requested.at if one.address in six}
    for door in doors:
        if not six or not door.shut or came - {Came.SILENT, Came.REFUSED, Came.NOT_SEEN}:
            yield fine(door.balancer.ref)
            continue
        yield found(
            door.balancer.ref,
            *(saw(*line) for line in dict.fromkeys(door.shut)),
            severity=None if came & {Came.SILENT, Came.REFUSED} else WARNING,
            some=True,
            balancer=door.balancer.load_balancer_name,
            addresses=tuple(sorted(six)),
            group_id=next(iter(door.balancer.security_groups), "-"),
            region=door.balancer.region,
            arn=door.balancer.load_balancer_arn,
            url=requested.url,
        )
