"""ALB327: the load balancer asks for a login, and cannot reach the identity provider."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.network.blocks import is_within, network
from albdoctor.derive.network.clients import NOT_PUBLIC
from albdoctor.derive.network.security_groups import concerns, described, rules_seen
from albdoctor.derive.request.lines import hop_line
from albdoctor.derive.request.visits import Visits
from albdoctor.facts.ec2 import IpPermission, SecurityGroups
from albdoctor.facts.known import Gap, Observed, Unknown
from albdoctor.text import Text, command

COGNITO = "authenticate-cognito"
LOGINS = (COGNITO, "authenticate-oidc", "jwt-validation")
"""Actions for which the load balancer itself asks an identity provider, over HTTPS."""
HTTPS = 443
INSIDE = Text(
    en="The identity provider stands in the VPC, at an address that the rules allow.",
    ko="자격 증명 공급자가 VPC 안에 있어 현재 규칙으로도 연결됩니다.",
)
FIX = Fix(
    summary=Text(
        en="Allow outbound TCP 443 from {group_id}, the load balancer's security group, to the identity provider.",
        ko="로드 밸런서 보안 그룹 {group_id}에서 자격 증명 공급자로 나가는 TCP 443을 허용하세요.",
    ),
    console=(
        Text(
            en="EC2 > Security Groups > {group_id} > Edit outbound rules > Add rule: HTTPS, the provider's addresses",
            ko="EC2 > 보안 그룹 > {group_id} > 아웃바운드 규칙 편집 > 규칙 추가: HTTPS, 공급자 주소",
        ),
    ),
    by_hand=Text(
        en="The load balancer fetches tokens and user info itself, over the internet: it needs a way out on 443 in its security groups, network ACLs and routes. Cognito's and most providers' addresses change, so 0.0.0.0/0 is usual here; decide whether that is allowed in your network. The rules as they are:\n"
        "  aws ec2 describe-security-groups --region {region} --group-ids {group_id} --query 'SecurityGroups[].IpPermissionsEgress'",
        ko="토큰과 사용자 정보는 로드 밸런서가 인터넷을 통해 직접 가져오므로 보안 그룹, 네트워크 ACL, 라우팅에서 443 포트로 나갈 수 있어야 합니다. Cognito와 대부분의 공급자는 주소가 바뀌어 보통 0.0.0.0/0을 대상으로 합니다. 사내 정책에서 허용되는지 확인하세요. 현재 규칙은 다음과 같습니다.\n"
        "  aws ec2 describe-security-groups --region {region} --group-ids {group_id} --query 'SecurityGroups[].IpPermissionsEgress'",
    ),
    verify="curl -sSI {url}",
)


@check(
    id="ALB327",
    slug="listener-auth-or-jwt-broken",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="{url} needs a login ({action}), and load balancer {balancer} has no way out on port 443 to the identity provider",
        ko="{url} 주소는 로그인({action})이 필요하지만 로드 밸런서 {balancer}에서 자격 증명 공급자의 443 포트로 나갈 수 없습니다",
    ),
    why=Text(
        en="Visitors are sent to the login page, and when they come back the load balancer must fetch their token. It cannot, so that they get 561 or 500 after the login.",
        ko="방문자는 로그인 페이지로 이동했다가 돌아오고, 이때 로드 밸런서가 토큰을 가져와야 합니다. 가져오지 못하면 로그인 뒤에 561 또는 500 오류를 받습니다.",
    ),
    fixes=(FIX,),
    breaks={"response"},
    words=Text(
        en=(
            "OIDC login; Cognito login; authenticate-oidc; authenticate-cognito; 561; "
            "login fails after callback; identity provider not reachable; redirect_mismatch; "
            "JWT validation; SSO through ALB; oauth2/idpresponse; login loop with Cognito; Okta ALB; "
            "401 after login"
        ),
        ko=(
            "OIDC 로그인; Cognito 로그인; 코그니토 인증; 로그인 후 561; 로그인 후 500; "
            "자격 증명 공급자; ALB 인증; SSO 로그인 실패; 로그인 콜백 오류; JWT 검증"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    ),
)
def listener_auth_or_jwt_broken(visits: Visits, security_groups: Observed[SecurityGroups]) -> Iterator[Verdict]:
    """Yield the rule that asks for a login although the load balancer's security groups let nothing out on 443."""
    for visit in visits:
        hop, balancer = visit.answer, visit.alb.balancer
        types = [one.type for one in hop.route.rule.actions if one.type in LOGINS] if hop.route else []
        if hop.route is None or not types:
            continue
        if isinstance(security_groups, Unknown):
            yield security_groups
            continue
        groups = described(security_groups.value, balancer.security_groups)
        rules = [rule for group in groups for rule in group.ip_permissions_egress]
        if not balancer.security_groups or any(map(_leads_out, rules)):
            yield fine(hop.route.rule.ref)
            continue
        if len(groups) < len(balancer.security_groups):
            unseen = ", ".join({*balancer.security_groups} - {one.group_id for one in groups})
            yield Unknown(gap=Gap.FAILED, asked="ec2:DescribeSecurityGroups", detail=f"not described: {unseen}")
            continue
        finding = found(
            hop.route.rule.ref,
            saw(*hop_line(hop)),
            saw(asked.security_groups(*balancer.security_groups), rules_seen(groups, "out")),
            url=hop.request.url,
            action=types[0],
            balancer=balancer.load_balancer_name,
            group_id=next(iter(balancer.security_groups), "-"),
            region=balancer.region,
        )
        yield (
            finding
            if types[0] == COGNITO
            else likely(finding, INSIDE, decide=command("curl -sSI {url}", url=hop.request.url))
        )


def _leads_out(rule: IpPermission) -> bool:
    """Whether a rule lets packets out on 443 to some address beyond the VPC, or to a list of such."""
    public = any(not _is_private(one.cidr_ip) for one in rule.ip_ranges)
    return concerns(rule, HTTPS) and (public or bool(rule.ipv6_ranges) or bool(rule.prefix_list_ids))


def _is_private(cidr: str) -> bool:
    return any(is_within(network(cidr), private) for private in NOT_PUBLIC)
