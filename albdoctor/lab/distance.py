"""How far away the lab's servers are: a delay before every answer, and a record of what was asked when."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Heard:
    """A question and its answer; times are readings of `time.monotonic`."""

    source: str
    """"aws", "dns", "http" or "registry"."""
    question: str
    arrived: float
    answered: float
    answer: bytes
    """As it went over the wire; HTTP as inside TLS."""


class Distance:
    """The way between the scan and the servers that it asks; the servers of the lab among themselves are near."""

    def __init__(self) -> None:
        """Stand next to the servers and write nothing down."""
        self.seconds = 0.0
        """From the arrival of a question to its answer, at least: the time that an answer takes to be made counts."""
        self.heard: list[Heard] | None = None
        """Every question since this was set to a list."""

    async def back(self, source: str, question: str, arrived: float, answer: bytes) -> None:
        """Wait until an answer may go out; never longer than the way takes."""
        rest = arrived + self.seconds - time.monotonic()
        if rest > 0:
            await asyncio.sleep(rest)
        self._note(source, question, arrived, answer)

    def back_in_thread(self, source: str, question: str, arrived: float, answer: bytes) -> None:
        """As `back`, in a thread of a server's own."""
        rest = arrived + self.seconds - time.monotonic()
        if rest > 0:
            time.sleep(rest)
        self._note(source, question, arrived, answer)

    def _note(self, source: str, question: str, arrived: float, answer: bytes) -> None:
        if self.heard is not None:
            self.heard.append(Heard(source, question, arrived, time.monotonic(), answer))
