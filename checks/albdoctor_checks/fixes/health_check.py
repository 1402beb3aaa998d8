"""The settings of a health check: path, success codes, timeout."""

from __future__ import annotations

import math

from albdoctor.checkup import Fix
from albdoctor.facts.elb import TargetGroup
from albdoctor.text import Text, Value
from albdoctor_checks.fixes.group import SHOW_HEALTH

LONGEST_TIMEOUT = 120
"""Seconds (ELBv2 HealthCheckTimeoutSeconds)."""

ANSWERING_PATH = Fix(
    summary=Text(
        en="Choose a health check path of {group} that answers 200 itself.",
        ko="{group} 그룹의 상태 검사 경로를 리디렉션 없이 200으로 응답하는 경로로 바꾸세요.",
    ),
    by_hand=Text(
        en="Give the application a path that answers 200 without login or redirect; where a framework forces https, exempt that path or trust X-Forwarded-Proto. Then set the path:\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH",
        ko="로그인이나 리디렉션 없이 200으로 응답하는 경로를 애플리케이션에 만드세요. 프레임워크가 https를 강제한다면 그 경로를 예외로 두거나 X-Forwarded-Proto 헤더를 신뢰하게 합니다. 그다음 경로를 지정하세요.\n"
        "  aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --health-check-path PATH",
    ),
    verify=SHOW_HEALTH,
)
REDIRECT_COUNTS = Fix(
    summary=Text(
        en="Count {code} as healthy for {group}: this redirect only forces https, the server itself is well.",
        ko="{group} 그룹에서 {code} 코드도 정상으로 인정하세요. 이 리디렉션은 https를 강제할 뿐 서버 자체는 정상입니다.",
    ),
    side_effects=(
        Text(
            en="A path that answers 200 is better: with {code} accepted, a health check no longer notices when everything is redirected. Accept this code only, not 200-399.",
            ko="200으로 응답하는 경로를 쓰는 편이 더 좋습니다. {code} 코드를 인정하면 모든 요청이 리디렉션되는 장애를 상태 검사가 알아채지 못합니다. 200-399처럼 넓히지 말고 이 코드만 추가하세요.",
        ),
    ),
    script="aws elbv2 modify-target-group --region {region} --target-group-arn {arn} --matcher {new_matcher}\n",
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Health checks > Edit > Advanced: success codes {codes}",
            ko="EC2 > 대상 그룹 > {group} > 상태 검사 > 편집 > 고급 설정: 성공 코드 {codes}",
        ),
    ),
    terraform='health_check {\n  matcher = "{codes}"\n}\n',
    cloudformation='Matcher:\n  HttpCode: "{codes}"\n',
    verify=SHOW_HEALTH,
)
EXISTING_PATH = Fix(
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
    verify=SHOW_HEALTH,
)
ROOT_PATH = Fix(
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
    verify=SHOW_HEALTH,
)
FASTER_BY_HAND = Text(
    en="Give the health check a path that does little work and asks no database, and see with `top` whether the target needs more CPU or memory. Measure on the target:\n"
    "  time curl -o /dev/null http://127.0.0.1:{port}{path}",
    ko="데이터베이스를 조회하지 않는 가벼운 경로를 상태 검사에 쓰고, `top` 명령으로 CPU나 메모리가 부족한지 확인하세요. 응답 시간은 대상에서 다음과 같이 잽니다.\n"
    "  time curl -o /dev/null http://127.0.0.1:{port}{path}",
)
FASTER_SUMMARY = Text(
    en="Make {path} answer faster, or let the health check of {group} wait longer than {timeout} seconds.",
    ko="{path} 경로의 응답을 빠르게 하거나, {group} 그룹의 상태 검사 제한 시간을 {timeout}초보다 늘리세요.",
)
FASTER_ANSWER = Fix(summary=FASTER_SUMMARY, by_hand=FASTER_BY_HAND, verify=SHOW_HEALTH)
LONGER_TIMEOUT = Fix(
    summary=FASTER_SUMMARY,
    side_effects=(
        Text(
            en="A longer timeout finds a dead target later: a faster health check path is the better repair.",
            ko="제한 시간이 길어지면 고장 난 대상을 늦게 발견합니다. 응답이 더 빠른 상태 검사 경로를 쓰는 편이 낫습니다.",
        ),
    ),
    script="aws elbv2 modify-target-group --region {region} --target-group-arn {arn}"
    " --health-check-timeout-seconds {wait} --health-check-interval-seconds {interval}\n",
    console=(
        Text(
            en="EC2 > Target Groups > {group} > Health checks > Edit > Advanced: timeout {wait}, interval {interval}",
            ko="EC2 > 대상 그룹 > {group} > 상태 검사 > 편집 > 고급 설정: 제한 시간 {wait}, 간격 {interval}",
        ),
    ),
    terraform="health_check {\n  timeout  = {wait}\n  interval = {interval}\n}\n",
    cloudformation="HealthCheckTimeoutSeconds: {wait}\nHealthCheckIntervalSeconds: {interval}\n",
    verify=SHOW_HEALTH,
)


def longer_timeout(group: TargetGroup, seconds: float) -> dict[str, Value]:
    """Give the values that `LONGER_TIMEOUT` wants, for an answer that took so long."""
    wait = min(LONGEST_TIMEOUT, 2 * math.ceil(max(seconds, group.health_check_timeout_seconds)))
    return {"wait": wait, "interval": max(group.health_check_interval_seconds, wait + 5)}
