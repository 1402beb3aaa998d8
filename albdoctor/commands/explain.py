"""`albdoctor explain WORDS`: one check in full, a symptom, or the checks that speak of these words."""

from __future__ import annotations

import click

from albdoctor.checkup import registry
from albdoctor.checkup.check import Check
from albdoctor.checkup.fix import Fix
from albdoctor.checkup.pages import page_of
from albdoctor.commands import completion, symptom_page
from albdoctor.commands.errors import Refused, told
from albdoctor.help import command, option
from albdoctor.language import language
from albdoctor.lookup.answer import Lookup
from albdoctor.lookup.retired import heir
from albdoctor.streams import say
from albdoctor.text import Lang, Text, fill, show

WHY = Text(en="Why it matters", ko="문제가 되는 이유")
FIX = Text(en="Fix", ko="해결")
ANOTHER_FIX = Text(en="Where that does not fit", ko="위 방법이 맞지 않을 때")
CONSOLE = Text(en="In the console", ko="콘솔에서")
BY_HAND = Text(en="By hand", ko="직접")
SCRIPT = Text(en="AWS CLI (your ids are filled in by a scan)", ko="AWS CLI (실제 ID는 스캔할 때 채워집니다)")
WHERE_SEEN = Text(en="Where the scan sees it: ", ko="스캔에서 확인된 경우: ")
MIND = Text(en="Note", ko="주의")
CAUSES = Text(en="Can cause", ko="이 문제로 생길 수 있는 문제")
CAUSED_BY = Text(en="Can be caused by", ko="이 문제의 원인이 될 수 있는 문제")
TERRAFORM = Text(en="Terraform", ko="Terraform")
CLOUDFORMATION = Text(en="CloudFormation", ko="CloudFormation")
VERIFY = Text(en="To see that it worked", ko="확인 방법")
SOURCES = Text(en="Sources", ko="출처")
PAGE = Text(en="This page in the documentation", ko="문서에서 보기")

NOTHING = Text(
    en="no check speaks of {words}; `albdoctor checks` lists them",
    ko="관련된 점검이 없습니다: {words}. 전체 목록은 `albdoctor checks` 명령으로 봅니다",
)
MEANT = Text(
    en="no check speaks of {words}; did you mean {near}?",
    ko="관련된 점검이 없습니다: {words}. 혹시 찾는 것이 이것인가요? {near}",
)

RETIRED = Text(
    en="{id} {slug} is retired: {heir} tells what it told.",
    ko="{id} {slug}: 더는 쓰지 않는 점검입니다. 같은 문제를 다음 점검이 알려 줍니다: {heir}",
)


@command(
    ko="""
    점검(ID 또는 슬러그), 상태 코드, 브라우저 오류, 상태 검사 이유를 설명하거나 단어로 점검을 찾습니다.

    한국어와 영어 모두 됩니다: `explain ALB401`, `explain 502`, `explain Target.Timeout`, `explain 네임서버`.
    """
)
@click.argument("words", nargs=-1, required=True, shell_complete=completion.explained)
@option(
    "--lang",
    type=click.Choice(["en", "ko"]),
    help=Text(en="Language (default: the locale's).", ko="언어(기본값은 로캘의 언어)."),
)
def explain(words: tuple[str, ...], lang: str | None) -> int:
    """Explain a check (its id or slug), a status code, a browser's error or a health reason, or find checks by words.

    English or Korean: `explain ALB401`, `explain 502`, `explain Target.Timeout`, `explain 네임서버`.
    """
    with told():
        loaded = registry.load()
    for part in answered(" ".join(words), loaded, language(lang)):
        say(part)
    return 0


def answered(asked: str, loaded: tuple[Check, ...], spoken: Lang) -> list[str]:
    """What is told of some words, in parts that each end a line; words that nothing speaks of are `Refused`."""
    told_of: list[str] = []
    gone = heir(asked)
    if gone:
        told_of += [fill(RETIRED.of(spoken), dict(zip(("id", "slug", "heir"), gone, strict=True))), ""]
        asked = gone[-1]
    found = Lookup(loaded).answer(asked)
    if found.check:
        told_of.append(page(found.check, loaded, spoken))
    elif found.symptom:
        told_of.append(symptom_page.page(found.symptom, loaded, spoken))
    elif found.near or not (found.hits or found.seen):
        near = ", ".join(found.near)
        raise Refused(fill((MEANT if near else NOTHING).of(spoken), {"words": repr(asked), "near": near}))
    told_of += [symptom_page.line(check, spoken) for check in found.hits]
    told_of += [f"{symptom.title.of(spoken)}: albdoctor explain {symptom.name}" for symptom in found.seen]
    if len(found.hits) == 1:
        told_of += ["", page(found.hits[0], loaded, spoken)]
    return told_of


def parts(check: Check, checks: tuple[Check, ...], lang: Lang) -> list[tuple[str, list[str], str]]:
    """Everything that is told about a check: title, lines, and the language of lines of code (else empty)."""
    said: list[tuple[Text, list[str], str]] = [(WHY, [check.why.of(lang)], "")]
    for number, fix in enumerate(check.fixes):
        said += _parts_of(fix, ANOTHER_FIX if number else FIX, lang)
    said += [
        (CAUSES, [other.slug for other in checks if check.causes(other)], ""),
        (CAUSED_BY, [other.slug for other in checks if other.causes(check)], ""),
        (SOURCES, list(check.refs), ""),
    ]
    return [(title.of(lang), lines, code) for title, lines, code in said if lines]


def _parts_of(fix: Fix, title: Text, lang: Lang) -> list[tuple[Text, list[str], str]]:
    cautions = (WHERE_SEEN.of(lang) + caution.text.of(lang) for caution in fix.cautions)
    return [
        (title, [fix.summary.of(lang)], ""),
        (MIND, [*cautions, *(effect.of(lang) for effect in fix.side_effects)], ""),
        (SCRIPT, fix.script.strip().splitlines(), "bash"),
        (CONSOLE, [step.of(lang) for step in fix.console], ""),
        (BY_HAND, fix.by_hand.of(lang).splitlines() if fix.by_hand else [], ""),
        (TERRAFORM, fix.terraform.strip().splitlines(), "hcl"),
        (CLOUDFORMATION, fix.cloudformation.strip().splitlines(), "yaml"),
        (VERIFY, [fix.verify] if fix.verify else [], "bash"),
    ]


def page(check: Check, checks: tuple[Check, ...], lang: Lang) -> str:
    """Write everything that is told about a check as plain text."""
    head = f"{check.id} {check.slug} ({check.severity}, {check.stage})\n{check.message.of(lang)}\n"
    body = (
        f"\n{title}\n" + "\n".join(f"  {line}" for line in lines) + "\n"
        for title, lines, _ in parts(check, checks, lang)
    )
    own = page_of(check.id, lang)
    more = f"\n{PAGE.of(lang)}\n  {own}\n" if own else ""
    return show(head + "".join(body) + more).rstrip()
