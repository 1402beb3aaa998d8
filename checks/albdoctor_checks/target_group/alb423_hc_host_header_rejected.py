"""ALB423: the application turns away the health check because of its Host header."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Evidence, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.targets.listed import target_ids
from albdoctor.derive.targets.protocols import host_list_likely
from albdoctor.derive.targets.seen import Seen
from albdoctor.derive.targets.watched import ProbedGroups
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text
from albdoctor_checks.fixes.group import SHOW_HEALTH, of_group
from albdoctor_checks.target_group.check_evidence import ask_by_name

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
                en="Answer {path} before the Host is validated. In Django: a middleware above CommonMiddleware, or the instance's private address in ALLOWED_HOSTS. In IIS: a binding without host name. In nginx: a `default_server` block with `location = {path}`. In Rails, with {path} for PATH:\n"
                "  config.host_authorization = { exclude: ->(request) { request.path == 'PATH' } }\n"
                "Do not add {code} to the success codes: then a broken application counts as healthy too.",
                ko="Host를 검증하기 전에 {path} 경로에 응답하게 하세요. Django는 CommonMiddleware보다 앞선 미들웨어를 두거나 인스턴스의 프라이빗 IP 주소를 ALLOWED_HOSTS에 추가합니다. IIS는 호스트 이름이 없는 바인딩, nginx는 `location = {path}` 항목이 있는 `default_server` 블록을 사용합니다. Rails는 다음과 같이 설정합니다(PATH 자리에 {path}).\n"
                "  config.host_authorization = { exclude: ->(request) { request.path == 'PATH' } }\n"
                "성공 코드에 {code} 코드를 추가하지 마세요. 고장 난 애플리케이션까지 정상으로 처리됩니다.",
            ),
            verify=SHOW_HEALTH,
        ),
    ),
    breaks={"health"},
    words=Text(
        en=(
            "Invalid HTTP_HOST header; DisallowedHost; ALLOWED_HOSTS health check; health check 400; "
            "Blocked host; HostAuthorization; Host is private IP; ELB-HealthChecker 400; "
            "add task IP to allowed hosts; 400 in matcher; Django ALLOWED_HOSTS; Rails config.hosts; "
            "host not allowed; Host header rejected; Symfony trusted hosts; host allow list; "
            "health check host header; server_name health check; "
            "Health checks failed with these codes: [400]; untrusted host header; "
            "SuspiciousOperation invalid host; Vite allowedHosts blocked request; "
            "next host validation; HostFilteringMiddleware; TrustedHostMiddleware; "
            "health check sends IP as host; bad request host"
        ),
        ko=(
            "ALLOWED_HOSTS 헬스체크; 헬스체크 400; 호스트 헤더 IP; DisallowedHost; 장고 ALB 400; "
            "사설 IP 호스트 허용; Blocked host; 레일즈 호스트 차단; 헬스체크 미들웨어; "
            "잘못된 호스트 헤더; 장고 ALLOWED_HOSTS 설정; 호스트 헤더 거부; "
            "Invalid HTTP_HOST header; 헬스체크 호스트 헤더; 허용된 호스트 아님; "
            "config.hosts 레일즈; Health checks failed with these codes: [400]; "
            "ELB-HealthChecker 400; 호스트 화이트리스트; 장고 헬스체크; 허용 호스트 목록"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
        "https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts",
    ),
)
def hc_host_header_rejected(scan: Scan, probed_groups: ProbedGroups, scene: Scene) -> Iterator[Verdict]:
    """Yield every target group whose targets answer by name and refuse the health check's Host."""
    for item in probed_groups:
        group = item.group
        proven = [seen for seen in item.targets if seen.host_rejected]
        guilty = proven or [seen for seen in item.targets if host_list_likely(seen)]
        # its 400 is a TLS server's, which tg-http-target-speaks-https tells
        if not guilty or scene.complaint(group.target_group_arn):
            yield fine(group.ref)
            continue
        first = guilty[0]
        finding = found(
            group.ref,
            saw(*first.health_line),
            *(_both_answers(first, scan.host) if proven else ()),
            fix_values=of_group(group),
            path=group.health_check_path,
            code=first.codes[0],
            sent=first.check_host or "PRIVATE-ADDRESS",
            targets=target_ids(guilty),
        )
        decide = ask_by_name(first, scan.host)
        yield finding if proven else likely(finding, PLAIN_TO_TLS, BAD_REQUEST, decide=decide)


def _both_answers(first: Seen, host: str) -> Iterator[Evidence]:
    yield saw(*first.probe_line(first.check_port))
    yield saw(asked.by_host(host), f"{first.by_name}")
