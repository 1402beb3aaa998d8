"""What a fault is: a kind of misbehaviour, and who misbehaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

DATAGRAM_PORT = 53


class Area(StrEnum):
    """Which of the scan's partners misbehaves."""

    AWS = "aws"
    DNS = "dns"
    WEB = "web"
    REGISTRATION = "registration"


@dataclass(frozen=True)
class Fault:
    """One kind of misbehaviour at some partners."""

    area: Area
    kind: str
    where: tuple[str, ...]
    """AWS: "service:operation" ("*": all); else "address:port" of the places."""
    seed: str
    """For what the fault itself draws by lot."""

    def __str__(self) -> str:
        """Name kind and place."""
        return f"{self.kind} at {', '.join(self.where[:4])}{' ...' if len(self.where) > 4 else ''}"

    def lot(self, *words: object) -> Random:
        """Draw by lot, the same for the same words."""
        return Random("|".join((self.seed, *map(str, words))))  # noqa: S311 - no secret
