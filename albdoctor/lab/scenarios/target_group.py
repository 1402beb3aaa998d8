"""Faults of the target group and its health check."""

from __future__ import annotations

from albdoctor.checkup import WARNING
from albdoctor.lab import apps
from albdoctor.lab.actors import RepairError, register_instance, start
from albdoctor.lab.plan import Group, Plan
from albdoctor.lab.scenario import LIKELY, Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

UNHEALTHY = effect("tg-all-unhealthy-fail-open")
UNHEALTHY_BUT_SERVING = effect("tg-all-unhealthy-fail-open", severity=WARNING)
REFUSED_BUT_SERVING = effect("hc-connection-refused", severity=WARNING)
REFUSED = effect("hc-connection-refused")


def register_nobody(shop: Shop) -> None:
    """The group was made and nobody registered the server."""
    targets = [{"Id": shop.machine.id}]
    shop.client("elbv2").deregister_targets(TargetGroupArn=shop.group, Targets=targets)


def start_in_a_third_zone(shop: Shop) -> None:
    """A second server was started in a zone that the load balancer does not serve."""
    subnet = shop.builder.subnet(shop.network.vpc, "10.0.3.0/24", "b")
    machine = shop.builder.instance(shop.network, private="10.0.3.10", subnet=subnet)
    shop.world.hosts.run(machine.id, {80: apps.plain()})
    shop.builder.register(shop.group, machine)


def add_the_subnet(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Give the load balancer a public subnet in the third zone."""
    ec2 = shop.client("ec2")
    added = ec2.describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.0.3.0/24"]}])["Subnets"][0]["SubnetId"]
    ec2.associate_route_table(RouteTableId=shop.network.public_routes, SubnetId=added)
    subnets = [*shop.network.public_subnets, added]
    shop.client("elbv2").set_subnets(LoadBalancerArn=shop.balancer.arn, Subnets=subnets)


def accept_200_only(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Count 200 alone as healthy."""
    shop.client("elbv2").modify_target_group(TargetGroupArn=shop.group, Matcher={"HttpCode": "200"})


def tag_as_the_controllers(shop: Shop) -> None:
    """The AWS Load Balancer Controller made the load balancer and its group."""
    told = {"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "shop/web"}
    tags = [{"Key": key, "Value": value} for key, value in told.items()]
    shop.client("elbv2").add_tags(ResourceArns=[shop.balancer.arn, shop.group], Tags=tags)


def annotate_the_ingress(shop: Shop, finding: FindingReport) -> None:
    """Set the annotation that the fix names; the controller makes another group and repoints the listener."""
    if "alb.ingress.kubernetes.io/backend-protocol: HTTP\n" not in f"{finding.fix.by_hand}\n":
        raise RepairError(f"the instructions of {finding.slug} name no annotation")
    elb = shop.client("elbv2")
    made = elb.create_target_group(Name="k8s-shop-web", Protocol="HTTP", Port=80, VpcId=shop.network.vpc)
    group = made["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": shop.machine.id}])
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    elb.modify_listener(ListenerArn=shop.listeners[443], DefaultActions=forward)
    elb.delete_target_group(TargetGroupArn=shop.group)


def stay_in_the_zone(shop: Shop) -> None:
    """Somebody turned off cross-zone load balancing to save traffic; there is a server in one zone only."""
    off = [{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}]
    shop.client("elbv2").modify_target_group_attributes(TargetGroupArn=shop.group, Attributes=off)


def register_a_node(shop: Shop) -> None:
    """Somebody copied the load balancer's private address into a group of addresses, and sends visitors there."""
    made = shop.client("elbv2").create_target_group(
        Name="web-ip", Protocol="HTTP", Port=80, VpcId=shop.network.vpc, TargetType="ip"
    )
    group = made["TargetGroups"][0]["TargetGroupArn"]
    node = shop.client("ec2").describe_network_interfaces(Filters=[{"Name": "description", "Values": ["ELB app/*"]}])
    address = node["NetworkInterfaces"][0]["PrivateIpAddress"]
    shop.client("elbv2").register_targets(TargetGroupArn=group, Targets=[{"Id": address, "Port": 80}])
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    shop.client("elbv2").modify_listener(ListenerArn=shop.listeners[443], DefaultActions=forward)


def register_the_servers_address(shop: Shop, finding: FindingReport) -> None:
    """Put the server's own address into the group, and take out what the instructions name."""
    arn = finding.subject.id.partition("#")[0]
    elb = shop.client("elbv2")
    wrong = finding.subject.id.partition("#")[2].rpartition(":")[0]
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": shop.machine.private, "Port": 80}])
    elb.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": wrong, "Port": 80}])


FLAPS = (150, 110, 105, 70, 30, 25)
"""Minutes ago at which the server was unhealthy: four times, each with a pause after it."""


def flap(shop: Shop) -> None:
    """The server is overloaded now and then: its health checks fail, and pass again."""
    for minutes in FLAPS:
        shop.world.aws.count("UnHealthyHostCount", shop.balancer.arn, shop.group, minutes=minutes)


def settle(shop: Shop, finding: FindingReport) -> None:  # noqa: ARG001 - every repair has this signature
    """Give the server more memory; hours later nothing is left of it in the metrics."""
    shop.world.aws.forget("UnHealthyHostCount")


SCENARIOS = (
    Scenario(
        name="https-target-group",
        about=Text(
            en="The target group speaks TLS on port 80 to a server that speaks plain HTTP.",
            ko="대상 그룹이 평문 HTTP 서버의 80 포트에 TLS로 접속합니다.",
        ),
        plan=Plan(
            group=Group(name="web-https", protocol="HTTPS", port=80, health={"HealthCheckProtocol": "HTTPS"}),
            open_to_world=True,
        ),
        expected=(cause("tg-https-target-speaks-http"), REFUSED, UNHEALTHY),
    ),
    Scenario(
        name="https-target-group-checked-over-http",
        about=Text(
            en="The target group speaks TLS to a server that speaks plain HTTP, and its health checks are plain HTTP.",
            ko="대상 그룹이 평문 HTTP 서버에 TLS로 접속하지만, 상태 검사는 평문 HTTP로 보냅니다.",
        ),
        plan=Plan(
            group=Group(name="web-https", protocol="HTTPS", port=80, health={"HealthCheckProtocol": "HTTP"}),
            visited=False,
        ),
        expected=(cause("tg-https-target-speaks-http", LIKELY),),
    ),
    Scenario(
        name="https-target-group-of-kubernetes",
        about=Text(
            en="The AWS Load Balancer Controller made a target group that speaks TLS to a plain HTTP server.",
            ko="AWS Load Balancer Controller가 평문 HTTP 서버에 TLS로 접속하는 대상 그룹을 만들었습니다.",
        ),
        plan=Plan(
            group=Group(name="web-https", protocol="HTTPS", port=80, health={"HealthCheckProtocol": "HTTPS"}),
            open_to_world=True,
            then=(tag_as_the_controllers,),
        ),
        expected=(cause("tg-https-target-speaks-http"), REFUSED, UNHEALTHY),
        repairs={"tg-https-target-speaks-http": annotate_the_ingress},
    ),
    Scenario(
        name="http-target-group-tls-server",
        about=Text(
            en="The target group speaks plain HTTP on port 443 to a server that speaks only TLS.",
            ko="대상 그룹이 TLS 전용 서버의 443 포트에 평문 HTTP로 접속합니다.",
        ),
        plan=Plan(
            group=Group(name="web", protocol="HTTP", port=443),
            servers={443: apps.tls()},
            target_ports=(443,),
            open_to_world=True,
        ),
        expected=(cause("tg-http-target-speaks-https"), UNHEALTHY),
    ),
    Scenario(
        name="http2-target-group",
        about=Text(
            en="The target group's protocol version is HTTP2, and the server speaks HTTP/1.1 only.",
            ko="대상 그룹의 프로토콜 버전은 HTTP2인데 서버는 HTTP/1.1만 지원합니다.",
        ),
        plan=Plan(group=Group(name="web", health={"ProtocolVersion": "HTTP2"}), open_to_world=True),
        expected=(cause("tg-protocol-version-mismatch"), effect("hc-connection-refused", LIKELY), UNHEALTHY),
    ),
    Scenario(
        name="load-balancers-own-address",
        about=Text(
            en="The only registered address is one of the load balancer itself.",
            ko="등록된 주소가 로드 밸런서 자신의 주소뿐입니다.",
        ),
        plan=Plan(then=(register_a_node,)),
        expected=(cause("tg-ip-unusable-or-outside"), effect("rule-forwards-to-empty-group")),
        repairs={"tg-ip-unusable-or-outside": register_the_servers_address},
    ),
    Scenario(
        name="zone-without-targets",
        about=Text(
            en="Cross-zone load balancing is off for the target group, and one zone has no server.",
            ko="대상 그룹의 교차 영역 로드 밸런싱이 꺼져 있고 한 가용 영역에 서버가 없습니다.",
        ),
        plan=Plan(then=(stay_in_the_zone,)),
        expected=(cause("tg-cross-zone-off-empty-zone"),),
    ),
    Scenario(
        name="health-flaps",
        about=Text(
            en="The server is healthy now, and was not four times within the last hours.",
            ko="서버가 지금은 정상이지만 최근 몇 시간 동안 네 번 비정상이었습니다.",
        ),
        plan=Plan(then=(flap,)),
        expected=(cause("hc-flapping", severity=WARNING),),
        repairs={"hc-flapping": settle},
    ),
    Scenario(
        name="wrong-port",
        about=Text(
            en="The target is registered on port 8080; the server listens on 80.",
            ko="대상은 8080 포트로 등록되었지만 서버는 80 포트에서 수신합니다.",
        ),
        plan=Plan(group=Group(name="web-8080", port=8080), target_ports=(80, 8080), open_to_world=True),
        expected=(cause("tg-port-not-served"), REFUSED, UNHEALTHY),
    ),
    Scenario(
        name="no-targets",
        about=Text(
            en="The target group has no registered target.",
            ko="대상 그룹에 등록된 대상이 없습니다.",
        ),
        plan=Plan(then=(register_nobody,)),
        expected=(cause("tg-no-targets"), effect("rule-forwards-to-empty-group")),
        repairs={"tg-no-targets": register_instance},
    ),
    Scenario(
        name="all-unhealthy-but-serving",
        about=Text(
            en="The health check gets 503 while the site answers: the load balancer uses unhealthy targets.",
            ko="상태 검사는 503을 받지만 사이트는 응답합니다. 로드 밸런서가 비정상 대상을 사용 중입니다.",
        ),
        plan=Plan(group=Group(health={"HealthCheckPath": "/health"}), servers={80: apps.plain({"/health": 503})}),
        expected=(cause("hc-target-5xx", severity=WARNING), UNHEALTHY_BUT_SERVING),
        repairs={"hc-target-5xx": start(apps.plain(), 80)},
    ),
    Scenario(
        name="health-check-port",
        about=Text(
            en="The health check goes to port 8080, where nothing answers; the traffic port is fine.",
            ko="상태 검사가 응답하지 않는 8080 포트로 갑니다. 트래픽 포트는 정상입니다.",
        ),
        plan=Plan(group=Group(health={"HealthCheckPort": "8080"}), target_ports=(80, 8080), open_to_world=True),
        expected=(cause("hc-port-mismatch", severity=WARNING), REFUSED_BUT_SERVING, UNHEALTHY_BUT_SERVING),
    ),
    Scenario(
        name="health-check-protocol",
        about=Text(
            en="The target group speaks HTTPS to a TLS server, but its health check was left at plain HTTP.",
            ko="대상 그룹과 서버는 TLS를 쓰지만 상태 검사는 평문 HTTP로 남아 있습니다.",
        ),
        plan=Plan(
            group=Group(name="web-https", protocol="HTTPS", port=443),
            servers={443: apps.tls()},
            target_ports=(443,),
            open_to_world=True,
        ),
        expected=(cause("hc-protocol-mismatch", severity=WARNING), UNHEALTHY_BUT_SERVING),
    ),
    Scenario(
        name="health-check-slow",
        about=Text(
            en="The health check page takes three seconds; the health check waits two.",
            ko="상태 검사 페이지의 응답에 3초가 걸리는데 상태 검사는 2초만 기다립니다.",
        ),
        plan=Plan(
            group=Group(
                health={"HealthCheckPort": "8080", "HealthCheckTimeoutSeconds": 2, "HealthCheckIntervalSeconds": 5}
            ),
            servers={80: apps.plain(), 8080: apps.slow(3.0)},
            target_ports=(80, 8080),
            open_to_world=True,
        ),
        expected=(cause("hc-slow-response", severity=WARNING), UNHEALTHY_BUT_SERVING),
    ),
    Scenario(
        name="health-check-matcher-too-wide",
        about=Text(
            en="The health check counts every answer from 200 to 499 as healthy.",
            ko="상태 검사가 200부터 499까지의 모든 응답을 정상으로 인정합니다.",
        ),
        plan=Plan(group=Group(health={"Matcher": {"HttpCode": "200-499"}})),
        expected=(cause("hc-matcher-too-wide", severity=WARNING),),
        repairs={"hc-matcher-too-wide": accept_200_only},
    ),
    Scenario(
        name="target-in-another-zone",
        about=Text(
            en="The second server is in an Availability Zone that the load balancer does not serve.",
            ko="두 번째 서버가 로드 밸런서에서 활성화되지 않은 가용 영역에 있습니다.",
        ),
        plan=Plan(then=(start_in_a_third_zone,)),
        expected=(cause("tg-target-az-not-enabled", severity=WARNING),),
        repairs={"tg-target-az-not-enabled": add_the_subnet},
    ),
    Scenario(
        name="health-check-redirect",
        about=Text(
            en="The server redirects the health check to https; only 200 counts as healthy.",
            ko="서버가 상태 검사를 https로 리디렉션하는데, 정상으로 인정되는 코드는 200뿐입니다.",
        ),
        plan=Plan(servers={80: apps.redirects_unless_forwarded()}, open_to_world=True),
        expected=(cause("hc-redirect-not-accepted", severity=WARNING), UNHEALTHY_BUT_SERVING),
    ),
    Scenario(
        name="health-check-404",
        about=Text(
            en="The health check asks for a path that the server does not have.",
            ko="상태 검사 경로가 서버에 없습니다.",
        ),
        plan=Plan(
            group=Group(health={"HealthCheckPath": "/healthz"}),
            servers={80: apps.plain({"/healthz": 404})},
            open_to_world=True,
        ),
        expected=(cause("hc-path-not-found", severity=WARNING), UNHEALTHY_BUT_SERVING),
        repairs={"hc-path-not-found": start(apps.plain(), 80)},
    ),
    Scenario(
        name="health-check-login",
        about=Text(
            en="The health check asks for a page that needs a login.",
            ko="상태 검사 경로에 로그인이 필요합니다.",
        ),
        plan=Plan(
            group=Group(health={"HealthCheckPath": "/admin"}),
            servers={80: apps.plain({"/admin": 401})},
            open_to_world=True,
        ),
        expected=(cause("hc-path-requires-auth", severity=WARNING), UNHEALTHY_BUT_SERVING),
        repairs={"hc-path-requires-auth": start(apps.plain(), 80)},
    ),
    Scenario(
        name="health-check-host-rejected",
        about=Text(
            en="The server accepts only its own host name and rejects the health check, which sends an address.",
            ko="서버가 자신의 도메인으로 온 요청만 받아, IP 주소를 Host로 보내는 상태 검사를 거부합니다.",
        ),
        plan=Plan(servers={80: apps.rejects_hosts_but("shop.example")}, open_to_world=True),
        expected=(cause("hc-host-header-rejected", severity=WARNING), UNHEALTHY_BUT_SERVING),
        repairs={"hc-host-header-rejected": start(apps.plain(), 80)},
    ),
)
