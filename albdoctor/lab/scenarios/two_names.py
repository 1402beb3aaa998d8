"""The domain itself redirects to its name with www: soundly, to a name that fails, and in a circle."""

from __future__ import annotations

from albdoctor.lab.apps import Service
from albdoctor.lab.build import redirect
from albdoctor.lab.http import Request, Response
from albdoctor.lab.plan import Group, Plan
from albdoctor.lab.scenario import Scenario, cause
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

APEX, WWW = "shop.example", "www.shop.example"
WITH_UNDERSCORE = "my_app.shop.example"
HEALTH = "/health"


def prefer_www(shop: Shop) -> None:
    """A rule sends visitors of the domain itself to www."""
    shop.builder.rule(shop.listeners[443], redirect(Host=WWW), hosts=(APEX,))


def name_www(shop: Shop) -> None:
    """The name with www leads to the same load balancer."""
    shop.builder.alias(shop.zone, WWW, shop.balancer)


def write_its_record(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Give the name that the redirect leads to its record."""
    name_www(shop)


def buy_a_certificate_for_both(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Put a certificate for both names on the listener."""
    shop.builder.validation_records(shop.zone, (APEX, WWW))
    shop.set_certificate(shop.builder.certificate((APEX, WWW)))


def prefer_no_www() -> Service:
    """An application whose own address is set to the name without www."""

    def app(request: Request) -> Response:
        if request.path != HEALTH and request.host == WWW:
            return Response(301, b"", (("Location", f"https://{APEX}{request.target}"),))
        return Response(200, b"ok")

    return Service(app)


def let_www_be(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Decide for the name without www: the rule goes."""
    elb = shop.client("elbv2")
    for rule in elb.describe_rules(ListenerArn=shop.listeners[443])["Rules"]:
        if not rule["IsDefault"]:
            elb.delete_rule(RuleArn=rule["RuleArn"])


def name_an_app(shop: Shop) -> None:
    """A name with an underscore leads to the load balancer: browsers take it, and a wildcard covers it."""
    shop.builder.alias(shop.zone, WITH_UNDERSCORE, shop.balancer)


SCENARIOS = (
    Scenario(
        name="underscore-in-the-name",
        about=Text(
            en="Nothing is wrong: a name with an underscore, under a wildcard certificate.",
            ko="문제가 없는 상태입니다. 밑줄이 있는 이름이고 와일드카드 인증서가 적용됩니다.",
        ),
        plan=Plan(host=WITH_UNDERSCORE, certificate_names=(APEX, f"*.{APEX}"), then=(name_an_app,)),
    ),
    Scenario(
        name="www-preferred",
        about=Text(
            en="Nothing is wrong: the domain itself redirects to its name with www, which serves.",
            ko="문제가 없는 상태입니다. 루트 도메인이 www 이름으로 리디렉션되고 그 이름이 정상 응답합니다.",
        ),
        plan=Plan(then=(name_www, prefer_www)),
    ),
    Scenario(
        name="www-without-record",
        about=Text(
            en="The domain itself redirects to its name with www, which has no record.",
            ko="루트 도메인이 www 이름으로 리디렉션되지만 그 이름에 레코드가 없습니다.",
        ),
        plan=Plan(then=(prefer_www,)),
        expected=(cause("http-redirect-target-wrong"),),
        repairs={"http-redirect-target-wrong": write_its_record},
    ),
    Scenario(
        name="www-not-on-certificate",
        about=Text(
            en="The domain itself redirects to its name with www, which is not on the certificate.",
            ko="루트 도메인이 www 이름으로 리디렉션되지만 인증서에 그 이름이 없습니다.",
        ),
        plan=Plan(certificate_names=(APEX,), then=(name_www, prefer_www)),
        expected=(cause("http-redirect-target-wrong"),),
        repairs={"http-redirect-target-wrong": buy_a_certificate_for_both},
    ),
    Scenario(
        name="two-names-in-a-circle",
        about=Text(
            en="A rule redirects the domain itself to www, and the application redirects www to the domain itself.",
            ko="규칙은 루트 도메인을 www로, 애플리케이션은 www를 루트 도메인으로 리디렉션합니다.",
        ),
        plan=Plan(
            group=Group(health={"HealthCheckPath": HEALTH}),
            servers={80: prefer_no_www()},
            then=(name_www, prefer_www),
        ),
        expected=(cause("http-redirect-loop"),),
        repairs={"http-redirect-loop": let_www_be},
    ),
)
