"""`--wait`: what changed from one look to the next, on stderr: fixed, new, and how much is left."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from albdoctor.compare.reports import Difference, Found, Told, differences
from albdoctor.report.model import Report
from albdoctor.report.safe import plain
from albdoctor.text import Lang, Text, fill

LINE = 200
"""Characters of a line."""
SOUND = Text(en="{site}: nothing is left", ko="{site}: 남은 문제 없음")
LEFT = Text(en="{site}: {count} left", ko="{site}: {count}건 남음")
FIXED = Text(en="fixed", ko="해결됨")
NEW = Text(en="new", ko="새로 생김")
UNJUDGED = Text(en="cannot be told any more", ko="더는 판단할 수 없음")


class Rounds:
    """Remembers the last look at each site."""

    def __init__(self, lang: Lang) -> None:
        """Nothing was seen yet."""
        self._lang: Lang = lang
        self._before: tuple[Told, ...] | None = None

    def lines(self, reports: Iterable[Report]) -> list[str]:
        """What changed since the look before; of the first one how much there is, of one without change nothing."""
        after = tuple(msgspec.json.decode(msgspec.json.encode(report), type=Told) for report in reports)
        before, self._before = self._before, after
        told: list[str] = []
        for site in differences(before or (), after):
            changes = [*self._of(FIXED, site.fixed), *self._of(UNJUDGED, site.unjudged)]
            if before is not None:
                changes += self._of(NEW, site.new)
            if changes or before is None:
                told += [self._left(site), *changes]
        return [plain(line, LINE) for line in told]

    def _left(self, site: Difference) -> str:
        name = site.domain + site.path.removesuffix("/")
        worse = [one for one in (*site.remaining, *site.new) if one.severity != "info"]
        return fill((LEFT if worse else SOUND).of(self._lang), {"site": name, "count": len(worse)})

    def _of(self, word: Text, found: Iterable[Found]) -> list[str]:
        return [f"  {word.of(self._lang)}: {one.check} {one.slug}: {one.message}" for one in found]
