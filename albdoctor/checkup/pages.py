"""Where the page of a check is found."""

from __future__ import annotations

import re

from albdoctor.checkup.check import Stage
from albdoctor.text import Lang

DOCS = ""
"""Address under which the folder docs/ is published, without a slash at its end. Empty: it is not published, and a page
is told by its path in the source."""

OURS = re.compile("ALB[0-8][0-9]{2}")
"""Ids of our own checks; 9xx is anybody's."""


def page_of(check_id: str, lang: Lang, docs: str = DOCS) -> str:
    """Give the address, or else the path, of a check's own page; empty for checks that have none in docs/.

    A report that was read from a file may hold any text in the place of an id.
    """
    if not OURS.fullmatch(check_id) or Stage.of(check_id) is Stage.TOOL:
        return ""
    return f"{docs or 'docs'}/checks/{lang}/{check_id}.md"


def is_explained(check_id: str) -> bool:
    """Whether `albdoctor explain` tells the page of a check of ours."""
    return bool(page_of(check_id, "en"))


def link_of(check_id: str, lang: Lang, docs: str = DOCS) -> str:
    """Give the address of a check's own page; empty where it is not published, or there is none."""
    return page_of(check_id, lang, docs) if docs else ""


def help_uri(check_id: str, refs: tuple[str, ...], docs: str = DOCS) -> str:
    """Give the address that helps with a finding: its own page where that is published, else its first source."""
    return link_of(check_id, "en", docs) or next(iter(refs), "")
