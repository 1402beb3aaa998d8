"""A site that a Lambda function serves."""

from __future__ import annotations

from albdoctor.lab.functions import break_the_code, make_it_anew, mend_the_code, permit_another_group, serve_by_function
from albdoctor.lab.plan import Plan
from albdoctor.lab.scenario import LIKELY, Scenario, cause
from albdoctor.text import Text

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        name="function-healthy",
        about=Text(
            en="Nothing is wrong: a Lambda function serves the site.",
            ko="문제가 없는 상태입니다. Lambda 함수가 사이트를 제공합니다.",
        ),
        plan=Plan(then=(serve_by_function,)),
    ),
    Scenario(
        name="function-made-anew",
        about=Text(
            en="The Lambda function was deleted and made again, and nobody permits the load balancer to invoke it.",
            ko="Lambda 함수를 삭제하고 다시 만들면서 로드 밸런서의 호출 권한이 사라졌습니다.",
        ),
        plan=Plan(then=(serve_by_function, make_it_anew)),
        expected=(cause("tg-lambda-not-permitted", LIKELY),),
    ),
    Scenario(
        name="function-fails",
        about=Text(
            en="The Lambda function that serves the site raises an error at every request.",
            ko="사이트를 제공하는 Lambda 함수가 요청마다 오류를 냅니다.",
        ),
        plan=Plan(then=(serve_by_function, break_the_code)),
        expected=(cause("target-lambda-fails"),),
        repairs={"target-lambda-fails": mend_the_code},
    ),
    Scenario(
        name="function-permits-another-group",
        about=Text(
            en="The Lambda function permits a target group that is gone, and not the one that leads to it.",
            ko="Lambda 함수의 정책이 삭제된 대상 그룹만 허용하고 현재 대상 그룹은 허용하지 않습니다.",
        ),
        plan=Plan(then=(serve_by_function, permit_another_group)),
        expected=(cause("tg-lambda-not-permitted"),),
    ),
)
