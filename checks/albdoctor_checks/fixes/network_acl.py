"""The entries that a network ACL lacks: a fix for each side of the way, with and without free rule numbers."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.text import Text

VERIFY = "aws ec2 describe-network-acls --region {region} --network-acl-ids {acl} --query 'NetworkAcls[0].Entries'"


def _entries(summary: Text) -> Fix:
    """Write the missing entries before the denying one."""
    return Fix(
        summary=summary,
        side_effects=(
            Text(
                en="A network ACL applies to every resource of its subnets. The new entries come first and allow only what the load balancer and its targets need.",
                ko="네트워크 ACL은 서브넷의 모든 리소스에 적용됩니다. 새 규칙은 맨 앞에 추가되며 로드 밸런서와 대상 사이에 필요한 트래픽만 허용합니다.",
            ),
        ),
        script="""\
for entry in {entries}; do
  read -r direction number ports family range <<< "$entry"
  aws ec2 create-network-acl-entry --region {region} --network-acl-id {acl} "$direction" --rule-number "$number" \\
    --protocol tcp --port-range "$ports" "$family" "$range" --rule-action allow
done
""",
        console=(
            Text(
                en="VPC > Network ACLs > {acl} > Edit inbound rules / Edit outbound rules: allow, before the denying rule: {entries}",
                ko="VPC > 네트워크 ACL > {acl} > 인바운드 규칙 편집 / 아웃바운드 규칙 편집: 거부 규칙보다 앞에 허용 규칙 추가: {entries}",
            ),
        ),
        verify=VERIFY,
    )


def _renumber(summary: Text) -> Fix:
    """Say what to do when no rule number is free before the denying entry."""
    return Fix(
        summary=summary,
        by_hand=Text(
            en="No rule number is free before the denying rule of {acl}. Renumber its rules, then allow TCP {port} from the load balancer's subnets to the targets and TCP 1024-65535 back.",
            ko="네트워크 ACL {acl}에는 거부 규칙보다 앞에 둘 수 있는 규칙 번호가 남아 있지 않습니다. 규칙 번호를 다시 매긴 뒤, 로드 밸런서 서브넷에서 대상으로 가는 TCP {port} 포트와 돌아오는 TCP 1024-65535 포트를 허용하세요.",
        ),
        verify=VERIFY,
    )


TARGET_SIDE = Text(
    en="Allow the load balancer's requests in, and the answers out, in network ACL {acl} of the targets' subnet.",
    ko="대상 서브넷의 네트워크 ACL {acl}에 로드 밸런서의 요청(인바운드)과 그 응답(아웃바운드)을 허용하세요.",
)
BALANCER_SIDE = Text(
    en="Allow requests to the targets out, and their answers in, in network ACL {acl} of the load balancer's subnets.",
    ko="로드 밸런서 서브넷의 네트워크 ACL {acl}에 대상으로 가는 요청(아웃바운드)과 돌아오는 응답(인바운드)을 허용하세요.",
)
TARGET_ENTRIES, TARGET_RENUMBER = _entries(TARGET_SIDE), _renumber(TARGET_SIDE)
BALANCER_ENTRIES, BALANCER_RENUMBER = _entries(BALANCER_SIDE), _renumber(BALANCER_SIDE)
