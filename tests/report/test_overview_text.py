"""The overview of many scans on a terminal, whole, in both languages, and with hostile names."""

from __future__ import annotations

import io
import re

from msgspec.structs import replace

from albdoctor.facts.known import Gap
from albdoctor.report import overview_text
from albdoctor.report.model import GapReport
from albdoctor.report.overview import Line, Missing, Overview, line_of, overview
from albdoctor.text import Lang
from tests.report.test_reports import HOSTILE
from tests.support.fleet import arn_of, fleet, scanned

UNLISTED = GapReport(gap=Gap.DENIED, asked="elasticloadbalancing:DescribeLoadBalancers", detail="eu-west-1")


def _told(told: Overview, lang: Lang = "en") -> list[str]:
    page = io.StringIO()
    overview_text.write(told, page, lang)
    return [line.rstrip() for line in page.getvalue().splitlines()]


def _fleet(lang: Lang) -> Overview:
    return overview((line_of(report) for report in fleet(lang)), (UNLISTED,), 1, "why")


def test_the_overview() -> None:
    assert _told(_fleet("en")) == [
        "6 scans of 5 load balancers: 3 broken, 1 at risk, 1 unknown, 1 sound",
        "",
        "  ✗  a.example               ap-northeast-2  broken   TST401 cause",
        "  ✗  b.example               ap-northeast-2  broken   TST401 cause",
        "  ✗  legacy (no name known)  ap-northeast-2  broken   TST401 cause",
        "  !  e.example               ap-northeast-2  at risk  TST801 worn",
        "  ?  d.example               eu-west-1       unknown  elasticloadbalancing:DescribeListeners: denied",
        "  ✓  1 sound",
        "",
        "Causes over all scans",
        " 1  error  TST401 cause  on 2 target groups, in 3 scans",
        "    Group web-http is ill",
        "      names     a.example, b.example, legacy",
        "      fix       Mend web-http. (some requests may fail for seconds)",
        "      details   albdoctor scan --domain a.example",
        " 2  warning  TST801 worn  on 1 target group, in 1 scan",
        "    Group web-http is ill",
        "      names     e.example",
        "      fix       Mend web-http. (some requests may fail for seconds)",
        "      details   albdoctor scan --domain e.example",
        "--fix-dir DIR writes every script, --format html=FILE shows all of them on one page.",
        "",
        "Not every load balancer could be listed",
        "    elasticloadbalancing:DescribeLoadBalancers: denied (eu-west-1)",
        "Not judged",
        "    elasticloadbalancing:DescribeListeners: denied, in 1 scan",
        "albdoctor iam-policy prints a policy that allows everything a scan asks.",
        "",
        "exit 1: why",
    ]


def test_the_korean_overview() -> None:
    assert _told(_fleet("ko"), "ko") == [
        "로드 밸런서 5개, 스캔 6건: 장애 3, 위험 1, 판정 불가 1, 정상 1",
        "",
        "  ✗  a.example           ap-northeast-2  장애       TST401 cause",
        "  ✗  b.example           ap-northeast-2  장애       TST401 cause",
        "  ✗  legacy (이름 없음)  ap-northeast-2  장애       TST401 cause",
        "  !  e.example           ap-northeast-2  위험       TST801 worn",
        "  ?  d.example           eu-west-1       판정 불가  elasticloadbalancing:DescribeListeners: 권한 없음",
        "  ✓  정상 1",
        "",
        "전체 스캔의 원인",
        " 1  오류  TST401 cause  대상 그룹 2개, 스캔 3건",
        "    web-http 대상 그룹에 문제가 있습니다",
        "      이름      a.example, b.example, legacy",
        "      해결      web-http 대상 그룹을 고치세요. (몇 초간 일부 요청이 실패할 수 있음)",
        "      상세      albdoctor scan --domain a.example",
        " 2  경고  TST801 worn  대상 그룹 1개, 스캔 1건",
        "    web-http 대상 그룹에 문제가 있습니다",
        "      이름      e.example",
        "      해결      web-http 대상 그룹을 고치세요. (몇 초간 일부 요청이 실패할 수 있음)",
        "      상세      albdoctor scan --domain e.example",
        "--fix-dir DIR 옵션은 모든 스크립트를 파일로 저장하고, --format html=FILE 옵션은 한 페이지에 모아 보여 줍니다.",
        "",
        "일부 로드 밸런서 목록을 조회하지 못함",
        "    elasticloadbalancing:DescribeLoadBalancers: 권한 없음 (eu-west-1)",
        "판정하지 못한 항목",
        "    elasticloadbalancing:DescribeListeners: 권한 없음, 스캔 1건",
        "albdoctor iam-policy 명령은 스캔에 필요한 모든 권한을 담은 정책을 출력합니다.",
        "",
        "종료 코드 1: why",
    ]


def test_sound_scans_are_counted_only_and_nothing_more_is_said() -> None:
    lines = [line_of(scanned(f"{n}.example", arn_of(str(n)), "healthy")) for n in range(3)]
    assert _told(overview(lines, (), 0, "everything is sound")) == [
        "3 scans of 3 load balancers: 3 sound",
        "",
        "  ✓  3 sound",
        "",
        "exit 0: everything is sound",
    ]


def test_no_load_balancer() -> None:
    assert _told(overview((), (), 3, "why")) == ["No load balancer was found.", "", "exit 3: why"]


def test_many_names_messages_and_gaps_are_cut_short() -> None:
    lines = [line_of(scanned(f"{n}.example", arn_of(str(n)), group_name=f"g{n}")) for n in range(7)]
    gaps = tuple(Missing(Gap.UNREACHABLE, f"DNS A {n}.example") for n in range(30))
    told = _told(overview([*lines[1:], replace(lines[0], gaps=gaps)], (), 1, "why"))
    start = told.index("Causes over all scans")
    assert told[start + 1 : start + 5] == [
        " 1  error  TST401 cause  on 7 target groups, in 7 scans",
        "    Group g0 is ill (+6 more)",
        "      names     0.example, 1.example, 2.example, 3.example, 4.example +2",
        "      fix       Mend g0. (some requests may fail for seconds)",
    ]
    start = told.index("Not judged")
    assert told[start + 20 :] == [
        "    DNS A 26.example: could not be reached, in 1 scan",
        "    +10 more",
        "",
        "exit 1: why",
    ]


def test_long_names_and_commands_stay_on_one_line() -> None:
    name = f"{'x' * 60}.{'y' * 60}.example"
    told = _told(overview([line_of(scanned(name, arn_of("web")))], (), 1, "why"))
    assert f"  ✗  {name}  ap-northeast-2  broken  TST401 cause" in told
    assert f"      details   albdoctor scan --domain {name}" in told


def test_hostile_names_do_not_reach_the_terminal_nor_the_shell() -> None:
    line = line_of(scanned("x", arn_of("web"), group_name=HOSTILE))
    hostile: Line = replace(
        line,
        domain=HOSTILE,
        balancers=(f"arn:aws:elasticloadbalancing:{HOSTILE}:{HOSTILE}:loadbalancer/app/{HOSTILE}/1",),
        regions=(HOSTILE,),
        accounts=(HOSTILE,),
        gaps=(Missing(Gap.FAILED, HOSTILE),),
    )
    gap = GapReport(gap=Gap.FAILED, asked=HOSTILE, detail=HOSTILE)
    page = io.StringIO()
    overview_text.write(overview([hostile, replace(hostile, named=False)], [gap], 1, "why"), page, "en")
    told = page.getvalue()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]", told)
    assert not re.search("^ *::", told, re.MULTILINE)
    assert "albdoctor scan --domain '<script>document.title='\"'\"'owned" in told
