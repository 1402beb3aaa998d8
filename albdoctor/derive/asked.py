"""Who was asked, as evidence names it: one function for each kind of thing, so that another source is one change.

AWS questions are "service Operation thing", in the API's own names; questions on the wire start with the protocol.
"""

from __future__ import annotations

from albdoctor.facts.acm import Certificate
from albdoctor.facts.ecs import EcsService
from albdoctor.facts.elb import Listener, LoadBalancer, Rule, TargetGroup
from albdoctor.facts.registration import Registration
from albdoctor.facts.scaling import AutoScalingGroup
from albdoctor.facts.wire import Exchange
from albdoctor.text import Text


def balancers(*found: LoadBalancer | str) -> str:
    """Load balancers, or their ARNs; none named: all of them."""
    names = (one if isinstance(one, str) else one.load_balancer_name for one in found)
    return _question("elasticloadbalancing DescribeLoadBalancers", *names)


def balancer_attributes(of: LoadBalancer) -> str:
    """The attributes of a load balancer."""
    return _question("elasticloadbalancing DescribeLoadBalancerAttributes", of.load_balancer_name)


def listeners(balancer: LoadBalancer) -> str:
    """The listeners of a load balancer."""
    return _question("elasticloadbalancing DescribeListeners", balancer.load_balancer_name)


def listeners_for(url: str) -> str:
    """The listener that takes a URL."""
    return _question("elasticloadbalancing DescribeListeners", url)


def listener_certificates(*on: Listener) -> str:
    """The certificates of listeners, the default one and the SNI list; none named: of every listener."""
    return _question("elasticloadbalancing DescribeListenerCertificates", *(endpoint(one) for one in on))


def ssl_policy(name: str) -> str:
    """A TLS policy, and the versions in it."""
    return _question("elasticloadbalancing DescribeSSLPolicies", name)


def rule(listener: Listener, which: Rule | None, url: str = "") -> str:
    """The rule of a listener that was evaluated, for a URL; None: all of them."""
    where = f"{endpoint(listener)}, {rule_name(which) if which else 'rules'}"
    return _question("elasticloadbalancing DescribeRules", f"{where}, for {url}" if url else where)


def group(of: TargetGroup) -> str:
    """A target group and its settings."""
    return _question("elasticloadbalancing DescribeTargetGroups", of.target_group_name)


def group_attributes(of: TargetGroup) -> str:
    """The attributes of a target group."""
    return _question("elasticloadbalancing DescribeTargetGroupAttributes", of.target_group_name)


def health(group_name: str) -> str:
    """The health of a group's registered targets."""
    return _question("elasticloadbalancing DescribeTargetHealth", group_name)


def service(of: EcsService) -> str:
    """An Amazon ECS service."""
    return _question("ecs DescribeServices", f"{of.cluster}/{of.service_name}")


def tasks(of: EcsService) -> str:
    """The tasks of an Amazon ECS service that were stopped."""
    return _question("ecs DescribeTasks", f"{of.cluster}/{of.service_name}")


def task_definition(arn: str) -> str:
    """A task definition, by its ARN."""
    return _question("ecs DescribeTaskDefinition", arn.rpartition("/")[2])


def scaling_group(of: AutoScalingGroup) -> str:
    """An Auto Scaling group."""
    return _question("autoscaling DescribeAutoScalingGroups", of.auto_scaling_group_name)


def scaling_history(of: AutoScalingGroup) -> str:
    """What an Auto Scaling group did."""
    return _question("autoscaling DescribeScalingActivities", of.auto_scaling_group_name)


def metric(name: str, of: TargetGroup) -> str:
    """A counter of a target group."""
    return _question("cloudwatch GetMetricData", name, of.target_group_name)


def counters(of: LoadBalancer) -> str:
    """The counters of a load balancer."""
    return _question("cloudwatch GetMetricData", of.load_balancer_name)


def balancer_metric(name: str, balancer_name: str) -> str:
    """A counter of a load balancer."""
    return _question("cloudwatch GetMetricData", name, balancer_name)


def security_groups(*ids: str) -> str:
    """Security groups and their rules."""
    return _question("ec2 DescribeSecurityGroups", *ids)


def network_acl(id_: str, where: str) -> str:
    """A network ACL, and on which side of the way it stands."""
    return _question("ec2 DescribeNetworkAcls", id_, f"({where})")


def route_table(id_: str) -> str:
    """A route table."""
    return _question("ec2 DescribeRouteTables", id_)


def internet_gateways(*ids: str) -> str:
    """Internet gateways."""
    return _question("ec2 DescribeInternetGateways", *ids)


def subnets(*ids: str) -> str:
    """Subnets."""
    return _question("ec2 DescribeSubnets", *ids)


def instances() -> str:
    """EC2 instances."""
    return "ec2 DescribeInstances"


def instance_statuses() -> str:
    """EC2's own status checks of instances."""
    return "ec2 DescribeInstanceStatus"


def network_interfaces() -> str:
    """Network interfaces."""
    return "ec2 DescribeNetworkInterfaces"


def zone(id_: str) -> str:
    """A hosted zone and its name servers."""
    return _question("route53 GetHostedZone", id_)


def zones(name: str) -> str:
    """The hosted zones of a name."""
    return _question("route53 ListHostedZonesByName", name)


def records(zones_: str, *name: str) -> str:
    """The record sets of a hosted zone, of a name and a type where they are given."""
    return _question("route53 ListResourceRecordSets", zones_, *name)


def certificate(of: Certificate | str) -> str:
    """A certificate, or its ARN."""
    return _question("acm DescribeCertificate", of if isinstance(of, str) else of.certificate_arn)


def certificates(region: str) -> str:
    """The certificates of a Region."""
    return _question("acm ListCertificates", region)


def sockets(instance_id: str) -> str:
    """Where processes listen on an instance."""
    return _question("ssm SendCommand /proc/net/tcp", instance_id)


def host_firewall(tool: str, instance_id: str, family: str = "ip") -> str:
    """What the firewall of an instance of its own says; `tool` and `family`: as a chain of it has them."""
    shown = {"nftables": "nft list ruleset", "windows": "Get-NetFirewallRule"}
    if tool.startswith("iptables"):
        shown[tool] = f"{'ip6tables' if family == 'ip6' else 'iptables'}{tool.removeprefix('iptables')}-save"
    return _question(f"ssm SendCommand {shown.get(tool, tool)}", instance_id)


def answers(host: str) -> str:
    """What the delegated servers answered for a host."""
    return _question("DNS", host)


def dns(type_: str, name: str, server: str = "") -> str:
    """A question to DNS, to one server where it is given."""
    return _question(type_, name, *((f"@{server}",) if server else ()))


def lookup(type_: str, name: str, of: str = "") -> str:
    """A question to DNS that stayed without a usable answer, and whose servers were asked."""
    return f"DNS {_question(type_, name, *((f'of {of}',) if of else ()))}"


def root_servers(domain: str) -> Text:
    """The top-level domain, asked of the root servers."""
    question = dns("NS", domain.rpartition(".")[2])
    return Text(en=f"{question} asked of the root servers", ko=f"루트 서버에 {question} 질의")


def parent_servers(domain: str, parent: str, answered: int) -> Text:
    """The name servers of a domain, asked of its parent zone's servers."""
    return Text(
        en=f"{dns('NS', domain)} asked of the servers of {parent} ({answered} answered)",
        ko=f"{parent} 서버에 {dns('NS', domain)} 질의({answered}대 응답)",
    )


def delegated_servers(domain: str) -> Text:
    """A zone's SOA, asked of every server that the parent names."""
    return Text(
        en=f"{dns('SOA', domain)} asked of each delegated server", ko=f"위임된 서버마다 {dns('SOA', domain)} 질의"
    )


def own_servers(domain: str) -> Text:
    """A zone's own NS record, asked of the delegated servers that hold the zone."""
    return Text(en=f"{dns('NS', domain)} asked of the delegated servers", ko=f"위임된 서버에 {dns('NS', domain)} 질의")


def registry(of: Registration, domain: str) -> str:
    """The registration data of a domain, from RDAP or WHOIS."""
    return _question(of.source.upper(), of.server, domain)


def held(domain: str) -> str:
    """What Route 53 Domains, where the account holds the domain, says about it."""
    return _question("route53domains GetDomainDetail", domain)


def tcp(host: str, port: int) -> str:
    """A connection attempt."""
    return f"TCP {host}:{port}"


def connection(address: str, port: int, target_id: str) -> Text:
    """A direct probe of a port of a target."""
    where = f"{address}:{port}"
    return Text(en=f"connection to {where} ({target_id})", ko=f"{where} 연결({target_id})")


def url(of: str) -> str:
    """A request, whichever address answered it."""
    return f"GET {of}"


def by_host(host: str) -> Text:
    """The request of a health check once more, with a host name instead of the private address."""
    return Text(en=f"the same with Host: {host}", ko=f"Host를 바꾼 같은 요청: {host}")


def time_to_answer() -> Text:
    """How long an answer took."""
    return Text(en="time until the answer", ko="응답까지 걸린 시간")


def obstacle(kind: str, id_: str) -> str:
    """A security group or network ACL on a way, and on which side of it it stands."""
    return f"{kind} {id_}"


def tls(host: str, port: int, server_name: str) -> str:
    """A TLS handshake with a server name (SNI)."""
    return f"TLS {host}:{port} SNI {server_name}"


def exchange(of: Exchange) -> str:
    """A request to one address."""
    return f"GET {of.url} at {of.address}"


def endpoint(listener: Listener) -> str:
    """Write a listener as HTTPS:443."""
    return f"{listener.protocol}:{listener.port}"


def web_acl(of: LoadBalancer) -> str:
    """The web ACL of a load balancer."""
    return _question("wafv2 GetWebACLForResource", of.load_balancer_name)


def function_policy(arn: str) -> str:
    """The resource policy of a function, or of its version or alias."""
    return _question("lambda GetPolicy", arn.partition(":function:")[2] or arn)


def rule_name(of: Rule) -> str:
    """Write a rule as "default rule" or "rule 10"."""
    return "default rule" if of.is_default or of.priority == "default" else f"rule {of.priority}"


def _question(what: str, *of: str) -> str:
    return " ".join((what, *of))
