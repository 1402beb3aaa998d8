"""ALB328 over facts: a host that no host rule lists."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from albdoctor.checkup.engine import Result, run_one
from albdoctor.facts.elb import Rule
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb328_rule_host_not_matched import rule_host_not_matched as check
from tests.support.build import GROUP_ARN, LISTENER_443_ARN, balancer, facts, forward, listener, redirect, rule
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
NOT_FOUND = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "nothing here"}}
DEFAULT_404 = rule(Actions=[NOT_FOUND])


def host(*hosts: str) -> list[dict[str, Any]]:
    return [{"Field": "host-header", "HostHeaderConfig": {"Values": list(hosts)}}]


def for_host(priority: str, *hosts: str, path: str = "", to: str = GROUP_ARN) -> Rule:
    conditions = host(*hosts)
    if path:
        conditions.append({"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}})
    return rule(priority, Conditions=conditions, Actions=[forward(to)])


WWW = for_host("10", "www.shop.example")


def seen(*rules: Rule, **groups: Any) -> Facts:
    base: dict[str, Any] = {"load_balancers": (balancer(),), "listeners": (listener(),), "rules": rules}
    return facts(**(base | groups))


def test_a_host_that_falls_to_a_default_404_is_found() -> None:
    assert told(check, seen(DEFAULT_404, WWW)) == [
        f"error confirmed rule/{DEFAULT_404.rule_arn}: No host rule of the HTTPS listener matches shop.example:"
        " the default rule answers (fixed-response 404)",
        "  elasticloadbalancing DescribeRules HTTPS:443, default rule, for https://shop.example/ -> fixed-response 404",
        "  elasticloadbalancing DescribeRules HTTPS:443, rule 10 -> host-header www.shop.example",
        "  fix[by hand, traffic]: Add shop.example to the host condition of the rule that should take it.",
    ]


def test_a_default_redirect_out_of_the_domain_may_be_meant() -> None:
    away = rule(Actions=[redirect(Host="www.old.example")])
    (finding,) = run_one(seen(away, WWW), check).findings
    assert (finding.certainty, finding.severity) == ("likely", "warning")


def test_a_default_redirect_from_the_apex_to_www_is_fine() -> None:
    assert result_of(check, seen(rule(Actions=[redirect(Host="www.#{host}")]), WWW)) is Result.PASSED


def test_that_one_rule_alone_fits_is_no_proof_not_even_for_www() -> None:
    conditions = '[{"Field": "host-header", "HostHeaderConfig": {"Values": ["www.shop.example", "shop.example"]}}]'
    words = by_hand_of(check, seen(DEFAULT_404, WWW, for_host("11", "api.example", path="/v1/*")), impact="traffic")
    assert words.startswith("One rule alone could take shop.example: rule 10 (www.shop.example) -> web-http. That its")
    assert (
        f"\n  aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {WWW.rule_arn} --conditions '{conditions}'\n"
    ) in words
    assert "--conditions Field=host-header,Values=shop.example --actions" in words
    there = rule("5", port=80, Conditions=host("shop.example"), Actions=[forward()])
    proven = seen(DEFAULT_404, WWW, rule(port=80), there, listeners=BOTH)
    assert script_of(check, proven, impact="traffic") == (
        f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {WWW.rule_arn} --conditions '{conditions}'\n"
    )


def test_it_is_by_hand_when_several_rules_fit_or_the_quota_is_used_up() -> None:
    assert script_of(check, seen(DEFAULT_404, WWW, for_host("11", "api.example")), impact="traffic") == ""
    full = for_host("10", "www.shop.example", *(f"{letter}.example" for letter in "abcd"))
    assert script_of(check, seen(DEFAULT_404, full), impact="traffic") == ""


def test_the_only_rule_is_no_proof_that_its_application_serves_the_host() -> None:
    words = by_hand_of(check, seen(DEFAULT_404, for_host("10", "api.example", "blog.example")), impact="traffic")
    assert words.startswith(
        "Nothing shows which target group serves shop.example. The rules of the HTTPS listener:"
        " rule 10 (api.example, blog.example) -> web-http. Choose"
    )


OTHER_GROUP = GROUP_ARN.replace("web-http", "other")
OTHERS = for_host("10", "other.example", to=OTHER_GROUP)
BOTH = (listener(80), listener())


def test_the_group_is_that_of_the_rule_of_another_listener_that_names_the_host() -> None:
    there = rule("5", port=80, Conditions=host("shop.example"), Actions=[forward()])
    snapshot = seen(DEFAULT_404, OTHERS, rule(port=80), there, listeners=BOTH)
    assert script_of(check, snapshot, impact="traffic") == (
        f"aws elbv2 create-rule --region ap-northeast-2 --listener-arn {LISTENER_443_ARN} --priority 11 \\\n"
        f"  --conditions Field=host-header,Values=shop.example --actions Type=forward,TargetGroupArn={GROUP_ARN}\n"
    )
    assert told(check, snapshot)[-1] == (
        "  fix[script, traffic]: Create a rule for shop.example that forwards as HTTP:80, rule 5 -> web-http does."
    )
    last = for_host("50000", "other.example", to=OTHER_GROUP)
    assert "--priority 1 " in script_of(
        check, seen(DEFAULT_404, last, rule(port=80), there, listeners=BOTH), impact="traffic"
    )


def test_a_rule_elsewhere_that_takes_every_host_shows_nothing() -> None:
    for any_ in (rule("5", port=80, Conditions=host("*"), Actions=[forward()]), rule(port=80, Actions=[forward()])):
        rules = (DEFAULT_404, OTHERS, any_, *(() if any_.is_default else (rule(port=80),)))
        assert by_hand_of(check, seen(*rules, listeners=BOTH), impact="traffic").startswith("Nothing shows which")


def test_a_rule_with_the_same_group_gets_the_name() -> None:
    there = rule("5", port=80, Conditions=host("*.example"), Actions=[forward()])
    same = for_host("11", "blog.example")
    script = script_of(check, seen(DEFAULT_404, OTHERS, same, rule(port=80), there, listeners=BOTH), impact="traffic")
    assert script.startswith(f"aws elbv2 modify-rule --region ap-northeast-2 --rule-arn {same.rule_arn} --conditions ")


def test_www_is_no_proof_where_another_listener_names_the_host() -> None:
    www = for_host("10", "www.shop.example", to=OTHER_GROUP)
    there = rule("5", port=80, Conditions=host("shop.example"), Actions=[forward()])
    script = script_of(check, seen(DEFAULT_404, www, rule(port=80), there, listeners=BOTH), impact="traffic")
    assert script.endswith(f" --actions Type=forward,TargetGroupArn={GROUP_ARN}\n")


@pytest.mark.parametrize(
    "there",
    [
        {"Conditions": [*host("shop.example"), {"Field": "path-pattern", "Values": ["/*"]}]},
        {"Actions": [{"Type": "authenticate-oidc", "Order": 1}, forward() | {"Order": 2}]},
    ],
)
def test_a_rule_elsewhere_that_looks_at_more_or_asks_for_a_login_is_named(there: dict[str, Any]) -> None:
    named = rule("5", port=80, **({"Conditions": host("shop.example"), "Actions": [forward()]} | there))
    words = by_hand_of(check, seen(DEFAULT_404, OTHERS, rule(port=80), named, listeners=BOTH), impact="traffic")
    assert words.startswith("Other listeners of the load balancer name shop.example: HTTP:80, rule 5 -> web-http. They")
    assert " The rules of the HTTPS listener: rule 10 (other.example) -> other. Choose" in words


def test_rules_elsewhere_that_do_not_agree_are_named_both() -> None:
    admin = listener(443, ListenerArn=f"{LISTENER_443_ARN}8", Port=8443)
    first = rule("5", port=80, Conditions=host("shop.example"), Actions=[forward()])
    second = msgspec.structs.replace(OTHERS, listener_arn=admin.listener_arn, conditions=first.conditions)
    snapshot = seen(DEFAULT_404, OTHERS, rule(port=80), first, second, listeners=(*BOTH, admin))
    words = by_hand_of(check, snapshot, impact="traffic")
    assert "name shop.example: HTTP:80, rule 5 -> web-http, HTTPS:8443, rule 10 -> other. They do not agree" in words


def test_a_default_rule_that_forwards_is_fine() -> None:
    assert result_of(check, seen(rule(), WWW)) is Result.PASSED


def test_a_rule_that_matches_is_fine() -> None:
    assert result_of(check, seen(DEFAULT_404, for_host("10", "*.example"))) is Result.PASSED


def test_a_default_404_without_host_rules_is_another_checks() -> None:
    assert result_of(check, seen(DEFAULT_404)) is Result.PASSED


def test_no_https_listener_is_nothing_to_judge() -> None:
    assert result_of(check, seen(DEFAULT_404, listeners=(listener(80),))) is Result.EMPTY


def test_a_rule_for_the_host_that_wants_a_secret_header_leaves_it_open() -> None:
    secret = [
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": ["s"]}},
    ]
    assert result_of(check, seen(DEFAULT_404, rule("10", Conditions=secret))) is Result.SKIPPED


def test_rules_that_are_not_known_match_nothing_and_miss_nothing() -> None:
    assert result_of(check, seen(rules=DENIED)) is Result.SKIPPED
    assert result_of(check, seen(WWW)) is Result.SKIPPED
