"""One diagnosis through every format: what is told, and that nothing hostile gets through."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from msgspec.structs import replace

from albdoctor.checkup import INFO
from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import run
from albdoctor.commands.fix_files import Fixes
from albdoctor.commands.schema import schema_of
from albdoctor.derive.topology import topology
from albdoctor.facts.snapshot import Facts
from albdoctor.literals import one_line
from albdoctor.report import html, markdown, terminal, words
from albdoctor.report import json as json_report
from albdoctor.report.build import build
from albdoctor.report.model import Report
from albdoctor.text import Lang
from tests.support.build import GROUP_ARN
from tests.support.build_dns import probe
from tests.support.build_served import ADDRESSES, ONE, OTHER, led_to
from tests.support.pasting import pasted
from tests.support.stories import DENIED, make, story

HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=alert(1)>\x1b[31m\u202e\u2066::error::\n%0A{{7*7}}|`x`"
)
CHECKS = [make("TST403", "effect"), make("TST401", "cause", explains=frozenset(("effect",)))]


def report_of(facts: Facts, lang: Lang = "en") -> Report:
    outcomes = run(facts, CHECKS)
    return build(facts, outcomes, diagnose(outcomes, topology(facts)), lang=lang)


def _terminal(report: Report) -> str:
    page = io.StringIO()
    terminal.write(report, page)
    return page.getvalue()


def test_the_terminal_tells_the_path_the_cause_the_fix_and_the_exit() -> None:
    assert _terminal(report_of(story())).splitlines() == [
        "https://shop.example/ is served at 2 of 2 addresses, and yet is broken. Fix this one cause, in 2",
        "steps, in this order.",
        "Account 123456789012 · ap-northeast-2 · 2026-11-22 07:40 UTC · 0.0 s",
        "",
        "  ✓  load balancer  web, internet-facing, 2 AZ, active",
        "  ✓  listener       HTTPS:443 → web-http",
        "  ✓  target group   web-http, HTTP:80",
        "  ?  health         0 of 1 healthy",
        "  ?  target         i-0abc:80, unhealthy",
        "  ✓  answer         203.0.113.5: https 200, 80 open",
        "  ✓  answer         203.0.113.6: https 200, 80 open",
        "",
        " 1  error  TST401 cause  confirmed",
        "    Group web-http is ill",
        "    because",
        "    saw       elasticloadbalancing DescribeTargetHealth: unhealthy",
        "    fix       Mend web-http. (some requests may fail for seconds)",
        "    note      Nothing else.",
        "    paste     script 1 of 2: the whole block, into bash, zsh or AWS CloudShell; it stops at the",
        "              first error",
        *pasted(f"aws one {GROUP_ARN}\naws two\naws three\naws four web-http").splitlines(),
        f"    verify    aws check {GROUP_ARN}",
        "    leads to  TST403 effect (step 2)",
        "",
        " 2  error  TST403 effect  confirmed",
        "    Group web-http is ill",
        "    after     step 1: it follows from that, but does not vanish by itself",
        "    saw       elasticloadbalancing DescribeTargetHealth: unhealthy",
        "    fix       Mend web-http. (some requests may fail for seconds)",
        "    note      Nothing else.",
        "    paste     script 2 of 2: the whole block, into bash, zsh or AWS CloudShell; it stops at the",
        "              first error",
        *pasted(f"aws one {GROUP_ARN}\naws two\naws three\naws four web-http").splitlines(),
        f"    verify    aws check {GROUP_ARN}",
        "",
        "More (reasons, symptoms, console steps): -v, or --format html=report.html",
        "exit 1: 2 errors (1 cause) at or over --fail-on error",
    ]


def test_the_korean_report_is_korean() -> None:
    told = _terminal(report_of(story(), "ko"))
    assert " ".join(told.split()).startswith(
        "https://shop.example/ 요청이 정상 응답을 받습니다 (주소 2개 중 2개), 그러나 문제가 있습니다."
        " 원인은 하나입니다."
    )
    assert "web-http 대상 그룹을 고치세요. (몇 초간 일부 요청이 실패할 수 있음)" in told
    assert told.rstrip().endswith("종료 코드 1: --fail-on error 이상: 오류 2건 (원인 1가지)")


@pytest.mark.parametrize(
    ("facts", "word"), [(story("healthy"), "sound"), (story("healthy", listeners=DENIED), "sound")]
)
def test_a_sound_report(facts: Facts, word: str) -> None:
    report = report_of(facts)
    assert (report.verdict, report.exit_code, report.findings) == (word, 0, ())


def test_a_gap_is_told_with_the_action_to_allow() -> None:
    facts = story(listeners=DENIED)
    assert "could not be seen: denied, elasticloadbalancing:DescribeListeners" in _terminal(report_of(facts))


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_json_fits_its_schema(lang: Lang) -> None:
    reports = (report_of(story(), lang), report_of(story("healthy"), lang))
    jsonschema.validate(json.loads(json_report.render(reports[:1])), schema_of("report"))
    jsonschema.validate(json.loads(json_report.render(reports)), schema_of("reports"))


def test_json_names_causes() -> None:
    cause, effect = json.loads(json_report.render((report_of(story()),)))["findings"]
    assert (cause["root_cause"], cause["explained_by"], cause["subject"]) == (
        True,
        [],
        {"kind": "target-group", "id": GROUP_ARN},
    )
    assert (effect["root_cause"], effect["explained_by"]) == (False, [cause["fingerprint"]])
    assert [(one["step"], one["vanishes"], one["place"]) for one in (cause, effect)] == [
        (1, False, "on-the-way"),
        (2, False, "on-the-way"),
    ]
    assert cause["fix"]["script"] == pasted(f"aws one {GROUP_ARN}\naws two\naws three\naws four web-http")


def test_json_numbers_the_steps_and_says_what_vanishes() -> None:
    """A symptom vanishes with its cause; what has to be put in place once its cause is gone is a step of its own."""
    shows = frozenset(("targets",))
    checks = [
        make("TST401", "cause", explains=frozenset(("symptom", "stays"))),
        replace(make("TST402", "symptom"), shows=shows),
        replace(make("TST403", "stays"), shows=shows, stays=True),
        make("TST404", "other"),
    ]
    outcomes = run(story(), checks)
    report = build(story(), outcomes, diagnose(outcomes, topology(story())))
    told = json.loads(json_report.render((report,)))["findings"]
    assert [(one["slug"], one["root_cause"], one["step"], one["vanishes"]) for one in told] == [
        ("cause", True, 1, False),
        ("other", True, 2, False),
        ("symptom", False, None, True),
        ("stays", False, 3, False),
    ]


STAYING = (
    make("TST401", "cause", explains=frozenset(("symptom", "stays", "mended"))),
    replace(make("TST402", "symptom"), shows=frozenset(("targets",))),
    replace(make("TST403", "stays"), shows=frozenset(("targets",)), stays=True),
    replace(make("TST404", "other"), mends=frozenset(("mended",)), explains=frozenset(("mended",))),
    replace(make("TST405", "mended"), shows=frozenset(("targets",)), stays=True),
)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_every_format_numbers_the_same_steps_and_has_their_scripts(lang: Lang, tmp_path: Path) -> None:
    outcomes = run(story(), STAYING)
    report = build(story(), outcomes, diagnose(outcomes, topology(story())), lang=lang)
    steps = [(1, "cause"), (2, "other"), (3, "stays")]
    assert [(one.step, one.slug) for one in report.steps] == steps
    assert [(one.slug, one.vanishes) for one in report.findings if not one.step] == [
        ("symptom", True),
        ("mended", True),
    ]
    shown = _terminal(report)
    assert re.findall(r"^ (\d)  .*TST\d+ (\S+)", shown, re.MULTILINE) == [(str(n), slug) for n, slug in steps]
    assert shown.count("bash <<'ALBDOCTOR'") == 3
    page = markdown.render((report,)).decode()
    assert re.findall(r"^### (\d)\. .*\n\n`TST\d+ (\S+)`", page, re.MULTILINE) == [(str(n), slug) for n, slug in steps]
    assert page.count("bash <<'ALBDOCTOR'") == 3
    site = html.render((report,))
    assert re.findall(r'id="cause-1-(\d)">(?:.|\n)*?<code>TST\d+ (\S+)</code>', site) == [
        (str(n), slug) for n, slug in steps
    ]
    assert site.count("bash &lt;&lt;&#39;ALBDOCTOR&#39;") == 3
    files = Fixes(tmp_path)
    files.add(report)
    assert sorted(one.name[:8] for one in files.write().values()) == ["1-TST401", "2-TST404", "3-TST403"]
    after = words.after_steps((1,), lang)
    for text, vanishes in ((shown, words.ENDS), (page, words.VANISHES), (html_text(site), words.VANISHES)):
        assert (text.count(after), text.count(vanishes.of(lang)) > 1) == (1, True)


def html_text(page: str) -> str:
    """What a page shows, without its marks."""
    return re.sub(r"<[^>]*>", "", page).replace("&#39;", "'")


def test_remarks_are_the_last_steps_and_nothing_comes_before_its_cause() -> None:
    checks = (
        make("TST401", "cause", explains=frozenset(("stays", "last"))),
        make("TST402", "remark", severity=INFO),
        make("TST403", "last"),
        make("TST404", "stays", explains=frozenset(("last",))),
    )
    outcomes = run(story(), checks)
    report = build(story(), outcomes, diagnose(outcomes, topology(story())))
    assert [one.slug for one in report.steps] == ["cause", "stays", "last", "remark"]
    assert report.after(report.steps[2]) == (1, 2)
    assert "Fix this one cause, in 3 steps, in this order." in " ".join(_terminal(report).split())


def test_json_says_what_came_of_the_request() -> None:
    told = json.loads(json_report.render((report_of(story(**led_to(probe(ONE), addresses=ADDRESSES))),)))["request"]
    said = "https://shop.example/ is served at 1 of 2 addresses, and yet is broken."
    assert told == {
        "url": "https://shop.example/",
        "served": "yes",
        "sentence": said,
        "answers": [
            {
                "address": ONE,
                "outcome": "served",
                "status": 200,
                "by": "application",
                "seconds": 0.0,
                "detail": "",
            },
            {
                "address": OTHER,
                "outcome": "not-seen",
                "status": None,
                "by": "nobody",
                "seconds": 0.0,
                "detail": "not probed",
            },
        ],
    }


def test_hostile_names_do_not_reach_the_terminal() -> None:
    told = _terminal(report_of(story(name=HOSTILE)))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", told)
    assert not re.search("^::", told, re.MULTILINE)


def test_hostile_names_do_not_reach_json_readers_terminals() -> None:
    told = json_report.render((report_of(story(name=HOSTILE)),)).decode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", told)
    assert json.loads(told)["findings"][0]["message"] == f"Group {one_line(HOSTILE)} is ill"


def test_hostile_names_are_quoted_in_scripts() -> None:
    script = report_of(story(name="web'; touch /tmp/owned; '$(id)`id`")).findings[0].fix.script
    script = re.sub("(?m)^aws (one|two|three).*", "", script).replace("aws four", "printf %s")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "web'; touch /tmp/owned; '$(id)`id`"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_html_holds_only_our_script_and_loads_nothing() -> None:
    parser = _Tags()
    page = html.render((report_of(story(name=HOSTILE)), report_of(story("healthy"))))
    parser.feed(page)
    tags = {tag for tag, _ in parser.seen}
    assert [tag for tag, _ in parser.seen if tag == "script"] == ["script"]
    assert f"<script>{html.part('report.js')}</script>" in page
    assert tags.isdisjoint({"img", "iframe", "link", "object", "form", "base"})
    assert [attrs for _, attrs in parser.seen if any(name.startswith("on") or name == "src" for name in attrs)] == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", page)
    assert "@import" not in page
    assert "url(" not in page


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium, which CI installs")
def test_html_in_chromium_executes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html.render((report_of(story(name=HOSTILE)),)))
    flags = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    command = [
        "chromium",
        *flags.split(),
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--dump-dom",
        file.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "<title>broken: shop.example · albdoctor</title>" in done.stdout
    assert "owned" in done.stdout
