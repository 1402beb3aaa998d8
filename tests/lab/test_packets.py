"""Which packets pass, judged over a network that is changed rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from albdoctor.lab.aws import AwsApi
from albdoctor.lab.build import Builder, Network
from albdoctor.lab.packets import CLIENT_6, Packets
from albdoctor.lab.state import Instance, Interface

pytestmark = pytest.mark.process


class Net:
    """A network with a balancer and an instance, and the ways between them."""

    def __init__(self, api: AwsApi) -> None:
        """Build it."""
        self.ec2, self.elb = api.client("ec2"), api.client("elbv2")
        self.build = Builder(api)
        self.network: Network = self.build.network()
        machine = self.build.instance(self.network)
        self.build.balancer(self.network)
        self.state = api.state
        self.packets = Packets(api.state)
        self.machine = machine.id

    @property
    def nodes(self) -> tuple[Interface, ...]:
        return self.state.balancers()[0].nodes

    @property
    def instance(self) -> Instance:
        found = self.state.instance(self.machine)
        assert found
        return found

    def ways(self, port: int = 80) -> tuple[bool, bool, bool]:
        """Client to node, node (of the other zone) to instance, client to instance."""
        return (
            self.packets.client_to_node(self.nodes[0], port),
            self.packets.node_to_instance(self.nodes[1], self.instance, port),
            self.packets.client_to_instance(self.instance, port),
        )

    def revoke(self, group: str, port: int) -> None:
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        self.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[permission])

    def acl(self, subnet: str) -> str:
        """A new ACL that lets nothing pass, on a subnet."""
        made: str = self.ec2.create_network_acl(VpcId=self.network.vpc)["NetworkAcl"]["NetworkAclId"]
        wanted = [{"Name": "association.subnet-id", "Values": [subnet]}]
        before = self.ec2.describe_network_acls(Filters=wanted)["NetworkAcls"][0]["Associations"]
        association = next(one["NetworkAclAssociationId"] for one in before if one["SubnetId"] == subnet)
        self.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=made)
        return made

    def entry(self, acl: str, number: int, action: str, *, egress: bool, ports: tuple[int, int] | None = None) -> None:
        ranged: dict[str, Any] = {"PortRange": {"From": ports[0], "To": ports[1]}} if ports else {}
        self.ec2.create_network_acl_entry(
            NetworkAclId=acl,
            RuleNumber=number,
            Protocol="6" if ports else "-1",
            RuleAction=action,
            Egress=egress,
            CidrBlock="0.0.0.0/0",
            **ranged,
        )


@pytest.fixture
def net() -> Iterator[Net]:
    with AwsApi() as api:
        yield Net(api)


def test_sound_network_lets_everything_through(net: Net) -> None:
    assert net.ways() == (True, True, True)
    assert net.ways(22) == (False, False, False)


def test_balancer_security_group(net: Net) -> None:
    net.revoke(net.network.balancer_group, 80)
    assert net.ways() == (False, True, True)
    net.build.admit(net.network.balancer_group, [80], cidr="192.0.2.0/24")
    assert net.ways() == (True, True, True)


def test_balancer_security_group_of_somebody_else(net: Net) -> None:
    net.revoke(net.network.balancer_group, 80)
    net.build.admit(net.network.balancer_group, [80], cidr="203.0.113.0/24")
    assert net.ways() == (False, True, True)


def test_target_security_group_by_reference(net: Net) -> None:
    net.revoke(net.network.target_group, 80)
    assert net.ways() == (True, False, False)
    net.build.admit(net.network.target_group, [80], group=net.network.balancer_group)
    assert net.ways() == (True, True, False)


def test_target_security_group_by_prefix_list(net: Net) -> None:
    net.revoke(net.network.target_group, 80)
    made = net.ec2.create_managed_prefix_list(
        PrefixListName="nodes", AddressFamily="IPv4", MaxEntries=2, Entries=[{"Cidr": "10.0.0.0/20"}]
    )
    permission = {
        "IpProtocol": "tcp",
        "FromPort": 80,
        "ToPort": 80,
        "PrefixListIds": [{"PrefixListId": made["PrefixList"]["PrefixListId"]}],
    }
    net.ec2.authorize_security_group_ingress(GroupId=net.network.target_group, IpPermissions=[permission])
    assert net.ways() == (True, True, False)


def test_balancer_security_group_without_egress(net: Net) -> None:
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    net.ec2.revoke_security_group_egress(GroupId=net.network.balancer_group, IpPermissions=[everything])
    assert net.ways() == (True, False, True)


def test_subnet_without_a_way_to_the_internet(net: Net) -> None:
    net.ec2.delete_route(RouteTableId=net.network.public_routes, DestinationCidrBlock="0.0.0.0/0")
    assert net.ways() == (False, True, False)


def test_over_ipv6_its_own_rules_routes_and_entries_decide(net: Net) -> None:
    def reached() -> tuple[bool, bool]:
        node = net.nodes[0]
        return net.packets.client_to_node(node, 443), net.packets.client_to_node(node, 443, CLIENT_6)

    net.build.ipv6(net.network)
    assert reached() == (True, False)
    name = net.state.balancers()[0].arn
    net.elb.set_ip_address_type(LoadBalancerArn=name, IpAddressType="dualstack")
    assert reached() == (True, False), "the security group admits IPv4 only"
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    net.ec2.authorize_security_group_ingress(GroupId=net.network.balancer_group, IpPermissions=[permission])
    assert reached() == (True, True)
    net.elb.set_ip_address_type(LoadBalancerArn=name, IpAddressType="dualstack-without-public-ipv4")
    assert reached() == (False, True)
    assert net.state.balancer_addresses(net.state.balancers()[0].dns_name) == ("2001:db8:0:1::c8", "2001:db8:0:2::c8")
    net.ec2.delete_route(RouteTableId=net.network.public_routes, DestinationIpv6CidrBlock="::/0")
    assert reached() == (False, False)


def test_firewall_passes_what_the_gateway_leads_back_to_it(net: Net) -> None:
    back = net.build.firewall(net.network)
    assert net.ways() == (True, True, True)
    net.ec2.delete_route(RouteTableId=back, DestinationCidrBlock="10.0.1.0/24")
    assert net.ways() == (False, True, False)


def test_firewall_gives_up_on_connections_of_which_it_sees_one_direction(net: Net) -> None:
    net.build.firewall(net.network)
    way = {"RouteTableId": net.network.public_routes, "DestinationCidrBlock": "0.0.0.0/0"}
    net.ec2.delete_route(**way)
    net.ec2.create_route(**way, GatewayId=net.network.gateway)
    assert net.ways() == (False, True, False)


def test_deleted_endpoint_is_a_blackhole_in_both_directions(net: Net) -> None:
    back = net.build.firewall(net.network)
    (made,) = net.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    net.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert net.ways() == (False, True, False)
    for table in (back, net.network.public_routes):
        (told,) = net.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        assert {one["State"] for one in told["Routes"] if one.get("GatewayId") == made["VpcEndpointId"]} == {
            "blackhole"
        }


def test_client_whose_own_network_is_shut_reaches_nothing(net: Net) -> None:
    net.packets.client_is_shut_in = True
    assert net.ways() == (False, True, False)


def test_detached_gateway_leads_nowhere(net: Net) -> None:
    net.ec2.detach_internet_gateway(InternetGatewayId=net.network.gateway, VpcId=net.network.vpc)
    assert net.ways() == (False, True, False)


@pytest.mark.parametrize("mode", ["block-ingress", "block-bidirectional"])
def test_block_public_access_drops_what_comes_from_outside(net: Net, mode: str) -> None:
    net.state.ec2.block_public_access(mode)
    assert net.ways() == (False, True, False)
    net.state.ec2.block_public_access(mode, *net.network.public_subnets)
    assert net.ways() == (True, True, True)
    told = {
        one["SubnetId"]: one["BlockPublicAccessStates"]["InternetGatewayBlockMode"]
        for one in net.ec2.describe_subnets()["Subnets"]
    }
    assert told == dict.fromkeys(net.network.public_subnets, "off") | dict.fromkeys(net.network.private_subnets, mode)


def test_internet_firewall_that_lets_connections_out_only_drops_what_comes_from_outside(net: Net) -> None:
    net.state.ec2.put_internet_firewall("outbound-only")
    assert net.ways() == (False, True, False)


@pytest.mark.parametrize("treatment", ["flexible", "bidirectional", "exclude", "az-unsupported"])
def test_internet_firewall_admits_what_it_treats_otherwise(net: Net, treatment: str) -> None:
    apart = dict.fromkeys(net.network.public_subnets, treatment)
    net.state.ec2.put_internet_firewall("outbound-only", apart)
    assert net.ways() == (True, True, True)
    told = {one["SubnetId"]: one["NetworkFirewallConnectivityType"] for one in net.ec2.describe_subnets()["Subnets"]}
    assert told == apart | dict.fromkeys(net.network.private_subnets, "outbound-only")


def test_subnets_tell_no_treatment_without_an_internet_firewall(net: Net) -> None:
    assert all("NetworkFirewallConnectivityType" not in one for one in net.ec2.describe_subnets()["Subnets"])


def test_more_specific_route_wins(net: Net) -> None:
    net.ec2.create_route(
        RouteTableId=net.network.public_routes,
        DestinationCidrBlock="192.0.2.0/24",
        NetworkInterfaceId=net.state.ec2.get_instance(net.machine).nics[0].id,
    )
    assert net.ways() == (False, True, False)


def test_subnet_without_a_table_uses_the_main_one(net: Net) -> None:
    wanted = [{"Name": "association.subnet-id", "Values": [net.network.public_subnets[0]]}]
    table = net.ec2.describe_route_tables(Filters=wanted)["RouteTables"][0]
    for association in table["Associations"]:
        net.ec2.disassociate_route_table(AssociationId=association["RouteTableAssociationId"])
    assert net.ways() == (False, True, False)


def test_acl_is_stateless_and_the_lowest_number_decides(net: Net) -> None:
    acl = net.acl(net.network.public_subnets[0])
    assert net.ways() == (False, False, False)
    net.entry(acl, 100, "allow", egress=False)
    assert net.ways() == (False, False, False)
    net.entry(acl, 100, "allow", egress=True, ports=(1024, 65535))
    assert net.ways() == (True, True, True)
    net.entry(acl, 90, "deny", egress=False, ports=(80, 80))
    assert net.ways() == (False, False, False)
    assert net.ways(443) == (True, True, True)


def test_acl_does_not_act_inside_a_subnet(net: Net) -> None:
    net.acl(net.network.public_subnets[0])
    assert net.packets.node_to_instance(net.nodes[0], net.instance, 80)


def test_stopped_instance_gets_nothing(net: Net) -> None:
    net.ec2.stop_instances(InstanceIds=[net.machine])
    assert net.ways() == (True, False, False)
