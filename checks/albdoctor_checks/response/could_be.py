"""What a failing answer can come from where nothing that was seen explains it, by outcome and status.

Sources: the load balancer's error messages, and the catalogue of causes behind each.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
"""

from __future__ import annotations

from collections.abc import Iterable

from albdoctor.derive.request.outcome import AtAddress, By, Came
from albdoctor.derive.request.scene import Scene
from albdoctor.text import Text

KEEPALIVE = Text(
    en="The server closes idle connections sooner than the load balancer (keep-alive timeout shorter than the idle timeout of 60 s): a request then meets a closed connection.",
    ko="서버가 유휴 연결을 로드 밸런서보다 먼저 끊습니다(서버의 keep-alive 시간이 로드 밸런서 유휴 제한 시간 60초보다 짧음). 이때 요청이 끊긴 연결을 만납니다.",
)
CRASH = Text(
    en="The application ends or resets the connection while it answers: a crash, a restart, out of memory, a deployment.",
    ko="애플리케이션이 응답 도중 연결을 끊습니다(비정상 종료, 재시작, 메모리 부족, 배포 중).",
)
HEADER = Text(
    en="The answer is malformed or its header is larger than the load balancer takes.",
    ko="응답 형식이 잘못되었거나 헤더가 로드 밸런서 허용 크기를 넘습니다.",
)
NO_TARGET = Text(
    en="No target was in service at that moment: a deployment, draining, or targets of one zone only.",
    ko="그 순간 사용할 수 있는 대상이 없었습니다(배포 중, 등록 취소 중, 한 가용 영역에만 대상이 있음).",
)
SLOW = Text(
    en="The application takes longer than the load balancer's idle timeout, or than this scan waits.",
    ko="애플리케이션 응답이 로드 밸런서 유휴 제한 시간이나 이 스캔의 대기 시간보다 오래 걸립니다.",
)
UNREACHED = Text(
    en="The load balancer gets no connection to the target: a firewall on the target, or a security group or network ACL that this scan could not see.",
    ko="로드 밸런서가 대상에 연결하지 못합니다(대상의 방화벽, 또는 이 스캔이 확인하지 못한 보안 그룹이나 네트워크 ACL).",
)
FIREWALL = Text(
    en="A web ACL (AWS WAF) blocks the request.",
    ko="웹 ACL(AWS WAF)이 요청을 차단합니다.",
)
LOGIN = Text(
    en="The login on the listener (OIDC or Cognito) fails: the load balancer cannot reach the identity provider, or its settings are wrong.",
    ko="리스너의 로그인(OIDC 또는 Cognito)이 실패합니다. 로드 밸런서가 자격 증명 공급자에 연결하지 못하거나 설정이 잘못되었습니다.",
)
RULE = Text(
    en="A rule answers so on purpose: a maintenance page, an allow list, a default action.",
    ko="규칙이 의도적으로 이렇게 응답합니다(점검 안내, 허용 목록, 기본 작업).",
)
VERSION = Text(
    en="The target group's protocol version does not take the request: a gRPC group takes POST over HTTP/2 only, an HTTP2 group no HTTP/1.1.",
    ko="대상 그룹의 프로토콜 버전이 요청과 맞지 않습니다. gRPC 그룹은 HTTP/2의 POST만 받고, HTTP2 그룹은 HTTP/1.1을 받지 않습니다.",
)
FUNCTION = Text(
    en="The Lambda function fails or times out, or its answer is not one that a load balancer takes (statusCode, headers, body; up to 1 MB).",
    ko="Lambda 함수가 실패하거나 시간을 초과합니다. 또는 함수의 응답이 로드 밸런서가 받는 형식(statusCode, headers, body, 최대 1MB)이 아닙니다.",
)
NOT_PERMITTED = Text(
    en="The load balancer may not invoke the function: its resource-based policy lacks elasticloadbalancing.amazonaws.com.",
    ko="로드 밸런서에 함수 호출 권한이 없습니다. 함수의 리소스 기반 정책에 elasticloadbalancing.amazonaws.com이 없습니다.",
)
GATE = Text(
    en="What stands in front does not send the header that a rule asks for, or comes from an address that the rule does not name.",
    ko="앞단 서버(CDN 등)가 규칙이 요구하는 헤더를 보내지 않거나, 규칙에 없는 주소에서 접속합니다.",
)
REQUEST = Text(
    en="The load balancer finds the request malformed or too large.",
    ko="로드 밸런서가 요청 형식이 잘못되었거나 너무 크다고 판단합니다.",
)
CAPACITY = Text(
    en="The load balancer has reached a limit: capacity, subrequests or connections.",
    ko="로드 밸런서가 용량, 하위 요청 또는 연결 한도에 도달했습니다.",
)
BUG = Text(
    en="The application itself fails: its log says why.",
    ko="애플리케이션 자체의 오류입니다. 원인은 애플리케이션 로그에 있습니다.",
)
UNKNOWN_NAME = Text(
    en="The application does not know this name: its list of allowed hosts lacks it (Django ALLOWED_HOSTS, Rails config.hosts, a server_name or virtual host).",
    ko="애플리케이션이 이 이름을 모릅니다. 허용 호스트 목록(Django ALLOWED_HOSTS, Rails config.hosts, server_name 또는 가상 호스트)에 없습니다.",
)
RATE = Text(
    en="The application limits the rate of requests, of this client or of all that come through the load balancer (it counts the load balancer's address unless it reads X-Forwarded-For).",
    ko="애플리케이션이 요청 속도를 제한합니다. X-Forwarded-For를 읽지 않으면 모든 방문자가 로드 밸런서 주소 하나로 계산됩니다.",
)
ORIGIN = Text(
    en="What stands in front cannot reach its origin: wrong origin name, port, protocol or certificate, or the origin does not admit it.",
    ko="앞단 서버(CDN 등)가 오리진에 연결하지 못합니다(오리진 이름, 포트, 프로토콜, 인증서 오류 또는 접근 차단).",
)
OWN_NETWORK = Text(
    en="This machine's own network drops the packets: try from another one.",
    ko="이 컴퓨터의 네트워크가 패킷을 버립니다. 다른 네트워크에서 시도해 보세요.",
)
DROPPED = Text(
    en="Something before the load balancer drops the packets: a firewall, a network ACL, VPC Block Public Access.",
    ko="로드 밸런서 앞에서 패킷이 버려집니다(방화벽, 네트워크 ACL, VPC 퍼블릭 액세스 차단).",
)
PROTOCOL = Text(
    en="Client and load balancer share no TLS version or cipher, or the listener asks for a client certificate (mutual TLS).",
    ko="클라이언트와 로드 밸런서가 공통으로 쓰는 TLS 버전이나 암호가 없거나, 리스너가 클라이언트 인증서를 요구합니다(상호 TLS).",
)
MUTUAL = Text(
    en="The listener wants a client certificate (mutual TLS), and closes the connections of clients that have none.",
    ko="리스너가 클라이언트 인증서를 요구하며(상호 TLS) 인증서가 없는 클라이언트의 연결을 끊습니다.",
)
CERTIFICATE = Text(
    en="The certificate is expired, self-signed, for other names, or its chain is incomplete.",
    ko="인증서가 만료되었거나, 자체 서명이거나, 다른 이름의 인증서이거나, 체인이 불완전합니다.",
)
LOOP = Text(
    en="Application and load balancer disagree about https: the one redirects what the other has ended (X-Forwarded-Proto).",
    ko="애플리케이션과 로드 밸런서가 https 여부를 다르게 판단합니다(X-Forwarded-Proto 확인).",
)
ONWARD = Text(
    en="The name that the redirect leads to has no record, no certificate or no rule of its own.",
    ko="리디렉션된 이름에 레코드, 인증서 또는 규칙이 없습니다.",
)

BY_BALANCER: dict[int, tuple[Text, ...]] = {
    400: (REQUEST,),
    401: (LOGIN,),
    403: (FIREWALL, RULE),
    405: (REQUEST,),
    408: (SLOW,),
    413: (REQUEST,),
    414: (REQUEST,),
    460: (SLOW,),
    463: (REQUEST,),
    464: (VERSION,),
    500: (LOGIN, FIREWALL, CAPACITY),
    501: (REQUEST,),
    502: (KEEPALIVE, CRASH, HEADER),
    503: (NO_TARGET, RULE, CAPACITY),
    504: (SLOW, UNREACHED, NO_TARGET),
    505: (REQUEST,),
    507: (CAPACITY,),
    561: (LOGIN,),
}
BY_APPLICATION: dict[int, tuple[Text, ...]] = {
    400: (UNKNOWN_NAME, BUG),
    408: (SLOW, BUG),
    421: (UNKNOWN_NAME,),
    429: (RATE,),
}
BY_OUTCOME: dict[Came, tuple[Text, ...]] = {
    Came.REDIRECT_LOOP: (LOOP,),
    Came.LEADS_ASTRAY: (ONWARD,),
    Came.NO_ANSWER: (SLOW, CRASH),
    Came.RESET: (CRASH, HEADER, MUTUAL),
    Came.NOT_HTTP: (HEADER,),
    Came.REFUSED: (DROPPED,),
    Came.SILENT: (DROPPED, OWN_NETWORK),
    Came.NOT_TLS: (RULE,),
    Came.TLS_FAILS: (PROTOCOL,),
    Came.UNTRUSTED: (CERTIFICATE,),
}


BY_LAMBDA = {502: (FUNCTION, NOT_PERMITTED), 504: (FUNCTION,)}
"""The same where functions are the targets."""


def could_be(seen: Iterable[AtAddress], scene: Scene) -> tuple[Text, ...]:
    """What it can still be at these addresses, the likeliest first."""
    return tuple(dict.fromkeys(cause for one in seen for cause in _could_be(one, scene)))


def _could_be(at: AtAddress, scene: Scene) -> tuple[Text, ...]:
    if at.came is not Came.ERROR_STATUS:
        return BY_OUTCOME.get(at.came, (DROPPED,))
    if at.by is By.OTHER:
        return (ORIGIN, FIREWALL)
    if at.by is By.APPLICATION:
        return BY_APPLICATION.get(at.status or 0, (BUG,))
    if scene.gate and at.status is not None and at.status < 500:
        return (GATE, FIREWALL)
    by_status = {**BY_BALANCER, **BY_LAMBDA} if scene.to_functions else BY_BALANCER
    return by_status.get(at.status or 0, (RULE, FIREWALL))
