"""Root causes: listed, on one path, transitive."""

from __future__ import annotations

from albdoctor.checkup import ERROR, INFO, WARNING
from albdoctor.checkup.causes import Diagnosed, diagnose
from albdoctor.checkup.check import Check
from albdoctor.checkup.engine import run
from albdoctor.derive.topology import Topology, topology
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Kind, Known, Ref
from albdoctor.facts.snapshot import Facts
from tests.support.build import GROUP_ARN, facts, group, target
from tests.support.stories import make, story

OTHER_ARN = GROUP_ARN.replace("web-http", "other")


def _diagnosed(checks: list[Check], snapshot: Facts) -> tuple[Diagnosed, ...]:
    return diagnose(run(snapshot, checks), topology(snapshot))


def test_a_chain_of_causes_leads_to_one_root() -> None:
    checks = [
        make("TST403", "effect"),
        make("TST402", "middle", explains=frozenset(("effect",))),
        make("TST401", "cause", explains=frozenset(("TST402",))),
    ]
    found = _diagnosed(checks, story())
    assert [(item.check.slug, item.is_root_cause) for item in found] == [
        ("cause", True),
        ("middle", False),
        ("effect", False),
    ]
    assert found[2].explained_by == (found[0].fingerprint, found[1].fingerprint)


def test_a_cause_on_another_path_explains_nothing() -> None:
    snapshot = facts(
        target_groups=(group(), group(TargetGroupArn=OTHER_ARN)),
        groups_health=(
            GroupHealth(target_group_arn=GROUP_ARN, targets=Known((target(state="unhealthy"),))),
            GroupHealth(target_group_arn=OTHER_ARN, targets=Known((target(state="unhealthy"),))),
        ),
    )
    checks = [make("TST401", "cause", explains=frozenset(("effect",))), make("TST403", "effect")]
    explained = {item.fingerprint: item for item in _diagnosed(checks, snapshot)}
    effects = [item for item in explained.values() if item.check.slug == "effect"]
    assert [[explained[name].finding.subject for name in item.explained_by] for item in effects] == [
        [item.finding.subject] for item in effects
    ]


def test_what_is_only_information_explains_nothing_worse() -> None:
    cause = make("TST401", "cause", severity=INFO, explains=frozenset(("effect",)))
    for severity, alone in ((ERROR, True), (WARNING, True), (INFO, False)):
        found = _diagnosed([cause, make("TST403", "effect", severity=severity)], story())
        assert [item.is_root_cause for item in found if item.check.slug == "effect"] == [alone]


def test_errors_come_before_warnings_and_then_the_path_decides() -> None:
    checks = [make("TST401", "early-warning", severity=WARNING), make("TST501", "late-error")]
    assert [item.check.slug for item in _diagnosed(checks, story())] == ["late-error", "early-warning"]


def test_one_path_is_up_or_down_but_not_sideways() -> None:
    top, left, right, deep = (Ref(Kind.DOMAIN, name) for name in ("top", "left", "right", "deep"))
    paths = Topology([(top, left), (top, right), (left, deep), (deep, top)])
    elsewhere = Ref(Kind.DOMAIN, "elsewhere")
    assert paths.on_one_path((left, deep, elsewhere)) == {
        left: {left, deep},
        deep: {deep, left},
        elsewhere: {elsewhere},
    }
    assert Topology([(top, left), (top, right)]).on_one_path((left, right)) == {left: {left}, right: {right}}
