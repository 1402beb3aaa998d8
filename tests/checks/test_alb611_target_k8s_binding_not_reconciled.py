"""ALB611 over facts: security groups that carry the tag of a cluster, and those that only look so."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.checkup.fix import Fix
from albdoctor.facts.cluster_tags import GroupClusterTags
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill
from albdoctor_checks.fixes.cluster_tag import CHOOSE, TAG, UNTAG
from albdoctor_checks.target.alb611_target_k8s_binding_not_reconciled import NO_PODS
from albdoctor_checks.target.alb611_target_k8s_binding_not_reconciled import (
    target_k8s_binding_not_reconciled as check,
)
from tests.support.build import GROUP_ARN, REGION, group, target
from tests.support.build_clusters import CONTROLLERS, SECOND, cluster_tags, node_of_two
from tests.support.build_net import SG_ALB, SG_WEB, permission, security_group
from tests.support.build_targets import DENIED, TIMEOUT, placed, unhealthy
from tests.support.build_ways import behind, eni
from tests.support.table import result_of, told

SILENT = unhealthy(reason=TIMEOUT, description="Request timed out")
CLOSED = (CONTROLLERS, security_group("sg-web"), SECOND)
TWO = cluster_tags("sg-web", eks="sg-nodes")
NO_TAGS = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTags")
NO_GROUPS = Unknown(gap=Gap.DENIED, asked="ec2:DescribeSecurityGroups")


def seen(*targets: Any, tags: Any = TWO, **groups: Any) -> Facts:
    """Targets of which no security group lets in the load balancer that the controller made."""
    base: dict[str, Any] = {"security_groups": CLOSED, "network_interfaces": (node_of_two(),), "cluster_tags": tags}
    made: Facts = behind(*targets, **(base | groups))
    return made


def by_hand(fix: Fix, **values: Any) -> str:
    """The commands of instructions."""
    assert fix.by_hand is not None
    lines = fill(fix.by_hand.en, {"region": REGION, "tag": "kubernetes.io/cluster/prod", **values}).splitlines()
    return "\n".join(line for line in lines if line.startswith("  "))


def test_two_tagged_groups_in_front_of_a_target_that_is_not_reached() -> None:
    facts = seen(SILENT)
    assert told(check, facts) == [
        f"error likely target-group/{GROUP_ARN} [sg-web sg-nodes]: The AWS Load Balancer Controller of cluster prod"
        " cannot open the way to the targets of web-http: it takes exactly one security group of i-0abc with the tag"
        " kubernetes.io/cluster/prod, and finds sg-nodes, sg-web",
        "  ec2 DescribeNetworkInterfaces -> i-0abc: SecurityGroups: sg-web, sg-nodes",
        "  ec2 DescribeSecurityGroups sg-web sg-nodes -> kubernetes.io/cluster/prod: sg-nodes, sg-web",
        "  fix[by hand, none]: Keep the tag kubernetes.io/cluster/prod on sg-nodes only: take it from sg-web.",
    ]
    (finding,) = run_one(facts, check).findings
    assert (finding.fix, len(finding.alternatives)) == (UNTAG, 1)
    assert finding.decide.startswith("kubectl logs --namespace kube-system ")
    assert by_hand(UNTAG, kept=("sg-nodes",), extra=("sg-web",)) == (
        f"  aws ec2 delete-tags --region {REGION} --resources sg-web --tags Key=kubernetes.io/cluster/prod"
    )


def test_an_empty_group_where_nodes_have_two_tagged_groups() -> None:
    facts = seen(tags=cluster_tags("sg-web", eks="sg-nodes", interfaces=("eni-9",)))
    assert told(check, facts)[1:3] == [
        "  ec2 DescribeNetworkInterfaces -> eni-9: SecurityGroups: sg-nodes, sg-web",
        "  ec2 DescribeSecurityGroups sg-nodes sg-web -> kubernetes.io/cluster/prod: sg-nodes, sg-web",
    ]
    (finding,) = run_one(facts, check).findings
    assert NO_PODS not in finding.alternatives


def test_an_empty_group_of_pods_may_rightly_be_empty() -> None:
    tags = cluster_tags("sg-web", eks="sg-nodes", interfaces=("eni-9", "eni-10"))
    (finding,) = run_one(seen(tags=tags, target_groups=(group(TargetType="ip"),)), check).findings
    assert (finding.certainty, finding.alternatives[0]) == ("likely", NO_PODS)


@pytest.mark.parametrize("tags", [cluster_tags("sg-web", "sg-nodes"), cluster_tags(eks=("sg-web", "sg-nodes"))])
def test_where_none_or_both_are_of_eks_the_user_chooses(tags: Any) -> None:
    (finding,) = run_one(seen(SILENT, tags=tags), check).findings
    assert (finding.fix, finding.values["tagged"]) == (CHOOSE, ("sg-nodes", "sg-web"))
    assert "--resources SECURITY_GROUP " in by_hand(CHOOSE, extra=("sg-web", "sg-nodes"))


@pytest.mark.parametrize("tags", [cluster_tags(), cluster_tags("sg-elsewhere")])
def test_where_none_of_several_is_tagged_one_is_to_be(tags: Any) -> None:
    facts = seen(SILENT, tags=tags)
    assert told(check, facts)[0].endswith("with the tag kubernetes.io/cluster/prod, and finds none")
    assert told(check, facts)[2:] == [
        "  ec2 DescribeSecurityGroups sg-web sg-nodes -> kubernetes.io/cluster/prod: no tag",
        "  fix[by hand, none]: Tag one of sg-web, sg-nodes with kubernetes.io/cluster/prod.",
    ]
    (finding,) = run_one(facts, check).findings
    assert finding.fix is TAG


def test_each_set_of_security_groups_is_told_once() -> None:
    others = [unhealthy(reason=TIMEOUT, id_=f"i-{name}") for name in "bc"]
    further = eni("i-c", NetworkInterfaceId="eni-c", private="10.0.9.25", Groups=[{"GroupId": "sg-web"}])
    nodes = (node_of_two(), node_of_two("i-b", NetworkInterfaceId="eni-b", private="10.0.9.24"), further)
    outcome = run_one(seen(SILENT, *others, network_interfaces=nodes), check)
    assert [one.key for one in outcome.findings] == ["sg-web sg-nodes"]


@pytest.mark.parametrize(
    "groups",
    [
        {"tags": cluster_tags(eks="sg-nodes")},  # as EKS makes it
        {"tags": cluster_tags("sg-elsewhere", eks="sg-nodes")},
        {"tags": cluster_tags("sg-web", "sg-elsewhere"), "network_interfaces": (eni(),)},  # one group: no choice
        {"tags": cluster_tags(), "network_interfaces": (eni(),)},
    ],
)
def test_one_that_the_controller_takes_passes(groups: dict[str, Any]) -> None:
    assert result_of(check, seen(SILENT, **groups)) is Result.PASSED


ADMITS = (CONTROLLERS, security_group("sg-web", permission(80, 80, "sg-alb")), SECOND)


@pytest.mark.parametrize(
    ("targets", "groups"),
    [
        ((SILENT,), {"tags": ()}),  # nobody's, of EKS Auto Mode, or of another controller
        ((), {"tags": TWO}),  # scaled to zero, say: no node tells anything
        ((), {"tags": cluster_tags(eks="sg-nodes")}),
        ((SILENT,), {"security_groups": ADMITS}),  # it is let in: something else is wrong
        ((target(),), {}),  # a proven way
        ((target(state="initial"),), {}),
        ((SILENT,), {"security_groups": (SG_ALB, *CLOSED[1:])}),  # a security group of one's own: not the controller's
        ((), {"security_groups": (SG_ALB, SG_WEB), "tags": cluster_tags("sg-web", "sg-n", interfaces=("eni-9",))}),
        ((SILENT,), {"tags": cluster_tags("sg-web", "sg-nodes", cluster="test")}),  # a load balancer of another cluster
        ((SILENT,), {"target_groups": ()}),
    ],
)
def test_what_the_controller_has_no_choice_to_make_of_is_not_judged(targets: Any, groups: dict[str, Any]) -> None:
    assert result_of(check, seen(*targets, **groups)) is Result.EMPTY


def test_unknown() -> None:
    assert result_of(check, seen(SILENT, tags=NO_TAGS)) is Result.SKIPPED
    assert result_of(check, seen(SILENT, security_groups=NO_GROUPS)) is Result.SKIPPED
    assert result_of(check, seen(SILENT, groups_health=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(SILENT, network_interfaces=NO_GROUPS)) is Result.SKIPPED
    # Without a cluster nothing else has to be known.
    assert result_of(check, seen(SILENT, tags=(), security_groups=NO_GROUPS)) is Result.EMPTY


def test_tags_that_could_not_be_seen_are_no_gap_of_the_verdict() -> None:
    outcome = run_one(seen(SILENT, tags=NO_TAGS), check)
    assert (outcome.gaps, outcome.missed) == ((), (NO_TAGS,))


def test_an_address_of_a_pod_is_judged_by_its_interface() -> None:
    pod = placed(unhealthy(8080, TIMEOUT, "Request timed out", id_="10.0.9.23"))
    (finding,) = run_one(seen(pod, target_groups=(group(TargetType="ip"),)), check).findings
    assert finding.values["at"] == "10.0.9.23"


def test_it_survives_json() -> None:
    (one,) = TWO
    assert msgspec.json.decode(msgspec.json.encode(one), type=GroupClusterTags) == one
