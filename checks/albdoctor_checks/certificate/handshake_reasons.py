"""What a failing TLS handshake can come from, by OpenSSL's reason (RFC 8446 section 6: what each alert means)."""

from __future__ import annotations

from collections.abc import Mapping

from albdoctor.text import Text

VERSIONS = Text(
    en="Client and server share no TLS version or cipher: the security policy is too old or too new.",
    ko="클라이언트와 서버가 공통으로 쓰는 TLS 버전이나 암호가 없습니다(보안 정책이 너무 오래되었거나 너무 새로움).",
)
MUTUAL = Text(
    en="The server wants a client certificate (mutual TLS), which browsers and this tool do not have.",
    ko="서버가 클라이언트 인증서를 요구합니다(상호 TLS). 브라우저와 이 도구에는 그 인증서가 없습니다.",
)
NO_NAME = Text(
    en="The server has no certificate for the name, or could not load the one that it has.",
    ko="서버에 이 이름의 인증서가 없거나 인증서를 불러오지 못했습니다.",
)
CUT = Text(
    en="Something between cuts the connection: a firewall, a proxy, a Network Load Balancer without healthy targets.",
    ko="중간에서 연결을 끊습니다(방화벽, 프록시, 정상 대상이 없는 Network Load Balancer).",
)
OTHER_PROTOCOL = Text(
    en="Port 443 speaks another protocol than TLS.",
    ko="443 포트에서 TLS가 아닌 다른 프로토콜을 사용합니다.",
)

BY_WORD: Mapping[str, tuple[Text, ...]] = {
    "CERTIFICATE_REQUIRED": (MUTUAL,),
    "BAD_CERTIFICATE": (MUTUAL,),
    "UNKNOWN_CA": (MUTUAL,),
    "ACCESS_DENIED": (MUTUAL,),
    "UNRECOGNIZED_NAME": (NO_NAME,),
    "INTERNAL_ERROR": (NO_NAME, MUTUAL),
    "PROTOCOL_VERSION": (VERSIONS,),
    "UNSUPPORTED_PROTOCOL": (VERSIONS,),
    "NO_PROTOCOLS_AVAILABLE": (VERSIONS,),
    "INSUFFICIENT_SECURITY": (VERSIONS,),
    "DH_KEY_TOO_SMALL": (VERSIONS,),
    "NO_SHARED_CIPHER": (VERSIONS,),
    "HANDSHAKE_FAILURE": (VERSIONS, NO_NAME, MUTUAL),
    "WRONG_VERSION_NUMBER": (OTHER_PROTOCOL,),
    "RECORD_LAYER_FAILURE": (OTHER_PROTOCOL,),
    "UNEXPECTED_EOF": (CUT, NO_NAME),
    "reset": (CUT, NO_NAME),
    "timeout": (CUT,),
}
"""The first word that a reason holds decides."""


def could_be(reason: str, *, without_name: bool) -> tuple[Text, ...]:
    """What it can come from, the likeliest first; without a name it ends well: then it is the name."""
    if without_name:
        return (NO_NAME,)
    return next((causes for word, causes in BY_WORD.items() if word in reason), (VERSIONS, MUTUAL, NO_NAME))
