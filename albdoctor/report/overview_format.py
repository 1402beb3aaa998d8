"""A format that tells a fleet in one overview: it keeps a `Line` of each report, which grows with what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from albdoctor.report.format import Ending, Setting, Sheet
from albdoctor.report.model import Report
from albdoctor.report.overview import Line, Overview, line_of, overview
from albdoctor.report.overview_words import exit_reason
from albdoctor.text import Lang


class OfLines:
    """Keeps lines, and writes what `write` makes of them."""

    live = False
    tells_missed = True

    def __init__(
        self,
        write: Callable[[Mapping[Lang, Overview], Sheet], object],
        setting: Setting,
        others: Sequence[Lang] = (),
    ) -> None:
        """Have no line yet; `others` are languages to be told in beside the setting's own, if every report can be."""
        self._write, self._setting = write, setting
        self._lines: dict[Lang, list[Line]] = {lang: [] for lang in (setting.lang, *others)}

    def add(self, report: Report) -> bytes:
        """Keep what the overview says of the report."""
        for lang, lines in tuple(self._lines.items()):
            if lang == self._setting.lang:
                lines.append(line_of(report))
            elif report.is_told_in(lang):
                lines.append(line_of(report.told_in(lang)))
            else:
                del self._lines[lang]
        return b""

    def end(self, ending: Ending, sheet: Sheet) -> None:
        """Write the overview."""
        self._write({lang: self._overview(lang, lines, ending) for lang, lines in self._lines.items()}, sheet)

    def _overview(self, lang: Lang, lines: list[Line], ending: Ending) -> Overview:
        reason = exit_reason(
            ending.code,
            ending.codes,
            sound=ending.sound,
            missed=bool(ending.missed),
            fail_on=self._setting.fail_on,
            lang=lang,
        )
        return overview(lines, ending.missed, ending.code, reason)
