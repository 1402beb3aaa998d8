"""Exactly one block makes a thing, or none is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from albdoctor.facts.known import Kind
from albdoctor.iac import code as limits
from albdoctor.iac.block import Block, Thing
from albdoctor.iac.code import Code

ELB = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012"
LB = Thing(kind=Kind.LOAD_BALANCER, id=f"{ELB}:loadbalancer/app/web/50dc6c495c0c9188", called="web")
GROUP = Thing(kind=Kind.TARGET_GROUP, id=f"{ELB}:targetgroup/web-http/73e2d6bc24d8a067", called="web-http")
LISTENER = Thing(kind=Kind.LISTENER, id=f"{ELB}:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2", port=443, of=LB)
RULE = Thing(kind=Kind.RULE, id=f"{ELB}:listener-rule/app/web/50dc/f2f7/9683", priority="10", of=LISTENER)
CERTIFICATE = Thing(kind=Kind.CERTIFICATE, id="arn:aws:acm:ap-northeast-2:1:certificate/a", called="shop.example")
ZONE = Thing(kind=Kind.HOSTED_ZONE, id="Z1", called="shop.example")
RECORD = Thing(kind=Kind.RECORD, id="Z1_www.shop.example_A", called="www.shop.example", type="A", of=ZONE)
TARGET = Thing(kind=Kind.TARGET, id="i-0abc")

TERRAFORM = """\
# the shop
resource "aws_lb" "web" {
  name = "web"
}

resource "aws_alb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = "443"
  default_action {
    type = "forward"
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
}

resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_alb_listener.https.arn
  priority     = 10
}

resource "aws_lb_target_group" "web" {
  name = "web-http"
}

resource "aws_acm_certificate" "site" { domain_name = "shop.example" }
resource "aws_route53_zone" "site" { name = "shop.example." }
resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.site.zone_id
  name    = "www"
  type    = "A"
}
resource "aws_instance" "app" { ami = "x" }
"""
TEMPLATE = """\
Resources:
  Web:
    Type: AWS::ElasticLoadBalancingV2::LoadBalancer
    Properties:
      Name: web
      Subnets: !Split [",", !Ref Subnets]

  Https:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Web
      Port: 443
      DefaultActions:
        - Type: forward
          TargetGroupArn: !Ref Group

  Api:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !GetAtt Https.ListenerArn
      Priority: 10
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {Name: web-http}
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: shop.example
  Zone: {Type: "AWS::Route53::HostedZone", Properties: {Name: shop.example}}
  Www:
    Type: AWS::Route53::RecordSet
    Properties:
      HostedZoneId: !Ref Zone
      Name: www.shop.example.
      Type: A
"""


def _path(name: str) -> str:
    """`modules__web__lb_tf`: modules/web/lb.tf."""
    *folders, file = name.split("__")
    return "/".join([*folders, file.replace("_", ".")])


def code(folder: Path, **files: str) -> Code:
    for name, content in files.items():
        path = folder / _path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    read = Code(folder)
    read.read()
    return read


def told(block: Block | None) -> str:
    return f"{block.file.name}:{block.line}-{block.end_line} {block.name}" if block else "-"


@pytest.mark.parametrize(
    ("thing", "place"),
    [
        (LB, "main.tf:2-4 aws_lb.web"),
        (LISTENER, "main.tf:6-12 aws_alb_listener.https"),
        (RULE, "main.tf:19-22 aws_lb_listener_rule.api"),
        (GROUP, "main.tf:24-26 aws_lb_target_group.web"),
        (CERTIFICATE, "main.tf:28-28 aws_acm_certificate.site"),
        (ZONE, "main.tf:29-29 aws_route53_zone.site"),
        (RECORD, "main.tf:30-34 aws_route53_record.www"),
        (TARGET, "-"),
    ],
    ids=lambda one: one.kind if isinstance(one, Thing) else "",
)
def test_terraform_by_name(thing: Thing, place: str, tmp_path: Path) -> None:
    assert told(code(tmp_path, main_tf=TERRAFORM).block_of(thing)) == place


IN_TEMPLATE = [
    (LB, "site.yaml:2-6 Web"),
    (LISTENER, "site.yaml:8-15 Https"),
    (RULE, "site.yaml:17-21 Api"),
    (GROUP, "site.yaml:22-24 Group"),
    (CERTIFICATE, "site.yaml:25-28 Certificate"),
    (ZONE, "site.yaml:29-29 Zone"),
    (RECORD, "site.yaml:30-35 Www"),
]


@pytest.mark.parametrize(("thing", "place"), IN_TEMPLATE, ids=lambda one: one.kind if isinstance(one, Thing) else "")
def test_cloudformation_by_name(thing: Thing, place: str, tmp_path: Path) -> None:
    assert told(code(tmp_path, site_yaml=TEMPLATE).block_of(thing)) == place


def test_cloudformation_in_json_indented_with_tabs_and_by_its_tag(tmp_path: Path) -> None:
    web = {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Name": {"Fn::Sub": "${Env}-web"}}}
    port = {"LoadBalancerArn": {"Ref": "Web"}, "Port": 443}
    https = {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": port}
    text = json.dumps({"Resources": {"Web": web, "Https": https}}, indent="\t")
    read = code(tmp_path, site_json=text)
    tagged = Thing(kind=Kind.LOAD_BALANCER, id=LB.id, called="prod-web", logical="Web")
    assert told(read.block_of(tagged)) == "site.json:3-10 Web"
    assert told(read.block_of(Thing(kind=Kind.LISTENER, id="x", port=443, of=tagged))) == "site.json:11-19 Https"
    assert told(read.block_of(LB)) == "-", "a name that is put together may be any"


@pytest.mark.parametrize(
    "other",
    [
        TERRAFORM,
        'resource "aws_alb" "b" { name = "web" }',
        'resource "aws_lb" "x" {\n name = "web"\n',  # no Terraform, and it says the name
    ],
)
def test_of_two_that_may_make_it_none_is_named(other: str, tmp_path: Path) -> None:
    read = code(tmp_path, prod__main_tf=TERRAFORM, dev__main_tf=other)
    assert (told(read.block_of(LB)), told(read.block_of(LISTENER))) == ("-", "-")


def test_two_listeners_of_a_port_are_told_apart_by_their_load_balancer(tmp_path: Path) -> None:
    other = 'resource "aws_lb" "b" { name = "b" }\nresource "aws_lb_listener" "b" {\n'
    other += "  load_balancer_arn = aws_lb.b.arn\n  port = 443\n}\n"
    read = code(tmp_path, main_tf=TERRAFORM, other_tf=other)
    assert told(read.block_of(LISTENER)) == "main.tf:6-12 aws_alb_listener.https"


def state(*resources: tuple[str, str, str, Any], mode: str = "managed") -> str:
    told_ = [
        {"mode": mode, "type": type_, "name": name, "module": module, "instances": [{"attributes": attributes}]}
        for module, type_, name, attributes in resources
    ]
    return json.dumps({"version": 4, "terraform_version": "1.14.0", "resources": told_})


MODULE = 'resource "aws_lb" "this" {\n  name = "${var.env}-web"\n}\n'
CALLS = 'module "prod" {\n  source = "./modules/web"\n}\nresource "aws_instance" "app" {\n  ami = "x"\n}\n'


def test_a_state_leads_through_modules_to_what_has_no_literal_name(tmp_path: Path) -> None:
    made = state(
        ('module.prod["a.b"]', "aws_lb", "this", {"arn": LB.id, "id": LB.id, "name": "prod-web"}),
        ("", "aws_instance", "app", {"id": "i-0abc", "arn": None}),
    )
    read = code(tmp_path, main_tf=CALLS, modules__web__lb_tf=MODULE, terraform_tfstate=made)
    assert told(read.block_of(LB)) == "lb.tf:1-3 aws_lb.this"
    assert told(read.block_of(TARGET)) == "main.tf:4-6 aws_instance.app"
    assert told(read.block_of(GROUP)) == "-"


def test_a_named_state_holds_for_the_folder_or_for_the_only_root_in_it(tmp_path: Path) -> None:
    path = tmp_path / "pulled.json"
    path.write_text(state(("module.prod", "aws_lb", "this", {"arn": LB.id})))
    for place in ("main_tf", "envs__main_tf"):
        folder = tmp_path / place
        calls = CALLS.replace("./modules", "../modules") if "envs" in place else CALLS
        read = code(folder, **{place: calls}, modules__web__lb_tf=MODULE)
        read.read_state(path)
        assert told(read.block_of(LB)) == "lb.tf:1-3 aws_lb.this"


def test_a_state_that_leads_elsewhere_is_believed(tmp_path: Path) -> None:
    read = code(tmp_path, main_tf=TERRAFORM, terraform_tfstate=state(("module.gone", "aws_lb", "web", {"arn": LB.id})))
    assert told(read.block_of(LB)) == "-"


def test_what_a_state_only_reads_makes_nothing(tmp_path: Path) -> None:
    only_read = state(("", "aws_lb", "gone", {"arn": LB.id}), mode="data")
    read = code(tmp_path, main_tf=TERRAFORM, terraform_tfstate=only_read)
    assert told(read.block_of(LB)) == "main.tf:2-4 aws_lb.web"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a_tf", 'resource "aws_lb" "b" {', "is not read"),
        ("a_tf", "aws_lb = " + "[" * 20_000, "is not read"),
        ("a_tf", 'resource "aws_lb" "b" { name = "\x00" }', ""),
        ("a_yaml", "AWS::Route53::HostedZone: [", "is not read"),
        ("a_yaml", "x: AWS::Route53::HostedZone\ny: " + "[" * 5_000, "is not read"),
        (
            "a_yaml",
            "x: AWS::Route53::HostedZone\nResources: [a, {b: c}, !!python/object/apply:os.system [touch owned]]",
            "",
        ),
        ("a_yaml", "x: AWS::Route53::HostedZone\nResources: &a {b: *a}", ""),
        ("a_json", '{"Resources": {"AWS::Route53::HostedZone": {"Type": ["a"]}}}', ""),
        ("terraform_tfstate", "{", "is not read"),
        ("terraform_tfstate", '{"version": 3}', "is not read"),
        (
            "terraform_tfstate",
            '{"version": 4, "resources": [{"type": "a", "name": "b", "instances": [{"attributes": {"arn": 7}}]}]}',
            "",
        ),
    ],
)
def test_what_is_broken_or_hostile_is_noted_and_the_rest_is_read(
    name: str, content: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read = code(tmp_path, **{f"sub__{name}": content}, main_tf=TERRAFORM)
    assert told(read.block_of(LB)) == "main.tf:2-4 aws_lb.web"
    assert all(said in note.said.en for note in read.notes)
    assert bool(read.notes) == bool(said) or name == "a_tf"
    assert not (tmp_path / "owned").exists()


def test_links_and_what_tools_wrote_are_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    code(outside, other_tf=TERRAFORM)
    inside = tmp_path / "inside"
    written = {f"{name}__main_tf": TERRAFORM for name in ("node_modules", "vendor")}
    read = code(inside, main_tf=TERRAFORM, **written)
    (inside / ".terraform").mkdir()
    (inside / ".terraform" / "main.tf").write_text(TERRAFORM)
    (inside / "link").symlink_to(outside)
    (inside / "link.tf").symlink_to(outside / "other.tf")
    (inside / "circle").symlink_to(inside)
    read = Code(inside)
    read.read()
    assert told(read.block_of(LB)) == "main.tf:2-4 aws_lb.web"


def test_of_more_than_is_looked_through_nothing_is_certain(tmp_path: Path) -> None:
    many = {f"m{number}__main_tf": TERRAFORM + "#" * 900_000 for number in range(3)}
    read = code(tmp_path, main_tf=TERRAFORM.replace("web", "b"), **many)
    assert [note.said for note in read.notes] == [limits.TOO_MUCH]
    assert told(read.block_of(LB)) == "-"
    long = code(tmp_path / "long", main_tf=TERRAFORM, long_tf=TERRAFORM + "#" * 1_000_000)
    assert [note.why for note in long.notes] == [limits.TOO_LONG]
    assert told(long.block_of(LB)) == "-"
