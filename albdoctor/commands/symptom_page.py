"""The short page of a symptom: who sends it, what it comes from, what to type next."""

from __future__ import annotations

from albdoctor.checkup.check import Check
from albdoctor.lookup.symptom import Symptom
from albdoctor.text import Lang, Text, show

SENDER = Text(en="Who sends it", ko="누가 보내는가")
CAUSES = Text(en="What it comes from, the most frequent first", ko="원인(자주 나타나는 순서)")
BEYOND = Text(en="What albdoctor does not look for", ko="albdoctor가 점검하지 않는 원인")
NEXT = Text(en="What to type next", ko="다음에 입력할 명령")
SOURCES = Text(en="Sources", ko="출처")
SCAN = Text(
    en="albdoctor scan NAME   (your domain: finds which of these it is)",
    ko="albdoctor scan NAME   (NAME은 도메인. 어느 원인인지 찾습니다)",
)


def page(symptom: Symptom, checks: tuple[Check, ...], lang: Lang) -> str:
    """Write everything that is told about a symptom as plain text; causes that are no check of these are left out."""
    by_slug = {check.slug: check for check in checks}
    causes = [by_slug[slug] for slug in symptom.causes if slug in by_slug]
    explained = [f"albdoctor explain {check.id}" for check in causes[:1]]
    parts = (
        (SENDER, [line.of(lang) for line in symptom.sender]),
        (CAUSES, [line(check, lang) for check in causes]),
        (BEYOND, [one.of(lang) for one in symptom.beyond]),
        (NEXT, [SCAN.of(lang), *explained]),
        (SOURCES, list(symptom.refs)),
    )
    body = (f"\n{title.of(lang)}\n" + "".join(f"  {one}\n" for one in said) for title, said in parts if said)
    return (symptom.title.of(lang) + "\n" + "".join(body)).rstrip()


def line(check: Check, lang: Lang) -> str:
    """Write a check in one line: its id, its slug and its message."""
    return f"{check.id}  {check.slug}: {show(check.message.of(lang))}"
