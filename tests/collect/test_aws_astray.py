"""Where an answer may lead a signed question: nowhere; and how often one that has an effect is sent."""

from __future__ import annotations

import gc
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from albdoctor.collect.aws.account import Account
from albdoctor.collect.aws.command import FIXED
from albdoctor.facts.known import Gap
from tests.support.aws_api import REGION, use
from tests.support.aws_ask import ask, gap
from tests.support.aws_fleet import refusal

pytestmark = pytest.mark.sweep

ID = "i-0123456789abcdef0"


class Server:
    """Answers every request with one status, headers and body; a status of 0 hangs up."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        """Take a free port and listen."""
        self.lines: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.lines.append(f"{self.command} {self.path} {self.headers.get('X-Amz-Target', '')}")
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815 - the base class's names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                """Tests look at `lines`."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@contextmanager
def answering(status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Generator[Server]:
    server = Server(status, headers or {}, body)
    threading.Thread(target=server.http.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.http.shutdown()
        server.http.server_close()


QUESTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "acm": ("ListCertificates", {}),
    "ec2": ("DescribeInstances", {}),
    "elbv2": ("DescribeLoadBalancers", {}),
    "route53": ("ListResourceRecordSets", {"HostedZoneId": "Z1"}),
    "sts": ("GetCallerIdentity", {}),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # urllib3 leaves a socket after a 303
@pytest.mark.parametrize("service", QUESTIONS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_answer_leads_a_signed_question_elsewhere(
    monkeypatch: pytest.MonkeyPatch, status: int, service: str
) -> None:
    operation, parameters = QUESTIONS[service]

    async def question(account: Account) -> object:
        return await account.call(service, operation, REGION, **parameters)

    with answering(200) as elsewhere:
        moved = {"Location": f"{elsewhere.url}/?Action=TerminateInstances", "x-amz-bucket-region": "us-west-2"}
        with answering(status, moved) as api:
            use(monkeypatch, api.url)
            assert gap(ask(question)).gap in (Gap.FAILED, Gap.UNREACHABLE)
        assert len(api.lines) >= 1
        assert elsewhere.lines == []
    gc.collect()


@pytest.mark.parametrize(
    ("status", "body"), [(0, b""), (500, b""), (503, b""), (400, refusal("ThrottlingException").body)]
)
def test_a_command_is_sent_once_whatever_comes_of_it(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> None:
    """Its answer may be lost after it ran: it is not sent again."""
    command: dict[str, Any] = {**FIXED, "InstanceIds": [ID]}

    async def send(account: Account) -> object:
        return await account.call("ssm", "SendCommand", REGION, **command)

    with answering(status, body=body) as api:
        use(monkeypatch, api.url)
        assert gap(ask(send, inspect_hosts=True)).asked == "ssm:SendCommand"
    assert api.lines == ["POST / AmazonSSM.SendCommand"]


def test_the_role_of_the_machine_is_asked_where_nothing_else_signs_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Two questions to the instance metadata service, as botocore asks them, and none to AWS without credentials."""

    async def question(account: Account) -> object:
        return await account.call("sts", "GetCallerIdentity", REGION)

    with answering(404) as metadata, answering(200) as api:
        use(monkeypatch, api.url)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert gap(ask(question)).gap is Gap.DENIED
    assert metadata.lines == ["PUT /latest/api/token ", "GET /latest/meta-data/iam/security-credentials/ "]
    assert api.lines == []
