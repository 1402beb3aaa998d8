"""Loads libraries off the critical path: in a thread, while the first questions are under way."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import sys
import threading

from albdoctor.collect.web.trust import trusting

_LOADING = threading.Lock()
HTTP = "albdoctor.collect.web.http_library"
AHEAD = ("anyio._backends._asyncio", "cryptography.x509")
"""What the HTTP library and we load only at the first request and the first certificate."""


def load_http() -> None:
    """Import the HTTP library."""
    with _LOADING:
        importlib.import_module(HTTP)


async def http_loaded() -> None:
    """Wait for the HTTP library without keeping the event loop."""
    if HTTP not in sys.modules or _LOADING.locked():
        await asyncio.get_running_loop().run_in_executor(None, load_http)


async def load_ahead(ca_bundle: str) -> None:
    """Load what the probes will need."""
    await asyncio.get_running_loop().run_in_executor(None, _load, ca_bundle)


def _load(ca_bundle: str) -> None:
    load_http()
    for name in AHEAD:
        with contextlib.suppress(ModuleNotFoundError):  # one that moved is found by whoever needs it
            importlib.import_module(name)
    with contextlib.suppress(OSError):  # whoever needs the trusted roots says why they cannot be read
        trusting(ca_bundle)
