"""ALB410: the servers run in an Auto Scaling group that does not register them in the target group."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Verdict, check, fine, found, likely
from albdoctor.derive.registrars import Registrars
from albdoctor.derive.targets.registrations import AllRegistrations, Registrations
from albdoctor.facts.ec2 import Subnets
from albdoctor.facts.known import Observed
from albdoctor.text import Text, command
from albdoctor_checks.fixes.empty_group import ATTACH, RESUME, Filling, by_registrar, resuming, unregistered
from albdoctor_checks.fixes.group import of_group

SUSPENDED = Text(en="its process AddToLoadBalancer is suspended", ko="AddToLoadBalancer 프로세스가 일시 중지됨")
NOWHERE = Text(en="it is attached to no target group", ko="어느 대상 그룹에도 연결되어 있지 않음")
OTHER_SERVERS = Text(
    en="These servers belong to no site (workers, batch jobs), and the target group is filled by something else, or by hand.",
    ko="이 서버들은 웹 사이트용이 아니며(워커, 배치 작업), 대상 그룹은 다른 방법으로 또는 직접 채워야 합니다.",
)


@check(
    id="ALB410",
    slug="tg-asg-not-attached",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Auto Scaling group {scaling} does not register its instances in target group {group}: {why_not}",
        ko="Auto Scaling 그룹 {scaling}의 인스턴스가 대상 그룹 {group}에 등록되지 않습니다: {why_not}",
    ),
    why=Text(
        en="An Auto Scaling group registers the instances that it starts only in target groups that it is attached to, and only while AddToLoadBalancer runs. Its servers are there, and the load balancer knows nothing of them.",
        ko="Auto Scaling 그룹은 연결된 대상 그룹에만, 그리고 AddToLoadBalancer 프로세스가 동작할 때만 인스턴스를 등록합니다. 서버는 실행 중이지만 로드 밸런서는 그 서버를 알지 못합니다.",
    ),
    fixes=(RESUME, ATTACH),
    breaks={"registration"},
    words=Text(
        en=(
            "Auto Scaling group not attached to target group; new instances are not registered; "
            "AddToLoadBalancer suspended; attach-traffic-sources; instances of the ASG not in target group; "
            "ASG has instances but target group is empty; after scaling no targets; "
            "target group lost its Auto Scaling group; suspended processes"
        ),
        ko=(
            "오토스케일링 그룹이 대상 그룹에 연결되지 않음; 새 인스턴스가 등록되지 않음; "
            "AddToLoadBalancer 일시 중지; ASG 인스턴스가 대상 그룹에 없음; 트래픽 소스 연결; "
            "스케일 아웃 후 대상이 없음; 프로세스 일시 중지; 오토스케일링 대상 그룹 연결"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html",
    ),
)
def tg_asg_not_attached(
    registrations: AllRegistrations, registrars: Registrars, subnets: Observed[Subnets]
) -> Iterator[Verdict]:
    """Yield every target group in which an Auto Scaling group would register servers, and does not."""
    for one in registrations:
        targets = {each.target.id for each in one.targets}
        attached = registrars.scaling.get(one.group.target_group_arn, ())
        idle = ((each, unregistered(each, targets)) for each in attached)
        hows = [resuming(one.group, each, missing) for each, missing in idle if missing]
        lost = by_registrar(one.group, registrars, subnets) if not targets else Filling()
        if hows:
            yield from (_finding(one, how, SUSPENDED) for how in hows)
        elif lost.fix is ATTACH:
            ask = "aws autoscaling describe-auto-scaling-groups --region {region} --auto-scaling-group-names {names}"
            decide = command(ask, region=one.group.region, names=lost.values["scaling"])
            yield likely(_finding(one, lost, NOWHERE), OTHER_SERVERS, decide=decide)
        elif not targets and registrars.gaps:
            yield from registrars.gaps
        else:
            yield fine(one.group.ref)


def _finding(one: Registrations, how: Filling, why_not: Text) -> Finding:
    names = how.values["scaling"]
    return found(
        one.group.ref,
        *how.evidence,
        fix=how.fix,
        key=names if isinstance(names, str) else "",
        fix_values=of_group(one.group) | how.values,
        why_not=why_not,
    )
