"""Exit codes: the same for every format, fixed by the public contract."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, TypeAlias

FailOn: TypeAlias = Literal["error", "warning", "info", "never"]
"""The severity from which findings make an exit code."""


class Exit(IntEnum):
    """What a run of albdoctor says to the shell; precedence is 2, 1, 3, 0."""

    SOUND = 0
    FINDINGS = 1
    COULD_NOT_RUN = 2
    GAPS = 3
    INTERRUPTED = 130
