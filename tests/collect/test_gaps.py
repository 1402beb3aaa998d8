"""Every way in which a question stays without an answer has its gap, and none of them means "absent"."""

from __future__ import annotations

import asyncio
from typing import Any

import botocore.exceptions as aws
import botocore.session
import pytest
from botocore.parsers import create_parser

from albdoctor.collect.gaps import NotAnsweredError, error_of, gap_of, observe, one_line, read, value_of
from albdoctor.facts.elb import Listener
from albdoctor.facts.known import Gap, Known, Unknown

ASKED = "acm:ListCertificates"


def client_error(code: str, status: int = 400, message: str = "words") -> aws.ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return aws.ClientError(response, "ListCertificates")


@pytest.mark.parametrize(
    ("error", "gap", "detail"),
    [
        (client_error("AccessDenied", 403), Gap.DENIED, "AccessDenied: words"),
        (client_error("AccessDeniedException"), Gap.DENIED, "AccessDeniedException: words"),
        (client_error("UnauthorizedOperation", 403), Gap.DENIED, "UnauthorizedOperation: words"),
        (client_error("AuthFailure", 401), Gap.DENIED, "AuthFailure: words"),
        (client_error("OptInRequired"), Gap.DENIED, "OptInRequired: words"),
        (client_error("403", 403), Gap.DENIED, "403: words"),
        (client_error("SomethingNew", 403), Gap.DENIED, "SomethingNew: words"),
        (client_error("ExpiredTokenException"), Gap.DENIED, "the AWS credentials have expired: sign in again"),
        (client_error("Throttling"), Gap.THROTTLED, "Throttling: words"),
        (client_error("ThrottlingException"), Gap.THROTTLED, "ThrottlingException: words"),
        (client_error("RequestLimitExceeded", 503), Gap.THROTTLED, "RequestLimitExceeded: words"),
        (client_error("SlowDown", 503), Gap.THROTTLED, "SlowDown: words"),
        (client_error("InternalError", 500), Gap.FAILED, "InternalError: words"),
        (client_error("LoadBalancerNotFound"), Gap.FAILED, "LoadBalancerNotFound: words"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), Gap.FAILED, "unexpected answer: no UTF-8 text"),
        (
            aws.NoCredentialsError(),
            Gap.DENIED,
            "no AWS credentials found: configure a profile or set AWS_PROFILE",
        ),
        (
            aws.ProfileNotFound(profile="prod"),
            Gap.DENIED,
            "this AWS profile does not exist: check --profile and AWS_PROFILE",
        ),
        (
            aws.UnauthorizedSSOTokenError(),
            Gap.DENIED,
            "the AWS sign-in session is missing or has expired: run `aws sso login`",
        ),
        (
            aws.EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
            Gap.UNREACHABLE,
            'Could not connect to the endpoint URL: "http://127.0.0.1:1"',
        ),
        (
            aws.ReadTimeoutError(endpoint_url="http://x"),
            Gap.UNREACHABLE,
            'Read timeout on endpoint URL: "http://x"',
        ),
        (aws.DataNotFoundError(data_path="x"), Gap.FAILED, "DataNotFoundError: Unable to load data for: x"),
        (ConnectionResetError("reset by peer"), Gap.UNREACHABLE, "reset by peer"),
        (KeyError("Account"), Gap.FAILED, "KeyError: 'Account'"),
    ],
)
def test_exception_becomes_a_gap(error: Exception, gap: Gap, detail: str) -> None:
    assert gap_of(error, ASKED) == Unknown(gap=gap, asked=ASKED, detail=detail)


def test_an_answer_that_botocore_stumbles_over_is_told_in_plain_words() -> None:
    shape: Any = botocore.session.get_session().get_service_model("sts").operation_model("GetCallerIdentity")
    parser: Any = create_parser("query")
    answer: dict[str, Any] = {"status_code": 200, "headers": {}, "body": b"<html><body/></html>"}
    with pytest.raises(KeyError) as caught:
        parser.parse(answer, shape.output_shape)
    assert gap_of(caught.value, ASKED) == Unknown(
        gap=Gap.FAILED, asked=ASKED, detail="unexpected answer: the AWS SDK could not read it"
    )


def test_certificate_trouble_on_the_way_is_unreachable() -> None:
    error = aws.SSLError(endpoint_url="https://x", error=OSError("self-signed certificate"))
    assert gap_of(error, ASKED).gap is Gap.UNREACHABLE


def test_a_gap_keeps_its_first_question() -> None:
    first = Unknown(gap=Gap.DENIED, asked="route53:GetHostedZone")
    assert gap_of(NotAnsweredError(first), ASKED) is first


def test_an_unexpected_shape_is_failed_with_the_path_of_the_field() -> None:
    async def asked() -> tuple[Listener, ...]:
        return read(
            [{"ListenerArn": "a", "LoadBalancerArn": "b", "Port": "x", "Protocol": "HTTP"}], tuple[Listener, ...], ASKED
        )

    assert asyncio.run(observe(ASKED, asked())) == Unknown(
        gap=Gap.FAILED, asked=ASKED, detail="unexpected answer: Expected `int`, got `str` - at `$[0].Port`"
    )


def test_a_value_is_given_and_a_gap_is_raised() -> None:
    assert value_of(Known(7)) == 7
    with pytest.raises(NotAnsweredError, match="acm:ListCertificates: denied"):
        value_of(Unknown(gap=Gap.DENIED, asked=ASKED))


def test_only_aws_answers_have_a_code() -> None:
    assert error_of(client_error("LoadBalancerNotFound", message="One or more")) == (
        "LoadBalancerNotFound",
        "One or more",
    )
    assert error_of(ValueError("no")) == ("", "")


def test_details_are_one_short_line() -> None:
    assert one_line("two\n  lines") == "two lines"
    assert len(one_line("x" * 900)) == 200
