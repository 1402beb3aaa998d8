"""ALB335: only requests with a header, or from an address, are forwarded; all others get an error."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, INFO, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.lines import effect_words, hop_line
from albdoctor.derive.request.ruled_out import addresses
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.gates import Gate, gate_of
from albdoctor.derive.routing.overlap import told
from albdoctor.derive.routing.routes import Hop
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text, command

ASKED = "elasticloadbalancing:DescribeRules"
NOT_DESCRIBED = Unknown(gap=Gap.FAILED, asked=ASKED, detail="the default rule was not described")
CLIENT_DECIDES = Unknown(gap=Gap.FAILED, asked=ASKED, detail="a rule depends on the client")
THROUGH_THE_CDN = Fix(
    summary=Text(
        en="Scan the name that the CDN serves: a rule that wants a header keeps out whoever goes around the CDN.",
        ko="CDN이 제공하는 이름을 검사하세요. 헤더를 요구하는 규칙은 CDN을 거치지 않은 요청을 막습니다.",
    ),
    by_hand=Text(
        en="Where a CDN sends the header ({gate}), nothing needs to change: do not take the rule away to let this scan in. Where visitors themselves type {host}, its record has to lead to the CDN, and not to the load balancer:\n"
        "  dig +short {host}",
        ko="CDN이 헤더({gate})를 보내는 구성이라면 바꿀 것이 없습니다. 이 검사를 위해 규칙을 없애지 마세요. 방문자가 직접 {host} 이름을 입력한다면 레코드가 로드 밸런서가 아니라 CDN을 가리켜야 합니다.\n"
        "  dig +short {host}",
    ),
    verify="curl -sSI {url}",
)
FROM_INSIDE = Fix(
    summary=Text(
        en="Leave the rule where only these clients are meant to come, and try {host} from one of their addresses; otherwise forward the others too.",
        ko="이런 클라이언트만 접속하는 사이트라면 규칙을 그대로 두고 허용된 주소에서 {host} 이름을 확인하세요. 모두에게 공개할 사이트라면 나머지 요청도 전달하세요.",
    ),
    by_hand=Text(
        en="An allow list (an office, a test before the site opens, maintenance) is as it should be. A client whose address has changed needs the new one in the condition (a rule takes five condition values). Where everybody is meant to come, let the default rule forward to the target group of this rule. The rule as it is now:\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}",
        ko="허용 목록(사무실, 공개 전 시험, 점검)이라면 정상입니다. 주소가 바뀐 클라이언트가 있다면 조건에 새 주소를 넣으세요(규칙 하나의 조건 값은 다섯 개까지). 모두에게 공개하려면 기본 규칙이 이 규칙의 대상 그룹으로 전달하게 하세요. 현재 규칙은 다음 명령으로 확인하세요.\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}",
    ),
    verify="curl -sSI {url}",
)
SEND_IT = Fix(
    summary=Text(
        en="Let the CDN send the header that the rule of priority {priority} wants: {gate}.",
        ko="우선순위 {priority} 규칙이 요구하는 헤더({gate})를 CDN이 오리진에 보내게 하세요.",
    ),
    by_hand=Text(
        en="CloudFront: Distributions > the distribution > Origins > Edit > Add custom header, with the name and the value that the rule has (EC2 > Load Balancers > Listeners and rules); other CDNs call it an origin or request header. It is a secret: compare the two where you keep it, and copy it into no ticket. To change it without a gap, put the new value beside the old one in the rule, then into the CDN, then take the old one out. Do not take the rule away: it keeps out whoever goes around the CDN. Which headers CloudFront sends:\n"
        '  aws cloudfront list-distributions --query "DistributionList.Items[].[Id,Aliases.Items,Origins.Items[].CustomHeaders.Items[].HeaderName]"',
        ko="CloudFront: 배포 > 해당 배포 > 원본 > 편집 > 사용자 지정 헤더 추가에서 규칙(EC2 > 로드 밸런서 > 리스너 및 규칙)과 같은 이름과 값을 넣으세요. 다른 CDN에서는 오리진 헤더 또는 요청 헤더라고 합니다. 비밀 값이므로 보관한 곳에서 비교하고 티켓에 적지 마세요. 중단 없이 바꾸려면 새 값을 규칙에 함께 넣고, CDN에 적용한 뒤, 예전 값을 빼세요. 규칙은 CDN을 거치지 않은 요청을 막으므로 없애지 마세요. CloudFront가 보내는 헤더 이름은 다음 명령으로 확인하세요.\n"
        '  aws cloudfront list-distributions --query "DistributionList.Items[].[Id,Aliases.Items,Origins.Items[].CustomHeaders.Items[].HeaderName]"',
    ),
    verify="curl -sSI {url}",
)
NOT_BY_ADDRESS = Fix(
    summary=Text(
        en="Let the CDN in front decide by visitors' addresses: rule {priority} sees the CDN's own only.",
        ko="방문자 주소 제한은 앞단 CDN에서 하세요. 우선순위 {priority} 규칙에는 CDN 자신의 주소만 보입니다.",
    ),
    by_hand=Text(
        en="source-ip is compared with the address that connects, which is the CDN's. Restrict visitors in the CDN (AWS WAF on the distribution, or its own access rules), and let the rule want a header that the CDN sends. The rule as it is now:\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}",
        ko="source-ip는 연결한 쪽, 곧 CDN의 주소와 비교됩니다. 방문자 제한은 CDN(배포의 AWS WAF 또는 CDN 자체 접근 규칙)에서 하고, 규칙은 CDN이 보내는 헤더를 요구하게 하세요. 현재 규칙은 다음 명령으로 확인하세요.\n"
        "  aws elbv2 describe-rules --region {region} --rule-arns {rule}",
    ),
    verify="curl -sSI {url}",
)
FOR_SOME = Text(
    en="It is as it should be: only these requests are meant to come in (a CDN's, an office's, a preview's).",
    ko="의도한 구성입니다. 이런 요청만 받으려는 것입니다(CDN, 사무실, 미리 보기).",
)


@check(
    id="ALB335",
    slug="rule-secret-header-or-source-ip-gate",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Only requests with {gate} are forwarded (rule of priority {priority}): all others for {url} get {answer}",
        ko="{gate} 조건에 맞는 요청만 전달되고(우선순위 {priority} 규칙) 나머지 {url} 요청에는 {answer} 응답을 보냅니다",
    ),
    why=Text(
        en="A rule with such a condition keeps out whoever goes around a CDN, or is not on an allow list. That is usually on purpose. Visitors meet it when the CDN does not send the header, or when their address has changed.",
        ko="이런 조건의 규칙은 CDN을 거치지 않거나 허용 목록에 없는 요청을 막습니다. 보통은 의도한 구성이지만, CDN이 헤더를 보내지 않거나 방문자의 주소가 바뀌면 방문자까지 막습니다.",
    ),
    fixes=(THROUGH_THE_CDN, FROM_INSIDE, SEND_IT, NOT_BY_ADDRESS),
    breaks={"forwarding"},
    words=Text(
        en=(
            "403 from load balancer directly; origin verify header; CloudFront custom header; secret header; "
            "X-Origin-Verify; restrict ALB to CloudFront; works through CloudFront but not directly; "
            "source IP condition; IP allow list in listener rule; works from the office only; 403 for everybody outside"
        ),
        ko=(
            "ALB 직접 접속 403; CloudFront 사용자 지정 헤더; 오리진 검증 헤더; 비밀 헤더; CloudFront만 허용; "
            "소스 IP 조건; IP 허용 목록; 사무실에서만 접속됨; 외부에서 403; 리스너 규칙 IP 제한"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/restrict-access-to-load-balancer.html",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html",
    ),
)
def rule_secret_header_or_source_ip_gate(visits: Visits, scene: Scene) -> Iterator[Verdict]:
    """Yield the first rule that lets some requests for the scanned URL in, where all others get an error.

    It is an error where visitors were seen to get that. What a header must hold is never told.
    """
    for visit in visits:
        hop = visit.answer
        if hop.listener is None:
            continue
        gate = gate_of(hop)
        if hop.route is None or hop.effect is None:
            yield NOT_DESCRIBED
        elif gate is None:
            yield CLIENT_DECIDES if hop.effect.status >= 400 and not hop.route.certain else fine(hop.listener.ref)
        elif gate.headers and scene.requested.served == "yes":
            yield fine(gate.rules[0].ref)  # whoever stands in front sends it
        else:
            decide = command("curl -sSI {url}", url=hop.request.url)
            yield likely(_found(gate, hop, scene), FOR_SOME, decide=decide)


def _found(gate: Gate, hop: Hop, scene: Scene) -> Finding:
    rule, met = gate.rules[0], scene.met(hop)
    region = hop.listener.region if hop.listener else ""
    return found(
        rule.ref,
        *(saw(asked.rule(hop.listener, one), told(one)) for one in gate.rules if hop.listener),
        saw(*hop_line(hop)),
        *(saw(*line) for line in (addresses(scene) if met else ())),
        severity=None if scene.shuts_the_cdn_out and scene.fails else INFO,
        fix=_fix(gate, scene),
        gate=gate.told,
        priority=rule.priority,
        rule=rule.rule_arn,
        region=region,
        host=hop.request.host,
        url=hop.request.url,
        answer=effect_words(hop.effect),
    )


def _fix(gate: Gate, scene: Scene) -> Fix:
    if scene.shuts_the_cdn_out:
        return SEND_IT if gate.headers else NOT_BY_ADDRESS
    return THROUGH_THE_CDN if gate.headers and not gate.of_visitors else FROM_INSIDE
