"""How a network ACL lets clients in to a load balancer's web port: by entries, or by somebody's decision."""

from __future__ import annotations

from albdoctor.checkup import Fix
from albdoctor.text import Text

VERIFY = "aws ec2 describe-network-acls --region {region} --network-acl-ids {acls} --query 'NetworkAcls[].Entries[]'"
SUMMARY = Text(
    en="Allow clients in on TCP {ports}, and the answers out on TCP 1024-65535, in network ACL {acls}.",
    ko="네트워크 ACL {acls}에 클라이언트가 들어오는 TCP {ports} 포트(인바운드)와 응답이 나가는 TCP 1024-65535 포트(아웃바운드)를 허용하세요.",
)
ADMIT = Fix(
    summary=Text(
        en="Allow clients in on TCP {ports} in network ACL {acls}, right before the entry that denies it.",
        ko="네트워크 ACL {acls}에서 거부 규칙 바로 앞에 TCP {ports} 인바운드 허용 규칙을 추가하세요.",
    ),
    side_effects=(
        Text(
            en="A network ACL applies to every resource of its subnets: what has a public address there is reached on this port too, as far as its security groups allow.",
            ko="네트워크 ACL은 서브넷의 모든 리소스에 적용됩니다. 그 서브넷에서 퍼블릭 주소를 가진 다른 리소스도 보안 그룹이 허용하는 만큼 이 포트로 접속할 수 있게 됩니다.",
        ),
    ),
    script="""\
for entry in {entries}; do
  read -r acl number port option range <<< "$entry"
  aws ec2 create-network-acl-entry --region {region} --network-acl-id "$acl" --ingress --rule-number "$number" \\
    --protocol tcp --port-range "From=$port,To=$port" "$option" "$range" --rule-action allow
done
""",
    console=(
        Text(
            en="VPC > Network ACLs > {acls} > Edit inbound rules: allow, before the denying rule (ACL, rule number, port, source): {entries}",
            ko="VPC > 네트워크 ACL > {acls} > 인바운드 규칙 편집: 거부 규칙보다 앞에 허용 규칙 추가(ACL, 규칙 번호, 포트, 소스): {entries}",
        ),
    ),
    verify=VERIFY,
)
DECIDE = Fix(
    summary=SUMMARY,
    by_hand=Text(
        en="Decide first whether these entries keep clients out on purpose. If not, put an allow entry before the denying one, with a rule number that is free:\n"
        "  aws ec2 create-network-acl-entry --region {region} --network-acl-id ACL --ingress --rule-number NUMBER --protocol tcp --port-range From=PORT,To=PORT --cidr-block RANGE --rule-action allow\n"
        "Answers need one out: --egress, --port-range From=1024,To=65535.",
        ko="먼저 이 규칙이 클라이언트를 일부러 막은 것인지 확인하세요. 아니라면 거부 규칙보다 앞의 빈 규칙 번호로 허용 규칙을 추가하세요.\n"
        "  aws ec2 create-network-acl-entry --region {region} --network-acl-id ACL --ingress --rule-number NUMBER --protocol tcp --port-range From=PORT,To=PORT --cidr-block RANGE --rule-action allow\n"
        "응답에는 아웃바운드 허용이 필요합니다: --egress, --port-range From=1024,To=65535.",
    ),
    verify=VERIFY,
)
