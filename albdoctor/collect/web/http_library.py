"""The HTTP client library, named in this module and in no other, so that its successor is a change of this file.

httpx has had no release since 2024. Whoever imports this loads it, which takes long: `libraries` does it meanwhile. Its
command line is left out, which loads rich and pygments for itself, half of the time that httpx takes; httpx allows for
that, and nobody needs `httpx.main` here. httpcore looks for sniffio, which is optional, several times in every request:
where it is not installed it is looked for once.
"""

from __future__ import annotations

import importlib.util
import sys

COMMAND = "httpx._main"
LEFT_OUT = "httpx" not in sys.modules
OPTIONAL = "sniffio"

if LEFT_OUT:
    sys.modules[COMMAND] = None  # type: ignore[assignment] # an import of it fails (importlib's documentation)
try:
    import httpcore as httpcore
    import httpx as httpx
finally:
    if LEFT_OUT:
        del sys.modules[COMMAND]

if OPTIONAL not in sys.modules and importlib.util.find_spec(OPTIONAL) is None:
    sys.modules[OPTIONAL] = None  # type: ignore[assignment] # an import of it fails at once
