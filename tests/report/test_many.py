"""A page of very many findings: an overview that leads to each, the rest folded, and nothing lost."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace

from albdoctor.checkup.causes import diagnose
from albdoctor.checkup.engine import run
from albdoctor.derive.topology import topology
from albdoctor.facts.elb import GroupHealth
from albdoctor.facts.known import Known
from albdoctor.report import html
from albdoctor.report.build import build
from albdoctor.report.html import MANY, ROWS
from albdoctor.report.model import Report
from tests.support.build import GROUP_ARN, facts, group, target
from tests.support.stories import make

CHECKS = [
    make("TST401", "cause", explains=frozenset(("effect",))),
    replace(make("TST403", "effect"), shows=frozenset(("targets",))),
]


def report_of_groups(groups: int, name: str = "ill") -> Report:
    arns = [f"{GROUP_ARN}{number}" for number in range(groups)]
    snapshot = facts(
        target_groups=tuple(
            group(TargetGroupArn=arn, TargetGroupName=f"{name}-{number}") for number, arn in enumerate(arns)
        ),
        groups_health=tuple(
            GroupHealth(target_group_arn=arn, targets=Known((target(state="unhealthy"),))) for arn in arns
        ),
    )
    outcomes = run(snapshot, CHECKS)
    return build(snapshot, outcomes, diagnose(outcomes, topology(snapshot)))


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attrs)
        self.ids += [named["id"] or ""] if "id" in named else []
        link = named.get("href") or ""
        self.links += [link[1:]] if link.startswith("#") else []


@pytest.mark.parametrize("groups", [1, MANY, MANY + 1, 5 * MANY])
def test_every_cause_and_every_row_is_on_the_page_and_every_link_leads_somewhere(groups: int) -> None:
    told = html.render((report_of_groups(groups), report_of_groups(groups)))
    page = _Page(told)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids)
    assert [one for one in page.ids if one.startswith("cause-1-")] == [f"cause-1-{n + 1}" for n in range(groups)]
    assert all(told.count(f'Mend <span class="id">ill-{number}.</span>') == 2 for number in range(groups))
    assert all(told.count(f'<dd><span class="id">ill-{number}</span>, HTTP:80') == 2 for number in range(groups))


def test_few_causes_are_not_folded_and_have_no_overview() -> None:
    page = _Page(html.render((report_of_groups(MANY),)))
    assert "nav" not in page.tags
    assert (
        page.tags.count("details") == MANY + 4
    )  # what each leads to; the rows over ROWS; evidence; what was asked; the list of checks


def test_many_causes_are_counted_by_check_and_folded_but_the_first() -> None:
    told = html.render((report_of_groups(MANY + 1),))
    page = _Page(told)
    assert page.tags.count("nav") == 1
    glance = told[told.index("<nav") : told.index("</nav>")]
    assert re.findall(r"<td>(.*?)</td>", glance)[1] == f"{MANY + 1} ×"
    assert 'href="#check-1-1"' in glance
    assert "TST401 cause" in glance
    assert told.count('"><details open>') == 1
    assert told.count('"><details>') == MANY


def test_the_worst_rows_of_a_long_stage_are_shown_first() -> None:
    arns = [f"{GROUP_ARN}{number}" for number in range(ROWS)]
    snapshot = facts(
        target_groups=tuple(group(TargetGroupArn=arn, TargetGroupName=arn[-2:]) for arn in arns),
        groups_health=tuple(
            GroupHealth(
                target_group_arn=arn,
                targets=Known((target(state="unhealthy" if arn is arns[-1] else "healthy"),)),
            )
            for arn in arns
        ),
    )
    outcomes = run(snapshot, [make("TST401", "tg-cause")])
    told = html.render((build(snapshot, outcomes, diagnose(outcomes, topology(snapshot))),))
    rows = told[told.index("Target group") :]
    assert rows.index("row error") < rows.index("row ok") < rows.index(f"{ROWS} more")


def test_hostile_names_do_not_act_in_the_overview() -> None:
    told = html.render(
        (report_of_groups(MANY + 1, name="<script>document.title='owned'</script><img src=x onerror=alert(1)>\u202e"),)
    )
    assert _Page(told).tags.count("script") == 1  # ours
    assert "img" not in _Page(told).tags
    assert "\u202e" not in told


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium, which CI installs")
def test_a_link_opens_the_folded_cause_that_it_leads_to(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html.render((report_of_groups(MANY + 1),)))
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    more = ("--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path / 'profile'}")
    command = ["chromium", *flags.split(), *more, "--dump-dom", f"{file.as_uri()}#cause-1-7"]
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    opened = re.findall(r'<details open="">\s*<summary><span class="number">(\d+)</span>', dom)
    assert opened == ["1", "7"]
