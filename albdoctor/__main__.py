"""The process: `albdoctor` and `python -m albdoctor`."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn

from albdoctor import interrupt, streams


def main() -> NoReturn:
    """Run the command of this process's arguments and end the process with its exit code."""
    streams.install()  # before any file is opened
    interrupt.install()  # before the imports that take time
    # Imports and API models make objects by the hundred thousand that stay: looking for cycles among them again and
    # again would take a fifth of a scan.
    gc.set_threshold(500_000, 10, 10)
    # An answer must not wait 5 ms for the thread that makes the next client.
    sys.setswitchinterval(0.001)
    from albdoctor.cli import main as run

    interrupt.leave(run())


if __name__ == "__main__":
    main()
