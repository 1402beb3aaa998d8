"""SHOP901: a health check asks for the home page."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import WARNING, Fix, Verdict, check, fine, found, saw
from albdoctor.facts.elb import TargetGroups
from albdoctor.text import Text

FIX = Fix(
    summary=Text(
        en="Point the health check of {group} at /healthz, once the service answers there.",
        ko="서비스가 /healthz에 응답하는지 확인한 뒤 {group} 그룹의 상태 검사 경로를 /healthz로 바꾸세요.",
    ),
    # No script: run too early, it would take every target out of rotation.
    by_hand=Text(
        en="On a target, look whether it answers 200:\n"
        "  curl -i http://127.0.0.1:{port}/healthz\n"
        "Only then:\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path /healthz",
        ko="대상 안에서 200으로 응답하는지 확인하세요.\n"
        "  curl -i http://127.0.0.1:{port}/healthz\n"
        "확인한 뒤에만 실행하세요.\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path /healthz",
    ),
    verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
)


@check(
    id="SHOP901",
    slug="shop-health-check-on-home-page",
    severity=WARNING,
    since="1.0",
    message=Text(
        en="The health check of target group {group} asks for the home page (/)",
        ko="대상 그룹 {group}의 상태 검사가 첫 화면(/)을 요청합니다",
    ),
    why=Text(
        en="The home page asks the catalogue database: when that is slow, every target fails its health check at once.",
        ko="첫 화면은 카탈로그 데이터베이스를 조회합니다. 데이터베이스가 느려지면 모든 대상의 상태 검사가 한꺼번에 실패합니다.",
    ),
    fixes=(FIX,),
    words=Text(en="health check path /; healthz", ko="상태 검사 경로; 헬스체크 경로; healthz"),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def health_check_on_home_page(target_groups: TargetGroups) -> Iterator[Verdict]:
    """Yield every target group whose health check asks for /."""
    for group in target_groups:
        if group.target_type == "lambda" or not group.health_check_enabled:
            continue
        if group.health_check_path != "/":
            yield fine(group.ref)
        else:
            yield found(
                group.ref,
                saw(f"elasticloadbalancing DescribeTargetGroups {group.target_group_name}", "HealthCheckPath: /"),
                group=group.target_group_name,
                arn=group.target_group_arn,
                region=group.region,
                port=group.port or 80,
            )
