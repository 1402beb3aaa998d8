"""How one action of a list is changed by hand where a login stands before it: the login is kept.

By script where the facts hold all of the list (`writable`); not those of an older version, nor an answer with a hole.
"""

from __future__ import annotations

from msgspec.structs import replace

from albdoctor.checkup import Fix
from albdoctor.text import Text

_EN = """\
A login stands before the {action} in rule {priority} of {protocol}:{port}, and is kept. Save the list of actions:
  aws elbv2 describe-rules --region {region} --rule-arns {rule} --query 'Rules[0].Actions' --output json > actions.json
In it {change}, and leave the other actions as they are; in an AuthenticateOidcConfig write "UseExistingClientSecret": true, which keeps the client secret. Then put the list back:
  """
_KO = """\
{protocol}:{port} 리스너의 우선순위 {priority} 규칙에는 {action} 앞에 로그인 작업이 있으며 그대로 두어야 합니다. 작업 목록을 저장하세요.
  aws elbv2 describe-rules --region {region} --rule-arns {rule} --query 'Rules[0].Actions' --output json > actions.json
이 파일에서 {change}. 다른 작업은 그대로 두고, AuthenticateOidcConfig에는 "UseExistingClientSecret": true를 넣어 클라이언트 보안 암호를 유지하세요. 그다음 목록을 다시 등록합니다.
  """
_RULE = "aws elbv2 modify-rule --region {region} --rule-arn {rule} --actions file://actions.json"
_DEFAULT = "aws elbv2 modify-listener --region {region} --listener-arn {listener} --default-actions file://actions.json"


def keeping_login(fix: Fix, action: Text, change: Text) -> tuple[Fix, Fix]:
    """The same fix where a login stands before the action: of a rule, and of a listener's default rule."""
    texts = (
        Text(
            en=_EN.replace("{action}", action.en).replace("{change}", change.en) + command,
            ko=_KO.replace("{action}", action.ko).replace("{change}", change.ko) + command,
        )
        for command in (_RULE, _DEFAULT)
    )
    of_rule, of_default = (replace(fix, script="", terraform="", cloudformation="", by_hand=text) for text in texts)
    return of_rule, of_default


REDIRECT = Text(en="redirect", ko="리디렉션")
FIXED_RESPONSE = Text(en="fixed response", ko="고정 응답")
TO_FORWARD = Text(
    en="replace the last action alone by a forward to the target group that serves the site",
    ko="마지막 작업만 사이트를 서비스하는 대상 그룹으로의 전달(forward)로 바꾸세요",
)
TO_HTTPS = Text(
    en='write "Protocol": "HTTPS" and "Port": "443" in the RedirectConfig alone',
    ko='RedirectConfig의 "Protocol"만 "HTTPS"로, "Port"만 "443"으로 바꾸세요',
)
