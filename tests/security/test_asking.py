"""Whom a scan asks for what: AWS at its pace, DNS for names of the domain, sign-in services and programs once."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from albdoctor.collect.aws.account import THREADS, Account, Asking
from albdoctor.collect.aws.calls import Limits
from albdoctor.collect.aws.pool import DaemonPool
from albdoctor.collect.aws.services import EC2, ROUTE53
from albdoctor.collect.gaps import observe
from albdoctor.config import Config, load
from albdoctor.derive.names import is_under
from albdoctor.errors import BadOptionError
from tests.collect.test_credentials import GOOD, IDENTITY, configured, program
from tests.collect.test_plan import HOST, names, scan
from tests.support import audited
from tests.support.aws_api import REGION, Reply, Request, denied, serving
from tests.support.aws_ask import ask, known
from tests.support.aws_shop import Shop, build, moto_server

pytestmark = pytest.mark.process

COUNT = 40


class Slowly:
    """Answers after a while; notes how many questions are open at once, and when each came."""

    def __init__(self) -> None:
        """Nobody asked yet."""
        self._lock = threading.Lock()
        self._open = 0
        self.most = 0
        self.moments: list[float] = []

    def __call__(self, request: Request) -> Reply:
        """Deny, later."""
        with self._lock:
            self._open += 1
            self.most = max(self.most, self._open)
            self.moments.append(time.monotonic())
        time.sleep(0.05)
        with self._lock:
            self._open -= 1
        return denied(request)


def asked(
    monkeypatch: pytest.MonkeyPatch, question: Callable[[Account, int], Awaitable[object]], count: int, *, many: bool
) -> Slowly:
    """Ask so many different questions at once."""
    slowly = Slowly()

    async def run() -> None:
        pool = DaemonPool(THREADS, "test")
        asking = Asking(pool=pool, limits=lambda: Limits.of(30), timeout=30, told=lambda _line: None, many=many)
        account = Account("", asking)
        try:
            await asyncio.gather(*(observe("test", question(account, number)) for number in range(count)))
        finally:
            account.close()
            pool.shutdown()

    with serving(monkeypatch, slowly):
        asyncio.run(run())
    assert len(slowly.moments) == count
    return slowly


async def zone(account: Account, number: int) -> object:
    return await account.call("route53", "GetHostedZone", REGION, Id=f"Z{number}")


async def group(account: Account, number: int) -> object:
    return await account.call("ec2", "DescribeSecurityGroups", REGION, GroupIds=[f"sg-{number}"])


def test_one_scan_asks_so_many_questions_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert THREADS == 16
    assert asked(monkeypatch, group, COUNT, many=False).most <= THREADS


def test_a_scan_of_everything_asks_a_service_at_the_pace_of_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (ROUTE53.limit.at_once, ROUTE53.limit.per_second) == (4, 5.0)
    assert (EC2.limit.at_once, EC2.limit.per_second) == (8, 20.0)
    zones = asked(monkeypatch, zone, 15, many=True)
    assert zones.most <= 4
    assert zones.moments[-1] - zones.moments[0] >= (15 - ROUTE53.limit.burst - 1) / 5.0 * 0.8
    assert asked(monkeypatch, group, COUNT, many=True).most <= 8


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with moto_server() as port:
        yield build(port)


@pytest.mark.lab
def test_dns_is_asked_for_the_domains_names_and_what_they_lead_to(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    servers = names(shop.balancer_name)
    with serving(monkeypatch, moto_port=shop.port):
        scan(servers)
    questions = {(name.rstrip(".").lower(), type_) for server in servers.values() for name, type_, _ in server.asked}
    led_to = {shop.balancer_name.lower()}
    strange = {name for name, _ in questions if not is_under(name, HOST) and not is_under(HOST, name)}
    others = strange - led_to
    assert questions
    assert any(is_under(name, HOST) for name, _ in questions)
    assert all(name.startswith("ns-") and ".awsdns-" in name for name in others), others


@pytest.mark.parametrize("said", ["", "echo hunter2 >&2;", "yes hunter2 >&2;"], ids=["quiet", "complains", "endless"])
def test_a_credential_process_is_run_once_and_what_it_says_is_not_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, said: str
) -> None:
    async def two(account: Account) -> list[str]:
        questions = (account.call("sts", "GetCallerIdentity", REGION), account.call("acm", "ListCertificates", REGION))
        return [str(await observe("test", question)) for question in questions]

    with serving(monkeypatch, lambda _request: Reply(200, IDENTITY.encode())) as api:
        runs = f"echo x >>{tmp_path}/runs; {said} echo {GOOD!r}"
        configured(monkeypatch, tmp_path, f"[profile p]\ncredential_process={program(tmp_path, runs)}\n")
        told = known(ask(two, profile="p", timeout=5.0))
        assert (tmp_path / "runs").read_text() == "x\n"
        assert not any("hunter2" in one for one in told)
        assert {each.key for each in api.requests} <= {"AKIDPROCESS"}
        assert bool(api.requests) == (not said.startswith("yes"))


SSO = """\
[profile p]
sso_session = s
sso_account_id = 123456789012
sso_role_name = reader
[sso-session s]
sso_region = ap-northeast-2
sso_start_url = https://example.awsapps.com/start
"""


def test_signing_in_renews_botocores_own_cache_and_writes_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def sign_in(request: Request) -> Reply:
        if request.path == "/token":
            body: dict[str, Any] = {
                "accessToken": "new",
                "expiresIn": 3600,
                "refreshToken": "r2",
                "tokenType": "Bearer",
            }
        elif request.path.startswith("/federation/credentials"):
            keys = {"accessKeyId": "AKIDSSO", "secretAccessKey": "s", "sessionToken": "t"}
            body = {"roleCredentials": {**keys, "expiration": 4_000_000_000_000}}
        else:
            return Reply(200, IDENTITY.encode())
        return Reply(200, json.dumps(body).encode(), "application/json")

    home = tmp_path / "home"
    cache = home / ".aws" / "sso" / "cache" / f"{hashlib.sha1(b's').hexdigest()}.json"  # noqa: S324 - botocore's name
    cache.parent.mkdir(parents=True)
    token = {
        "startUrl": "https://example.awsapps.com/start", "region": REGION, "accessToken": "old",
        "expiresAt": "2020-01-01T00:00:00Z", "clientId": "c", "clientSecret": "cs", "refreshToken": "r",
        "registrationExpiresAt": "2999-01-01T00:00:00Z",
    }  # fmt: skip
    cache.write_text(json.dumps(token))
    nobody = "127.0.0.1:1"
    words = ("scan", "shop.example", "--profile", "p", "--no-probe", "--dns-root", nobody, "--resolver", nobody)
    with serving(monkeypatch, sign_in) as api:
        configured(monkeypatch, tmp_path, SSO)
        done = audited.run(tmp_path, *words, "--timeout", "5")
        signing = [request.path.partition("?")[0] for request in api.requests if not request.key]
    assert signing == ["/token", "/federation/credentials"]
    assert {request.key for request in api.requests} == {"", "AKIDSSO"}
    assert done.programs == ()
    places = {Path(one.split()[1]).parent for one in done.written if "/" in one}
    assert places == {cache.parent}
    assert [path for path in home.rglob("*") if path.is_file()] == [cache]
    assert json.loads(cache.read_text())["accessToken"] == "new"


@pytest.mark.parametrize(
    "section", ["services = s\n[services s]\nacm =\n  endpoint_url = {url}\n", "endpoint_url = {url}\n"]
)
def test_an_endpoint_of_a_profile_is_asked_and_no_more_is_sent_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, section: str
) -> None:
    async def read_and_write(account: Account) -> list[str]:
        read = account.call("acm", "ListCertificates", REGION)
        write = account.call("acm", "DeleteCertificate", REGION, CertificateArn="arn:aws:acm:eu-west-1:1:certificate/1")
        return [str(await observe("test", question)) for question in (read, write)]

    with serving(monkeypatch, denied) as api:
        configured(monkeypatch, tmp_path, "")
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        keys = "[profile p]\naws_access_key_id = AKIDP\naws_secret_access_key = s\n"
        (tmp_path / "config").write_text(keys + section.format(url=f"http://127.0.0.1:{api.port}"))
        told = known(ask(read_and_write, profile="p"))
    assert [request.action for request in api.requests] == ["acm:ListCertificates"]
    assert "refused to send acm:DeleteCertificate" in told[1]


def test_a_configuration_file_chooses_checks_and_nothing_that_is_sent_or_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in the working directory; a file that somebody names may also say where to look."""
    chooses = {"select", "ignore", "severity", "fail-on", "allow-gaps", "lang", "timeout", "suppress"}
    what = {"domain", "profile", "region"}
    files = {"format": '["html={}"]', "baseline": '"{}"'}
    leads = {
        "resolver": '["192.0.2.53"]',
        "dns-root": '["192.0.2.1"]',
        "trust-anchor": '"root.ds"',
        "ca-bundle": '"ca.pem"',
        "connect-to": '["shop.example:443:127.0.0.1:8443"]',
        "inspect-hosts": "true",
    }
    assert set(Config.__struct_encode_fields__) == chooses | what | set(files) | set(leads)
    monkeypatch.chdir(tmp_path)
    file = Path("albdoctor.toml")
    for option in ("save-facts", "fix-dir", "endpoint", "redact", "wait"):
        file.write_text(f'{option} = "x"\n')
        for named in (None, file):
            with pytest.raises(BadOptionError, match=option):
                load(named)
    for option, value in leads.items():
        file.write_text(f"{option} = {value}\n")
        with pytest.raises(BadOptionError, match=f"{option} holds only in a file that is named: --config"):
            load(None)
        assert getattr(load(file)[0], option.replace("-", "_"))
    (tmp_path / "link").symlink_to(tmp_path.parent)
    for option, value in files.items():
        for outside in ("/etc/x", "../x", "link/x", ".git/hooks/x", "~/x/../../../x"):
            file.write_text(f"{option} = {value.format(outside)}\n")
            with pytest.raises(BadOptionError, match=f"{option} may leave this folder only in a file that is named"):
                load(None)
            assert getattr(load(file)[0], option)
        file.write_text(f"{option} = {value.format('reports/x')}\n")
        assert getattr(load(None)[0], option)
