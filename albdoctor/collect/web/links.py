"""Which absolute addresses an HTML page names: a look at the text, not a browser's parse, and bounded."""

from __future__ import annotations

import re

from albdoctor.facts.wire import PageLink

MOST = 16
"""Addresses that are kept of one page."""
# A tag's attributes are looked through for 400 characters and never across another tag: the time is linear in the page.
LINK = re.compile(
    r"""<(a|area|form|iframe|img|link|script|source)\b[^<>]{0,400}?\s(?:href|src|action)\s{0,9}=\s{0,9}["']?(https?://[^\s"'<>/?#\\]{1,255})""",
    re.IGNORECASE,
)


def links_of(content_type: str, body: bytes) -> tuple[PageLink, ...]:
    """Read the addresses out of the start of a page; of what is no HTML there are none."""
    if "html" not in content_type.lower():
        return ()
    found = (PageLink(tag=tag.lower(), origin=origin) for tag, origin in LINK.findall(body.decode(errors="replace")))
    return tuple(dict.fromkeys(found))[:MOST]
