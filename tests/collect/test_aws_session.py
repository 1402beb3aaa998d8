"""Questions to AWS over real sockets: all pages, once, before the deadline; every failure is a gap with its action."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.acm import Summary
from albdoctor.collect.aws.calls import absent_when
from albdoctor.collect.aws.pool import DaemonPool
from albdoctor.facts.elb import LoadBalancer
from albdoctor.facts.known import Gap, Unknown
from albdoctor.version import VERSION
from tests.support.aws_api import REGION, Reply, Request, denied, serving, use
from tests.support.aws_ask import ask, gap, known
from tests.support.clocks import SLACK

pytestmark = pytest.mark.process

LIST = "acm:ListCertificates"


def arn(number: int) -> str:
    return f"arn:aws:acm:{REGION}:123456789012:certificate/{number}"


def page(numbers: range, token: str = "") -> Reply:
    body: dict[str, Any] = {"CertificateSummaryList": [{"CertificateArn": arn(n)} for n in numbers]}
    if token:
        body["NextToken"] = token
    return Reply(200, json.dumps(body).encode(), "application/x-amz-json-1.1")


async def certificates(account: Account) -> tuple[Summary, ...]:
    return await account.items("acm", "ListCertificates", REGION, Summary)


async def balancers(account: Account) -> tuple[LoadBalancer, ...]:
    gone = absent_when("LoadBalancerNotFound")
    return await account.items("elbv2", "DescribeLoadBalancers", REGION, LoadBalancer, absent=gone, Names=("web",))


async def identity(account: Account) -> Mapping[str, Any]:
    return await account.call("sts", "GetCallerIdentity", REGION)


def test_all_pages_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def three_pages(request: Request) -> Reply:
        token = json.loads(request.body).get("NextToken", "")
        following = {"": "two", "two": "three"}.get(token, "")
        return page(range(2), following)

    with serving(monkeypatch, three_pages) as api:
        assert len(known(ask(certificates))) == 6
        assert api.actions == [LIST] * 3


def test_a_token_that_comes_again_ends_as_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, lambda _request: page(range(1), "again")) as api:
        unknown = gap(ask(certificates))
        assert (unknown.gap, unknown.asked) == (Gap.FAILED, LIST)
        assert "again" in unknown.detail
        assert len(api.requests) == 2


def test_a_list_without_an_end_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    count = iter(range(1000))
    with serving(monkeypatch, lambda _request: page(range(1), f"token-{next(count)}")) as api:
        assert gap(ask(certificates, most_pages=5)).detail == "RuntimeError: the list did not end after 5 pages"
        assert len(api.requests) == 5


def test_the_same_question_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def thrice(account: Account) -> int:
        first, second = await asyncio.gather(certificates(account), certificates(account))
        return len(first) + len(second) + len(await certificates(account))

    with serving(monkeypatch, lambda _request: page(range(1))) as api:
        assert known(ask(thrice)) == 3
        assert api.actions == [LIST]


@pytest.mark.parametrize("question", [certificates, balancers, identity])
def test_denied_names_the_action(monkeypatch: pytest.MonkeyPatch, question: Any) -> None:
    with serving(monkeypatch, denied) as api:
        unknown = gap(ask(question))
        action = api.actions[0]
        assert unknown.gap is Gap.DENIED
        assert unknown.asked == action
        assert f"not authorized to perform: {action}" in unknown.detail
        assert len(api.requests) == 1


def test_absence_is_told_by_its_own_code_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(code: str) -> Reply:
        return Reply(
            400, f"<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>".encode()
        )

    with serving(monkeypatch, lambda _request: answer("LoadBalancerNotFound")):
        assert known(ask(balancers)) == ()
    with serving(monkeypatch, lambda _request: answer("ValidationError")):
        assert gap(ask(balancers)).detail == "ValidationError: m"


def test_throttling_is_retried_and_then_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"__type":"ThrottlingException","message":"Rate exceeded"}'
    with serving(monkeypatch, lambda _request: Reply(400, body, "application/x-amz-json-1.1")) as api:
        assert gap(ask(certificates)) == Unknown(
            gap=Gap.THROTTLED, asked=LIST, detail="ThrottlingException: Rate exceeded"
        )
        assert len(api.requests) == 3


def test_a_login_page_is_no_empty_list(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, lambda _request: Reply(200, b"<html>login</html>", "text/html")):
        assert gap(ask(certificates)) == Unknown(
            gap=Gap.FAILED, asked=LIST, detail="unexpected answer: no CertificateSummaryList"
        )
        assert gap(ask(balancers)).gap is Gap.FAILED


def test_an_unreachable_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    unknown = gap(ask(certificates))
    assert (unknown.gap, unknown.asked) == (Gap.UNREACHABLE, LIST)


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    unknown = gap(ask(certificates))
    assert (unknown.gap, unknown.asked) == (Gap.DENIED, LIST)
    assert unknown.detail == "no AWS credentials found: configure a profile or set AWS_PROFILE"


def test_a_profile_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://127.0.0.1:1")
    unknown = gap(ask(certificates, profile="nobody"))
    assert (unknown.gap, unknown.asked) == (Gap.DENIED, LIST)
    assert unknown.detail == "this AWS profile does not exist: check --profile and AWS_PROFILE"


def test_a_profile_gives_credentials_and_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def region_and_list(account: Account) -> str:
        await certificates(account)
        return await account.region()

    with serving(monkeypatch, lambda _request: page(range(0))) as api:
        config = tmp_path / "config"
        config.write_text("[profile shop]\nregion=eu-west-1\naws_access_key_id=AKIDSHOP\naws_secret_access_key=s\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        monkeypatch.delenv("AWS_REGION")
        assert known(ask(region_and_list, profile="shop")) == "eu-west-1"
        assert api.requests[0].key == "AKIDSHOP"


def test_the_deadline_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, lambda _request: None):
        started = time.monotonic()
        unknown = gap(ask(certificates, timeout=0.8))
        assert time.monotonic() - started < 0.8 + SLACK
        assert (unknown.gap, unknown.asked) == (Gap.OUT_OF_TIME, LIST)


def test_the_user_agent_says_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, lambda _request: page(range(0))) as api:
        known(ask(certificates))
        assert f"albdoctor/{VERSION}" in api.requests[0].agent


def test_threads_are_bounded_and_never_kept() -> None:
    pool, gate = DaemonPool(3, "bounded"), threading.Event()
    waiting = [pool.submit(gate.wait, 10) for _ in range(9)]
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("bounded")]
    assert len(threads) == 3
    assert all(thread.daemon for thread in threads)
    pool.shutdown()
    gate.set()
    assert all(future.result(5) for future in waiting)
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(int)
