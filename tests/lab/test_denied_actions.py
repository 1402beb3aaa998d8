"""Each IAM action of the policy denied, one at a time: not allowed is never taken for not there."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import pytest

from albdoctor.api import collect, judge
from albdoctor.checkup import registry
from albdoctor.checkup.engine import Result
from albdoctor.checkup.finding import Certainty, Severity
from albdoctor.collect.keywords import options_for
from albdoctor.commands.given import ScanGiven, parsed
from albdoctor.commands.options import keywords
from albdoctor.commands.scan import scan as command
from albdoctor.config import Config
from albdoctor.exits import Exit
from albdoctor.facts.known import Gap
from albdoctor.lab.scenarios import find
from albdoctor.lab.site import build
from albdoctor.lab.verify import allowed
from albdoctor.lab.world import World
from albdoctor.policy import Policy
from albdoctor.report.model import CheckReport, FindingReport, Report

ACTIONS = sorted(allowed())
OF_PREFIX_LISTS = ("ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries")
"""Asked only where a security group names a prefix list."""
NOBODYS = "sts:GetCallerIdentity"
"""No check needs it: it tells only whose account the report is about."""
OF_A_SERVICE = ("ecs:ListServices", "ecs:DescribeServices")
"""Asked only where a cluster is."""
OF_REFUSALS = ("wafv2:GetWebACL", "wafv2:GetWebACLForResource")
"""Asked only where a load balancer was seen to answer 403 itself; AWS asks for the first besides the second."""
OF_TASKS = ("ecs:ListTasks", "ecs:DescribeTasks", "ecs:DescribeTaskDefinition")
"""Asked only where a service wants tasks."""
OF_A_GROUP = ("autoscaling:DescribeScalingActivities",)
"""Asked only where an Auto Scaling group ends unhealthy targets."""
OF_REGISTRARS = ("autoscaling:DescribeAutoScalingGroups", *OF_A_GROUP, "ecs:ListClusters", *OF_A_SERVICE, *OF_TASKS)
"""Asked only where a target group has no target, or one that is not healthy."""
OF_FAILING = ("ec2:DescribeInstanceStatus",)
"""Asked only where an instance fails its health check."""
OF_FUNCTIONS = ("lambda:GetPolicy",)
"""Asked only where a function is a target."""
ASKED_WHERE_NEEDED = OF_PREFIX_LISTS + OF_REFUSALS + OF_REGISTRARS + OF_FAILING + OF_FUNCTIONS
HELPS = frozenset(
    {
        *OF_FAILING,
        NOBODYS,
        "cloudwatch:GetMetricData",
        "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeSSLPolicies",
        "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "route53domains:GetDomainDetail",
        *OF_REGISTRARS,
    }
)
"""These only help: registry data, metrics, idle timeouts, who owns a thing, the caller's identity."""
OF_THE_DOOR = frozenset(
    f"ec2:Describe{name}"
    for name in ("Instances", "InternetGateways", "NetworkAcls", "RouteTables", "SecurityGroups", "Subnets")
)
"""Where a request was seen to be served by healthy targets, nobody needs to see what lets it through."""
DISPENSABLE = {"healthy": HELPS | OF_THE_DOOR, "founding-story": HELPS}
"""The actions whose denial leaves the verdict what it is."""
NOT_ASKED = {
    "healthy": frozenset(OF_PREFIX_LISTS + OF_REFUSALS + OF_REGISTRARS + OF_FAILING + OF_FUNCTIONS),
    "founding-story": frozenset(OF_PREFIX_LISTS + OF_REFUSALS + OF_A_GROUP + OF_A_SERVICE + OF_TASKS + OF_FUNCTIONS),
}
"""What these have no need of."""
LAST_WORDS = frozenset(check.slug for check in registry.load() if check.last_word)
"""What these find is told only where nothing else explains what visitors get."""


@dataclass(frozen=True)
class Seen:
    """One scan: its report, its facts, and what it asked of AWS."""

    report: Report
    facts: Any
    asked: frozenset[str]

    @property
    def checks(self) -> dict[str, CheckReport]:
        """What became of each check, by slug."""
        return {check.slug: check for check in self.report.checks}

    @property
    def gaps(self) -> set[tuple[str, str]]:
        """Kind and question of every gap that the report names."""
        return {(gap.gap, gap.asked) for gap in self.report.gaps}

    @property
    def told_by_checks(self) -> set[tuple[str, str]]:
        """Kind and question of every gap that a check names."""
        return {(gap.gap, gap.asked) for check in self.report.checks for gap in check.gaps}

    @property
    def needed(self) -> set[tuple[str, str]]:
        """Kind and question of every gap for which a check could not judge."""
        return {(gap.gap, gap.asked) for gap in self.report.needed}

    @property
    def unknown(self) -> set[tuple[str, str]]:
        """Kind and question of everything in the facts that is not known."""
        return set(_unknown(self.facts))

    @property
    def blind(self) -> set[str]:
        """Ids of the checks that could not judge everything."""
        return {check for gap in self.report.needed for check in gap.needed_by}

    def findings(self, slug: str = "") -> dict[str, FindingReport]:
        """Findings of one check, or of all, by fingerprint."""
        return {one.fingerprint: one for one in self.report.findings if slug in ("", one.slug)}


def _unknown(node: Any) -> Iterator[tuple[str, str]]:
    below: Iterable[Any] = ()
    if isinstance(node, dict):
        fields = cast("dict[str, Any]", node)
        if fields.get("state") == "unknown":
            yield fields["gap"], fields["asked"]
        below = fields.values()
    elif isinstance(node, list | tuple):
        below = cast("Iterable[Any]", node)
    for each in below:
        yield from _unknown(each)


class Ground:
    """A scenario that was built once, and can be scanned with an action denied."""

    def __init__(self, world: World, scenario: str) -> None:
        """Scan once with everything allowed."""
        self.scenario, domain = scenario, find(scenario).plan.domain
        words = ["--domain", domain, "--timeout", "30", *world.flags]
        with command.make_context("scan", words) as context:
            self._options = options_for(domain, **keywords(parsed(ScanGiven, context.params), Config()))
        self._aws = world.aws
        self.whole = self.scan()

    def scan(self, *denied: str) -> Seen:
        """Scan as the command does while these actions are denied."""
        self._aws.denied, before = set(denied), len(self._aws.scanned)
        facts = collect(self._options, Policy())
        asked = frozenset(self._aws.scanned[before:])
        return Seen(report=judge(facts), facts=msgspec.to_builtins(facts), asked=asked)


@contextmanager
def built(scenario: str) -> Generator[Ground]:
    """The site of a scenario; this process's AWS environment leads there."""
    plan = find(scenario).plan
    with World() as world, pytest.MonkeyPatch.context() as patch:
        build(world, plan)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in world.aws.environment().items():
            patch.setenv(name, value)
        yield Ground(world, scenario)


class Stage:
    """The one ground that stands: another scenario's takes its place, whatever the order of the tests."""

    def __init__(self) -> None:
        """Begin with none."""
        self._stack = ExitStack()
        self._ground: Ground | None = None

    def ground(self, scenario: str) -> Ground:
        """The ground of a scenario, built unless it stands."""
        if self._ground is None or self._ground.scenario != scenario:
            self.clear()
            self._ground = self._stack.enter_context(built(scenario))
        return self._ground

    def clear(self) -> None:
        """Tear down what stands."""
        self._ground = None
        self._stack.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    standing = Stage()
    yield standing
    standing.clear()


@pytest.fixture(params=["healthy", "founding-story"])
def ground(request: pytest.FixtureRequest, stage: Stage) -> Ground:
    return stage.ground(request.param)


def only_word_left(whole: Seen, part: Seen, slug: str) -> bool:
    """Whether it tells what visitors get as before, where the check that named the cause cannot judge any more."""
    lost = whole.findings().keys() - part.findings().keys()
    untold = {one.check for name, one in whole.findings().items() if name in lost and one.severity is Severity.ERROR}
    failed_before = whole.report.request.served == part.report.request.served in ("no", "partly")
    explained = slug in LAST_WORDS and not whole.findings(slug)
    return explained and failed_before and not untold.isdisjoint(part.blind)


def differences(whole: Seen, part: Seen) -> list[str]:
    """Everything that the scan with less rights says otherwise than by saying less."""
    told: list[str] = []
    for slug, before in whole.checks.items():
        if only_word_left(whole, part, slug):
            continue
        after = part.checks[slug]
        if after.outcome not in (before.outcome, Result.SKIPPED):
            told.append(f"{slug}: {before.outcome} became {after.outcome}")
        told_so = after.check in part.blind or (after.outcome == Result.SKIPPED and after.gaps)
        if len(part.findings(slug)) < len(whole.findings(slug)) and not told_so:
            told.append(f"{slug}: fewer findings and no gap")
    for fingerprint, one in part.findings().items():
        first = whole.findings().get(fingerprint)
        if only_word_left(whole, part, one.slug):
            continue
        if first is None:
            told.append(f"{one.slug}: found only when denied: {one.message}")
        elif (one.severity, one.check) != (first.severity, first.check):
            told.append(f"{one.slug}: {first.severity} became {one.severity}")
        elif first.certainty is Certainty.LIKELY and one.certainty is Certainty.CONFIRMED:
            told.append(f"{one.slug}: surer with less rights")
    return told


def prove_denied(ground: Ground, action: str) -> Seen:
    """Scan with the action denied: the one gap is named, and nothing else is said than with all rights."""
    whole, part, gap = ground.whole, ground.scan(action), (Gap.DENIED, action)
    assert differences(whole, part) == []
    assert action in part.asked
    assert part.asked <= frozenset(ACTIONS)
    assert part.unknown - whole.unknown == {gap}
    assert part.gaps - whole.gaps == {gap}
    assert part.told_by_checks - whole.told_by_checks == (set() if action == NOBODYS else {gap})
    if gap in part.needed:
        assert part.report.verdict != "sound"
        assert part.report.exit_code in (Exit.FINDINGS, Exit.GAPS)
    else:
        # What only helps may name a cause, and then its check is skipped; what it would explain is found as before.
        untold = {slug for slug, one in part.checks.items() if one.outcome == Result.SKIPPED}
        lost = {slug for slug in whole.checks if whole.findings(slug).keys() != part.findings(slug).keys()}
        assert lost <= untold if action in OF_REGISTRARS else not lost
        assert (part.report.verdict, part.report.exit_code) == (whole.report.verdict, whole.report.exit_code)
    return part


@pytest.mark.lab
@pytest.mark.parametrize("action", [action for action in ACTIONS if action not in ASKED_WHERE_NEEDED])
def test_denied_is_never_absent(ground: Ground, action: str) -> None:
    part = prove_denied(ground, action)
    assert ((Gap.DENIED, action) not in part.needed) == (action in DISPENSABLE[ground.scenario])


@pytest.mark.lab
def test_prefix_lists_that_are_denied_are_never_absent(stage: Stage) -> None:
    ground = stage.ground("target-prefix-list")
    assert {*OF_PREFIX_LISTS} <= ground.whole.asked
    for action in OF_PREFIX_LISTS:
        (word,) = prove_denied(ground, action).findings("http-request-fails").values()
        assert any("security group" in other for other in word.alternatives)


@pytest.mark.lab
def test_who_registers_targets_only_helps(stage: Stage) -> None:
    ground = stage.ground("ecs-image-not-found")
    # Without a target there is no instance to look at, and no zone that lacks one.
    of_targets = {"ec2:DescribeInstances", "elasticloadbalancing:DescribeTargetGroupAttributes", *OF_FAILING}
    of_others = {*OF_PREFIX_LISTS, *OF_REFUSALS, *OF_A_GROUP, *OF_FUNCTIONS}
    assert frozenset(ACTIONS) - ground.whole.asked == {*of_others, *of_targets}
    for action in {*OF_REGISTRARS} - {*OF_A_GROUP}:
        assert (Gap.DENIED, action) not in prove_denied(ground, action).needed


@pytest.mark.lab
def test_what_an_auto_scaling_group_did_only_helps(stage: Stage) -> None:
    ground = stage.ground("asg-no-grace-period")
    assert {*OF_A_GROUP} <= ground.whole.asked
    for action in OF_A_GROUP:
        assert (Gap.DENIED, action) not in prove_denied(ground, action).needed


@pytest.mark.lab
def test_a_web_acl_that_is_denied_leaves_what_visitors_get(stage: Stage) -> None:
    ground = stage.ground("web-acl-blocks")
    (action,) = ground.whole.asked & {*OF_REFUSALS}
    assert [one.slug for one in prove_denied(ground, action).findings().values()] == ["http-request-fails"]


@pytest.mark.lab
def test_a_function_s_policy_that_is_denied_is_no_missing_permission(stage: Stage) -> None:
    ground = stage.ground("function-permits-another-group")
    assert {*OF_FUNCTIONS} <= ground.whole.asked
    for action in OF_FUNCTIONS:
        part = prove_denied(ground, action)
        assert (Gap.DENIED, action) in part.needed
        assert [one.slug for one in part.findings().values()] == ["http-request-fails"]


@pytest.mark.lab
def test_status_checks_of_failing_instances_only_help(stage: Stage) -> None:
    ground = stage.ground("founding-story")
    for action in OF_FAILING:
        assert (Gap.DENIED, action) not in prove_denied(ground, action).needed


@pytest.mark.lab
def test_of_a_service_that_wants_no_task_none_is_asked_for(stage: Stage) -> None:
    ground = stage.ground("ecs-service-at-zero")
    assert {*OF_A_SERVICE} <= ground.whole.asked
    assert ground.whole.asked.isdisjoint(OF_TASKS)


@pytest.mark.lab
def test_what_is_not_needed_is_not_asked(ground: Ground) -> None:
    assert frozenset(ACTIONS) - ground.whole.asked == NOT_ASKED[ground.scenario]


@pytest.mark.lab
def test_without_any_right_nothing_of_the_account_is_judged(stage: Stage) -> None:
    ground = stage.ground("founding-story")
    part = ground.scan(*ACTIONS)
    assert differences(ground.whole, part) == []
    assert {kind for kind, _ in part.unknown - ground.whole.unknown} == {Gap.DENIED}
    assert part.gaps - ground.whole.gaps == part.unknown - ground.whole.unknown
    assert part.report.scan.accounts == ()
    assert part.report.exit_code == Exit.FINDINGS, "public DNS alone shows the registrar's name servers"


@pytest.mark.lab
@pytest.mark.parametrize(
    ("scenario", "action"),
    [
        ("internal-balancer", "route53:ListResourceRecordSets"),
        ("instance-stopped", "ec2:DescribeInstances"),
        ("no-hosted-zone", "elasticloadbalancing:DescribeLoadBalancers"),
    ],
)
def test_where_a_denial_was_once_taken_for_absence(stage: Stage, scenario: str, action: str) -> None:
    ground = stage.ground(scenario)
    assert ground.whole.report.exit_code == Exit.FINDINGS
    prove_denied(ground, action)
