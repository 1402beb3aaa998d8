"""ALB409: addresses are registered that nobody has any more: of tasks or pods that were replaced."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.listed import subject_of, target_ids
from albdoctor.derive.targets.stale import AllAddresses
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group

DEREGISTER = Fix(
    summary=Text(
        en="Deregister the addresses that no task has: {targets}.",
        ko="어느 태스크에도 없는 주소의 등록을 취소하세요: {targets}",
    ),
    script="aws elbv2 deregister-targets --region {region} --target-group-arn {arn} --targets {gone[]}\n",
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Targets > {targets} > Deregister",
            ko="EC2 > 대상 그룹 > {group} > 대상 > {targets} > 등록 취소",
        ),
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
REGISTER_ANEW = Fix(
    summary=Text(
        en="Let what runs the servers register them in {group} again, then deregister {targets}.",
        ko="서버를 실행하는 서비스가 {group} 그룹에 다시 등록하게 한 뒤 다음 주소의 등록을 취소하세요: {targets}",
    ),
    by_hand=Text(
        en="What registers tasks or pods has missed that these are gone, or lost the right to say so: see its log (the AWS Load Balancer Controller of Kubernetes, the events of an Amazon ECS service), and whether anything runs at all. Once the living ones are registered:\n"
        "  aws elbv2 deregister-targets --region {region} --target-group-arn {arn} --targets {gone[]}",
        ko="태스크나 파드를 등록하는 쪽이 이들이 사라진 것을 놓쳤거나 권한을 잃었습니다. 로그(쿠버네티스의 AWS Load Balancer Controller, Amazon ECS 서비스 이벤트)를 확인하고, 실행 중인 것이 있는지도 확인하세요. 살아 있는 대상이 등록되면 다음을 실행합니다.\n"
        "  aws elbv2 deregister-targets --region {region} --target-group-arn {arn} --targets {gone[]}",
    ),
    verify=SHOW_HEALTH,
    of_registrar=True,
)
IN_A_PREFIX = Text(
    en="A pod has the address: its node's interface holds it as part of a prefix (prefix delegation), or an overlay network gave it, and no interface lists it.",
    ko="파드의 주소입니다. 노드의 네트워크 인터페이스에 접두사로 할당되었거나(prefix delegation) 오버레이 네트워크의 주소라서 인터페이스 목록에 나오지 않습니다.",
)


@check(
    id="ALB409",
    slug="tg-stale-ip-targets",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Target group {group} has addresses registered that no network interface has any more: {targets}",
        ko="대상 그룹 {group}에 더 이상 어느 네트워크 인터페이스에도 없는 주소가 등록되어 있습니다: {targets}",
    ),
    why=Text(
        en="A task or pod that ends takes its address with it. Where it is not deregistered, the load balancer goes on checking an address that nobody has, or that somebody else is given later.",
        ko="태스크나 파드가 종료되면 그 주소도 사라집니다. 등록이 취소되지 않으면 로드 밸런서는 아무도 쓰지 않거나 나중에 다른 곳에 할당될 주소를 계속 검사합니다.",
    ),
    fixes=(DEREGISTER, REGISTER_ANEW),
    breaks={"health", "response"},
    words=Text(
        en=(
            "stale targets; old IP still registered; pod IP not deregistered; old task IP in target group; "
            "target not deregistered; unhealthy target that does not exist; leftover targets; "
            "IP address of a deleted pod; intermittent 504 after deployment; ghost targets"
        ),
        ko=(
            "오래된 대상이 남아 있음; 예전 IP가 등록되어 있음; 파드 IP가 등록 취소되지 않음; "
            "사라진 태스크의 IP; 존재하지 않는 대상; 배포 후 간헐적 504; 대상 그룹에 옛 IP"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-type-application.html",
    ),
)
def tg_stale_ip_targets(addresses: AllAddresses) -> Iterator[Verdict]:
    """Yield the failing addresses of a group that no interface of its VPC has."""
    for item in addresses:
        if not item.gone:
            yield fine(item.group.ref)
            continue
        ids = tuple(one.target.id for one in item.gone)
        finding = found(
            subject_of(item.gone),
            saw(*item.gone[0].health_line),
            saw(asked.network_interfaces(), Text(en=f"none has {ids[0]}", ko=f"{ids[0]} 주소를 가진 인터페이스 없음")),
            fix=None if item.of_tasks and item.others else REGISTER_ANEW,
            fix_values=of_group(item.group) | {"gone": tuple(one.spec(one.port) for one in item.gone)},
            targets=target_ids(item.gone),
        )
        ask = "kubectl get pods --all-namespaces --output wide --field-selector status.podIP={address}"
        yield finding if item.of_tasks else likely(finding, IN_A_PREFIX, decide=command(ask, address=ids[0]))
