"""Scripts as reports print them."""

from __future__ import annotations

from albdoctor.report.words import STOPPED
from albdoctor.shell import block
from albdoctor.text import Lang


def pasted(script: str, lang: Lang = "en") -> str:
    """The block that is printed for the commands of a fix."""
    return block(script, STOPPED.of(lang))
