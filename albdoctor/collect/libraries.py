"""Loads libraries off the critical path: in a thread, while the first questions are under way."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import sys
import threading

from albdoctor.collect.web.trust import trusting

_LOADING = threading.Lock()
COMMAND = "httpx._main"
"""httpx's command line, which loads rich and pygments for itself: half of the time that httpx takes."""
AHEAD = ("httpcore", "anyio._backends._asyncio", "cryptography.x509")
"""What httpx and we load only at the first request and the first certificate."""


def load_httpx() -> None:
    """Import httpx without its command line; httpx allows for that, and nobody needs `httpx.main` here."""
    with _LOADING:
        if "httpx" in sys.modules:
            return
        sys.modules[COMMAND] = None  # type: ignore[assignment] # an import of it fails (importlib's documentation)
        try:
            importlib.import_module("httpx")
        finally:
            del sys.modules[COMMAND]


async def httpx_loaded() -> None:
    """Wait for httpx without keeping the event loop."""
    if "httpx" not in sys.modules or _LOADING.locked():
        await asyncio.get_running_loop().run_in_executor(None, load_httpx)


async def load_ahead(ca_bundle: str) -> None:
    """Load what the probes will need."""
    await asyncio.get_running_loop().run_in_executor(None, _load, ca_bundle)


def _load(ca_bundle: str) -> None:
    load_httpx()
    for name in AHEAD:
        with contextlib.suppress(ModuleNotFoundError):  # one that moved is found by whoever needs it
            importlib.import_module(name)
    with contextlib.suppress(OSError):  # whoever needs the trusted roots says why they cannot be read
        trusting(ca_bundle)
