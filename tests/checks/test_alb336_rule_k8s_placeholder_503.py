"""ALB336 over facts: what the AWS Load Balancer Controller fills in, and what people write themselves."""

from __future__ import annotations

from typing import Any

import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor.text import fill
from albdoctor_checks.balancer.alb336_rule_k8s_placeholder_503 import rule_k8s_placeholder_503 as check
from tests.support.build import BALANCER_ARN, LISTENER_443_ARN, balancer, facts, listener, rule
from tests.support.build_owners import tagged
from tests.support.table import result_of, told

NO_SERVICE, NO_ACTION = "Backend service does not exist", "Backend action does not exist"
INGRESS = tagged(BALANCER_ARN, **{"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "shop/web"})
IN_A_GROUP = tagged(BALANCER_ARN, **{"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "public"})
DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
NO_TAGS = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeTags")
HOST = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}}]
GATE = [{"Field": "source-ip", "SourceIpConfig": {"Values": ["203.0.113.0/24"]}}]
RULE_ARN = LISTENER_443_ARN.replace(":listener/", ":listener-rule/")


def answer(body: str = NO_SERVICE, status: str = "503") -> list[dict[str, Any]]:
    """A fixed response."""
    config = {"StatusCode": status, "ContentType": "text/plain", "MessageBody": body}
    return [{"Type": "fixed-response", "FixedResponseConfig": config}]


def seen(*rules: Any, tags: Any = (INGRESS,), **groups: Any) -> Facts:
    """A load balancer of an Ingress, with these rules before its default one."""
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": (listener(),),
        "rules": (*rules, rule(Actions=answer("", "404"))),
        "owner_tags": tags,
    }
    return facts(**(base | groups))


def test_a_service_that_is_not_there() -> None:
    facts_ = seen(rule("10", Conditions=HOST, Actions=answer()))
    assert told(check, facts_) == [
        f"error confirmed rule/{RULE_ARN}/10: The load balancer itself answers https://shop.example/ with 503"
        " Backend service does not exist: the Ingress names what is not there",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10, for https://shop.example/ -> fixed-response 503"
        " Backend service does not exist",
        "  fix[by hand, none]: Name a Service in the Ingress that is there, or make the one that it names.",
    ]


def test_an_action_without_annotation_and_a_default_backend() -> None:
    assert told(check, seen(rules=(rule(Actions=answer(NO_ACTION)),))) == [
        f"error confirmed listener/{LISTENER_443_ARN}: The load balancer itself answers https://shop.example/ with 503"
        " Backend action does not exist: the Ingress names what is not there",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/ -> fixed-response 503"
        " Backend action does not exist",
        "  fix[by hand, none]: Give the Ingress the annotation alb.ingress.kubernetes.io/actions.NAME that its backend"
        " asks for.",
    ]


@pytest.mark.parametrize(("tags", "scope"), [(INGRESS, "--namespace shop"), (IN_A_GROUP, "--all-namespaces")])
def test_kubectl_looks_where_the_ingress_is(tags: Any, scope: str) -> None:
    (finding,) = run_one(seen(rule("10", Conditions=HOST, Actions=answer()), tags=(tags,)), check).findings
    text = check.fixes[0].by_hand
    assert text is not None
    assert fill(text.en, finding.values).splitlines()[1] == f"  kubectl get ingresses,services {scope}"


def test_where_tags_could_not_be_seen_it_is_likely() -> None:
    (finding,) = run_one(seen(rule("10", Conditions=HOST, Actions=answer()), tags=NO_TAGS), check).findings
    assert (finding.certainty, len(finding.alternatives)) == ("likely", 1)
    assert finding.decide == "kubectl get ingresses,services --all-namespaces"


@pytest.mark.parametrize(
    ("actions", "tags"),
    [
        (answer("maintenance"), (INGRESS,)),  # an action that somebody wrote
        (answer(f"{NO_SERVICE}."), (INGRESS,)),
        (answer(NO_SERVICE, "404"), (INGRESS,)),
        (answer(), ()),  # nobody's: written by hand
        (answer(), (tagged(BALANCER_ARN, **{"managed-by": "terraform"}),)),
    ],
)
def test_other_answers_pass(actions: Any, tags: Any) -> None:
    assert result_of(check, seen(rule("10", Conditions=HOST, Actions=actions), tags=tags)) is Result.PASSED


def test_a_rule_for_other_requests_passes() -> None:
    blog = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["blog.example"]}}]
    assert result_of(check, seen(rule("10", Conditions=blog, Actions=answer()))) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listeners=(listener(80),))) is Result.EMPTY
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(rules=())) is Result.SKIPPED
    gate = rule("5", Conditions=GATE)
    assert result_of(check, seen(gate, rule("10", Conditions=HOST, Actions=answer()))) is Result.SKIPPED
