"""The one door through which words for people reach a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from albdoctor.literals import one_line

WIDTH = 100


BLANKS = re.compile(r"(?<! ) ++(?=(?:\x1b\[[0-9;]*m)*$)", re.MULTILINE)
"""At the end of a line, before what ends a style there; each run of blanks is looked at once."""


class Screen(Console):
    """A console on which nothing acts but rich's own styles: what a text brings along is shown as what it is."""

    def tell(self, what: RenderableType = "", *, soft_wrap: bool = False) -> None:
        """Print, without blanks at the ends of lines: they would be copied along with a command."""
        with self.capture() as shown:
            self.print(what, soft_wrap=soft_wrap)
        self.file.write(BLANKS.sub("", shown.get()))

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render as rich does, every text made plain, whatever came before."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=_plain(segment.text))

    @property
    def spinner(self) -> str:
        """The name of a spinner that this terminal's encoding has."""
        return "dots" if self.encoding.lower().startswith("utf") else "line"


def _plain(text: str) -> str:
    return "\n".join(map(one_line, text.split("\n")))


def screen_on(out: TextIO, *, color: bool = True, width: int | None = None) -> Screen:
    """Make a console that takes no text for markup; one that is no terminal has no colours, and `WIDTH` columns."""
    terminal = color and out.isatty()
    return Screen(
        file=out,
        color_system="auto" if terminal else None,
        no_color=not terminal,
        force_terminal=terminal,
        highlight=False,
        emoji=False,
        markup=False,
        width=width or (None if out.isatty() else WIDTH),
        soft_wrap=False,
    )
