"""Who owns a load balancer or a target group, read from its tags; nobody where they only look like it."""

from __future__ import annotations

import msgspec
import pytest

from albdoctor.derive.owners import Owner, OwnerKind, owners
from albdoctor.facts.known import Known
from albdoctor.facts.tags import TagDescription
from albdoctor.redact.snapshot import redact
from tests.support.build import BALANCER_ARN, GROUP_ARN, LISTENER_443_ARN, facts, rule
from tests.support.build_owners import tagged

INGRESS = {"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "shop/web", "ingress.k8s.aws/resource": "x"}
OF_THE_INGRESS = Owner(kind=OwnerKind.INGRESS, namespace="shop", name="web", part="x", cluster="prod")
STACK = {
    "aws:cloudformation:stack-name": "site",
    "aws:cloudformation:logical-id": "Web",
    "aws:cloudformation:stack-id": "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/site/1",
}
OF_THE_STACK = Owner(kind=OwnerKind.CLOUDFORMATION, name="site", part="Web")
TERRAFORM = Owner(kind=OwnerKind.TERRAFORM)


@pytest.mark.parametrize(
    ("tags", "owner"),
    [
        (INGRESS, OF_THE_INGRESS),
        ({"ingress.k8s.aws/stack": "a-group"}, Owner(kind=OwnerKind.INGRESS, name="a-group")),
        ({"elbv2.k8s.aws/cluster": "prod"}, Owner(kind=OwnerKind.INGRESS, cluster="prod")),
        ({"service.k8s.aws/stack": "a/b"}, Owner(kind=OwnerKind.SERVICE, namespace="a", name="b")),
        ({"gateway.k8s.aws.alb/stack": "a/b"}, Owner(kind=OwnerKind.GATEWAY, namespace="a", name="b")),
        ({"gateway.k8s.aws/stack": "a/b"}, Owner(kind=OwnerKind.GATEWAY, namespace="a", name="b")),
        (
            {"eks:eks-cluster-name": "auto", "ingress.eks.amazonaws.com/stack": "a/b"},
            Owner(kind=OwnerKind.INGRESS, namespace="a", name="b", cluster="auto"),
        ),
        (
            {"gateway.eks.amazonaws.com.alb/stack": "a/b"},
            Owner(kind=OwnerKind.GATEWAY, namespace="a", name="b"),
        ),
        ({"AmazonECSManaged": "true"}, Owner(kind=OwnerKind.ECS)),
        ({"elasticbeanstalk:environment-name": "live", **STACK}, Owner(kind=OwnerKind.BEANSTALK, name="live")),
        (STACK, OF_THE_STACK),
        ({**STACK, "ManagedBy": "terraform"}, OF_THE_STACK),
        ({**INGRESS, **STACK, "terraform": "true"}, OF_THE_INGRESS),
        *(({key: "true"}, TERRAFORM) for key in ("terraform", "Terraform", "TERRAFORM", "terraform-managed")),
        ({"terraform": ""}, TERRAFORM),
        ({"terraform:workspace": "prod"}, TERRAFORM),
        *(({key: "terraform"}, TERRAFORM) for key in ("managed-by", "ManagedBy", "managed_by", "created-by", "IaC")),
        *(({"Managed By": value}, TERRAFORM) for value in ("Terraform", "terraform-cloud", "OpenTofu", "terraform v1")),
        # Nobody's: what people write for themselves, and what says no.
        ({}, None),
        ({"Name": "terraform", "Owner": "kubernetes", "Team": "ecs"}, None),
        ({"ManagedBy": "the web team"}, None),
        ({"ManagedBy": "not terraform"}, None),
        ({"terraform": "false"}, None),
        ({"terraforming": "mars"}, None),
        ({"AmazonECSManaged": "false"}, None),
        ({"aws:cloudformation:logical-id": "Web"}, None),
        ({"x-ingress.k8s.aws/stack": "a/b", "ingress.k8s.aws/stack/x": "a/b"}, None),
    ],
)
def test_the_owner_is_read_from_tags(tags: dict[str, str], owner: Owner | None) -> None:
    made = owners((tagged(GROUP_ARN, **tags),))
    assert made.of(GROUP_ARN) == owner
    assert made.of(BALANCER_ARN) is None
    hidden = redact(facts(owner_tags=(tagged(GROUP_ARN, **tags),))).owner_tags
    assert isinstance(hidden, Known)
    masked = owners(hidden.value).of(hidden.value[0].resource_arn)
    assert (masked and masked.kind) == (owner and owner.kind), "--redact changes the owner"


def test_listeners_and_rules_belong_to_whom_their_balancer_belongs() -> None:
    made = owners((tagged(BALANCER_ARN, **STACK), tagged(GROUP_ARN)))
    for arn in (BALANCER_ARN, LISTENER_443_ARN, rule("1").rule_arn):
        assert made.of(arn) == OF_THE_STACK
    other = BALANCER_ARN.replace("50dc6c495c0c9188", "0000000000000000")
    for arn in (GROUP_ARN, other, LISTENER_443_ARN.replace("50dc6c495c0c9188", "0000000000000000"), "", "i-0abc"):
        assert made.of(arn) is None


def test_nothing_is_kept_of_tags_that_tell_no_owner() -> None:
    secret = tagged(GROUP_ARN, Password="hunter2", ManagedBy="hunter3", **{"terraform:token": "hunter4"})
    document = msgspec.json.encode(secret)
    assert b"hunter" not in document
    assert msgspec.json.decode(document, type=TagDescription) == secret


def test_names_in_tags_are_redacted() -> None:
    document = msgspec.json.encode(redact(facts(owner_tags=(tagged(GROUP_ARN, **INGRESS),))))
    assert b'"Value":"tag-1/tag-2"' in document or b'"Value":"tag-2/tag-3"' in document
    assert b"shop/web" not in document
