"""A fix in the owner's terms: what would be taken back is no script, but what to change where the owner reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, wraps
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from albdoctor.checkup.check import Judge
from albdoctor.checkup.finding import Finding, Verdict
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.owner_terms import INSTANCE, MOVE, REPLACES, Change, changes_of
from albdoctor.derive.needs import Want, wants_of
from albdoctor.derive.owners import REGISTRARS, NetworkOwners, Owner, OwnerKind, Owners
from albdoctor.derive.registrars import Registrars
from albdoctor.facts.arn import Arn, region_of
from albdoctor.facts.known import Known, Observed, Unknown
from albdoctor.text import Text, Value, placeholders

KUBERNETES = frozenset({OwnerKind.INGRESS, OwnerKind.SERVICE, OwnerKind.GATEWAY})
MANAGED = Text(
    en="{owner} manages this: change it there.",
    ko="관리 주체: {owner}. 변경도 그곳에서 하세요.",
)
NOT_SEEN = Text(
    en="Whether CloudFormation, Terraform, Kubernetes or the like manages this could not be seen: change it there then,"
    " or it is taken back.",
    ko="CloudFormation, Terraform, Kubernetes 등이 관리하는지 확인하지 못했습니다."
    " 관리한다면 직접 바꾼 내용이 되돌려지므로 그곳에서 변경하세요.",
)
INSTEAD = Text(
    en="Do not run the `aws` commands here that change something.",
    ko="여기에 있는 `aws` 변경 명령은 실행하지 마세요.",
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
    OwnerKind.ECS_SERVICE: Text(
        en="{registrar} registers its tasks in this target group: targets that are registered by hand are lost with"
        " its next deployment. Where a new target group is needed, make it and let the listener or rule forward to it"
        " first; then name it in the service (NEW is its ARN):",
        ko="대상 등록 주체: {registrar}. 직접 등록한 대상은 다음 배포 때 사라집니다. 새 대상 그룹이 필요하면 먼저"
        " 만들어 리스너나 규칙이 전달하게 한 다음 서비스에 지정하세요(NEW는 새 대상 그룹의 ARN).",
    ),
    OwnerKind.CODE_DEPLOY: Text(
        en="{registrar} gets its target group from CodeDeploy: UpdateService cannot change it, and the next deployment"
        " takes back what is changed by hand. Put the new target group into the deployment group, the container's port"
        " into the AppSpec, and deploy:",
        ko="대상 등록 주체: {registrar}. 대상 그룹은 CodeDeploy가 정하므로 UpdateService로 바꿀 수 없고, 직접 변경한"
        " 내용은 다음 배포 때 되돌려집니다. 배포 그룹에 새 대상 그룹을, AppSpec에 컨테이너 포트를 지정하고 배포하세요.",
    ),
    OwnerKind.EXTERNAL: Text(
        en="{registrar} gets its target group from your own deployment controller (EXTERNAL): UpdateService cannot"
        " change it, and the controller's next deployment takes back what is changed by hand. Let that controller make"
        " a task set with the new target group and the container's port (CreateTaskSet), and make it the primary one:",
        ko="대상 등록 주체: {registrar}. 대상 그룹은 외부 배포 컨트롤러(EXTERNAL)가 정하므로 UpdateService로 바꿀 수"
        " 없고, 직접 변경한 내용은 다음 배포 때 되돌려집니다. 해당 컨트롤러에서 새 대상 그룹과 컨테이너 포트로 태스크"
        " 세트를 만들고(CreateTaskSet) 기본(primary)으로 지정하세요.",
    ),
    OwnerKind.AUTO_SCALING: Text(
        en="{registrar} registers the instances that it starts, on the target group's own port, and only in target"
        " groups that are attached to it: what is registered by hand is lost with the instance. Make a target group"
        " with the right protocol and port, let the listener or rule forward to it, and attach it (NEW is its ARN):",
        ko="대상 등록 주체: {registrar}. 시작한 인스턴스를 연결된 대상 그룹의 포트로 등록하며, 직접 등록한 대상은"
        " 인스턴스가 교체될 때 사라집니다. 올바른 프로토콜과 포트로 대상 그룹을 만들어 리스너나 규칙이 전달하게 한 다음"
        " 연결하세요(NEW는 새 대상 그룹의 ARN).",
    ),
}
"""One sentence on what becomes of a change by hand, and one on where the change belongs."""
_PODS = Text(
    en="{owner} decides which targets are registered: those of the ready pods that its Service finds, by a"
    " TargetGroupBinding. What is registered by hand is taken back. Look where they are missing:",
    ko="관리 주체: {owner}. 서비스가 찾는 준비된 파드만 TargetGroupBinding을 통해 대상으로 등록되고, 직접 등록한 대상은"
    " 제거됩니다. 어디에서 빠졌는지 확인하세요.",
)
_TASKS = Text(
    en="{registrar} registers its tasks as targets, and takes them out when it replaces them: what is registered by"
    " hand is lost with the task. Look at the service, and change it:",
    ko="대상 등록 주체: {registrar}. 태스크를 등록하고 교체할 때 해제하므로, 직접 등록한 대상은 태스크가 교체될 때"
    " 사라집니다. 서비스의 상태를 보고 변경하세요.",
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
    OwnerKind.ECS_SERVICE: _TASKS,
    OwnerKind.CODE_DEPLOY: _TASKS,
    OwnerKind.EXTERNAL: _TASKS,
    OwnerKind.AUTO_SCALING: Text(
        en="{registrar} registers the instances that it starts, and takes them out when it ends them: what is"
        " registered by hand is lost with the instance. Look at it, and change it:",
        ko="대상 등록 주체: {registrar}. 시작한 인스턴스를 등록하고 종료할 때 해제하므로, 직접 등록한 대상은 인스턴스가"
        " 교체될 때 사라집니다. 상태를 보고 Auto Scaling 그룹을 변경하세요.",
    ),
}
"""The same of a group's targets."""
STARTS = DRIFT | {
    OwnerKind.AUTO_SCALING: Text(
        en="{registrar} replaces an instance that does not run, unless somebody suspended that: what is started by hand"
        " may be terminated at any moment. See what it does:",
        ko="관리 주체: {registrar}. 실행되지 않는 인스턴스는 일시 중지된 프로세스가 없는 한 새 인스턴스로 교체되므로,"
        " 직접 시작한 인스턴스는 언제든 종료될 수 있습니다. 활동 기록을 확인하세요.",
    ),
}
"""The same of an instance that is stopped."""
ALSO = Text(
    en="{registrar} registers the targets in it: change that there too.",
    ko="대상 등록 주체: {registrar}. 함께 변경하세요.",
)
"""Of a target group that a template has made."""
TEMPLATES = frozenset({OwnerKind.CLOUDFORMATION, OwnerKind.TERRAFORM})
"""Owners beside which it is told who registers the targets; the others make that themselves."""
DEPLOYED = {
    OwnerKind.CODE_DEPLOY: (", deployed by CodeDeploy", ", CodeDeploy로 배포"),
    OwnerKind.EXTERNAL: (", deployed by a controller of its own", ", 외부 배포 컨트롤러로 배포"),
}
"""What is said behind a service's cluster, in English and Korean."""
UNCLEAR = "LOAD_BALANCERS"
"""In the place of what a service registers in, where it takes more than this to say it."""
NOBODY = Registrars(services={}, scaling={}, every=())
NO_NETWORK = NetworkOwners({})
SHOW_SERVICE = (
    "aws ecs describe-services --region {registrar_region} --cluster {registrar_cluster} --services {registrar_name}"
    " --query 'services[].[desiredCount,runningCount,loadBalancers,events[:5].message]'"
)
CHANGED_OF_EC2 = re.compile(r"(?:--group-id|--instance-ids|\bfor guard in) \{(?P<name>[a-z_]+)")
"""Where scripts say which security group or instance they change."""
FIRST = {
    OwnerKind.INGRESS: "kubectl {owner_typed}",
    OwnerKind.SERVICE: "kubectl {owner_typed}",
    OwnerKind.GATEWAY: "kubectl {owner_typed}",
    OwnerKind.ECS: "aws ecs describe-express-gateway-service --region {owner_region} --service-arn SERVICE_ARN",
    OwnerKind.CLOUDFORMATION: "aws cloudformation get-template --region {owner_region} --stack-name {owner_typed}",
    OwnerKind.ECS_SERVICE: SHOW_SERVICE,
    OwnerKind.CODE_DEPLOY: SHOW_SERVICE,
    OwnerKind.EXTERNAL: SHOW_SERVICE,
    OwnerKind.AUTO_SCALING: "aws autoscaling describe-auto-scaling-groups --region {registrar_region}"
    " --auto-scaling-group-names {registrar_name}",
}
"""The line with which one begins."""
SHOW_GROUPS = (
    "aws elbv2 describe-target-groups --region {owner_region}"
    " --query 'TargetGroups[].[TargetGroupName,Protocol,Port]' --output text"
)
"""Shows that a group was replaced by one whose name its owner chooses."""


def _asks(their_owners: Observed[Owners], their_registrars: Registrars) -> None:
    """What is asked for, for every check with a fix that an owner could take back."""


def _asks_of_ec2(their_network: NetworkOwners) -> None:
    """The same where a fix changes a security group or an instance."""


OWNERS_WANTED: tuple[Want, ...] = wants_of(_asks)
NETWORK_WANTED: tuple[Want, ...] = wants_of(_asks_of_ec2)


def for_owners(judge: Judge, fixes: tuple[Fix, ...]) -> tuple[Judge, tuple[Want, ...]]:
    """The same judgement with every fix in its owner's terms, and what it asks for beside its own."""
    changes = [change for fix in fixes for change in changes_of(fix)]
    if not changes:
        return judge, ()
    of_ec2 = {change.of_ec2 for change in changes}

    @wraps(judge)
    def told(
        *args: Any,  # noqa: ANN401 - the check's own parameters
        their_owners: Observed[Owners] | None = None,
        their_registrars: Registrars = NOBODY,
        their_network: NetworkOwners = NO_NETWORK,
        **kwargs: Any,  # noqa: ANN401 - the same
    ) -> Iterator[Verdict]:
        owners = their_owners.value if isinstance(their_owners, Known) else Owners({})
        tags_unseen = isinstance(their_owners, Unknown)
        for verdict in judge(*args, **kwargs):
            if isinstance(verdict, Finding):
                ours = in_their_terms(verdict, fixes[0], (owners, their_network), their_registrars)
                doubtful = tags_unseen or _may_register(ours, fixes[0], their_registrars)
                yield unseen(ours, fixes[0]) if doubtful else ours
            else:
                yield verdict

    return told, (*(OWNERS_WANTED if False in of_ec2 else ()), *(NETWORK_WANTED if True in of_ec2 else ()))


def _may_register(finding: Finding, default: Fix, registrars: Registrars) -> bool:
    """Whether a service or an Auto Scaling group that was not seen may undo what the fix changes."""
    fix = finding.fix or default
    if not registrars.gaps or fix.of_registrar or "registrar" in finding.values:
        return False
    return any(change.terms.concerns(kind) for change in changes_of(fix.tells or fix) for kind in REGISTRARS)


def unseen(finding: Finding, default: Fix) -> Finding:
    """The finding with a word beside its fix: nobody is known to own what it changes, which is not that nobody does."""
    fix = finding.fix or default
    concerned = fix.of_registrar or any(not change.of_ec2 for change in changes_of(fix.tells or fix))
    return replace(finding, fix=_with_doubt(fix)) if concerned else finding


@cache
def _with_doubt(fix: Fix) -> Fix:
    return replace(fix, side_effects=(*fix.side_effects, NOT_SEEN), tells=fix.tells or fix)


def in_their_terms(
    finding: Finding, default: Fix, by_tags: tuple[Owners, NetworkOwners], registrars: Registrars
) -> Finding:
    """The finding with a fix for whoever owns what its own fix changes; as it is where nobody does."""
    fix = finding.fix or default
    if fix.of_registrar:
        return finding
    every = [(change, arn) for change in changes_of(fix) for arn in _changed_by(change, finding, fix)]
    owned = list(_owned(every, lambda thing: by_tags[0].of(thing) or by_tags[1].of(thing)))
    filled = list(_owned(every, registrars.of))
    if not owned and not filled:
        return finding
    registrar = filled[0] if filled else None
    region = finding.values.get("region", "")
    values = _registrar_values(registrar.owner, registrar.arn, region) if registrar else {}
    if not owned:
        ours = in_terms_of(fix, filled[0].owner.kind, _of_kind(filled))
        more = _values(filled[0].owner, filled[0].arn, region)
        return replace(finding, fix=ours, values=finding.values | values | more)
    first = owned[0]
    if first.owner.kind in REGISTRARS:
        values = _registrar_values(first.owner, first.arn, region)
    made = in_terms_of(fix, first.owner.kind, _of_kind(owned))
    if registrar and first.owner.kind in TEMPLATES:
        # Who made the target group mostly made what registers in it too.
        apart = all(one.arn != registrar.arn for one in owned)
        made = _and_registrar(made, registrar.owner.kind, _of_kind(filled) if apart else ())
    return replace(finding, fix=made, values=finding.values | values | _values(first.owner, first.arn, region))


class _Owned(Struct, frozen=True):
    """One change, what it is made to, and whose that is."""

    change: Change
    arn: str
    owner: Owner


def _owned(every: Iterable[tuple[Change, str]], owner_of: Callable[[str], Owner | None]) -> Iterator[_Owned]:
    for change, arn in every:
        owner = owner_of(arn)
        if owner is not None and change.terms.concerns(owner.kind):
            yield _Owned(change, arn, owner)


def _of_kind(owned: list[_Owned]) -> tuple[Change, ...]:
    """The changes to what the first owner's kind owns."""
    return tuple(dict.fromkeys(one.change for one in owned if one.owner.kind is owned[0].owner.kind))


def _changed_by(change: Change, finding: Finding, fix: Fix) -> Iterator[str]:
    """What a change may be made to: the finding's subject first, then what the fix names."""
    told = (fix.script, fix.by_hand.en if fix.by_hand else "")
    names = frozenset[str]().union(*map(placeholders, told))
    if change.of_ec2:  # a security group may also be named as a source
        names = frozenset(found["name"] for text in told for found in CHANGED_OF_EC2.finditer(text))
    named = (finding.values[name] for name in sorted(names))
    values = (part for value in named for part in (value if isinstance(value, tuple) else (value,)))
    for arn in dict.fromkeys((finding.subject.id, *(value for value in values if isinstance(value, str)))):
        if change.may_be_of(arn):
            yield arn


@cache
def in_terms_of(fix: Fix, kind: OwnerKind, changes: tuple[Change, ...]) -> Fix:
    """The same repair by hand, in the words of an owner of this kind."""
    replaces = any(change.terms in REPLACES for change in changes)
    targets, lines = _lines(kind, changes)
    starts = any(change.terms.of == INSTANCE for change in changes)
    drift = (REGISTERS if targets else STARTS if starts else DRIFT)[kind]
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


def _lines(kind: OwnerKind, changes: tuple[Change, ...]) -> tuple[bool, str]:
    """Whether it is about a group's targets, and the lines in an owner's words."""
    replaces = any(change.terms in REPLACES for change in changes)
    moves = any(change.terms is MOVE for change in changes)
    kept = [one for one in changes if one.terms in REPLACES or not (replaces or (moves and one.of_targets))]
    told = [change.terms.line(kind, change.value) for change in kept]
    targets = any(change.of_targets for change in kept)
    first = "" if targets and kind in KUBERNETES else FIRST.get(kind, "")
    return targets, "".join(f"\n  {line}" for line in dict.fromkeys((first, *told)) if line)


@cache
def _and_registrar(fix: Fix, kind: OwnerKind, changes: tuple[Change, ...]) -> Fix:
    """The same with who registers the targets; its own lines where the owner has not made the group."""
    if not changes or fix.by_hand is None:
        return replace(fix, by_hand=_joined(fix.by_hand, ALSO, "\n") if fix.by_hand else ALSO)
    targets, lines = _lines(kind, changes)
    drift = (REGISTERS if targets else DRIFT)[kind]
    return replace(fix, by_hand=_joined(fix.by_hand, Text(en=drift.en + lines, ko=drift.ko + lines), "\n"))


def _by_hand(before: Text | None, drift: Text, lines: str) -> Text:
    """The owner's lines, after what is to be found out before them."""
    ours = Text(en=drift.en + lines, ko=drift.ko + lines)
    return ours if before is None else _joined(_joined(before, INSTEAD, "\n"), ours, " ")


def _joined(first: Text, second: Text, between: str) -> Text:
    return Text(en=first.en + between + second.en, ko=first.ko + between + second.ko)


def _values(owner: Owner, arn: str, region: Value) -> dict[str, Value]:
    return {
        "owner": _label(owner, arn),
        "owner_typed": _typed(owner),
        "owner_there": _there(owner),
        "owner_region": region_of(arn) or region,
    }


def _registrar_values(owner: Owner, arn: str, region: Value) -> dict[str, Value]:
    return {
        "registrar": _label(owner, arn),
        "registrar_name": owner.name,
        "registrar_cluster": owner.cluster,
        "registrar_region": region_of(arn) or region,
        "registrar_group": arn,
        "registrar_balancers": owner.balancers or (UNCLEAR,),
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
        case OwnerKind.ECS_SERVICE | OwnerKind.CODE_DEPLOY | OwnerKind.EXTERNAL:
            cluster = _one_line(owner.cluster)
            by = DEPLOYED.get(owner.kind, ("", ""))
            return Text(
                en=f"Amazon ECS service {name} (cluster {cluster}{by[0]})",
                ko=f"Amazon ECS 서비스 {name} (클러스터 {cluster}{by[1]})",
            )
        case OwnerKind.AUTO_SCALING:
            by = ("", "")
            if owner.by is not None:
                whose = _label(owner.by, "")
                by = (f" ({whose.en})", f" ({whose.ko})")
            return Text(en=f"Auto Scaling group {name}{by[0]}", ko=f"Auto Scaling 그룹 {name}{by[1]}")


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
