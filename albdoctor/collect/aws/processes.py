"""Programs that a profile gets credentials from (`credential_process`): bounded in time and output, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import IO

MOST = 65_536
"""Bytes that credentials may have; more is a program that prints without end."""


class HangingError(Exception):
    """The program did not end in time, and was stopped with its children."""


class Bounded:
    """A running program, as botocore's ProcessProvider wants its `popen` to be."""

    ending = False
    """The process ends: no program is started any more."""
    running: set[Bounded] = set()  # noqa: RUF012 - of the process, as children are

    def __init__(self, words: Sequence[str], seconds: float) -> None:
        """Start it in a process group of its own; fails as `subprocess.Popen` does."""
        if self.ending:
            raise HangingError
        self._ends_at = time.monotonic() + seconds
        self._child: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - the user's own configuration names it
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0 if hasattr(os, "killpg") else None,
        )
        self.running.add(self)

    @property
    def returncode(self) -> int | None:
        """The exit code, None while it runs."""
        return self._child.returncode

    def communicate(self) -> tuple[bytes, bytes]:
        """Give what it printed; `HangingError` when it prints without end or does not end in time."""
        pipes = [pipe for pipe in (self._child.stdout, self._child.stderr) if pipe]
        printed = [b"" for _ in pipes]

        def read(index: int, pipe: IO[bytes]) -> None:
            printed[index] = pipe.read(MOST + 1)

        readers = [threading.Thread(target=read, args=one, daemon=True) for one in enumerate(pipes)]
        for reader in readers:
            reader.start()
        try:
            for reader in readers:
                reader.join(max(self._ends_at - time.monotonic(), 0))
            if any(reader.is_alive() for reader in readers) or max(map(len, printed)) > MOST:
                raise HangingError
            self._child.wait(max(self._ends_at - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            raise HangingError from None
        finally:
            self.stop()
            for reader, pipe in zip(readers, pipes, strict=True):
                reader.join(1)  # its pipe has ended, unless a child left the group
                if not reader.is_alive():
                    pipe.close()
        return printed[0], printed[1]

    def stop(self) -> None:
        """End the program and what it started. Right at any moment, also done twice."""
        self.running.discard(self)
        with contextlib.suppress(OSError):  # it has ended
            if hasattr(os, "killpg"):
                os.killpg(self._child.pid, signal.SIGKILL)
            else:
                self._child.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(1)


def end() -> None:
    """End every program that still runs, and start none: the process is about to end."""
    Bounded.ending = True
    stop_all()


def stop_all() -> None:
    """End every program that still runs."""
    for one in tuple(Bounded.running):
        one.stop()
