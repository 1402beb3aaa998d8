"""Target groups that an Auto Scaling group or an Amazon ECS service fills, or does not."""

from __future__ import annotations

import re
from functools import partial

from albdoctor.checkup import WARNING
from albdoctor.lab.actors import RepairError
from albdoctor.lab.plan import Plan
from albdoctor.lab.registrars import (
    PORT,
    SCALING,
    publish,
    replace_instances,
    run_task,
    run_with_grace,
    scale,
    serve,
    serve_from,
    stop_tasks,
    want_a_task,
    want_a_task_by_address,
)
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.scenarios.target_group import register_nobody
from albdoctor.lab.shop import Shop
from albdoctor.lab.terminal import paste
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

EMPTY = (cause("tg-no-targets"), effect("rule-forwards-to-empty-group"))
NOT_ATTACHED = (effect("tg-no-targets"), effect("rule-forwards-to-empty-group"))
NEVER = 10**9
"""Seconds: no grace period is as long."""
ATTACHES = re.compile(r"^  (aws autoscaling attach-load-balancer-target-groups .*)$", re.MULTILINE)


def attach(shop: Shop, finding: FindingReport) -> None:
    """Know that these servers belong to the site, and paste the printed line that attaches them."""
    typed: list[str] = ATTACHES.findall(finding.fix.by_hand)
    if len(typed) != 1:
        raise RepairError(f"the instructions of {finding.slug} attach {len(typed)} Auto Scaling groups")
    done = paste(typed[0], shop.world.environment, seconds=60)
    if done.status != 0:
        raise RepairError(f"attaching ended with {done.status}: {done.shown[-200:]}")


def suspend(shop: Shop) -> None:
    """Somebody suspended a process for a deployment, and the server was deregistered meanwhile."""
    shop.client("autoscaling").suspend_processes(AutoScalingGroupName=SCALING, ScalingProcesses=["AddToLoadBalancer"])
    register_nobody(shop)


def push_the_image(shop: Shop, finding: FindingReport) -> None:
    """Push the image under the name that the task definition has, and deploy as the instructions say."""
    if "--force-new-deployment" not in finding.fix.by_hand:
        raise RepairError(f"the instructions of {finding.slug} deploy nothing")
    run_task(shop)


def mend_the_application(shop: Shop, finding: FindingReport) -> None:
    """Let the application answer its health check: the next instance stays."""
    if "resume-processes" not in finding.fix.by_hand:
        raise RepairError(f"the instructions of {finding.slug} leave the replacing off")
    shop.client("autoscaling").set_desired_capacity(AutoScalingGroupName=SCALING, DesiredCapacity=1)


def no_time_to_start(shop: Shop) -> None:
    """The application needs two minutes to start, and its service takes notice of health checks at once."""
    reason = f"Task failed ELB health checks in (target-group {shop.group})"
    stop_tasks(shop, reason, ran=66, count=3, code="ServiceSchedulerInitiated")
    run_with_grace(shop, 120)


def publish_the_port(shop: Shop, finding: FindingReport) -> None:
    """Register a revision that publishes the port which the service registers, and deploy it."""
    if "--task-definition FAMILY:REVISION" not in finding.fix.by_hand:
        raise RepairError(f"the instructions of {finding.slug} deploy no revision")
    publish(shop, PORT)
    run_task(shop)


def take_addresses(shop: Shop, finding: FindingReport) -> None:
    """Make the group that the instructions describe, forward to it, and let the service use it."""
    typed = re.findall(r"^  (aws elbv2 create-target-group .*)$", finding.fix.by_hand, re.MULTILINE)
    done = paste(typed[0] if typed else "false", shop.world.environment, seconds=60)
    if done.status != 0:
        raise RepairError(f"the instructions of {finding.slug} make no target group")
    elb = shop.client("elbv2")
    groups = elb.describe_target_groups()["TargetGroups"]
    [made] = [one["TargetGroupArn"] for one in groups if one["TargetType"] == "ip"]
    forward = [{"Type": "forward", "TargetGroupArn": made}]
    elb.modify_listener(ListenerArn=shop.listeners[443], DefaultActions=forward)
    serve_from(shop, made)


def leave_an_address(shop: Shop) -> None:
    """The service was deployed anew, and the address of a task that is gone was never deregistered."""
    want_a_task_by_address(shop)
    elb = shop.client("elbv2")
    made = elb.create_target_group(Name="web-ip", Protocol="HTTP", Port=PORT, VpcId=shop.network.vpc, TargetType="ip")
    group = made["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    elb.modify_listener(ListenerArn=shop.listeners[443], DefaultActions=forward)
    serve_from(shop, group)
    run_task(shop)
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.1.77", "Port": PORT}])


NO_IMAGE = "CannotPullContainerError: pull image manifest has been retried 1 time(s): web:latest: not found"
SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="asg-lost-attachment",
        about=Text(
            en="The servers run in an Auto Scaling group that is attached to no target group any more.",
            ko="서버가 Auto Scaling 그룹에서 실행 중이지만 대상 그룹과의 연결이 사라졌습니다.",
        ),
        plan=Plan(then=(register_nobody, partial(scale, size=1, attached=False))),
        expected=(cause("tg-asg-not-attached", LIKELY), *NOT_ATTACHED),
        repairs={"tg-asg-not-attached": attach},
    ),
    Scenario(
        name="asg-at-zero",
        about=Text(
            en="The Auto Scaling group of the target group was set to zero instances.",
            ko="대상 그룹에 연결된 Auto Scaling 그룹의 원하는 용량이 0입니다.",
        ),
        plan=Plan(then=(register_nobody, partial(scale, size=0))),
        expected=EMPTY,
    ),
    Scenario(
        name="asg-suspended",
        about=Text(
            en="The Auto Scaling group is attached, but registers nothing: AddToLoadBalancer is suspended.",
            ko="Auto Scaling 그룹이 연결되어 있지만 AddToLoadBalancer 프로세스가 일시 중지되어 등록하지 않습니다.",
        ),
        plan=Plan(then=(partial(scale, size=1), suspend)),
        expected=(cause("tg-asg-not-attached"), *NOT_ATTACHED),
    ),
    Scenario(
        name="asg-deregistered",
        about=Text(
            en="A server of the attached Auto Scaling group was deregistered by hand.",
            ko="연결된 Auto Scaling 그룹의 서버가 직접 등록 취소되었습니다.",
        ),
        plan=Plan(then=(partial(scale, size=1), register_nobody)),
        expected=EMPTY,
    ),
    Scenario(
        name="asg-no-grace-period",
        about=Text(
            en="The Auto Scaling group ends its instances for their health checks before they have started.",
            ko="Auto Scaling 그룹이 시작을 마치지 않은 인스턴스를 상태 검사 실패로 종료합니다.",
        ),
        plan=Plan(then=(register_nobody, partial(replace_instances, lived=150, count=3, grace=60, needs=120))),
        expected=(
            cause("hc-grace-period-too-short", LIKELY),
            effect("target-asg-replacement-loop"),
            *NOT_ATTACHED,
        ),
    ),
    Scenario(
        name="asg-replaces-in-a-loop",
        about=Text(
            en="The Auto Scaling group ends every instance, because its health check fails long after it has started.",
            ko="인스턴스가 시작을 마친 뒤에도 상태 검사에 실패해 Auto Scaling 그룹에서 계속 종료됩니다.",
        ),
        plan=Plan(then=(register_nobody, partial(replace_instances, lived=280, count=3, grace=0, needs=NEVER))),
        expected=(cause("target-asg-replacement-loop"), *NOT_ATTACHED),
        repairs={"target-asg-replacement-loop": mend_the_application},
    ),
    Scenario(
        name="asg-healthy",
        about=Text(
            en="Nothing is wrong: an Auto Scaling group fills the target group.",
            ko="문제가 없습니다. Auto Scaling 그룹이 대상 그룹을 채웁니다.",
        ),
        plan=Plan(then=(partial(scale, size=1),)),
    ),
    Scenario(
        name="ecs-service-at-zero",
        about=Text(
            en="The Amazon ECS service of the target group wants no task.",
            ko="대상 그룹을 사용하는 Amazon ECS 서비스의 원하는 태스크 수가 0입니다.",
        ),
        plan=Plan(then=(partial(serve, size=0),)),
        expected=EMPTY,
    ),
    Scenario(
        name="ecs-image-not-found",
        about=Text(
            en="The Amazon ECS service of the target group wants a task, whose image cannot be pulled.",
            ko="대상 그룹을 사용하는 Amazon ECS 서비스의 태스크가 이미지를 가져오지 못합니다.",
        ),
        plan=Plan(then=(partial(stop_tasks, reason=NO_IMAGE, ran=None, code="TaskFailedToStart"),)),
        expected=(cause("target-ecs-no-running-tasks"), *NOT_ATTACHED),
        repairs={"target-ecs-no-running-tasks": push_the_image},
    ),
    Scenario(
        name="ecs-tasks-by-address",
        about=Text(
            en="The target group takes instances, and the tasks of the Amazon ECS service have addresses of their own.",
            ko="대상 그룹은 인스턴스를 등록하는데 Amazon ECS 서비스의 태스크는 자체 IP 주소를 가집니다.",
        ),
        plan=Plan(then=(want_a_task_by_address,)),
        expected=(cause("tg-target-type-mismatch"), *NOT_ATTACHED),
        repairs={"tg-target-type-mismatch": take_addresses},
    ),
    Scenario(
        name="ecs-stale-address",
        about=Text(
            en="Beside the living task the address of one that is gone is still registered.",
            ko="실행 중인 태스크 외에 사라진 태스크의 주소가 아직 등록되어 있습니다.",
        ),
        plan=Plan(then=(leave_an_address,)),
        expected=(cause("tg-stale-ip-targets", severity=WARNING),),
    ),
    Scenario(
        name="ecs-port-not-published",
        about=Text(
            en="The Amazon ECS service registers port 80 of a container that publishes 8080.",
            ko="Amazon ECS 서비스는 80 포트를 등록하지만 컨테이너에는 8080 포트가 게시되어 있습니다.",
        ),
        plan=Plan(then=(partial(want_a_task, published=8080),)),
        expected=(cause("target-container-port-not-published"), *NOT_ATTACHED),
        repairs={"target-container-port-not-published": publish_the_port},
    ),
    Scenario(
        name="ecs-no-grace-period",
        about=Text(
            en="Tasks of the Amazon ECS service are stopped for their health checks before they have started.",
            ko="Amazon ECS 서비스의 태스크가 시작을 마치기 전에 상태 검사 실패로 중지됩니다.",
        ),
        plan=Plan(then=(no_time_to_start,)),
        expected=(
            cause("hc-grace-period-too-short", LIKELY),
            effect("target-ecs-replacement-loop"),
            *NOT_ATTACHED,
        ),
    ),
    Scenario(
        name="ecs-healthy",
        about=Text(
            en="Nothing is wrong: a task of an Amazon ECS service is registered in the target group.",
            ko="문제가 없습니다. Amazon ECS 서비스의 태스크가 대상 그룹에 등록되어 있습니다.",
        ),
        plan=Plan(then=(partial(serve, size=1),)),
    ),
)
