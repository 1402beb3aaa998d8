"""What two reports of one site say differently: fixed, new, remaining, and what is no longer judged."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

JUDGED = frozenset({"passed", "found", "empty"})
"""Outcomes of a check that could look: what it does not find is gone."""


class Found(Struct, frozen=True):
    """A finding, as far as a comparison needs it."""

    fingerprint: str
    check: str
    slug: str
    severity: Literal["error", "warning", "info"]
    message: str


class Judged(Struct, frozen=True):
    """What became of a check."""

    check: str
    outcome: str


class Scanned(Struct, frozen=True):
    """What was scanned."""

    domain: str
    path: str = "/"


class Told(Struct, frozen=True):
    """A report, as far as a comparison needs it."""

    scan: Scanned
    verdict: Literal["broken", "at-risk", "unknown", "sound"]
    findings: tuple[Found, ...]
    checks: tuple[Judged, ...]


class Difference(Struct, frozen=True, kw_only=True):
    """What changed for one site."""

    domain: str
    path: str
    before: str
    """The verdict; empty: it was not scanned."""
    after: str
    fixed: tuple[Found, ...] = ()
    new: tuple[Found, ...] = ()
    remaining: tuple[Found, ...] = ()
    unjudged: tuple[Found, ...] = ()
    """Found before; whether it is gone cannot be told, because its check could not look."""


def differences(before: tuple[Told, ...], after: tuple[Told, ...]) -> tuple[Difference, ...]:
    """Compare site by site, in the order in which they were scanned first."""
    old = {(one.scan.domain, one.scan.path): one for one in before}
    new = {(one.scan.domain, one.scan.path): one for one in after}
    return tuple(_difference(old.get(key), new.get(key), *key) for key in dict.fromkeys((*old, *new)))


def _difference(before: Told | None, after: Told | None, domain: str, path: str) -> Difference:
    old = {one.fingerprint: one for one in before.findings} if before else {}
    new = {one.fingerprint: one for one in after.findings} if after else {}
    judged = {one.check for one in after.checks if one.outcome in JUDGED} if after else set[str]()
    gone = [one for name, one in old.items() if name not in new]
    return Difference(
        domain=domain,
        path=path,
        before=before.verdict if before else "",
        after=after.verdict if after else "",
        fixed=tuple(one for one in gone if one.check in judged),
        new=tuple(one for name, one in new.items() if name not in old),
        remaining=tuple(one for name, one in new.items() if name in old),
        unjudged=tuple(one for one in gone if one.check not in judged),
    )
