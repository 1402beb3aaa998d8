"""SHOP902: a load balancer can be deleted by mistake."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import INFO, Fix, Verdict, check, fine, found, saw
from albdoctor.facts.elb import BalancersAttributes, LoadBalancers
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text

PROTECTED = "deletion_protection.enabled"
NOT_SEEN = Unknown(gap=Gap.FAILED, asked="elasticloadbalancing:DescribeLoadBalancerAttributes")

FIX = Fix(
    summary=Text(
        en="Turn on deletion protection of load balancer {balancer}.",
        ko="로드 밸런서 {balancer}의 삭제 방지를 켜세요.",
    ),
    script="aws elbv2 modify-load-balancer-attributes --region {region} --load-balancer-arn {arn} \\\n"
    "  --attributes Key=deletion_protection.enabled,Value=true\n",
    console=(
        Text(
            en="EC2 > Load Balancers > {balancer} > Attributes > Edit > Deletion protection",
            ko="EC2 > 로드 밸런서 > {balancer} > 속성 > 편집 > 삭제 방지",
        ),
    ),
    terraform="enable_deletion_protection = true\n",
    cloudformation="LoadBalancerAttributes:\n  - Key: deletion_protection.enabled\n    Value: 'true'\n",
    verify="aws elbv2 describe-load-balancer-attributes --region {region} --load-balancer-arn {arn}",
)


@check(
    id="SHOP902",
    slug="shop-balancer-can-be-deleted",
    severity=INFO,
    since="1.0",
    message=Text(
        en="Load balancer {balancer} has no deletion protection",
        ko="로드 밸런서 {balancer}에 삭제 방지가 꺼져 있습니다",
    ),
    why=Text(
        en="One wrong command deletes it, and with it the DNS name that records lead to.",
        ko="명령 하나를 잘못 실행하면 로드 밸런서가 삭제되고, 레코드가 가리키는 DNS 이름도 함께 사라집니다.",
    ),
    fixes=(FIX,),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",),
)
def balancer_can_be_deleted(load_balancers: LoadBalancers, attributes: BalancersAttributes) -> Iterator[Verdict]:
    """Yield every load balancer that anybody who may delete load balancers can delete."""
    values = {one.load_balancer_arn: {each.key: each.value for each in one.attributes} for one in attributes}
    for balancer in load_balancers:
        value = values.get(balancer.load_balancer_arn, {}).get(PROTECTED)
        if value == "true":
            yield fine(balancer.ref)
        elif value is None:
            yield NOT_SEEN  # neither found nor fine: the check is skipped, and the report says what is missing
        else:
            yield found(
                balancer.ref,
                saw(
                    f"elasticloadbalancing DescribeLoadBalancerAttributes {balancer.load_balancer_name}",
                    f"{PROTECTED}: {value}",
                ),
                balancer=balancer.load_balancer_name,
                arn=balancer.load_balancer_arn,
                region=balancer.region,
            )
