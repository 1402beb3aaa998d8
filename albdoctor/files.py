"""Reads and writes the tool's files: a reader finds the old file or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from albdoctor.collect.options import BadOptionError

PRIVATE = 0o600
READABLE = 0o644


def check_writable(path: Path) -> None:
    """Say before any work is done that a file could not be written (`BadOptionError`)."""
    folder = path.parent
    if not folder.is_dir():
        raise BadOptionError(f"cannot write {path}: there is no folder {folder}")
    if path.is_dir():
        raise BadOptionError(f"cannot write {path}: it is a folder")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise BadOptionError(f"cannot write {path}: permission denied")


def write_atomic(path: Path, content: bytes, mode: int = READABLE) -> None:
    """Write a temporary file beside it and rename it; an OSError is a `BadOptionError`."""
    if path.is_char_device() or path.is_fifo():
        path.write_bytes(content)
        return
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise BadOptionError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary = Path(name)
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError):
            raise BadOptionError(f"cannot write {path}: {error.strerror or error}") from error
        raise


def read(path: Path, what: str) -> bytes:
    """Read a file; an OSError is a `BadOptionError` that names what it was for."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadOptionError(f"cannot read the {what} {path}: {error.strerror or error}") from error
