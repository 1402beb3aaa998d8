"""What the two checks of caches share: which resolver keeps what, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from albdoctor.checkup import Evidence, saw
from albdoctor.derive import asked
from albdoctor.derive.dns.cached import AtResolvers, Kept
from albdoctor.facts.snapshot import Scan
from albdoctor.text import Text, Value

OF_ITS_OWN = Text(
    en="The resolver answers by rules of its own (a filter, a zone of a company's network), not from a cache.",
    ko="캐시가 아니라 리졸버 자체 규칙(필터, 회사 내부 영역)에 따른 응답입니다.",
)


def evidence(scan: Scan, seen: AtResolvers, kept: tuple[Kept, ...]) -> tuple[Evidence, ...]:
    """Show both sides: the servers, and each resolver with the seconds that are left."""
    return (saw(asked.answers(scan.host), ", ".join(seen.given)), *(_of(scan, one) for one in kept))


def _of(scan: Scan, one: Kept) -> Evidence:
    servers = f", NS {', '.join(one.old_servers)}" if one.old_servers else ""
    said = Text(en=f"{one.said}{servers}, for {one.seconds} s at most", ko=f"{one.said}{servers}, 최대 {one.seconds}초")
    return saw(asked.dns("A", scan.host, one.resolver), said)


def values(scan: Scan, kept: tuple[Kept, ...]) -> dict[str, Value]:
    """What the texts need."""
    return {
        "host": scan.host,
        "resolvers": tuple(one.resolver for one in kept),
        "resolver": kept[0].resolver,
        "until": _until(scan.taken_at, max(one.seconds for one in kept)),
    }


def _until(now: datetime, seconds: int) -> str:
    """The minute in which the last of it is gone; a cache may name years (RFC 2181 section 8), which is no date."""
    end = now + timedelta(seconds=min(seconds, 7 * 86400) + 59)
    return f"{end:%Y-%m-%d %H:%M} UTC"
