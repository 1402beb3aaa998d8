"""Sound sites beside things that would be faults on their way: another host's groups, groups and records at rest."""

from __future__ import annotations

from albdoctor.checkup import WARNING
from albdoctor.lab import apps
from albdoctor.lab.build import BalancerBuilt, redirect, weighted
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import Scenario, aside, cause
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

TEST_PORT = 8443
NO_TARGETS = aside("tg-no-targets")


def let_others_in(shop: Shop) -> None:
    """Two other teams use the load balancer: one has no server yet, the server of the other fails its health check."""
    empty = shop.builder.target_group(shop.network, name="blog-http")
    shop.builder.rule(shop.listeners[443], empty, priority=10, hosts=("blog.other.example",))
    machine = shop.builder.instance(shop.network, private="10.0.1.20")
    shop.world.hosts.run(machine.id, {80: apps.plain({"/": 503})})
    ill = shop.builder.target_group(shop.network, [machine], name="wiki-http")
    shop.builder.rule(shop.listeners[443], ill, priority=20, hosts=("wiki.other.example",))


def rest_after_a_deployment(shop: Shop) -> None:
    """Blue has everything; green was emptied after the last deployment."""
    green = shop.builder.target_group(shop.network, name="green-http")
    shop.set_default_action(443, weighted({shop.group: 100, green: 0}))


def make_a_test_listener(shop: Shop) -> None:
    """Deployments are tried on a port of their own; between them its group is empty."""
    green = shop.builder.target_group(shop.network, name="green-http")
    shop.listeners[TEST_PORT] = shop.builder.listener(
        shop.balancer, green, port=TEST_PORT, certificate=shop.certificate
    )


def keep_a_pilot_light(shop: Shop) -> None:
    """A second load balancer, without servers as long as the first one works, is the secondary of a failover."""
    empty = shop.builder.target_group(shop.network, name="standby-http")
    standby = shop.builder.balancer(shop.network, name="standby")
    shop.builder.listener(standby, redirect(), port=80)
    shop.builder.listener(standby, empty, certificate=shop.certificate)
    shop.delete_records("A")
    _answer_in_turn(shop, PRIMARY=shop.balancer, SECONDARY=standby)


def forget_an_empty_group(shop: Shop) -> None:
    """The site has a working reserve; a rule of the primary still leads to the empty group of another host's site."""
    machine = shop.builder.instance(shop.network, private="10.0.1.20")
    shop.world.hosts.run(machine.id, {80: apps.plain()})
    group = shop.builder.target_group(shop.network, [machine], name="reserve-http")
    reserve = shop.builder.balancer(shop.network, name="reserve")
    shop.builder.listener(reserve, redirect(), port=80)
    shop.builder.listener(reserve, group, certificate=shop.certificate)
    shop.delete_records("A")
    _answer_in_turn(shop, PRIMARY=shop.balancer, SECONDARY=reserve)
    empty = shop.builder.target_group(shop.network, name="blog-http")
    shop.builder.rule(shop.listeners[443], empty, priority=10, hosts=("blog.other.example",))


def fill_it(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """The owner of the other site registers its server."""
    groups = shop.client("elbv2").describe_target_groups(Names=["blog-http"])["TargetGroups"]
    shop.builder.register(groups[0]["TargetGroupArn"], shop.machine)


def keep_a_record_of_weight_0(shop: Shop) -> None:
    """The site moved to this load balancer; the record of the old one stays with weight 0, its group is empty."""
    empty = shop.builder.target_group(shop.network, name="old-http")
    old = shop.builder.balancer(shop.network, name="old")
    shop.builder.listener(old, redirect(), port=80)
    shop.builder.listener(old, empty, certificate=shop.certificate)
    shop.delete_records("A")
    for name, balancer, weight in (("new", shop.balancer, 100), ("old", old, 0)):
        shop.builder.alias(shop.zone, shop.domain, balancer, SetIdentifier=name, Weight=weight)


def _answer_in_turn(shop: Shop, **balancers: BalancerBuilt) -> None:
    for role, balancer in balancers.items():
        shop.builder.alias(shop.zone, shop.domain, balancer, SetIdentifier=role.lower(), Failover=role)


SCENARIOS = (
    Scenario(
        name="shared-balancer",
        about=Text(
            en="Nothing is wrong: rules of two other hosts on the same load balancer lead to groups without healthy"
            " targets.",
            ko="문제가 없는 상태입니다. 같은 로드 밸런서를 쓰는 다른 두 호스트의 규칙만 정상 대상이 없는 대상 그룹으로"
            " 연결됩니다.",
        ),
        plan=Plan(then=(let_others_in,)),
        expected=(NO_TARGETS, aside("hc-target-5xx"), aside("tg-all-unhealthy-fail-open", root_cause=False)),
    ),
    Scenario(
        name="blue-green-at-rest",
        about=Text(
            en="Nothing is wrong: after a blue/green deployment the group with weight 0 is empty.",
            ko="문제가 없는 상태입니다. 블루/그린 배포가 끝나 가중치가 0인 대상 그룹이 비어 있습니다.",
        ),
        plan=Plan(then=(rest_after_a_deployment,)),
        expected=(NO_TARGETS,),
    ),
    Scenario(
        name="test-listener",
        about=Text(
            en="Nothing is wrong: the group behind the test listener on port 8443 is empty between deployments.",
            ko="문제가 없는 상태입니다. 배포가 없을 때는 8443 포트 테스트 리스너의 대상 그룹이 비어 있습니다.",
        ),
        plan=Plan(balancer_ports=(80, 443, TEST_PORT), then=(make_a_test_listener,)),
        expected=(NO_TARGETS,),
    ),
    Scenario(
        name="failover-secondary",
        about=Text(
            en="Nothing is wrong: the secondary load balancer of a Route 53 failover has no targets; the primary"
            " serves.",
            ko="문제가 없는 상태입니다. Route 53 장애 조치의 보조 로드 밸런서에는 대상이 없지만 기본 로드 밸런서가"
            " 응답합니다.",
        ),
        plan=Plan(then=(keep_a_pilot_light,)),
        expected=(NO_TARGETS, aside("rule-forwards-to-empty-group", root_cause=False)),
    ),
    Scenario(
        name="failover-for-an-empty-group",
        about=Text(
            en="A forgotten empty target group makes Route 53 take the primary load balancer for unhealthy: visitors"
            " are on the reserve.",
            ko="잊힌 빈 대상 그룹 때문에 Route 53이 기본 로드 밸런서를 비정상으로 판정해 방문자가 예비 로드 밸런서로"
            " 갑니다.",
        ),
        plan=Plan(then=(forget_an_empty_group,)),
        expected=(cause("zone-alias-evaluates-unhealthy-lb", severity=WARNING), NO_TARGETS),
        repairs={"zone-alias-evaluates-unhealthy-lb": fill_it},
    ),
    Scenario(
        name="record-of-weight-0",
        about=Text(
            en="Nothing is wrong: a weighted record leads to the old load balancer with weight 0; its group is empty.",
            ko="문제가 없는 상태입니다. 가중치 기반 레코드 중 가중치가 0인 레코드만 대상이 없는 이전 로드 밸런서를"
            " 가리킵니다.",
        ),
        plan=Plan(then=(keep_a_record_of_weight_0,)),
        expected=(NO_TARGETS, aside("rule-forwards-to-empty-group", root_cause=False)),
    ),
)
