"""ALB423: the application turns away the health check because of its Host header."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.targets.health import host_header, names, watched
from albdoctor.derive.targets.protocols import host_list_likely
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import TargetProbe, TargetProbes
from albdoctor.text import Text

PLAIN_TO_TLS = Text(
    en="Plain HTTP is sent to a port that speaks TLS.",
    ko="TLS로 통신하는 포트에 평문 HTTP로 접속합니다.",
)
BAD_REQUEST = Text(
    en="The application refuses the request for another reason, such as a missing parameter or header.",
    ko="매개변수나 헤더가 없는 등 다른 이유로 애플리케이션이 요청을 거부합니다.",
)


@check(
    id="ALB423",
    slug="hc-host-header-rejected",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The health check of target group {group} gets {code} because of its Host header, {sent}",
        ko="대상 그룹 {group}의 상태 검사가 Host 헤더({sent}) 때문에 {code} 응답을 받습니다",
    ),
    why=Text(
        en="A health check sends the target's private address as Host, and this cannot be changed. An application that accepts only its own host names refuses it: the site may work for visitors, but its targets count as unhealthy.",
        ko="상태 검사는 대상의 프라이빗 IP 주소를 Host로 보내며 이 값은 바꿀 수 없습니다. 정해진 호스트 이름만 허용하는 애플리케이션은 이 요청을 거부하므로, 사이트가 열리더라도 대상은 비정상으로 처리됩니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Let the application answer {path} whatever the Host is.",
                ko="애플리케이션이 Host 값에 상관없이 {path} 경로에 응답하게 하세요.",
            ),
            by_hand=Text(
                en="Answer {path} before the Host is validated. In Django: a middleware above CommonMiddleware, or the instance's private address in ALLOWED_HOSTS. In IIS: a binding without host name. In nginx: a `default_server` block with `location = {path}`. In Rails:\n"
                "  config.host_authorization = { exclude: ->(request) { request.path == '{path}' } }\n"
                "Do not add {code} to the success codes: then a broken application counts as healthy too.",
                ko="Host를 검증하기 전에 {path} 경로에 응답하게 하세요. Django는 CommonMiddleware보다 앞선 미들웨어를 두거나 인스턴스의 프라이빗 IP 주소를 ALLOWED_HOSTS에 추가합니다. IIS는 호스트 이름이 없는 바인딩, nginx는 `location = {path}` 항목이 있는 `default_server` 블록을 사용합니다. Rails는 다음과 같이 설정합니다.\n"
                "  config.host_authorization = { exclude: ->(request) { request.path == '{path}' } }\n"
                "성공 코드에 {code} 코드를 추가하지 마세요. 고장 난 애플리케이션까지 정상으로 처리됩니다.",
            ),
            verify="aws elbv2 describe-target-health --region {region} --target-group-arn {arn}",
        ),
    ),
    breaks={"health"},
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        "https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts",
    ),
)
def hc_host_header_rejected(
    scan: Scan, target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes]
) -> Iterator[Verdict]:
    """Yield every target group whose targets answer by name and refuse the health check's Host."""
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        proven = [seen for seen in item.targets if seen.host_rejected]
        guilty = proven or [seen for seen in item.targets if host_list_likely(seen)]
        if not guilty:
            yield fine(group.ref)
            continue
        first = guilty[0]
        address = first.probe.private_address if isinstance(first.probe, TargetProbe) else ""
        sent = host_header(address, first.check_port, group.health_check_protocol) if address else "PRIVATE-ADDRESS"
        yield found(
            group.ref,
            saw(*first.health_line),
            *([saw(*first.probe_line(first.check_port))] if proven else []),
            *(
                [
                    saw(
                        Text(en=f"the same with Host: {scan.host}", ko=f"Host를 바꾼 같은 요청: {scan.host}"),
                        f"{first.by_name}",
                    )
                ]
                if proven
                else []
            ),
            certainty=CONFIRMED if proven else LIKELY,
            alternatives=() if proven else (PLAIN_TO_TLS, BAD_REQUEST),
            decide=""
            if proven
            else f"curl -i -H 'Host: {scan.host}' http://127.0.0.1:{first.check_port}{group.health_check_path}",
            group=group.target_group_name,
            arn=group.target_group_arn,
            region=group.region,
            path=group.health_check_path,
            code=first.codes[0],
            sent=sent,
            targets=names(guilty),
        )
