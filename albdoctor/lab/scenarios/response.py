"""Faults of what a client gets: redirects that loop, redirects that lack."""

from __future__ import annotations

from albdoctor.checkup import WARNING
from albdoctor.lab import apps
from albdoctor.lab.actors import start
from albdoctor.lab.build import fixed_response, forward
from albdoctor.lab.plan import Group, Plan
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

HEALTH_PAGE = {"HealthCheckPath": "/health"}


def forward_on_http(shop: Shop) -> None:
    """The HTTP listener forwards instead of redirecting."""
    shop.set_default_action(80, forward(shop.group))


def put_up_a_maintenance_page(shop: Shop) -> None:
    """A rule for everybody answers 503 before the application is asked."""
    shop.client("elbv2").create_rule(
        ListenerArn=shop.listeners[443],
        Priority=1,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}],
        Actions=[fixed_response(503)],
    )


def take_it_down(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Delete the rule, as whoever put it up does."""
    elb = shop.client("elbv2")
    for rule in elb.describe_rules(ListenerArn=shop.listeners[443])["Rules"]:
        if not rule["IsDefault"]:
            elb.delete_rule(RuleArn=rule["RuleArn"])


def wait_longer(shop: Shop) -> None:
    """The idle timeout of the load balancer was raised to ten minutes, which no visitor waits."""
    shop.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=shop.balancer.arn, Attributes=[{"Key": "idle_timeout.timeout_seconds", "Value": "600"}]
    )


def say_it_without_a_server(shop: Shop) -> None:
    """The load balancer answers with a page of its own; there is no target group."""
    shop.set_default_action(443, fixed_response(200, "We open in spring."))
    shop.client("elbv2").delete_target_group(TargetGroupArn=shop.group)


SCENARIOS = (
    Scenario(
        name="fixed-page",
        about=Text(
            en="Nothing is wrong: the load balancer answers 200 with a page of its own, and has no target group.",
            ko="문제가 없는 상태입니다. 로드 밸런서가 자체 페이지로 200을 응답하며 대상 그룹은 없습니다.",
        ),
        plan=Plan(then=(say_it_without_a_server,)),
    ),
    Scenario(
        name="maintenance-page",
        about=Text(
            en="A rule that answers 503 was left on: nothing is wrong with anything, and visitors get an error.",
            ko="503으로 응답하는 규칙이 그대로 남아 있습니다. 다른 것은 모두 정상이지만 방문자는 오류를 받습니다.",
        ),
        plan=Plan(then=(put_up_a_maintenance_page,)),
        expected=(cause("http-request-fails"),),
        repairs={"http-request-fails": take_it_down},
    ),
    Scenario(
        name="application-redirect-loop",
        about=Text(
            en="The application redirects to https without looking at X-Forwarded-Proto, again and again.",
            ko="애플리케이션이 X-Forwarded-Proto를 보지 않고 https로 끝없이 리디렉션합니다.",
        ),
        plan=Plan(group=Group(health={"Matcher": {"HttpCode": "200-399"}}), servers={80: apps.redirects_to_https()}),
        expected=(cause("http-redirect-loop"),),
        repairs={"http-redirect-loop": start(apps.redirects_unless_forwarded(), 80)},
    ),
    Scenario(
        name="application-error",
        about=Text(
            en="The application answers 500; its health page is fine.",
            ko="애플리케이션이 500으로 응답합니다. 상태 검사 페이지는 정상입니다.",
        ),
        plan=Plan(group=Group(health=HEALTH_PAGE), servers={80: apps.plain({"/": 500})}),
        expected=(cause("app-returns-5xx", LIKELY),),
        repairs={"app-returns-5xx": start(apps.plain(), 80)},
    ),
    Scenario(
        name="balancer-502",
        about=Text(
            en="The application closes the connection without an answer, and the load balancer answers 502; its health"
            " page is fine.",
            ko="애플리케이션이 응답 없이 연결을 끊어 로드 밸런서가 502로 응답합니다. 상태 검사 페이지는 정상입니다.",
        ),
        plan=Plan(group=Group(health=HEALTH_PAGE), servers={80: apps.hangs_up(but=("/health",))}),
        expected=(cause("http-request-fails"),),
        repairs={"http-request-fails": start(apps.plain(), 80)},
    ),
    Scenario(
        name="balancer-504",
        about=Text(
            en="The application answers later than the idle timeout, and the load balancer answers 504; its health page"
            " is fine.",
            ko="애플리케이션의 응답이 유휴 제한 시간보다 늦어 로드 밸런서가 504로 응답합니다. 상태 검사 페이지는"
            " 정상입니다.",
        ),
        plan=Plan(group=Group(health=HEALTH_PAGE), servers={80: apps.slow(but=("/health",))}),
        expected=(cause("app-slower-than-idle-timeout", LIKELY),),
        repairs={"app-slower-than-idle-timeout": start(apps.plain(), 80)},
    ),
    Scenario(
        name="application-silent",
        about=Text(
            en="The application answers nothing for minutes, and the load balancer waits with the visitors; its health"
            " page is fine.",
            ko="애플리케이션이 몇 분 동안 응답하지 않고 로드 밸런서도 계속 기다립니다. 상태 검사 페이지는 정상입니다.",
        ),
        plan=Plan(
            group=Group(health=HEALTH_PAGE),
            servers={80: apps.slow(but=("/health",))},
            then=(wait_longer,),
            visited=False,
        ),
        expected=(cause("http-request-fails"),),
        repairs={"http-request-fails": start(apps.plain(), 80)},
    ),
    Scenario(
        name="application-plain-urls",
        about=Text(
            en="The site is served; its login form leads to http, for the application does not look at"
            " X-Forwarded-Proto.",
            ko="사이트는 정상이지만 애플리케이션이 X-Forwarded-Proto를 보지 않아 로그인 폼이 http 주소로 이어집니다.",
        ),
        plan=Plan(servers={80: apps.builds_plain_urls()}),
        expected=(cause("app-wrong-absolute-urls", LIKELY, severity=WARNING),),
        repairs={"app-wrong-absolute-urls": start(apps.plain(), 80)},
    ),
    Scenario(
        name="no-https-redirect",
        about=Text(
            en="Port 80 serves the site without leading to https.",
            ko="80 포트가 https로 안내하지 않고 사이트를 그대로 제공합니다.",
        ),
        plan=Plan(then=(forward_on_http,)),
        expected=(
            cause("listener-http-not-redirecting", severity=WARNING),
            effect("http-no-https-redirect", severity=WARNING),
        ),
    ),
)
