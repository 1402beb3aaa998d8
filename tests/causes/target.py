"""What keeps requests and health checks from a target's answer, and what is seen then."""

from __future__ import annotations

from typing import Any

import msgspec

from albdoctor.facts.ec2 import CROSS_ZONE, RouteTable, UnevenGroup
from albdoctor.facts.elb import Attribute
from tests.causes.area import Area, Cause, Groups, Pair
from tests.support.build import GROUP_ARN, balancer, forward, group, listener, rule, target
from tests.support.build_clusters import CONTROLLERS, SECOND, cluster_tags, node_of_two
from tests.support.build_firewall import firewall, saved
from tests.support.build_functions import allows, function_group, function_target, policy
from tests.support.build_net import acl, entry, network_facts, node, permission, security_group
from tests.support.build_owners import (
    UNHEALTHY_TASK,
    cluster,
    definition,
    ecs_task,
    ended,
    history,
    scaling,
    service,
    stopped,
)
from tests.support.build_served import ONE, answering, got, led_to
from tests.support.build_served import OTHER as SECOND_NODE
from tests.support.build_sockets import filtered, on
from tests.support.build_targets import (
    NO_METRICS,
    TIMEOUT,
    answer,
    health,
    https_group,
    impaired,
    instance,
    over_tls,
    placed,
    plain,
    probed,
    refused,
    unhealthy,
    wrong_code,
)
from tests.support.build_ways import eni, second_eni
from tests.support.build_web import HOST, address_probe, exchange, web

SPARE_ARN = GROUP_ARN.replace("web-http", "spare")
TAKEN = target("10.0.0.10", state="unused", reason="Target.IpUnusable", description="It is a load balancer's")
LOST = placed(unhealthy(id_="10.99.0.10", reason=TIMEOUT, description="Request timed out"))
LOST_TOO = placed(unhealthy(id_="10.0.9.23", reason=TIMEOUT, description="Request timed out"))
TIMED_OUT = unhealthy(reason=TIMEOUT, description="Request timed out")
OUTSIDE = target(
    state="unused",
    reason="Target.NotInUse",
    description="Target is in an Availability Zone that is not enabled for the load balancer",
)
STOPPED = target(state="unused", reason="Target.InvalidState", description="Target is in the stopped state")
ACL_OF_TARGETS = acl("acl-t", entry(100, "allow", "0.0.0.0/0", (443, 443)), subnets=("subnet-t",))
ACL_OF_BALANCER = acl("acl-a", entry(100, "allow", "0.0.0.0/0", (443, 443)), subnets=("subnet-a", "subnet-c"))
LATE = msgspec.structs.replace(answer(200), milliseconds=7300.0)


def checked(*targets: Any, **groups: Any) -> Groups:
    """The group has these targets."""
    return {"groups_health": health(*targets), **groups}


def kept_out(*inbound: dict[str, Any], outbound: Any = None) -> Groups:
    """Security groups of target (`inbound`) and load balancer (`outbound`)."""
    clients = (permission(80, 80, "0.0.0.0/0"), permission(443, 443, "0.0.0.0/0"))
    return {
        "security_groups": (security_group("sg-alb", *clients, outbound=outbound), security_group("sg-web", *inbound))
    }


ADMITTED = permission(80, 80, "sg-alb")


def in_a_cluster(*inbound: dict[str, Any]) -> Groups:
    """Nodes with two security groups that carry the cluster's tag; what the first admits."""
    return {
        "cluster_tags": cluster_tags("sg-web", eks="sg-nodes", interfaces=("eni-9",)),
        "security_groups": (CONTROLLERS, security_group("sg-web", *inbound), SECOND),
        "network_interfaces": (node_of_two(), node()),
    }


IDLE = scaling("web-asg", GROUP_ARN, instances=("i-0abc",), SuspendedProcesses=[{"ProcessName": "AddToLoadBalancer"}])

LOOP: Groups = {
    "auto_scaling_groups": (),
    "scaling_histories": (),
    "ecs_clusters": (cluster(service()),),
    "ecs_tasks": (stopped(*(ecs_task(UNHEALTHY_TASK, str(number)) for number in range(2))),),
}
REPLACING = scaling("web-asg", GROUP_ARN, HealthCheckType="ELB")
REPLACED: Groups = {
    "auto_scaling_groups": (REPLACING,),
    "scaling_histories": (history(REPLACING, ended("i-0abd", 280), ended("i-0abe", 280, ago=900)),),
}
REPLACED_EARLY: Groups = {
    "auto_scaling_groups": (REPLACING,),
    "scaling_histories": (history(REPLACING, ended("i-0abd", 101), ended("i-0abe", 101, ago=900)),),
    "ecs_clusters": (),
    "ecs_tasks": (),
}
CRASHING: Groups = {
    "auto_scaling_groups": (),
    "ecs_clusters": (cluster(service(runningCount=0)),),
    "ecs_tasks": (stopped(ecs_task("CannotPullContainerError: not found", startedAt=None)),),
}

UNPUBLISHED: Groups = checked(
    unhealthy(),
    target_probes=(probed(refused(80)),),
    auto_scaling_groups=(),
    ecs_clusters=(cluster(service()),),
    task_definitions=(definition(app=(80,)),),
)

BY_ADDRESS = service(networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-t"]}})

STALE = placed(unhealthy(id_="10.0.9.77", reason=TIMEOUT, description="Request timed out"))

OFF = UnevenGroup(target_group_arn=GROUP_ARN, attributes=(Attribute(key=CROSS_ZONE, value="false"),))
ON_PREMISES = placed(unhealthy(id_="192.168.7.9", reason=TIMEOUT, description="Request timed out"), "all")
GONE_ROUTE = {"DestinationCidrBlock": "10.0.9.0/24", "State": "blackhole", "NetworkInterfaceId": "eni-fw"}
BLACKHOLE = (
    msgspec.convert(
        {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": [GONE_ROUTE], "Associations": [{"Main": True}]},
        RouteTable,
    ),
)

REJECTING = firewall(saved("-A INPUT -p tcp -m tcp --dport 80 -j REJECT --reject-with tcp-reset"))

TARGET = Area(
    ground={
        "load_balancers": (balancer(),),
        "listeners": (listener(80), listener()),
        "rules": (rule(port=80), rule()),
        "target_groups": (group(),),
        "target_probes": (),
        "metrics": NO_METRICS,
        "instances": (),
        **network_facts(),
        "network_interfaces": (eni(), node()),
    },
    causes={
        "ALB308": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425 ALB709", checked(TIMED_OUT) | kept_out(ADMITTED, outbound=())
        ),
        "ALB333": Cause("ALB334 ALB709", checked()),
        "ALB401": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417 ALB709",
            checked(unhealthy(443), target_groups=(https_group(),), target_probes=(probed(plain(443), port=443),)),
        ),
        "ALB402": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417 ALB709",
            checked(unhealthy(443), target_groups=(group(Port=443),), target_probes=(probed(over_tls(443), port=443),)),
        ),
        "ALB403": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417 ALB709",
            checked(unhealthy(3000), target_probes=(probed(refused(3000), plain(80), port=3000),)),
        ),
        "ALB404": Cause("ALB333 ALB334", checked()),
        "ALB405": Cause("ALB334", checked(unhealthy())),
        "ALB407": Cause("ALB333 ALB709", checked(OUTSIDE)),
        "ALB408": Cause("ALB404", checked(ecs_clusters=(cluster(BY_ADDRESS),), auto_scaling_groups=())),
        "ALB409": Cause("ALB405 ALB427 ALB609 ALB610 ALB709", checked(STALE, target_groups=(group(TargetType="ip"),))),
        "ALB410": Cause("ALB404", checked(auto_scaling_groups=(IDLE,), ecs_clusters=())),
        "ALB427": Cause("ALB404 ALB609 ALB610", LOOP | checked()),
        "ALB609": Cause("ALB404", checked() | LOOP),
        "ALB610": Cause("ALB404", checked() | REPLACED),
        "ALB604": Cause(
            "ALB405 ALB425 ALB427 ALB609 ALB610 ALB709", checked(TIMED_OUT, instance_statuses=(impaired(),))
        ),
        "ALB607": Cause("ALB404 ALB405 ALB417 ALB427 ALB609 ALB610 ALB709", UNPUBLISHED),
        "ALB608": Cause("ALB404", checked() | CRASHING),
        "ALB411": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417 ALB709",
            checked(unhealthy(), target_groups=(group(ProtocolVersion="HTTP2"),), target_probes=(probed(plain(80)),)),
        ),
        "ALB412": Cause(
            "ALB709",
            checked(
                target(),
                instances=(instance(),),
                uneven_groups=(OFF,),
            ),
        ),
        "ALB414": Cause(
            "ALB709",
            checked(function_target(), target_groups=(function_group(),), function_policies=(policy(),)),
        ),
        "ALB613": Cause(
            "ALB709",
            {
                **checked(function_target(), target_groups=(function_group(),)),
                "function_policies": (policy(allows(GROUP_ARN)),),
                "load_balancers": (balancer(),),
                "listeners": (listener(DefaultActions=[forward()]),),
                "rules": (rule(Actions=[forward()]),),
            },
        ),
        "ALB415": Cause(
            "ALB333 ALB405 ALB427 ALB609 ALB610 ALB425 ALB709", checked(TAKEN, target_groups=(group(TargetType="ip"),))
        ),
        "ALB417": Cause("ALB405 ALB427 ALB609 ALB610", checked(unhealthy(), target_probes=(probed(refused(80)),))),
        "ALB418": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417",
            checked(
                unhealthy(), target_groups=(group(HealthCheckProtocol="HTTPS"),), target_probes=(probed(plain(80)),)
            ),
        ),
        "ALB419": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417",
            checked(
                unhealthy(check=8080),
                target_groups=(group(HealthCheckPort="8080"),),
                target_probes=(probed(plain(80), refused(8080)),),
            ),
        ),
        "ALB420": Cause("ALB405 ALB427 ALB609 ALB610", checked(wrong_code(302))),
        "ALB421": Cause("ALB405 ALB427 ALB609 ALB610", checked(wrong_code(404))),
        "ALB422": Cause("ALB405 ALB427 ALB609 ALB610", checked(wrong_code(401))),
        "ALB423": Cause("ALB405 ALB427 ALB609 ALB610", checked(wrong_code(400))),
        "ALB424": Cause("ALB405 ALB427 ALB609 ALB610", checked(wrong_code(503))),
        "ALB425": Cause("ALB405 ALB427 ALB609 ALB610", checked(TIMED_OUT)),
        "ALB426": Cause("ALB405 ALB427 ALB609 ALB610", checked(TIMED_OUT, target_probes=(probed(plain(80, LATE)),))),
        "ALB501": Cause("ALB405 ALB427 ALB609 ALB610 ALB425 ALB709", checked(TIMED_OUT) | kept_out()),
        "ALB502": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425",
            checked(unhealthy(reason=TIMEOUT, check=8080), target_groups=(group(HealthCheckPort="8080"),)),
        ),
        "ALB503": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425 ALB709",
            checked(TIMED_OUT) | kept_out(permission(80, 80, "sg-old")),
        ),
        "ALB504": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425 ALB709",
            checked(*(unhealthy(port, reason=TIMEOUT) for port in (32771, 49153))) | kept_out(),
        ),
        "ALB505": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425 ALB709",
            checked(TIMED_OUT, network_acls=(acl(subnets=("subnet-a", "subnet-c")), ACL_OF_TARGETS)),
        ),
        "ALB506": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425 ALB709",
            checked(TIMED_OUT, network_acls=(ACL_OF_BALANCER, acl(subnets=("subnet-t",)))),
        ),
        "ALB508": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425 ALB709",
            checked(ON_PREMISES, target_groups=(group(TargetType="ip"),)),
        ),
        "ALB509": Cause("ALB405 ALB427 ALB609 ALB610 ALB425 ALB709", checked(TIMED_OUT, route_tables=BLACKHOLE)),
        "ALB512": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB425 ALB709",
            checked(
                TIMED_OUT,
                network_interfaces=(eni(), second_eni(), node()),
                security_groups=(
                    security_group("sg-alb"),
                    security_group("sg-web"),
                    security_group("sg-open", ADMITTED),
                ),
            ),
        ),
        "ALB513": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417 ALB425 ALB709",
            checked(TIMED_OUT, listening_sockets=(filtered(firewall(saved(policy="DROP")), "0.0.0.0:80"),)),
        ),
        "ALB601": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417 ALB709", checked(unhealthy(), target_probes=(probed(refused(80)),))
        ),
        "ALB602": Cause(
            "ALB405 ALB427 ALB609 ALB610 ALB417 ALB709", checked(unhealthy(), listening_sockets=(on("127.0.0.1:80"),))
        ),
        "ALB611": Cause("ALB404 ALB501 ALB502 ALB503", checked(TIMED_OUT, **in_a_cluster())),
        "ALB603": Cause(
            "ALB333 ALB405 ALB427 ALB609 ALB610 ALB425 ALB709", checked(STOPPED, instances=(instance("stopped"),))
        ),
    },
    symptoms={
        "ALB404": {},
        "ALB333": {},
        "ALB334": {
            "rules": (rule(port=80), rule(Actions=[forward(GROUP_ARN, SPARE_ARN)])),
            "target_groups": (group(), group(TargetGroupArn=SPARE_ARN, TargetGroupName="spare")),
        },
        "ALB405": {},
        "ALB417": {},
        "ALB425": {},
        "ALB501": {},
        "ALB502": {},
        "ALB503": {},
        "ALB427": LOOP,
        "ALB609": LOOP,
        "ALB610": REPLACED,
        # The load balancer's own 502 or 504, with its Server header switched off: it may be the application's.
        "ALB709": web(address_probe(https=(exchange(f"https://{HOST}/", 502),)))
        | {"network_interfaces": (eni(), node())},
    },
    both={
        Pair("ALB512", "ALB709"): {"network_interfaces": (eni(), second_eni(), node())},
        Pair("ALB607", "ALB404"): checked(),
        # One node's request makes the function fail, the other's is answered by it.
        Pair("ALB613", "ALB709"): {
            "network_interfaces": (node(ONE), node(SECOND_NODE)),
            **led_to(answering(got(502, by_balancer=True)), answering(got(500, by_balancer=True), address=SECOND_NODE)),
        },
        Pair("ALB427", "ALB610"): checked() | REPLACED_EARLY,
        Pair("ALB607", "ALB610"): UNPUBLISHED | REPLACED,
        Pair("ALB611", "ALB404"): checked(),
        Pair("ALB611", "ALB502"): checked(
            unhealthy(reason=TIMEOUT, check=8080),
            target_groups=(group(HealthCheckPort="8080"),),
            **in_a_cluster(ADMITTED),
        ),
        Pair("ALB611", "ALB503"): in_a_cluster(permission(80, 80, "sg-old")),
        # What the host rejects is refused at once.
        Pair("ALB513", "ALB417"): checked(unhealthy(), listening_sockets=(filtered(REJECTING, "0.0.0.0:80"),)),
        # An address of a subnet that was deleted: the load balancer goes on checking it, and other targets.
        **{
            pair: checked(LOST, LOST_TOO, target_groups=(group(TargetType="ip"),))
            for pair in (Pair("ALB415", "ALB405"), Pair("ALB415", "ALB425"))
        },
        # An instance that is going down: the load balancer still checks it.
        **{
            pair: checked(TIMED_OUT, instances=(instance("stopping"),))
            for pair in (Pair("ALB603", "ALB405"), Pair("ALB603", "ALB425"))
        },
        **{
            Pair(cause, "ALB334"): {"groups_health": (*health(*ill), *health(target(), group_arn=SPARE_ARN))}
            for cause, ill in (("ALB333", ()), ("ALB404", ()), ("ALB405", (unhealthy(),)))
        },
    },
)
