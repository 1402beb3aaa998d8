"""The site of tests/kinds with the load balancer, the network and the targets of a CloudFormation stack.

What the template leaves open is what CloudFormation and Elastic Load Balancing fill in; all targets are healthy.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator

from tests.kinds.site import ADDRESSES, CERTIFICATE, WEB, WEB_NAME, Change, of
from tests.kinds.site import GROUP as GROUP_OF_SITE
from tests.support.cloudformation import ACCOUNT, DNS, REGION, Raw, Stack

ALL_OUT = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}
"""What EC2 lets out of a security group for which nothing else is said."""
FILLED_IN = {
    "Protocol": "#{protocol}",
    "Port": "#{port}",
    "Host": "#{host}",
    "Path": "/#{path}",
    "Query": "#{query}",
}
"""What a redirect keeps unless it is told otherwise."""
DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
ELSEWHERE = "sg-0elsewhere"
"""The security group of servers that the template names by their addresses alone; it admits the whole VPC."""
SCALING_ARN = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName"
EPHEMERAL = 32768
"""The first port that a host hands out to a container in bridge mode."""


def deployed(template: Raw) -> Change:
    """Put the stack in the place of the site's load balancer, and all that belongs to it."""
    stack = Stack(template)

    def make(raw: Raw) -> None:
        for name, things in {**_network(stack), **_balancer(stack), **_owners(stack)}.items():
            raw[name] = {"state": "known", "value": things}
        raw["network_interfaces"]["value"] = [*_nodes(stack), *_interfaces(stack)]
        (balancer,) = of(raw, "load_balancers")
        groups = [one["TargetGroupArn"] for one in of(raw, "target_groups")]
        renamed = {WEB: balancer["LoadBalancerArn"], WEB_NAME: DNS, GROUP_OF_SITE: groups[0]}
        renamed |= {CERTIFICATE: arn for arn in dict(stack.of("CertificateManager::Certificate"))}  # noqa: B035 - one
        for group in ("certificates", "leads", "record_sets", "metrics"):
            text = json.dumps(raw[group])
            for old, new in renamed.items():
                text = text.replace(old, new)
            raw[group] = json.loads(text)

    return make


# --- network ----------------------------------------------------------------------------------------------------------


def _network(stack: Stack) -> Raw:
    subnets = dict(stack.of("EC2::Subnet"))
    ((vpc, block),) = ((id_, told["CidrBlock"]) for id_, told in stack.of("EC2::VPC"))
    everything = [
        {"RuleNumber": number, "Protocol": "-1", "RuleAction": "allow", "Egress": egress, key: block}
        for egress in (False, True)
        for number, key, block in ((100, "CidrBlock", "0.0.0.0/0"), (101, "Ipv6CidrBlock", "::/0"))
    ]
    return {
        "subnets": [
            {
                "SubnetId": id_,
                "VpcId": vpc,
                "CidrBlock": told["CidrBlock"],
                "AvailabilityZone": told["AvailabilityZone"],
                "AvailableIpAddressCount": 16000,
            }
            for id_, told in subnets.items()
        ],
        "network_acls": [
            {
                "NetworkAclId": "acl-0default",
                "VpcId": vpc,
                "IsDefault": True,
                "Entries": everything,
                "Associations": [{"SubnetId": id_} for id_ in subnets],
            }
        ],
        "route_tables": [
            {"RouteTableId": "rtb-0main", "VpcId": vpc, "Routes": [_local(stack)], "Associations": [{"Main": True}]},
            *(_table(stack, vpc, id_) for id_, _ in stack.of("EC2::RouteTable")),
        ],
        "internet_gateways": [
            {
                "InternetGatewayId": told["InternetGatewayId"],
                "Attachments": [{"State": "available", "VpcId": told["VpcId"]}],
            }
            for _, told in stack.of("EC2::VPCGatewayAttachment")
        ],
        "security_groups": [
            *(_security_group(stack, vpc, id_, told) for id_, told in stack.of("EC2::SecurityGroup")),
            _security_group(stack, vpc, ELSEWHERE, {"SecurityGroupIngress": [{"IpProtocol": "-1", "CidrIp": block}]}),
        ],
    }


def _local(stack: Stack) -> Raw:
    ((_, vpc),) = stack.of("EC2::VPC")
    return {"DestinationCidrBlock": vpc["CidrBlock"], "GatewayId": "local", "State": "active"}


def _table(stack: Stack, vpc: str, id_: str) -> Raw:
    routes = [told for _, told in stack.of("EC2::Route") if told["RouteTableId"] == id_]
    associations = [told for _, told in stack.of("EC2::SubnetRouteTableAssociation") if told["RouteTableId"] == id_]
    return {
        "RouteTableId": id_,
        "VpcId": vpc,
        "Routes": [_local(stack), *({**told, "State": "active"} for told in routes)],
        "Associations": [{"Main": False, "SubnetId": told["SubnetId"]} for told in associations],
    }


def _security_group(stack: Stack, vpc: str, id_: str, told: Raw) -> Raw:
    more = {
        way: [rule for _, rule in stack.of(f"EC2::SecurityGroup{way}") if rule["GroupId"] == id_]
        for way in ("Ingress", "Egress")
    }
    inbound = [*told.get("SecurityGroupIngress", ()), *more["Ingress"]]
    outbound = [*told.get("SecurityGroupEgress", ()), *more["Egress"]] or [ALL_OUT]
    return {
        "GroupId": id_,
        "GroupName": id_,
        "VpcId": vpc,
        "IpPermissions": [_permission(one) for one in inbound],
        "IpPermissionsEgress": [_permission(one) for one in outbound],
    }


def _permission(rule: Raw) -> Raw:
    other = rule.get("SourceSecurityGroupId") or rule.get("DestinationSecurityGroupId")
    return {
        "IpProtocol": rule["IpProtocol"],
        "FromPort": rule.get("FromPort"),
        "ToPort": rule.get("ToPort"),
        "IpRanges": [{"CidrIp": rule["CidrIp"]}] if "CidrIp" in rule else [],
        "Ipv6Ranges": [{"CidrIpv6": rule["CidrIpv6"]}] if "CidrIpv6" in rule else [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [{"GroupId": other}] if other else [],
    }


# --- load balancer ----------------------------------------------------------------------------------------------------


def _balancer(stack: Stack) -> Raw:
    ((arn, told),) = stack.of("ElasticLoadBalancingV2::LoadBalancer")
    subnets = dict(stack.of("EC2::Subnet"))
    listeners = [_listener(id_, one) for id_, one in stack.of("ElasticLoadBalancingV2::Listener")]
    groups = list(stack.of("ElasticLoadBalancingV2::TargetGroup"))
    return {
        "load_balancers": [
            {
                "LoadBalancerArn": arn,
                "LoadBalancerName": "shop",
                "DNSName": DNS,
                "CanonicalHostedZoneId": "ZWKZPGTI48KDX",
                "Scheme": told["Scheme"],
                "VpcId": subnets[told["Subnets"][0]]["VpcId"],
                "State": {"Code": "active"},
                "Type": told["Type"],
                "IpAddressType": told.get("IpAddressType", "ipv4"),
                "AvailabilityZones": [
                    {"ZoneName": subnets[one]["AvailabilityZone"], "SubnetId": one} for one in told["Subnets"]
                ],
                "SecurityGroups": told["SecurityGroups"],
            }
        ],
        "listeners": listeners,
        "listeners_certificates": [
            {
                "listener_arn": one["ListenerArn"],
                "certificates": [{**each, "IsDefault": True} for each in one["Certificates"]],
            }
            for one in listeners
            if one["Protocol"] == "HTTPS"
        ],
        "rules": [
            *(_default_rule(one) for one in listeners),
            *(_rule(id_, one) for id_, one in stack.of("ElasticLoadBalancingV2::ListenerRule")),
        ],
        "target_groups": [_group(id_, one, arn) for id_, one in groups],
        "groups_health": [
            {"target_group_arn": id_, "targets": {"state": "known", "value": list(_targets(stack, id_, one))}}
            for id_, one in groups
        ],
    }


def _listener(arn: str, told: Raw) -> Raw:
    return {
        "ListenerArn": arn,
        "LoadBalancerArn": told["LoadBalancerArn"],
        "Port": told["Port"],
        "Protocol": told["Protocol"],
        "SslPolicy": told.get("SslPolicy", DEFAULT_POLICY if told["Protocol"] == "HTTPS" else ""),
        "Certificates": told.get("Certificates", []),
        "DefaultActions": [_action(one) for one in told["DefaultActions"]],
    }


def _action(told: Raw) -> Raw:
    """What the API answers of an action; a template may leave out what has a default."""
    filled = {"Order": 1, **told}
    if told["Type"] == "redirect":
        filled["RedirectConfig"] = FILLED_IN | told["RedirectConfig"]
    if told["Type"] == "forward" and "ForwardConfig" not in told:
        filled["ForwardConfig"] = {"TargetGroups": [{"TargetGroupArn": told["TargetGroupArn"], "Weight": 1}]}
    return filled


def _default_rule(listener: Raw) -> Raw:
    return {
        "RuleArn": listener["ListenerArn"].replace(":listener/", ":listener-rule/") + "/0000000000000000",
        "Priority": "default",
        "Conditions": [],
        "Actions": listener["DefaultActions"],
        "IsDefault": True,
        "ListenerArn": listener["ListenerArn"],
    }


def _rule(arn: str, told: Raw) -> Raw:
    return {
        "RuleArn": arn,
        "Priority": str(told["Priority"]),
        "Conditions": told["Conditions"],
        "Actions": [_action(one) for one in told["Actions"]],
        "IsDefault": False,
        "ListenerArn": told["ListenerArn"],
    }


def _group(arn: str, told: Raw, balancer: str) -> Raw:
    kind = told.get("TargetType", "instance")
    on_network = (
        {} if kind == "lambda" else {"Protocol": told["Protocol"], "Port": told["Port"], "VpcId": told["VpcId"]}
    )
    checked = {} if kind == "lambda" else {"HealthCheckProtocol": "HTTP", "HealthCheckPort": "traffic-port"}
    return {
        "TargetGroupArn": arn,
        "TargetGroupName": arn.split("/")[1],
        **on_network,
        "ProtocolVersion": told.get("ProtocolVersion", "HTTP1"),
        "HealthCheckEnabled": told.get("HealthCheckEnabled", kind != "lambda"),
        **checked,
        "HealthCheckPath": told.get("HealthCheckPath", "/"),
        "HealthCheckIntervalSeconds": 30,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 5,
        "UnhealthyThresholdCount": 2,
        "Matcher": {"HttpCode": told.get("Matcher", {}).get("HttpCode", "200")},
        "LoadBalancerArns": [balancer],
        "TargetType": kind,
        "IpAddressType": "ipv4",
    }


# --- targets ----------------------------------------------------------------------------------------------------------


def _targets(stack: Stack, arn: str, told: Raw) -> Iterator[Raw]:
    """Who registers in a group: the template, an Auto Scaling group, or a service; all of them well."""
    for one in told.get("Targets", ()):
        if told.get("TargetType") == "lambda":
            yield _health({"Id": one["Id"], "AvailabilityZone": "all"}, "unavailable", "Target.HealthCheckDisabled")
        else:
            yield _health({"Id": one["Id"], "Port": one.get("Port", told["Port"])})
    for name, _, scaling in _scaling(stack):
        if arn in scaling.get("TargetGroupARNs", ()):
            yield from (_health({"Id": id_, "Port": told["Port"]}) for id_ in _instances(name))
    for number, (_, service) in enumerate(stack.of("ECS::Service")):
        for each in service["LoadBalancers"]:
            if each["TargetGroupArn"] == arn and service["LaunchType"] == "FARGATE":
                yield from (
                    _health({"Id": address, "Port": each["ContainerPort"]}) for address, _ in _addresses(stack, service)
                )
            elif each["TargetGroupArn"] == arn:
                port = EPHEMERAL + number * 100 + each["ContainerPort"]
                yield from (
                    _health({"Id": id_, "Port": port}) for name, _, _ in _scaling(stack) for id_ in _instances(name)
                )


def _health(target: Raw, state: str = "healthy", reason: str = "") -> Raw:
    port = {"HealthCheckPort": str(target["Port"])} if "Port" in target else {}
    return {"Target": target, **port, "TargetHealth": {"State": state, "Reason": reason}}


def _scaling(stack: Stack) -> Iterator[tuple[str, list[str], Raw]]:
    """Name, security groups and properties of every Auto Scaling group."""
    guards = {id_: told["SecurityGroups"] for id_, told in stack.of("AutoScaling::LaunchConfiguration")}
    for id_, told in stack.of("AutoScaling::AutoScalingGroup"):
        yield id_, guards[told["LaunchConfigurationName"]], told


def _instances(scaling: str) -> tuple[str, ...]:
    """Each Auto Scaling group of the templates runs one instance."""
    return (f"i-{sum(map(ord, scaling)):017x}",)


def _addresses(stack: Stack, service: Raw) -> Iterator[tuple[str, str]]:
    """Address and subnet of the tasks of a service that have one of their own: one in each subnet."""
    blocks = {id_: told["CidrBlock"] for id_, told in stack.of("EC2::Subnet")}
    for id_ in service["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"]:
        yield str(ipaddress.ip_network(blocks[id_])[20]), id_


def _interface(stack: Stack, number: int, subnet: str, address: str, guards: Iterable[str], **more: object) -> Raw:
    told = dict(stack.of("EC2::Subnet"))[subnet]
    return {
        "NetworkInterfaceId": f"eni-{number:017x}",
        "Description": "",
        "InterfaceType": "interface",
        "SubnetId": subnet,
        "VpcId": told["VpcId"],
        "AvailabilityZone": told["AvailabilityZone"],
        "PrivateIpAddress": address,
        "PrivateIpAddresses": [{"PrivateIpAddress": address, "Primary": True}],
        "Groups": [{"GroupId": one} for one in guards],
        **more,
    }


def _nodes(stack: Stack) -> Iterator[Raw]:
    """Interfaces of the load balancer, with the addresses of the site."""
    ((arn, told),) = stack.of("ElasticLoadBalancingV2::LoadBalancer")
    blocks = {id_: one["CidrBlock"] for id_, one in stack.of("EC2::Subnet")}
    for number, (subnet, public) in enumerate(zip(told["Subnets"], ADDRESSES, strict=True), start=1):
        address = str(ipaddress.ip_network(blocks[subnet])[200])
        yield _interface(
            stack,
            number,
            subnet,
            address,
            told["SecurityGroups"],
            Description=f"ELB {arn.partition('loadbalancer/')[2]}",
            PrivateIpAddresses=[
                {"PrivateIpAddress": address, "Primary": True, "Association": {"PublicIp": public}},
            ],
            Association={"PublicIp": public},
        )


def _interfaces(stack: Stack) -> Iterator[Raw]:
    """Interfaces of instances, of tasks, and of servers outside the template."""
    number = 100
    for one in _machines(stack):
        number += 1
        yield _interface(
            stack,
            number,
            one["SubnetId"],
            one["PrivateIpAddress"],
            [each["GroupId"] for each in one["SecurityGroups"]],
            Attachment={"DeviceIndex": 0, "InstanceId": one["InstanceId"]},
        )
    for _, service in stack.of("ECS::Service"):
        if service["LaunchType"] == "FARGATE":
            guards = service["NetworkConfiguration"]["AwsvpcConfiguration"]["SecurityGroups"]
            for address, subnet in _addresses(stack, service):
                number += 1
                yield _interface(stack, number, subnet, address, guards, Description="arn:aws:ecs:attachment/1")

    for address, subnet in _named(stack):
        number += 1
        yield _interface(stack, number, subnet, address, (ELSEWHERE,))


def _named(stack: Stack) -> Iterator[tuple[str, str]]:
    """Address and subnet of every server that the template names by its address."""
    blocks = {ipaddress.ip_network(told["CidrBlock"]): id_ for id_, told in stack.of("EC2::Subnet")}
    for _, group in stack.of("ElasticLoadBalancingV2::TargetGroup"):
        for one in group.get("Targets", ()) if group.get("TargetType") == "ip" else ():
            address = ipaddress.ip_address(one["Id"])
            yield one["Id"], next(id_ for block, id_ in blocks.items() if address in block)


def _machines(stack: Stack) -> Iterator[Raw]:
    blocks = dict(stack.of("EC2::Subnet"))
    for name, guards, told in _scaling(stack):
        subnet = told["VPCZoneIdentifier"][0]
        for id_ in _instances(name):
            yield {
                "InstanceId": id_,
                "State": {"Name": "running"},
                "SubnetId": subnet,
                "VpcId": blocks[subnet]["VpcId"],
                "PrivateIpAddress": str(ipaddress.ip_network(blocks[subnet]["CidrBlock"])[20]),
                "SecurityGroups": [{"GroupId": one} for one in guards],
            }


def _owners(stack: Stack) -> Raw:
    """Who registers the targets, and the instances."""
    return {
        "instances": list(_machines(stack)),
        "auto_scaling_groups": [
            {
                "AutoScalingGroupName": name,
                "AutoScalingGroupARN": f"{SCALING_ARN}/{name}",
                "MinSize": int(told["MinSize"]),
                "MaxSize": int(told["MaxSize"]),
                "DesiredCapacity": int(told["MinSize"]),
                "HealthCheckType": "EC2",
                "VPCZoneIdentifier": ",".join(told["VPCZoneIdentifier"]),
                "TargetGroupARNs": told.get("TargetGroupARNs", []),
                "Instances": [
                    {"InstanceId": id_, "LifecycleState": "InService", "HealthStatus": "Healthy"}
                    for id_ in _instances(name)
                ],
            }
            for name, _, told in _scaling(stack)
        ],
        "ecs_clusters": [
            {
                "cluster_arn": arn,
                "services": {
                    "state": "known",
                    "value": [_service(id_, told) for id_, told in stack.of("ECS::Service") if told["Cluster"] == arn],
                },
            }
            for arn, _ in stack.of("ECS::Cluster")
        ],
        "task_definitions": [
            {
                "taskDefinitionArn": arn,
                "networkMode": told["NetworkMode"],
                "containerDefinitions": [
                    {
                        "name": one["Name"],
                        "portMappings": [_camel(each) for each in one.get("PortMappings", ())],
                    }
                    for one in told["ContainerDefinitions"]
                ],
            }
            for arn, told in stack.of("ECS::TaskDefinition")
        ],
    }


def _service(arn: str, told: Raw) -> Raw:
    network = told.get("NetworkConfiguration")
    return {
        "serviceArn": arn,
        "serviceName": arn.rpartition("/")[2],
        "clusterArn": told["Cluster"],
        "status": "ACTIVE",
        "desiredCount": 1,
        "runningCount": 1,
        "pendingCount": 0,
        "launchType": told["LaunchType"],
        "taskDefinition": told["TaskDefinition"],
        "healthCheckGracePeriodSeconds": told["HealthCheckGracePeriodSeconds"],
        "loadBalancers": [_camel(one) for one in told["LoadBalancers"]],
        **(
            {"networkConfiguration": {"awsvpcConfiguration": _camel(network["AwsvpcConfiguration"])}} if network else {}
        ),
    }


def _camel(told: Raw) -> Raw:
    """The members of a CloudFormation property, as ECS writes them."""
    return {key[0].lower() + key[1:]: one for key, one in told.items()}
