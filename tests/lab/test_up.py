"""`albdoctor lab up` as a person uses it: its files, the clients that read them, `lab do`, and its end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import dns.message
import dns.query
import dns.rdatatype
import pytest

from albdoctor.lab.folder import OURS, STATE, Folder, running

pytestmark = pytest.mark.lab

ALBDOCTOR = (sys.executable, "-m", "albdoctor")
PATIENCE = 90
"""Seconds for a lab to come up or to end; the machine may be busy."""
HOSTILE = {
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "of-production",
    "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2": "http://127.0.0.1:1",
    "HTTPS_PROXY": "http://127.0.0.1:1",
}
"""What the shell of somebody who works with AWS may hold."""


@contextmanager
def lab_up(folder: Path, scenario: str, *words: str) -> Generator[subprocess.Popen[str]]:
    """A lab that was started in a folder and has said how to use it."""
    lab = subprocess.Popen(
        [*ALBDOCTOR, "lab", "up", scenario, "--for", "300", "--lang", "en", *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for(folder / "albdoctor-lab" / STATE, lab)
        yield lab
    finally:
        lab.send_signal(signal.SIGTERM)
        try:
            lab.communicate(timeout=PATIENCE)
        except ValueError:  # a test has read the end already
            lab.wait(PATIENCE)


def wait_for(state: Path, lab: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while not (state.exists() and (found := running(state.parent)) and found.port):
        if lab.poll() is not None or time.monotonic() > until:
            pytest.fail(f"the lab did not come up: {lab.communicate(timeout=PATIENCE)}")
        time.sleep(0.1)


def in_shell(folder: Path, script: str, shell: str = "bash") -> subprocess.CompletedProcess[str]:
    """Type lines after `source lab.env`, in a shell that was meant for another account."""
    return subprocess.run(
        [shell, "-c", f"source albdoctor-lab/lab.env\n{script}"],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder)} | HOSTILE,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


CURL = "curl -sS -m 5 -o /dev/null -w '%{http_code}' -K albdoctor-lab/lab.curl"
SCAN = "albdoctor scan shop.example --config albdoctor-lab/lab.toml --format short"


def test_any_client_uses_the_lab_and_the_registrar_is_played(tmp_path: Path) -> None:
    folder = tmp_path / "it's $HOME"
    folder.mkdir()
    with lab_up(folder, "registrar-ns-wrong") as lab:
        for shell in filter(shutil.which, ("bash", "zsh")):
            named = in_shell(
                folder, "aws elbv2 describe-load-balancers --query 'LoadBalancers[0].LoadBalancerName'", shell
            )
            assert named.stdout == '"web"\n', named.stderr
        refused = in_shell(folder, f"{CURL} https://shop.example/")
        assert (refused.returncode, refused.stdout) == (7, "000"), refused.stderr
        for elsewhere in ("https://www.example.com/", "https://127.0.0.1:1/"):
            assert in_shell(folder, f"{CURL} {elsewhere}").returncode == 6, "nothing leaves the machine"
        broken = in_shell(folder, SCAN)
        assert (broken.returncode, "registrar-default-nameservers" in broken.stdout) == (1, True), broken.stderr
        mended = in_shell(
            folder,
            """zone=$(aws route53 list-hosted-zones --query 'HostedZones[0].Id' --output text)
            cd /  # lab.env says where the lab is
            albdoctor lab do set-name-servers shop.example $(
              aws route53 get-hosted-zone --id "$zone" --query DelegationSet.NameServers --output text)""",
        )
        assert mended.returncode == 0, mended.stderr
        assert mended.stdout.startswith("Gabia, Inc. has these name servers for shop.example now: ns-")
        served = in_shell(folder, f"{CURL} https://shop.example/")
        assert (served.returncode, served.stdout) == (0, "200"), served.stderr
        sound = in_shell(folder, SCAN)
        assert (sound.returncode, "is sound" in sound.stdout) == (0, True), sound.stdout
        removed = in_shell(
            folder,
            """arn=$(aws elbv2 describe-load-balancers --query 'LoadBalancers[0].LoadBalancerArn' --output text)
            aws elbv2 delete-load-balancer --load-balancer-arn "$arn"
            """,
        )
        assert removed.returncode == 0, removed.stderr
        assert in_shell(folder, f"{CURL} https://shop.example/").returncode == 6, "its name has no address any more"
        ended = in_shell(folder, "albdoctor lab down")
        assert (ended.returncode, ended.stdout) == (0, "The lab ends.\n"), ended.stderr
        said, complaints = lab.communicate(timeout=PATIENCE)
        assert (lab.returncode, complaints) == (0, "")
        assert said.splitlines()[-1] == "The lab has ended."
        assert "name servers" not in said, "what is broken is not told"
    assert list(folder.iterdir()) == []


def test_a_lab_whose_scan_looks_into_hosts_says_so_with_the_consent(tmp_path: Path) -> None:
    with lab_up(tmp_path, "target-bound-to-loopback") as lab:
        assert lab.stdout
        typed = next(line.strip() for line in lab.stdout if line.startswith("  albdoctor scan "))
        assert typed == "albdoctor scan shop.example --config albdoctor-lab/lab.toml --yes"
        scanned = in_shell(tmp_path, f"{typed} --format short </dev/null")
        assert (scanned.returncode, "target-bound-to-loopback" in scanned.stdout) == (1, True), scanned.stderr
        refused = in_shell(tmp_path, f"{SCAN} </dev/null")
        assert (refused.returncode, refused.stdout, "--yes" in refused.stderr) == (2, "", True)


def test_what_it_says_to_try_is_what_works(tmp_path: Path) -> None:
    with lab_up(tmp_path, "healthy", "--spoil") as lab:
        assert lab.stdout
        lines: list[str] = []
        while not lines or not lines[-1].startswith("Scenario healthy: "):
            lines.append(lab.stdout.readline())
            assert lines[-1], "the lab ended early"
        typed = [line.strip() for line in lines if line.startswith("  ")]
        assert typed[0] == "source albdoctor-lab/lab.env"
        [dig] = [line for line in typed if line.startswith("dig ")]
        _, server, _, port, name = dig.split()
        answer = dns.query.udp(dns.message.make_query(name, "A"), server.removeprefix("@"), 5, int(port))
        assert [rrset.rdtype for rrset in answer.answer] == [dns.rdatatype.A]
        for line in typed[1:]:
            if line not in (dig, "albdoctor lab down"):
                done = in_shell(tmp_path, line)
                assert done.returncode == 0, (line, done.stdout, done.stderr)
        folder = tmp_path / "albdoctor-lab"
        assert sorted(path.name for path in folder.iterdir()) == sorted(OURS)
        assert (stat.S_IMODE((folder / STATE).stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_its_files(tmp_path: Path, number: signal.Signals) -> None:
    with lab_up(tmp_path, "healthy") as lab:
        second = subprocess.run(
            [*ALBDOCTOR, "lab", "up", "healthy", "--dir", str(tmp_path / "albdoctor-lab")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (second.returncode, second.stdout) == (2, "")
        assert second.stderr.startswith(f"Error: a lab is up in {tmp_path}/albdoctor-lab: end it with")
        mine = tmp_path / "albdoctor-lab" / "report.html"
        if number is signal.SIGTERM:
            mine.write_text("mine")
        lab.send_signal(number)
        _, complaints = lab.communicate(timeout=PATIENCE)
        assert (lab.returncode, complaints.strip()) == (130, "")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == ([mine] if number is signal.SIGTERM else [])
    assert mine.parent.exists() == (number is signal.SIGTERM), "a folder that holds nothing else goes, too"


def test_what_a_killed_lab_left_is_taken_over(tmp_path: Path) -> None:
    with lab_up(tmp_path, "healthy") as lab:
        lab.kill()
        lab.communicate(timeout=PATIENCE)
        done = subprocess.run(
            [*ALBDOCTOR, "lab", "do", "show"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("Error: No lab is up in albdoctor-lab: start one with")
    with Folder(tmp_path / "albdoctor-lab") as folder:
        state = running(folder.path)
        assert state
        assert (state.process, state.port) == (os.getpid(), 0)
    assert list(tmp_path.iterdir()) == []


def test_a_lab_that_nobody_started_takes_no_orders(tmp_path: Path) -> None:
    for words, lang, said in (
        (("do", "show"), "en", "Error: No lab is up in albdoctor-lab: start one with `albdoctor lab up any`"),
        (("down",), "ko", "오류: albdoctor-lab: 실행 중인 실습 환경이 없습니다."),
    ):
        done = subprocess.run(
            [*ALBDOCTOR, "lab", *words, "--lang", lang], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(said)


@pytest.mark.parametrize("name", OURS)
def test_files_of_others_are_not_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps({"mine": True}))
    done = subprocess.run(
        [*ALBDOCTOR, "lab", "up", "healthy", "--dir", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {tmp_path / name} is not of a lab")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, '{"mine": true}')]
