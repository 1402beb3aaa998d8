"""Guard 9: what a fix does beside mending is said before its steps, in the report itself."""

from __future__ import annotations

from albdoctor.report.model import FindingReport
from tests.guards.test_targets import answered_directly
from tests.kinds.network import admits, permission
from tests.kinds.routing import targets
from tests.kinds.site import OF_BALANCER, Change, Raw, first, judged, of
from tests.kinds.test_targets import FAILED, TLS, on, opened
from tests.kinds.wire import answers, port, shut
from tests.kinds.zones import delegated_to, nxdomain, registered
from tests.support.build_targets import plain

KUBERNETES = {
    "elbv2.k8s.aws/cluster": "prod",
    "ingress.k8s.aws/stack": "shop/web",
    "ingress.k8s.aws/resource": "LoadBalancer",
}


def finding(slug: str, *changes: Change) -> FindingReport:
    """The finding of a check, of the site with these changes."""
    return next(one for one in judged(*changes).findings if one.slug == slug)


def effects(one: FindingReport) -> str:
    """What is said before the steps of its fix."""
    return "\n".join(one.fix.side_effects)


def internal(raw: Raw) -> None:
    """The load balancer has private addresses alone."""
    of(raw, "load_balancers")[0]["Scheme"] = "internal"


def owned(raw: Raw) -> None:
    """The security group of the load balancer was made by the load balancer controller."""
    tags = [{"Key": key, "Value": value} for key, value in KUBERNETES.items()]
    first(of(raw, "security_groups"), GroupId=OF_BALANCER)["Tags"] = tags


def test_guard_09_change_of_name_servers_says_that_mail_records_are_lost() -> None:
    told = effects(finding("registrar-default-nameservers", delegated_to("ns.gabia.co.kr", "ns1.gabia.co.kr")))
    assert "MX and TXT for mail" in told
    assert "copy them into the hosted zone first" in told


def test_guard_09_domain_that_comes_back_may_have_the_registrars_own_name_servers() -> None:
    lapsed = finding("registrar-in-redemption", registered(statuses=["redemption period"]), nxdomain)
    gone = finding("registrar-domain-not-registered", registered(registered=False, statuses=[], expires=None), nxdomain)
    for one in (lapsed, gone):
        assert "put its own name servers back (Gabia does)" in effects(one)


def test_guard_09_scheme_cannot_be_edited() -> None:
    one = finding("alb-internal-for-public-domain", internal, shut("silent"))
    assert "cannot be changed" in one.fix.summary
    assert one.fix.script == ""


def test_guard_09_protocol_of_a_group_cannot_be_edited() -> None:
    heard = answered_directly(plain(443), at=443)
    one = finding("tg-https-target-speaks-http", TLS, opened(443), targets(on(443, FAILED)), heard, answers(502))
    assert "The protocol of a group is fixed: a new one takes over" in effects(one)
    assert "--protocol HTTP " in one.fix.script
    assert "modify-target-group " not in one.fix.script


def test_guard_09_move_to_another_port_needs_the_targets_security_group() -> None:
    heard = answered_directly(plain(443), at=443)
    one = finding("tg-https-target-speaks-http", TLS, opened(443), targets(on(443, FAILED)), heard, answers(502))
    assert "Targets' security groups must allow port 443 from the load balancer" in effects(one)


NOT_OPEN = (admits(permission(80, 80, "0.0.0.0/0")), port(443, "silent"))


def test_guard_09_security_groups_of_ones_own_need_the_side_of_the_targets_too() -> None:
    one = finding("alb-sg-blocks-listener-port", *NOT_OPEN, owned)
    assert 'alb.ingress.kubernetes.io/manage-backend-security-group-rules: "true"' in one.fix.by_hand


def test_guard_09_twin_without_an_owner_the_same_finding_has_a_script_of_its_own() -> None:
    one = finding("alb-sg-blocks-listener-port", *NOT_OPEN)
    assert "manage-backend" not in one.fix.by_hand
    assert "authorize-security-group-ingress" in one.fix.script
