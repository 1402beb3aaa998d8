"""How the routes of a load balancer's subnets lead to an internet gateway again that is attached to their VPC."""

from __future__ import annotations

from albdoctor.checkup import Fix, Impact
from albdoctor.derive.network.public_subnets import BalancerSubnets, led_through, tables_naming, unattached
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.plan import Plan

VERIFY = "aws ec2 describe-internet-gateways --region {region} --filters Name=attachment.vpc-id,Values={vpc} --query 'InternetGateways[].[InternetGatewayId,Attachments[].State]' --output text"
BOTH_WAYS = Text(
    en="All subnets of {vpc} whose routes name it reach the internet again, and what has a public address in them is reached from there, as far as its security groups allow.",
    ko="이 게이트웨이를 가리키는 {vpc}의 모든 서브넷이 다시 인터넷과 연결되며, 퍼블릭 IP가 있는 리소스는 보안 그룹이 허용하는 범위에서 인터넷에서 접근할 수 있게 됩니다.",
)

ATTACH = Fix(
    summary=Text(
        en="Attach internet gateway {gateways} to {vpc}.",
        ko="인터넷 게이트웨이 {gateways}의 연결 대상을 다음 VPC로 지정하세요: {vpc}",
    ),
    impact=Impact.BRIEF,
    side_effects=(BOTH_WAYS,),
    script="aws ec2 attach-internet-gateway --region {region} --internet-gateway-id {gateways} --vpc-id {vpc}\n",
    console=(
        Text(
            en="VPC > Internet gateways > {gateways} > Actions > Attach to VPC: {vpc}",
            ko="VPC > 인터넷 게이트웨이 > {gateways} > 작업 > VPC에 연결: {vpc}",
        ),
    ),
    verify=VERIFY,
)

REPLACE = Fix(
    summary=Text(
        en="Lead {world} of {tables} to {attached}, the internet gateway that {vpc} has.",
        ko="{tables}의 {world} 경로를 {vpc}에 연결된 다음 인터넷 게이트웨이로 바꾸세요: {attached}",
    ),
    impact=Impact.BRIEF,
    side_effects=(BOTH_WAYS,),
    script="""\
for table in {tables}; do
  aws ec2 replace-route --region {region} --route-table-id "$table" {option} {world} --gateway-id {attached}
done
""",
    console=(
        Text(
            en="VPC > Route tables > {tables} > Edit routes > {world} to {attached}",
            ko="VPC > 라우팅 테이블 > {tables} > 라우팅 편집 > {world} 대상을 {attached} 게이트웨이로 지정",
        ),
    ),
    verify=VERIFY,
)

BY_HAND = Fix(
    summary=Text(
        en="Give {vpc} an attached internet gateway, and lead the default routes of {subnets} there.",
        ko="{vpc}에 인터넷 게이트웨이를 연결하고 다음 서브넷의 기본 경로를 그 게이트웨이로 바꾸세요: {subnets}",
    ),
    impact=Impact.BRIEF,
    side_effects=(BOTH_WAYS,),
    by_hand=Text(
        en="A gateway is attached to one VPC at a time, so do not take it from another one. See what is there:\n"
        "  aws ec2 describe-internet-gateways --region {region} --query 'InternetGateways[].[InternetGatewayId,Attachments]'\n"
        "Create one where {vpc} has none, attach it, and lead the default route of each table to it. Where a firewall stands before the gateway, its route table has to be associated with the new gateway too: ask who runs it.\n"
        "  aws ec2 create-internet-gateway --region {region}\n"
        "  aws ec2 attach-internet-gateway --region {region} --internet-gateway-id GATEWAY --vpc-id {vpc}\n"
        "  aws ec2 replace-route --region {region} --route-table-id TABLE {option} {world} --gateway-id GATEWAY",
        ko="게이트웨이는 한 번에 한 VPC에만 연결되므로 다른 VPC의 것을 떼어 오지 마세요. 먼저 현재 상태를 확인하세요.\n"
        "  aws ec2 describe-internet-gateways --region {region} --query 'InternetGateways[].[InternetGatewayId,Attachments]'\n"
        "{vpc}에 게이트웨이가 없으면 새로 만들어 연결하고, 각 라우팅 테이블의 기본 경로를 그 게이트웨이로 바꾸세요. 게이트웨이 앞에 방화벽이 있으면 방화벽용 라우팅 테이블도 새 게이트웨이와 연결해야 하므로 담당자와 상의하세요.\n"
        "  aws ec2 create-internet-gateway --region {region}\n"
        "  aws ec2 attach-internet-gateway --region {region} --internet-gateway-id GATEWAY --vpc-id {vpc}\n"
        "  aws ec2 replace-route --region {region} --route-table-id TABLE {option} {world} --gateway-id GATEWAY",
    ),
    verify=VERIFY,
)


def plan(of: BalancerSubnets) -> Plan:
    """Choose the fix that fits: the gateway back to its VPC, the routes to the one that the VPC has, or by hand."""
    gateways = tuple(dict.fromkeys(of.lost_gateways.values()))
    values: dict[str, Value] = {
        "region": of.balancer.region,
        "vpc": of.balancer.vpc_id,
        "gateways": gateways,
        "world": "0.0.0.0/0" if of.version == 4 else "::/0",
        "option": "--destination-cidr-block" if of.version == 4 else "--destination-ipv6-cidr-block",
    }
    only = gateways[0] if len(gateways) == 1 else ""
    tables = tables_naming(of, only)
    if only and not of.gateway and unattached(of, only):
        return Plan(fix=ATTACH, values=values)
    if only and of.gateway and tables and not led_through(of):
        named = tuple(one.route_table_id for one in tables)
        return Plan(fix=REPLACE, values=values | {"attached": of.gateway, "tables": named})
    return Plan(fix=BY_HAND, values=values)
