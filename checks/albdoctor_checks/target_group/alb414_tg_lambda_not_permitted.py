"""ALB414: the function that a target group leads to does not let Elastic Load Balancing invoke it."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Finding, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive import asked
from albdoctor.derive.targets.functions import Invoked, InvokedFunctions
from albdoctor.facts.arn import Arn
from albdoctor.facts.known import Gap, Unknown
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import of_group

MOST_SHOWN = 3
CONDITION = Unknown(
    gap=Gap.FAILED, asked="lambda:GetPolicy", detail="whether a condition of the function's policy holds is not known"
)
NO_POLICY = Text(en="the function has no resource policy", ko="리소스 기반 정책이 없음")
NOBODY = Text(
    en="the policy has no statement for elasticloadbalancing.amazonaws.com",
    ko="정책에 elasticloadbalancing.amazonaws.com 문이 없음",
)
DENIED = Text(en="the policy denies it", ko="정책에서 거부함")
GONE = Text(
    en="The function, version or alias was deleted or renamed: Lambda answers the same.",
    ko="함수, 버전 또는 별칭이 삭제되었거나 이름이 바뀌었습니다. 이때도 Lambda의 응답은 같습니다.",
)
PERMIT = Fix(
    summary=Text(
        en="Let Elastic Load Balancing invoke {function} for target group {group}, and for no other.",
        ko="Elastic Load Balancing이 대상 그룹 {group}에 대해서만 {function} 함수를 호출하도록 허용하세요.",
    ),
    script="""\
aws lambda add-permission --region {region} --function-name {function_arn} --statement-id {statement} \\
  --principal elasticloadbalancing.amazonaws.com --action lambda:InvokeFunction \\
  --source-arn {arn} --source-account {account}
""",
    console=(
        Text(
            en="Lambda > Functions > {function} > Configuration > Permissions > Resource-based policy statements > Add permissions",
            ko="Lambda > 함수 > {function} > 구성 > 권한 > 리소스 기반 정책 설명 > 권한 추가",
        ),
    ),
    terraform="""\
resource "aws_lambda_permission" "elb" {
  action         = "lambda:InvokeFunction"
  function_name  = "{function_arn}"
  principal      = "elasticloadbalancing.amazonaws.com"
  source_arn     = "{arn}"
  source_account = "{account}"
}
""",
    cloudformation="""\
InvokedByLoadBalancer:
  Type: AWS::Lambda::Permission
  Properties:
    Action: lambda:InvokeFunction
    FunctionName: {function_arn}
    Principal: elasticloadbalancing.amazonaws.com
    SourceArn: {arn}
    SourceAccount: {account}
""",
    verify="aws lambda get-policy --region {region} --function-name {function_arn} --query Policy --output text",
)
LIFT = Fix(
    summary=Text(
        en="Take Elastic Load Balancing out of the statement of {function}'s policy that denies it.",
        ko="{function} 함수 정책의 거부 문에서 Elastic Load Balancing을 제외하세요.",
    ),
    by_hand=Text(
        en="Somebody wrote this statement on purpose: find out why before you change it, where the policy is kept.\n"
        "  aws lambda get-policy --region {region} --function-name {function_arn} --query Policy --output text",
        ko="누군가 의도적으로 작성한 문입니다. 이유를 확인한 뒤 정책을 관리하는 곳에서 변경하세요.\n"
        "  aws lambda get-policy --region {region} --function-name {function_arn} --query Policy --output text",
    ),
    verify=PERMIT.verify,
)


@check(
    id="ALB414",
    slug="tg-lambda-not-permitted",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Elastic Load Balancing may not invoke function {function} for target group {group}: {why_not}",
        ko="Elastic Load Balancing에 대상 그룹 {group}의 {function} 함수를 호출할 권한이 없습니다: {why_not}",
    ),
    why=Text(
        en="The resource policy of a function says who may invoke it. A function cannot be registered without that permission, but it is lost when the function is made anew or the statement is removed, and it does not hold for another target group: every request then gets 502 (LambdaAccessDenied in the access log).",
        ko="함수를 호출할 수 있는 주체는 함수의 리소스 기반 정책이 정합니다. 권한 없이 등록하면 거부되지만, 등록한 뒤 함수를 다시 만들거나 정책 문을 삭제하면 권한이 사라지고, 다른 대상 그룹에는 그 권한이 적용되지 않습니다. 그러면 모든 요청이 502를 받습니다(액세스 로그의 LambdaAccessDenied).",
    ),
    fixes=(PERMIT, LIFT),
    breaks={"response"},
    words=Text(
        en=(
            "LambdaAccessDenied; ALB Lambda 502; lambda add-permission; Lambda target group 502 Bad Gateway; "
            "elasticloadbalancing.amazonaws.com principal; resource-based policy of the function; "
            "elasticloadbalancing principal does not have permission to invoke; aws_lambda_permission; "
            "function is not invoked by the load balancer; no log of the function"
        ),
        ko=(
            "LambdaAccessDenied; 람다 대상 그룹 502; 람다 권한 추가; add-permission; 람다 리소스 기반 정책; "
            "로드밸런서가 람다를 호출하지 못함; ALB 람다 502; 람다 로그가 없음; aws_lambda_permission"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    ),
)
def tg_lambda_not_permitted(functions: InvokedFunctions) -> Iterator[Verdict]:
    """Yield every function that is a target, and whose policy lets nobody invoke it for that target group."""
    for one in functions:
        if one.is_permitted is None:
            yield CONDITION
        elif one.is_permitted:
            yield fine(one.group.ref)
        elif one.is_there:
            yield _finding(one)
        else:
            look = "aws lambda get-function --region {region} --function-name {arn} --query Configuration.State"
            decide = command(look, region=one.group.region, arn=one.function_arn)
            yield likely(_finding(one), GONE, decide=decide)


def _finding(one: Invoked) -> Finding:
    of = Arn.of(one.group.target_group_arn)
    return found(
        one.group.ref,
        saw(asked.function_policy(one.function_arn), _seen(one)),
        fix=LIFT if one.is_denied else PERMIT,
        key=one.name,
        fix_values=of_group(one.group)
        | {"function_arn": one.function_arn, "statement": f"elb-{of.path[-1]}", "account": of.account},
        function=one.name,
        why_not=_why_not(one),
    )


def _why_not(one: Invoked) -> Text:
    if not one.is_there:
        return NO_POLICY
    if one.is_denied:
        return DENIED
    others = ", ".join(one.others[:MOST_SHOWN])
    return (
        Text(en=f"the policy allows only {others}", ko=f"정책이 다른 대상({others})에만 호출을 허용함")
        if others
        else NOBODY
    )


def _seen(one: Invoked) -> str:
    if not one.is_there:
        return "ResourceNotFoundException"
    told = (f"{each.effect} {' '.join((*each.source_arns, *each.source_accounts))}".strip() for each in one.statements)
    return f"elasticloadbalancing.amazonaws.com: {', '.join(told) or 'no statement'}"
