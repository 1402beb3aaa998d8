"""The tag that tells the AWS Load Balancer Controller which security group of a cluster it opens."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH

# By hand: whoever made the tag puts it back, and Karpenter or another controller may find the group by it.
UNTAG = Fix(
    summary=Text(
        en="Keep the tag {tag} on {kept} only: take it from {extra}.",
        ko="태그 {tag} 항목은 보안 그룹 {kept}에만 남기고 다음 그룹에서 제거하세요: {extra}",
    ),
    by_hand=Text(
        en="Amazon EKS made {kept} for the cluster, and tags it again with every update: it keeps the tag. First see that nothing else finds the others by it: the securityGroupSelectorTerms of a Karpenter EC2NodeClass, say. What made the tag puts it back, so take it out there (in terraform-aws-modules/eks set it to null in node_security_group_tags). Without any of these:\n"
        "  aws ec2 delete-tags --region {region} --resources {extra} --tags Key={tag}\n"
        "No rule of these security groups changes by that. The controller tries again by itself, and writes the rule that is missing.",
        ko="{kept} 보안 그룹은 Amazon EKS가 클러스터용으로 만들었고 클러스터를 업데이트할 때마다 다시 태그를 붙이므로 그대로 둡니다. 먼저 나머지 그룹을 이 태그로 찾는 곳이 없는지 확인하세요. 예: Karpenter EC2NodeClass의 securityGroupSelectorTerms. 태그를 만든 도구가 태그를 다시 붙이므로 그곳에서 빼야 합니다(terraform-aws-modules/eks에서는 node_security_group_tags에서 null로 지정). 해당하는 곳이 없으면 다음을 실행하세요.\n"
        "  aws ec2 delete-tags --region {region} --resources {extra} --tags Key={tag}\n"
        "보안 그룹의 규칙은 바뀌지 않습니다. 컨트롤러가 스스로 다시 시도해 빠진 규칙을 추가합니다.",
    ),
    verify=SHOW_HEALTH,
)
CHOOSE = Fix(
    summary=Text(
        en="Keep the tag {tag} on only one of {extra}.",
        ko="태그 {tag} 항목을 다음 보안 그룹 중 하나에만 남기세요: {extra}",
    ),
    by_hand=Text(
        en="Which one keeps it is yours to decide: the one in which the controller shall open the ports of nodes and pods. First see that nothing else finds the other one by it: the securityGroupSelectorTerms of a Karpenter EC2NodeClass, say. What made the tag puts it back, so take it out there. Without any of these, with the other one as SECURITY_GROUP:\n"
        "  aws ec2 delete-tags --region {region} --resources SECURITY_GROUP --tags Key={tag}\n"
        "No rule of these security groups changes by that. The controller tries again by itself, and writes the rule that is missing.",
        ko="어느 그룹에 남길지는 직접 정해야 합니다. 컨트롤러가 노드와 파드의 포트를 열어야 하는 그룹에 남기세요. 먼저 나머지 그룹을 이 태그로 찾는 곳이 없는지 확인하세요. 예: Karpenter EC2NodeClass의 securityGroupSelectorTerms. 태그를 만든 도구가 태그를 다시 붙이므로 그곳에서 빼야 합니다. 해당하는 곳이 없으면 SECURITY_GROUP 자리에 태그를 뗄 그룹을 넣어 실행하세요.\n"
        "  aws ec2 delete-tags --region {region} --resources SECURITY_GROUP --tags Key={tag}\n"
        "보안 그룹의 규칙은 바뀌지 않습니다. 컨트롤러가 스스로 다시 시도해 빠진 규칙을 추가합니다.",
    ),
    verify=SHOW_HEALTH,
)
TAG = Fix(
    summary=Text(
        en="Tag one of {candidates} with {tag}.",
        ko="다음 보안 그룹 중 하나에 태그 {tag} 항목을 붙이세요: {candidates}",
    ),
    by_hand=Text(
        en="Which one is yours to decide: the one in which the controller shall open the ports of nodes and pods, where possible one that every node has. Tag it where it is made (Terraform, eksctl), or:\n"
        "  aws ec2 create-tags --region {region} --resources SECURITY_GROUP --tags Key={tag},Value=shared\n"
        "If the cluster's name is another one, the controller was started with a wrong --cluster-name: then mend that instead.",
        ko="어느 그룹에 붙일지는 직접 정해야 합니다. 컨트롤러가 노드와 파드의 포트를 열어야 하는 그룹으로, 가능하면 모든 노드에 연결된 그룹을 고르세요. 그룹을 만든 곳(Terraform, eksctl)에서 태그를 붙이거나 다음을 실행하세요.\n"
        "  aws ec2 create-tags --region {region} --resources SECURITY_GROUP --tags Key={tag},Value=shared\n"
        "클러스터 이름이 다르다면 컨트롤러의 --cluster-name 값이 잘못된 것이므로 그 값을 고치세요.",
    ),
    verify=SHOW_HEALTH,
)
