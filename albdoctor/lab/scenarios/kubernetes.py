"""Target groups that the AWS Load Balancer Controller of a Kubernetes cluster fills, or does not."""

from __future__ import annotations

import re

from albdoctor.lab.actors import RepairError
from albdoctor.lab.build import fixed_response, forward, weighted
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import LIKELY, Scenario, aside, cause, effect
from albdoctor.lab.scenarios.target_group import register_nobody
from albdoctor.lab.shop import Shop
from albdoctor.lab.terminal import paste
from albdoctor.report.model import FindingReport
from albdoctor.text import Text

CLUSTER = "prod"
CLUSTER_KEY = f"kubernetes.io/cluster/{CLUSTER}"
OF_EKS = f"eks-cluster-sg-{CLUSTER}-1234567890"
NO_SERVICE = "Backend service does not exist"
PODS = "k8s-shop-web"
CONTROLLERS = {"elbv2.k8s.aws/cluster": CLUSTER, "ingress.k8s.aws/stack": "shop/web"}
UNTAGS = re.compile(r"^  (aws ec2 delete-tags .*)$", re.MULTILINE)


def run_in_a_cluster(shop: Shop) -> None:
    """The server is a node of an Amazon EKS cluster, whose controller made the load balancer and its group."""
    ec2 = shop.client("ec2")
    of_eks = shop.builder.security_group(shop.network.vpc, OF_EKS, ())
    (node,) = _interfaces(shop)
    ec2.modify_network_interface_attribute(NetworkInterfaceId=node, Groups=[shop.network.target_group, of_eks])
    _tag(shop, of_eks, **{CLUSTER_KEY: "owned"})
    _tag(shop, shop.network.balancer_group, **CONTROLLERS)
    _made_by_the_controller(shop, shop.balancer.arn, shop.group)


def tag_the_nodes_too(shop: Shop) -> None:
    """What made the nodes' own security group gave it the tag of the cluster, as EKS does with the cluster's."""
    _tag(shop, shop.network.target_group, **{CLUSTER_KEY: "owned"})


def run_pods(shop: Shop) -> None:
    """The controller registers pods by their addresses, and opens nothing for them."""
    elb = shop.client("elbv2")
    made = elb.create_target_group(Name=PODS, Protocol="HTTP", Port=80, VpcId=shop.network.vpc, TargetType="ip")
    group = made["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": shop.machine.private}])
    _made_by_the_controller(shop, group)
    shop.set_default_action(443, weighted({group: 1}))
    elb.delete_target_group(TargetGroupArn=shop.group)
    shop.group = group


def rest_in_green(shop: Shop) -> None:
    """Blue has every pod; the target group of green is empty."""
    green = shop.builder.target_group(shop.network, name="k8s-shop-green")
    _made_by_the_controller(shop, green)
    shop.set_default_action(443, weighted({shop.group: 100, green: 0}))


def name_no_service(shop: Shop) -> None:
    """The Ingress of the domain names a Service that nobody made."""
    shop.builder.rule(shop.listeners[443], fixed_response(503, NO_SERVICE), hosts=(shop.domain,))


def make_the_service(shop: Shop, finding: FindingReport) -> None:
    """Make the Service that the Ingress names; the controller lets its rule forward then."""
    if "kubectl get ingresses,services" not in finding.fix.by_hand:
        raise RepairError(f"the instructions of {finding.slug} look for no Service")
    elb = shop.client("elbv2")
    rules = elb.describe_rules(ListenerArn=shop.listeners[443])["Rules"]
    (its,) = (one["RuleArn"] for one in rules if not one["IsDefault"])
    elb.modify_rule(RuleArn=its, Actions=[forward(shop.group)])


def untag(shop: Shop, finding: FindingReport) -> None:
    """Nothing else finds the group by its tag: the printed line takes it off, and the controller does its work."""
    typed: list[str] = UNTAGS.findall(finding.fix.by_hand)
    if len(typed) != 1:
        raise RepairError(f"the instructions of {finding.slug} have {len(typed)} lines that take a tag off")
    done = paste(typed[0], shop.world.environment, seconds=60)
    if done.status != 0:
        raise RepairError(f"taking the tag off ended with {done.status}: {done.shown[-200:]}")
    _reconcile(shop)


def scale_up(shop: Shop, finding: FindingReport) -> None:
    """Scale the deployment to one, as the instructions say in the owner's terms."""
    if "kubectl scale deployment" not in finding.fix.by_hand:
        raise RepairError(f"the instructions of {finding.slug} scale no deployment")
    _reconcile(shop)


def _reconcile(shop: Shop) -> None:
    """What the controller does again and again: open the one tagged group, and register the nodes."""
    of_cluster = [{"Name": "tag-key", "Values": [CLUSTER_KEY]}]
    tagged = shop.client("ec2").describe_security_groups(Filters=of_cluster)["SecurityGroups"]
    if len(tagged) != 1:
        raise RepairError(f"the controller finds {len(tagged)} security groups with the tag of the cluster")
    shop.builder.admit(tagged[0]["GroupId"], (80,), group=shop.network.balancer_group)
    elb = shop.client("elbv2")
    (made,) = elb.describe_target_groups(TargetGroupArns=[shop.group])["TargetGroups"]
    if made["TargetType"] == "instance":
        shop.builder.register(shop.group, shop.machine)


def _interfaces(shop: Shop) -> list[str]:
    of_it = [{"Name": "attachment.instance-id", "Values": [shop.machine.id]}]
    told = shop.client("ec2").describe_network_interfaces(Filters=of_it)["NetworkInterfaces"]
    return [one["NetworkInterfaceId"] for one in told]


def _tag(shop: Shop, id_: str, **tags: str) -> None:
    shop.client("ec2").create_tags(Resources=[id_], Tags=_listed(tags))


def _made_by_the_controller(shop: Shop, *arns: str) -> None:
    shop.client("elbv2").add_tags(ResourceArns=list(arns), Tags=_listed(CONTROLLERS))


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="k8s-service-missing",
        about=Text(
            en="The Ingress names a Service that nobody made: the controller wrote a 503 into the rule.",
            ko="Ingress에 지정된 Service가 없어 컨트롤러가 규칙에 503 응답을 썼습니다.",
        ),
        plan=Plan(then=(run_in_a_cluster, name_no_service)),
        expected=(cause("rule-k8s-placeholder-503"),),
        repairs={"rule-k8s-placeholder-503": make_the_service},
    ),
    Scenario(
        name="k8s-nodes-not-registered",
        about=Text(
            en="The controller registers no node: two security groups of the nodes carry the cluster's tag.",
            ko="노드의 보안 그룹 두 개에 클러스터 태그가 있어 컨트롤러가 노드를 등록하지 못합니다.",
        ),
        plan=Plan(target_ports=(), then=(run_in_a_cluster, tag_the_nodes_too, register_nobody)),
        expected=(
            cause("target-k8s-binding-not-reconciled", LIKELY),
            effect("tg-no-targets"),
            effect("rule-forwards-to-empty-group"),
        ),
        repairs={"target-k8s-binding-not-reconciled": untag},
    ),
    Scenario(
        name="k8s-pods-not-reached",
        about=Text(
            en="Pods are registered and not reached: two security groups carry the cluster's tag, and none is opened.",
            ko="클러스터 태그가 보안 그룹 두 개에 있어 어느 쪽도 열리지 않았고, 등록된 파드에 도달하지 못합니다.",
        ),
        plan=Plan(target_ports=(), then=(run_in_a_cluster, tag_the_nodes_too, run_pods)),
        expected=(
            cause("target-k8s-binding-not-reconciled", LIKELY),
            effect("net-target-sg-blocks-traffic-port"),
            effect("hc-timeout-path-blocked"),
            effect("tg-all-unhealthy-fail-open"),
        ),
        repairs={"target-k8s-binding-not-reconciled": untag},
    ),
    Scenario(
        name="k8s-healthy",
        about=Text(
            en="Nothing is wrong: nodes have two security groups, one of them tagged; green has no pods and no weight.",
            ko="문제가 없는 상태입니다. 노드의 보안 그룹 두 개 중 하나에만 태그가 있고, 가중치 0인 그린 그룹은 비어"
            " 있습니다.",
        ),
        plan=Plan(then=(run_in_a_cluster, rest_in_green)),
        expected=(aside("tg-no-targets"),),
    ),
    Scenario(
        name="k8s-scaled-to-zero",
        about=Text(
            en="Nodes have one tagged security group, and the controller has registered nothing: it cannot be blamed.",
            ko="노드의 보안 그룹 중 하나에만 태그가 있는데 등록된 대상이 없습니다. 컨트롤러 탓으로 볼 수 없습니다.",
        ),
        plan=Plan(then=(run_in_a_cluster, register_nobody)),
        expected=(cause("tg-no-targets"), effect("rule-forwards-to-empty-group")),
        repairs={"tg-no-targets": scale_up},
    ),
)
