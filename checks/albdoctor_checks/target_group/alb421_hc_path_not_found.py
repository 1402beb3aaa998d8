"""ALB421: the health check's path does not exist on the target."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import CONFIRMED, ERROR, LIKELY, Fix, Verdict, check, fine, found, saw
from albdoctor.derive.targets.health import names, root_answers, watched
from albdoctor.facts.elb import GroupsHealth, TargetGroups
from albdoctor.facts.known import Observed, Unknown
from albdoctor.facts.snapshot import Scan
from albdoctor.facts.wire import TargetProbes
from albdoctor.text import Text

HOST = Text(
    en="The server has the path, but only for its own host name: the health check sends the private address as Host.",
    ko="경로는 있지만 서버가 자신의 호스트 이름으로 온 요청에만 제공합니다(상태 검사는 프라이빗 IP 주소를 Host로 보냅니다).",
)
VERIFY = "aws elbv2 describe-target-health --region {region} --target-group-arn {arn}"
FIX = Fix(
    summary=Text(
        en="Point the health check of {group} at a path that exists, or add {path} to the application.",
        ko="{group} 그룹의 상태 검사 경로를 실제로 있는 경로로 바꾸거나, 애플리케이션에 {path} 경로를 추가하세요.",
    ),
    by_hand=Text(
        en="On the target, find a path that answers 200 without login, for example:\n"
        "  curl -i http://127.0.0.1:{check_port}/\n"
        "Then set it:\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH",
        ko="대상에서 로그인 없이 200으로 응답하는 경로를 찾으세요. 예:\n"
        "  curl -i http://127.0.0.1:{check_port}/\n"
        "그다음 그 경로를 지정하세요.\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH",
    ),
    verify=VERIFY,
)
FIX_ROOT = Fix(
    summary=Text(
        en="Point the health check of {group} at /, which answers {matcher}.",
        ko="{group} 그룹의 상태 검사 경로를 /로 바꾸세요. 이 경로는 {matcher} 코드로 응답합니다.",
    ),
    script="aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path /\n",
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Health checks > Edit: path /",
            ko="EC2 > 대상 그룹 > {group} > 상태 검사 > 편집: 경로 /",
        ),
    ),
    terraform='health_check {\n  path = "/"\n}\n',
    cloudformation="HealthCheckPath: /\n",
    verify=VERIFY,
)


@check(
    id="ALB421",
    slug="hc-path-not-found",
    severity=ERROR,
    since="0.1",
    message=Text(
        en="The health check of target group {group} asks for {path} and gets 404: {targets}",
        ko="대상 그룹 {group}의 상태 검사가 {path} 경로에서 404 응답을 받습니다: {targets}",
    ),
    why=Text(
        en="The server answers, but does not have the path of the health check. The site may work, but its targets count as unhealthy.",
        ko="서버는 응답하지만 상태 검사 경로가 서버에 없습니다. 사이트는 열릴 수 있지만 대상은 비정상으로 처리됩니다.",
    ),
    fixes=(FIX,),
    breaks={"health"},
    refs=("https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",),
)
def hc_path_not_found(
    scan: Scan, target_groups: TargetGroups, groups_health: GroupsHealth, target_probes: Observed[TargetProbes]
) -> Iterator[Verdict]:
    """Yield every target group whose health check path answers 404, whatever the Host."""
    for item in watched(target_groups, groups_health, target_probes):
        if isinstance(item, Unknown):
            yield item
            continue
        group = item.group
        guilty = [seen for seen in item.targets if seen.answered(404) and not seen.host_rejected]
        if not guilty:
            yield fine(group.ref)
            continue
        proven = [seen for seen in guilty if seen.by_name == 404]
        first = (proven or guilty)[0]
        ask = f"curl -i -H 'Host: {scan.host}' http://127.0.0.1:{first.check_port}{group.health_check_path}"
        yield found(
            group.ref,
            saw(*first.health_line),
            *([saw(*first.probe_line(first.check_port))] if first.check_answer else []),
            certainty=CONFIRMED if proven else LIKELY,
            alternatives=() if proven else (HOST,),
            decide="" if proven else ask,
            fix=FIX_ROOT if root_answers(first) else None,
            group=group.target_group_name,
            arn=group.target_group_arn,
            region=group.region,
            path=group.health_check_path,
            matcher=group.matcher.http_code,
            check_port=first.check_port,
            targets=names(guilty),
        )
