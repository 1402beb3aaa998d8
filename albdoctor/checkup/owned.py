"""A fix in the owner's terms: what would be taken back is no script, but what to change where the owner reads it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, wraps
from typing import Any

from msgspec.structs import replace

from albdoctor.checkup.check import Judge
from albdoctor.checkup.finding import Finding, Verdict
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.owner_terms import MOVE, REPLACE, Change, changes_of
from albdoctor.derive.needs import Want, wants_of
from albdoctor.derive.owners import Owner, OwnerKind, Owners
from albdoctor.facts.arn import Arn, region_of
from albdoctor.facts.known import Known, Observed
from albdoctor.text import Text, Value, placeholders

KUBERNETES = frozenset({OwnerKind.INGRESS, OwnerKind.SERVICE, OwnerKind.GATEWAY})
MANAGED = Text(
    en="{owner} manages this: change it there.",
    ko="관리 주체: {owner}. 변경도 그곳에서 하세요.",
)
NOT_SEEN = Text(
    en="It could not be seen whether CloudFormation, Terraform, Kubernetes or another service manages this."
    " One that does takes back what is changed by hand: change it there then.",
    ko="CloudFormation, Terraform, Kubernetes 등이 이 리소스를 관리하는지 확인하지 못했습니다."
    " 관리하는 도구가 있으면 직접 변경한 내용을 되돌리므로 그곳에서 변경하세요.",
)
INSTEAD = Text(
    en="Do not run the `aws elbv2` commands here that change something.",
    ko="여기에 있는 `aws elbv2` 변경 명령은 실행하지 마세요.",
)
_CONTROLLER = Text(
    en="{owner} manages this, and the controller takes back what is changed by hand. Edit it:",
    ko="관리 주체: {owner}. 직접 변경한 내용은 컨트롤러가 되돌립니다. 다음을 편집하세요.",
)
DRIFT = {
    OwnerKind.INGRESS: _CONTROLLER,
    OwnerKind.SERVICE: _CONTROLLER,
    OwnerKind.GATEWAY: _CONTROLLER,
    OwnerKind.ECS: Text(
        en="{owner} made this, and its next deployment may take back what is changed by hand. Change the service:",
        ko="관리 주체: {owner}. 직접 변경한 내용은 다음 배포 때 되돌려질 수 있습니다. 서비스를 변경하세요.",
    ),
    OwnerKind.BEANSTALK: Text(
        en="{owner} made this, and its next update takes back what is changed by hand. Change its configuration:",
        ko="관리 주체: {owner}. 직접 변경한 내용은 다음 업데이트 때 되돌려집니다. 환경 구성을 변경하세요.",
    ),
    OwnerKind.CLOUDFORMATION: Text(
        en="{owner} made this. A change by hand is drift: the stack's next update takes it back or fails on it."
        " Change the template and update the stack:",
        ko="관리 주체: {owner}. 직접 변경하면 드리프트가 되어 다음 스택 업데이트 때 되돌려지거나 업데이트가 실패합니다."
        " 템플릿을 바꾸고 스택을 업데이트하세요.",
    ),
    OwnerKind.TERRAFORM: Text(
        en="By its tags {owner} made this. A change by hand is drift, and the next `terraform apply` takes it back."
        " Change the configuration and apply it:",
        ko="관리 주체(태그 기준): {owner}. 직접 변경하면 드리프트가 되어 다음 `terraform apply` 때 되돌려집니다."
        " 구성을 바꾸고 적용하세요.",
    ),
}
"""One sentence on what becomes of a change by hand, and one on where the change belongs."""
_PODS = Text(
    en="{owner} decides which targets are registered: those of the ready pods that its Service finds, by a"
    " TargetGroupBinding. What is registered by hand is taken back. Look where they are missing:",
    ko="관리 주체: {owner}. 서비스가 찾는 준비된 파드만 TargetGroupBinding을 통해 대상으로 등록되고, 직접 등록한 대상은"
    " 제거됩니다. 어디에서 빠졌는지 확인하세요.",
)
REGISTERS = DRIFT | {
    OwnerKind.INGRESS: _PODS,
    OwnerKind.SERVICE: _PODS,
    OwnerKind.GATEWAY: _PODS,
    OwnerKind.ECS: Text(
        en="{owner} registers the tasks of its service as targets, and none runs while the service wants none."
        " Scale it:",
        ko="관리 주체: {owner}. 서비스의 태스크가 대상으로 등록되며, 원하는 태스크 수가 0이면 대상이 없습니다."
        " 태스크 수를 늘리세요.",
    ),
}
"""The same of a group's targets."""
FIRST = {
    OwnerKind.INGRESS: "kubectl {owner_typed}",
    OwnerKind.SERVICE: "kubectl {owner_typed}",
    OwnerKind.GATEWAY: "kubectl {owner_typed}",
    OwnerKind.ECS: "aws ecs describe-express-gateway-service --region {owner_region} --service-arn SERVICE_ARN",
    OwnerKind.CLOUDFORMATION: "aws cloudformation get-template --region {owner_region} --stack-name {owner_typed}",
}
"""The line with which one begins."""
SHOW_GROUPS = (
    "aws elbv2 describe-target-groups --region {owner_region}"
    " --query 'TargetGroups[].[TargetGroupName,Protocol,Port]' --output text"
)
"""Shows that a group was replaced by one whose name its owner chooses."""


def _asks(their_owners: Observed[Owners]) -> None:
    """What is asked for, for every check with a fix that an owner could take back."""


OWNERS_WANTED: tuple[Want, ...] = wants_of(_asks)


def for_owners(judge: Judge, fixes: tuple[Fix, ...]) -> tuple[Judge, tuple[Want, ...]]:
    """The same judgement with every fix in its owner's terms, and what it asks for beside its own."""
    if not any(map(changes_of, fixes)):
        return judge, ()

    @wraps(judge)
    def told(*args: Any, their_owners: Observed[Owners] | None = None, **kwargs: Any) -> Iterator[Verdict]:  # noqa: ANN401 - the check's own parameters
        for verdict in judge(*args, **kwargs):
            if not isinstance(verdict, Finding):
                yield verdict
            elif isinstance(their_owners, Known):
                yield in_their_terms(verdict, fixes[0], their_owners.value)
            elif their_owners is None:
                yield verdict
            else:
                yield unseen(verdict, fixes[0])

    return told, OWNERS_WANTED


def unseen(finding: Finding, default: Fix) -> Finding:
    """The finding with a word beside its fix: nobody is known to own what it changes, which is not that nobody does."""
    fix = finding.fix or default
    return replace(finding, fix=_with_doubt(fix)) if changes_of(fix) else finding


@cache
def _with_doubt(fix: Fix) -> Fix:
    return replace(fix, side_effects=(*fix.side_effects, NOT_SEEN), tells=fix)


def in_their_terms(finding: Finding, default: Fix, owners: Owners) -> Finding:
    """The finding with a fix for whoever owns what its own fix changes; as it is where nobody does."""
    fix = finding.fix or default
    every = [(change, owned) for change in changes_of(fix) for owned in _owned_by(change, finding, fix, owners)]
    if not every:
        return finding
    _, (arn, owner) = every[0]
    changes = tuple(dict.fromkeys(change for change, (_, other) in every if other.kind is owner.kind))
    return replace(finding, fix=in_terms_of(fix, owner.kind, changes), values=finding.values | _values(owner, arn))


def _owned_by(change: Change, finding: Finding, fix: Fix, owners: Owners) -> Iterator[tuple[str, Owner]]:
    """What a change is made to, with its owner: the finding's subject first, then what the fix names."""
    told = (fix.script, fix.by_hand.en if fix.by_hand else "")
    named = (finding.values[name] for name in sorted(frozenset[str]().union(*map(placeholders, told))))
    values = (part for value in named for part in (value if isinstance(value, tuple) else (value,)))
    for arn in dict.fromkeys((finding.subject.id, *(value for value in values if isinstance(value, str)))):
        owner = owners.of(arn) if Arn.of(arn).path[0] == change.terms.of else None
        if owner is not None and owner.kind not in change.terms.apart:
            yield arn, owner


@cache
def in_terms_of(fix: Fix, kind: OwnerKind, changes: tuple[Change, ...]) -> Fix:
    """The same repair by hand, in the words of an owner of this kind."""
    replaces = any(change.terms is REPLACE for change in changes)
    moves = any(change.terms is MOVE for change in changes)
    kept = [one for one in changes if one.terms is REPLACE or not (replaces or (moves and one.of_targets))]
    told = [change.terms.line(kind, change.value) for change in kept]
    targets = any(change.of_targets for change in kept)
    first = "" if targets and kind in KUBERNETES else FIRST.get(kind, "")
    lines = "".join(f"\n  {line}" for line in dict.fromkeys((first, *told)) if line)
    drift = (REGISTERS if targets else DRIFT)[kind]
    alone = targets or bool(fix.script) or fix.by_hand is None
    return Fix(
        summary=_joined(fix.summary, MANAGED, " "),
        impact=fix.impact,
        cautions=fix.cautions,
        side_effects=tuple(text for text in fix.side_effects if not (replaces and "{new_name}" in text.en)),
        terraform=fix.terraform if kind is OwnerKind.TERRAFORM else "",
        cloudformation=fix.cloudformation if kind is OwnerKind.CLOUDFORMATION else "",
        by_hand=_by_hand(None if alone else fix.by_hand, drift, lines),
        verify=SHOW_GROUPS if replaces else fix.verify,
        tells=fix,
    )


def _by_hand(before: Text | None, drift: Text, lines: str) -> Text:
    """The owner's lines, after what is to be found out before them."""
    ours = Text(en=drift.en + lines, ko=drift.ko + lines)
    return ours if before is None else _joined(_joined(before, INSTEAD, "\n"), ours, " ")


def _joined(first: Text, second: Text, between: str) -> Text:
    return Text(en=first.en + between + second.en, ko=first.ko + between + second.ko)


def _values(owner: Owner, arn: str) -> dict[str, Value]:
    return {
        "owner": _label(owner, arn),
        "owner_typed": _typed(owner),
        "owner_there": _there(owner),
        "owner_region": region_of(arn),
    }


def _label(owner: Owner, arn: str) -> Text:
    """What people call an owner."""
    name = _one_line("/".join(part for part in (owner.namespace, owner.name) if part))
    part = _one_line(owner.part)
    own = part and Arn.of(arn).path[0] in ("loadbalancer", "targetgroup")
    match owner.kind:
        case OwnerKind.INGRESS | OwnerKind.SERVICE | OwnerKind.GATEWAY:
            grouped = owner.kind is OwnerKind.INGRESS and owner.name and not owner.namespace
            what = "IngressGroup" if grouped else owner.kind.value.capitalize()
            cluster = _one_line(owner.cluster)
            of = (f" (Kubernetes cluster: {cluster})", f"(Kubernetes 클러스터: {cluster})") if cluster else ("", "")
            return Text(en=f"{what} {name}".rstrip() + of[0], ko=f"{what} {name}".rstrip() + of[1])
        case OwnerKind.ECS:
            return Text(en="Amazon ECS Express Mode", ko="Amazon ECS Express Mode")
        case OwnerKind.BEANSTALK:
            return Text(en=f"Elastic Beanstalk environment {name}", ko=f"Elastic Beanstalk 환경 {name}")
        case OwnerKind.CLOUDFORMATION:
            of = (f" (resource {part})", f"(리소스 {part})") if own else ("", "")
            return Text(en=f"CloudFormation stack {name}{of[0]}", ko=f"CloudFormation 스택 {name}{of[1]}")
        case OwnerKind.TERRAFORM:
            return Text(en="Terraform", ko="Terraform")


def _typed(owner: Owner) -> str | tuple[str, ...]:
    """What is typed to come to the owner's own words."""
    if owner.kind not in KUBERNETES:
        return _one_line(owner.name)
    if owner.namespace and owner.name:
        return ("edit", owner.kind.value, "--namespace", _one_line(owner.namespace), "--", _one_line(owner.name))
    return ("get", owner.kind.value, "--all-namespaces")


def _there(owner: Owner) -> tuple[str, ...]:
    """Where in the cluster."""
    return ("--namespace", _one_line(owner.namespace)) if owner.namespace else ("--all-namespaces",)


def _one_line(text: str) -> str:
    return " ".join(text.split())
