"""Builders of AWS resources, of which scenarios are made; boto3 against the lab's endpoint, as anybody would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from albdoctor.lab.aws import AwsApi
from albdoctor.lab.aws_acm import validation_record
from albdoctor.lab.aws_ec2 import IMAGE
from albdoctor.lab.nameservers import EDGE_NAME

WORLD, WORLD_6 = "0.0.0.0/0", "::/0"
CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2"
"""Where aliases to CloudFront lead, in every account (API reference, AliasTarget)."""
ZONES = "ac"


@dataclass(frozen=True)
class Network:
    """A VPC with a public subnet in zones a and c, and private ones beside them."""

    vpc: str
    public_subnets: tuple[str, ...]
    """10.0.1.0/24 in zone a, 10.0.2.0/24 in zone c; the route table leads to the gateway."""
    private_subnets: tuple[str, ...]
    """10.0.11.0/24 in zone a, 10.0.12.0/24 in zone c; local routes only."""
    gateway: str
    public_routes: str
    private_routes: str
    balancer_group: str
    """Security group for balancers: 80 and 443 from the world, everything out."""
    target_group: str
    """Security group for targets: as `network` was asked."""


@dataclass(frozen=True)
class Machine:
    """An instance and its addresses."""

    id: str
    private: str
    public: str


@dataclass(frozen=True)
class BalancerBuilt:
    """A load balancer."""

    arn: str
    dns_name: str
    zone_id: str
    """`CanonicalHostedZoneId`, for alias records."""


@dataclass(frozen=True)
class ZoneBuilt:
    """A hosted zone; no name has a final dot."""

    id: str
    name: str
    name_servers: tuple[str, ...]


class Builder:
    """Makes resources in the lab's account and Region."""

    def __init__(self, api: AwsApi) -> None:
        """Build in an account."""
        self._api = api

    # --- network ---------------------------------------------------------------------------------------------

    def network(
        self,
        *,
        target_ports: Sequence[int] = (80, 443, 8080),
        world: bool = True,
        balancer_ports: Sequence[int] = (80, 443),
    ) -> Network:
        """Make a VPC; targets admit their ports from the world, or (world=False) from the balancer's group only."""
        ec2 = self._api.client("ec2")
        vpc: str = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        gateway: str = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        public = tuple(self.subnet(vpc, f"10.0.{n}.0/24", zone) for n, zone in enumerate(ZONES, start=1))
        private = tuple(self.subnet(vpc, f"10.0.{n}.0/24", zone) for n, zone in enumerate(ZONES, start=11))
        public_routes = self.route_table(vpc, public)
        ec2.create_route(RouteTableId=public_routes, DestinationCidrBlock=WORLD, GatewayId=gateway)
        private_routes = self.route_table(vpc, private)
        balancer_group = self.security_group(vpc, "alb", balancer_ports)
        from_balancer = {} if world else {"group": balancer_group}
        return Network(
            vpc=vpc,
            public_subnets=public,
            private_subnets=private,
            gateway=gateway,
            public_routes=public_routes,
            private_routes=private_routes,
            balancer_group=balancer_group,
            target_group=self.security_group(vpc, "web", target_ports, **from_balancer),
        )

    def subnet(self, vpc: str, cidr: str, zone: str) -> str:
        """Make a subnet in the zone with a letter of the Region."""
        made = self._api.client("ec2").create_subnet(
            VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{self._api.region}{zone}"
        )
        subnet: str = made["Subnet"]["SubnetId"]
        return subnet

    def route_table(self, vpc: str, subnets: Iterable[str]) -> str:
        """Make a route table with the local route only, for some subnets."""
        ec2 = self._api.client("ec2")
        table: str = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        for subnet in subnets:
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        return table

    def ipv6(self, network: Network) -> None:
        """Give the public subnets IPv6 blocks (RFC 3849), the way out and the network ACL that a VPC with one has."""
        ec2 = self._api.client("ec2")
        for number, subnet in enumerate(network.public_subnets, start=1):
            ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=f"2001:db8:0:{number}::/64")
        way = {"DestinationIpv6CidrBlock": WORLD_6, "GatewayId": network.gateway}
        ec2.create_route(RouteTableId=network.public_routes, **way)
        (acl,) = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["NetworkAcls"]
        for egress in (True, False):
            ec2.create_network_acl_entry(
                NetworkAclId=acl["NetworkAclId"],
                RuleNumber=101,
                Protocol="-1",
                RuleAction="allow",
                Egress=egress,
                Ipv6CidrBlock=WORLD_6,
            )

    def firewall(self, network: Network, subnet: str = "10.0.100.0/28") -> str:
        """Put a firewall's endpoint between public subnets and gateway; give the route table that leads back to it."""
        ec2 = self._api.client("ec2")
        own = self.subnet(network.vpc, subnet, "a")
        out = self.route_table(network.vpc, [own])
        ec2.create_route(RouteTableId=out, DestinationCidrBlock=WORLD, GatewayId=network.gateway)
        endpoint: str = ec2.create_vpc_endpoint(
            VpcId=network.vpc,
            VpcEndpointType="GatewayLoadBalancer",
            ServiceName=f"com.amazonaws.vpce.{self._api.region}.vpce-svc-0a1b2c3d4e5f60718",
            SubnetIds=[own],
        )["VpcEndpoint"]["VpcEndpointId"]
        back = self.route_table(network.vpc, ())
        ec2.associate_route_table(RouteTableId=back, GatewayId=network.gateway)
        for one in ec2.describe_subnets(SubnetIds=list(network.public_subnets))["Subnets"]:
            ec2.create_route(RouteTableId=back, DestinationCidrBlock=one["CidrBlock"], VpcEndpointId=endpoint)
        ec2.delete_route(RouteTableId=network.public_routes, DestinationCidrBlock=WORLD)
        ec2.create_route(RouteTableId=network.public_routes, DestinationCidrBlock=WORLD, VpcEndpointId=endpoint)
        return back

    def security_group(self, vpc: str, name: str, ports: Sequence[int], *, cidr: str = WORLD, group: str = "") -> str:
        """Make a security group that admits TCP ports from a CIDR block, or from another group; all out."""
        ec2 = self._api.client("ec2")
        made: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        self.admit(made, ports, cidr=cidr, group=group)
        return made

    def admit(self, security_group: str, ports: Sequence[int], *, cidr: str = WORLD, group: str = "") -> None:
        """Let a security group admit more."""
        source: dict[str, Any] = (
            {"UserIdGroupPairs": [{"GroupId": group}]} if group else {"IpRanges": [{"CidrIp": cidr}]}
        )
        permissions = [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port} | source for port in ports]
        if permissions:
            self._api.client("ec2").authorize_security_group_ingress(GroupId=security_group, IpPermissions=permissions)

    def instance(
        self,
        network: Network,
        *,
        private: str = "10.0.1.10",
        public: bool = True,
        subnet: str = "",
        state: str = "running",
    ) -> Machine:
        """Run an instance in the first public subnet (10.0.1.x) or another; `state` may be "stopped"."""
        ec2 = self._api.client("ec2")
        interface = {
            "DeviceIndex": 0,
            "SubnetId": subnet or network.public_subnets[0],
            "PrivateIpAddress": private,
            "AssociatePublicIpAddress": public,
            "Groups": [network.target_group],
        }
        run = ec2.run_instances(
            ImageId=IMAGE, MinCount=1, MaxCount=1, InstanceType="t3.small", NetworkInterfaces=[interface]
        )
        made = run["Instances"][0]
        machine = Machine(made["InstanceId"], made["PrivateIpAddress"], made.get("PublicIpAddress", ""))
        if state == "stopped":
            self.stop(machine)
        return machine

    def stop(self, machine: Machine) -> None:
        """Stop an instance."""
        self._api.client("ec2").stop_instances(InstanceIds=[machine.id])

    # --- load balancer ---------------------------------------------------------------------------------------

    def balancer(
        self,
        network: Network,
        *,
        name: str = "web",
        internal: bool = False,
        subnets: Sequence[str] = (),
        security_groups: Sequence[str] = (),
    ) -> BalancerBuilt:
        """Make an internet-facing (or internal) load balancer in the public subnets, or others."""
        made = self._api.client("elbv2").create_load_balancer(
            Name=name,
            Type="application",
            Scheme="internal" if internal else "internet-facing",
            Subnets=list(subnets or network.public_subnets),
            SecurityGroups=list(security_groups or (network.balancer_group,)),
        )["LoadBalancers"][0]
        return BalancerBuilt(made["LoadBalancerArn"], made["DNSName"], made["CanonicalHostedZoneId"])

    def network_balancer(self, network: Network, behind: BalancerBuilt, ports: Iterable[int]) -> BalancerBuilt:
        """Make an internet-facing Network Load Balancer that passes these ports on to another load balancer."""
        elb = self._api.client("elbv2")
        subnets = list(network.public_subnets)
        made = elb.create_load_balancer(Name="edge", Type="network", Scheme="internet-facing", Subnets=subnets)
        built = made["LoadBalancers"][0]
        for port in ports:
            group = self.target_group(
                network, name=f"edge-{port}", protocol="TCP", port=port, TargetType="alb", HealthCheckProtocol="HTTP"
            )
            elb.register_targets(TargetGroupArn=group, Targets=[{"Id": behind.arn, "Port": port}])
            actions, arn = [forward(group)], built["LoadBalancerArn"]
            elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=port, DefaultActions=actions)
        return BalancerBuilt(built["LoadBalancerArn"], built["DNSName"], built["CanonicalHostedZoneId"])

    def target_group(
        self,
        network: Network,
        targets: Sequence[Machine | tuple[Machine, int]] = (),
        *,
        name: str = "web",
        protocol: str = "HTTP",
        port: int = 80,
        **fields: object,
    ) -> str:
        """Make a group of instances, register targets (a running one, or with a port of its own); give its ARN.

        `fields` go to CreateTargetGroup as they are: HealthCheckPath="/health", Matcher={"HttpCode": "200,302"}.
        """
        elb = self._api.client("elbv2")
        made = elb.create_target_group(Name=name, Protocol=protocol, Port=port, VpcId=network.vpc, **fields)
        arn: str = made["TargetGroups"][0]["TargetGroupArn"]
        self.register(arn, *targets)
        return arn

    def register(self, group: str, *targets: Machine | tuple[Machine, int]) -> None:
        """Register targets; each instance must run at that moment."""
        listed = [
            {"Id": target.id} if isinstance(target, Machine) else {"Id": target[0].id, "Port": target[1]}
            for target in targets
        ]
        if listed:
            self._api.client("elbv2").register_targets(TargetGroupArn=group, Targets=listed)

    def listener(
        self,
        balancer: BalancerBuilt,
        action: Mapping[str, Any] | str,
        *,
        port: int = 443,
        certificate: str = "",
        sni: Sequence[str] = (),
    ) -> str:
        """Make a listener, HTTPS with a certificate, else HTTP; `action` may be a group's ARN. Give its ARN."""
        elb = self._api.client("elbv2")
        secure: dict[str, Any] = {
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "Certificates": [{"CertificateArn": certificate}],
        }
        made = elb.create_listener(
            LoadBalancerArn=balancer.arn,
            Protocol="HTTPS" if certificate else "HTTP",
            Port=port,
            DefaultActions=[forward(action) if isinstance(action, str) else dict(action)],
            **(secure if certificate else {}),
        )
        arn: str = made["Listeners"][0]["ListenerArn"]
        if sni:
            elb.add_listener_certificates(ListenerArn=arn, Certificates=[{"CertificateArn": one} for one in sni])
        return arn

    def rule(
        self,
        listener: str,
        action: Mapping[str, Any] | str,
        *,
        priority: int = 10,
        hosts: Sequence[str] = (),
        paths: Sequence[str] = (),
        conditions: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Make a rule; hosts and paths are short for the two common conditions; give its ARN."""
        listed = [dict(one) for one in conditions]
        if hosts:
            listed.append({"Field": "host-header", "HostHeaderConfig": {"Values": list(hosts)}})
        if paths:
            listed.append({"Field": "path-pattern", "PathPatternConfig": {"Values": list(paths)}})
        made = self._api.client("elbv2").create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=listed,
            Actions=[forward(action) if isinstance(action, str) else dict(action)],
        )
        arn: str = made["Rules"][0]["RuleArn"]
        return arn

    # --- names and certificates ------------------------------------------------------------------------------

    def certificate(self, names: Sequence[str], *, issued: bool = True, region: str = "") -> str:
        """Request a certificate; issued=True: it was validated earlier. Give its ARN."""
        request: dict[str, Any] = {"DomainName": names[0], "ValidationMethod": "DNS"}
        if names[1:]:
            request["SubjectAlternativeNames"] = list(names)
        arn: str = self._api.client("acm", region or None).request_certificate(**request)["CertificateArn"]
        if issued:
            self._api.issue(arn)
        return arn

    def zone(self, name: str, *, private: bool = False, network: Network | None = None) -> ZoneBuilt:
        """Make a hosted zone; a private one hangs on the network's VPC."""
        route53 = self._api.client("route53")
        request: dict[str, Any] = {"Name": name, "CallerReference": f"{name}-{len(self._api.requests)}"}
        if private:
            request["HostedZoneConfig"] = {"PrivateZone": True}
            if network:
                request["VPC"] = {"VPCRegion": self._api.region, "VPCId": network.vpc}
        made = route53.create_hosted_zone(**request)
        servers = made.get("DelegationSet", {}).get("NameServers", ())
        return ZoneBuilt(made["HostedZone"]["Id"].removeprefix("/hostedzone/"), name, tuple(servers))

    def record(self, zone: ZoneBuilt, name: str, type_: str, *values: str, ttl: int = 300) -> None:
        """Write a record set (UPSERT)."""
        self._change(
            zone, {"Name": name, "Type": type_, "TTL": ttl, "ResourceRecords": [{"Value": value} for value in values]}
        )

    def alias(self, zone: ZoneBuilt, name: str, balancer: BalancerBuilt, *, type_: str = "A", **fields: object) -> None:
        """Point a name at a balancer, as the console does (with `dualstack.`).

        `fields` go into the record set as they are: SetIdentifier="first", Failover="PRIMARY".
        """
        target = {
            "HostedZoneId": balancer.zone_id,
            "DNSName": f"dualstack.{balancer.dns_name}",
            "EvaluateTargetHealth": True,
        }
        self._change(zone, {"Name": name, "Type": type_, "AliasTarget": target, **fields})

    def alias_to_edge(self, zone: ZoneBuilt, name: str) -> None:
        """Point a name at the lab's CloudFront distribution."""
        target = {"HostedZoneId": CLOUDFRONT_ZONE, "DNSName": EDGE_NAME, "EvaluateTargetHealth": False}
        self._change(zone, {"Name": name, "Type": "A", "AliasTarget": target})

    def validation_records(self, zone: ZoneBuilt, names: Sequence[str]) -> None:
        """Write the CNAMEs that prove control of a certificate's names."""
        for record in {name.removeprefix("*."): validation_record(name) for name in names}.values():
            self.record(zone, record["Name"], "CNAME", record["Value"])

    def _change(self, zone: ZoneBuilt, record: Mapping[str, Any]) -> None:
        changes = [{"Action": "UPSERT", "ResourceRecordSet": dict(record)}]
        self._api.client("route53").change_resource_record_sets(HostedZoneId=zone.id, ChangeBatch={"Changes": changes})


def forward(*groups: str) -> dict[str, Any]:
    """A forward action to groups, each with weight 1."""
    if len(groups) == 1:
        return {"Type": "forward", "TargetGroupArn": groups[0]}
    return weighted(dict.fromkeys(groups, 1))


def weighted(weights: Mapping[str, int]) -> dict[str, Any]:
    """A forward action to groups with these weights."""
    listed = [{"TargetGroupArn": group, "Weight": weight} for group, weight in weights.items()]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": listed}}


def redirect(**fields: str) -> dict[str, Any]:
    """A redirect action, to https on 443 with 301 unless fields say otherwise."""
    return {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"} | fields,
    }


def fixed_response(status: int = 404, body: str = "") -> dict[str, Any]:
    """A fixed response action."""
    return {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": str(status), "ContentType": "text/plain", "MessageBody": body},
    }
