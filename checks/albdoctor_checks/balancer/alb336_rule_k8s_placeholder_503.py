"""ALB336: the AWS Load Balancer Controller answers 503 in place of a Service, or an action, that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.owners import Owner, OwnerKind, Owners
from albdoctor.derive.request.visits import Visits
from albdoctor.derive.routing.routes import Route
from albdoctor.facts.elb_actions import NO_ACTION, PLACEHOLDERS
from albdoctor.facts.known import Gap, Known, Observed, Unknown
from albdoctor.text import Text, command

KUBERNETES = frozenset({OwnerKind.INGRESS, OwnerKind.SERVICE, OwnerKind.GATEWAY})
ASKED = "elasticloadbalancing:DescribeRules"
NOT_DESCRIBED = Unknown(gap=Gap.FAILED, asked=ASKED, detail="the default rule was not described")
CLIENT_DECIDES = Unknown(gap=Gap.FAILED, asked=ASKED, detail="a rule depends on the client")
SERVICE = Fix(
    summary=Text(
        en="Name a Service in the Ingress that is there, or make the one that it names.",
        ko="Ingress에 실제로 있는 Service를 지정하거나, 지정된 Service를 만드세요.",
    ),
    by_hand=Text(
        en="The controller looks for the Service in the namespace of the Ingress, by the name in spec.rules[].http.paths[].backend.service.name or spec.defaultBackend, or that an annotation alb.ingress.kubernetes.io/actions.NAME forwards to (serviceName): see whether it is misspelt, in another namespace, or was never made. The rule itself is the controller's: as soon as the Service is there it forwards by itself, and what is changed in it by hand is taken back.\n"
        "  kubectl get ingresses,services {scope}\n"
        "  kubectl describe ingresses {scope}",
        ko="컨트롤러는 Ingress와 같은 네임스페이스에서 spec.rules[].http.paths[].backend.service.name 또는 spec.defaultBackend에 적힌 이름이나, alb.ingress.kubernetes.io/actions.NAME 어노테이션이 전달 대상(serviceName)으로 지정한 이름의 Service를 찾습니다. 이름이 틀렸는지, 다른 네임스페이스에 있는지, 아직 만들지 않았는지 확인하세요. 규칙은 컨트롤러가 관리하므로 Service가 생기면 스스로 전달로 바꾸고, 직접 바꾼 내용은 되돌립니다.\n"
        "  kubectl get ingresses,services {scope}\n"
        "  kubectl describe ingresses {scope}",
    ),
    verify="curl -sSI {url}",
)
ACTION = Fix(
    summary=Text(
        en="Give the Ingress the annotation alb.ingress.kubernetes.io/actions.NAME that its backend asks for.",
        ko="Ingress의 백엔드가 요구하는 alb.ingress.kubernetes.io/actions.NAME 어노테이션을 추가하세요.",
    ),
    by_hand=Text(
        en="A backend whose port is named use-annotation takes its action from the annotation alb.ingress.kubernetes.io/actions.NAME, where NAME is the backend's service name: it is missing or misspelt.\n"
        "  kubectl describe ingresses {scope}",
        ko="포트 이름이 use-annotation인 백엔드는 alb.ingress.kubernetes.io/actions.NAME 어노테이션에서 작업을 읽습니다. NAME은 백엔드의 서비스 이름입니다. 어노테이션이 없거나 이름이 다릅니다.\n"
        "  kubectl describe ingresses {scope}",
    ),
    verify="curl -sSI {url}",
)
COPIED = Text(
    en="Whose load balancer it is could not be seen: somebody may have written this answer by hand.",
    ko="로드 밸런서의 관리 주체를 확인하지 못했습니다. 누군가 직접 작성한 응답일 수 있습니다.",
)


@check(
    id="ALB336",
    slug="rule-k8s-placeholder-503",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The load balancer itself answers {url} with 503 {body}: the Ingress names what is not there",
        ko="로드 밸런서가 {url} 요청에 직접 503 {body} 응답을 보냅니다. Ingress에 지정된 항목이 없습니다",
    ),
    why=Text(
        en="Where an Ingress names a Service that does not exist in its namespace, or an action without annotation, the AWS Load Balancer Controller writes a fixed answer into the rule instead of a target group: no pod is asked.",
        ko="Ingress가 네임스페이스에 없는 Service나 어노테이션이 없는 작업을 지정하면 AWS Load Balancer Controller는 규칙에 대상 그룹 대신 고정 응답을 씁니다. 요청은 파드에 도달하지 못합니다.",
    ),
    fixes=(SERVICE, ACTION),
    breaks={"forwarding"},
    explains={"listener-default-action-is-error"},
    mends={"listener-default-action-is-error"},
    words=Text(
        en=(
            "Backend service does not exist; Backend action does not exist; EKS ingress 503; "
            "ingress names a service that does not exist; service in another namespace; wrong service name in ingress; "
            "fixed-response 503 kubernetes; use-annotation action missing"
        ),
        ko=(
            "Backend service does not exist; Backend action does not exist; 인그레스 503; 서비스 이름 오타; "
            "다른 네임스페이스의 서비스; Ingress가 없는 서비스를 가리킴; 쿠버네티스 고정 응답 503"
        ),
    ),
    refs=(
        "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/2807",
        "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3140",
        "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions",
    ),
)
def rule_k8s_placeholder_503(visits: Visits, owners: Observed[Owners]) -> Iterator[Verdict]:
    """Yield the rule that takes the scanned URL where a controller filled it in with a 503."""
    for visit in visits:
        hop = visit.answer
        if hop.listener is None:
            continue
        if hop.route is None:
            yield NOT_DESCRIBED
            continue
        body = _placeholder(hop.route)
        owner = owners.value.of(hop.listener.listener_arn) if isinstance(owners, Known) else None
        if not body or (isinstance(owners, Known) and (owner is None or owner.kind not in KUBERNETES)):
            yield fine(hop.listener.ref)
        elif not hop.route.certain:
            yield CLIENT_DECIDES
        else:
            url, scope = hop.request.url, _scope(owner)
            finding = found(
                hop.listener.ref if hop.route.is_default else hop.route.rule.ref,
                saw(asked.rule(hop.listener, hop.route.rule, url), f"fixed-response 503 {body}"),
                fix=ACTION if body == NO_ACTION else None,
                fix_values={"scope": scope},
                url=url,
                body=body,
            )
            decide = command("kubectl get ingresses,services {scope}", scope=scope)
            yield finding if owner else likely(finding, COPIED, decide=decide)


def _placeholder(route: Route) -> str:
    """The controller's words in the answer of a rule; empty: it does something else."""
    fixed = (one.fixed_response_config for one in route.rule.actions)
    bodies = (one.message_body for one in fixed if one is not None and one.status_code == "503")
    return next((body for body in bodies if body in PLACEHOLDERS), "")


def _scope(owner: Owner | None) -> tuple[str, ...]:
    """Where kubectl looks; an IngressGroup may have members in every namespace."""
    return ("--namespace", owner.namespace) if owner and owner.namespace else ("--all-namespaces",)
