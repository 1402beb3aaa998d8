"""The files of a folder that may hold what is looked for, within bounds: a folder is whatever somebody put there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

ENTRIES = 50_000
"""Files and folders that are looked at."""
MOST_BYTES = 1_000_000
"""Of a file; a template of CloudFormation has at most 1 MB."""
ALL_BYTES = 2_000_000
"""Of all files that are parsed: python-hcl2 takes about 14 s of a processor for 1 MB."""
STATE_BYTES = 64_000_000
ENDS = (".tf", ".yaml", ".yml", ".json", ".template")
STATE = "terraform.tfstate"
LEFT_OUT = ("node_modules", "cdk.out", "vendor")
"""Besides what begins with a dot: what tools wrote there."""


class TooManyError(Exception):
    """There is more than is looked at."""


def files(folder: Path) -> Iterator[Path]:
    """Give the regular files of interest in a fixed order; no link is followed. `TooManyError` ends it."""
    left = ENTRIES
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in LEFT_OUT)
        left -= len(names) + len(folders)
        if left < 0:
            raise TooManyError
        for name in sorted(names):
            path = Path(place, name)
            if (name.endswith(ENDS) or name == STATE) and _is_regular(path):
                yield path


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def content_of(path: Path, most: int) -> bytes | None:
    """Read a file; None: it is longer. An OSError is the caller's."""
    with path.open("rb") as file:
        content = file.read(most + 1)
    return None if len(content) > most else content
