"""What each change of a load balancer is called by those who may own it: one line for each AWS operation and option."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.checkup.fix import Fix
from albdoctor.derive.owners import REGISTRARS, OwnerKind
from albdoctor.facts.arn import Arn

EB_UPDATE = (
    "aws elasticbeanstalk update-environment --region {owner_region} --environment-name {owner_typed} --option-settings"
)
EB_PROCESS = "Namespace=aws:elasticbeanstalk:environment:process:default"
BALANCER, LISTENER, RULE, GROUP = "loadbalancer", "listener", "listener-rule", "targetgroup"
"""How the ARNs of things begin after the account."""
SECURITY_GROUP, INSTANCE = "sg-", "i-"
"""How the ids of EC2's things begin."""
OF_EC2 = frozenset({SECURITY_GROUP, INSTANCE})
VALUE = "VALUE"
"""In a line: the value that the option has, or what the user has to choose."""
COMMAND = re.compile(
    r"\baws (?:elbv2|ec2(?= (?:authorize-security-group|start-instances))) (?P<operation>[a-z-]+)"
    r"(?P<rest>(?:\\\n|[^\n])*)"
)
OPTION = re.compile(r"(--[a-z-]+)(?: (?=[^-])(\S+))?")
AS_WORDS = {"{new_matcher}": "{codes}", "HttpCode=200": "200"}
"""What a value is in the command line's form, as people write it."""
SIMPLE = re.compile(r"\{[a-z_]+\}|[\w./-]+")


class Words(Struct, frozen=True, kw_only=True):
    """What each owner calls one setting; empty: it has no word for it, or too many."""

    ingress: str = ""
    service: str = ""
    gateway: str = ""
    ecs: str = ""
    beanstalk: str = ""
    cloudformation: str = ""
    terraform: str = ""
    ecs_service: str = ""
    code_deploy: str = ""
    external: str = ""
    auto_scaling: str = ""

    def of(self, kind: OwnerKind) -> str:
        """The word of one owner."""
        return str(getattr(self, kind.value))


class Terms(Struct, frozen=True, kw_only=True):
    """One kind of change, in everybody's words."""

    operation: str
    option: str = ""
    when: str = ""
    """The value that the option has to have; such a line then counts alone. Empty: whatever it is."""
    of: str
    """What it changes."""
    words: Words
    apart: frozenset[OwnerKind] = frozenset()
    """To these it is a thing of its own, which they leave alone where they have not made it."""

    def concerns(self, kind: OwnerKind) -> bool:
        """Whether it is anything to an owner: who only registers targets leaves all else of a group alone."""
        return kind not in self.apart and (kind not in REGISTRARS or bool(self.words.of(kind)))

    def line(self, kind: OwnerKind, value: str) -> str:
        """What is to be changed where the owner says it; empty where there is no one word for it."""
        return self.words.of(kind).replace(VALUE, value or "...")


class Change(Struct, frozen=True):
    """One change that a fix makes, and the value that it sets."""

    terms: Terms
    value: str

    @property
    def of_targets(self) -> bool:
        """Whether it says which targets a group has."""
        return self.terms.words is TARGETS

    @property
    def of_ec2(self) -> bool:
        """Whether it changes a security group or an instance."""
        return self.terms.of in OF_EC2

    def may_be_of(self, thing: str) -> bool:
        """Whether a thing, by its ARN or id, is one that it changes."""
        return thing.startswith(self.terms.of) if self.of_ec2 else Arn.of(thing).path[0] == self.terms.of


def _group(option: str, ingress: str, gateway: str, beanstalk: str, cloudformation: str, terraform: str) -> Terms:
    """An option of ModifyTargetGroup."""
    ecs = f"aws ecs update-express-gateway-service --region {{owner_region}} --service-arn SERVICE_ARN {option} {VALUE}"
    typed = "CODES" if option == "--matcher" else VALUE  # a comma in it would end the option
    return Terms(
        operation="modify-target-group",
        option=option,
        of=GROUP,
        words=Words(
            ingress=f"alb.ingress.kubernetes.io/{ingress}: {VALUE}",
            gateway=f"TargetGroupConfiguration: spec.defaultConfiguration.healthCheckConfig.{gateway}: {VALUE}",
            ecs=ecs if option == "--health-check-path" else "",
            beanstalk=f"{EB_UPDATE} {EB_PROCESS},OptionName={beanstalk},Value={typed}" if beanstalk else "",
            cloudformation=f"AWS::ElasticLoadBalancingV2::TargetGroup: {cloudformation}: {VALUE}",
            terraform=f"aws_lb_target_group: health_check: {terraform} = {VALUE}",
        ),
    )


ECS_SERVICE = "--region {registrar_region} --cluster {registrar_cluster}"
ECS_UPDATE = f"aws ecs update-service {ECS_SERVICE} --service {{registrar_name}}"
TASK_SETS = (
    f"aws ecs describe-task-sets {ECS_SERVICE} --service {{registrar_name}}"
    " --query 'taskSets[].[id,status,externalId,loadBalancers]'"
)
"""Shows what somebody's own controller made; only that controller can make another."""
SCALING = "--region {registrar_region} --auto-scaling-group-name {registrar_name}"
DEPLOYMENT_GROUP = "--region {registrar_region} --application-name APPLICATION"
DEPLOY = "\n  ".join(
    (
        f"aws deploy get-deployment-group {DEPLOYMENT_GROUP} --deployment-group-name DEPLOYMENT_GROUP"
        " --query deploymentGroupInfo.loadBalancerInfo",
        f"aws deploy update-deployment-group {DEPLOYMENT_GROUP} --current-deployment-group-name DEPLOYMENT_GROUP"
        " --load-balancer-info file://LOAD_BALANCER_INFO.json",
        f"aws deploy create-deployment {DEPLOYMENT_GROUP} --deployment-group-name DEPLOYMENT_GROUP"
        " --revision file://APPSPEC.json",
    )
)
REATTACH = "\n  ".join(
    (
        f"aws autoscaling attach-load-balancer-target-groups {SCALING} --target-group-arns NEW",
        f"aws autoscaling detach-load-balancer-target-groups {SCALING} --target-group-arns {{registrar_group}}",
    )
)
CREATE = (
    "aws elbv2 describe-target-groups --region {registrar_region} --names {new_name}"
    " || aws elbv2 create-target-group --region {registrar_region} --name {new_name} --protocol {new_protocol}"
    " --port {new_port} --vpc-id {vpc} --target-type {target_type} --health-check-protocol {check_protocol}"
    " --health-check-path {path} --query 'TargetGroups[0].TargetGroupArn' --output text"
)
"""Makes the group that has to be there first, and tells the ARN that stands for NEW; one of that name is only shown."""
ECS_SCALE = "aws ecs update-service --region {owner_region} --cluster CLUSTER --service SERVICE --desired-count NUMBER"
REPLACE = Terms(
    operation="create-target-group",
    option="--protocol",
    of=GROUP,
    words=Words(
        ingress=f"alb.ingress.kubernetes.io/backend-protocol: {VALUE}",
        gateway=f"TargetGroupConfiguration: spec.defaultConfiguration.protocol: {VALUE}",
        beanstalk=f"{EB_UPDATE} {EB_PROCESS},OptionName=Protocol,Value={VALUE}",
        cloudformation=f"AWS::ElasticLoadBalancingV2::TargetGroup: Protocol: {VALUE}, Port: {{new_port}}",
        terraform=f'aws_lb_target_group: protocol = "{VALUE}", port = {{new_port}}',
        ecs_service=f"{CREATE}\n  {ECS_UPDATE} --force-new-deployment --load-balancers {{registrar_balancers}}",
        code_deploy=f"{CREATE}\n  {DEPLOY}",
        external=f"{CREATE}\n  {TASK_SETS}",
        auto_scaling=f"{CREATE}\n  {REATTACH}",
    ),
)
"""A group of another protocol; whoever made the old one repoints what forwards to it and registers its targets."""
REPLACE_VERSION = Terms(
    operation="create-target-group",
    option="--protocol-version",
    when="HTTP1",
    of=GROUP,
    words=replace(
        REPLACE.words,
        ingress=f"alb.ingress.kubernetes.io/backend-protocol-version: {VALUE}",
        gateway=f"TargetGroupConfiguration: spec.defaultConfiguration.protocolVersion: {VALUE}",
        beanstalk="",
        cloudformation=f"AWS::ElasticLoadBalancingV2::TargetGroup: ProtocolVersion: {VALUE}",
        terraform=f'aws_lb_target_group: protocol_version = "{VALUE}"',
    ),
)
"""A group of another protocol version: the one that a group has where nobody says which."""
REPLACES = (REPLACE, REPLACE_VERSION)
ACTIONS_OF_A_RULE = Words(
    ingress="spec.rules | alb.ingress.kubernetes.io/actions.NAME",
    gateway="HTTPRoute: spec.rules",
    cloudformation="AWS::ElasticLoadBalancingV2::ListenerRule: Actions",
    terraform="aws_lb_listener_rule: action",
)
CONDITIONS_OF_A_RULE = Words(
    ingress="spec.rules[].host | alb.ingress.kubernetes.io/conditions.NAME",
    gateway="HTTPRoute: spec.hostnames, spec.rules[].matches",
    cloudformation="AWS::ElasticLoadBalancingV2::ListenerRule: Conditions",
    terraform="aws_lb_listener_rule: condition",
)
WHOLE_RULE = Words(
    ingress="spec.rules",
    gateway="HTTPRoute: spec.rules",
    cloudformation="AWS::ElasticLoadBalancingV2::ListenerRule",
    terraform="aws_lb_listener_rule",
)
PORTS = Words(
    ingress='alb.ingress.kubernetes.io/listen-ports: \'[{"HTTP": 80}, {"HTTPS": 443}]\'',
    gateway="Gateway: spec.listeners",
    beanstalk=f"{EB_UPDATE} Namespace=aws:elbv2:listener:443,OptionName=Protocol,Value=HTTPS",
    cloudformation="AWS::ElasticLoadBalancingV2::Listener: Protocol, Port",
    terraform="aws_lb_listener: protocol, port",
)
CERTIFICATE = Words(
    ingress="alb.ingress.kubernetes.io/certificate-arn: CERTIFICATE_ARN",
    gateway="LoadBalancerConfiguration: spec.listenerConfigurations[].defaultCertificate",
    beanstalk=f"{EB_UPDATE} Namespace=aws:elbv2:listener:443,OptionName=SSLCertificateArns,Value=CERTIFICATE_ARN",
    cloudformation="AWS::ElasticLoadBalancingV2::Listener: Certificates",
    terraform="aws_lb_listener: certificate_arn",
)
MORE_CERTIFICATES = replace(
    CERTIFICATE,
    gateway="LoadBalancerConfiguration: spec.listenerConfigurations[].certificates",
    cloudformation="AWS::ElasticLoadBalancingV2::ListenerCertificate: Certificates",
    terraform="aws_lb_listener_certificate",
)
PODS = (
    "kubectl get targetgroupbindings,services,endpointslices,pods {owner_there}",
    "kubectl scale deployment DEPLOYMENT --replicas NUMBER {owner_there}",
)
TARGETS = Words(
    ingress="\n  ".join(PODS),
    service="\n  ".join(PODS),
    gateway="\n  ".join(PODS),
    ecs=ECS_SCALE,
    beanstalk=f"{EB_UPDATE} Namespace=aws:autoscaling:asg,OptionName=MinSize,Value=NUMBER",
    cloudformation="AWS::AutoScaling::AutoScalingGroup: TargetGroupARNs, DesiredCapacity"
    " | AWS::ECS::Service: LoadBalancers, DesiredCount | AWS::ElasticLoadBalancingV2::TargetGroup: Targets",
    terraform="aws_autoscaling_attachment | aws_ecs_service: load_balancer, desired_count"
    " | aws_lb_target_group_attachment",
    ecs_service=f"{ECS_UPDATE} --desired-count NUMBER",
    code_deploy=f"{ECS_UPDATE} --desired-count NUMBER",
    external=f"{ECS_UPDATE} --desired-count NUMBER",
    auto_scaling=f"aws autoscaling set-desired-capacity {SCALING} --desired-capacity NUMBER",
)
MOVE = Terms(
    operation="deregister-targets",
    of=GROUP,
    words=Words(
        ingress="Service: spec.ports[].targetPort",
        service="Service: spec.ports[].targetPort",
        gateway="Service: spec.ports[].targetPort",
        beanstalk=f"{EB_UPDATE} {EB_PROCESS},OptionName=Port,Value=PORT",
        cloudformation="AWS::ElasticLoadBalancingV2::TargetGroup: Port, Targets[].Port"
        " | AWS::ECS::Service: LoadBalancers[].ContainerPort",
        terraform="aws_lb_target_group: port | aws_lb_target_group_attachment: port"
        " | aws_ecs_service: load_balancer: container_port",
        ecs_service=f"{ECS_UPDATE} --force-new-deployment --load-balancers {{registrar_balancers}}",
        code_deploy=DEPLOY,
        external=TASK_SETS,
        auto_scaling=REATTACH,
    ),
)
"""Targets that are registered on another port."""
SUBNETS = Words(
    ingress="alb.ingress.kubernetes.io/subnets",
    gateway="LoadBalancerConfiguration: spec.loadBalancerSubnets",
    beanstalk=f"{EB_UPDATE} Namespace=aws:ec2:vpc,OptionName=ELBSubnets,Value=SUBNETS",
    cloudformation="AWS::ElasticLoadBalancingV2::LoadBalancer: Subnets",
    terraform="aws_lb: subnets",
)
ADDRESS_TYPE = Words(
    ingress=f"alb.ingress.kubernetes.io/ip-address-type: {VALUE}",
    gateway=f"LoadBalancerConfiguration: spec.ipAddressType: {VALUE}",
    cloudformation=f"AWS::ElasticLoadBalancingV2::LoadBalancer: IpAddressType: {VALUE}",
    terraform=f'aws_lb: ip_address_type = "{VALUE}"',
)
OWN_GROUPS = (
    "alb.ingress.kubernetes.io/security-groups"
    ' (with alb.ingress.kubernetes.io/manage-backend-security-group-rules: "true")'
)
"""With groups of one's own the controller opens those of nodes and pods only where it is told to."""
OPENING = Words(
    ingress=f"{OWN_GROUPS} | alb.ingress.kubernetes.io/inbound-cidrs",
    service="service.beta.kubernetes.io/load-balancer-source-ranges",
    gateway="LoadBalancerConfiguration: spec.sourceRanges | spec.securityGroups",
    cloudformation="AWS::EC2::SecurityGroup: SecurityGroupIngress, SecurityGroupEgress"
    " | AWS::EC2::SecurityGroupIngress | AWS::EC2::SecurityGroupEgress",
    terraform="aws_security_group: ingress, egress | aws_vpc_security_group_ingress_rule"
    " | aws_vpc_security_group_egress_rule",
)
"""A security group that admits more."""
RUNNING = Words(
    auto_scaling=f"aws autoscaling describe-scaling-activities {SCALING} --max-items 10"
    " --query 'Activities[].[StartTime,StatusCode,Cause]'",
)
STACKS = frozenset({OwnerKind.CLOUDFORMATION, OwnerKind.TERRAFORM})
TERMS: tuple[Terms, ...] = (
    *REPLACES,
    _group("--health-check-path", "healthcheck-path", "healthCheckPath", "HealthCheckPath", "HealthCheckPath", "path"),
    _group("--health-check-port", "healthcheck-port", "healthCheckPort", "", "HealthCheckPort", "port"),
    _group(
        "--health-check-protocol", "healthcheck-protocol", "healthCheckProtocol", "", "HealthCheckProtocol", "protocol"
    ),
    _group(
        "--health-check-timeout-seconds",
        *("healthcheck-timeout-seconds", "healthCheckTimeout", "HealthCheckTimeout"),
        *("HealthCheckTimeoutSeconds", "timeout"),
    ),
    _group(
        "--health-check-interval-seconds",
        *("healthcheck-interval-seconds", "healthCheckInterval", "HealthCheckInterval"),
        *("HealthCheckIntervalSeconds", "interval"),
    ),
    _group("--matcher", "success-codes", "matcher.httpCode", "MatcherHTTPCode", "Matcher.HttpCode", "matcher"),
    Terms(operation="register-targets", of=GROUP, words=TARGETS),
    Terms(operation="deregister-targets", option="--targets", when="{gone[]}", of=GROUP, words=TARGETS),
    MOVE,
    Terms(
        operation="modify-target-group-attributes",
        option="--attributes",
        when="Key=load_balancing.cross_zone.enabled,Value=true",
        of=GROUP,
        words=Words(
            ingress="alb.ingress.kubernetes.io/target-group-attributes: load_balancing.cross_zone.enabled=true",
            gateway="TargetGroupConfiguration: spec.defaultConfiguration.targetGroupAttributes",
            cloudformation="AWS::ElasticLoadBalancingV2::TargetGroup: TargetGroupAttributes:"
            " load_balancing.cross_zone.enabled: true",
            terraform='aws_lb_target_group: load_balancing_cross_zone_enabled = "true"',
        ),
    ),
    Terms(
        operation="modify-listener",
        option="--default-actions",
        of=LISTENER,
        words=Words(
            ingress="spec.defaultBackend | alb.ingress.kubernetes.io/actions.NAME",
            gateway="HTTPRoute: spec.rules",
            cloudformation="AWS::ElasticLoadBalancingV2::Listener: DefaultActions",
            terraform="aws_lb_listener: default_action",
        ),
    ),
    Terms(
        operation="modify-listener",
        option="--ssl-policy",
        of=LISTENER,
        words=Words(
            ingress=f"alb.ingress.kubernetes.io/ssl-policy: {VALUE}",
            gateway="LoadBalancerConfiguration: spec.listenerConfigurations[].sslPolicy",
            beanstalk=f"{EB_UPDATE} Namespace=aws:elbv2:listener:443,OptionName=SSLPolicy,Value={VALUE}",
            cloudformation="AWS::ElasticLoadBalancingV2::Listener: SslPolicy",
            terraform="aws_lb_listener: ssl_policy",
        ),
    ),
    Terms(operation="modify-listener", option="--certificates", of=LISTENER, words=CERTIFICATE),
    Terms(operation="modify-listener", option="--protocol", of=LISTENER, words=PORTS),
    Terms(operation="modify-listener", option="--port", of=LISTENER, words=PORTS),
    Terms(operation="create-listener", of=BALANCER, words=PORTS),
    Terms(operation="delete-listener", of=LISTENER, words=PORTS),
    Terms(operation="add-listener-certificates", of=LISTENER, apart=STACKS, words=MORE_CERTIFICATES),
    Terms(operation="remove-listener-certificates", of=LISTENER, words=MORE_CERTIFICATES),
    Terms(operation="modify-rule", option="--actions", of=RULE, words=ACTIONS_OF_A_RULE),
    Terms(operation="modify-rule", option="--conditions", of=RULE, words=CONDITIONS_OF_A_RULE),
    Terms(operation="create-rule", of=LISTENER, words=WHOLE_RULE),
    Terms(operation="delete-rule", of=RULE, words=WHOLE_RULE),
    Terms(
        operation="set-rule-priorities",
        of=RULE,
        words=Words(
            ingress="alb.ingress.kubernetes.io/group.order | spec.rules",
            gateway="HTTPRoute: spec.rules[].matches",
            cloudformation="AWS::ElasticLoadBalancingV2::ListenerRule: Priority",
            terraform="aws_lb_listener_rule: priority",
        ),
    ),
    Terms(operation="authorize-security-group-ingress", of=SECURITY_GROUP, words=OPENING),
    Terms(operation="authorize-security-group-egress", of=SECURITY_GROUP, words=OPENING),
    Terms(operation="start-instances", of=INSTANCE, words=RUNNING),
    Terms(operation="set-subnets", of=BALANCER, words=SUBNETS),
    Terms(operation="set-ip-address-type", option="--ip-address-type", of=BALANCER, words=ADDRESS_TYPE),
    Terms(
        operation="set-security-groups",
        of=BALANCER,
        words=Words(
            ingress=OWN_GROUPS,
            gateway="LoadBalancerConfiguration: spec.securityGroups",
            beanstalk=f"{EB_UPDATE} Namespace=aws:elbv2:loadbalancer,OptionName=SecurityGroups,Value=SECURITY_GROUPS",
            cloudformation="AWS::ElasticLoadBalancingV2::LoadBalancer: SecurityGroups",
            terraform="aws_lb: security_groups",
        ),
    ),
)
"""The first of an operation whose option is there; a test looks for an operation of a fix that is in no line."""


@cache
def changes_of(fix: Fix) -> tuple[Change, ...]:
    """What the commands of a fix change, those of its script first."""
    texts = (fix.script, fix.by_hand.en if fix.by_hand else "")
    return tuple(dict.fromkeys(change for text in texts for change in _changes_in(text)))


def _changes_in(text: str) -> Iterator[Change]:
    for command in COMMAND.finditer(text):
        options = dict(OPTION.findall(command["rest"]))
        meant = [one for one in TERMS if one.operation == command["operation"] and _names(one, options)]
        for terms in [one for one in meant if one.when] or meant:
            value = str(options.get(terms.option, "")).rstrip("\"'`.,;:)")
            value = AS_WORDS.get(value, value)
            yield Change(terms, value if SIMPLE.fullmatch(value) else "")


def _names(terms: Terms, options: Mapping[str, str]) -> bool:
    """Whether a command has the option, and the value, of a line."""
    return not terms.option or (terms.option in options and terms.when in ("", options[terms.option]))
