"""What is printed where nobody knows whether a load balancer's redirects would then lead round: by hand, after a look."""

from __future__ import annotations

from msgspec.structs import replace

from albdoctor.checkup import Fix
from albdoctor.text import Text

_LOOK = "  aws elbv2 describe-rules --region {region} --listener-arn {looks_at[]} --query 'Rules[].[Priority,Conditions,Actions]'\n"
_EN = (
    """\
Some rules of the load balancer could not be seen, or depend on the client: whether its redirects would then lead round in an endless circle is not known. Look at the rules:
"""
    + _LOOK
    + """\
Or allow elasticloadbalancing:DescribeRules (`albdoctor iam-policy` prints the whole policy) and scan again. Only where no rule leads back to where it comes from:
"""
)
_KO = (
    """\
일부 규칙을 볼 수 없거나 클라이언트에 따라 달라져, 이렇게 바꾸면 리디렉션이 끝없이 순환하는지 알 수 없습니다. 규칙을 확인하세요.
"""
    + _LOOK
    + """\
또는 elasticloadbalancing:DescribeRules 권한을 허용하고(전체 정책은 `albdoctor iam-policy` 명령으로 볼 수 있습니다) 다시 스캔하세요. 출발한 주소로 되돌아오는 규칙이 없을 때만 실행합니다.
"""
)


def unless_round(fix: Fix) -> Fix:
    """The same fix, its one command to be typed after a look at the rules of the listeners `looks_at`."""
    command = "  " + " ".join(fix.script.replace("\\\n", " ").split())
    text = Text(en=_EN + command, ko=_KO + command)
    return replace(fix, script="", terraform="", cloudformation="", by_hand=text)
