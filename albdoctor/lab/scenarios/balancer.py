"""Faults of the load balancer, its listeners and rules."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup import INFO, WARNING
from albdoctor.lab.actors import replace_by_public_balancer
from albdoctor.lab.build import fixed_response, forward, redirect
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def stand_in_small_subnets(shop: Shop, size: int = 28) -> tuple[str, ...]:
    """The balancer was put into subnets of its own, which are small; routes and network ACL are those of the others."""
    small = (
        shop.builder.subnet(shop.network.vpc, f"10.0.21.0/{size}", "a"),
        shop.builder.subnet(shop.network.vpc, f"10.0.22.0/{size}", "c"),
    )
    for subnet in small:
        shop.client("ec2").associate_route_table(RouteTableId=shop.network.public_routes, SubnetId=subnet)
    shop.client("elbv2").set_subnets(LoadBalancerArn=shop.balancer.arn, Subnets=list(small))
    return small


def leave_free(shop: Shop, subnet: str, count: int) -> None:
    """Pods take addresses of a subnet until so many are left."""
    ec2 = shop.client("ec2")
    (seen,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    for _ in range(seen["AvailableIpAddressCount"] - count):
        ec2.create_network_interface(SubnetId=subnet, Description="aws-K8S-i-0123456789abcdef0")


def share_with_pods(shop: Shop) -> None:
    """Pods run in the small subnet of one zone and leave three addresses: the balancer works on."""
    leave_free(shop, stand_in_small_subnets(shop)[0], 3)


def share_with_modest_pods(shop: Shop) -> None:
    """Pods run in subnets of the least size that AWS asks for, and leave as many addresses as it asks for."""
    for subnet in stand_in_small_subnets(shop, 27):
        leave_free(shop, subnet, 8)


def run_out_of_addresses(shop: Shop) -> None:
    """Pods took every address when the balancer had to grow: it works on, but cannot."""
    leave_free(shop, stand_in_small_subnets(shop)[0], 0)
    elb = shop.world.aws.state.elb
    elb.grow(elb.load_balancers[shop.balancer.arn])


def be_impaired(shop: Shop) -> None:
    """The balancer works on, but cannot grow, for another reason than addresses."""
    shop.world.aws.state.elb.load_balancers[shop.balancer.arn].state = "active_impaired"


def recover(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Whatever it lacked is there again."""
    shop.world.aws.state.elb.load_balancers[shop.balancer.arn].state = "active"


def move_one_node_inside(shop: Shop) -> None:
    """For the second zone the private subnet was chosen."""
    subnets = [shop.network.public_subnets[0], shop.network.private_subnets[1]]
    shop.client("elbv2").set_subnets(LoadBalancerArn=shop.balancer.arn, Subnets=subnets)


def never_add_https(shop: Shop) -> None:
    """Only the HTTP listener was made; it serves the site."""
    shop.delete_listener(443)
    shop.set_default_action(80, forward(shop.group))


def never_add_http(shop: Shop) -> None:
    """Only the HTTPS listener was made."""
    shop.delete_listener(80)


def speak_http_on_443(shop: Shop) -> None:
    """The listener on 443 was made with the protocol that the console offers first."""
    shop.delete_listener(443)
    shop.listeners[443] = shop.builder.listener(shop.balancer, shop.group, port=443)


def close_outbound(shop: Shop) -> None:
    """The balancer's security group lets nothing out."""
    ec2 = shop.client("ec2")
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [shop.network.balancer_group]}])
    ids = [rule["SecurityGroupRuleId"] for rule in rules["SecurityGroupRules"] if rule["IsEgress"]]
    ec2.revoke_security_group_egress(GroupId=shop.network.balancer_group, SecurityGroupRuleIds=ids)


def redirect_on_https_too(shop: Shop) -> None:
    """The redirect of the HTTP listener was copied to the HTTPS listener; only www is forwarded."""
    shop.builder.rule(shop.listeners[443], shop.group, hosts=(f"www.{shop.domain}",))
    shop.set_default_action(443, redirect())


def admit_only_www(shop: Shop) -> None:
    """The only rule forwards www; everything else gets 404."""
    shop.builder.rule(shop.listeners[443], shop.group, hosts=(f"www.{shop.domain}",))
    shop.set_default_action(443, fixed_response(404, "no such site"))


def admit_only_names_below(shop: Shop) -> None:
    """The only rule forwards *.shop.example, and the domain itself gets 404."""
    shop.builder.rule(shop.listeners[443], shop.group, hosts=(f"*.{shop.domain}",))
    shop.set_default_action(443, fixed_response(404, "no such site"))


def admit_the_domain_too(shop: Shop, finding: FindingReport) -> None:
    """The owner knows that the application serves the domain too, and types the command that the instructions name."""
    conditions = [{"Field": "host-header", "HostHeaderConfig": {"Values": [f"*.{shop.domain}", shop.domain]}}]
    shop.client("elbv2").modify_rule(RuleArn=_rule_told(shop, finding), Conditions=conditions)


def forward_everybody(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """The owner knows which group serves the site, and lets the default action forward to it."""
    shop.set_default_action(443, forward(shop.group))


def admit_the_domain(shop: Shop, finding: FindingReport) -> None:
    """The owner knows that both names are one site, and types the command that the instructions name."""
    conditions = [{"Field": "host-header", "HostHeaderConfig": {"Values": [f"www.{shop.domain}", shop.domain]}}]
    shop.client("elbv2").modify_rule(RuleArn=_rule_told(shop, finding), Conditions=conditions)


def admit_only_the_front_page(shop: Shop) -> None:
    """The rule for the domain has the path /shop: every other page gets 404."""
    shop.builder.rule(shop.listeners[443], shop.group, hosts=(shop.domain,), paths=("/shop",))
    shop.set_default_action(443, fixed_response(404, "no such page"))


def admit_every_page(shop: Shop, finding: FindingReport) -> None:
    """The owner lets the rule take every path."""
    conditions = [{"Field": "host-header", "Values": [shop.domain]}, {"Field": "path-pattern", "Values": ["/*"]}]
    shop.client("elbv2").modify_rule(RuleArn=_rule_told(shop, finding), Conditions=conditions)


def let_a_rule_for_all_hosts_come_first(shop: Shop) -> None:
    """An ingress without a host was numbered before the one of the domain; its application is healthy too."""
    arn = shop.builder.target_group(shop.network, name="catch-all")
    shop.builder.register(arn, shop.machine)
    shop.builder.rule(shop.listeners[443], arn, priority=10, paths=("/*",))
    shop.builder.rule(shop.listeners[443], shop.group, priority=20, hosts=(shop.domain,), paths=("/*",))


def block_everybody(shop: Shop) -> None:
    """A web ACL was made with Block as its default action, and no rule yet that allows anything."""
    _put_web_acl(shop, {"Block": {}})


def watch_only(shop: Shop) -> None:
    """A web ACL that allows what no rule blocks stands before the load balancer."""
    _put_web_acl(shop, {"Allow": {}})


def _put_web_acl(shop: Shop, default: dict[str, Any]) -> None:
    waf = shop.client("wafv2")
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "shop"}
    made = waf.create_web_acl(Name="shop", Scope="REGIONAL", DefaultAction=default, Rules=[], VisibilityConfig=seen)
    waf.associate_web_acl(WebACLArn=made["Summary"]["ARN"], ResourceArn=shop.balancer.arn)


def allow_by_default(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """The owner lets the web ACL allow what none of its rules blocks."""
    waf = shop.client("wafv2")
    (acl,) = waf.list_web_acls(Scope="REGIONAL")["WebACLs"]
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "shop"}
    waf.update_web_acl(
        Name=acl["Name"],
        Id=acl["Id"],
        Scope="REGIONAL",
        LockToken=acl["LockToken"],
        DefaultAction={"Allow": {}},
        Rules=[],
        VisibilityConfig=seen,
    )


def say_it_twice(shop: Shop) -> None:
    """A deployment made a rule for its new group behind the one that was there already."""
    arn = shop.builder.target_group(shop.network, name="green-http")
    shop.builder.register(arn, shop.machine)
    shop.builder.rule(shop.listeners[443], shop.group, priority=10, hosts=(shop.domain,))
    shop.builder.rule(shop.listeners[443], arn, priority=20, hosts=(shop.domain,))


def delete_the_first(shop: Shop, finding: FindingReport) -> None:
    """The owner means the new group, and deletes the rule that takes its requests."""
    rules = shop.client("elbv2").describe_rules(ListenerArn=shop.listeners[443])["Rules"]
    (first,) = (one["RuleArn"] for one in rules if one["Priority"] == "10" and one["RuleArn"] in finding.fix.by_hand)
    shop.client("elbv2").delete_rule(RuleArn=first)


def put_the_domain_first(shop: Shop, finding: FindingReport) -> None:
    """The owner gives the rule of the domain a lower number."""
    order = [{"RuleArn": _rule_told(shop, finding), "Priority": 5}]
    shop.client("elbv2").set_rule_priorities(RulePriorities=order)


def _rule_told(shop: Shop, finding: FindingReport) -> str:
    """The rule that the instructions name."""
    rules = shop.client("elbv2").describe_rules(ListenerArn=shop.listeners[443])["Rules"]
    (arn,) = (str(one["RuleArn"]) for one in rules if one["RuleArn"] in finding.fix.by_hand)
    return arn


SCENARIOS = (
    Scenario(
        name="internal-balancer",
        about=Text(
            en="The load balancer is internal: the public name leads to private addresses.",
            ko="로드 밸런서가 내부용이라 공개 도메인이 프라이빗 IP 주소로 연결됩니다.",
        ),
        plan=Plan(internal=True, visited=False),
        expected=(
            cause("alb-internal-for-public-domain"),
            effect("resolve-private-address"),
            effect("tls-port-closed"),
        ),
        repairs={"alb-internal-for-public-domain": replace_by_public_balancer},
    ),
    Scenario(
        name="balancer-in-private-subnet",
        about=Text(
            en="The internet-facing load balancer is in subnets without a route to the internet gateway.",
            ko="인터넷 경계 로드 밸런서가 인터넷 게이트웨이 경로가 없는 서브넷에 있습니다.",
        ),
        plan=Plan(private_subnets=True, visited=False),
        expected=(cause("alb-internet-facing-in-private-subnet"), effect("tls-port-closed")),
    ),
    Scenario(
        name="balancer-half-in-private-subnet",
        about=Text(
            en="One of the load balancer's two subnets has no route to the internet gateway: half the visitors wait.",
            ko="로드 밸런서의 서브넷 2개 중 하나에 인터넷 게이트웨이 경로가 없어 방문자 절반이 접속하지 못합니다.",
        ),
        plan=Plan(then=(move_one_node_inside,)),
        expected=(cause("alb-mixed-public-private-subnets"), effect("tls-port-closed", severity=WARNING)),
    ),
    Scenario(
        name="balancer-impaired",
        about=Text(
            en="The load balancer serves, but cannot grow; its subnets have addresses enough.",
            ko="로드 밸런서가 응답은 하지만 확장하지 못합니다. 서브넷의 여유 IP는 충분합니다.",
        ),
        plan=Plan(then=(be_impaired,)),
        expected=(cause("alb-not-active", severity=WARNING),),
        repairs={"alb-not-active": recover},
    ),
    Scenario(
        name="balancer-out-of-addresses",
        about=Text(
            en="The load balancer serves, but cannot grow: a subnet of its has no free address.",
            ko="로드 밸런서가 응답은 하지만 서브넷 하나에 여유 IP 주소가 없어 확장하지 못합니다.",
        ),
        plan=Plan(then=(run_out_of_addresses,)),
        expected=(
            cause("alb-subnet-ip-exhaustion", severity=WARNING),
            effect("alb-not-active", severity=WARNING),
        ),
    ),
    Scenario(
        name="balancer-short-of-addresses",
        about=Text(
            en="Pods left three free addresses in a subnet of the load balancer: it serves until it has to grow.",
            ko="파드가 IP를 써서 로드 밸런서 서브넷에 여유 IP가 3개뿐입니다. 확장하기 전까지는 정상으로 응답합니다.",
        ),
        plan=Plan(then=(share_with_pods,)),
        expected=(cause("alb-subnet-ip-exhaustion", severity=WARNING),),
    ),
    Scenario(
        name="balancer-shares-small-subnets",
        about=Text(
            en="Nothing is wrong: pods share the load balancer's /27 subnets and leave 8 addresses free.",
            ko="문제가 없는 상태입니다. 파드가 로드 밸런서와 같은 /27 서브넷을 쓰지만 여유 IP가 8개 남아 있습니다.",
        ),
        plan=Plan(then=(share_with_modest_pods,)),
    ),
    Scenario(
        name="balancer-security-group",
        about=Text(
            en="The load balancer's security group does not allow port 443.",
            ko="로드 밸런서의 보안 그룹이 443 포트를 허용하지 않습니다.",
        ),
        plan=Plan(balancer_ports=(80,), visited=False),
        expected=(cause("alb-sg-blocks-listener-port"), effect("tls-port-closed")),
    ),
    Scenario(
        name="no-https-listener",
        about=Text(
            en="The load balancer has no listener on port 443.",
            ko="로드 밸런서에 443 포트 리스너가 없습니다.",
        ),
        plan=Plan(then=(never_add_https,)),
        expected=(
            cause("listener-https-missing"),
            effect("tls-port-closed"),
            effect("http-no-https-redirect", severity=WARNING),
        ),
    ),
    Scenario(
        name="no-http-listener",
        about=Text(
            en="The load balancer has no listener on port 80: old http links lead nowhere.",
            ko="로드 밸런서에 80 포트 리스너가 없어 예전 http 링크로는 접속되지 않습니다.",
        ),
        plan=Plan(then=(never_add_http,)),
        expected=(cause("listener-http-missing", severity=INFO), effect("http-port80-closed", severity=INFO)),
    ),
    Scenario(
        name="http-on-443",
        about=Text(
            en="The listener on port 443 speaks plain HTTP.",
            ko="443 포트 리스너가 평문 HTTP로 통신합니다.",
        ),
        plan=Plan(then=(speak_http_on_443,), visited=False),
        expected=(cause("listener-protocol-port-swapped"), effect("tls-not-tls")),
    ),
    Scenario(
        name="balancer-egress",
        about=Text(
            en="The load balancer's security group allows nothing out to the targets.",
            ko="로드 밸런서의 보안 그룹이 대상으로 나가는 트래픽을 허용하지 않습니다.",
        ),
        plan=Plan(then=(close_outbound,)),
        expected=(
            cause("alb-sg-egress-blocks-targets"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="redirect-loop",
        about=Text(
            en="The HTTPS listener redirects to itself.",
            ko="HTTPS 리스너가 자기 자신으로 리디렉션합니다.",
        ),
        plan=Plan(then=(redirect_on_https_too,)),
        expected=(cause("listener-redirect-loop"), effect("http-redirect-loop", LIKELY)),
        repairs={"listener-redirect-loop": forward_everybody},
    ),
    Scenario(
        name="host-rule-mismatch",
        about=Text(
            en="No rule takes the domain: the default action answers 404.",
            ko="이 도메인과 일치하는 규칙이 없어 기본 작업이 404로 응답합니다.",
        ),
        plan=Plan(then=(admit_only_www,)),
        expected=(cause("rule-host-not-matched"), effect("http-alb-default-action")),
        repairs={"rule-host-not-matched": admit_the_domain},
    ),
    Scenario(
        name="wildcard-misses-apex",
        about=Text(
            en="The only rule takes *.shop.example, which leaves the domain itself out: it gets 404.",
            ko="규칙이 *.shop.example 하나뿐이라 루트 도메인에는 기본 작업이 404로 응답합니다.",
        ),
        plan=Plan(then=(admit_only_names_below,)),
        expected=(cause("rule-wildcard-host-misses-apex"), effect("http-alb-default-action")),
        repairs={"rule-wildcard-host-misses-apex": admit_the_domain_too},
    ),
    Scenario(
        name="path-pattern-too-narrow",
        about=Text(
            en="The rule for the domain takes one path only: every other page gets 404 from the default action.",
            ko="도메인 규칙의 경로 패턴이 한 경로뿐이라 다른 페이지에는 기본 작업이 404로 응답합니다.",
        ),
        plan=Plan(then=(admit_only_the_front_page,)),
        expected=(
            cause("rule-path-pattern-too-narrow", LIKELY, severity=WARNING),
            effect("http-alb-default-action", severity=WARNING),
        ),
        repairs={"rule-path-pattern-too-narrow": admit_every_page},
    ),
    Scenario(
        name="rule-shadowed",
        about=Text(
            en="A rule without a host comes before the domain's own rule, which never gets a request.",
            ko="호스트가 없는 규칙이 도메인 규칙보다 앞에 있어 도메인 규칙이 요청을 받지 못합니다.",
        ),
        plan=Plan(then=(let_a_rule_for_all_hosts_come_first,)),
        expected=(cause("rule-shadowed-by-earlier-rule", severity=WARNING),),
        repairs={"rule-shadowed-by-earlier-rule": put_the_domain_first},
    ),
    Scenario(
        name="web-acl-blocks",
        about=Text(
            en="The web ACL blocks by default, and none of its rules allows anything: visitors get 403.",
            ko="웹 ACL의 기본 작업이 Block이고 허용 규칙이 없어 방문자가 403을 받습니다.",
        ),
        plan=Plan(then=(block_everybody,), visited=False),
        expected=(cause("alb-waf-blocks-request"),),
        repairs={"alb-waf-blocks-request": allow_by_default},
    ),
    Scenario(
        name="web-acl-watches",
        about=Text(
            en="Nothing is wrong: a web ACL stands before the load balancer and lets visitors in.",
            ko="문제가 없는 상태입니다. 로드 밸런서 앞의 웹 ACL이 방문자를 통과시킵니다.",
        ),
        plan=Plan(then=(watch_only,)),
    ),
    Scenario(
        name="rule-duplicate",
        about=Text(
            en="Two rules have the same host: the group of the later one gets no request.",
            ko="호스트 조건이 같은 규칙이 둘이라 뒤 규칙의 대상 그룹은 요청을 받지 못합니다.",
        ),
        plan=Plan(then=(say_it_twice,)),
        expected=(cause("rule-duplicate-condition", severity=WARNING),),
        repairs={"rule-duplicate-condition": delete_the_first},
    ),
)
