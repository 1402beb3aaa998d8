"""ALB315 over facts: HTTP on 443, HTTPS on 80."""

from __future__ import annotations

from typing import Any

from albdoctor.checkup.engine import Result
from albdoctor.facts.acm import Certificate
from albdoctor.facts.known import Gap, Unknown
from albdoctor.facts.snapshot import Facts
from albdoctor_checks.balancer.alb315_listener_protocol_port_swapped import listener_protocol_port_swapped as check
from tests.support.build import LISTENER_80_ARN, LISTENER_443_ARN, balancer, facts, forward, listener, redirect, rule
from tests.support.fixes import by_hand_of, script_of
from tests.support.table import result_of, told

DENIED = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeListeners")
CERTIFICATE_ARN = "arn:aws:acm:ap-northeast-2:123456789012:certificate/1111"
ISSUED = Certificate(certificate_arn=CERTIFICATE_ARN, domain_name="shop.example", status="ISSUED")
PLAIN_443 = listener(443, Protocol="HTTP")
TLS_80 = listener(80, Protocol="HTTPS", DefaultActions=[forward()])
TLS_80_BACK = listener(80, Protocol="HTTPS")
MODIFY = "aws elbv2 modify-listener --region ap-northeast-2 --listener-arn"


def seen(*listeners: Any, **groups: Any) -> Facts:
    base: dict[str, Any] = {
        "load_balancers": (balancer(),),
        "listeners": listeners,
        "certificates": (ISSUED,),
        "rules": (rule(port=80, Actions=[forward()]), rule()),
    }
    return facts(**(base | groups))


def test_plain_http_on_443_is_found() -> None:
    assert told(check, seen(listener(80), PLAIN_443)) == [
        f"error confirmed listener/{LISTENER_443_ARN}: The listener on port 443 of load balancer web speaks HTTP",
        "  elasticloadbalancing DescribeListeners web -> HTTP:80, HTTP:443",
        "  fix[script, brief]: Let the listener on 443 speak HTTPS, with the issued certificate.",
    ]


def test_the_script_fits_what_is_swapped() -> None:
    assert script_of(check, seen(PLAIN_443), impact="brief") == (
        f"{MODIFY} {LISTENER_443_ARN} --protocol HTTPS --ssl-policy ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
        f" --certificates CertificateArn={CERTIFICATE_ARN}\n"
    )
    assert told(check, seen(PLAIN_443, certificates=DENIED))[-1] == (
        "  fix[by hand, brief]: Let the listener on 443 speak HTTPS, with the issued certificate."
    )
    assert script_of(check, seen(TLS_80), impact="brief") == f"{MODIFY} {LISTENER_80_ARN} --port 443\n"
    assert script_of(check, seen(TLS_80, listener()), impact="brief").startswith(
        f"{MODIFY} {LISTENER_80_ARN} --protocol HTTP "
    )


def test_what_would_go_round_or_lose_a_login_is_decided_by_hand() -> None:
    moved = by_hand_of(check, seen(TLS_80_BACK, rules=(rule(port=80),)), impact="brief")
    assert moved.startswith("With the other protocol or port alone, its redirects would lead round in a circle")
    back = (rule(port=80), rule(Actions=[redirect(Protocol="HTTP", Port="80")]))
    assert by_hand_of(check, seen(TLS_80_BACK, listener(), rules=back), impact="brief") == moved
    login = [{"Type": "authenticate-oidc", "Order": 1}, forward() | {"Order": 2}]
    logs_in = listener(80, Protocol="HTTPS", DefaultActions=login)
    assert by_hand_of(check, seen(logs_in, listener(), rules=(rule(),)), impact="brief") == moved
    serves = listener(80, Protocol="HTTPS", DefaultActions=[forward()])
    twin = seen(serves, rules=(rule(port=80, Actions=[forward()]),))
    assert script_of(check, twin, impact="brief") == f"{MODIFY} {LISTENER_80_ARN} --port 443\n"


def test_while_nobody_knows_whether_it_would_go_round_it_is_by_hand() -> None:
    denied = Unknown(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeRules")
    for swapped in ((PLAIN_443,), (TLS_80,), (TLS_80, listener())):
        for rules in (denied, ()):
            script = script_of(check, seen(*swapped), impact="brief")
            words = by_hand_of(check, seen(*swapped, rules=rules), impact="brief")
            assert words.startswith("Some rules of the load balancer could not be seen, or depend on the client")
            assert words.count(" describe-rules ") == len(swapped)
            assert words.endswith("\n  " + script.strip())


def test_the_usual_pair_passes() -> None:
    assert result_of(check, seen(listener(80), listener())) is Result.PASSED


def test_nothing_and_not_known() -> None:
    assert result_of(check, seen(listener(443, Port=8080, Protocol="HTTP"))) is Result.EMPTY
    assert result_of(check, seen(listeners=DENIED)) is Result.SKIPPED
