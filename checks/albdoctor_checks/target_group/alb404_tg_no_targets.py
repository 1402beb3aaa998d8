"""ALB404: a target group in the request's way has no target."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, saw
from albdoctor.derive import asked
from albdoctor.derive.owners import Owners
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.targets.registrations import AllRegistrations
from albdoctor.facts.ec2 import Subnets
from albdoctor.facts.known import Observed
from albdoctor.text import Text
from albdoctor_checks.fixes.empty_group import FILLS, REGISTER, filling
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group

FIX = Fix(
    summary=Text(
        en="Register a target in {group}.",
        ko="{group} 대상 그룹에 대상을 등록하세요.",
    ),
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Targets > Register targets",
            ko="EC2 > 대상 그룹 > {group} > 대상 > 대상 등록",
        ),
    ),
    by_hand=Text(
        en=f"Only you know which server belongs here. Register it:\n{REGISTER.en}",
        ko=f"어떤 서버를 등록할지는 직접 정해야 합니다. 다음 명령으로 등록하세요.\n{REGISTER.ko}",
    ),
    verify=SHOW_HEALTH,
)


@check(
    id="ALB404",
    slug="tg-no-targets",
    severity=ERROR,
    since="0.1",
    message=Text(en="Target group {group} has no registered target", ko="대상 그룹 {group}에 등록된 대상이 없습니다"),
    why=Text(
        en="The load balancer has nowhere to send requests and answers them itself with 503 Service Temporarily Unavailable.",
        ko="로드 밸런서가 요청을 보낼 곳이 없어 직접 503 Service Temporarily Unavailable로 응답합니다.",
    ),
    fixes=(FIX, *FILLS),
    breaks={"targets"},
    explains={"rule-weight-sends-to-dead-group"},
    mends={"rule-weight-sends-to-dead-group"},
    shows={"registration"},
    words=Text(
        en=(
            "503 Service Temporarily Unavailable; no registered targets; target group empty; "
            "runningCount 0; CannotPullContainer; service selector mismatch; "
            "target-type ip vs instance; tasks keep stopping; no endpoints; "
            "forgot to register targets; register instance in target group; "
            "ECS service has no running tasks; image pull failed; no NAT gateway for image pull; "
            "assign public IP to task; tasks do not start; desired count 1 running 0; no targets; "
            "target group has no instances; Auto Scaling group not attached; pods not ready; "
            "task stopped ResourceInitializationError; cannot pull secrets; ECR pull error; "
            "EC2 not in target group; Backend service does not exist; no pods behind service; "
            "TargetGroupBinding; Fargate task cannot start; out of capacity"
        ),
        ko=(
            "503 Service Temporarily Unavailable; 대상 등록 안 함; 타겟 그룹 비어 있음; "
            "등록된 대상 없음; 태스크가 안 뜸; 이미지 풀 실패; 퍼블릭 IP 자동 할당; "
            "NAT 게이트웨이 없음; 셀렉터 불일치; 실행 중 태스크 0; 대상 그룹에 인스턴스 등록; "
            "대상이 없음; 인스턴스를 등록하지 않음; ECS 서비스 태스크 없음; 대상 그룹에 EC2가 없음; "
            "ECR 이미지를 못 가져옴; 태스크가 실행되지 않음; 오토스케일링 그룹 연결 안 됨; 대상 0개; "
            "파드가 없음; 원하는 태스크 1 실행 중 0; 타겟 등록; 대상 유형 ip instance; "
            "태스크가 바로 중지됨; 파게이트 태스크 시작 실패; CannotPullContainerError"
        ),
    ),
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",),
)
def tg_no_targets(
    registrations: AllRegistrations, owners: Observed[Owners], registrars: Registrars, subnets: Observed[Subnets]
) -> Iterator[Verdict]:
    """Yield every target group without a registered target, with whoever was seen to fill it."""
    for one in registrations:
        if one.targets:
            yield fine(one.group.ref)
        else:
            evidence = saw(asked.health(one.group.target_group_name), "TargetHealthDescriptions: []")
            how = filling(one.group, owners, registrars, subnets)
            values = of_group(one.group) | how.values
            yield found(one.group.ref, evidence, *how.evidence, fix=how.fix, fix_values=values)
