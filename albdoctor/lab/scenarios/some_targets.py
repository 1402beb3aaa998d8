"""Where some of the targets do not serve: one of three fails or is stopped, one is being deregistered, or all are."""

from __future__ import annotations

from albdoctor.checkup import INFO, WARNING
from albdoctor.lab import apps
from albdoctor.lab.actors import register_instance
from albdoctor.lab.apps import Service
from albdoctor.lab.build import Machine, weighted
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def run_three(shop: Shop, ill: Service | None = None) -> Machine:
    """Two more servers in the group; give the last one, which may run another service than the others."""
    _one_more(shop, "10.0.1.11", apps.plain())
    return _one_more(shop, "10.0.1.12", ill or apps.plain())


def one_fails(shop: Shop) -> None:
    """The third server answers 503 to everything."""
    run_three(shop, apps.plain({"/": 503}))


def one_is_stopped(shop: Shop) -> None:
    """The third server was stopped and never started again."""
    shop.builder.stop(run_three(shop))


def one_drains(shop: Shop) -> None:
    """The second server is on its way out of the group."""
    _drain(shop, _one_more(shop, "10.0.1.11", apps.plain()))


def shift_away(shop: Shop) -> None:
    """Somebody took the zone of the second server out of service for a while."""
    shop.world.aws.state.elb.shifted = frozenset({_one_more(shop, "10.0.1.11", apps.plain()).id})


def end_the_shift(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Cancel the zonal shift."""
    shop.world.aws.state.elb.shifted = frozenset()


def all_drain(shop: Shop) -> None:
    """A deployment took the only server out before another one was in."""
    _drain(shop, shop.machine)


def switch_too_early(shop: Shop) -> None:
    """All weight was given to the new group before it had a server."""
    green = shop.builder.target_group(shop.network, name="green-http")
    shop.set_default_action(443, weighted({shop.group: 0, green: 100}))


def share_with_an_empty_group(shop: Shop) -> None:
    """A canary's group got a fifth of the requests, and its server was taken out again."""
    canary = shop.builder.target_group(shop.network, name="canary-http")
    shop.set_default_action(443, weighted({shop.group: 80, canary: 20}))


def share_with_an_ill_group(shop: Shop) -> None:
    """The canary's server answers 503 to everything."""
    canary = shop.builder.target_group(shop.network, name="canary-http")
    machine = shop.builder.instance(shop.network, private="10.0.1.11")
    shop.world.hosts.run(machine.id, {80: apps.plain({"/": 503})})
    shop.builder.register(canary, machine)
    shop.set_default_action(443, weighted({shop.group: 95, canary: 5}))


def mend_the_canary(shop: Shop, finding: FindingReport) -> None:
    """Let the canary's server answer well."""
    described = shop.client("elbv2").describe_target_health(TargetGroupArn=finding.subject.id.partition("#")[0])
    for one in described["TargetHealthDescriptions"]:
        shop.world.hosts.run(one["Target"]["Id"], {80: apps.plain()})


def mend_them(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Let every server of the group answer well."""
    for one in shop.client("elbv2").describe_target_health(TargetGroupArn=shop.group)["TargetHealthDescriptions"]:
        shop.world.hosts.run(one["Target"]["Id"], {80: apps.plain()})


def register_it_again(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Register the server that was on its way out: it takes requests as before."""
    shop.world.aws.state.elb.drain(shop.group)
    shop.builder.register(shop.group, shop.machine)


def _one_more(shop: Shop, address: str, service: Service) -> Machine:
    machine = shop.builder.instance(shop.network, private=address)
    shop.world.hosts.run(machine.id, {80: service})
    shop.builder.register(shop.group, machine)
    return machine


def _drain(shop: Shop, machine: Machine) -> None:
    shop.world.aws.state.elb.drain(shop.group, machine.id)


SCENARIOS = (
    Scenario(
        name="zonal-shift",
        about=Text(
            en="The site is served; a zonal shift keeps requests from one of its two servers.",
            ko="사이트는 정상이며, 영역 전환(zonal shift)으로 서버 두 대 중 한 대가 요청을 받지 않습니다.",
        ),
        plan=Plan(then=(shift_away,)),
        expected=(cause("alb-zonal-shift-active", severity=INFO),),
        repairs={"alb-zonal-shift-active": end_the_shift},
    ),
    Scenario(
        name="one-of-three-targets",
        about=Text(
            en="One of three servers fails its health check; the other two serve the site.",
            ko="서버 세 대 중 한 대가 상태 검사에 실패합니다. 나머지 두 대가 사이트를 제공합니다.",
        ),
        plan=Plan(then=(one_fails,)),
        expected=(cause("hc-target-5xx", severity=WARNING),),
        repairs={"hc-target-5xx": mend_them},
    ),
    Scenario(
        name="one-of-three-stopped",
        about=Text(
            en="One of three servers is stopped; the other two serve the site.",
            ko="서버 세 대 중 한 대가 중지되어 있습니다. 나머지 두 대가 사이트를 제공합니다.",
        ),
        plan=Plan(then=(one_is_stopped,)),
        expected=(cause("target-instance-not-running", severity=WARNING),),
    ),
    Scenario(
        name="draining",
        about=Text(
            en="Nothing is wrong: one server is being deregistered, the other one serves the site.",
            ko="문제가 없는 상태입니다. 서버 한 대는 등록 취소가 진행 중이고 다른 서버가 사이트를 제공합니다.",
        ),
        plan=Plan(then=(one_drains,)),
    ),
    Scenario(
        name="all-draining",
        about=Text(
            en="The only server is being deregistered: the load balancer sends it nothing new and answers 503.",
            ko="하나뿐인 서버의 등록 취소가 진행 중이라 로드 밸런서가 새 요청을 보내지 않고 503으로 응답합니다.",
        ),
        plan=Plan(then=(all_drain,)),
        expected=(cause("rule-forwards-to-empty-group"),),
        repairs={"rule-forwards-to-empty-group": register_it_again},
    ),
    Scenario(
        name="balancer-503",
        about=Text(
            en="All weight was given to a new target group before it had a server: the load balancer answers 503.",
            ko="새 대상 그룹에 서버를 등록하기 전에 가중치를 모두 옮겨 로드 밸런서가 503으로 응답합니다.",
        ),
        plan=Plan(then=(switch_too_early,)),
        expected=(cause("tg-no-targets"), effect("rule-forwards-to-empty-group")),
        repairs={"tg-no-targets": register_instance},
    ),
    Scenario(
        name="canary-empty",
        about=Text(
            en="A fifth of the requests goes, by weight, to a target group without a server, which answers 503.",
            ko="가중치에 따라 요청의 5분의 1이 서버가 없는 대상 그룹으로 가서 503을 받습니다.",
        ),
        plan=Plan(then=(share_with_an_empty_group,)),
        expected=(
            cause("tg-no-targets", severity=WARNING),
            effect("rule-forwards-to-empty-group", severity=WARNING),
            effect("rule-weight-sends-to-dead-group", severity=WARNING),
        ),
        repairs={"tg-no-targets": register_instance},
    ),
    Scenario(
        name="canary-unhealthy",
        about=Text(
            en="A twentieth of the requests goes, by weight, to a target group whose only server answers 503.",
            ko="가중치에 따라 요청의 20분의 1이 503만 응답하는 서버의 대상 그룹으로 갑니다.",
        ),
        plan=Plan(then=(share_with_an_ill_group,)),
        expected=(
            cause("hc-target-5xx", severity=WARNING),
            effect("tg-all-unhealthy-fail-open", severity=WARNING),
            effect("rule-weight-sends-to-dead-group", severity=WARNING),
        ),
        repairs={"hc-target-5xx": mend_the_canary},
    ),
)
