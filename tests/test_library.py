"""The library over saved facts: `load_facts` and `judge`, as a deployment script calls them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

import albdoctor
from albdoctor.errors import BadFactsError, BadOptionError
from albdoctor.facts.files import encode
from albdoctor.text import Lang
from tests.support.build_served import ADDRESSES
from tests.support.stories import story


def test_saved_facts_are_read_and_judged(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(encode((story("healthy"),)))
    assert albdoctor.load_facts(path) == albdoctor.load_facts(str(path)) == story("healthy")
    request = albdoctor.judge(albdoctor.load_facts(path)).request
    assert (request.served, tuple(one.address for one in request.answers)) == ("yes", ADDRESSES)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (encode((story(), story())), "holds 2 snapshots, not one"),
        (b"", "is empty"),
        (b"{}", "holds no facts of albdoctor"),
        (encode((story(),))[:100], "is cut off or damaged"),
    ],
)
def test_a_file_that_is_no_snapshot_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(content)
    with pytest.raises(BadFactsError, match=f"^facts file {path} {said}"):
        albdoctor.load_facts(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadOptionError, match=f"^cannot read {tmp_path}/none: No such file or directory$"):
        albdoctor.load_facts(tmp_path / "none")


def test_a_report_is_written_in_each_language(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_bytes(encode((story(),)))
    report = albdoctor.judge(albdoctor.load_facts(path))
    written = json.loads(report.to_json())
    assert (written["schema"], written["verdict"]) == ("albdoctor/report/1", report.verdict)
    assert "tell" not in report.to_json().split("findings")[0]
    languages: tuple[tuple[Lang, str, str], ...] = (("en", "exit ", 'lang="en"'), ("ko", "종료 코드", 'lang="ko"'))
    for lang, exit_word, html in languages:
        assert exit_word in report.to_text(lang).splitlines()[-1].lower()
        assert html in report.to_html(lang)
        assert report.told_in(lang).told_in("en").to_text() == report.to_text("en")
    assert report.to_text() == report.to_text("en")


def test_unknown_keywords_are_errors() -> None:
    with pytest.raises(TypeError, match="unexpected keyword 'profile'; did you mean 'profiles'"):
        albdoctor.scan("shop.example", profile="me")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match=r"^profiles takes several: \('me',\)$"):
        albdoctor.scan("shop.example", profiles="me")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"probe": "no"}, "probe is True or False, not 'no'"),
        ({"metrics": 1}, "metrics is True or False, not 1"),
        ({"regions": (1,)}, "regions takes several words, not (1,)"),
        ({"profiles": None}, "profiles takes several words, not None"),
        ({"path": 3}, "path is a word, not 3"),
        ({"balancer": None}, "balancer is a word, not None"),
    ],
)
def test_a_value_of_another_type_is_an_error(keywords: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
        albdoctor.scan("shop.example", **keywords)


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"lang": "de"}, BadOptionError, "lang 'de' is none of en, ko"),
        ({"fail_on": "warn"}, BadOptionError, "fail_on 'warn' is none of error, warning, info, never"),
        ({"allow_gaps": "denied"}, TypeError, "allow_gaps is True, False or several kinds, not 'denied'"),
        (
            {"allow_gaps": ("denid",)},
            BadOptionError,
            "--allow-gaps: there is no kind of gap 'denid'; did you mean denied? There are: all, aws,"
            " dns, registration, probes, denied, unreachable, throttled, out-of-time, failed, not-asked; or an IAM"
            " service or action",
        ),
        ({"select": "ALB401"}, TypeError, "select takes several: ('ALB401',)"),
        ({"ignore": "ALB401"}, TypeError, "ignore takes several: ('ALB401',)"),
        ({"baseline": "f"}, TypeError, "baseline takes several: ('f',)"),
        ({"suppressions": ("ALB401",)}, TypeError, "suppressions takes several Suppression, not 'ALB401'"),
        ({"lanf": "en"}, TypeError, "Unexpected keyword argument 'lanf'"),
    ],
)
def test_a_policy_takes_nothing_for_something_else(fields: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=f"^{re.escape(said)}$"):
        albdoctor.Policy(**fields)


def test_a_report_has_two_languages_only() -> None:
    with pytest.raises(ValueError, match="'de' is none of en, ko"):
        albdoctor.judge(story()).to_html("de")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_scan_runs_where_an_event_loop_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook, and in a coroutine that forgot to use a thread."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    with socket.socket(type=socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{nobody.getsockname()[1]}"
        look = partial(
            albdoctor.scan, "shop.example", dns_roots=(server,), resolvers=(server,), timeout=1.5, probe=False
        )

        async def both() -> tuple[albdoctor.Report, albdoctor.Report]:
            return look(), await asyncio.to_thread(look)

        for report in asyncio.run(both()):
            assert (report.verdict, report.exit_code) == ("unknown", 3)


def test_a_report_that_was_read_has_its_own_language_only() -> None:
    report = albdoctor.judge(story())
    read = msgspec.json.decode(report.to_json(), type=albdoctor.Report)
    assert read == report
    assert read.to_text() == report.to_text()
    with pytest.raises(ValueError, match="is told in 'en' only"):
        read.to_html("ko")
