"""Profiles that ask, hang, print junk or have expired: told in words, in time, and nothing is left running."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from albdoctor.collect.aws.account import Account
from albdoctor.collect.gaps import observe
from albdoctor.facts.known import Gap, Unknown
from tests.support.aws_api import REGION, Reply, serving, use
from tests.support.aws_ask import ask, gap, known

pytestmark = pytest.mark.process

GOOD = '{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s"}'
NO_CREDENTIALS = (
    "the credential_process of profile {} printed no credentials (JSON with Version 1, AccessKeyId and SecretAccessKey)"
)
IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn><UserId>u</UserId><Account>1</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


async def identity(account: Account) -> Mapping[str, Any]:
    return await account.call("sts", "GetCallerIdentity", REGION)


def configured(monkeypatch: pytest.MonkeyPatch, folder: Path, config: str) -> None:
    (folder / "config").write_text(config)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    monkeypatch.setenv("HOME", str(folder))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def program(folder: Path, lines: str) -> str:
    file = folder / "program"
    file.write_text(f"#!/bin/bash\n{lines}\n")
    file.chmod(0o700)
    return str(file)


def told(monkeypatch: pytest.MonkeyPatch, folder: Path, config: str, profile: str, timeout: float = 20.0) -> Unknown:
    use(monkeypatch, "http://127.0.0.1:1")
    configured(monkeypatch, folder, config)
    unknown = gap(ask(identity, profile=profile, timeout=timeout))
    assert unknown.asked == "sts:GetCallerIdentity"
    return unknown


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("chain", ["", "[profile role]\nrole_arn=arn:aws:iam::1:role/r\nsource_profile=p\n"])
@pytest.mark.parametrize("does", ["sleep 600 & echo $! >>pids; sleep 600", "while :; do echo xxxxxxxxxxxxxxxx; done"])
def test_a_credential_process_that_never_ends_is_stopped_with_its_children(
    chain: str, does: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    config = f"{chain}[profile p]\ncredential_process={program(tmp_path, f'echo $$ >>pids; {does}')}\n"
    started = time.monotonic()
    unknown = told(monkeypatch, tmp_path, config, "role" if chain else "p", timeout=2.0)
    assert time.monotonic() - started < 60  # of 600: that the answer came in its own time, its words below say
    assert (unknown.gap, unknown.detail) == (
        Gap.DENIED,
        "the credential_process of profile p did not end within 2 seconds, and was stopped",
    )
    pids = [int(line) for line in (tmp_path / "pids").read_text().split()]
    assert pids
    until = time.monotonic() + 5
    while any(map(is_running, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not [pid for pid in pids if is_running(pid)]


@pytest.mark.parametrize(
    "printed",
    [
        "echo hello",
        "true",
        "echo '[]'",
        "echo '{\"Version\":2}'",
        'echo \'{"Version":1,"AccessKeyId":"x"}\'',
        "printf '\\xff\\xfe'",
        "echo null",
    ],
)
def test_what_is_no_credentials_is_told_in_words(printed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = f"[profile p]\ncredential_process={program(tmp_path, printed)}\n"
    unknown = told(monkeypatch, tmp_path, config, "p")
    assert (unknown.gap, unknown.detail) == (Gap.DENIED, NO_CREDENTIALS.format("p"))


def test_what_a_failing_program_says_is_not_repeated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = f'[profile "it\'s"]\ncredential_process={program(tmp_path, "echo hunter2 >&2; exit 3")}\n'
    unknown = told(monkeypatch, tmp_path, config, "it's")
    assert unknown.detail == (
        "the credential_process of profile it's failed: `aws sts get-caller-identity --profile 'it'\"'\"'s'` shows"
        " what it says"
    )


def test_a_program_that_cannot_be_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    unknown = told(monkeypatch, tmp_path, "[profile p]\ncredential_process=/nonexistent/program x\n", "p")
    assert unknown.detail == "the credential_process of profile p cannot be run: No such file or directory"
    unknown = told(monkeypatch, tmp_path, "[default]\ncredential_process='unclosed\n", "")
    assert unknown.detail == NO_CREDENTIALS.format("default")


def test_a_program_that_failed_is_not_run_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def three(account: Account) -> list[str]:
        services = ("sts", "acm", "elbv2")
        gaps = await asyncio.gather(*(observe(each, account.client(each, REGION)) for each in services))
        return [gap(each).detail for each in gaps]

    use(monkeypatch, "http://127.0.0.1:1")
    config = f"[profile p]\ncredential_process={program(tmp_path, f'echo x >>{tmp_path}/runs; exit 1')}\n"
    configured(monkeypatch, tmp_path, config)
    said = known(ask(three, profile="p"))
    assert len(said) == 3
    assert len(set(said)) == 1
    assert (tmp_path / "runs").read_text() == "x\n"


def test_a_credential_process_that_works_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serving(monkeypatch, lambda _request: Reply(200, IDENTITY.encode())) as api:
        configured(monkeypatch, tmp_path, f"[profile p]\ncredential_process={program(tmp_path, f'echo {GOOD!r}')}\n")
        assert known(ask(identity, profile="p"))["Account"] == "1"
        assert api.requests[0].key == "AKIDPROCESS"


ROLE = """\
[profile mfa]
role_arn=arn:aws:iam::1:role/r
source_profile=keys
mfa_serial=arn:aws:iam::1:mfa/me
[profile outer]
role_arn=arn:aws:iam::1:role/o
source_profile=mfa
[profile keys]
aws_access_key_id=AKIDKEYS
aws_secret_access_key=s
mfa_serial=arn:aws:iam::1:mfa/unused
"""


@pytest.mark.parametrize("profile", ["mfa", "outer"])
def test_a_code_that_nobody_can_type_is_a_gap(
    profile: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    unknown = told(monkeypatch, tmp_path, ROLE, profile)
    assert (unknown.gap, unknown.detail) == (
        Gap.DENIED,
        f"profile {profile} wants an MFA code: start the scan on a terminal, or give it temporary credentials",
    )
    assert capfd.readouterr() == ("", "")


def test_where_no_role_is_assumed_no_code_is_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serving(monkeypatch, lambda _request: Reply(200, IDENTITY.encode())) as api:
        configured(monkeypatch, tmp_path, ROLE)
        assert known(ask(identity, profile="keys"))["Account"] == "1"
        assert api.requests[0].key == "AKIDKEYS"


def test_keys_of_the_environment_go_before_a_profile_that_wants_a_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serving(monkeypatch, lambda _request: Reply(200, IDENTITY.encode())) as api:
        configured(monkeypatch, tmp_path, ROLE)
        for name, value in {"AWS_PROFILE": "mfa", "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"}.items():
            monkeypatch.setenv(name, value)
        assert known(ask(identity))["Account"] == "1"
        assert api.requests[0].key == "AKIDENV"


SESSION = """\
[profile p]
sso_session=corp
sso_account_id=123456789012
sso_role_name=r
[sso-session corp]
sso_region=us-east-1
sso_start_url=https://corp.example/start
"""
OLD = "[profile p]\nsso_start_url=https://x/start\nsso_region=us-east-1\nsso_account_id=123456789012\nsso_role_name=r\n"


@pytest.mark.parametrize("config", [SESSION, OLD], ids=["session", "old"])
def test_an_expired_sign_in_names_the_command(config: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    unknown = told(monkeypatch, tmp_path, config, "p")
    assert (unknown.gap, unknown.detail) == (
        Gap.DENIED,
        "the AWS sign-in session is missing or has expired: run `aws sso login --profile p`",
    )


def test_the_passwords_of_proxies_and_endpoints_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "http://me:hunter2@127.0.0.1:1")
    assert "hunter2" not in gap(ask(identity)).detail
    use(monkeypatch, "https://sts.example")
    for proxy in ("http://me:hunter2@127.0.0.1:1", "socks9://me:hunter2@127.0.0.1:1", "http://me:hunter2@[::1"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        unknown = gap(ask(identity))
        assert unknown.gap in (Gap.UNREACHABLE, Gap.FAILED)
        assert "hunter2" not in unknown.detail, proxy
