"""A comparison of two scans, told to people."""

from __future__ import annotations

from albdoctor.compare.facts import Change
from albdoctor.compare.reports import Difference, Found
from albdoctor.report.safe import plain
from albdoctor.text import Lang, Text, fill

LONGEST = 60
"""Characters of a value of the facts that are shown."""
LINE = 400
"""Characters of a line."""
MOST = 60
"""Changes of the facts that are listed."""

WENT = Text(en="{site}: {before} → {after}", ko="{site}: {before} → {after}")
NOT_SCANNED = Text(en="not scanned", ko="스캔하지 않음")
VERDICTS = {
    "broken": Text(en="broken", ko="고장"),
    "at-risk": Text(en="at risk", ko="위험"),
    "unknown": Text(en="unknown", ko="알 수 없음"),
    "sound": Text(en="sound", ko="정상"),
    "": NOT_SCANNED,
}
FIXED = Text(en="Fixed ({count})", ko="해결됨 ({count})")
NEW = Text(en="New ({count})", ko="새로 생김 ({count})")
REMAINING = Text(en="Remaining ({count})", ko="남아 있음 ({count})")
UNJUDGED = Text(en="Cannot be told any more ({count})", ko="더는 판단할 수 없음 ({count})")
CHANGED = Text(en="Changed in between ({count})", ko="그 사이 바뀐 것 ({count})")
MORE = Text(en="and {count} more (--format json lists all)", ko="그 밖에 {count}개 (--format json에 모두 표시)")
NOTHING = Text(en="Nothing changed.", ko="바뀐 것이 없습니다.")
APPEARED = Text(en="is new", ko="새로 생김")
GONE = Text(en="is gone", ko="없어짐")


def lines(sites: tuple[Difference, ...], changes: tuple[Change, ...], lang: Lang) -> list[str]:
    """Write what changed, for people; every line plain and of a bounded length."""
    said: list[str] = []
    for site in sites:
        verdicts = {"before": VERDICTS[site.before].of(lang), "after": VERDICTS[site.after].of(lang)}
        said.append(fill(WENT.of(lang), {"site": site.domain + site.path.removesuffix("/"), **verdicts}))
        for title, found in (
            (FIXED, site.fixed),
            (NEW, site.new),
            (REMAINING, site.remaining),
            (UNJUDGED, site.unjudged),
        ):
            said += _list(title, found, lang)
    if changes:
        said += ["", fill(CHANGED.of(lang), {"count": len(changes)})]
        said += [f"  {_change(change, lang)}" for change in changes[:MOST]]
        if len(changes) > MOST:
            said.append(f"  {fill(MORE.of(lang), {'count': len(changes) - MOST})}")
    if not any((*site.fixed, *site.new, *site.unjudged) for site in sites) and not changes:
        said += ["", NOTHING.of(lang)]
    return [plain(line, LINE) for line in said]


def _list(title: Text, found: tuple[Found, ...], lang: Lang) -> list[str]:
    if not found:
        return []
    return [
        "",
        fill(title.of(lang), {"count": len(found)}),
        *(f"  {one.check} {one.slug} ({one.severity}): {one.message}" for one in found),
    ]


def _change(change: Change, lang: Lang) -> str:
    thing = change.thing.rpartition(":")[2] if change.thing.startswith("arn:") else change.thing
    where = " ".join(part for part in (change.group, thing, change.member) if part)
    if change.before and change.after:
        return f"{where}: {_short(change.before)} → {_short(change.after)}"
    return f"{where}: {_short(change.before or change.after)} {(GONE if change.before else APPEARED).of(lang)}"


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
