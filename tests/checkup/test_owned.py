"""A fix that an owner would take back is told in the owner's terms, and only such a fix is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import msgspec
import pytest

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.checkup.declared import texts
from albdoctor.checkup.engine import run_one
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.owned import NOT_SEEN, in_terms_of
from albdoctor.checkup.owner_terms import COMMAND, TERMS, changes_of
from albdoctor.derive.owners import REGISTRARS, OwnerKind
from albdoctor.facts.ecs import EcsService
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.files import decode, encode
from albdoctor.facts.known import Gap, Known, Unknown
from albdoctor.facts.scaling import AutoScalingGroup
from albdoctor.facts.snapshot import Facts
from albdoctor.facts.tags import Tag, TagDescription
from albdoctor.text import Text, fill, placeholders
from albdoctor_checks.network.alb501_net_target_sg_blocks_traffic_port import net_target_sg_blocks_traffic_port
from albdoctor_checks.target.alb603_target_instance_not_running import target_instance_not_running
from albdoctor_checks.target_group.alb401_tg_https_target_speaks_http import tg_https_target_speaks_http
from albdoctor_checks.target_group.alb403_tg_port_not_served import tg_port_not_served
from albdoctor_checks.target_group.alb404_tg_no_targets import tg_no_targets
from albdoctor_checks.target_group.alb421_hc_path_not_found import hc_path_not_found
from tests.support.build import BALANCER_ARN, GROUP_ARN, facts, group, target
from tests.support.build_net import SG_ALB, security_group
from tests.support.build_owners import cluster, scaling, service, tagged
from tests.support.build_targets import (
    answer,
    https_group,
    instance,
    plain,
    probed,
    refused,
    scene,
    unhealthy,
    wrong_code,
)
from tests.support.build_ways import behind
from tests.support.table import told

Tags = tuple[Tag, ...]
READS = re.compile(r"describe-|wait$|get-")
OF_THE_NEW_GROUP = {"modify-target-group-attributes", "add-tags", "delete-target-group"}
"""What is done to a thing that the script has just made is nobody else's."""
OWNED = frozenset({"owner", "owner_typed", "owner_there", "owner_region"}) | frozenset(
    f"registrar{what}" for what in ("", "_name", "_cluster", "_region", "_group", "_balancers")
)
STACK = {"aws:cloudformation:stack-name": "site", "aws:cloudformation:logical-id": "Web"}
INGRESS = {"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "shop/web"}


def declared() -> Iterator[tuple[str, Fix]]:
    for check in registry.load():
        for number, fix in enumerate(check.fixes, 1):
            yield f"{check.id} {number}", fix


FIXES = dict(declared())
CHANGING = {name: fix for name, fix in FIXES.items() if changes_of(fix)}


def test_every_change_of_a_load_balancer_has_its_terms() -> None:
    every = [(name, fix.script + (fix.by_hand.en if fix.by_hand else "")) for name, fix in FIXES.items()]
    named = {(name, command["operation"]) for name, text in every for command in COMMAND.finditer(text)}
    known = {terms.operation for terms in TERMS} | OF_THE_NEW_GROUP
    assert [one for one in sorted(named) if not READS.match(one[1]) and one[1] not in known] == []
    without = [name for name, fix in FIXES.items() if "elbv2 modify-" in fix.script and name not in CHANGING]
    assert without == [], "an option of theirs has no terms"


@pytest.mark.parametrize("name", CHANGING)
@pytest.mark.parametrize("kind", OwnerKind)
def test_every_such_fix_can_be_told_to_every_owner(name: str, kind: OwnerKind) -> None:
    fix = CHANGING[name]
    made = in_terms_of(fix, kind, changes_of(fix))
    assert made.by_hand is not None
    assert (made.script, made.console, made.tells) == ("", (), fix)
    wanted = frozenset(caution.where for caution in fix.cautions).union(
        *(placeholders(text) for text in (fix.script, fix.verify)), *(placeholders(text.en) for text in texts(fix))
    )
    for text in texts(made):
        assert placeholders(text.en) == placeholders(text.ko) <= wanted | OWNED
        assert not re.search(r"\}(은|는|이|가|을|를|와|과|으로|로|이나|나)(?=[\s.,)]|$)", text.ko)
    if fix.script and kind not in REGISTRARS:
        assert "aws elbv2" not in made.by_hand.en
    own = fix.by_hand.en.splitlines() if fix.by_hand else []
    added = [line for line in made.by_hand.en.splitlines() if line not in own]
    typed = [line for line in added if line.startswith(("  aws ecs", "  aws elasticb"))]
    safe = OWNED | {"new_protocol", "spoken", "wait", "interval", "new_port", "policy", "new_policy"}
    assert [line for line in typed if not placeholders(line) <= safe] == [], "a value that is not quoted"


def speaks_http(*tags: TagDescription) -> Facts:
    """A group that sends TLS to a target that speaks plain HTTP; a listener and a rule forward to it."""
    probes = (probed(plain(443), port=443),)
    seen: Facts = scene(unhealthy(443), target_groups=(https_group(),), target_probes=probes, owner_tags=tags)
    return seen


def lost_path(*tags: TagDescription) -> Facts:
    """A health check path that is not there."""
    lost = plain(80, answer(404), http_by_name=answer(404), root=answer(200))
    seen: Facts = scene(wrong_code(404), target_groups=(group(),), target_probes=(probed(lost),), owner_tags=tags)
    return seen


def by_hand(check: Check, seen: Facts) -> list[str]:
    """What the only finding says to do by hand; a script is no such thing."""
    told(check, seen)
    (finding,) = run_one(seen, check).findings
    fix = finding.fix or check.fixes[0]
    if fix.script:
        return ["(script)"]
    assert fix.by_hand
    return fill(fix.by_hand.en, finding.values).splitlines()


def test_a_group_is_replaced_where_its_owner_says_what_it_is() -> None:
    said = {
        tag: by_hand(tg_https_target_speaks_http, speaks_http(tagged(GROUP_ARN, **tags)))
        for tag, tags in {
            "none": {},
            "other": {"Name": "web", "Team": "shop"},
            "ingress": INGRESS,
            "stack": STACK,
            "terraform": {"ManagedBy": "Terraform"},
            "beanstalk": {"elasticbeanstalk:environment-name": "live one"},
        }.items()
    }
    assert said == {
        "none": ["(script)"],
        "other": ["(script)"],
        "ingress": [
            "Ingress shop/web (Kubernetes cluster: prod) manages this, and the controller takes back what is"
            " changed by hand. Edit it:",
            "  kubectl edit ingress --namespace shop -- web",
            "  alb.ingress.kubernetes.io/backend-protocol: HTTP",
        ],
        "stack": [
            "CloudFormation stack site (resource Web) made this. A change by hand is drift: the stack's next update"
            " takes it back or fails on it. Change the template and update the stack:",
            "  aws cloudformation get-template --region ap-northeast-2 --stack-name site",
            "  AWS::ElasticLoadBalancingV2::TargetGroup: Protocol: HTTP, Port: 443",
        ],
        "terraform": [
            "By its tags Terraform made this. A change by hand is drift, and the next `terraform apply` takes it back."
            " Change the configuration and apply it:",
            '  aws_lb_target_group: protocol = "HTTP", port = 443',
        ],
        "beanstalk": [
            "Elastic Beanstalk environment live one made this, and its next update takes back what is changed by hand."
            " Change its configuration:",
            "  aws elasticbeanstalk update-environment --region ap-northeast-2 --environment-name 'live one'"
            " --option-settings Namespace=aws:elasticbeanstalk:environment:process:default,"
            "OptionName=Protocol,Value=HTTP",
        ],
    }


def test_who_owns_only_what_forwards_is_told_of_the_forwarding() -> None:
    stranger = tagged(GROUP_ARN.replace("73e2d6bc24d8a067", "0000000000000000"), **STACK)
    assert by_hand(tg_https_target_speaks_http, speaks_http(stranger)) == ["(script)"]
    owned = tagged(BALANCER_ARN, **STACK)
    assert by_hand(tg_https_target_speaks_http, speaks_http(tagged(GROUP_ARN), owned))[1:] == [
        "  aws cloudformation get-template --region ap-northeast-2 --stack-name site",
        "  AWS::ElasticLoadBalancingV2::Listener: DefaultActions",
        "  AWS::ElasticLoadBalancingV2::ListenerRule: Actions",
    ]
    # What the balancer's owner does not look after stays a script.
    assert by_hand(hc_path_not_found, lost_path(owned)) == ["(script)"]


def test_a_health_check_is_set_where_its_owner_says_it() -> None:
    assert by_hand(hc_path_not_found, lost_path()) == ["(script)"]
    assert by_hand(hc_path_not_found, lost_path(tagged(GROUP_ARN, **INGRESS)))[1:] == [
        "  kubectl edit ingress --namespace shop -- web",
        "  alb.ingress.kubernetes.io/healthcheck-path: /",
    ]
    assert by_hand(hc_path_not_found, lost_path(tagged(GROUP_ARN, AmazonECSManaged="true")))[2:] == [
        "  aws ecs update-express-gateway-service --region ap-northeast-2 --service-arn SERVICE_ARN"
        " --health-check-path /",
    ]
    assert told(hc_path_not_found, lost_path(tagged(GROUP_ARN, **STACK)))[-1] == (
        "  fix[by hand, none]: Point the health check of web-http at /, which answers 200."
        " CloudFormation stack site (resource Web) manages this: change it there."
    )


def test_an_empty_group_names_who_fills_it() -> None:
    def empty(**tags: str) -> Facts:
        nobody = (GroupHealth(target_group_arn=GROUP_ARN, targets=Known(())),)
        return facts(target_groups=(group(),), groups_health=nobody, owner_tags=(tagged(GROUP_ARN, **tags),))

    general = by_hand(tg_no_targets, empty())
    assert general[0] == "Only you know which server belongs here. Register it:"
    assert [line.split()[1:3] for line in general if line.startswith("  aws")] == [
        ["elbv2", "register-targets"],
        ["autoscaling", "describe-auto-scaling-groups"],
        ["autoscaling", "attach-traffic-sources"],
        ["ecs", "update-service"],
        ["deploy", "list-deployments"],
    ]
    assert by_hand(tg_no_targets, empty(**INGRESS)) == [
        "Ingress shop/web (Kubernetes cluster: prod) decides which targets are registered: those of the ready pods that"
        " its Service finds, by a TargetGroupBinding. What is registered by hand is taken back. Look where they are"
        " missing:",
        "  kubectl get targetgroupbindings,services,endpointslices,pods --namespace shop",
        "  kubectl scale deployment DEPLOYMENT --replicas NUMBER --namespace shop",
    ]
    assert by_hand(tg_no_targets, empty(AmazonECSManaged="true")) == [
        "Amazon ECS Express Mode registers the tasks of its service as targets, and none runs while the service wants"
        " none. Scale it:",
        "  aws ecs describe-express-gateway-service --region ap-northeast-2 --service-arn SERVICE_ARN",
        "  aws ecs update-service --region ap-northeast-2 --cluster CLUSTER --service SERVICE --desired-count NUMBER",
    ]
    assert by_hand(tg_no_targets, empty(**STACK))[-1] == (
        "  AWS::AutoScaling::AutoScalingGroup: TargetGroupARNs, DesiredCapacity"
        " | AWS::ECS::Service: LoadBalancers, DesiredCount | AWS::ElasticLoadBalancingV2::TargetGroup: Targets"
    )


def test_another_port_is_the_services() -> None:
    def elsewhere(**tags: str) -> Facts:
        probes = (probed(refused(8080), plain(80), port=8080),)
        seen: Facts = scene(
            unhealthy(8080),
            target_groups=(group(Port=8080),),
            target_probes=probes,
            owner_tags=(tagged(GROUP_ARN, **tags),),
        )
        return seen

    assert by_hand(tg_port_not_served, elsewhere()) == ["(script)"]
    assert by_hand(tg_port_not_served, elsewhere(**INGRESS))[1:] == [
        "  kubectl edit ingress --namespace shop -- web",
        "  Service: spec.ports[].targetPort",
    ]


def test_what_is_found_out_by_hand_first_stays() -> None:
    lost = plain(80, answer(404), http_by_name=answer(404), root=answer(404))
    seen = scene(
        wrong_code(404),
        target_groups=(group(),),
        target_probes=(probed(lost),),
        owner_tags=(tagged(GROUP_ARN, **INGRESS),),
    )
    said = by_hand(hc_path_not_found, seen)
    assert said[0].startswith("On the target, find a path that answers 200")
    assert said[-3].startswith("Do not run the `aws` commands here that change something. Ingress shop/web")
    assert said[-1] == "  alb.ingress.kubernetes.io/healthcheck-path: PATH"


def doubts(seen: Facts) -> tuple[Text, ...]:
    (finding,) = run_one(seen, tg_https_target_speaks_http).findings
    return (finding.fix or tg_https_target_speaks_http.fixes[0]).effects_for(finding.values)


def test_without_the_tags_the_script_stays_and_what_was_not_seen_is_told() -> None:
    denied = Unknown(Gap.DENIED, "elasticloadbalancing:DescribeTags")
    seen = msgspec.structs.replace(speaks_http(), owner_tags=denied)
    assert by_hand(tg_https_target_speaks_http, seen) == ["(script)"]
    assert NOT_SEEN in doubts(seen)
    assert NOT_SEEN not in doubts(msgspec.structs.replace(seen, owner_tags=Known(())))
    outcome = run_one(seen, tg_https_target_speaks_http)
    assert (denied in outcome.missed, denied in outcome.gaps) == (True, False)


def filled(seen: Facts, *things: EcsService | AutoScalingGroup) -> Facts:
    """The same where these services and Auto Scaling groups were seen, and no others."""
    services = tuple(one for one in things if isinstance(one, EcsService))
    groups = tuple(one for one in things if isinstance(one, AutoScalingGroup))
    return msgspec.structs.replace(seen, ecs_clusters=Known((cluster(*services),)), auto_scaling_groups=Known(groups))


SHOW = (
    "  aws ecs describe-services --region ap-northeast-2 --cluster shop --services web"
    " --query 'services[].[desiredCount,runningCount,loadBalancers,events[:5].message]'"
)
OF_WEB = "--region ap-northeast-2 --cluster shop --service web"
OF_SCALING = "--region ap-northeast-2 --auto-scaling-group-name web-asg"
CREATE = (
    "  aws elbv2 describe-target-groups --region ap-northeast-2 --names web-http"
    " || aws elbv2 create-target-group --region ap-northeast-2 --name web-http --protocol HTTP --port 443"
    " --vpc-id vpc-1 --target-type instance --health-check-protocol HTTP --health-check-path /"
    " --query 'TargetGroups[0].TargetGroupArn' --output text"
)
REPLACED_BY = {
    "ecs": [
        SHOW,
        CREATE,
        f"  aws ecs update-service {OF_WEB} --force-new-deployment"
        " --load-balancers targetGroupArn=NEW,containerName=app,containerPort=8080",
    ],
    "blue/green by ECS": [
        SHOW,
        CREATE,
        f"  aws ecs update-service {OF_WEB} --force-new-deployment --load-balancers LOAD_BALANCERS",
    ],
    "codedeploy": [
        SHOW,
        CREATE,
        "  aws deploy get-deployment-group --region ap-northeast-2 --application-name APPLICATION"
        " --deployment-group-name DEPLOYMENT_GROUP --query deploymentGroupInfo.loadBalancerInfo",
        "  aws deploy update-deployment-group --region ap-northeast-2 --application-name APPLICATION"
        " --current-deployment-group-name DEPLOYMENT_GROUP --load-balancer-info file://LOAD_BALANCER_INFO.json",
        "  aws deploy create-deployment --region ap-northeast-2 --application-name APPLICATION"
        " --deployment-group-name DEPLOYMENT_GROUP --revision file://APPSPEC.json",
    ],
    "own controller": [
        SHOW,
        CREATE,
        f"  aws ecs describe-task-sets {OF_WEB} --query 'taskSets[].[id,status,externalId,loadBalancers]'",
    ],
    "auto scaling": [
        "  aws autoscaling describe-auto-scaling-groups --region ap-northeast-2 --auto-scaling-group-names web-asg",
        CREATE,
        f"  aws autoscaling attach-load-balancer-target-groups {OF_SCALING} --target-group-arns NEW",
        f"  aws autoscaling detach-load-balancer-target-groups {OF_SCALING} --target-group-arns {GROUP_ARN}",
    ],
}
FILLED_BY: dict[str, EcsService | AutoScalingGroup] = {
    "ecs": service(),
    "blue/green by ECS": service(
        loadBalancers=[{"targetGroupArn": GROUP_ARN, "advancedConfiguration": {"roleArn": "arn:aws:iam::1:role/x"}}]
    ),
    "codedeploy": service(deploymentController={"type": "CODE_DEPLOY"}),
    "own controller": service(deploymentController={"type": "EXTERNAL"}),
    "auto scaling": scaling("web-asg", GROUP_ARN),
}

DEPLOYED = {"codedeploy": ", deployed by CodeDeploy", "own controller": ", deployed by a controller of its own"}


@pytest.mark.parametrize("who", FILLED_BY)
def test_a_group_is_replaced_where_its_targets_come_from(who: str) -> None:
    said = by_hand(tg_https_target_speaks_http, filled(speaks_http(), FILLED_BY[who]))
    assert said[0].startswith(
        "Auto Scaling group web-asg registers"
        if who == "auto scaling"
        else f"Amazon ECS service web (cluster shop{DEPLOYED.get(who, '')})"
    )
    assert said[1:] == REPLACED_BY[who]


def test_who_registers_targets_leaves_the_health_check_alone() -> None:
    for one in FILLED_BY.values():
        assert by_hand(hc_path_not_found, filled(lost_path(), one)) == ["(script)"]


def test_who_fills_another_group_has_nothing_to_do_with_it() -> None:
    other = GROUP_ARN.replace("web-http", "other")
    strangers = (service("web", other), scaling("web-asg", other), scaling("idle"))
    assert by_hand(tg_https_target_speaks_http, filled(speaks_http(), *strangers)) == ["(script)"]


def test_who_made_the_group_has_the_last_word_and_who_fills_it_is_told() -> None:
    stack = by_hand(tg_https_target_speaks_http, filled(speaks_http(tagged(GROUP_ARN, **STACK)), service()))
    assert stack[-2:] == [
        "  AWS::ElasticLoadBalancingV2::TargetGroup: Protocol: HTTP, Port: 443",
        "Amazon ECS service web (cluster shop) registers the targets in it: change that there too.",
    ]
    # A controller, Beanstalk and Express Mode make what registers the targets themselves.
    ingress = by_hand(tg_https_target_speaks_http, filled(speaks_http(tagged(GROUP_ARN, **INGRESS)), service()))
    assert len(ingress) == 3
    # A stack that has only the balancer knows nothing of the service.
    balancers = by_hand(tg_https_target_speaks_http, filled(speaks_http(tagged(BALANCER_ARN, **STACK)), service()))
    assert balancers[1:3] == [
        "  aws cloudformation get-template --region ap-northeast-2 --stack-name site",
        "  AWS::ElasticLoadBalancingV2::Listener: DefaultActions",
    ]
    assert balancers[-3:] == REPLACED_BY["ecs"]


def test_the_stack_of_an_auto_scaling_group_is_named() -> None:
    tags = [{"Key": key, "Value": value} for key, value in STACK.items()]
    said = by_hand(tg_https_target_speaks_http, filled(speaks_http(), scaling("web-asg", GROUP_ARN, Tags=tags)))
    assert said[0].startswith("Auto Scaling group web-asg (CloudFormation stack site) registers")


def test_where_nobody_could_be_asked_who_fills_it_that_is_told() -> None:
    denied = Unknown(Gap.DENIED, "ecs:ListClusters")
    seen = msgspec.structs.replace(filled(speaks_http()), ecs_clusters=denied)
    assert by_hand(tg_https_target_speaks_http, seen) == ["(script)"]
    assert NOT_SEEN in doubts(seen)
    assert NOT_SEEN not in doubts(filled(speaks_http()))
    found = msgspec.structs.replace(filled(speaks_http(), scaling("web-asg", GROUP_ARN)), ecs_clusters=denied)
    assert by_hand(tg_https_target_speaks_http, found)[1:] == REPLACED_BY["auto scaling"]
    assert NOT_SEEN not in doubts(found)
    (health,) = run_one(msgspec.structs.replace(filled(lost_path()), ecs_clusters=denied), hc_path_not_found).findings
    fix = health.fix or hc_path_not_found.fixes[0]
    assert NOT_SEEN not in fix.side_effects, "nobody who registers targets takes a health check back"
    outcome = run_one(seen, tg_https_target_speaks_http)
    assert (denied in outcome.missed, denied in outcome.gaps) == (True, False)


def test_facts_saved_before_owners_were_asked_for_have_the_same_doubt() -> None:
    older = msgspec.json.decode(encode((msgspec.structs.replace(speaks_http(), owner_tags=Known(())),)))
    del older["owner_tags"]
    (seen,) = decode(msgspec.json.encode(older), "facts")
    assert by_hand(tg_https_target_speaks_http, seen) == ["(script)"]
    assert NOT_SEEN in doubts(seen)


def tags_of(**tags: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


TERRAFORM_TAG = {"ManagedBy": "terraform"}


@pytest.mark.parametrize(
    ("target_tags", "balancer_tags", "lines"),
    [
        ({}, {}, ["(script)"]),
        # Only the target's group is changed: whose the source is does not matter.
        ({}, TERRAFORM_TAG, ["(script)"]),
        (
            STACK,
            {},
            [
                "  aws cloudformation get-template --region ap-northeast-2 --stack-name site",
                "  AWS::EC2::SecurityGroup: SecurityGroupIngress, SecurityGroupEgress"
                " | AWS::EC2::SecurityGroupIngress | AWS::EC2::SecurityGroupEgress",
            ],
        ),
        (
            TERRAFORM_TAG,
            {},
            [
                "  aws_security_group: ingress, egress | aws_vpc_security_group_ingress_rule"
                " | aws_vpc_security_group_egress_rule"
            ],
        ),
        (
            INGRESS,
            {},
            [
                "  kubectl edit ingress --namespace shop -- web",
                "  alb.ingress.kubernetes.io/security-groups (with "
                'alb.ingress.kubernetes.io/manage-backend-security-group-rules: "true")'
                " | alb.ingress.kubernetes.io/inbound-cidrs",
            ],
        ),
    ],
)
def test_a_security_group_opens_where_its_owner_says_so(
    target_tags: dict[str, str], balancer_tags: dict[str, str], lines: list[str]
) -> None:
    shut = msgspec.structs.replace(security_group("sg-web"), tags=msgspec.convert(tags_of(**target_tags), Tags))
    source = msgspec.structs.replace(SG_ALB, tags=msgspec.convert(tags_of(**balancer_tags), Tags))
    timed_out = unhealthy(reason="Target.Timeout", description="Request timed out")
    seen = behind(timed_out, security_groups=(source, shut))
    said = by_hand(net_target_sg_blocks_traffic_port, seen)
    assert said == lines if len(said) == 1 else said[1:] == lines


def test_an_instance_that_auto_scaling_replaces_is_not_started_by_hand() -> None:
    stopped = target(state="unused", reason="Target.InvalidState", description="Target is in the stopped state")

    def seen(**tags: str) -> Facts:
        made: Facts = scene(stopped, instances=(instance("stopped", Tags=tags_of(**tags)),))
        return made

    assert by_hand(target_instance_not_running, seen(Name="web")) == ["(script)"]
    # A stack minds nobody who starts its instance.
    assert by_hand(target_instance_not_running, seen(**STACK)) == ["(script)"]
    said = by_hand(target_instance_not_running, seen(**{"aws:autoscaling:groupName": "web-asg", "Password": "hunter2"}))
    assert said == [
        "Auto Scaling group web-asg replaces an instance that does not run, unless somebody suspended that: what is"
        " started by hand may be terminated at any moment. See what it does:",
        "  aws autoscaling describe-auto-scaling-groups --region ap-northeast-2 --auto-scaling-group-names web-asg",
        f"  aws autoscaling describe-scaling-activities {OF_SCALING} --max-items 10"
        " --query 'Activities[].[StartTime,StatusCode,Cause]'",
    ]
    assert b"hunter2" not in msgspec.json.encode(seen(Password="hunter2"))


@pytest.mark.parametrize("hostile", ["$(id)", "a'b", "a;b", "-rf", "`id`", "a\nb", "a b", "{arn}", "한"])
def test_names_in_tags_stay_inert(hostile: str) -> None:
    ingress = tagged(GROUP_ARN, **{"ingress.k8s.aws/stack": f"{hostile}/{hostile}"})
    said = by_hand(hc_path_not_found, lost_path(ingress))
    name = " ".join(hostile.split())
    assert len(said) == 3
    assert shlex.split(said[1]) == ["kubectl", "edit", "ingress", "--namespace", name, "--", name]
    scaled = scaling(hostile, GROUP_ARN)
    said = by_hand(tg_https_target_speaks_http, filled(speaks_http(), scaled))
    words = shlex.split("\n".join(said[1:]))
    assert words.count(hostile.replace("a\nb", "$a\\012b")) == 3
    stack = tagged(GROUP_ARN, **{"aws:cloudformation:stack-name": hostile})
    assert shlex.split(by_hand(hc_path_not_found, lost_path(stack))[1])[-1] == name
