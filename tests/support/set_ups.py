"""Sites in which a script is printed that no scenario of the lab prints; nothing else of them is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from albdoctor.lab import scenarios
from albdoctor.lab.build import fixed_response, redirect, weighted
from albdoctor.lab.nameservers import GABIA_SERVERS
from albdoctor.lab.plan import Change, Plan, one_server
from albdoctor.lab.route53domains import hold_in_account
from albdoctor.lab.scenario import Scenario
from albdoctor.lab.scenarios.balancer import move_one_node_inside, never_add_http, never_add_https
from albdoctor.lab.scenarios.certificate import right_certificate_waits
from albdoctor.lab.scenarios.entrances import serve_over_both, serve_over_ipv6_only
from albdoctor.lab.scenarios.network import host_chooses
from albdoctor.lab.scenarios.some_targets import share_with_an_empty_group
from albdoctor.lab.shop import Shop
from albdoctor.text import same


@dataclass(frozen=True)
class SetUp(Scenario):
    """A scenario of which nothing but its fixes is looked at."""

    fixed: tuple[str, ...] = ()
    """Slugs of what is fixed instead of the root causes: a remark, or what a root cause explains."""


OIDC = {
    "Type": "authenticate-oidc",
    "AuthenticateOidcConfig": {
        "Issuer": "https://login.example",
        "AuthorizationEndpoint": "https://login.example/authorize?tenant=it's&x=$HOME",
        "TokenEndpoint": "https://login.example/token",
        "UserInfoEndpoint": "https://login.example/me",
        "ClientId": "shop",
        "ClientSecret": "secret",
        "Scope": "openid email",
        "SessionTimeout": 3600,
        "OnUnauthenticatedRequest": "deny",
        "AuthenticationRequestExtraParams": {"prompt": "login", "hd": "it's $(id)"},
    },
}
COGNITO = {
    "Type": "authenticate-cognito",
    "AuthenticateCognitoConfig": {
        "UserPoolArn": "arn:aws:cognito-idp:ap-northeast-2:123456789012:userpool/ap-northeast-2_abc",
        "UserPoolClientId": "shop",
        "UserPoolDomain": "shop-login",
        "SessionTimeout": 7200,
    },
}

# --- names ------------------------------------------------------------------------------------------------------------


def register_in_the_account(shop: Shop) -> None:
    """The domain was transferred to Route 53 Domains of the account, with the name servers that it had."""
    hold_in_account(shop, tuple(GABIA_SERVERS))


def keep_a_part_in_a_zone_of_its_own(shop: Shop) -> None:
    """The name app has a hosted zone of its own, to which the zone of the domain does not lead."""
    app = f"app.{shop.domain}"
    shop.builder.alias(shop.builder.zone(app), app, shop.balancer)


# --- network ----------------------------------------------------------------------------------------------------------


def use_a_table_of_its_own(shop: Shop, subnet: str, *, to_nat: bool = False) -> None:
    """Give a subnet a route table of its own, with the local route or one to a NAT gateway."""
    ec2 = shop.client("ec2")
    of_it = [{"Name": "association.subnet-id", "Values": [subnet]}]
    (old,) = ec2.describe_route_tables(Filters=of_it)["RouteTables"]
    table = shop.builder.route_table(shop.network.vpc, ())
    for one in old["Associations"]:
        if one.get("SubnetId") == subnet:
            ec2.replace_route_table_association(AssociationId=one["RouteTableAssociationId"], RouteTableId=table)
    if to_nat:
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = ec2.create_nat_gateway(SubnetId=shop.network.public_subnets[0], AllocationId=address)
        ec2.create_route(
            RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat["NatGateway"]["NatGatewayId"]
        )


def lose_every_route(shop: Shop) -> None:
    """No subnet leads to the internet gateway; one leads to a NAT gateway."""
    use_a_table_of_its_own(shop, shop.network.private_subnets[1], to_nat=True)
    shop.client("ec2").delete_route(RouteTableId=shop.network.public_routes, DestinationCidrBlock="0.0.0.0/0")


def lose_a_route(shop: Shop) -> None:
    """One of the subnets leads nowhere, and no other one of its zone does."""
    move_one_node_inside(shop)
    use_a_table_of_its_own(shop, shop.network.private_subnets[1])
    use_a_table_of_its_own(shop, shop.network.public_subnets[1])


def close_443(shop: Shop) -> None:
    """The security group of the load balancer admits everybody on port 80 alone."""
    shop.revoke(shop.network.balancer_group, 443)


def guard_another_server_apart(shop: Shop) -> None:
    """A second server has a security group of its own, which admits nobody, as that of the first one."""
    guard = shop.builder.security_group(shop.network.vpc, "web-2", ())
    machine = shop.builder.instance(replace(shop.network, target_group=guard), private="10.0.1.11")
    shop.world.hosts.run(machine.id, one_server())
    shop.builder.register(shop.group, machine)


# --- listeners and rules ----------------------------------------------------------------------------------------------


def speak_https_on_80(shop: Shop) -> None:
    """The listener on port 80 was made with the protocol of the other one."""
    shop.delete_listener(80)
    shop.listeners[80] = shop.builder.listener(shop.balancer, shop.group, port=80, certificate=shop.certificate)


def listen_for_https_on_80_alone(shop: Shop) -> None:
    """The only listener speaks HTTPS, on port 80."""
    shop.delete_listener(443)
    speak_https_on_80(shop)


def rule_redirects(port: int, **fields: str) -> Change:
    """A rule of a listener redirects the domain, its default action is right."""

    def change(shop: Shop) -> None:
        shop.builder.rule(shop.listeners[port], redirect(**fields), hosts=(shop.domain,))

    return change


def serve_on_8080_too(shop: Shop) -> None:
    """A third listener forwards whoever comes to it to the group that serves the site."""
    shop.builder.listener(shop.balancer, shop.group, port=8080)


def redirect_by_default(shop: Shop) -> None:
    """The redirect of the HTTP listener was copied to the HTTPS listener."""
    shop.set_default_action(443, redirect())


def name_the_host_on_http_and_www_on_https(shop: Shop) -> None:
    """The rule of the domain is one of the HTTP listener; on HTTPS the same group serves www alone."""
    rule_serves_plain_http(shop)
    shop.builder.rule(shop.listeners[443], shop.group, hosts=(f"www.{shop.domain}",))
    shop.set_default_action(443, fixed_response(404, "no such site"))


def login_before_a_redirect(login: dict[str, Any], *, by_default: bool = False, **fields: str) -> Change:
    """Who is logged in is redirected: by a rule of the HTTPS listener, or by its default action."""

    def change(shop: Shop) -> None:
        actions = [login | {"Order": 1}, redirect(**fields) | {"Order": 2}]
        elb = shop.client("elbv2")
        if by_default:
            elb.modify_listener(ListenerArn=shop.listeners[443], DefaultActions=actions)
        else:
            hosts = [{"Field": "host-header", "HostHeaderConfig": {"Values": [shop.domain]}}]
            elb.create_rule(ListenerArn=shop.listeners[443], Priority=7, Conditions=hosts, Actions=actions)

    return change


def rule_serves_plain_http(shop: Shop) -> None:
    """A rule of the HTTP listener forwards the domain instead of redirecting it."""
    shop.builder.rule(shop.listeners[80], shop.group, hosts=(shop.domain,))


def name_the_host_on_http_alone(shop: Shop) -> None:
    """The rule of the domain was made for HTTP; on HTTPS only another site has one."""
    rule_serves_plain_http(shop)
    other = shop.builder.target_group(shop.network, [shop.machine], name="blog")
    shop.builder.rule(shop.listeners[443], other, hosts=("blog.shop.example",))
    shop.set_default_action(443, fixed_response(404, "no such site"))


def share_by_a_rule_with_an_empty_group(shop: Shop) -> None:
    """The domain has a rule of its own, with stickiness, that gives a fifth to a group without a server."""
    canary = shop.builder.target_group(shop.network, name="canary-http")
    forward = weighted({shop.group: 80, canary: 20})
    forward["ForwardConfig"]["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": 3600}
    shop.client("elbv2").create_rule(
        ListenerArn=shop.listeners[443],
        Priority=7,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [shop.domain]}}],
        Actions=[forward],
    )


SET_UPS: tuple[Scenario, ...] = (
    SetUp(
        name="registered-in-the-account",
        about=same("Route 53 Domains of the account holds the domain, with name servers of somebody else."),
        plan=Plan(domain="example.com", then=(register_in_the_account,)),
    ),
    SetUp(
        name="zone-of-its-own",
        about=same("A part of the domain has a hosted zone, to which the zone of the domain does not lead."),
        plan=Plan(
            host="app.shop.example",
            certificate_names=("shop.example", "*.shop.example"),
            then=(keep_a_part_in_a_zone_of_its_own,),
            visited=False,
        ),
    ),
    SetUp(
        name="no-public-subnet",
        about=same("The load balancer's subnets have route tables of their own, and no subnet is public."),
        plan=Plan(private_subnets=True, then=(lose_every_route,), visited=False),
    ),
    SetUp(
        name="one-zone-without-public-subnet",
        about=same("One of the load balancer's two subnets leads nowhere, and no other one of its zone is public."),
        plan=Plan(then=(lose_a_route,)),
    ),
    SetUp(
        name="443-closed-ipv6-only",
        about=same("The load balancer has IPv6 alone, and its security group admits everybody on port 80 alone."),
        plan=Plan(balancer_ports=(), then=(serve_over_ipv6_only, close_443), visited=False),
    ),
    SetUp(
        name="443-closed-dual-stack",
        about=same("The load balancer has both families, and its security group admits everybody on port 80 alone."),
        plan=Plan(then=(serve_over_both, close_443), visited=False),
    ),
    SetUp(
        name="no-https-listener-443-closed",
        about=same("There is no HTTPS listener, and port 443 is closed."),
        plan=Plan(balancer_ports=(80,), then=(never_add_https,), visited=False),
    ),
    SetUp(
        name="no-https-listener-443-closed-ipv6-only",
        about=same("There is no HTTPS listener, and port 443 is closed, on a load balancer with IPv6 alone."),
        plan=Plan(balancer_ports=(), then=(serve_over_ipv6_only, close_443, never_add_https), visited=False),
    ),
    SetUp(
        name="no-https-listener-443-closed-dual-stack",
        about=same("There is no HTTPS listener, and port 443 is closed, on a load balancer with both families."),
        plan=Plan(then=(serve_over_both, close_443, never_add_https), visited=False),
    ),
    SetUp(
        name="no-http-listener-fixed",
        about=same("There is no HTTP listener, and its port is open as that of the HTTPS listener is."),
        plan=Plan(then=(never_add_http,)),
        fixed=("listener-http-missing",),
    ),
    SetUp(
        name="canary-without-weight",
        about=same("The default rule gives a fifth of the requests to an empty group: the weight is taken away."),
        plan=Plan(then=(share_with_an_empty_group,)),
        fixed=("rule-weight-sends-to-dead-group",),
    ),
    SetUp(
        name="canary-of-a-rule-without-weight",
        about=same("The domain's own rule does, and its visitors stay with their group."),
        plan=Plan(then=(share_by_a_rule_with_an_empty_group,)),
        fixed=("rule-weight-sends-to-dead-group",),
    ),
    SetUp(
        name="certificate-added-by-its-effect",
        about=same("The listener serves a certificate of another name; what that causes is fixed, not the cause."),
        plan=Plan(certificate_names=("www.shop.example",), then=(right_certificate_waits,)),
        fixed=("listener-cert-name-mismatch",),
    ),
    SetUp(
        name="https-on-80-alone",
        about=same("The only listener speaks HTTPS, on port 80."),
        plan=Plan(then=(listen_for_https_on_80_alone,), visited=False),
    ),
    SetUp(
        name="https-on-80-too",
        about=same("Both listeners speak HTTPS."),
        plan=Plan(then=(speak_https_on_80,)),
    ),
    SetUp(
        name="rule-redirects-to-nowhere",
        about=same("A rule of the HTTP listener redirects to a port without listener."),
        plan=Plan(then=(rule_redirects(80, Port="8443"),)),
    ),
    SetUp(
        name="rule-redirect-keeps-port",
        about=same("A rule of the HTTP listener redirects to https on its own port."),
        plan=Plan(then=(rule_redirects(80, Port="#{port}"),)),
    ),
    SetUp(
        name="rule-redirect-loop",
        about=same("A rule of the HTTPS listener redirects to itself."),
        plan=Plan(then=(rule_redirects(443),)),
    ),
    SetUp(
        name="redirect-loop-served-elsewhere",
        about=same("The HTTPS listener redirects to itself, and a third listener serves the site."),
        plan=Plan(then=(serve_on_8080_too, redirect_by_default)),
    ),
    SetUp(
        name="rule-redirect-loop-behind-login",
        about=same("A rule of the HTTPS listener asks for a login, and then redirects to itself."),
        plan=Plan(then=(login_before_a_redirect(OIDC),)),
    ),
    SetUp(
        name="redirect-loop-behind-login",
        about=same("The HTTPS listener itself asks for a login, and then redirects to itself."),
        plan=Plan(then=(serve_on_8080_too, login_before_a_redirect(COGNITO, by_default=True))),
    ),
    SetUp(
        name="rule-serves-plain-http",
        about=same("A rule of the HTTP listener serves the site."),
        plan=Plan(then=(rule_serves_plain_http,)),
    ),
    SetUp(
        name="host-named-on-http-alone",
        about=same("The HTTP listener has a rule for the domain, the HTTPS listener has one for another site alone."),
        plan=Plan(then=(name_the_host_on_http_alone,)),
    ),
    SetUp(
        name="host-named-on-http-and-www-on-https",
        about=same(
            "The HTTP listener has a rule for the domain, the HTTPS listener has one of the same group for www."
        ),
        plan=Plan(then=(name_the_host_on_http_and_www_on_https,)),
    ),
    SetUp(
        name="port-of-the-host",
        about=same("The security group of the server does not admit the port that its host may have chosen."),
        plan=Plan(then=(host_chooses(32801),)),
    ),
    SetUp(
        name="two-guards",
        about=same("Two servers have security groups of their own, which do not admit the load balancer."),
        plan=Plan(target_ports=(), then=(guard_another_server_apart,)),
    ),
)


def find(name: str) -> Scenario:
    """Find a set-up by name, else a scenario of the lab."""
    return next((one for one in SET_UPS if one.name == name), None) or scenarios.find(name)
