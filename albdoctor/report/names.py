"""Internationalized domain names: people know the U-labels, DNS and certificates have the A-labels."""

from __future__ import annotations

import re

A_LABELS = re.compile(r"(?<![\w.-])(?:[\w-]+\.)*xn--[\w.-]+", re.ASCII)
"""A host name with an A-label in it, in a URL or alone."""


def unicode_name(host: str) -> str:
    """Write a host name in U-labels (IDNA 2008); one without any, or that is none, stays as it is."""
    if "xn--" not in host:
        return host
    import idna

    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def with_unicode(said: str) -> str:
    """Write the first such name of a text in U-labels, with the A-labels beside it: they tell names that look alike."""
    found = A_LABELS.search(said)
    name = unicode_name(found[0]) if found else ""
    if found is None or name == found[0]:
        return said
    end = next((at for at in range(found.end(), len(said)) if said[at] in " ,;)"), len(said))  # of the URL
    return f"{said[: found.start()]}{name}{said[found.end() : end]} ({found[0]}){said[end:]}"
