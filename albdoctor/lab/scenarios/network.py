"""Faults of the network between the load balancer and the target."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup import LIKELY, WARNING
from albdoctor.lab import apps
from albdoctor.lab.build import WORLD
from albdoctor.lab.host_rules import HostRules
from albdoctor.lab.plan import Change, Group, Plan, one_server
from albdoctor.lab.scenario import LOOKS_INTO_HOSTS, Scenario, cause, effect
from albdoctor.lab.shop import Shop
from albdoctor.report.model import FindingReport
from albdoctor.text import Text


def filter_at_the_host(*ports: int) -> Change:
    """The server's image comes with a firewall of its own, which opens these ports."""

    def change(shop: Shop) -> None:
        shop.world.hosts.host(shop.machine.id).filter(HostRules(ports))

    return change


def open_at_the_host(shop: Shop, _finding: FindingReport) -> None:
    """Somebody allows the port in the host's firewall."""
    filter_at_the_host(22, 80)(shop)


SERVERS_SUBNET = "10.0.11.0/24"


def admit_only_the_office(shop: Shop) -> None:
    """The server admits a prefix list that was meant to hold every network of the company, the VPC's too."""
    ec2 = shop.client("ec2")
    made = ec2.create_managed_prefix_list(
        PrefixListName="company", AddressFamily="IPv4", MaxEntries=5, Entries=[{"Cidr": "10.9.0.0/16"}]
    )
    listed = [{"PrefixListId": made["PrefixList"]["PrefixListId"]}]
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "PrefixListIds": listed}
    ec2.authorize_security_group_ingress(GroupId=shop.network.target_group, IpPermissions=[permission])


def admit_the_old_balancer(shop: Shop) -> None:
    """The server still admits the security group of the load balancer that this one replaced."""
    ec2 = shop.client("ec2")
    old = ec2.create_security_group(GroupName="old-alb", Description="old-alb", VpcId=shop.network.vpc)["GroupId"]
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": old}]}
    ec2.authorize_security_group_ingress(GroupId=shop.network.target_group, IpPermissions=[permission])


def open_the_second_interface(shop: Shop) -> None:
    """The server has a second interface, and whoever opened the port put the security group on that one."""
    ec2 = shop.client("ec2")
    group = ec2.create_security_group(GroupName="web-open", Description="web-open", VpcId=shop.network.vpc)["GroupId"]
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "UserIdGroupPairs": [{"GroupId": shop.network.balancer_group}],
    }
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
    made = ec2.create_network_interface(SubnetId=shop.network.public_subnets[0], Groups=[group])
    id_ = made["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(NetworkInterfaceId=id_, InstanceId=shop.machine.id, DeviceIndex=1)


def host_chooses(*ports: int) -> Change:
    """Containers run on ports that the host chose; the group says nothing of them."""

    def change(shop: Shop) -> None:
        for port in ports:
            shop.serve(port, apps.plain())
            shop.builder.register(shop.group, (shop.machine, port))
        targets = [{"Id": shop.machine.id, "Port": 80}]
        shop.client("elbv2").deregister_targets(TargetGroupArn=shop.group, Targets=targets)

    return change


def close_the_targets_subnet(shop: Shop) -> None:
    """The network ACL of the servers' subnet lets https in and nothing else."""
    _move_inside(shop)
    _close(shop, shop.network.private_subnets[0], ports=(443, 443))


def close_the_balancers_subnets(shop: Shop) -> None:
    """The network ACL of the load balancer's subnets lets requests in, but no answers of the servers."""
    _move_inside(shop)
    _close(shop, *shop.network.public_subnets, ports=(80, 443))


def lose_the_appliance(shop: Shop) -> None:
    """An appliance inspected what went to the servers' subnet; it was deleted, and the route was forgotten."""
    _move_inside(shop)
    _route_to_what_is_gone(shop, SERVERS_SUBNET)


def lose_another_way(shop: Shop) -> None:
    """A route to a network that is long gone stayed; nothing of the site goes there."""
    _route_to_what_is_gone(shop, "172.31.0.0/16")


def remove_the_route(shop: Shop, finding: FindingReport | None = None) -> None:  # noqa: ARG001 - every repair has this signature
    """Whoever ran the appliance says that nothing takes its place."""
    shop.client("ec2").delete_route(RouteTableId=shop.network.public_routes, DestinationCidrBlock=SERVERS_SUBNET)


def deny_https_to_the_balancer(shop: Shop) -> None:
    """Somebody denies TCP 443 in the network ACL of the load balancer's subnets, before everything is allowed."""
    _deny_first(shop, Protocol="6", PortRange={"From": 443, "To": 443}, CidrBlock="0.0.0.0/0")


def deny_bad_addresses(shop: Shop) -> None:
    """A range that attacked the site is denied in the network ACL, before everything is allowed."""
    _deny_first(shop, Protocol="-1", CidrBlock="198.18.0.0/15")


def block_public_access(shop: Shop) -> None:
    """The account turns VPC Block Public Access on for the whole Region."""
    shop.world.aws.state.ec2.block_public_access("block-ingress")
    shop.world.ground.sync()


def exclude_the_balancers_subnets(shop: Shop, finding: FindingReport | None = None) -> None:  # noqa: ARG001 - every repair has this signature
    """It is on, with an exclusion for each of the load balancer's subnets."""
    shop.world.aws.state.ec2.block_public_access("block-ingress", *shop.network.public_subnets)
    shop.world.ground.sync()


def let_nothing_in_unasked(shop: Shop) -> None:
    """Whoever runs the firewalls puts one in front of the VPC that lets connections out only."""
    shop.world.aws.state.ec2.put_internet_firewall("outbound-only")
    shop.world.ground.sync()


def treat_the_balancers_subnets_apart(shop: Shop) -> None:
    """The firewall lets visitors in to the load balancer's subnets, inspected in one and past it in the other."""
    first, second = shop.network.public_subnets
    apart = {first: "bidirectional", second: "exclude"}
    shop.world.aws.state.ec2.put_internet_firewall("outbound-only", apart)
    shop.world.ground.sync()


def let_in_what_has_a_public_address(shop: Shop, finding: FindingReport | None = None) -> None:  # noqa: ARG001 - every repair has this signature
    """The firewall treats the load balancer's subnets as flexible: nodes with a public address are reached."""
    apart = dict.fromkeys(shop.network.public_subnets, "flexible")
    shop.world.aws.state.ec2.put_internet_firewall("outbound-only", apart)
    shop.world.ground.sync()


def delete_the_firewalls_endpoint(shop: Shop) -> None:
    """A firewall stood in front of the load balancer; its endpoint was deleted, and the routes were forgotten."""
    shop.builder.firewall(shop.network)
    ec2 = shop.client("ec2")
    made = [one["VpcEndpointId"] for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]]
    ec2.delete_vpc_endpoints(VpcEndpointIds=made)
    shop.world.ground.sync()


def put_another_endpoint_in_its_place(shop: Shop, finding: FindingReport | None = None) -> None:  # noqa: ARG001 - every repair has this signature
    """Whoever runs the firewall makes a new endpoint, and leads both directions through it."""
    ec2, network = shop.client("ec2"), shop.network
    (old,) = _of_gateway(shop)
    ec2.disassociate_route_table(AssociationId=old["Associations"][0]["RouteTableAssociationId"])
    shop.builder.firewall(network, subnet="10.0.101.0/28")
    shop.world.ground.sync()


def let_answers_pass_by_the_firewall(shop: Shop) -> None:
    """What comes in passes a firewall; somebody led the answers straight to the internet gateway again."""
    shop.builder.firewall(shop.network)
    _lead_answers(shop, GatewayId=shop.network.gateway)


def lead_answers_through_the_firewall(shop: Shop, finding: FindingReport | None = None) -> None:  # noqa: ARG001 - every repair has this signature
    """Whoever runs the firewall has it see both directions."""
    (endpoint,) = shop.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    _lead_answers(shop, VpcEndpointId=endpoint["VpcEndpointId"])


def forget_the_gateways_table(shop: Shop) -> None:
    """Answers pass a firewall; nobody led what comes in through it as well."""
    shop.builder.firewall(shop.network)
    ec2 = shop.client("ec2")
    (table,) = _of_gateway(shop)
    ec2.disassociate_route_table(AssociationId=table["Associations"][0]["RouteTableAssociationId"])
    shop.world.ground.sync()


def give_the_gateway_a_table(shop: Shop, finding: FindingReport | None = None) -> None:  # noqa: ARG001 - every repair has this signature
    """Whoever runs the firewall leads what comes in through it."""
    ec2, network = shop.client("ec2"), shop.network
    (endpoint,) = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    table = ec2.create_route_table(VpcId=network.vpc)["RouteTable"]["RouteTableId"]
    for one in ec2.describe_subnets(SubnetIds=network.public_subnets)["Subnets"]:
        ec2.create_route(
            RouteTableId=table, DestinationCidrBlock=one["CidrBlock"], VpcEndpointId=endpoint["VpcEndpointId"]
        )
    ec2.associate_route_table(RouteTableId=table, GatewayId=network.gateway)
    shop.world.ground.sync()


def _of_gateway(shop: Shop) -> list[Any]:
    """The route table that the internet gateway uses."""
    of_vpc = [{"Name": "vpc-id", "Values": [shop.network.vpc]}]
    tables = shop.client("ec2").describe_route_tables(Filters=of_vpc)["RouteTables"]
    return [one for one in tables if any(each.get("GatewayId") for each in one["Associations"])]


def _lead_answers(shop: Shop, **to: str) -> None:
    ec2, table = shop.client("ec2"), shop.network.public_routes
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock=WORLD)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=WORLD, **to)
    shop.world.ground.sync()


def _deny_first(shop: Shop, **what: object) -> None:
    """Put a denying entry before the others of the network ACL that all subnets share."""
    ec2 = shop.client("ec2")
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [shop.network.vpc]}])["NetworkAcls"]
    ec2.create_network_acl_entry(
        NetworkAclId=acl["NetworkAclId"], RuleNumber=50, Egress=False, RuleAction="deny", **what
    )


def _route_to_what_is_gone(shop: Shop, block: str) -> None:
    ec2 = shop.client("ec2")
    made = ec2.create_network_interface(SubnetId=shop.network.private_subnets[1])
    id_ = made["NetworkInterface"]["NetworkInterfaceId"]
    ec2.create_route(RouteTableId=shop.network.public_routes, DestinationCidrBlock=block, NetworkInterfaceId=id_)
    ec2.delete_network_interface(NetworkInterfaceId=id_)


def detach_the_gateway(shop: Shop) -> None:
    """Somebody detaches the internet gateway from the VPC; the routes to it stay."""
    shop.client("ec2").detach_internet_gateway(InternetGatewayId=shop.network.gateway, VpcId=shop.network.vpc)


def replace_the_gateway(shop: Shop) -> None:
    """Another internet gateway is attached in its place, and the routes still name the old one, which is deleted."""
    detach_the_gateway(shop)
    ec2 = shop.client("ec2")
    ec2.delete_internet_gateway(InternetGatewayId=shop.network.gateway)
    new = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=new, VpcId=shop.network.vpc)


def _move_inside(shop: Shop) -> None:
    """The server runs in a private subnet instead."""
    machine = shop.builder.instance(
        shop.network, private="10.0.11.10", public=False, subnet=shop.network.private_subnets[0]
    )
    shop.world.hosts.run(machine.id, one_server())
    shop.builder.register(shop.group, machine)
    targets = [{"Id": shop.machine.id}]
    shop.client("elbv2").deregister_targets(TargetGroupArn=shop.group, Targets=targets)


def _close(shop: Shop, *subnets: str, ports: tuple[int, int]) -> None:
    """Give subnets a network ACL of their own, which admits TCP to some ports and lets everything out."""
    ec2 = shop.client("ec2")
    acl = ec2.create_network_acl(VpcId=shop.network.vpc)["NetworkAcl"]["NetworkAclId"]
    everywhere = {"NetworkAclId": acl, "RuleNumber": 100, "CidrBlock": "0.0.0.0/0", "RuleAction": "allow"}
    ec2.create_network_acl_entry(**everywhere, Egress=True, Protocol="-1")
    ec2.create_network_acl_entry(**everywhere, Egress=False, Protocol="6", PortRange={"From": ports[0], "To": ports[1]})
    of_these = [{"Name": "association.subnet-id", "Values": list(subnets)}]
    for old in ec2.describe_network_acls(Filters=of_these)["NetworkAcls"]:
        for one in old["Associations"]:
            if one["SubnetId"] in subnets:
                ec2.replace_network_acl_association(AssociationId=one["NetworkAclAssociationId"], NetworkAclId=acl)


SCENARIOS = (
    Scenario(
        name="target-security-group",
        about=Text(
            en="The server's security group does not allow the load balancer on the traffic port.",
            ko="서버의 보안 그룹이 로드 밸런서에서 트래픽 포트로 오는 접속을 허용하지 않습니다.",
        ),
        plan=Plan(target_ports=(8080,)),
        expected=(
            cause("net-target-sg-blocks-traffic-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="host-firewall",
        about=Text(
            en="The server's own firewall opens port 22 only; the scan looks into the host.",
            ko="서버 자체의 방화벽이 22 포트만 허용합니다. 호스트 내부까지 점검합니다.",
        ),
        plan=Plan(then=(filter_at_the_host(22),)),
        expected=(
            cause("net-host-firewall"),
            effect("hc-timeout-path-blocked", LIKELY),
            effect("tg-all-unhealthy-fail-open"),
        ),
        options=LOOKS_INTO_HOSTS,
        repairs={"net-host-firewall": open_at_the_host},
    ),
    Scenario(
        name="host-firewall-open",
        about=Text(
            en="A trap: the server's own firewall drops everything but port 22 and the port of the site.",
            ko="함정: 서버 자체의 방화벽이 22 포트와 사이트의 포트만 허용합니다.",
        ),
        plan=Plan(then=(filter_at_the_host(22, 80),)),
        options=LOOKS_INTO_HOSTS,
    ),
    Scenario(
        name="dynamic-ports-closed",
        about=Text(
            en="The host chose the ports of two containers; the security group allows the container's own port only.",
            ko="호스트가 컨테이너 두 개의 포트를 골랐는데 보안 그룹은 컨테이너 자체의 포트만 허용합니다.",
        ),
        plan=Plan(then=(host_chooses(32801, 32802),)),
        expected=(
            cause("net-dynamic-port-range-closed"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="target-prefix-list",
        about=Text(
            en="The server's security group allows a prefix list only, and the load balancer's subnets are not in it.",
            ko="서버의 보안 그룹이 접두사 목록만 허용하는데, 로드 밸런서의 서브넷이 그 목록에 없습니다.",
        ),
        plan=Plan(target_ports=(), then=(admit_only_the_office,)),
        expected=(
            cause("net-target-sg-blocks-traffic-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="target-admits-old-balancer",
        about=Text(
            en="The server's security group allows the security group of the old load balancer, not of the new one.",
            ko="서버의 보안 그룹이 새 로드 밸런서가 아니라 예전 로드 밸런서의 보안 그룹을 허용합니다.",
        ),
        plan=Plan(target_ports=(), then=(admit_the_old_balancer,)),
        expected=(
            cause("net-target-sg-references-wrong-group"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="second-interface-open",
        about=Text(
            en="The server's second interface allows the load balancer; the primary one, where requests go, does not.",
            ko="서버의 두 번째 인터페이스는 로드 밸런서를 허용하지만, 요청이 가는 기본 인터페이스는 허용하지 않습니다.",
        ),
        plan=Plan(target_ports=(), then=(open_the_second_interface,)),
        expected=(
            cause("net-secondary-eni"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="health-check-port-blocked",
        about=Text(
            en="The server's security group allows the traffic port, but not the health check port.",
            ko="서버의 보안 그룹이 트래픽 포트는 허용하지만 상태 검사 포트는 허용하지 않습니다.",
        ),
        plan=Plan(
            group=Group(health={"HealthCheckPort": "8080"}),
            servers={80: apps.plain(), 8080: apps.plain()},
        ),
        expected=(
            cause("net-target-sg-blocks-hc-port", severity=WARNING),
            effect("hc-timeout-path-blocked", severity=WARNING),
            effect("tg-all-unhealthy-fail-open", severity=WARNING),
        ),
    ),
    Scenario(
        name="target-network-acl",
        about=Text(
            en="The network ACL of the server's subnet lets only https in; the load balancer sends plain HTTP.",
            ko="서버 서브넷의 네트워크 ACL이 https만 허용하는데 로드 밸런서는 평문 HTTP로 보냅니다.",
        ),
        plan=Plan(then=(close_the_targets_subnet,)),
        expected=(
            cause("net-nacl-target-side"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="balancer-network-acl",
        about=Text(
            en="The network ACL of the load balancer's subnets lets requests in, but not the servers' answers.",
            ko="로드 밸런서 서브넷의 네트워크 ACL이 요청은 허용하지만 서버의 응답은 허용하지 않습니다.",
        ),
        plan=Plan(then=(close_the_balancers_subnets,)),
        expected=(
            cause("net-nacl-alb-side-return"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
    ),
    Scenario(
        name="route-blackhole",
        about=Text(
            en="The load balancer's route table leads to the server's subnet through an appliance that was deleted.",
            ko="로드 밸런서의 라우팅 테이블이 서버 서브넷으로 가는 패킷을 이미 삭제된 어플라이언스로 보냅니다.",
        ),
        plan=Plan(then=(lose_the_appliance,)),
        expected=(
            cause("net-route-detoured-or-blackhole"),
            effect("hc-timeout-path-blocked", certainty=LIKELY),
            effect("tg-all-unhealthy-fail-open"),
        ),
        repairs={"net-route-detoured-or-blackhole": remove_the_route},
    ),
    Scenario(
        name="route-blackhole-elsewhere",
        about=Text(
            en="Nothing is wrong: a route to a network that the site does not use is a blackhole.",
            ko="문제가 없는 상태입니다. 사이트가 쓰지 않는 네트워크로 가는 경로만 블랙홀입니다.",
        ),
        plan=Plan(then=(lose_another_way,)),
    ),
    Scenario(
        name="client-network-acl",
        about=Text(
            en="The network ACL of the load balancer's subnets denies https from everybody; http is allowed.",
            ko="로드 밸런서 서브넷의 네트워크 ACL이 모든 클라이언트의 https를 거부합니다. http는 허용합니다.",
        ),
        plan=Plan(then=(deny_https_to_the_balancer,), visited=False),
        expected=(cause("net-nacl-client-side"), effect("tls-port-closed")),
    ),
    Scenario(
        name="client-network-acl-of-bad-addresses",
        about=Text(
            en="Nothing is wrong: the network ACL keeps a range of bad addresses out, and lets everybody else in.",
            ko="문제가 없는 상태입니다. 네트워크 ACL이 악성 주소 대역만 막고 나머지는 모두 허용합니다.",
        ),
        plan=Plan(then=(deny_bad_addresses,)),
    ),
    Scenario(
        name="internet-gateway-detached",
        about=Text(
            en="The internet gateway was detached from the VPC: nobody reaches the load balancer.",
            ko="인터넷 게이트웨이가 VPC에서 분리되어 아무도 로드 밸런서에 접속하지 못합니다.",
        ),
        plan=Plan(then=(detach_the_gateway,), visited=False),
        expected=(cause("net-igw-missing-or-detached"), effect("tls-port-closed")),
    ),
    Scenario(
        name="internet-gateway-replaced",
        about=Text(
            en="The VPC has a new internet gateway, and the route table still names the old one, which was deleted.",
            ko="VPC에 새 인터넷 게이트웨이가 있지만 라우팅 테이블은 삭제된 예전 게이트웨이를 가리킵니다.",
        ),
        plan=Plan(then=(replace_the_gateway,), visited=False),
        expected=(cause("net-igw-missing-or-detached"), effect("tls-port-closed")),
    ),
    Scenario(
        name="block-public-access",
        about=Text(
            en="VPC Block Public Access is on for the Region: nobody reaches the load balancer.",
            ko="리전에 VPC 퍼블릭 액세스 차단(BPA)이 켜져 있어 아무도 로드 밸런서에 접속하지 못합니다.",
        ),
        plan=Plan(then=(block_public_access,), visited=False),
        expected=(cause("net-vpc-block-public-access"), effect("tls-port-closed")),
        repairs={"net-vpc-block-public-access": exclude_the_balancers_subnets},
    ),
    Scenario(
        name="block-public-access-elsewhere",
        about=Text(
            en="Nothing is wrong: VPC Block Public Access is on, and the load balancer's subnets are excluded from it.",
            ko="문제가 없는 상태입니다. VPC 퍼블릭 액세스 차단이 켜져 있지만 로드 밸런서 서브넷은 제외되어 있습니다.",
        ),
        plan=Plan(then=(exclude_the_balancers_subnets,)),
    ),
    Scenario(
        name="internet-firewall-outbound-only",
        about=Text(
            en="The VPC's Automated Internet Firewall lets connections out only: nobody reaches the load balancer.",
            ko="VPC의 Automated Internet Firewall이 나가는 연결만 허용하여 아무도 로드 밸런서에 접속하지 못합니다.",
        ),
        plan=Plan(then=(let_nothing_in_unasked,), visited=False),
        expected=(cause("net-firewall-drops-inbound"), effect("tls-port-closed")),
        repairs={"net-firewall-drops-inbound": let_in_what_has_a_public_address},
    ),
    Scenario(
        name="firewall-endpoint-deleted",
        about=Text(
            en="Visitors were led through a firewall; its endpoint was deleted, and the routes still name it.",
            ko="방문자의 패킷이 방화벽을 거쳤는데, 방화벽 엔드포인트가 삭제된 뒤에도 경로가 그것을 가리킵니다.",
        ),
        plan=Plan(then=(delete_the_firewalls_endpoint,), visited=False),
        expected=(cause("net-firewall-drops-inbound"), effect("tls-port-closed")),
        repairs={"net-firewall-drops-inbound": put_another_endpoint_in_its_place},
    ),
    Scenario(
        name="firewall-sees-one-direction",
        about=Text(
            en="What comes in passes a firewall, and the answers do not: it gives up on every connection.",
            ko="들어오는 패킷은 방화벽을 거치는데 응답은 거치지 않아 방화벽이 모든 연결을 끊습니다.",
        ),
        plan=Plan(then=(let_answers_pass_by_the_firewall,), visited=False),
        expected=(cause("net-firewall-drops-inbound", LIKELY), effect("tls-port-closed")),
        repairs={"net-firewall-drops-inbound": lead_answers_through_the_firewall},
    ),
    Scenario(
        name="firewall-sees-answers-alone",
        about=Text(
            en="Answers pass a firewall; the internet gateway has no route table that leads visitors through it.",
            ko="응답은 방화벽을 거치는데, 방문자의 패킷을 방화벽으로 보내는 게이트웨이 라우팅 테이블이 없습니다.",
        ),
        plan=Plan(then=(forget_the_gateways_table,), visited=False),
        expected=(cause("net-firewall-drops-inbound", LIKELY), effect("tls-port-closed")),
        repairs={"net-firewall-drops-inbound": give_the_gateway_a_table},
    ),
    Scenario(
        name="internet-firewall-lets-visitors-in",
        about=Text(
            en="Nothing is wrong: the VPC's Automated Internet Firewall lets visitors in to the load balancer.",
            ko="문제가 없는 상태입니다. VPC의 Automated Internet Firewall이 로드 밸런서 서브넷에는 접속을 허용합니다.",
        ),
        plan=Plan(then=(treat_the_balancers_subnets_apart,)),
    ),
)
