"""ALB611: the AWS Load Balancer Controller finds none, or more than one, security group with the cluster's tag."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.cluster_tags import Choice, Choices
from albdoctor.facts.cluster_tags import cluster_key
from albdoctor.text import Text, Value, command
from albdoctor_checks.fixes.cluster_tag import CHOOSE, TAG, UNTAG
from albdoctor_checks.fixes.group import of_group

NONE = Text(en="none", ko="없음")
ANOTHER = Text(
    en="The controller takes further tags into account (--service-target-eni-security-group-tags), does not run, or lacks an IAM permission: then its log says something else.",
    ko="컨트롤러가 다른 태그도 함께 보거나(--service-target-eni-security-group-tags), 실행되지 않거나, IAM 권한이 없습니다. 이 경우 로그에 다른 내용이 나옵니다.",
)
NO_PODS = Text(
    en="No pod is ready, or the deployment was scaled to zero: a target group of pods is empty then, and rightly so.",
    ko="준비된 파드가 없거나 디플로이먼트가 0으로 조정되었습니다. 이때 파드의 대상 그룹이 비어 있는 것은 정상입니다.",
)
LOG = "kubectl logs --namespace kube-system --selector app.kubernetes.io/name=aws-load-balancer-controller --tail=-1 | grep 'exactly one securityGroup'"


@check(
    id="ALB611",
    slug="target-k8s-binding-not-reconciled",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="The AWS Load Balancer Controller of cluster {cluster} cannot open the way to the targets of {group}: it takes exactly one security group of {at} with the tag {tag}, and finds {tagged}",
        ko="클러스터 {cluster}의 AWS Load Balancer Controller가 대상 그룹 {group}의 대상으로 가는 경로를 열지 못합니다: {tag} 태그는 {at}의 보안 그룹 중 정확히 하나에 있어야 하는데, 태그가 있는 그룹은 {tagged}",
    ),
    why=Text(
        en="The controller writes a rule for the load balancer into the security group that carries the cluster's tag. Where an interface has several groups, and none or more than one of them is tagged, it gives up: it registers no nodes, and pods either not at all or without a rule, so that requests end with 503 or 504.",
        ko="컨트롤러는 클러스터 태그가 붙은 보안 그룹에 로드 밸런서를 허용하는 규칙을 추가합니다. 인터페이스에 보안 그룹이 여러 개인데 태그가 하나도 없거나 둘 이상에 있으면 포기합니다. 노드를 등록하지 않고, 파드는 등록하지 않거나 규칙 없이 등록하므로 요청이 503 또는 504로 끝납니다.",
    ),
    fixes=(UNTAG, CHOOSE, TAG),
    breaks={"registration"},
    explains={
        "net-target-sg-blocks-traffic-port",
        "net-target-sg-blocks-hc-port",
        "net-target-sg-references-wrong-group",
    },
    mends={
        "net-target-sg-blocks-traffic-port",
        "net-target-sg-blocks-hc-port",
        "net-target-sg-references-wrong-group",
    },
    words=Text(
        en=(
            "expected exactly one securityGroup tagged with kubernetes.io/cluster; "
            "expect exactly one securityGroup tagged with kubernetes.io/cluster for eni; FailedNetworkReconcile; "
            "TargetGroupBinding not reconciled; multiple tagged security groups found for instance; "
            "AWS Load Balancer Controller does not register targets; EKS ingress target group empty; "
            "two security groups with cluster tag; EKS ALB 504 pods time out; targetgroupbinding reconciler error; "
            "terraform eks module node security group tag"
        ),
        ko=(
            "expected exactly one securityGroup tagged with kubernetes.io/cluster; EKS 대상 그룹이 비어 있음; "
            "로드 밸런서 컨트롤러가 대상을 등록하지 않음; 클러스터 태그가 보안 그룹 두 개에 있음; "
            "TargetGroupBinding 조정 실패; 인그레스 504; EKS 파드 시간 초과; FailedNetworkReconcile; "
            "쿠버네티스 보안 그룹 태그"
        ),
    ),
    refs=(
        "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/security_groups/",
        "https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html",
        "https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/1897",
    ),
)
def target_k8s_binding_not_reconciled(choices: Choices) -> Iterator[Verdict]:
    """Yield the target groups whose controller cannot choose the security group in which it lets the balancer in."""
    for choice in choices:
        if choice.made:
            yield fine(choice.group.ref)
            continue
        tag, tagged = cluster_key(choice.cluster), choice.tagged
        finding = found(
            choice.group.ref,
            saw(asked.network_interfaces(), f"{choice.at}: SecurityGroups: {', '.join(choice.candidates)}"),
            saw(asked.security_groups(*choice.candidates), f"{tag}: {', '.join(tagged) or 'no tag'}"),
            key=" ".join(choice.candidates),
            fix=_fix(choice),
            fix_values=of_group(choice.group) | _of_tags(choice),
            cluster=choice.cluster,
            at=choice.at,
            tag=tag,
            tagged=tagged or NONE,
        )
        pods = (NO_PODS,) if choice.empty and choice.group.target_type == "ip" else ()
        yield likely(finding, *pods, ANOTHER, decide=command(LOG))


def _fix(choice: Choice) -> Fix:
    if not choice.tagged:
        return TAG
    return UNTAG if len(choice.of_eks) == 1 else CHOOSE


def _of_tags(choice: Choice) -> dict[str, Value]:
    """Which of the security groups keep the tag, lose it, or may get it."""
    kept = choice.of_eks if len(choice.of_eks) == 1 else ()
    extra = tuple(one for one in choice.tagged if one not in kept)
    return {"kept": kept, "extra": extra, "candidates": choice.candidates}
