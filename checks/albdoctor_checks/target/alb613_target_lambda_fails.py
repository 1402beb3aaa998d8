"""ALB613: the function that serves the request fails, or answers what a load balancer cannot pass on."""

from __future__ import annotations

from collections.abc import Iterator

from albdoctor.checkup import ERROR, Fix, Verdict, check, fine, found, likely, saw
from albdoctor.derive.request.lines import exchange_line
from albdoctor.derive.request.outcome import AtAddress, By
from albdoctor.derive.request.scene import Scene
from albdoctor.derive.targets.functions import InvokedFunctions
from albdoctor.text import Text, command
from albdoctor_checks.fixes.group import of_group

BAD_GATEWAY = 502
OTHERS = Text(
    en="Another target of the same rule answers so: the request is shared out among several target groups.",
    ko="같은 규칙의 다른 대상이 이렇게 응답했을 수 있습니다. 요청이 여러 대상 그룹으로 나뉩니다.",
)
LOG = "aws logs tail /aws/lambda/{name} --region {region} --since 30m"


@check(
    id="ALB613",
    slug="target-lambda-fails",
    severity=ERROR,
    since="0.2",
    message=Text(
        en="Function {function} fails, or answers what the load balancer cannot pass on: {url} gets 502",
        ko="{function} 함수가 실패했거나 로드 밸런서가 전달할 수 없는 응답을 보냈습니다. {url} 응답: 502",
    ),
    why=Text(
        en="The load balancer may invoke the function, and answers 502 in its place: the function raised an error, ran out of its own time, or what it returned is not a response (a JSON object with a numeric statusCode, headers that are strings, and a body that is a string, of at most 1 MB).",
        ko="로드 밸런서에 호출 권한이 있는데도 502로 대신 응답합니다. 함수에서 오류가 났거나, 제한 시간을 넘겼거나, 반환값이 응답 형식이 아닙니다. 응답은 숫자 statusCode, 문자열 headers, 문자열 body를 담은 1MB 이하의 JSON 객체여야 합니다.",
    ),
    fixes=(
        Fix(
            summary=Text(
                en="Read what {function} logged when it was invoked, and mend the function.",
                ko="호출되었을 때 {function} 함수가 남긴 로그를 확인하고 함수를 수정하세요.",
            ),
            by_hand=Text(
                en="Ask once more, then read the log of that invocation (a function may have a log group of its own):\n"
                "  curl -sI {url}\n"
                "  aws logs tail /aws/lambda/{name} --region {region} --since 10m\n"
                '"Task timed out": raise its timeout or make it faster. An error: mend the code. Neither: look at what it returns, for a load balancer wants {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": "..."}; with multi-value headers on the target group, multiValueHeaders instead of headers.',
                ko="다시 요청한 뒤 해당 호출의 로그를 확인하세요(함수에 별도 로그 그룹이 설정되어 있을 수 있습니다).\n"
                "  curl -sI {url}\n"
                "  aws logs tail /aws/lambda/{name} --region {region} --since 10m\n"
                '"Task timed out"이 보이면 제한 시간을 늘리거나 실행을 빠르게 하세요. 오류가 보이면 코드를 고치세요. 둘 다 없으면 반환값을 확인하세요. 로드 밸런서에는 {"statusCode": 200, "headers": {"Content-Type": "text/html"}, "body": "..."} 형식이 필요하며, 대상 그룹에서 다중 값 헤더를 켰다면 headers 대신 multiValueHeaders를 씁니다.',
            ),
            verify="curl -sI {url}",
        ),
    ),
    breaks={"response"},
    words=Text(
        en=(
            "Lambda 502 behind ALB; LambdaUnhandled; LambdaInvalidResponse; LambdaUserError; LambdaTooLarge; "
            "Lambda target 502 Bad Gateway; function works in the console and not behind the load balancer; "
            "malformed Lambda response; Task timed out; statusCode missing; LambdaResponseTooLarge"
        ),
        ko=(
            "람다 502; 람다 응답 형식 오류; LambdaInvalidResponse; LambdaUnhandled; 람다 타임아웃; Task timed out; "
            "콘솔에서는 되는데 ALB에서 502; statusCode 누락; 람다 응답 크기 초과"
        ),
    ),
    refs=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#respond-to-load-balancer",
    ),
)
def target_lambda_fails(functions: InvokedFunctions, scene: Scene) -> Iterator[Verdict]:
    """Yield a function that gets the request and may be invoked, where the load balancer answers 502 in its place."""
    failed = next((one for one in scene.requested.failing if _is_in_its_place(one)), None)
    shares = {*scene.way.shares}
    for one in functions:
        if one.group.target_group_arn not in shares or not scene.requested.seen:
            continue
        if failed is None or failed.last is None:
            yield fine(one.group.ref)
        elif one.is_permitted:
            finding = found(
                one.group.ref,
                saw(*exchange_line(failed.last)),
                key=one.name,
                fix_values=of_group(one.group) | {"name": one.name.partition(":")[0]},
                function=one.name,
                url=scene.requested.url,
            )
            alone = shares == {one.group.target_group_arn} and scene.way.certain
            look = command(LOG, name=one.name.partition(":")[0], region=one.group.region)
            yield finding if alone else likely(finding, OTHERS, decide=look)


def _is_in_its_place(one: AtAddress) -> bool:
    return one.status == BAD_GATEWAY and one.by is By.LOAD_BALANCER
