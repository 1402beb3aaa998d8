"""`-v` tells on stderr what was asked and how long it took, and leaves nothing out of the report on stdout."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from albdoctor.cli import main
from albdoctor.collect.tally import count, counting
from albdoctor.commands.asked import lines

FUZZ = Path(__file__).parents[1] / "fuzz"
NOBODY = ("--dns-root", "127.0.0.1:9", "--resolver", "127.0.0.1:9", "--timeout", "5", "--no-probe")
"""Ports at which nothing answers."""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_REGION", "eu-west-1"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)


def test_the_questions_are_counted_on_stderr_and_nowhere_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "shop.example", *NOBODY, "-v"]) in (1, 3)
    loud, error = capsys.readouterr()
    first, *more = error.splitlines()
    counts = [int(number) for number in re.findall(r" × (\d+)", "\n".join(more))]
    assert re.fullmatch(rf"albdoctor: asked {sum(counts)} questions in \d+\.\d s", first)
    told = " ".join(line.strip() for line in more)
    assert "sts:GetCallerIdentity × 1" in told
    assert re.search(r"DNS questions × \d+", told)
    assert "asked" not in loud.splitlines()[0]
    assert main(["scan", "shop.example", *NOBODY]) in (1, 3)
    assert capsys.readouterr().err == ""


def test_everything_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    story = ["scan", "--facts", str(FUZZ / "founding-story.json"), "--lang", "en"]
    assert main(story) == 1
    brief = capsys.readouterr().out
    assert main([*story, "-v"]) == 1
    whole, error = capsys.readouterr()
    assert error == "", "facts are not asked"
    for what in (
        "aws elbv2 create-target-group",
        "EC2 > Target Groups > Create target group",
        "The group's protocol is",
    ):
        assert (what in brief, what in whole) == (False, True)
    assert "More (" not in whole


def test_lines_name_every_kind_and_keep_a_count_beside_its_name() -> None:
    counted = Counter({"ec2:DescribeSubnets": 1, "acm:ListCertificates": 4, "dns": 52, "http": 7})
    assert lines(counted, 2.04, "en") == [
        "albdoctor: asked 64 questions in 2.0 s",
        "  acm:ListCertificates × 4, ec2:DescribeSubnets × 1",
        "  DNS questions × 52, HTTP requests × 7",
    ]
    assert lines(Counter({"tls": 1}), 0.1, "ko") == ["albdoctor: 질문 1건, 0.1초 소요", "  TLS 핸드셰이크 × 1"]
    many = Counter({f"elasticloadbalancing:Describe{number:020}": 1 for number in range(9)})
    assert all(line.count("elastic") == line.count(" × ") <= 80 >= len(line) for line in lines(many, 1, "en")[1:])


def test_nothing_is_counted_for_nobody() -> None:
    count("dns")
    with counting() as counted:
        count("dns")
    count("dns")
    assert counted == {"dns": 1}
